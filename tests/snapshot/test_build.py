"""A build equals a plain reading of its rows, however they were cut."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed.errors import NotFoundError, ParameterError
from linkshed.snapshot.build import build, parse_memory
from linkshed.snapshot.linksort import sorted_buckets
from linkshed.snapshot.numbering import Workbench
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.key import url_key
from linkshed.urls.scope import parse_scope
from webs import batch, publish, rows, web

HOSTS = ["a.com", "www.a.com", "a-b.com", "b.a.com", "a.com:8080", "x.co.uk", "1.2.3.4"]
URLS = st.builds(
    lambda scheme, host, path: f"{scheme}://{host}/{path}",
    st.sampled_from(["http", "https"]),
    st.sampled_from(HOSTS),
    st.sampled_from(["", "a", "a/", "b?c=1", "ü"]),
)
LINES = st.lists(
    st.builds(lambda s, t, w: f"{s} -> {t} '{w}'", URLS, URLS, st.sampled_from(["x", "y", ""])),
    min_size=1,
    max_size=25,
)
ENDS = ("target_url", "source_url", "ordinal", "anchor")
TABLES = ("pages", "hosts", "domains", "links", "contexts", "in_offsets", "out_offsets",
          "out_order", "resolution", "texts")  # fmt: skip


def contents(snapshot: Snapshot) -> dict[str, Any]:
    return {name: snapshot.columns(name, snapshot.names(name)).to_pydict() for name in TABLES}


def by_page(made: SimpleNamespace, cut: int) -> list[SimpleNamespace]:
    """The rows of a web in ``cut`` batches; all rows of a page stay together."""
    parts = []
    for part in range(cut):
        kept = {url for i, url in enumerate(made.pages["url"]) if i % cut == part}
        pages = [
            dict(zip(made.pages, row, strict=True))
            for row in zip(*made.pages.values(), strict=True)
        ]
        links = [
            dict(zip(made.links, row, strict=True))
            for row in zip(*made.links.values(), strict=True)
        ]
        parts.append(
            batch(
                [p for p in pages if p["url"] in kept],
                [x for x in links if x["source_url"] in kept],
            )
        )
    return parts


@given(LINES)
@settings(max_examples=25, deadline=None)
def test_a_build_equals_a_plain_reading(lines: list[str]) -> None:
    made = rows("\n".join(lines))
    with tempfile.TemporaryDirectory() as folder:
        snapshot = publish(Path(folder), made)
        pages = sorted({url_key(u) for u in (*made.pages["url"], *made.links["target_url"])})
        found = snapshot.columns("pages", ["key", "scheme"])
        assert (
            list(zip(found["key"].to_pylist(), found["scheme"].to_pylist(), strict=True)) == pages
        )
        expected = sorted(
            (pages.index(url_key(target)), pages.index(url_key(source)), ordinal, anchor)
            for target, source, ordinal, anchor in zip(
                *(made.links[n] for n in ("target_url", "source_url", "ordinal", "anchor")),
                strict=True,
            )
        )
        links = snapshot.columns("links", ["target", "source", "ordinal", "anchor"]).to_pydict()
        assert list(zip(*links.values(), strict=True)) == expected


@given(LINES, st.integers(2, 4))
@settings(max_examples=15, deadline=None)
def test_cutting_the_rows_changes_nothing(lines: list[str], cut: int) -> None:
    made = rows("\n".join(lines))
    with tempfile.TemporaryDirectory() as folder:
        whole = publish(
            Path(folder, "whole").resolve() if Path(folder, "whole").mkdir() is None else Path(),
            made,
        )
        Path(folder, "chunks").mkdir()
        Path(folder, "intakes").mkdir()
        parts = by_page(made, cut)
        chunks = publish(Path(folder, "chunks"), *parts)
        for part in parts:
            intakes = publish(Path(folder, "intakes"), part)
        assert contents(chunks) == contents(whole)
        assert contents(intakes) == contents(whole)


def test_spilling_to_disk_gives_the_same_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"s{i % 50}.com/{i} -> t{i % 7}.com/{i % 11} 'w{i}'" for i in range(600)]
    made = publish(tmp_path, *by_page(rows("\n".join(lines)), 5))
    store = Store.open(tmp_path / "store")
    chunks = sorted(p for p in (store.path / "intake").glob("*/0*"))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    bench = Workbench(scratch, chunks, None, "200MB", 1)
    monkeypatch.setattr("linkshed.snapshot.linksort._SLICE_ROWS", 50)
    parts = list(sorted_buckets(bench, 1))
    bench.close()
    assert len(parts) > 3
    names = ["target", "source", "ordinal"]
    spilled = [
        row for part in parts for row in zip(*(part[n].to_pylist() for n in names), strict=True)
    ]
    assert spilled == list(zip(*made.columns("links", names).to_pydict().values(), strict=True))


def test_nothing_new_gives_the_base_back(tmp_path: Path) -> None:
    made = web("a.com/ -> b.com/", tmp_path)
    assert build(Store.open(tmp_path / "store")).id == made.id


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="linkshed ingest"):
        build(Store.create(tmp_path / "store"))


def test_an_intake_without_rows_makes_an_empty_snapshot(tmp_path: Path) -> None:
    made = publish(tmp_path, batch([], []))
    assert (made.n_pages, made.n_links, made.n_domains) == (0, 0, 0)
    assert made.pages_of(parse_scope("a.com")) == []
    assert made.page_id("https://a.com/") is None


def test_scopes_are_ranges_of_pages(tmp_path: Path) -> None:
    made = web("\n".join(f"https://{host}/x -> http://{host}/x" for host in HOSTS), tmp_path)
    urls = made.urls(range(made.n_pages))
    for text in (
        "a.com",
        "www.a.com",
        "*.a.com",
        "a.com/x",
        "http://a.com/x",
        "a-b.com, x.co.uk",
        "*",
    ):
        scope = parse_scope(text)
        inside = [u for lo, hi in made.pages_of(scope) for u in urls[lo:hi]]
        assert inside == [u for u in urls if scope.holds(*url_key(u))], text


@pytest.mark.parametrize("text", ["", "2", "GB", "10MB", "-1GB", "2 apples"])
def test_a_bad_memory_limit_is_named(text: str) -> None:
    with pytest.raises(ParameterError, match="allowed"):
        parse_memory(text)
