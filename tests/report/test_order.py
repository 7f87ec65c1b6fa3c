"""The first rows, found without ordering the others, are the first of all rows in order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkshed.api import Linkshed
from linkshed.report.frame import Frame, of_table
from linkshed.report.order import n_distinct, ranked
from linkshed.score.run import score
from linkshed.snapshot.store import Store
from webs import web

KINDS = {
    "share": pa.float32(), "equity": pa.float64(), "n": pa.uint32(), "seen": pa.timestamp("s"),
    "is_followed": pa.bool_(), "words": pa.string(),
}  # fmt: skip
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "share": st.sampled_from([None, 0.0, -0.0, 0.25, 0.5, 1e30]),
    "equity": st.sampled_from([None, 0.0, 0.15, 0.150000001, 2.0]),
    "n": st.sampled_from([None, 0, 1, 4_000_000_000]),
    "seen": st.sampled_from([None, 0, 1_700_000_000]),
    "is_followed": st.sampled_from([None, True, False]),
    "words": st.sampled_from([None, "", "tea", "Tea"]),
}


@st.composite
def questions(draw: st.DrawFn) -> tuple[list[dict[str, Any]], Frame, Any, Any, int, int | None]:
    """Rows as dicts, the same as a frame, some row numbers, an order and where to stop."""
    n = draw(st.integers(0, 40))
    rows = [{name: draw(values) for name, values in VALUES.items()} for _ in range(n)]
    columns = {name: pa.array([row[name] for row in rows], kind) for name, kind in KINDS.items()}
    whole = of_table(pa.table(columns))
    groups = None
    if draw(st.booleans()):
        numbers = st.sampled_from([0, 1, 2, 3, 7, 10**9])
        groups = np.array(draw(st.lists(numbers, min_size=n, max_size=n)), np.int64)
    names = draw(st.lists(st.sampled_from([*KINDS, "links_in_group"]), max_size=3, unique=True))
    order = [(name, draw(st.sampled_from(["ascending", "descending"]))) for name in names]
    some = np.flatnonzero(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    kept = draw(st.sampled_from([np.arange(n), some]))
    stop = draw(st.sampled_from([None, 0, 1, 2, 5, 50]))
    return rows, Frame(n, whole.makers, groups), kept, order, n, stop


def plainly(
    rows: list[dict[str, Any]], groups: Any, kept: Any, order: list[tuple[str, str]]
) -> list[tuple[int, int | None]]:
    """(row, rows of its group) in order, by sorting everything in Python."""
    found = [int(row) for row in kept]
    for name, way in reversed([key for key in order if key[0] != "links_in_group"]):
        known = [row for row in found if rows[row][name] is not None]
        known.sort(key=lambda row: rows[row][name], reverse=way == "descending")
        if way == "descending":
            known = _ties_as_before(known, found, rows, name)
        found = known + [row for row in found if rows[row][name] is None]
    if groups is None:
        return [(row, None) for row in found]
    met: dict[int, list[int]] = {}
    for row in found:
        met.setdefault(int(groups[row]), []).append(row)
    pairs = [(members[0], len(members)) for members in met.values()]
    for way in (way for name, way in order if name == "links_in_group"):
        pairs.sort(key=lambda pair: -pair[1] if way == "descending" else pair[1])
    return pairs


def _ties_as_before(
    known: list[int], before: list[int], rows: list[dict[str, Any]], name: str
) -> list[int]:
    place = {row: number for number, row in enumerate(before)}
    values = sorted({rows[row][name] for row in known}, reverse=True)
    equal = [[row for row in known if rows[row][name] == value] for value in values]
    return [row for part in equal for row in sorted(part, key=place.__getitem__)]


@given(questions())
def test_it_agrees_with_sorting_everything(question: Any) -> None:
    rows, frame, kept, order, _, stop = question
    expected = plainly(rows, frame.groups, kept, order)
    found, counts, total = ranked(frame, kept, order, stop)
    assert total == len(expected)
    assert found.tolist() == [row for row, _ in expected[:stop]]
    assert (counts is None) == (frame.groups is None)
    if counts is not None:
        assert counts.tolist() == [n for _, n in expected[:stop]]


@given(st.lists(st.sampled_from([0, 1, 5, 10**15]), max_size=20))
def test_distinct_numbers_are_counted(numbers: list[int]) -> None:
    assert n_distinct(np.array(numbers, np.int64)) == len(set(numbers))


@pytest.fixture(scope="module")
def shed(tmp_path_factory: pytest.TempPathFactory) -> Linkshed:
    """Three domains whose many pages link to few pages of a fourth, from several places."""
    folder: Path = tmp_path_factory.mktemp("order")
    places = ("content", "footer", "nav", "sidebar")
    lines = [
        f"{'www.' if i % 5 == 0 else ''}{'abc'[i % 3]}.com/{i % 7} -> tea.com/{i % 4}"
        f" 'words {i % 6}' {places[i // 4 % 4]} position=0.{i % 10}"
        for i in range(200)
    ]
    made = web("\n".join(lines), folder)
    return Linkshed(score(Store.open(folder / "store"), made))


def test_groups_agree_with_sql(shed: Linkshed) -> None:
    snapshot = shed._snapshot
    links, domains = (
        snapshot.path_of(*name) for name in (("links", "kind"), ("domains", "domain"))
    )
    expected = duckdb.sql(f"""
        SELECT target, domain, placement, count(*) FROM read_parquet('{links}') l
        JOIN read_parquet('{domains}') d ON l.source >= page_lo AND l.source < page_hi
        GROUP BY ALL""").fetchall()
    columns = "target_url,source_domain,placement,links_in_group"
    for order in ("equity:desc", "source_domain:asc,equity:desc", "links_in_group:desc"):
        found = shed.backlinks("tea.com", select=columns, order_by=order, limit=1000).to_dicts()
        assert len(found) == len(expected) > 30
        assert sorted(row["links_in_group"] for row in found) == sorted(row[3] for row in expected)
        assert len({tuple(row.values())[:3] for row in found}) == len(found)


@pytest.mark.parametrize("grouping", ["similar", "domain", "all"])
@pytest.mark.parametrize("where", [None, "placement = footer", "anchor ~ 'words 3'"])
@pytest.mark.parametrize("order", ["equity:desc", "position", "anchor:desc,position:asc", "alt"])
def test_pages_of_a_report_together_are_the_whole(
    shed: Linkshed, grouping: str, where: str | None, order: str
) -> None:
    asked: dict[str, Any] = {"grouping": grouping, "where": where, "order_by": order, "select": "*"}
    whole = shed.backlinks("tea.com", **asked)
    pages = [shed.backlinks("tea.com", limit=7, offset=at, **asked) for at in range(0, 210, 7)]
    assert [row for page in pages for row in page.to_dicts()] == whole.to_dicts()
    assert {page.total for page in pages} == {whole.total}


def test_what_was_made_for_a_question_is_used_for_the_next(shed: Linkshed) -> None:
    first = shed.backlinks("tea.com", limit=3).to_dicts()
    kept = shed._snapshot.recent.n_bytes
    assert shed.backlinks("tea.com", limit=3).to_dicts() == first
    assert shed._snapshot.recent.n_bytes == kept > 0
    assert shed.backlinks("tea.com", limit=3, grouping="all").to_dicts() != first
