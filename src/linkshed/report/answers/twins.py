"""The rows of a report on addresses that differ by scheme, www, a slash or letter case only."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkshed.errors import LinkshedError
from linkshed.report.answers.finding import (
    CRITICAL,
    MAJOR,
    MINOR,
    NONE,
    given,
    severities,
    url,
    verdicts,
    where,
    words,
)
from linkshed.report.answers.site import F64, Bools, Ids, Links, Site, site_of
from linkshed.report.frame import Frame, Maker
from linkshed.schema import Scheme
from linkshed.simulate.abreast import abreast
from linkshed.simulate.edits import Edit
from linkshed.simulate.pages import changed_nodes
from linkshed.simulate.plan import Plan
from linkshed.simulate.whatif import gain_of
from linkshed.snapshot.distinct import distinct_of
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

STATES = ("separate", "hands on", "not read", "plain http", "dead")
SEPARATE, HANDS_ON, UNREAD, PLAIN, DEAD = range(len(STATES))
SEVERITIES = (MAJOR, MINOR, MINOR, MAJOR, CRITICAL)
WHY = (
    "two addresses answer for one page: links and equity are split between them",
    "links lead to the address that hands on: a detour for every reader and crawler",
    "whether both addresses answer is not known; the links to them are split",
    "pages with https link to it without: readers lose the protection on the way",
    "links lead to an address that is dead, while the page stands at the other",
)
REPAIRS = (
    "redirect it to the other address, and link to that one",
    "link to the address it hands on to",
    "crawl it, then redirect one of the two",
    "link to it with https, and redirect http there",
    "link to the other address, and redirect this one there",
)
DIFFERENCES = ("scheme", "www", "slash", "case")


def variants(snapshot: Snapshot, scope: Scope, each: int) -> Frame:
    """A frame of addresses beside which another one stands for the same page."""
    site = site_of(snapshot, scope)
    present = site.pages[_is_present(site)]
    pages, keeper = _pairs(site, *_folded(snapshot, present))
    plain = _plain_http(site, present, pages)
    links = site.to(distinct_of(np.concatenate([pages, plain])))
    pages, keeper = np.append(pages, plain), np.append(keeper, np.full(len(plain), NONE))
    order = np.argsort(pages, kind="stable")
    pages, keeper = pages[order], keeper[order]
    state = _states(site, pages, keeper)
    n_links = site.of_target(pages, links, np.ones(len(links.rows)))
    kept = (state == SEPARATE) | (n_links > 0)
    pages, keeper, state, n_links = pages[kept], keeper[kept], state[kept], n_links[kept]
    links = links.where(np.isin(links.target, pages))
    stake = np.where(
        np.isin(state, (HANDS_ON, PLAIN, DEAD)),
        site.of_target(pages, links, links.carried),
        site.web.equity[pages],
    )
    both = zip(pages.tolist(), keeper.tolist(), strict=True)
    texts = [_difference(snapshot, page, other) for page, other in both]
    makers: dict[str, Maker] = {
        "severity": severities(SEVERITIES, state, state == UNREAD),
        "state": words(STATES, state),
        "url": url(snapshot, pages),
        "kept_url": url(snapshot, keeper),
        "why": words(WHY, state),
        "repair": words(REPAIRS, state),
        **verdicts(state == UNREAD, "the address was never read"),
        **given(
            differs_by=np.array(texts, object),
            n_links=n_links.astype(np.uint32),
            stake=stake,
            gain=_gains(site, pages, keeper, state, stake, each),
        ),
        **where(snapshot, site.strongest_to(pages, links)),
    }
    return Frame(len(pages), makers, nbytes=pages.nbytes * 16)


def _is_present(site: Site) -> Bools:
    """Pages that were read, or that internal links lead to."""
    linked = np.zeros(site.snapshot.n_pages, np.bool_)
    linked[site.standing.target] = True
    status = np.ma.getmaskarray(np.ma.asarray(site.snapshot.array("pages", "status")[site.pages]))
    return np.asarray(~status | linked[site.pages])


def _folded(snapshot: Snapshot, pages: Ids) -> tuple[Ids, Ids]:
    """Those of some pages that may have a twin, and numbers that twins share."""
    keys = snapshot.texts("pages", "key")
    pages = pages[_is_like_another(keys.array().take(pa.array(pages)))]
    numbers: dict[str, int] = {}
    folded = [numbers.setdefault(_plain(key), len(numbers)) for key in keys.take(pages)]
    return pages, np.array(folded, np.int64)


def _is_like_another(keys: pa.LargeStringArray) -> Bools:
    """Which keys may be alike but for what twins differ by: all at once, and roughly."""
    if not pc.all(pc.string_is_ascii(keys)).as_py():
        return np.ones(len(keys), np.bool_)
    rough = pc.replace_substring(pc.ascii_lower(keys), "/", "")
    rough = pc.replace_substring(rough, "www,)", ")").dictionary_encode()
    number = np.asarray(rough.indices, np.int64)
    return np.asarray((np.bincount(number) > 1)[number])


def _plain(key: str) -> str:
    host, _, rest = key.partition(")")
    path, question, query = rest.partition("?")
    return f"{host.removesuffix('www,')}){path.lower().rstrip('/')}{question}{query}"


def _pairs(site: Site, pages: Ids, folded: Ids) -> tuple[Ids, Ids]:
    """Each page that has a twin to keep, and that twin: the strongest page that was read."""
    counts = np.bincount(folded)
    is_twin = counts[folded] > 1
    pages, folded = pages[is_twin], folded[is_twin]
    strength = site.web.equity[pages] + site.is_read[pages] * site.web.nodes.is_node[pages] * 1e12
    scheme = np.asarray(site.snapshot.array("pages", "scheme")[pages])
    order = np.lexsort((pages, -scheme.astype(int), -strength, folded))
    is_first = np.diff(folded[order], prepend=-1) != 0
    first = order[np.maximum.accumulate(np.where(is_first, np.arange(len(order)), 0))]
    others = ~is_first
    return pages[order[others]], pages[first[others]]


def _plain_http(site: Site, present: Ids, twins: Ids) -> Ids:
    """Pages with http that pages with https of their domain link to, and that have no twin."""
    scheme = np.asarray(site.snapshot.array("pages", "scheme"))
    alone = present[scheme[present] == Scheme.HTTP]
    links: Links = site.to(alone)
    return np.setdiff1d(links.target[scheme[links.source] == Scheme.HTTPS], twins)


def _states(site: Site, pages: Ids, keeper: Ids) -> Ids:
    nodes = site.web.nodes
    conditions = [
        keeper == NONE, ~site.is_read[pages], nodes.is_dead[pages], nodes.lands[pages] != pages,
        nodes.is_node[pages],
    ]  # fmt: skip
    return np.select(conditions, [PLAIN, UNREAD, DEAD, HANDS_ON, SEPARATE], HANDS_ON)


def _difference(snapshot: Snapshot, page: int, keeper: int) -> str:
    if keeper == NONE:
        return DIFFERENCES[0]
    keys = snapshot.texts("pages", "key").take(np.array([page, keeper]))
    hosts, paths = zip(*(key.partition("?")[0].split(")", 1) for key in keys), strict=True)
    scheme = snapshot.array("pages", "scheme")
    flags = (
        scheme[page] != scheme[keeper],
        hosts[0] != hosts[1],
        paths[0].endswith("/") != paths[1].endswith("/"),
        paths[0].rstrip("/") != paths[1].rstrip("/"),
    )
    return ", ".join(name for name, flag in zip(DIFFERENCES, flags, strict=True) if flag)


def _gains(site: Site, pages: Ids, keeper: Ids, state: Ids, stake: F64, each: int) -> F64:
    """What the kept page gains once the other redirects there, for the ``each`` that hold most."""
    gains = np.full(len(pages), np.nan)
    tried = np.flatnonzero(state == SEPARATE)
    first = tried[np.argsort(-stake[tried], kind="stable")][:each]
    gains[first] = abreast(
        lambda row: _redirected(site, int(pages[row]), int(keeper[row])), first.tolist()
    )
    return gains


def _redirected(site: Site, page: int, target: int) -> float:
    edit = Edit("redirect", "", "", text=f"redirect {site.snapshot.urls([page])[0]}")
    try:
        made = Plan(changed_nodes(site.web, [(edit, page, target)]))
    except LinkshedError:
        return np.nan
    return gain_of(site.web, made, target)
