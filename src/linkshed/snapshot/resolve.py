"""Who receives a page's equity: redirects, instant refreshes and canonicals, followed to the end.

A page that redirects hands everything to the last page of its chain (HTTP semantics, RFC 9110,
section 15.4); so does an instant meta refresh. A chain that comes back, is longer than ten hops, or
ends at a dead page loses it: one that all looks at it prove dead (``looks``), or that is empty, or
says that it is not there. Pages that turn us away, or fail for now, are not dead. The hops of a
chain that comes back are those until a page that was met before. A canonical (RFC 6596) is a hint,
honoured when its target was read and is alive and indexable, does not itself point further than one
extra hop, and its main text is at least 0.8 alike (or unknown). Every decision is recorded per page
and can be made again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.schema import Canonical, Indexability, LinkKind, Liveness, Resolution
from linkshed.snapshot.looks import liveness_of
from linkshed.snapshot.tables import Snapshot

MAX_HOPS = 10
MIN_LIKENESS = 0.8
_SKETCH_BITS = 64
_MOST_COUNTED = int(np.iinfo(np.uint8).max)
_NOTHING_THERE = (Indexability.EMPTY, Indexability.NOT_FOUND_TEXT)
POINTERS = {
    "redirect_to": LinkKind.REDIRECT,
    "refresh_to": LinkKind.REFRESH,
    "canonical_to": LinkKind.CANONICAL,
}
_ISSUES = (Canonical.SEVERAL, Canonical.MALFORMED)
Ids = NDArray[np.int64]
Sketches = np.ma.MaskedArray[Any, np.dtype[np.uint64]]


@dataclass(frozen=True)
class ResolveSettings:
    """Which hints are followed; what is not followed leaves the page its own receiver."""

    honour_redirects: bool = True
    honour_canonicals: bool = True

    def as_dict(self) -> dict[str, Any]:
        """For the manifest."""
        return asdict(self)


@dataclass(frozen=True)
class Said:
    """What pages say of themselves, one entry per page; a target is a page_id, -1 when none.

    ``status`` is 0 for pages never fetched; ``sketch`` is masked where there is no text.
    """

    status: NDArray[Any]
    liveness: NDArray[Any]
    indexability: NDArray[Any]
    issue: NDArray[Any]
    sketch: Sketches
    redirect_to: Ids
    refresh_to: Ids
    canonical_to: Ids

    def copy(self) -> Said:
        """The same, to be changed."""
        return Said(**{name: column.copy() for name, column in vars(self).items()})


@dataclass
class _Pages:
    """Working columns, one entry per page."""

    n: int
    said: Said
    is_dead: NDArray[np.bool_]
    following: Ids
    how: NDArray[np.uint8]
    end: Ids
    n_hops: NDArray[np.uint8]
    canonical: NDArray[np.uint8]


def resolution_of(snapshot: Snapshot, settings: ResolveSettings) -> pa.Table:
    """The table ``resolution`` of a snapshot."""
    return pa.table(resolve(said_by(snapshot), settings))


def said_by(snapshot: Snapshot, targets: Mapping[str, Ids] | None = None) -> Said:
    """What the pages of a snapshot say of themselves; ``targets``: see ``targets_of``."""
    return Said(
        status=np.ma.filled(snapshot.array("pages", "status"), 0),
        liveness=liveness_of(snapshot),
        indexability=np.asarray(snapshot.array("pages", "indexability")),
        issue=np.asarray(snapshot.array("pages", "canonical_issue")),
        sketch=np.ma.asarray(snapshot.array("pages", "text_sketch")),
        **(targets or targets_of(snapshot)),
    )


def targets_of(snapshot: Snapshot) -> dict[str, Ids]:
    """Where the pages of a snapshot point to: three of the columns of ``Said``."""
    return {name: _first_targets(snapshot, kind) for name, kind in POINTERS.items()}


def resolve(said: Said, settings: ResolveSettings) -> dict[str, NDArray[Any]]:
    """The columns of the table ``resolution``."""
    pages = _start(said)
    if settings.honour_redirects:
        _follow_redirects(pages)
    _settle(pages)
    _follow_canonicals(pages, settings.honour_canonicals)
    final = np.where(
        pages.canonical == Canonical.HONOURED, Indexability.CANONICALISED, said.indexability
    )
    return {
        "receiver": pages.end.astype(np.uint32),
        "next": pages.following.astype(np.uint32),
        "resolution": pages.how,
        "n_hops": pages.n_hops,
        "canonical": pages.canonical,
        "final_indexability": final.astype(np.uint8),
    }


def _start(said: Said) -> _Pages:
    n = len(said.status)
    return _Pages(
        n=n,
        said=said,
        is_dead=(said.liveness == Liveness.DEAD) | np.isin(said.indexability, _NOTHING_THERE),
        following=np.arange(n),
        how=np.zeros(n, np.uint8),
        end=np.arange(n),
        n_hops=np.zeros(n, np.uint8),
        canonical=np.zeros(n, np.uint8),
    )


def _first_targets(snapshot: Snapshot, kind: LinkKind) -> Ids:
    """Per page the target of its first link of a kind, -1 for none."""
    rows = np.flatnonzero(snapshot.array("links", "kind") == kind)
    found = snapshot.take("links", ["source", "target", "ordinal"], rows)
    source, target, ordinal = (found[name].to_numpy() for name in found.column_names)
    order = np.lexsort((ordinal, source))
    source, first = np.unique(source[order], return_index=True)
    targets = np.full(snapshot.n_pages, -1, np.int64)
    targets[source] = target[order][first]
    return targets


def _follow_redirects(pages: _Pages) -> None:
    said, own = pages.said, np.arange(pages.n)
    is_redirect = (said.status >= 300) & (said.status < 400) & (said.status != 304)
    pages.is_dead |= is_redirect & (said.redirect_to < 0)
    source = np.flatnonzero(is_redirect & (said.redirect_to >= 0))
    pages.following[source], pages.how[source] = said.redirect_to[source], Resolution.REDIRECT
    is_refreshed = said.indexability == Indexability.REFRESHED
    source = np.flatnonzero(is_refreshed & (said.refresh_to >= 0) & (said.refresh_to != own))
    pages.following[source], pages.how[source] = said.refresh_to[source], Resolution.REFRESH


def _settle(pages: _Pages) -> None:
    """Follow every chain to its end, at most MAX_HOPS."""
    end, hops = pages.following.copy(), (pages.following != np.arange(pages.n)).astype(np.uint8)
    moving = np.flatnonzero(pages.following[end] != end)
    for _ in range(MAX_HOPS - 1):
        end[moving] = pages.following[end[moving]]
        hops[moving] += 1
        moving = moving[pages.following[end[moving]] != end[moving]]
    own = np.arange(pages.n)
    is_self_loop = (pages.how == Resolution.REDIRECT) & (pages.following == own)
    lost = np.zeros(pages.n, np.uint8)
    lost[pages.is_dead[end]] = Resolution.DEAD
    for page in moving:
        lost[page], hops[page] = _endless(pages.following, int(page))
    lost[is_self_loop[end]] = Resolution.LOOP
    hops[is_self_loop[end]] += 1
    pages.how = np.where(lost > 0, lost, pages.how).astype(np.uint8)
    pages.end = np.where(lost > 0, own, end)
    pages.n_hops = hops


def _endless(following: Ids, page: int) -> tuple[Resolution, int]:
    """What an endless chain is, and its hops up to a page that was met before, or to its end."""
    seen: set[int] = set()
    while page not in seen:
        seen.add(page)
        if following[page] == page:
            return Resolution.TOO_MANY_HOPS, min(len(seen) - 1, _MOST_COUNTED)
        page = int(following[page])
    return Resolution.LOOP, min(len(seen), _MOST_COUNTED)


def _follow_canonicals(pages: _Pages, is_honoured: bool) -> None:
    said = pages.said
    source = np.flatnonzero(said.canonical_to >= 0)
    declared = said.canonical_to[source]
    target = pages.end[declared]
    lives = (pages.how[source] == Resolution.SELF) & ~pages.is_dead[source]
    differs = target != source
    for issue in _ISSUES:
        pages.canonical[(said.issue == issue) & (pages.how == Resolution.SELF)] = issue
    considered = lives & differs & (said.issue[source] == Canonical.NONE)
    source, target, declared = source[considered], target[considered], declared[considered]
    if not is_honoured:
        pages.canonical[source] = Canonical.IGNORED
        return
    verdict = _judge(pages, source, target)
    pages.canonical[source] = verdict
    kept = verdict == Canonical.HONOURED
    _contract(pages, source[kept], declared[kept], target[kept])


def _judge(pages: _Pages, source: Ids, target: Ids) -> NDArray[np.uint8]:
    """What becomes of each canonical ``source -> target``."""
    verdict = np.full(len(source), Canonical.HONOURED, np.uint8)
    found = pages.said.indexability[target]
    verdict[~_alike(pages.said.sketch[source], pages.said.sketch[target])] = Canonical.DISSIMILAR
    verdict[found != Indexability.INDEXABLE] = Canonical.TARGET_NOT_INDEXABLE
    verdict[found == Indexability.UNKNOWN] = Canonical.TARGET_UNKNOWN
    is_gone = pages.is_dead[target] | (pages.how[target] >= Resolution.DEAD)
    verdict[is_gone | (found == Indexability.SERVER_ERROR)] = Canonical.TARGET_NOT_ALIVE
    onward = np.arange(pages.n)
    hopeful = verdict == Canonical.HONOURED
    onward[source[hopeful]] = target[hopeful]
    second = onward[target]
    too_far = (second != target) & ((second == source) | (onward[second] != second))
    verdict[hopeful & too_far] = Canonical.TARGET_CANONICALISED
    return verdict


def _alike(one: Sketches, other: Sketches) -> NDArray[np.bool_]:
    """Whether main texts are alike; a page without a sketch is alike to all."""
    unknown = np.ma.getmaskarray(one) | np.ma.getmaskarray(other)
    differing = np.bitwise_count(np.ma.getdata(one) ^ np.ma.getdata(other))
    likeness = np.cos(np.pi * differing / _SKETCH_BITS)
    return np.asarray(unknown | (likeness >= MIN_LIKENESS))


def _contract(pages: _Pages, source: Ids, declared: Ids, target: Ids) -> None:
    """Hand the sources to their targets, and everything that ended at a source with them."""
    receiver, steps = np.arange(pages.n), np.zeros(pages.n, np.uint8)
    receiver[source] = target
    steps[source] = 1 + pages.n_hops[declared]
    steps += np.where(receiver != np.arange(pages.n), steps[receiver], 0).astype(np.uint8)
    pages.how[source] = Resolution.CANONICAL
    pages.following[source] = declared
    pages.n_hops = pages.n_hops + steps[pages.end]
    pages.end = receiver[receiver][pages.end]
