"""A real server: it starts, answers many at once, streams, and ends when interrupted."""

from __future__ import annotations

import csv
import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner

from linkshed import api
from linkshed.serve.cli import cli
from linkshed.serve.http.streams import WHOLE_ROWS
from linkshed.serve.service import listening
from serve.served import DOMAIN, make
from serve.test_http_reports import NEEDED

N_LINKS = 2 * WHOLE_ROWS + 70_000


@contextmanager
def serving(store: Path, *words: str) -> Iterator[str]:
    """The address of a running server."""
    command = [sys.executable, "-m", "linkshed", "serve", "--store", str(store), "--port", "0"]
    with subprocess.Popen([*command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}) as process:  # fmt: skip
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        try:
            assert found, process.stderr.read() if process.stderr else line
            yield f"{found[0]}v1"
        finally:
            process.send_signal(signal.SIGINT)
            try:
                _, errors = process.communicate(timeout=30)
            finally:
                process.kill()
    assert (process.returncode, errors.strip()) == (0, "")


def body(url: str, **headers: str) -> bytes:
    with urlopen(Request(url, headers=headers), timeout=60) as answer:
        return bytes(answer.read())


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with more links than are answered in one piece."""
    folder = tmp_path_factory.mktemp("large")
    table = folder / "links.csv"
    with table.open("w") as stream:
        stream.write("url_from,url_to,anchor\n")
        for i in range(N_LINKS):
            stream.write(f"https://s{i % 977}.org/{i},https://tea.com/{i % 31},tea {i % 101}\n")
    api.ingest("links", [table], store=folder / "store")
    api.build(folder / "store")
    api.score(folder / "store")
    return folder / "store"


def test_many_ask_a_cold_server_at_once_and_get_what_one_gets(tmp_path: Path) -> None:
    store = make(tmp_path)
    paths = [
        f"/reports/{name}?{urlencode({'scope': DOMAIN} | NEEDED.get(name, {}))}"
        for name in api.REPORTS.names
    ]
    paths.append(f"/explain?url={DOMAIN}")
    with serving(store, "--rate", "0") as address, ThreadPoolExecutor(16) as pool:
        together = list(pool.map(lambda path: body(address + path), paths * 6))
        alone = [body(address + path) for path in paths]
    assert together == alone * 6


def test_a_large_answer_is_streamed_whole(large: Path) -> None:
    words = ["backlinks", "tea.com", "--grouping", "all", "--store", str(large), "--format"]
    with serving(large) as address:
        asked = f"{address}/reports/backlinks?scope=tea.com&grouping=all&limit=all"
        with urlopen(f"{asked}&format=csv", timeout=120) as answer:
            assert answer.headers["Transfer-Encoding"] == "chunked"
            text = answer.read()
        lines = body(f"{asked}&format=ndjson")
    assert text == CliRunner().invoke(cli, [*words, "csv"]).stdout_bytes
    assert lines == CliRunner().invoke(cli, [*words, "ndjson"]).stdout_bytes
    rows = list(csv.DictReader(io.StringIO(text.decode())))
    assert len({row["source_url"] for row in rows}) == len(rows) == N_LINKS


def test_a_reader_that_leaves_early_does_no_harm(large: Path) -> None:
    with serving(large) as address:
        url = f"{address}/reports/backlinks?scope=tea.com&grouping=all&limit=all&format=ndjson"
        for _ in range(3):
            with urlopen(url, timeout=60) as answer:
                assert answer.readline().startswith(b"{")
        assert body(f"{address}/health") == b'{"status": "ok"}'


def test_a_served_key_is_asked_for(tmp_path: Path) -> None:
    store = make(tmp_path)
    keys = tmp_path / "keys"
    keys.write_text("a-key-of-enough-characters\n")
    with serving(store, "--api-key-file", str(keys)) as address:
        with pytest.raises(HTTPError) as refused:
            body(f"{address}/reports")
        assert refused.value.code == 401
        assert body(f"{address}/reports", Authorization="Bearer a-key-of-enough-characters")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "linkshed", "serve", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_small_answers_are_sent_at_once() -> None:
    with (
        listening("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_what_cannot_be_served_is_named(tmp_path: Path) -> None:
    store = str(make(tmp_path))
    public = run("--store", store, "--host", "0.0.0.0")
    assert (public.returncode, public.stdout) == (2, "")
    assert "--api-key-file" in public.stderr
    nothing = run("--store", str(tmp_path))
    assert nothing.returncode == 4
    with serving(Path(store)) as address:
        taken = run("--store", store, "--port", address.split(":")[2].split("/")[0])
    assert taken.returncode == 2
    assert "--port 0" in taken.stderr
    nowhere = run("--store", store, "--host", "host.invalid", "--allow-public")
    assert (nowhere.returncode, "host.invalid" in nowhere.stderr) == (2, True)


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.1, 0.15, 0.3])
def test_an_interruption_while_starting_ends_well(tmp_path: Path, seconds: float) -> None:
    with serving(make(tmp_path)):
        time.sleep(seconds)
