"""Domains, words and pages with the links they had in an earlier snapshot and have no more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.answers.passing import passing_sides
from linkshed.report.answers.sides import Side, Sides, sides_of
from linkshed.report.answers.verdicts import EVENTS
from linkshed.report.columns import need
from linkshed.report.frame import Frame, labels, of_table
from linkshed.report.grouped import (
    NEVER,
    Linked,
    distinct,
    domain_facts,
    first_of,
    largest,
    linked,
    moment,
    summed,
)
from linkshed.schema import AnchorKind
from linkshed.snapshot.diff import same_pages
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

Ids = NDArray[np.int64]


def domains_since(snapshot: Snapshot, scope: Scope, since: str, where: str | None) -> Frame:
    """One row for each domain that links into a scope, or did; what is known of a domain besides
    its links is as of now when it still links, else as of then. ``where`` filters the links.
    """
    sides = passing_sides(sides_of(snapshot, scope, since, standing=True), where)
    coded = sides.domains().dictionary_encode()
    groups, n = np.asarray(coded.indices).astype(np.int64), len(coded.dictionary)
    facts = [
        domain_facts(side.snapshot, side.snapshot.domain_of(_at(side, "source", rows)))
        for side, rows in _parted(sides, first_of(groups, n))
    ]
    return _frame(sides, groups, n, _together(sides, facts, first_of(groups, n)), {})


def anchors_since(snapshot: Snapshot, scope: Scope, since: str, where: str | None) -> Frame:
    """One row for the words of the links into a scope, also of those it had; ``where`` filters the
    links.
    """
    sides = passing_sides(sides_of(snapshot, scope, since, standing=True), where)
    for side in sides:
        need(side.snapshot, "domains", "rating")
    words = [side.snapshot.take("links", ["anchor"], side.rows)["anchor"] for side in sides]
    coded = pa.chunked_array([c for w in words for c in w.cast(pa.string()).chunks], pa.string())
    coded = coded.combine_chunks().dictionary_encode()
    groups, n = np.asarray(coded.indices).astype(np.int64), len(coded.dictionary)
    first = first_of(groups, n)
    kinds = np.concatenate([_at(side, "anchor_kind", np.arange(len(side.rows))) for side in sides])
    domains = np.asarray(sides.domains().dictionary_encode().indices).astype(np.int64)
    rating = np.concatenate([_ratings(side) for side in sides])
    facts = pa.table(
        {
            "anchor": coded.dictionary,
            "anchor_kind": labels(kinds[first], AnchorKind),
            "refdomains": pa.array(distinct(groups, domains, n)),
            "top_domain_rating": pa.array(largest(rating, groups, n)),
        }
    )
    return _frame(sides, groups, n, facts, {"linking_pages": "refpages"})


def pages_since(snapshot: Snapshot, scope: Scope, since: str, pages: Ids) -> dict[str, pa.Array]:
    """Of some pages of a scope, which rise: links from other domains that are new and lost, and
    when the last was lost where none stands.
    """
    sides = sides_of(snapshot, scope, since, standing=True)
    then = _at(sides.then, "target", np.arange(len(sides.then.rows)))
    now = _at(sides.now, "target", np.arange(len(sides.now.rows)))
    targets = np.concatenate([now, same_pages(sides.earlier, then, snapshot)])
    at = np.searchsorted(pages, targets)
    known = (at < len(pages)) & (pages[np.minimum(at, len(pages) - 1)] == targets)
    return _changes(sides, at, len(pages), known)


def _changes(
    sides: Sides, groups: Ids, n: int, kept: NDArray[np.bool_] | None = None
) -> dict[str, pa.Array]:
    """New and lost links by group, and when the last was lost of groups that have none left."""
    event, day, is_gone = sides.event, sides.day, sides.is_gone
    kept = np.ones(len(event), np.bool_) if kept is None else kept
    groups = np.where(kept, groups, 0)

    def counted(name: str) -> pa.Array:
        rows = kept & (event == EVENTS.index(name))
        return pa.array(np.bincount(groups[rows], minlength=n).astype(np.uint32))

    n_left = np.bincount(groups[kept & ~is_gone], minlength=n)
    is_last = kept & (event == EVENTS.index("lost")) & (n_left[groups] == 0)
    lost_at = moment(np.where(is_last, day, NEVER), groups, n, np.maximum)
    return {"new_links": counted("new"), "lost_links": counted("lost"), "lost_at": lost_at}


def _frame(sides: Sides, groups: Ids, n: int, facts: pa.Table, names: dict[str, str]) -> Frame:
    """Facts of groups with the sums of their links; some columns get other names."""
    sums = summed(_linked(sides), groups, n)
    sums = {names.get(name, name): column for name, column in sums.items()}
    columns = {name: facts[name] for name in facts.column_names}
    columns |= sums | _changes(sides, groups, n)
    remark = f"Compared with {sides.earlier.id}."
    return of_table(pa.table(columns), {"links": len(groups)}, (remark,))


def _linked(sides: Sides) -> Linked:
    """The columns of all links, with numbers of pages that are the same in both snapshots; links
    that stand no more carry nothing.
    """
    now, then = (linked(side.snapshot, side.rows) for side in sides)
    names = ("is_followed", "is_told", "is_content", "equity", "first_seen", "last_seen")
    parts = {n: np.concatenate([getattr(now, n), getattr(then, n)]) for n in names}
    parts["equity"][sides.is_gone] = 0
    return Linked(sides.pages("source"), sides.pages("target"), **parts)


def _at(side: Side, name: str, rows: Ids) -> Ids:
    """A column of some of the links of a side."""
    return np.asarray(side.snapshot.array("links", name)[side.rows[rows]]).astype(np.int64)


def _ratings(side: Side) -> NDArray[Any]:
    pages = _at(side, "source", np.arange(len(side.rows)))
    return np.asarray(side.snapshot.array("domains", "rating"))[side.snapshot.domain_of(pages)]


def _parted(sides: Sides, rows: Ids) -> list[tuple[Side, Ids]]:
    """Some of all links by the side they are on."""
    border = len(sides.now.rows)
    return [(sides.now, rows[rows < border]), (sides.then, rows[rows >= border] - border)]


def _together(sides: Sides, facts: list[pa.Table], rows: Ids) -> pa.Table:
    """Facts of links by side, in the order of these links."""
    is_then = rows >= len(sides.now.rows)
    order = np.argsort(np.argsort(is_then, kind="stable"), kind="stable")
    known = [name for name in facts[0].column_names if name in facts[1].column_names]
    return pa.concat_tables([part.select(known) for part in facts]).take(pa.array(order))
