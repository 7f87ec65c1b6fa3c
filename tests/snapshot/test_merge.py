"""Several looks at one page, and rows that linkshed did not read itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from linkshed.snapshot.arrow import seconds
from linkshed.snapshot.tables import Snapshot
from webs import publish, rows

DAY = 86_400


def table(snapshot: Snapshot) -> list[tuple[Any, ...]]:
    """(source, target, anchor, first, last, verified) in days, in the order of links."""
    found = snapshot.columns(
        "links", ["source", "target", "anchor", "first_seen", "last_seen", "last_verified"]
    )
    urls = [url.removeprefix("https://") for url in snapshot.urls(range(snapshot.n_pages))]
    ends = [[urls[i] for i in found[name].to_pylist()] for name in ("source", "target")]
    days = [
        [None if second is None else second // DAY for second in seconds(found[name]).to_pylist()]
        for name in ("first_seen", "last_seen", "last_verified")
    ]
    return list(zip(*ends, found["anchor"].to_pylist(), *days, strict=True))


def look(text: str, day: int) -> Any:
    return rows(text, fetched_at=day * DAY)


def listed(text: str, day: int | None) -> Any:
    """Rows of a table: no page was read, nothing is verified."""
    batch = look(text, day or 0)
    batch.pages = {name: [] for name in batch.pages}
    for name in ("first_seen", "last_seen"):
        batch.links[name] = [None if day is None else day * DAY] * len(batch.links[name])
    batch.links["last_verified"] = [None] * len(batch.links["kind"])
    return batch


def test_the_latest_look_counts_and_keeps_the_first_date(tmp_path: Path) -> None:
    made = publish(
        tmp_path,
        look("a.com/ -> b.com/ 'kept'\na.com/ -> b.com/ 'gone'", 10),
        look("a.com/ -> b.com/ 'new'\na.com/ -> b.com/ 'kept'", 20),
    )
    assert table(made) == [
        ("a.com/", "b.com/", "new", 20, 20, 20),
        ("a.com/", "b.com/", "kept", 10, 20, 20),
    ]
    assert made.manifest.superseded == 2


def test_a_later_build_merges_with_the_snapshot_before(tmp_path: Path) -> None:
    publish(tmp_path, look("a.com/ -> b.com/ 'kept'\nz.com/ -> b.com/ 'unread'", 10))
    made = publish(tmp_path, look("a.com/ -> b.com/ 'kept'\na.com/ -> c.com/ 'new'", 20))
    assert table(made) == [
        ("a.com/", "b.com/", "kept", 10, 20, 20),
        ("z.com/", "b.com/", "unread", 10, 10, 10),
        ("a.com/", "c.com/", "new", 20, 20, 20),
    ]


def test_an_older_look_read_later_only_gives_first_dates(tmp_path: Path) -> None:
    publish(tmp_path, look("a.com/ -> b.com/ 'x'", 20))
    made = publish(tmp_path, look("a.com/ -> b.com/ 'x'\na.com/ -> old.com/ 'y'", 10))
    assert table(made) == [("a.com/", "b.com/", "x", 10, 20, 20)]


def test_parallel_links_are_matched_one_by_one(tmp_path: Path) -> None:
    publish(tmp_path, look("a.com/ -> b.com/ 'x'", 10))
    made = publish(tmp_path, look("a.com/ -> b.com/ 'x'\na.com/ -> b.com/ 'x'", 20))
    assert [row[3:] for row in table(made)] == [(10, 20, 20), (20, 20, 20)]


def test_the_same_input_twice_changes_nothing(tmp_path: Path) -> None:
    text = "a.com/ -> b.com/ 'x'\na.com/ -> b.com/ 'x'\nb.com/ -> a.com/"
    once = publish(tmp_path / "once", look(text, 10))
    twice = publish(tmp_path / "twice", look(text, 10), look(text, 10))
    assert table(once) == table(twice)


def test_a_repeat_confirms_the_links_of_the_look_before(tmp_path: Path) -> None:
    repeat = look("a.com/ title=x", 30)
    repeat.pages["is_revisit"] = [True]
    made = publish(tmp_path, look("a.com/ -> b.com/ 'x'", 10), repeat)
    assert table(made) == [("a.com/", "b.com/", "x", 10, 30, 30)]
    page = made.columns("pages", ["title", "fetched_at", "first_seen"], 0, 1)
    assert page["title"].to_pylist() == [None]
    assert seconds(page["fetched_at"]).to_pylist() == [30 * DAY]
    assert seconds(page["first_seen"]).to_pylist() == [10 * DAY]


def test_a_listed_link_stands_until_a_later_look_lacks_it(tmp_path: Path) -> None:
    publish(tmp_path, listed("a.com/ -> b.com/ 'x'\na.com/ -> c.com/ 'undated'", 15))
    earlier = publish(tmp_path, look("a.com/ -> d.com/", 10))
    assert [row[1] for row in table(earlier)] == ["b.com/", "c.com/", "d.com/"]
    later = publish(tmp_path, look("a.com/ -> d.com/", 20))
    assert [row[1] for row in table(later)] == ["d.com/"]


def test_a_listed_link_without_date_stands_beside_any_look(tmp_path: Path) -> None:
    made = publish(tmp_path, look("a.com/ -> d.com/", 20), listed("a.com/ -> b.com/ 'x'", None))
    assert ("a.com/", "b.com/", "x", None, None, None) in table(made)


def test_a_listed_link_that_was_read_too_is_one_link(tmp_path: Path) -> None:
    made = publish(tmp_path, look("a.com/ -> b.com/ 'x'", 20), listed("a.com/ -> b.com/ 'x'", 5))
    assert table(made) == [("a.com/", "b.com/", "x", 5, 20, 20)]


def test_a_page_that_died_loses_its_links(tmp_path: Path) -> None:
    publish(tmp_path, look("a.com/ -> b.com/ 'x'", 10))
    made = publish(tmp_path, look("a.com/ status=404", 20))
    assert table(made) == []
    assert made.page_id("https://b.com/") is not None
