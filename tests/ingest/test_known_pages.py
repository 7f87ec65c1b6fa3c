"""Lists of pages: sitemaps, logs, exports; every line is kept or refused with its reason."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkshed.errors import FormatError, LinkshedError, ParameterError
from linkshed.ingest import READERS
from linkshed.ingest.list.layout import figure, layout_of
from linkshed.ingest.reader import Batch, Item
from linkshed.schema import KnownFrom

ADDRESS = "https://shop.example"


def read(name: str, path: Path, **options: Any) -> Batch:
    """All rows of one file."""
    reader = READERS.load(name)
    given = {option.name: options.get(option.name, option.default) for option in reader.OPTIONS}
    reader.inputs([path], given)
    batch = Batch()
    for item in reader.items(path, given):
        if isinstance(item, Item):
            batch.extend(reader.rows(path, [item], given))
        else:
            batch.n_records += 1
            batch.refuse("record", item.reason, str(path), item.locator, item.value)
    return batch


def told(batch: Batch) -> dict[str, tuple[Any, ...]]:
    """What is known of each page."""
    columns = batch.known
    facts = zip(columns["known_from"], columns["n_clicks"], columns["n_visits"], strict=True)
    return dict(zip(columns["url"], facts, strict=True))


def made(folder: Path, text: str, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def test_a_search_console_zip_gives_the_pages_with_clicks_and_no_other_table(
    tmp_path: Path,
) -> None:
    path = tmp_path / "shop.example-Performance.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(
            "Queries.csv", "Top queries,Clicks,Impressions,CTR,Position\noolong,5,9,55%,1.2\n"
        )
        packed.writestr(
            "Pages.csv",
            f'Top pages,Clicks,Impressions,CTR,Position\n{ADDRESS}/a,"1,240",9,1%,2\n{ADDRESS}/b,0,9,0%,50\n',
        )
        packed.writestr(
            "Dates.csv", "Date,Clicks,Impressions,CTR,Position\n2026-11-01,5,9,55%,1.2\n"
        )
    search = int(KnownFrom.SEARCH)
    assert told(read("list", path)) == {
        f"{ADDRESS}/a": (search, 1240, None),
        f"{ADDRESS}/b": (search, 0, None),
    }


def test_a_search_console_table_of_any_language_is_known_by_its_columns(tmp_path: Path) -> None:
    path = made(tmp_path, f"\ufeffדפים,קליקים,חשיפות,שיעור,מיקום\n{ADDRESS}/a,7,9,77.7%,2.5\n")
    assert told(read("list", path)) == {f"{ADDRESS}/a": (int(KnownFrom.SEARCH), 7, None)}


def test_an_analytics_table_of_paths_needs_the_site_and_leaves_remarks_and_totals_out(
    tmp_path: Path,
) -> None:
    text = "# ----\n# Pages and screens\n# ----\n\nPage path and screen class,Views,Active users\n,30,9\n/a?x=1,20,5\n/b,10,4\n(not set),3,3\n"
    batch = read("list", made(tmp_path, text), base_url=ADDRESS + "/")
    kind = int(KnownFrom.ANALYTICS)
    assert told(batch) == {f"{ADDRESS}/a?x=1": (kind, None, 20), f"{ADDRESS}/b": (kind, None, 10)}
    assert batch.n_records == 4
    assert dict(batch.refused_records) == {"bad_value": 2}


def test_plain_addresses_are_a_list_and_the_user_may_say_of_what(tmp_path: Path) -> None:
    path = made(tmp_path, f"{ADDRESS}/a\n{ADDRESS}/b\nnonsense\n")
    assert set(told(read("list", path)).values()) == {(int(KnownFrom.LIST), None, None)}
    batch = read("list", path, kind="analytics")
    assert set(told(batch).values()) == {(int(KnownFrom.ANALYTICS), None, None)}
    assert dict(batch.refused_records) == {"bad_url": 1}


def test_what_names_no_page_is_told(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="names no page"):
        read("list", made(tmp_path, "name,price\ntea,5\n"))
    with pytest.raises(ParameterError, match="kind"):
        read("list", made(tmp_path, f"{ADDRESS}/\n"), kind="bing")


LOG = """\
192.0.2.1 - - [21/Nov/2026:10:00:00 +0000] "GET /tea HTTP/1.1" 200 5120
2001:db8::1 - eve [21/Nov/2026:10:00:01 +0000] "GET /tea HTTP/2.0" 304 - "https://a.example/" "Mozilla/5.0 (a [b] \\"c\\")"
192.0.2.1 - - [21/Nov/2026:10:00:02 +0000] "GET /gone HTTP/1.1" 404 99 "-" "-"
192.0.2.1 - - [21/Nov/2026:10:00:03 +0000] "POST /tea HTTP/1.1" 200 99 "-" "-"
192.0.2.1 - - [21/Nov/2026:10:00:04 +0000] "GET /style.css?v=2 HTTP/1.1" 200 99 "-" "-"
192.0.2.1 - - [21/Nov/2026:10:00:05 +0000] "\\x16\\x03\\x01" 400 99 "-" "-"
192.0.2.1 - - [21/Nov/2026:10:00:06 +0000] "GET /old HTTP/1.1" 301 0 "-" "-"
"""
REFUSED = {"failed_request": 1, "other_method": 1, "not_a_page": 1, "bad_row": 1}


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_log_gives_the_pages_asked_for_and_how_often(tmp_path: Path, pack: Any) -> None:
    path = tmp_path / "access.log"
    path.write_bytes(pack(LOG.encode()))
    batch = read("log", path, base_url=ADDRESS)
    log = int(KnownFrom.LOG)
    assert told(batch) == {f"{ADDRESS}/tea": (log, None, 2), f"{ADDRESS}/old": (log, None, 1)}
    assert dict(batch.refused_records) == REFUSED
    assert batch.n_records == 7


def test_a_log_that_names_hosts_needs_no_site(tmp_path: Path) -> None:
    lines = "".join(
        f"{host} {LOG.splitlines()[0]}\n"
        for host in ("a.example:443", "b.example:80", "c.example:8080")
    )
    batch = read("log", made(tmp_path, lines, "log"))
    assert sorted(told(batch)) == [
        "http://b.example/tea",
        "http://c.example:8080/tea",
        "https://a.example/tea",
    ]
    with pytest.raises(ParameterError, match="name no host"):
        read("log", made(tmp_path, LOG, "log"))


def test_an_endless_line_of_a_log_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    path = made(
        tmp_path,
        LOG.splitlines()[0] + "\n" + "x" * 5_000_000 + "\n" + LOG.splitlines()[6] + "\n",
        "log",
    )
    batch = read("log", path, base_url=ADDRESS)
    assert sorted(told(batch)) == [f"{ADDRESS}/old", f"{ADDRESS}/tea"]
    assert dict(batch.refused_records) == {"too_large": 1}


def test_a_sitemap_is_read_without_expanding_entities_and_an_index_names_others(
    tmp_path: Path,
) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    batch = read(
        "sitemap",
        made(
            tmp_path,
            f"{bomb}<urlset><url><loc>{ADDRESS}/&b;</loc></url><url><loc>/x</loc></url></urlset>",
        ),
    )
    assert told(batch) == {f"{ADDRESS}/&b;": (int(KnownFrom.SITEMAP), None, None)}
    assert dict(batch.refused_records) == {"bad_url": 1}
    index = read(
        "sitemap",
        made(
            tmp_path, f"<sitemapindex><sitemap><loc>{ADDRESS}/s.xml</loc></sitemap></sitemapindex>"
        ),
    )
    assert not told(index)
    assert dict(index.refused_records) == {"not_a_page": 1}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("1,240", 1240),
        ("1.240.000", 1240000),
        ("3.5", 3),
        ("", None),
        ("n/a", None),
        ("99999999999", None),
    ],
)
def test_figures_are_whole_numbers_or_unknown(text: str, value: int | None) -> None:
    assert figure(text) == value


@given(st.text(max_size=300))
def test_any_text_is_a_list_or_is_none(text: str) -> None:
    layout = layout_of(text)
    assert layout is None or layout.address >= 0


@given(st.binary(min_size=1, max_size=400), st.sampled_from(["sitemap", "log", "list"]))
def test_any_bytes_are_read_or_told_and_counts_add_up(
    tmp_path_factory: Any, data: bytes, name: str
) -> None:
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(data)
    try:
        batch = read(name, path, base_url=ADDRESS)
    except LinkshedError:
        return
    assert batch.n_records >= batch.refused_records.total()
    assert len(batch.known["url"]) <= batch.n_records
