"""What the scope gains by repairs, as far as equity moves by them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from linkshed.errors import LinkshedError
from linkshed.report.answers.site import F64, Bools, Ids, Site
from linkshed.simulate.abreast import abreast
from linkshed.simulate.support import Supporters
from linkshed.simulate.waste import BROKEN, ENDLESS, Wastes
from linkshed.simulate.whatif import TOLERANCE
from linkshed.urls.scope import Scope

REPAIRED = (BROKEN, *ENDLESS.values(), "noindex")
"""Waste of pages whose repair is that of the page itself: it answers, or may be indexed."""


def most_at_stake(rows: Ids, stake: F64, each: int) -> Ids:
    """Those ``each`` of some rows at which most is at stake, the largest first."""
    return rows[np.argsort(-stake[rows], kind="stable")][:each]


class Repairs:
    """The repairs of the pages at which a scope loses equity, of some kinds of waste."""

    def __init__(self, site: Site, scope: Scope, kinds: Iterable[str]) -> None:
        self._wastes = Wastes(site.web, scope, site.clicks)
        self._known = {waste.page: waste for waste in self._wastes.found(*kinds)}

    def gain(self, page: int) -> float:
        """What the scope gains by the repair; NaN where nothing is lost or no edit repairs it."""
        waste = self._known.get(page)
        if waste is None:
            return np.nan
        try:
            return self._wastes.gain(self._wastes.repaired(waste, TOLERANCE))
        except LinkshedError:
            return np.nan


def repaired(site: Site, scope: Scope, kinds: Iterable[str], pages: Ids, rows: Ids) -> F64:
    """The gain of the repair of the pages in ``rows``; NaN for all others."""
    gains = np.full(len(pages), np.nan)
    if len(rows):
        repairs = Repairs(site, scope, kinds)
        gains[rows] = abreast(repairs.gain, pages[rows].tolist())
    return gains


def named(site: Site, scope: Scope, pages: Ids, rows: Ids, is_alone: Bools) -> F64:
    """The gain for the pages in ``rows``, which sitemaps name: of one that ``is_alone`` by a link
    in the text of the strongest page, of the others by their repair; NaN for all others.
    """
    gains = repaired(site, scope, REPAIRED, pages, rows[~is_alone[rows]])
    alone = rows[is_alone[rows]]
    if len(alone):
        supporters = Supporters(site.web, site.alive)
        found = abreast(supporters.support, pages[alone].tolist())
        gains[alone] = [np.nan if best is None else best.scope_gain for best in found]
    return gains
