"""The equity a snapshot's pages would hold under other profiles, solved once and kept."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64
from linkshed.graph.shelf import Shelf
from linkshed.score.equity import solved
from linkshed.score.factors import COLUMNS as FACTOR_COLUMNS
from linkshed.score.nodes import RESOLUTION_COLUMNS
from linkshed.score.profiles import Profile
from linkshed.score.surfer import weigh
from linkshed.simulate.web import Web
from linkshed.snapshot.kept import kept
from linkshed.snapshot.recent import Shared

WORK_BYTES = 128_000_000
"""Memory for arrays over links while equity is solved anew; beyond it they lie in files."""
_LINK_COLUMNS = tuple(dict.fromkeys(("source", "target", *FACTOR_COLUMNS)))
_SOURCES = (
    *(("links", name) for name in _LINK_COLUMNS),
    ("in_offsets", "in_offset"),
    *(("resolution", name) for name in RESOLUTION_COLUMNS),
    ("pages", "is_nofollow"),
)


class Otherwise:
    """What pages hold under each profile that was asked about."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._known: dict[str, F64] = {}
        self._shared = Shared()

    def equity(self, profile: Profile) -> F64:
        """Equity per page, 0 where a page holds none; solved where it never was, which takes
        seconds, and kept in the store's cache.
        """
        if profile.name == self._web.profile.name:
            return self._web.equity
        if profile.name not in self._known:
            found = self._shared.made(profile.name, lambda: self._kept(profile))
            self._known.setdefault(profile.name, found)
        return self._known[profile.name]

    def _kept(self, profile: Profile) -> F64:
        numbers = hashlib.sha256(repr(profile).encode()).hexdigest()[:16]
        name = f"equity-{profile.name}-{numbers}"
        return kept(self._web.snapshot, name, _SOURCES, lambda: self._solved(profile))["equity"]

    def _solved(self, profile: Profile) -> dict[str, NDArray[Any]]:
        web, of = self._web, self._web.snapshot.array
        links: dict[str, NDArray[Any]] = {name: of("links", name) for name in _LINK_COLUMNS}
        offsets = of("in_offsets", "in_offset")
        shelf = Shelf(web.snapshot.store_path / "cache", WORK_BYTES)
        weights = weigh(links, offsets, web.nodes, profile, shelf)
        columns = links | {"weight": weights.weight, "passes": weights.passes}
        found = solved(columns, offsets, weights.out_weight, web.nodes, profile, shelf=shelf)
        return {"equity": np.where(web.nodes.is_node, found.values, 0.0)}


def otherwise(web: Web) -> Otherwise:
    """That of a web, made once and kept as long as its snapshot is open: what was asked about lies
    in mapped files of 8 bytes a page and profile.
    """
    return web.snapshot.lasting.of(Otherwise, lambda: Otherwise(web))
