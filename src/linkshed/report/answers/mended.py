"""What the scope gains once what a sitemap names is mended, as far as equity moves by it."""

from __future__ import annotations

import numpy as np

from linkshed.errors import LinkshedError
from linkshed.report.answers.site import F64, Bools, Ids, Site
from linkshed.simulate.support import Supporters
from linkshed.simulate.waste import BROKEN, ENDLESS, Wastes
from linkshed.simulate.whatif import TOLERANCE
from linkshed.urls.scope import Scope

REPAIRED = (BROKEN, *ENDLESS.values(), "noindex")
"""Waste of pages whose repair is that of the page itself: it answers, or may be indexed."""


def gains(
    site: Site, scope: Scope, pages: Ids, order: Ids, each: int, is_alone: Bools
) -> F64:  # fmt: skip
    """Gains of the first ``each`` pages in ``order``: of one that ``is_alone`` by a link in the
    text of the strongest page, of the others by the repair of the page; NaN for the rest, and
    where nothing is lost there.
    """
    found = np.full(len(pages), np.nan)
    if not each or not len(order):
        return found
    wastes, supporters = Wastes(site.web, scope), Supporters(site.web, site.alive)
    known = {waste.page: waste for waste in wastes.found(*REPAIRED)}
    for row in order[:each].tolist():
        page = int(pages[row])
        if is_alone[row]:
            best = supporters.support(page)
            found[row] = np.nan if best is None else best.scope_gain
        elif page in known:
            try:
                found[row] = wastes.gain(wastes.repaired(known[page], TOLERANCE))
            except LinkshedError:
                continue
    return found
