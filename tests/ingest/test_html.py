"""A folder of saved HTML: URLs of files, refusals, links between files, hostile folders."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import pytest
from folder_sink import FolderSink

from linkshed.errors import FormatError, NotFoundError, ParameterError
from linkshed.ingest import html as reader
from linkshed.ingest.html import file_url
from linkshed.ingest.reader import Batch, Item, Refused
from linkshed.ingest.run import run

BASE = "https://example.com/docs/"
OPTIONS = {"base_url": BASE}
PAGE = "<!doctype html><title>T</title><p>Some words and <a href='{}'>a link</a>.</p>"


def written(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def read(folder: Path, options: dict[str, Any] = OPTIONS) -> tuple[Batch, list[Refused]]:
    assert reader.inputs([folder], options) == [folder]
    found = list(reader.items(folder, options))
    whole = [item for item in found if isinstance(item, Item)]
    batch = reader.rows(folder, whole, options)
    assert batch.n_records == len(whole)
    assert batch.n_records == len(batch.pages["url"]) + batch.refused_records.total()
    assert [item.offset for item in whole] == sorted(item.offset for item in whole)
    assert reader.size(folder) == max((item.offset for item in whole), default=0)
    return batch, [item for item in found if isinstance(item, Refused)]


@pytest.mark.parametrize(
    ("name", "url"),
    [
        (b"a.html", "https://example.com/docs/a.html"),
        (b"index.html", "https://example.com/docs/"),
        (b"x/y/index.html", "https://example.com/docs/x/y/"),
        (b"x/index.htm", "https://example.com/docs/x/index.htm"),
        (b"page?x=1.html", "https://example.com/docs/page?x=1"),
        (b"page.php?x=1&y=2", "https://example.com/docs/page.php?x=1&y=2"),
        (b"x/index.html?p=2", "https://example.com/docs/x/?p=2"),
        (b"a b#c.html", "https://example.com/docs/a%20b%23c.html"),
        (b"a%20b.html", "https://example.com/docs/a%20b.html"),
        ("grün.html".encode(), "https://example.com/docs/gr%C3%BCn.html"),
        (b"gr\xfcn.html", "https://example.com/docs/gr%FCn.html"),
        (b"a:b\\c.html", "https://example.com/docs/a:b%5Cc.html"),
    ],
)
def test_the_url_of_a_file(name: bytes, url: str) -> None:
    assert file_url(BASE, name) == url


def test_pages_and_links(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        {
            "index.html": PAGE.format("sub/index.html"),
            "sub/index.html": PAGE.format("../page%3Fx=1.html"),
            "page?x=1.html": PAGE.format("absent/index.html"),
            "plain": PAGE.format("https://other.example/index.html#top"),
        },
    )
    os.utime(folder / "index.html", (1_700_000_000, 1_700_000_000))
    batch, broken = read(folder)
    assert not broken
    facts = dict(zip(batch.pages["url"], batch.pages["fetched_at"], strict=True))
    assert list(facts) == [BASE, BASE + "page?x=1", BASE + "plain", BASE + "sub/"]
    assert facts[BASE] == 1_700_000_000
    assert set(batch.pages["status"]) == {200}
    links = dict(zip(batch.links["source_url"], batch.links["target_url"], strict=True))
    assert links == {
        BASE: BASE + "sub/",
        BASE + "sub/": BASE + "page?x=1",
        BASE + "page?x=1": BASE + "absent/index.html",
        BASE + "plain": "https://other.example/index.html",
    }


def test_a_canonical_does_not_change_the_url_of_a_file(tmp_path: Path) -> None:
    head = "<link rel=canonical href='https://elsewhere.example/'>"
    batch, _ = read(written(tmp_path, {"a.html": head + PAGE.format("/")}))
    assert batch.pages["url"] == [BASE + "a.html"]


def test_what_is_no_html_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_FILE_BYTES", 2000)
    files: dict[str, str | bytes] = {
        "style.css": "p { color: red }",
        "image.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        "data.json": "{}",
        "empty": "",
        "large.html": PAGE.format("x") + " " * 2000,
        "good.html": PAGE.format("x"),
        "empty.html": "",
        "x" * 200 + "/" + "y" * 200 + ".html": PAGE.format("x"),
    }
    batch, broken = read(written(tmp_path, files))
    assert not broken
    assert batch.refused_records == {"not_html": 4, "too_large": 1}
    assert BASE + "empty.html" in batch.pages["url"]
    assert set(batch.rejects["locator"]) == {
        *("style.css", "image.png", "data.json", "empty", "large.html")
    }


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside = written(tmp_path / "outside", {"secret.html": PAGE.format("x")})
    folder = written(tmp_path / "site", {"a.html": PAGE.format("x"), "sub/b.html": ""})
    (folder / "out.html").symlink_to(outside / "secret.html")
    (folder / "out").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    (folder / "gone.html").symlink_to(folder / "absent.html")
    (folder / "alias.html").symlink_to(folder / "a.html")
    os.mkfifo(folder / "pipe.html")
    batch, broken = read(folder)
    assert batch.pages["url"] == [BASE + "a.html", BASE + "alias.html", BASE + "sub/b.html"]
    assert [item.locator for item in broken] == [
        *("gone.html", "loop", "out", "out.html", "pipe.html")
    ]
    assert {item.reason for item in broken} == {"unreadable"}


def test_a_file_that_vanishes_is_counted(tmp_path: Path) -> None:
    folder = written(tmp_path, {"a.html": "", "b.html": ""})
    found = [item for item in reader.items(folder, OPTIONS) if isinstance(item, Item)]
    (folder / "a.html").unlink()
    batch = reader.rows(folder, found, OPTIONS)
    assert batch.refused_records == {"unreadable": 1}
    assert batch.pages["url"] == [BASE + "b.html"]


def test_names_that_make_no_url_are_refused(tmp_path: Path) -> None:
    deep = "/".join(["x" * 200] * 15)
    root = os.fsencode(tmp_path)
    base_url = BASE + "y" * 6000 + "/"
    os.makedirs(os.path.join(root, os.fsencode(deep)))
    (tmp_path / deep / "a.html").write_text("")
    batch = reader.rows(tmp_path, list(reader.items(tmp_path, OPTIONS)), {"base_url": base_url})
    assert batch.refused_records == {"url_too_long": 1}


def test_an_empty_folder_has_nothing(tmp_path: Path) -> None:
    batch, broken = read(tmp_path)
    assert (batch.n_records, broken) == (0, [])


@pytest.mark.parametrize(
    "base_url", [None, "", "example.com", "ftp://a.com/", "https://a.com/?q=1"]
)
def test_a_bad_base_url_is_named(tmp_path: Path, base_url: str | None) -> None:
    with pytest.raises(ParameterError) as caught:
        reader.inputs([tmp_path], {"base_url": base_url})
    assert "--base-url" in caught.value.repair


def test_a_base_url_is_a_folder(tmp_path: Path) -> None:
    batch, _ = read(written(tmp_path, {"a.html": ""}), {"base_url": "https://example.com/docs"})
    assert batch.pages["url"] == [BASE + "a.html"]


def test_wrong_paths(tmp_path: Path) -> None:
    file = written(tmp_path, {"a.html": ""}) / "a.html"
    with pytest.raises(NotFoundError):
        reader.inputs([tmp_path / "absent"], OPTIONS)
    with pytest.raises(FormatError):
        reader.inputs([file], OPTIONS)
    with pytest.raises(ParameterError):
        reader.inputs([tmp_path, tmp_path], OPTIONS)


def test_a_run_over_real_pages(tmp_path: Path, shared_data: Path) -> None:
    packed = sorted((shared_data / "placement" / "html").glob("*.html.gz"))
    contents = {
        path.name.removesuffix(".gz"): gzip.decompress(path.read_bytes()) for path in packed
    }
    folder = written(tmp_path / "site", {**contents, "style.css": "p {}"})
    store = tmp_path / "store"
    store.mkdir()
    sink = FolderSink(store)
    result = run("html", [folder], OPTIONS, sink, workers=2)
    assert result.n_records == len(packed) + 1
    assert (result.n_pages, result.refused_records) == (len(packed), {"not_html": 1})
    assert result.n_kept_links > 1000
    assert result.n_kept_links + sum(result.refused_links.values()) == result.n_links
    assert {row[0] for row in sink.rows("pages")} == {BASE + name for name in contents}
