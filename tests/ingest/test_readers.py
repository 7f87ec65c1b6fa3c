"""What every reader must keep to, whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from archives import HTML, gzip_members, warc
from folder_sink import FolderSink

from linkshed.errors import InputError, LinkshedError, NotFoundError
from linkshed.ingest import READERS
from linkshed.ingest.crawl import record
from linkshed.ingest.crawl.archive import Archive, segments
from linkshed.ingest.crawl.database import NAME, Database
from linkshed.ingest.crawl.discover import Answer
from linkshed.ingest.crawl.settings import settings_of
from linkshed.ingest.reader import INPUTS, Batch, Item, Option, Refused
from linkshed.ingest.run import run

Made = tuple[list[Path], dict[str, Any]]


def _warc(folder: Path) -> Made:
    path = folder / "a.warc.gz"
    path.write_bytes(gzip_members([warc(f"http://a.example/{n}") for n in range(9)] + [b"junk"]))
    return [path], {}


def _html(folder: Path) -> Made:
    site = folder / "site"
    site.mkdir()
    for number in range(9):
        (site / f"{number}.html").write_bytes(HTML)
    (site / "notes.bin").write_bytes(bytes(100))
    return [site], {"base_url": "http://a.example/"}


def _links(folder: Path) -> Made:
    path = folder / "links.csv"
    rows = "".join(f"http://a.example/{n},http://b.example/,tea\n" for n in range(9))
    path.write_text("url_from,url_to,anchor\n" + rows + "mailto:a,http://b.example/,tea\n")
    return [path], {}


def _crawl(folder: Path) -> Made:
    crawl = folder / "crawl"
    crawl.mkdir()
    database, archive = Database(crawl / NAME, is_new=True), Archive(crawl, 0, 0)
    for number in range(9):
        headers = [("Content-Type", "text/html")]
        archive.add(Answer(f"http://a.example/{number}", 200, headers, HTML), 1_700_000_000, "")
    archive.close()
    with segments(crawl)[0].open("ab") as file:
        file.write(b"junk")
    settings = settings_of(["http://a.example/"], {})
    record.write(crawl, record.completeness(database.db, settings, "finished"))
    database.close()
    return [crawl], {}


def _sitemap(folder: Path) -> Made:
    path = folder / "sitemap.xml"
    urls = [*(f"http://a.example/{n}" for n in range(9)), "mailto:a"]
    path.write_text(f"<urlset>{''.join(f'<url><loc>{url}</loc></url>' for url in urls)}</urlset>")
    return [path], {}


def _log(folder: Path) -> Made:
    path = folder / "access.log"
    line = '127.0.0.1 - - [21/Nov/2026:10:00:00 +0000] "GET /{} HTTP/1.1" 200 5 "-" "Mozilla/5.0"\n'
    path.write_text("".join(line.format(n) for n in range(9)) + "junk\n")
    return [path], {"base_url": "http://a.example/"}


def _list(folder: Path) -> Made:
    path = folder / "pages.csv"
    rows = "".join(f'http://a.example/{n},"1,{n}00",9,1%,2\n' for n in range(9))
    path.write_text("Top pages,Clicks,Impressions,CTR,Position\n" + rows + "mailto:a,1,1,1%,1\n")
    return [path], {}


def _webgraph(folder: Path) -> Made:
    (folder / "vertices.txt").write_text("".join(f"{n}\tcom.a{n}\n" for n in range(4)))
    edges = ("0\t1", "0\t2", "1\t3", "2\t0", "3\t1", "3\t9")
    (folder / "edges.txt").write_text("\n".join(edges) + "\n")
    return [folder / "vertices.txt", folder / "edges.txt"], {}


MAKERS: dict[str, Callable[[Path], Made]] = {
    "warc": _warc,
    "html": _html,
    "links": _links,
    "crawl": _crawl,
    "sitemap": _sitemap,
    "log": _log,
    "list": _list,
    "webgraph": _webgraph,
}
N_LINKS = {"sitemap": 0, "log": 0, "list": 0, "webgraph": 5}
"""Links among the nine records kept of each; nine where nothing else is said."""


def found(name: str, folder: Path) -> tuple[Any, list[Path], dict[str, Any]]:
    """A reader, its inputs in a folder, and the options its items are asked for with."""
    reader = READERS.load(name)
    named, options = MAKERS[name](folder)
    paths = reader.inputs(named, options)
    return reader, paths, options | {INPUTS: paths}


@pytest.fixture(params=list(READERS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_it_says_what_it_is(name: str) -> None:
    reader = READERS.load(name)
    assert reader.TITLE
    assert "\n" not in reader.TITLE
    assert all(isinstance(option, Option) and option.meaning for option in reader.OPTIONS)
    assert reader.__doc__


def test_its_items_are_the_same_each_time_and_say_how_far_it_is(name: str, tmp_path: Path) -> None:
    reader, paths, options = found(name, tmp_path)
    for path in paths:
        first, second = list(reader.items(path, options)), list(reader.items(path, options))
        assert first == second
        assert all(isinstance(item, (Item, Refused)) for item in first)
        offsets = [item.offset for item in first if isinstance(item, Item)]
        assert offsets == sorted(offsets)
        assert 0 < offsets[-1] <= reader.size(path)


def test_its_rows_do_not_depend_on_how_items_are_grouped(name: str, tmp_path: Path) -> None:
    reader, paths, options = found(name, tmp_path)
    for path in paths:
        items = [item for item in reader.items(path, options) if isinstance(item, Item)]
        whole: Batch = reader.rows(path, items, options)
        parts = [reader.rows(path, [item], options) for item in items]
        for table in ("pages", "links", "known", "dead_ends"):
            for column, cells in getattr(whole, table).items():
                assert cells == [cell for part in parts for cell in getattr(part, table)[column]]
        assert whole.n_records == sum(part.n_records for part in parts)


def test_its_counts_add_up(name: str, tmp_path: Path) -> None:
    named, options = MAKERS[name](tmp_path)
    store = FolderSink(tmp_path / "store")
    store.folder.mkdir()
    result = run(name, named, options, store)
    assert result.n_records == 10
    assert sum(result.refused_records.values()) == 1
    assert result.n_kept_records == 9
    assert result.n_kept_links == len(store.rows("links")) == N_LINKS.get(name, 9)
    if not N_LINKS.get(name, 9):
        assert len(store.rows("known")) == 9
    assert result.n_links == result.n_kept_links + sum(result.refused_links.values())
    assert sum(row[-1] for row in store.rows("rejects") if row[0] == "record") == 1


def test_a_path_that_is_not_there_is_told_in_one_line(name: str, tmp_path: Path) -> None:
    _, options = MAKERS[name](tmp_path)
    with pytest.raises(NotFoundError) as caught:
        READERS.load(name).inputs([tmp_path / "missing"], options)
    assert "missing" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_empty_file_is_told(name: str, tmp_path: Path) -> None:
    _, options = MAKERS[name](tmp_path)
    empty = tmp_path / "empty"
    empty.touch()
    with pytest.raises(InputError):
        READERS.load(name).inputs([empty], options)


def test_nothing_named_is_told_or_gives_nothing(name: str, tmp_path: Path) -> None:
    _, options = MAKERS[name](tmp_path)
    with suppress(LinkshedError):
        assert READERS.load(name).inputs([], options) == []
