"""Whatever a path leads to, a command ends with its work done or with one clear line."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from linkshed import api
from linkshed.errors import FormatError, StoreError
from linkshed.ingest import READERS
from linkshed.score.run import score
from linkshed.snapshot.store import Store
from webs import web

LONG = "x" * 300
READING = (
    ["backlinks", "b.com"], ["explain", "b.com"], ["snapshots"], ["verify"], ["build"], ["score"],
)  # fmt: skip
WRITING = (["ingest", "links", "links.csv"], ["demo"])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with a table of links and things that are no stores."""
    monkeypatch.chdir(tmp_path)
    Path("links.csv").write_text("url_from,url_to\nhttps://a.com/,https://b.com/\n")
    Path("file").write_text("words")
    os.mkfifo("pipe")
    Path("lost").symlink_to("nowhere")
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Path:
    made = web("a.com/ -> b.com/ 'tea'", folder)
    score(Store.open(folder / "store"), made)
    return folder / "store"


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "linkshed", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def fails(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert done.returncode == code, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert all(word in done.stderr for word in ("linkshed:", *words)), done.stderr


@pytest.mark.parametrize("place", ["file/store", "pipe", "lost", LONG], ids=lambda text: text[:10])
@pytest.mark.parametrize("command", WRITING, ids=lambda words: words[0])
def test_a_store_that_cannot_be_made_is_named(command: list[str], place: str, folder: Path) -> None:
    before = sorted(folder.iterdir())
    fails(run(*command, "--store", place), 5, place)
    assert sorted(folder.iterdir()) == before


def test_a_store_whose_name_is_not_text_is_named(folder: Path) -> None:
    with pytest.raises(StoreError, match="not UTF-8"):
        api.ingest("links", ["links.csv"], store="\udcff")


def test_a_demonstration_whose_archive_cannot_be_written_is_named(folder: Path) -> None:
    Path("tea.warc.gz").mkdir()
    with pytest.raises(StoreError, match=r"cannot write tea\.warc\.gz"):
        api.write_demo("tea")


@pytest.mark.parametrize("command", READING, ids=lambda words: words[0])
def test_a_store_that_cannot_be_looked_at_is_named(command: list[str], folder: Path) -> None:
    fails(run(*command, "--store", LONG), 5, "cannot read", LONG)
    fails(run(*command, "--store", "file/store"), 4, "no store")


@pytest.mark.parametrize("damage", ["refs", "manifests", "not text", "not whole"])
@pytest.mark.parametrize("command", READING, ids=lambda words: words[0])
def test_a_damaged_store_is_named(command: list[str], damage: str, store: Path) -> None:
    if damage in ("refs", "manifests"):
        (store / damage).rename(store / "elsewhere")
        if (command, damage) == (["snapshots"], "refs"):  # they lie elsewhere, and are all there
            assert run(*command, "--store", store).stdout.count("snapshot ") == 2
            return
    else:
        content = b"\xff\xfe" if damage == "not text" else b'{"format_version": 1}'
        for path in (store / "manifests").iterdir():
            path.write_bytes(content)
    fails(run(*command, "--store", store), 5, "repair:")


@pytest.mark.parametrize("name", ["recipe.json", "counts.json"])
def test_a_damaged_intake_is_named(name: str, folder: Path) -> None:
    api.ingest("links", ["links.csv"], store="tea")
    (path,) = Path("tea/intake").rglob(name)
    path.write_text("{")
    with pytest.raises(StoreError, match=rf"{name} is damaged"):
        api.build("tea", base=None)


def test_doctor_tells_of_a_store_it_cannot_look_at(folder: Path) -> None:
    done = run("doctor", "--store", LONG)
    assert (done.returncode, done.stderr) == (1, "")
    assert "cannot read" in done.stdout


def test_a_store_without_a_cache_to_write_to_still_answers(store: Path) -> None:
    expected = run("backlinks", "b.com", "--store", store).stdout
    assert "https://a.com/" in expected
    for path in (store / "cache").iterdir():
        path.unlink()
    (store / "cache").rmdir()
    (store / "cache").write_text("no folder")
    assert run("backlinks", "b.com", "--store", store).stdout == expected


@pytest.mark.parametrize("place", ["file/out.csv", "file/out.xlsx", "", LONG])
def test_an_output_that_cannot_be_written_is_named(place: str, store: Path) -> None:
    before = sorted(Path().iterdir())
    fails(run("backlinks", "b.com", "--store", store, "--output", place), 5, "cannot write")
    assert sorted(Path().iterdir()) == before


def test_an_output_may_be_a_link_or_a_pipe(store: Path) -> None:
    words = ["backlinks", "b.com", "--store", store, "--format", "csv", "--output"]
    expected = run(*words[:-1]).stdout
    assert run(*words, "lost").returncode == 0
    assert Path("lost").is_symlink()
    assert Path("nowhere").read_bytes().decode() == expected.replace("\n", "\r\n")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(Path("pipe").read_text()))
    reader.start()
    assert run(*words, "pipe").returncode == 0
    reader.join(60)
    assert read == [expected]
    assert Path("pipe").is_fifo()


@pytest.mark.parametrize("reader", READERS.names)
def test_an_input_that_cannot_be_looked_at_is_named(reader: str, folder: Path) -> None:
    options = {"base_url": "https://a.com/"} if reader == "html" else {}
    for place, words in ((LONG, "cannot be read"), ("pipe", "is no"), ("\udcff", "not UTF-8")):
        with pytest.raises(FormatError, match=words):
            api.ingest(reader, [place], store="tea", **options)
    assert not Path("tea").exists()
