"""What somebody sees who sets up watches: trials, mistakes of the set-up, and whose problem it is."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from serve.watching import FIRST, MANY, SECOND, hook, look, mailbox, watch

NONE_YET = "no watches yet: make one with linkshed watch add\n"
HERE = ("--allow-private",)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    look(tmp_path, FIRST)
    return tmp_path


def test_no_watches_are_told_from_watches_without_news(folder: Path) -> None:
    for command in ("list", "run"):
        done = watch(folder, command)
        assert (done.exit_code, done.stdout, done.stderr) == (0, "", NONE_YET)
    assert watch(folder, "run", "-q").output == ""
    watch(folder, "add", "mine", "tea.com", "--file", str(folder / "told.ndjson"))
    assert watch(folder, "run").output == "mine: nothing new; 0 sent\n"


def test_a_trial_reaches_everybody_and_is_no_news(folder: Path) -> None:
    files = [folder / "told.ndjson", folder / "told.md"]
    with hook() as server, mailbox() as mails:
        watch(folder, "add", "mine", "tea.com", "--webhook", server.url, *HERE, "--mail-to",
              "a@tea.com", "--mail-from", "shed@tea.com", "--smtp", f"127.0.0.1:{mails.port}",
              "--smtp-security", "none", "--file", str(files[0]))  # fmt: skip
        watch(folder, "add", "other", "tea.com", "--file", str(files[1]))
        assert watch(folder, "try", "mine").output == "mine: a trial; 3 sent\n"
        assert watch(folder, "try", "mine").exit_code == 0
        assert watch(folder, "try", "other").output == "other: a trial; 1 sent\n"
        told = server.told
        subjects = [mail["Subject"] for _, mail in mails.mails]
        texts = [mail.get_content() for _, mail in mails.mails]
        assert watch(folder, "run").output.count("nothing new; 0 sent") == 2
        look(folder, SECOND, 1)
        watch(folder, "run", "mine")
        assert [one["is_trial"] for one in server.told] == [True, True, False]
    assert [one["events"] for one in told] == [[], []]
    assert len({one["batch"] for one in told}) == 2
    assert subjects == ["linkshed mine: a trial"] * 2
    assert all("This is a trial: nothing happened" in text for text in texts)
    assert files[1].read_text() == ""
    assert len(files[0].read_text().splitlines()) == len(server.events)


def test_a_trial_says_who_was_not_reached(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    watch(folder, "add", "mine", "tea.com", "--webhook", f"http://127.0.0.1:{port}/", *HERE,
          "--file", str(folder / "told.md"))  # fmt: skip
    done = watch(folder, "try", "mine")
    assert done.stdout == "mine: a trial; 1 sent\n"
    assert str(done.exception).startswith("watch mine: webhook at 127.0.0.1: Connection refused")
    assert "no watch 'none'" in str(watch(folder, "try", "none").exception)


def test_problems_say_which_watch_has_them(folder: Path) -> None:
    with hook() as server:
        server.status = lambda n: 500
        for name in ("one", "two"):
            watch(folder, "add", name, "tea.com", "--webhook", server.url, *HERE)
        look(folder, SECOND, 1)
        done = watch(folder, "run", "-q")
    assert str(done.exception).startswith("watch one: webhook at 127.0.0.1: HTTP 500")
    assert done.stderr.startswith("linkshed: watch two: webhook at 127.0.0.1: HTTP 500")


def test_a_watch_that_cannot_work_is_noticed_when_it_is_made(folder: Path) -> None:
    lost = watch(folder, "add", "mine", "tea.com", "--file", str(folder / "none" / "told.md"))
    assert "no folder" in str(lost.exception)
    assert watch(folder, "list").stdout == ""
    done = watch(folder, "add", "mine", "nowhere.example", "--file", str(folder / "told.md"))
    assert done.exit_code == 0
    assert done.stderr.startswith("note: nowhere.example is not in snapshot ")


def test_why_a_scope_moved_is_told_in_words(folder: Path) -> None:
    report = folder / "told.md"
    watch(folder, "add", "mine", "tea.com", "--file", str(report), "--points", "0.1")
    look(folder, SECOND, 1)
    watch(folder, "run")
    facts = [line.replace("\\", "") for line in report.read_text().splitlines()]
    assert any(line.endswith("page-equivalents by links lost.") for line in facts)
    assert any("by links that nobody had looked at before." in line for line in facts)


def test_a_receiver_that_never_answers_is_told_in_words(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linkshed.serve.watch.webhook.CONNECT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        watch(folder, "add", "mine", "tea.com", "--webhook", url, *HERE)
        done = watch(folder, "try", "mine")
    assert "webhook at 127.0.0.1: no answer in time" in str(done.exception)


def test_what_waits_is_told_first_and_once(folder: Path) -> None:
    with hook() as server:
        watch(folder, "add", "mine", "tea.com", "--webhook", server.url, *HERE, "--kinds", "new")
        server.status = lambda n: 500
        look(folder, SECOND, 1)
        watch(folder, "run")
        look(folder, MANY, 2)
        waiting = watch(folder, "run")
        assert "; 2 batches wait to be sent" in waiting.stdout
        server.status = lambda n: 200
        server.posts.clear()
        assert watch(folder, "run").exit_code == 0
        batches = list(dict.fromkeys(one["batch"] for one in server.told))
        days = [one["created_at"] for one in server.told]
        assert len(batches) == 2
        assert days == sorted(days)
        assert len(server.events) == len(set(server.events))
        assert json.dumps(server.told).count('"is_trial": false') == len(server.told)
