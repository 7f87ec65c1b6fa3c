"""Watches over real secure connections: who vouches for a server, and for which name."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from ssl import SSLContext

import pytest

from certificates import self_signed, vouched
from linkshed.errors import DeliveryError, ParameterError
from serve.watching import FIRST, SECOND, hook, look, mailbox, watch

SCOPE = "tea.com"
WAYS = ("webhook", "tls", "starttls")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    look(tmp_path, FIRST)
    (tmp_path / "password").write_text("open sesame\n")
    return tmp_path


@contextmanager
def taking(way: str, context: SSLContext, folder: Path) -> Iterator[tuple[list[str], list[object]]]:
    """A server, how a watch reaches it, and what it takes."""
    if way == "webhook":
        with hook(context) as server:
            yield ["--webhook", server.url, "--allow-private"], server.posts
        return
    with mailbox(context, from_the_start=way == "tls") as box:
        yield (
            ["--mail-from", "shed@tea.com", "--mail-to", "a@tea.com",
             "--smtp", f"127.0.0.1:{box.port}", "--smtp-security", way,
             "--smtp-user", "shed", "--smtp-password", f"file:{folder / 'password'}"],
            box.mails,
        )  # fmt: skip
        if box.mails:
            assert {base64.b64decode(login) for login in box.logins} == {b"\0shed\0open sesame"}


@pytest.mark.parametrize("way", WAYS)
def test_a_server_is_told_when_an_authority_of_ours_vouches_for_it(way: str, folder: Path) -> None:
    with taking(way, vouched(folder), folder) as (words, taken):
        watch(folder, "add", "stranger", SCOPE, *words)
        watch(folder, "add", "known", SCOPE, *words, "--ca-file", str(folder / "ca.pem"))
        look(folder, SECOND, 1)
        refused = watch(folder, "run", "stranger")
        assert isinstance(refused.exception, DeliveryError)
        assert not taken
        told = watch(folder, "run", "known")
    assert told.exit_code == 0, told.output
    assert len(taken) == 1
    assert "ca.pem" in (folder / "store/watches/known.toml").read_text()


@pytest.mark.parametrize("way", WAYS)
def test_an_authority_may_come_from_the_environment(way: str, folder: Path) -> None:
    command = [sys.executable, "-m", "linkshed", "watch", "run", "--store", str(folder / "store")]
    with taking(way, vouched(folder), folder) as (words, taken):
        watch(folder, "add", "mine", SCOPE, *words)
        look(folder, SECOND, 1)
        trust = os.environ | {"SSL_CERT_FILE": str(folder / "ca.pem")}
        subprocess.run(command, check=True, env=trust, capture_output=True, timeout=60)
    assert len(taken) == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("wrong", ["another name", "nobody vouches"])
def test_a_server_that_is_not_who_it_says_is_told_nothing(
    way: str, wrong: str, folder: Path
) -> None:
    vouched(folder)
    context = self_signed(folder) if wrong == "nobody vouches" else vouched(folder, "other.test")
    with taking(way, context, folder) as (words, taken):
        watch(folder, "add", "mine", SCOPE, *words, "--ca-file", str(folder / "ca.pem"))
        look(folder, SECOND, 1)
        refused = watch(folder, "run")
    assert isinstance(refused.exception, DeliveryError)
    assert "certificate" in str(refused.exception).lower()
    assert "sesame" not in refused.output + str(refused.exception)
    assert not taken
    assert "1 waiting to be sent" in watch(folder, "list").output


@pytest.mark.parametrize("way", WAYS)
def test_a_server_without_tls_is_told_nothing(way: str, folder: Path) -> None:
    vouched(folder)
    trust = ["--ca-file", str(folder / "ca.pem")]
    with hook() as plain, mailbox() as box:
        words = ["--webhook", plain.url.replace("http:", "https:"), "--allow-private"]
        if way != "webhook":
            words = ["--mail-from", "shed@tea.com", "--mail-to", "a@tea.com",
                     "--smtp", f"127.0.0.1:{box.port}", "--smtp-security", way]  # fmt: skip
        watch(folder, "add", "mine", SCOPE, *words, *trust)
        look(folder, SECOND, 1)
        assert isinstance(watch(folder, "run").exception, DeliveryError)
        assert plain.posts == box.mails == []


def test_a_file_of_no_authority_is_refused_when_the_watch_is_made(folder: Path) -> None:
    (folder / "no.pem").write_text("no certificate")
    for path in ("no.pem", "absent.pem"):
        made = watch(folder, "add", "mine", SCOPE, "--webhook", "https://127.0.0.1/",
                     "--ca-file", str(folder / path))  # fmt: skip
        assert isinstance(made.exception, ParameterError)
        assert path in str(made.exception)
