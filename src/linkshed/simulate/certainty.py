"""How sure a page's equity is: under other weights, and under what pages nobody read might say.

Weights: the equity and rank of a page under every profile, each solved anew (``otherwise``).

Pages not read: a page u known only as a target passes nothing in our account. Its links could only
add, so the published equity is the least. The most a page j can hold is when every unread page of
a set U links to j alone; with Z = (I - d P)^-1 that is exactly

    m = (sum of E_u over U) / (1 - d Z_jU)        E_j at most = E_j + d m Z_jj

Pages nobody knows of are not in this interval, whatever their number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from linkshed.graph.csr import F64
from linkshed.graph.push import spread_out
from linkshed.score.profiles import PROFILES
from linkshed.score.ratings import ranks_of
from linkshed.score.scale import rating
from linkshed.simulate.otherwise import otherwise
from linkshed.simulate.web import Ids, Web

FLOOR = 1e-9
NOT_A_PROMISE = (
    "The number says how much equity the pages that were read hand to a page, under the weights of"
    " one profile. It is not a search engine's score, does not foretell positions or visits, and"
    " cannot be compared with the numbers of other tools."
)


@dataclass(frozen=True)
class Verdict:
    """A page under one profile. ``rank`` counts all pages that hold equity, ``rank_in_domain``
    those of its domain; equals share a place.
    """

    page: int
    profile: str
    equity: float
    rating: float
    rank: int
    rank_in_domain: int


def verdicts(web: Web, pages: Ids, *, published_alone: bool = False) -> Iterator[Verdict]:
    """Every page under every profile, or under the published one alone, which takes no time."""
    equity = otherwise(web).equity
    for profile in [web.profile] if published_alone else PROFILES.values():
        yield from _under(web, pages, profile.name, equity(profile))


def _under(web: Web, pages: Ids, profile: str, equity: F64) -> Iterator[Verdict]:
    domain = web.snapshot.domain_of(pages)
    lo, hi = (web.snapshot.array("domains", name)[domain] for name in ("page_lo", "page_hi"))
    rank = ranks_of(pages, equity).tolist()
    for n, page in enumerate(pages.tolist()):
        own = equity[int(lo[n]) : int(hi[n])]
        place = 1 + int(np.count_nonzero(own > equity[page]))
        held = float(equity[page])
        yield Verdict(page, profile, held, float(rating(held)), rank[n], place)


def at_most(web: Web, page: int, *sets: Ids) -> list[float]:
    """The equity of a page if all unread pages of a set linked to it and to nothing else."""
    if not any(web.equity[unread].any() for unread in sets):
        return [float(web.equity[page])] * len(sets)
    visits = spread_out(web.out_links, web.scale, [page], [1.0], floor=FLOOR)
    own, held = float(visits.at(np.array([page]))[0]), float(web.equity[page])
    returned = [web.damping * float(visits.at(unread).sum()) for unread in sets]
    masses = [float(web.equity[u].sum()) / (1 - r) for u, r in zip(sets, returned, strict=True)]
    return [held + web.damping * mass * own for mass in masses]


def unread_pages(web: Web) -> Ids:
    """Pages that hold equity and were never read."""
    never = np.ma.getmaskarray(web.snapshot.array("pages", "status"))
    return np.flatnonzero(never & web.nodes.is_node)
