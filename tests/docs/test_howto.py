"""The commands and the Python that the documents tell people to type do run."""

from __future__ import annotations

import gzip
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from ingest.archives import HTML, http, warc
from linkshed import api
from linkshed.ingest import READERS
from linkshed.serve import commands
from linkshed.serve.cli import cli
from linkshed.serve.http.app import create_app
from linkshed.serve.http.settings import Settings

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs"))

from snippets import run  # noqa: E402

DOCUMENTS = (ROOT / "docs" / "how-to.md", ROOT / "README.md")
CURL = re.compile(r"^curl 'http://127.*$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
TYPED = re.compile(r"(?:^ {4}.*\n(?:\n(?= {4}))?)+", re.MULTILINE)
LINK = b"<a href='https://example.com/'>good tea</a>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files that the documents read, all about example.com."""
    pages = {"crawl": "a.org", "crawl-1": "b.org", "crawl-2": "c.org"}
    for name, host in pages.items():
        record = warc(f"https://{host}/", http(HTML.replace(b"</p>", LINK + b"</p>")))
        (tmp_path / f"{name}.warc.gz").write_bytes(gzip.compress(record))
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / "index.html").write_bytes(HTML)
    (tmp_path / "links.csv").write_text("url_from,url_to\nhttps://d.org/,https://example.com/\n")
    (tmp_path / "sitemap.xml").write_text(
        "<urlset><url><loc>https://example.com/</loc></url></urlset>"
    )
    line = '192.0.2.1 - - [21/Nov/2026:10:00:00 +0000] "GET /tea HTTP/1.1" 200 512 "-" "-"\n'
    (tmp_path / "access.log").write_text(line)
    (tmp_path / "pages.csv").write_text("Top pages,Clicks\nhttps://example.com/cups,5\n")
    vertices = "0\tcom.example\t2\n1\tcom.rival\t1\n2\torg.blog\t1\n"
    (tmp_path / "cc-domain-vertices.txt.gz").write_bytes(gzip.compress(vertices.encode()))
    (tmp_path / "cc-domain-edges.txt.gz").write_bytes(gzip.compress(b"2\t0\n2\t1\n"))
    ranks = "#harmonicc_pos #harmonicc_val #pr_pos #pr_val #host_rev #n_hosts\n"
    ranks += "1 2.0 1 0.5 com.example 2\n2 2.0 2 0.3 com.rival 1\n3 1.0 3 0.2 org.blog 1\n"
    (tmp_path / "cc-domain-ranks.txt.gz").write_bytes(
        gzip.compress(ranks.replace(" ", "\t").encode())
    )
    (tmp_path / "budget.toml").write_text(
        "[findings]\norphans = 1000\n[lost]\n'https://example.com/' = 1\n"
    )
    return tmp_path


def typed(document: Path) -> Iterator[str]:
    """The blocks that are set off by four spaces, without them."""
    for block in TYPED.findall(FENCED.sub("", document.read_text(encoding="utf-8"))):
        yield re.sub(r"^ {4}", "", block, flags=re.MULTILINE)


def answer(command: str, folder: Path) -> str:
    """What a command prints; one that needs a shell gets one."""
    words = shlex.split(command)
    if ">" in words:
        return run(command, folder)
    done = CliRunner().invoke(cli, words[1:], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_people_are_told_to_type_runs(
    document: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    known, n_run = "", 0
    for block in typed(document):
        if "api.crawl(" in block:  # needs a site: tests/crawl
            continue
        if block.startswith("import linkshed"):
            subprocess.run([sys.executable, "-c", block], cwd=folder, check=True)
            continue
        for command in block.splitlines():
            if command.startswith(("make ", "pip install ", "linkshed serve")):
                continue
            if command.startswith("linkshed crawl "):  # needs a site: tests/crawl
                command = "linkshed ingest warc crawl.warc.gz"
            assert command.startswith("linkshed "), command
            printed = answer(command.replace(" ID", f" {known}"), folder)
            n_run += 1
            if command == "linkshed snapshots":
                lines = [line for line in printed.splitlines() if line.endswith(", scored")]
                known = lines[0].split()[1]
    assert n_run >= 3


def test_what_people_are_told_to_ask_of_the_server_is_answered(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    api.ingest("warc", ["crawl.warc.gz"])
    api.build()
    api.score()
    http = TestClient(create_app(Settings("linkshed-store")), base_url="http://127.0.0.1:8017")
    asked = [
        shlex.split(line)[1:]
        for line in CURL.findall(DOCUMENTS[0].read_text("utf-8"))
        if "/v1/jobs" not in line
    ]  # needs a site: tests/serve/test_jobs.py
    for url, *body in asked:
        method = "POST" if body else "GET"
        answer = http.request(method, url, json=json.loads(body[1]) if body else None)
        assert answer.status_code == 200, answer.text
    assert len(asked) >= 6


def test_the_documents_tell_how_to_use_every_fixed_command() -> None:
    text = "".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    names = {command.name for command in commands.ALL} - {"demo"}
    names |= {f"ingest {name}" for name in READERS.names}
    assert {name for name in names if f"linkshed {name}" not in text} == set()
