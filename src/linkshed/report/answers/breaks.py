"""The rows of a report on broken links: addresses that links lead to and that nobody reaches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.answers.blocks import N_PLACES, recurs_from
from linkshed.report.answers.fates import (
    BLOCKED,
    FAILING,
    KINDS,
    NONE,
    ends_of,
    fates,
    reasons,
    repairs,
    whys,
)
from linkshed.report.answers.finding import (
    CRITICAL,
    INCONCLUSIVE,
    LOOK_AGAIN,
    SURE,
    fact,
    given,
    severities,
    url,
    where,
    words,
)
from linkshed.report.answers.mended import most_at_stake, repaired
from linkshed.report.answers.site import F64, Bools, Ids, Links, Site, site_of, strongest
from linkshed.report.columns import liveness
from linkshed.report.followed import is_followed
from linkshed.report.frame import Frame, Maker
from linkshed.schema import Liveness, Placement
from linkshed.simulate.tally import distinct
from linkshed.simulate.waste import BROKEN, BROKEN_ELSEWHERE, ENDLESS
from linkshed.snapshot.distinct import numbered
from linkshed.snapshot.looks import liveness_of, was_looked_at
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

VERDICTS = (SURE, INCONCLUSIVE, LOOK_AGAIN)
LOOKS = ("outcome", "looked_at", "n_vain_looks", "vain_since")


def broken_links(snapshot: Snapshot, scope: Scope, each: int) -> Frame:
    """A frame of one row for each broken address, and for the links of its own domain and of others
    to it apart.
    """
    site = site_of(snapshot, scope)
    linked, at = numbered(site.standing.target)
    fate = fates(snapshot, linked)
    links = site.standing.where((fate != NONE)[at])
    is_near = snapshot.domain_of(links.source) == snapshot.domain_of(links.target)
    keys, at = np.unique(links.target * 2 + is_near, return_inverse=True)
    n, target, is_internal = len(keys), keys // 2, keys % 2 == 1
    kind = fate[np.searchsorted(linked, target)]
    ends = ends_of(snapshot, target, kind)
    stake: F64 = np.bincount(at, site.lost(links), n).astype(np.float64)
    best = links.rows[strongest(at, links.taken, n)] if n else np.empty(0, np.int64)
    template = _templates(site, links, at, n, recurs_from(site.n_linking))
    n_pages = distinct(at, links.source, n)
    is_inside = site.is_inside[target]
    is_open = np.isin(kind, (BLOCKED, FAILING))
    seen = np.where(ends == NONE, target, ends)
    looks: dict[str, Maker] = {name: fact(snapshot, name, seen) for name in ("status", *LOOKS)}
    makers: dict[str, Maker] = {
        "severity": severities((CRITICAL,) * len(KINDS), kind, is_open),
        "kind": words(KINDS, kind),
        "url": url(snapshot, target),
        "ends_at": url(snapshot, np.where(ends == target, NONE, ends)),
        "verdict": words(VERDICTS, is_open.astype(int) + (kind == FAILING)),
        "reason": lambda rows: pa.array(reasons(snapshot, kind[rows], seen[rows]), pa.string()),
        "liveness": lambda rows: liveness(snapshot, seen[rows]),
        **looks,
        **given(
            is_internal=is_internal,
            n_links=np.bincount(at, minlength=n).astype(np.uint32),
            n_followed=np.bincount(at, site.followed(links), n).astype(np.uint32),
            n_pages=n_pages.astype(np.uint32),
            reach=n_pages / max(site.n_linking, 1),
            template=template,
            stake=stake,
            gain=_gains(site, scope, target, is_open, stake, each),
            is_followed=is_followed(snapshot, best),
        ),
        **where(snapshot, best),
        "why": whys(snapshot, target, kind),
        "repair": repairs(kind, is_inside, template),
    }
    remarks = _remarks(site, linked)
    return Frame(n, makers, notes=_notes(kind), remarks=remarks, nbytes=keys.nbytes * 20)


def _templates(site: Site, links: Links, at: Ids, n: int, least: int) -> NDArray[Any]:
    """The part of the page in which the links of each finding recur on most pages, or None."""
    place = np.asarray(site.web.column("placement", links.rows), np.int64)
    pages = distinct(at * N_PLACES + place, links.source, n * N_PLACES).reshape(n, N_PLACES)
    names = np.array([Placement(k).name.lower() for k in range(N_PLACES)], object)
    found = names[np.argmax(pages, axis=1)] if n else np.empty(0, object)
    found[pages.max(axis=1, initial=0) < least] = None
    return found


def _gains(
    site: Site, scope: Scope, target: Ids, is_open: Bools, stake: F64, each: int
) -> F64:  # fmt: skip
    """What the scope gains by the repair, for the ``each`` certain ones that lose most."""
    sure = most_at_stake(np.flatnonzero(~is_open), stake, each)
    return repaired(site, scope, (BROKEN, *ENDLESS.values(), BROKEN_ELSEWHERE), target, sure)


def _notes(kind: Ids) -> dict[str, int]:
    blocked, failing = (int((kind == k).sum()) for k in (BLOCKED, FAILING))
    return {"broken": len(kind) - blocked - failing, INCONCLUSIVE: blocked, LOOK_AGAIN: failing}


def _remarks(site: Site, linked: Ids) -> tuple[str, ...]:
    """How many of the addresses linked to that lie elsewhere nobody looked at."""
    target = linked[~site.is_inside[linked]]
    is_new = ~was_looked_at(site.snapshot)[target]
    is_new &= liveness_of(site.snapshot)[target] == Liveness.UNKNOWN
    n = int(is_new.sum())
    if not n:
        return ()
    told = "1 address elsewhere was" if n == 1 else f"{n:,} addresses elsewhere were"
    return (f"{told} never looked at: linkshed crawl --check-external",)
