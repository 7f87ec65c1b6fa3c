"""The rows of a report on links of the head: hreflang, and next and previous pages."""

from __future__ import annotations

import re

import numpy as np

from linkshed.report.answers.codes import LANGUAGES, REGIONS
from linkshed.report.answers.finding import (
    MAJOR,
    MINOR,
    given,
    severities,
    url,
    verdicts,
    way,
    words,
)
from linkshed.report.answers.site import Bools, Ids, Site, site_of
from linkshed.report.frame import Frame, Maker, labels
from linkshed.schema import Indexability, LinkKind
from linkshed.snapshot.distinct import distinct_of
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

KINDS = (
    "unknown code", "to a page that is not kept", "no return link", "no code for itself",
    "no link to click",
)  # fmt: skip
CODE, NOT_KEPT, ONE_SIDED, NO_SELF, NO_CLICK = range(len(KINDS))
SEVERITIES = (MAJOR, MAJOR, MAJOR, MINOR, MINOR)
WHY = (
    "search engines do not know this language or region, and leave the link out",
    "the page it names is dead, redirects, says noindex or names another: the link is left out",
    "the page it names does not name it back: search engines then ignore both",
    "it names pages in other languages and not itself: the set of languages is not whole",
    "it names the next or previous page and has no link to it that readers and crawlers follow",
)
REPAIRS = (
    "write a language of ISO 639-1, with a region of ISO 3166-1 if need be",
    "name the page that is kept",
    "name this page there, too",
    "name itself with its own language",
    "link to it in the page",
)
_CODE = re.compile(r"([a-z]{2,3})(?:-[a-z]{4})?(?:-([a-z]{2}|\d{3}))?", re.IGNORECASE)
_KINDS = (LinkKind.HREFLANG, LinkKind.NEXT, LinkKind.PREV)
_IS_HEAD = np.isin(np.arange(256), _KINDS)
_KEPT = (Indexability.INDEXABLE, Indexability.UNKNOWN)
_BITS = np.int64(32)


def is_code(text: str) -> bool:
    """Whether an hreflang value is x-default, or a known language, script and region."""
    match = _CODE.fullmatch(text)
    if text.lower() == "x-default" or match is None:
        return text.lower() == "x-default"
    language, region = match[1].lower(), (match[2] or "").upper()
    return language in LANGUAGES and (not region or region.isdigit() or region in REGIONS)


def headlinks(snapshot: Snapshot, scope: Scope) -> Frame:
    """A frame of hreflang and pagination links that do not hold."""
    site = site_of(snapshot, scope)
    rows = _rows(site)
    source, target = (site.web.column(n, rows).astype(np.int64) for n in ("source", "target"))
    says = np.asarray(site.web.column("kind", rows))
    names = snapshot.take("links", ["anchor"], rows)["anchor"].combine_chunks()
    is_lang = says == LinkKind.HREFLANG
    is_sound = np.array([not code or is_code(code) for code in names.to_pylist()], np.bool_)
    is_read, is_other = site.is_read[target], source != target
    back = _has_back(site, source, target, says)
    lacks_self = is_lang & is_other & ~_names_itself(source, target, is_lang)
    faults = [
        (CODE, is_lang & ~is_sound),
        (NOT_KEPT, is_read & ~np.isin(site.final(target), _KEPT)),
        (ONE_SIDED, is_other & ~back & np.isin(site.final(target), _KEPT)),
        (NO_SELF, lacks_self & _first_of(source, lacks_self)),
        (NO_CLICK, ~is_lang & is_other & ~_clicks(site, source, target)),
    ]
    at = np.concatenate([np.flatnonzero(flags) for _, flags in faults])
    kind = np.concatenate([np.full(int(flags.sum()), n) for n, flags in faults])
    is_open = (kind == ONE_SIDED) & ~is_read[at]
    pages = source[at]
    makers: dict[str, Maker] = {
        "severity": severities(SEVERITIES, kind, is_open),
        "kind": words(KINDS, kind),
        "link": lambda chosen: labels(says[at[chosen]], LinkKind),
        "url": url(snapshot, pages),
        "other_url": url(snapshot, target[at]),
        "code": words(names.to_pylist(), at),
        "why": words(WHY, kind),
        "repair": words(REPAIRS, kind),
        "way": way(snapshot, lambda chosen: pages[chosen]),
        **verdicts(is_open, "the page it names was never read"),
        **given(stake=site.web.equity[pages]),
    }
    return Frame(len(at), makers, nbytes=at.nbytes * 12)


def _rows(site: Site) -> Ids:
    """The rows of these kinds on living pages of the scope."""
    rows = site.rows[_IS_HEAD[site.web.column("kind", site.rows)]]
    return np.asarray(rows[site.web.nodes.is_node[site.web.column("source", rows)]])


def _pair(one: Ids, other: Ids) -> Ids:
    return (one << _BITS) | other


def _has_back(site: Site, source: Ids, target: Ids, says: Ids) -> Bools:
    """Whether the target names the source: by hreflang, or as its next or previous page."""
    rows = site.web.rows_from(distinct_of(target))
    kinds = np.asarray(site.web.column("kind", rows))
    rows, kinds = rows[_IS_HEAD[kinds]], kinds[_IS_HEAD[kinds]]
    ends = (site.web.column(n, rows).astype(np.int64) for n in ("source", "target"))
    backward = _pair(*ends)
    found = np.zeros(len(source), np.bool_)
    for kind, answer in ((LinkKind.HREFLANG, LinkKind.HREFLANG), (LinkKind.NEXT, LinkKind.PREV),
                         (LinkKind.PREV, LinkKind.NEXT)):  # fmt: skip
        named = np.isin(_pair(target, source), backward[kinds == answer])
        found |= (says == kind) & named
    return found


def _names_itself(source: Ids, target: Ids, is_lang: Bools) -> Bools:
    return np.isin(source, source[is_lang & (source == target)])


def _first_of(source: Ids, flags: Bools) -> Bools:
    """The first flagged link of each page."""
    first = np.zeros(len(source), np.bool_)
    at = np.flatnonzero(flags)
    first[at[np.unique(source[at], return_index=True)[1]]] = True
    return first


def _clicks(site: Site, source: Ids, target: Ids) -> Bools:
    links = site.links(site.web.rows_from(distinct_of(source)))
    return np.isin(_pair(source, target), _pair(links.source, links.target))
