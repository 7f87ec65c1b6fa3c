"""What lists tell of pages, and places that lead nowhere, from intakes to snapshots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from linkshed.schema import KnownFrom
from linkshed.snapshot.tables import Snapshot
from webs import publish, rows, web


def known(snapshot: Snapshot) -> dict[str, tuple[Any, ...]]:
    table = snapshot.columns("known", ["page", "known_from", "unseen", "n_clicks", "n_visits"])
    pages, *facts = table.to_pydict().values()
    return dict(zip(snapshot.urls(pages), zip(*facts, strict=True), strict=True))


def dead_ends(snapshot: Snapshot) -> list[tuple[str, str, str]]:
    table = snapshot.columns("dead_ends", ["page", "href", "anchor"]).to_pydict()
    urls = snapshot.urls(table["page"])
    return list(zip(urls, table["href"], table["anchor"], strict=True))


def test_kinds_and_counts_of_all_lists_add_up(tmp_path: Path) -> None:
    web(
        "a.com/ -> a.com/x\na.com/x known sitemap\na.com/x known log n_visits=3\na.com/y known search n_clicks=2",
        tmp_path,
    )
    snapshot = publish(tmp_path, rows("a.com/x known log n_visits=4\na.com/z known unseen=robots"))
    both = int(KnownFrom.SITEMAP | KnownFrom.LOG)
    assert known(snapshot) == {
        "https://a.com/x": (both, None, None, 7),
        "https://a.com/y": (int(KnownFrom.SEARCH), None, 2, None),
        "https://a.com/z": (0, "robots", None, None),
    }


def test_the_last_reason_for_not_reading_a_page_stands(tmp_path: Path) -> None:
    web("a.com/ -> a.com/x\na.com/x known unseen=depth", tmp_path)
    snapshot = publish(tmp_path, rows("a.com/x known sitemap"), rows("a.com/x known unseen=robots"))
    assert known(snapshot)["https://a.com/x"][1] == "robots"


def test_dead_ends_are_those_of_the_look_that_counts(tmp_path: Path) -> None:
    first = "a.com/ -> a.com/x\na.com/ dead script javascript:a Old\na.com/x dead onclick '' Stays"
    snapshot = web(first, tmp_path)
    assert dead_ends(snapshot) == [
        ("https://a.com/", "javascript:a", "Old"),
        ("https://a.com/x", None, "Stays"),
    ]
    later = rows("a.com/ -> a.com/x\na.com/ dead script javascript:b New", fetched_at=1_800_000_000)
    snapshot = publish(tmp_path, later)
    assert dead_ends(snapshot) == [
        ("https://a.com/", "javascript:b", "New"),
        ("https://a.com/x", None, "Stays"),
    ]
    mended = publish(tmp_path, rows("a.com/ -> a.com/x", fetched_at=1_900_000_000))
    assert dead_ends(mended) == [("https://a.com/x", None, "Stays")]
