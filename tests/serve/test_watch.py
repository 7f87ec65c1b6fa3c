"""Watches: what they tell, to whom, and that nothing is lost or told twice."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates import self_signed
from linkshed import api
from linkshed.errors import DeliveryError, ParameterError
from linkshed.serve.cli import cli
from linkshed.serve.watch import texts
from linkshed.serve.watch.batch import KINDS, Batch
from linkshed.serve.watch.definition import Watch, as_toml, read_watch
from linkshed.serve.watch.file import File
from linkshed.serve.watch.folder import Folder
from linkshed.serve.watch.mail import Mail
from linkshed.serve.watch.webhook import PART_EVENTS, Webhook
from serve.watching import FIRST, MANY, SECOND, hook, look, mailbox, watch

SCOPE = "tea.com"
NEWS = "news.org/ -> tea.com/ 'a shop'"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    look(tmp_path, FIRST)
    return tmp_path


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_what_happened_is_told_once(folder: Path) -> None:
    told = folder / "told.ndjson"
    assert (
        watch(folder, "add", "mine", SCOPE, "--file", str(told), "--points", "0.1").exit_code == 0
    )
    assert watch(folder, "run").output == "mine: nothing new; 0 sent\n"
    assert not told.exists()
    latest = look(folder, SECOND, 1)
    assert watch(folder, "run").output == (
        "mine: 1 new, 1 lost, 1 changed, 1 falling, 1 broken; 1 sent\n"
    )
    events = lines(told)
    assert [event["kind"] for event in events] == ["new", "lost", "changed", "falling", "broken"]
    assert {event["snapshot"] for event in events} == {latest}
    assert watch(folder, "run").output == "mine: nothing new; 0 sent\n"
    assert lines(told) == events
    look(folder, FIRST.replace("'cups'", "'pots'"), 2)
    watch(folder, "run")
    ids = [event["id"] for event in lines(told)]
    assert len(ids) == len(set(ids)) > len(events)


def test_the_events_are_the_rows_of_the_reports(folder: Path) -> None:
    told = folder / "told.ndjson"
    kinds = ",".join(KINDS)
    watch(folder, "add", "all", SCOPE, "--file", str(told), "--points", "0.1", "--kinds", kinds)
    since = api.snapshot_id(folder / "store")
    look(folder, SECOND, 1)
    watch(folder, "run")
    web, events = api.open(folder / "store"), lines(told)
    rows = web.newlost(SCOPE, since=since).to_dicts()
    for kind in ("new", "lost", "changed", "found", "unseen"):
        wanted = {(r["source_url"], r["target_url"]) for r in rows if r["event"] == kind}
        found = [event["row"] for event in events if event["kind"] == kind]
        assert {(row["source_url"], row["target_url"]) for row in found} == wanted, kind
    for kind, which in (("falling", "falling"), ("rising", "rising"), ("broken", "dead")):
        moved = web.movers(SCOPE, since=since, which=which, points=0.1).to_dicts()
        found = [event["row"]["url"] for event in events if event["kind"] == kind]
        assert sorted(found) == sorted(row["url"] for row in moved), kind


def test_a_link_that_nobody_looked_for_again_is_not_lost(tmp_path: Path) -> None:
    look(tmp_path, "a.org/ -> tea.com/ 'tea'\nb.org/ -> tea.com/ 'tea'")
    told = tmp_path / "told.ndjson"
    watch(tmp_path, "add", "mine", SCOPE, "--file", str(told), "--kinds", "lost,unseen")
    look(tmp_path, "a.org/ -> other.com/ 'else'\nb.org/ status=500", 1)
    watch(tmp_path, "run")
    found = {(event["kind"], event["row"]["source_url"]) for event in lines(told)}
    assert found == {("lost", "https://a.org/"), ("unseen", "https://b.org/")}


def test_a_filter_chooses_links_and_another_pages(folder: Path) -> None:
    told = folder / "told.ndjson"
    watch(folder, "add", "mine", SCOPE, "--file", str(told), "--where", "source_domain = blog.org",
          "--where-pages", "url ^= 'https://tea.com/cups'", "--points", "0.1")  # fmt: skip
    look(folder, SECOND, 1)
    watch(folder, "run")
    assert [(e["kind"], e["row"].get("source_url")) for e in lines(told)] == [
        ("changed", "https://blog.org/"),
        ("broken", None),
    ]


def test_a_webhook_gets_parts_with_a_signature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(tmp_path, NEWS)
    monkeypatch.setenv("HOOK_KEY", "a very secret key")
    with hook() as server:
        watch(tmp_path, "add", "mine", SCOPE, "--webhook", server.url, "--allow-private",
              "--webhook-secret", "env:HOOK_KEY", "--kinds", "new")  # fmt: skip
        look(tmp_path, MANY, 1)
        assert watch(tmp_path, "run").exit_code == 0
    assert [len(told["events"]) for told in server.told] == [PART_EVENTS, PART_EVENTS, 50]
    assert [told["n_parts"] for told in server.told] == [3] * 3
    assert len(set(server.events)) == server.told[0]["totals"]["new"] == 450
    for headers, body in server.posts:
        digest = hmac.new(b"a very secret key", body, hashlib.sha256).hexdigest()
        assert headers["Linkshed-Signature"] == f"sha256={digest}"
        assert b"a very secret key" not in body


def test_what_a_webhook_refuses_is_sent_again_and_nothing_else(tmp_path: Path) -> None:
    look(tmp_path, NEWS)
    with hook() as server:
        watch(tmp_path, "add", "mine", SCOPE, "--webhook", server.url, "--allow-private",
              "--kinds", "new", "--file", str(tmp_path / "told.ndjson"))  # fmt: skip
        look(tmp_path, MANY, 1)
        server.status = lambda n: 503 if n == 1 else 200
        failed = watch(tmp_path, "run")
        assert isinstance(failed.exception, DeliveryError)
        assert "; 1 batch waits to be sent" in failed.output
        assert "HTTP 503" in str(failed.exception)
        server.status = lambda n: 200
        assert watch(tmp_path, "run").output == "mine: nothing new; 2 sent\n"
        numbers = [headers["Idempotency-Key"][-2:] for headers, _ in server.posts]
    assert numbers == ["-0", "-1", "-1", "-2"]
    assert len(lines(tmp_path / "told.ndjson")) == 450
    assert not list((tmp_path / "store" / "watches" / "mine").iterdir())


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(folder: Path, status: int) -> None:
    with hook() as server:
        watch(folder, "add", "mine", SCOPE, "--webhook", server.url, "--allow-private")
        look(folder, SECOND, 1)
        server.status = lambda n: status
        assert "redirects are not followed" in str(watch(folder, "run").exception)
    assert len(server.posts) == 1


PRIVATE = ("127.0.0.1", "localhost", "[::1]", "10.1.2.3", "[::ffff:127.0.0.1]")


def test_a_private_address_is_not_posted_to_unless_allowed(folder: Path) -> None:
    names = [f"w{i}" for i in range(len(PRIVATE))]
    for name, host in zip(names, PRIVATE, strict=True):
        watch(folder, "add", name, SCOPE, "--webhook", f"http://{host}:9/secret-path")
    look(folder, SECOND, 1)
    for name in names:
        failed = watch(folder, "run", name)
        assert "a private address" in str(failed.exception)
        assert "secret-path" not in failed.output + str(failed.exception)


def test_a_webhook_that_is_never_done_is_left(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linkshed.serve.watch.webhook.SECONDS", 0.3)
    is_over = threading.Event()
    with hook() as server:
        watch(folder, "add", "mine", SCOPE, "--webhook", server.url, "--allow-private")
        look(folder, SECOND, 1)
        server.status = lambda n: 200 if is_over.wait(20) else 500
        failed = watch(folder, "run")
        is_over.set()
    assert isinstance(failed.exception, DeliveryError)


def test_a_killed_run_loses_nothing_and_repeats_only_what_was_under_way(tmp_path: Path) -> None:
    look(tmp_path, NEWS)
    command = [sys.executable, "-m", "linkshed", "watch", "run", "--store", str(tmp_path / "store")]
    with hook() as server:
        watch(tmp_path, "add", "mine", SCOPE, "--webhook", server.url, "--allow-private",
              "--kinds", "new")  # fmt: skip
        look(tmp_path, MANY, 1)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            server.status = lambda n: os.kill(process.pid, signal.SIGKILL) or 200 if n == 1 else 200
            process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
        server.status = lambda n: 200
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    numbers = [headers["Idempotency-Key"][-2:] for headers, _ in server.posts]
    assert numbers == ["-0", "-1", "-1", "-2"]
    assert len(set(server.events)) == 450


def test_mail_is_one_message_for_each_address(folder: Path) -> None:
    with mailbox() as server:
        server.refused = {"b@tea.com"}
        watch(folder, "add", "mine", SCOPE, "--mail-from", "shed@tea.com", "--mail-to", "a@tea.com",
              "--mail-to", "b@tea.com", "--mail-to", "c@tea.com", "--smtp", f"127.0.0.1:{server.port}",
              "--smtp-security", "none", "--points", "0.1")  # fmt: skip
        look(folder, SECOND, 1)
        failed = watch(folder, "run")
        assert "refused b@tea.com" in str(failed.exception)
        assert server.receivers == ["a@tea.com", "c@tea.com"]
        server.refused = set()
        assert watch(folder, "run").output == "mine: nothing new; 1 sent\n"
        assert watch(folder, "run").exit_code == 0
        assert server.receivers == ["a@tea.com", "c@tea.com", "b@tea.com"]
    _, mail = server.mails[0]
    assert mail["Subject"] == "linkshed mine: 1 new, 1 lost, 1 changed, 1 falling, 1 broken"
    assert mail.get_content_type() == "text/plain"
    assert sorted(mail.keys()) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type",
         "Content-Transfer-Encoding", "MIME-Version"]
    )  # fmt: skip
    assert len({mail["Message-ID"] for _, mail in server.mails}) == 1


def test_what_strangers_wrote_gets_no_power_in_mail_or_markdown(folder: Path) -> None:
    report = folder / "told.md"
    with mailbox() as server:
        watch(folder, "add", "mine", SCOPE, "--mail-from", "shed@tea.com", "--mail-to", "a@tea.com",
              "--smtp", f"127.0.0.1:{server.port}", "--smtp-security", "none",
              "--file", str(report))  # fmt: skip
        look(folder, SECOND, 1)
        assert watch(folder, "run").exit_code == 0
    ((_, mail),) = server.mails
    assert mail["Bcc"] is None
    body = mail.get_content().replace("\r\n", "\n")
    for text in (body, report.read_text(encoding="utf-8")):
        assert not {"\x1b", "\u202e", "\r"} & set(text)
        assert not [line for line in text.splitlines() if line.startswith("Bcc")]
        assert "written by strangers" in text
    (line,) = [line for line in report.read_text("utf-8").splitlines() if "Bcc" in line]
    assert "<" not in line
    assert "\\]\\( &lt;script&gt;" in line
    assert "\\# \\`\\*\\|" in line


@given(st.text())
def test_escaped_markdown_holds_no_bare_markup(text: str) -> None:
    told = texts.escaped(text)
    assert "<" not in told
    assert ">" not in told
    plain = told.replace("\\\\", "")
    for at, character in enumerate(plain):
        if character in "`*_[]#|~":
            assert plain[at - 1] == "\\"


def test_mail_goes_over_a_secure_way_with_a_password(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    password = folder / "password"
    password.write_text("open sesame\n")
    words = ["add", "mine", SCOPE, "--mail-from", "shed@tea.com", "--mail-to", "a@tea.com",
             "--smtp-user", "shed", "--smtp-password", f"file:{password}"]  # fmt: skip
    with mailbox(self_signed(folder)) as server:
        added = watch(folder, *words, "--smtp", f"127.0.0.1:{server.port}")
        look(folder, SECOND, 1)
        untrusted = watch(folder, "run")
        assert isinstance(untrusted.exception, DeliveryError)
        assert "SSLCertVerificationError" in str(untrusted.exception)
        assert server.mails == server.logins == []
        monkeypatch.setenv("SSL_CERT_FILE", str(folder / "site.pem"))
        sent = watch(folder, "run")
    assert sent.exit_code == 0
    assert server.receivers == ["a@tea.com"]
    assert [base64.b64decode(login) for login in server.logins] == [b"\0shed\0open sesame"]
    shown = added.output + watch(folder, "list").output + untrusted.output
    assert "sesame" not in shown + (folder / "store/watches/mine.toml").read_text()


WRONG = [
    (["add", "../up", SCOPE, "--file", "f"], "a-z"),
    (["add", "mine", SCOPE], "tells nobody"),
    (["add", "mine", "", "--file", "f"], "empty scope"),
    (["add", "mine", SCOPE, "--file", "f", "--kinds", "gone"], "falling"),
    (["add", "mine", SCOPE, "--file", "f", "--where", "anker = 1"], "anchor"),
    (["add", "mine", SCOPE, "--file", "f", "--where-pages", "anchor = 1"], "rating"),
    (["add", "mine", SCOPE, "--file", "f", "--points", "-1"], "0 to 100"),
    (["add", "mine", SCOPE, "--webhook", "ftp://x.org/"], "http or https"),
    (["add", "mine", SCOPE, "--webhook", "http://u:p@x.org/"], "without a user"),
    (["add", "mine", SCOPE, "--webhook", "http://x.org/a\r\nB: c"], "http or https"),
    (["add", "mine", SCOPE, "--webhook", "http://x.org/", "--webhook-secret", "sesame"], "env:NAME"),
    (["add", "mine", SCOPE, "--mail-to", "a@b.c\nBcc: d@e.f", "--mail-from", "a@b.c"], "name@example.com"),
    (["add", "mine", SCOPE, "--mail-to", "a@b.c", "--mail-from", "a@b.c", "--smtp-password", "sesame"], "env:NAME"),
    (["add", "mine", SCOPE, "--mail-to", "a@b.c", "--mail-from", "a@b.c", "--smtp", "mail.org",
      "--smtp-security", "none", "--smtp-password", "env:X"], "without encryption"),
    (["remove", "other"], "no watch 'other'"),
    (["run", "other"], "no watch 'other'"),
    (["run", "--every", "soon"], "12h"),
]  # fmt: skip


def test_what_cannot_be_watched_is_named(folder: Path) -> None:
    for words, word in WRONG:
        done = watch(folder, *words)
        assert done.exit_code != 0, words
        told = f"{done.exception} {done.output}"
        assert word in told, words
        assert "sesame" not in told
    assert watch(folder, "list").stdout == ""


def test_a_watch_is_added_once_listed_and_removed(folder: Path) -> None:
    words = (
        "add",
        "mine",
        SCOPE,
        "--webhook",
        "https://hooks.example/T0P/SECRET",
        "--file",
        "/tmp/x",
    )
    assert watch(folder, *words).exit_code == 0
    assert "there already" in str(watch(folder, *words).exception)
    listed = watch(folder, "list").output
    assert listed.startswith("mine  tea.com  new, lost")
    assert "webhook at hooks.example" in listed
    assert "SECRET" not in listed
    assert watch(folder, "remove", "mine").output == "removed mine\n"
    assert watch(folder, "list").stdout == ""
    assert watch(folder, *words).exit_code == 0


def test_a_definition_is_read_back_as_written() -> None:
    watched = Watch(
        "mine", 'a "b" \\ \x7f茶', "domain", ("new", "falling"), "anchor ~ 'x'", None, 0.5,
        File("/a/b.md", "markdown"), Mail(("a@b.c", "d@e.f"), "g@h.i", user="u", password="env:P"),
        Webhook("file:/x/y", "env:K", True),
    )  # fmt: skip
    assert read_watch("mine", as_toml(watched)) == watched


@pytest.mark.parametrize("text", ["scope = 1 2", "[file]\npath = 'x'", "scope = 'a.com'\nkinds = ['new']",
                                  "scope = 'a.com'\nwhen = 1\n[file]\npath = '/x'",
                                  "scope = 'a.com'\n[file]\npath = 3", "scope = 'a.com'\nfile = 3"])  # fmt: skip
def test_a_definition_that_is_wrong_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match=r"mine|absolute"):
        read_watch("mine", text)


def batch(*anchors: str) -> Batch:
    row = dict.fromkeys(("source_url", "target_url", "reason"), "x")
    events = [
        {"id": f"{i:016x}", "kind": "new", "row": row | {"anchor": a}}
        for i, a in enumerate(anchors)
    ]
    return Batch("b" * 16, "mine", SCOPE, "s" * 16, "t" * 16, "2026-01-01T00:00:00",
                 {"new": len(events)}, [], events)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.data(),
    st.sampled_from(["ndjson", "markdown"]),
    st.sampled_from(["", "other\n", "half a line"]),
)
def test_a_file_is_the_same_wherever_its_writer_was_killed(
    tmp_path_factory: pytest.TempPathFactory, data: Any, form: str, before: str
) -> None:
    path = tmp_path_factory.mktemp("files") / "told"
    told = batch("tea", "茶\n", "x" * 50)
    path.write_text(before)
    assert list(File(str(path), form).deliver(told, ["0"])) == ["0"]
    whole = path.read_bytes()
    start = len(before) + (1 if before and not before.endswith("\n") else 0)
    path.write_bytes(whole[: data.draw(st.integers(start, len(whole)))])
    for _ in range(2):
        assert list(File(str(path), form).deliver(told, ["0"])) == ["0"]
        assert path.read_bytes() == whole


def test_what_cannot_be_compared_says_how_to_go_on(folder: Path) -> None:
    watch(folder, "add", "mine", SCOPE, "--file", str(folder / "told"))
    look(folder, SECOND, 1)
    api.score(folder / "store", "classic")
    failed = watch(folder, "run")
    assert failed.exit_code != 0
    assert "linkshed watch skip mine" in failed.output
    assert watch(folder, "skip", "mine").exit_code == 0
    assert watch(folder, "run").output == "mine: nothing new; 0 sent\n"


def test_two_runs_do_not_tell_at_the_same_time(folder: Path) -> None:
    watch(folder, "add", "mine", SCOPE, "--file", str(folder / "told"))
    with Folder(folder / "store").locked("mine"):
        assert "another process runs watch 'mine'" in str(watch(folder, "run").exception)


def test_a_build_runs_the_watches_when_asked(folder: Path, tmp_path: Path) -> None:
    told = folder / "told.ndjson"
    watch(folder, "add", "mine", SCOPE, "--file", str(told), "--kinds", "found")
    table = folder / "links.csv"
    table.write_text("url_from,url_to\nhttps://late.org/,https://tea.com/\n")
    store = ["--store", str(folder / "store")]
    assert CliRunner().invoke(cli, ["ingest", "links", str(table), *store]).exit_code == 0
    done = CliRunner().invoke(cli, ["build", "--watch", *store])
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[-1].startswith("mine: 1 found")
    assert [event["row"]["source_url"] for event in lines(told)] == ["https://late.org/"]
