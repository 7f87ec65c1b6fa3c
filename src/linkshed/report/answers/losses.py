"""The rows of a waste report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa

from linkshed.errors import LinkshedError
from linkshed.report.answers.finding import CRITICAL, MAJOR, MINOR, hops_told, where
from linkshed.report.answers.site import site_of
from linkshed.report.answers.slow import with_slow
from linkshed.report.frame import Frame, Maker, of_table
from linkshed.simulate.abreast import abreast
from linkshed.simulate.waste import BROKEN, BROKEN_ELSEWHERE, ENDLESS, OWN, Waste, Wastes
from linkshed.simulate.whatif import TOLERANCE
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

WHY = {
    "broken page": "what is linked here reaches no page: readers and crawlers end at an error",
    "redirect loop": "the redirects come back after {hops}: nobody gets anywhere",
    "too many redirects": "{hops}, more than anybody follows: nobody gets anywhere",
    "broken link": "readers end at an error on another site, and the link takes attention for it",
    "nofollow": "the links take their share of the page's attention, and hand nothing on",
    "nofollow page": "a robots rule of the page keeps all its links from handing anything on",
    "noindex": "a page that may not be indexed is read ever less, and its links with it",
    "canonical split": "two pages share what one would hold: the canonical is not followed",
    "dangling page": "whoever comes here, reader or crawler, cannot go on",
    "template links": "the same links on many pages hand equity of all of them to another site",
    OWN: "the same links on many pages take equity from the links in their texts",
}
SEVERITIES = {
    BROKEN: CRITICAL, BROKEN_ELSEWHERE: CRITICAL, **dict.fromkeys(ENDLESS.values(), CRITICAL),
    "nofollow": MAJOR, "nofollow page": MAJOR, "noindex": MAJOR, "canonical split": MAJOR,
    "dangling page": MINOR, "template links": MINOR, OWN: MINOR,
}  # fmt: skip
Gain = tuple[float | None, str | None, float | None]
NOT_TRIED: Gain = (None, None, None)


def losses(snapshot: Snapshot, scope: Scope, each: int) -> Frame:
    """A frame of losses, the most severe first, and of these the largest."""
    site = site_of(snapshot, scope)
    wastes = Wastes(site.web, scope, site.clicks)
    found = sorted(wastes.found(), key=lambda waste: SEVERITIES[waste.kind])
    total = sum(waste.loss for waste in found if waste.kind != OWN)
    remark = (
        f"The scope holds {wastes.held:.6g} page-equivalents and loses {total:.6g}; what its own"
        " templates take stays in it and is not counted. Gains are each of one repair alone and"
        " do not add up."
    )
    if not wastes.inside.any():
        remark = f"scope {scope.text!r}: no page is known"
    frame = of_table(_table(snapshot, wastes.held, found), remarks=(remark,))
    rows = np.array([waste.row for waste in found], np.int64)
    frame = replace(frame, makers={**frame.makers, **where(snapshot, rows)})
    return with_slow(frame, partial(_gains, wastes, found), each)


def _gains(wastes: Wastes, found: list[Waste], each: int) -> Mapping[str, Maker]:
    """What the repair of the first ``each`` brings, and who gains most by it."""
    gains = abreast(partial(_gain, wastes), found[:each])
    gains += [NOT_TRIED] * (len(found) - len(gains))
    columns = zip(*gains, strict=True) if gains else ((), (), ())
    kinds = {"gain": pa.float64(), "winner_url": pa.string(), "winner_gain": pa.float64()}
    arrays = [pa.array(values, kind) for values, kind in zip(columns, kinds.values(), strict=True)]
    return of_table(pa.table(arrays, names=list(kinds))).makers


def _gain(wastes: Wastes, waste: Waste) -> Gain:
    try:
        found = wastes.repaired(waste, TOLERANCE)
    except LinkshedError:
        return NOT_TRIED
    inside = np.flatnonzero(wastes.inside[found.pages])
    if not len(inside):
        return 0.0, None, None
    best = inside[np.argmax(found.gain[inside])]
    url = wastes.web.snapshot.urls(found.pages[best : best + 1])[0]
    return wastes.gain(found), url, float(found.gain[best])


def _why(snapshot: Snapshot, found: list[Waste]) -> list[str]:
    hops = snapshot.array("resolution", "n_hops")
    return [
        WHY[waste.kind].format(hops="" if waste.page is None else hops_told(int(hops[waste.page])))
        for waste in found
    ]


def _table(snapshot: Snapshot, held: float, found: list[Waste]) -> pa.Table:
    pages = [waste.page for waste in found]
    known = np.array([page for page in pages if page is not None], np.int64)
    own = iter(snapshot.domain_of(known).tolist())
    domains = [waste.domain if waste.page is None else next(own) for waste in found]
    names = snapshot.take("domains", ["domain"], np.array(domains, np.int64))["domain"]
    urls = iter(snapshot.urls(known))
    loss = [waste.loss for waste in found]
    return pa.table(
        {
            "severity": pa.array([SEVERITIES[waste.kind] for waste in found], pa.string()),
            "kind": pa.array([waste.kind for waste in found], pa.string()),
            "url": pa.array([None if p is None else next(urls) for p in pages], pa.string()),
            "domain": names,
            "links": pa.array([waste.links for waste in found], pa.uint32()),
            "loss": pa.array(loss, pa.float64()),
            "share": pa.array([each / held if held else None for each in loss], pa.float64()),
            "why": pa.array(_why(snapshot, found), pa.string()),
            "repair": pa.array([waste.repair for waste in found], pa.string()),
        }
    )
