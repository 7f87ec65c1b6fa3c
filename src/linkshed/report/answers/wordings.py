"""The rows of a report on anchors: words that say nothing, or do not tell pages apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from linkshed.report.answers.finding import MAJOR, MINOR, NONE, given, severities, url, where, words
from linkshed.report.answers.site import F64, Bools, Ids, Links, Site, site_of, strongest
from linkshed.report.answers.wayfinding import leads_on
from linkshed.report.frame import Frame, Maker
from linkshed.schema import AnchorKind
from linkshed.simulate.abreast import abreast
from linkshed.simulate.plan import Plan
from linkshed.simulate.tally import distinct
from linkshed.simulate.whatif import gain_of
from linkshed.snapshot.distinct import numbered
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

MOST_LINKS = 10_000  # of one finding, of which a gain is computed
KINDS = ("empty", "generic", "bare address", "one anchor for many pages", "many anchors for a page")
EMPTY, GENERIC, ADDRESS, ONE_FOR_MANY, MANY_FOR_ONE = range(len(KINDS))
NO_FINDING = max(AnchorKind) + 1
SILENT = {EMPTY: AnchorKind.EMPTY, GENERIC: AnchorKind.GENERIC, ADDRESS: AnchorKind.NAKED_URL}
SEVERITIES = (MAJOR, MINOR, MINOR, MINOR, MINOR)
WHY = (
    "nobody is told what the page is about: readers see no words, a screen reader reads the URL",
    "the words fit any page, so they say nothing of this one, and readers click them less",
    "an address says little of its page, and readers click it less",
    "the same words name several pages, so none of them is the page for these words",
    "so many names blur what the page is about",
)
REPAIRS = (
    "write words into the link, or an alt text for its image",
    "write what the page is about",
    "write what the page is about",
    "keep the words for one of the pages, and name the others by what sets them apart",
    "name the page by a few words that say what it is about",
)


@dataclass(frozen=True)
class Limits:
    """From how many pages one anchor names too many, and from how many anchors one page has."""

    targets: int
    names: int


@dataclass(frozen=True)
class _Group:
    """Findings of one kind: its links, the numbers of their words, and the finding of each."""

    kind: int
    links: Links
    names: Ids
    of_link: Ids
    n: int


def wordings(snapshot: Snapshot, scope: Scope, limits: Limits, each: int) -> Frame:
    """A frame of internal links by what is wrong with their words."""
    site = site_of(snapshot, scope)
    said = np.array(site.web.column("anchor_kind", site.inner.rows))
    vague = np.flatnonzero(said == AnchorKind.GENERIC)
    said[vague[leads_on(site, site.inner.where(vague))]] = NO_FINDING
    name = _names(snapshot, site.inner)
    groups = [
        _by(kind, site.inner.where(said == value), name[said == value])
        for kind, value in SILENT.items()
    ]
    named = np.flatnonzero(said == AnchorKind.DESCRIPTIVE)
    lands, name = site.inner.lands[named], name[named]
    groups += [
        _chosen(kind, site.inner, named, name, *group)
        for kind, group in (
            (ONE_FOR_MANY, _shared(lands, name, limits.targets)),
            (MANY_FOR_ONE, _various(lands, name, limits.names)),
        )
    ]
    parts = [_rows(site, group) for group in groups]
    kind, page, n_links, n_pages, targets, names, stake, best = (
        np.concatenate(columns) for columns in zip(*parts, strict=True)
    )
    makers: dict[str, Maker] = {
        "severity": severities(SEVERITIES, kind),
        "kind": words(KINDS, kind),
        "url": url(snapshot, page),
        "why": words(WHY, kind),
        "repair": words(REPAIRS, kind),
        **given(
            n_links=n_links.astype(np.uint32),
            n_pages=n_pages.astype(np.uint32),
            n_targets=targets.astype(np.uint32),
            n_anchors=names.astype(np.uint32),
            stake=stake,
            gain=_gains(site, groups, page, stake, each),
        ),
        **where(snapshot, best),
    }
    return Frame(len(kind), makers, nbytes=kind.nbytes * 12)


def _names(snapshot: Snapshot, links: Links) -> Ids:
    """A number for the words of each link; capitals and spaces around do not count."""
    coded = snapshot.take("links", ["anchor"], links.rows)["anchor"].combine_chunks()
    coded = coded.dictionary_encode()
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(coded.dictionary)).dictionary_encode()
    return np.asarray(plain.indices.to_numpy()[coded.indices.to_numpy()], np.int64)


def _by(kind: int, links: Links, names: Ids) -> _Group:
    """A finding for each page the links lead to."""
    pages, at = numbered(links.lands)
    return _Group(kind, links, names, at, len(pages))


def _shared(lands: Ids, name: Ids, least: int) -> tuple[Ids, Bools]:
    """The anchor of each link, and of each anchor whether it is one of at least so many pages."""
    return name, distinct(name, lands, int(name.max(initial=-1)) + 1) >= least


def _various(lands: Ids, name: Ids, least: int) -> tuple[Ids, Bools]:
    """The page of each link, and of each page whether it has at least so many anchors."""
    pages, at = numbered(lands)
    return at, distinct(at, name, len(pages)) >= least


def _chosen(
    kind: int, links: Links, places: Ids, names: Ids, group: Ids, is_chosen: Bools
) -> _Group:
    """A finding for each group chosen, of those of some links that are at ``places``."""
    number = np.cumsum(is_chosen) - 1
    kept = np.flatnonzero(is_chosen[group])
    of_link = number[group[kept]]
    return _Group(kind, links.where(places[kept]), names[kept], of_link, int(is_chosen.sum()))


def _rows(site: Site, group: _Group) -> tuple[NDArray[Any], ...]:
    """Kind, page, numbers of links, pages, targets and anchors, carried, strongest link."""
    links, at, n = group.links, group.of_link, group.n
    best = strongest(at, links.carried, n)
    page = links.lands[best] if n else np.empty(0, np.int64)
    return (
        np.full(n, group.kind),
        np.where(group.kind == ONE_FOR_MANY, NONE, page),
        np.bincount(at, minlength=n),
        distinct(at, links.source, n),
        distinct(at, links.lands, n),
        distinct(at, group.names, n),
        np.bincount(at, links.carried, n),
        links.rows[best] if n else np.empty(0, np.int64),
    )


def _gains(site: Site, groups: list[_Group], page: Ids, stake: F64, each: int) -> F64:
    """What a page gains once its silent links describe it, for the ``each`` that carry most."""
    gains = np.full(len(stake), np.nan)
    n_silent = sum(group.n for group in groups[: len(SILENT)])
    starts = np.cumsum([0, *(group.n for group in groups)])
    first = np.argsort(-stake[:n_silent], kind="stable")[:each]

    def gain(row: int) -> float:
        kind = int(np.searchsorted(starts, row, side="right")) - 1
        group = groups[kind]
        rows = group.links.rows[group.of_link == row - starts[kind]]
        return _described(site, rows, int(page[row]))

    gains[first] = abreast(gain, first.tolist())
    return gains


def _described(site: Site, rows: Ids, page: int) -> float:
    if len(rows) > MOST_LINKS:
        return np.nan
    described = {row: {"anchor_kind": int(AnchorKind.DESCRIPTIVE)} for row in rows.tolist()}
    return gain_of(site.web, Plan(site.web.nodes, set=described), page)  # type: ignore[arg-type]
