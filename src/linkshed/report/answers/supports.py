"""What one more link would bring each of some pages."""

from __future__ import annotations

import numpy as np

from linkshed.report.answers.finding import NONE, given, url
from linkshed.report.answers.site import Ids, Site
from linkshed.report.frame import Maker
from linkshed.simulate.abreast import abreast
from linkshed.simulate.support import Support, Supporters


def supports(site: Site, pages: Ids, order: Ids, each: int) -> dict[str, Maker]:
    """SUPPORT_COLUMNS for pages; the gains of the first ``each`` in ``order`` are computed."""
    source = np.full(len(pages), NONE, np.int64)
    gain, scope_gain = np.full(len(pages), np.nan), np.full(len(pages), np.nan)
    first = order[:each].tolist()
    for row, best in zip(first, _best(site, pages[first]), strict=True):
        if best is not None:
            source[row], gain[row], scope_gain[row] = best.source, best.gain, best.scope_gain
    columns = given(gain=gain, scope_gain=scope_gain)
    return {"from_url": url(site.snapshot, source), **columns}


def _best(site: Site, pages: Ids) -> list[Support | None]:
    """The best link to each page."""
    if not len(pages):
        return []
    return abreast(Supporters(site.web, site.alive).support, pages.tolist())
