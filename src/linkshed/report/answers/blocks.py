"""The rows of a dilution report: blocks of a template by recurrence, and pages of many links.

An entry is one target in one part of the page; it recurs on the pages that have it. Entries of the
same part that recur on the same pages are one block; a page may leave the entry to itself out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.report.answers.finding import MINOR, given, severities, url, where, words
from linkshed.report.answers.site import F64, Ids, Site, site_of, strongest
from linkshed.report.frame import Frame, Maker
from linkshed.schema import Placement
from linkshed.simulate.abreast import abreast
from linkshed.simulate.plan import Plan
from linkshed.simulate.rows import changes_of
from linkshed.simulate.tally import distinct
from linkshed.simulate.whatif import TOLERANCE, outcome
from linkshed.snapshot.distinct import distinct_of, numbered
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

MOST_LINKS = 20_000  # of a block, of which a gain is computed
KINDS = ("template", "page")
N_PLACES = max(Placement) + 1
SEVERITIES = (MINOR, MINOR)
WHY = (
    "its links take attention on every page they stand on, from the links of the text",
    "each of its links gets but a small share of what the page hands on",
)
REPAIRS = (
    "keep the entries readers need on every page, and take the others out of the template",
    "keep the links that matter, and move the others to pages of their own",
)
LEAST_PAGES, LEAST_REACH = 3, 0.1
U64 = NDArray[np.uint64]


@dataclass(frozen=True)
class Limits:
    """From when on a block recurs, and a page has many links."""

    pages: int
    reach: float
    links: int


@dataclass(frozen=True)
class _Found:
    """Findings, and for each link its finding, or as many as there are findings."""

    of_link: Ids
    n: int


def recurs_from(n_linking: int, pages: int = LEAST_PAGES, reach: float = LEAST_REACH) -> int:
    """From how many of so many pages with links on a link recurs."""
    return max(pages, int(np.ceil(reach * n_linking)))


def dilution(snapshot: Snapshot, scope: Scope, limits: Limits, each: int) -> Frame:
    """A frame of blocks and of pages with more than ``limits.links`` links."""
    site = site_of(snapshot, scope)
    n_linking = site.n_linking
    least = recurs_from(n_linking, limits.pages, limits.reach)
    blocks = _blocks(site, least)
    parts = [_rows(site, blocks, 0), _rows(site, _crowded(site, limits.links), 1)]
    kind, page, targets, pages, links, stake, lost, best = (
        np.concatenate(columns) for columns in zip(*parts, strict=True)
    )
    gain = np.full(len(kind), np.nan)
    gain[: blocks.n] = _gains(site, blocks, stake[: blocks.n], each)
    makers: dict[str, Maker] = {
        "severity": severities(SEVERITIES, kind),
        "kind": words(KINDS, kind),
        "url": url(snapshot, page),
        "why": words(WHY, kind),
        "repair": words(REPAIRS, kind),
        **given(
            n_targets=targets.astype(np.uint32),
            n_pages=pages.astype(np.uint32),
            n_links=links.astype(np.uint32),
            reach=pages / max(n_linking, 1),
            stake=stake,
            per_link=stake / np.maximum(links, 1),
            lost=lost,
            gain=gain,
        ),
        **where(snapshot, best),
    }
    remark = f"A link recurs when it stands on {least:,} of {n_linking:,} pages with links."
    return Frame(len(kind), makers, remarks=(remark,) if n_linking else (), nbytes=kind.nbytes * 12)


def _blocks(site: Site, least: int) -> _Found:
    """The block of each link that stands on pages of the scope."""
    links = site.standing
    place = site.web.column("placement", links.rows)
    lands, number = numbered(links.lands)
    number = number * N_PLACES + place
    often = np.flatnonzero((np.bincount(number) >= least)[number])
    entries, entry = numbered(number[often])
    place, target = entries % N_PLACES, lands[entries // N_PLACES]
    pages, sums, has_self = _recurrence(entry, links.source[often], target)
    recurs = pages >= least
    block = np.full(len(entries), -1, np.int64)
    own = _mark(target[recurs])
    block[recurs] = _grouped(place[recurs], sums[recurs], own, has_self[recurs])
    n = int(block.max(initial=-1)) + 1
    of_link = np.full(len(number), n)
    of_link[often] = np.where(block[entry] < 0, n, block[entry])
    return _Found(of_link, n)


def _recurrence(entry: Ids, source: Ids, target: Ids) -> tuple[Ids, U64, NDArray[np.bool_]]:
    """For each entry the number of pages that have it, the sum of their marks, and whether its
    own target is one of them.
    """
    n_pages = int(source.max(initial=0)) + 1
    pairs = distinct_of(entry * n_pages + source)
    entry, source = pairs // n_pages, pairs % n_pages
    starts = np.searchsorted(entry, np.arange(len(target)))
    counts = np.bincount(entry, minlength=len(target))
    sums = np.add.reduceat(_mark(source), starts) if len(pairs) else np.empty(0, np.uint64)
    has_self = np.bincount(entry[source == target[entry]], minlength=len(target)) > 0
    return counts, sums, has_self


def _mark(pages: Ids) -> U64:
    """A number for each page such that different sets of pages have different sums (SplitMix64)."""
    z = (pages.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(z ^ (z >> np.uint64(31)))


def _grouped(place: Ids, sums: U64, own: U64, has_self: NDArray[np.bool_]) -> Ids:
    """A block for each entry: by its pages, or by its pages and its own target, whichever more
    entries of the same part of the page share.
    """
    with_own = np.where(has_self, sums, sums + own)
    salt = _mark(place + np.iinfo(np.int32).max)
    _, at, counts = np.unique(
        np.concatenate((sums ^ salt, with_own ^ salt)), return_inverse=True, return_counts=True
    )
    plain, whole = at[: len(sums)], at[len(sums) :]
    chosen = np.where(counts[whole] > counts[plain], whole, plain)
    return np.unique(chosen, return_inverse=True)[1]


def _crowded(site: Site, most: int) -> _Found:
    """Pages with more than ``most`` links."""
    source = site.standing.source
    pages, at = numbered(source)
    crowded = np.flatnonzero(np.bincount(at, minlength=len(pages)) > most)
    number = np.full(len(pages), len(crowded))
    number[crowded] = np.arange(len(crowded))
    return _Found(number[at], len(crowded))


def _rows(site: Site, found: _Found, kind: int) -> tuple[NDArray[Any], ...]:
    """Kind, page to show, numbers of targets, pages and links, taken, lost, strongest link."""
    kept = found.of_link < found.n
    at, links = found.of_link[kept], site.standing.where(kept)
    stays = site.is_inside[links.lands]
    best = strongest(at, links.taken, found.n)
    return (
        np.full(found.n, kind),
        (links.lands if kind == 0 else links.source)[best],
        distinct(at, links.lands, found.n),
        distinct(at, links.source, found.n),
        np.bincount(at, minlength=found.n),
        np.bincount(at, links.taken, found.n),
        np.bincount(at, links.taken - links.carried * stays, found.n),
        links.rows[best],
    )


def _gains(site: Site, found: _Found, stake: F64, each: int) -> F64:
    """What the scope gains when a block goes, for the ``each`` that take most."""
    gains = np.full(found.n, np.nan)
    first = np.argsort(-stake, kind="stable")[:each]
    rows = site.standing.rows
    gains[first] = abreast(
        lambda block: _without(site, rows[found.of_link == block]), first.tolist()
    )
    return gains


def _without(site: Site, rows: Ids) -> float:
    if len(rows) > MOST_LINKS:
        return np.nan
    made = Plan(site.web.nodes, gone=set(rows.tolist()))
    after = outcome(site.web, made, changes_of(site.web, made), TOLERANCE)
    return float(after.gain[site.is_inside[after.pages]].sum())
