"""What becomes of somebody who goes to an address that does not answer as it should, in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.answers.finding import hops_told
from linkshed.report.answers.site import Bools, Ids
from linkshed.report.frame import Maker
from linkshed.schema import Indexability, Liveness, Resolution
from linkshed.snapshot.looks import liveness_of, was_looked_at
from linkshed.snapshot.tables import Snapshot

NONE = -1
KINDS = (
    "dead", "dead after redirects", "redirect loop", "too many redirects",
    "redirect to no address", "says that it is not there", "empty", "turns robots away",
    "does not answer now",
)  # fmt: skip
DEAD, MOVED, LOOP, TOO_MANY, NOWHERE, NOT_FOUND_TEXT, EMPTY, BLOCKED, FAILING = range(len(KINDS))
WHY = (
    "who follows the links, reader or crawler, ends at an error",
    "the links are redirected to a page that is dead: who follows them ends at an error",
    "the redirects come back after {hops}: who follows the links gets nowhere",
    "{hops} in a row, more than anybody follows: who follows the links gets nowhere",
    "it redirects and does not say where to: who follows the links gets nowhere",
    "the page says that it is not there, with a status of 200: search engines count it as an error",
    "the page has no content at all",
    "it answers, but not to robots: whether readers get there is not known",
    "it did not answer when it was looked at, and that may pass: it is not called broken",
)
INSIDE = (
    "bring the page back or redirect it to a living one; else change the links",
    "let the redirect end at a living page, and link to that",
    "let one address of the loop answer, and link to that",
    "redirect to the end at once, and link to that",
    "let the page answer, or redirect it to a living one",
    "let the page say what it is about, or answer 404 and change the links",
    "let the page say something, or change the links",
    "open it in a browser; where it is there, let the crawl in, or log it in",
    "crawl again on another day; if it fails still, mend the page",
)
ELSEWHERE = "link to a living page instead, or take the links away"
OUTSIDE = (
    *[ELSEWHERE] * (len(KINDS) - 2),
    "open it in a browser: where it is there, nothing is to be mended",
    "look at it again on another day before you change anything",
)
ONCE = "; once, in the template ({part})"


def fates(snapshot: Snapshot, pages: Ids) -> Ids:
    """A kind for each of some pages, NONE where it answers or nobody looked at it."""
    of = snapshot.array
    how, onward, end = (
        np.asarray(of("resolution", n)[pages]) for n in ("resolution", "next", "receiver")
    )
    own, said = np.asarray(of("pages", "indexability")[pages]), liveness_of(snapshot)
    status = np.ma.filled(of("pages", "status")[pages], 0)
    is_dead = how == Resolution.DEAD
    conditions = [
        how == Resolution.LOOP, how == Resolution.TOO_MANY_HOPS,
        is_dead & (onward != pages), is_dead & (said[pages] == Liveness.DEAD),
        is_dead & (own == Indexability.NOT_FOUND_TEXT), is_dead & (own == Indexability.EMPTY),
        is_dead & (status >= 300) & (status < 400), is_dead, said[end] == Liveness.BLOCKED,
        (said[end] == Liveness.UNKNOWN) & was_looked_at(snapshot)[end],
    ]  # fmt: skip
    kinds = [LOOP, TOO_MANY, MOVED, DEAD, NOT_FOUND_TEXT, EMPTY, NOWHERE, DEAD, BLOCKED, FAILING]
    return np.select(conditions, kinds, NONE)


def ends_of(snapshot: Snapshot, pages: Ids, kind: Ids) -> Ids:
    """Where the redirects of pages end; NONE where they do not."""
    onward = np.asarray(snapshot.array("resolution", "next"))
    ends = np.where(np.isin(kind, (LOOP, TOO_MANY)), NONE, pages)
    moving = ends != NONE
    while (moving := moving & (onward[ends] != ends)).any():
        ends[moving] = onward[ends[moving]]
    return ends


def reasons(snapshot: Snapshot, kind: Ids, pages: Ids) -> list[str | None]:
    """Why it is not certain that pages are broken; None where it is."""
    outcome = snapshot.pick("pages", "outcome", pages).to_pylist()
    looks = snapshot.pick("pages", "n_vain_looks", pages).to_pylist()
    return [_reason(*case) for case in zip(kind.tolist(), outcome, looks, strict=True)]


def _reason(kind: int, outcome: str | None, looks: int | None) -> str | None:
    what = (outcome or "no answer").replace("_", " ")
    if kind == BLOCKED:
        return f"it turns robots away: {what}"
    if kind == FAILING:
        return f"{what}, {'1 look' if looks == 1 else f'{looks or 0:,} looks'} in vain"
    return None


def whys(snapshot: Snapshot, pages: Ids, kind: Ids) -> Maker:
    """Why each matters."""
    hops = np.asarray(snapshot.array("resolution", "n_hops")[pages])

    def make(rows: Any) -> pa.Array:
        told = zip(kind[rows].tolist(), hops[rows].tolist(), strict=True)
        return pa.array([WHY[k].format(hops=hops_told(n)) for k, n in told], pa.string())

    return make


def repairs(kind: Ids, is_inside: Bools, template: NDArray[Any]) -> Maker:
    """How to mend each; ``template`` is the part of the page in which its links recur, or None."""

    def make(rows: Any) -> pa.Array:
        told = zip(kind[rows].tolist(), is_inside[rows].tolist(), template[rows], strict=True)
        return pa.array([_repair(*case) for case in told], pa.string())

    return make


def _repair(kind: int, is_inside: bool, part: str | None) -> str:
    text = (INSIDE if is_inside else OUTSIDE)[kind]
    is_open = kind in (BLOCKED, FAILING)
    return text if part is None or is_open else text + ONCE.format(part=part)
