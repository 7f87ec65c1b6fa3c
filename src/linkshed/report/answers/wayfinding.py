"""Words that say nothing of a page and are right all the same, as they name a step: home, next.

Readers look for them where they expect them, and no better words would do. So they are no finding:

* words for the home page, on links to a home page;
* words and signs for a step, in a menu, a breadcrumb, a header, a footer or a pagination, or on
  links that say rel=next or rel=prev;
* numbers of pages, in a pagination.
"""

from __future__ import annotations

import re

import numpy as np

from linkshed.report.answers.site import Bools, Links, Site
from linkshed.schema import Placement, Rel

HOME = frozenset(("home", "start"))
STEPS = frozenset(
    """
    next previous prev back home start zurück weiter suivant précédent siguiente anterior volver
    avanti indietro volgende vorige terug dalej następna poprzednia próximo voltar далее вперёд
    назад nästa sonraki önceki 下一页 上一页 次へ 前へ 戻る 다음 이전 التالي السابق
    """.split()
)
PLACES = (
    Placement.NAV, Placement.BREADCRUMB, Placement.HEADER, Placement.FOOTER, Placement.PAGINATION,
)  # fmt: skip
_EDGE = re.compile(r"^[\W_]+|[\W_]+$")


def leads_on(site: Site, links: Links) -> Bools:
    """Which links name a step where readers look for it."""
    column = site.snapshot.take("links", ["anchor"], links.rows)["anchor"].combine_chunks()
    coded = column.dictionary_encode()
    words = [_EDGE.sub("", text).casefold() for text in coded.dictionary.to_pylist()]
    is_home, is_step, is_number = (
        np.array([test(word) for word in words], np.bool_)[np.asarray(coded.indices)]
        for test in (HOME.__contains__, _is_step, str.isdigit)
    )
    place = np.asarray(site.web.column("placement", links.rows))
    says_so = np.asarray(site.web.column("rel", links.rows)) & int(Rel.NEXT | Rel.PREV) != 0
    found = is_home & (site.depth(links.lands) == 0)
    found |= is_step & (np.isin(place, PLACES) | says_so)
    return np.asarray(found | (is_number & (place == Placement.PAGINATION)))


def _is_step(word: str) -> bool:
    """A word for a step, or a sign alone, such as an arrow."""
    return not word or word in STEPS
