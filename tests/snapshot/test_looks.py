"""What becomes of the looks at a page, over several inputs and with an older base."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import webs
from linkshed.ingest.crawl.liveness import judged
from linkshed.schema import Liveness, Resolution
from linkshed.schema.rows import LOOK_FACTS
from linkshed.snapshot.looks import liveness_of
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot

DAY = 86_400
NAMES = [column.name for column in LOOK_FACTS]


def row(snapshot: Snapshot, url: str = "https://a.com/") -> dict[str, Any]:
    number = snapshot.page_id(url)
    assert number is not None
    found: dict[str, Any] = snapshot.take("pages", [*NAMES, "status"], [number]).to_pylist()[0]
    found["resolution"] = snapshot.array("resolution", "resolution")[number]
    return found


def looked(url: str, at: int, **facts: Any) -> dict[str, Any]:
    return {"url": url, "looked_at": at, "indexability": 0, "canonical_issue": 0, **facts}


def test_a_status_alone_is_judged_as_the_crawler_judges_it(tmp_path: Path) -> None:
    statuses = range(100, 1000)
    made = webs.web("\n".join(f"a.com/{status} status={status}" for status in statuses), tmp_path)
    for status in statuses:
        found = row(made, f"https://a.com/{status}")
        assert (found["liveness"], found["outcome"]) == (judged(status), str(status))


@pytest.mark.parametrize(
    ("status", "how"),
    [(404, Resolution.DEAD), (410, Resolution.DEAD), (403, Resolution.SELF),
     (401, Resolution.SELF), (429, Resolution.SELF), (503, Resolution.SELF),
     (400, Resolution.SELF)],
)  # fmt: skip
def test_only_what_is_dead_loses_equity(status: int, how: Resolution, tmp_path: Path) -> None:
    assert row(webs.web(f"a.com/ status={status}", tmp_path))["resolution"] == how


def test_the_last_look_counts_and_what_was_read_before_stays(tmp_path: Path) -> None:
    first = webs.rows("a.com/ -> b.com/", fetched_at=10 * DAY)
    later = webs.batch([looked("https://a.com/", 20 * DAY, liveness=Liveness.DEAD, n_vain_looks=3,
                               outcome="timeout", vain_since=14 * DAY)], [])  # fmt: skip
    made = webs.publish(tmp_path, first)
    assert row(made)["liveness"] == Liveness.ALIVE
    made = webs.publish(tmp_path, later)
    found = row(made)
    assert (found["status"], found["liveness"], found["outcome"]) == (200, Liveness.DEAD, "timeout")
    assert found["n_vain_looks"] == 3
    assert found["resolution"] == Resolution.DEAD
    assert made.n_links == 1
    again = webs.publish(tmp_path, webs.rows("a.com/ -> b.com/", fetched_at=30 * DAY))
    assert (row(again)["liveness"], row(again)["outcome"]) == (Liveness.ALIVE, "200")


def test_a_page_nobody_looked_at_is_unknown_and_says_so_by_null(tmp_path: Path) -> None:
    found = row(webs.web("a.com/ -> b.com/", tmp_path), "https://b.com/")
    assert found["liveness"] == Liveness.UNKNOWN
    assert [found[name] for name in NAMES[1:]] == [None] * 4


def test_a_host_that_does_not_exist_is_dead_without_a_status(tmp_path: Path) -> None:
    gone = looked("https://b.com/", DAY, liveness=Liveness.DEAD, outcome="no_such_host",
                  n_vain_looks=1, vain_since=DAY)  # fmt: skip
    rows = webs.rows("a.com/ -> b.com/")
    found = row(webs.publish(tmp_path, rows, webs.batch([gone], [])), "https://b.com/")
    assert (found["status"], found["resolution"]) == (None, Resolution.DEAD)


def test_a_base_of_an_older_writer_is_merged_and_read(tmp_path: Path) -> None:
    """A snapshot whose files lack the columns: they are left out of its manifest by hand."""
    made = webs.web("a.com/ -> b.com/ \n b.com/ status=404 \n c.com/ status=403", tmp_path)
    absent = {*NAMES, "is_scripted"}
    files = tuple(without(entry, absent) for entry in made.manifest.files)
    old = Snapshot(made.store_path, replace(made.manifest, files=files))
    assert not old.has("pages", "liveness")
    assert liveness_of(old).tolist() == [Liveness.ALIVE, Liveness.DEAD, Liveness.BLOCKED]
    store = Store.open(made.store_path)
    with store.writing():
        store.publish(old.manifest)
    merged = webs.publish(tmp_path, webs.rows("d.com/ -> b.com/"))
    assert liveness_of(merged).tolist() == [*liveness_of(old).tolist(), Liveness.ALIVE]
    assert merged.columns("links", ["is_scripted"])["is_scripted"].to_pylist() == [None, None]


def without(entry: Any, absent: set[str]) -> Any:
    kept = [n for n, name in enumerate(entry.columns) if name not in absent]
    return replace(entry, columns=tuple(entry.columns[n] for n in kept),
                   types=tuple(entry.types[n] for n in kept))  # fmt: skip
