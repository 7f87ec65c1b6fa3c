"""What some links carry, and the reasons: one line of a ledger per link.

c_l = (d E_i / n_i) * (a_l / (A_i / n_i)) * pi_l      n_i: links on the source page
      strength        attention             passes
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import repeat_factors_of_one
from linkshed.schema import Placement, Rel
from linkshed.score.factors import COLUMNS as FACTOR_COLUMNS
from linkshed.score.factors import FACTORS, FATE_WORDS, REPEAT, Fate, attention, passing
from linkshed.score.nodes import read_nodes
from linkshed.score.profiles import Profile
from linkshed.snapshot.kinds import is_clickable

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

MAX_HOPS = 12
UNTOLD_PASSES = "passes: no input tells whether it is followed"
Rows = NDArray[np.int64]


class CarriedLinks:
    """Rows of links that can be clicked, with what each carries, in f64.

    With ``receiver`` they are those that can pay that page: not its own links, nor links of pages
    that hold no equity.
    """

    def __init__(
        self, snapshot: Snapshot, rows: Rows, profile: Profile, receiver: int | None = None
    ) -> None:
        self.snapshot, self.profile = snapshot, profile
        source = snapshot.array("links", "source")[rows]
        keep = is_clickable(snapshot.array("links", "kind")[rows])
        if receiver is not None:
            keep &= source != receiver
            keep &= read_nodes(snapshot, source).is_node
        self.rows, self.source = rows[keep], source[keep]
        self.target, weight, self.passes = (
            snapshot.array("links", name)[self.rows] for name in ("target", "weight", "passes")
        )
        self._weigh(weight.astype(np.float64))

    def _weigh(self, weight: NDArray[np.float64]) -> None:
        names = ("equity", "out_weight", "n_outlinks")
        equity, out, n = (self.snapshot.array("pages", name)[self.source] for name in names)
        self.n_links = np.maximum(n, 1)
        self.held = np.nan_to_num(equity)
        self.average = out / self.n_links
        none = np.zeros(len(weight))
        self.relative = np.divide(weight, self.average, out=none, where=self.average > 0)
        self.strength = self.profile.damping * self.held / self.n_links
        self.carried = self.strength * self.relative * self.passes

    def _reasons(self, places: Rows) -> dict[str, NDArray[Any]]:
        """The columns that factors are made of."""
        rows = self.rows[places]
        return {name: self.snapshot.array("links", name)[rows] for name in FACTOR_COLUMNS}

    def _fates(self, places: Rows, columns: Mapping[str, NDArray[Any]]) -> NDArray[np.uint8]:
        ends = np.concatenate((self.source[places], self.target[places]))
        source, target = np.arange(len(ends)).reshape(2, -1)
        nodes = read_nodes(self.snapshot, ends)
        return passing(columns, source, target, nodes, self.profile)[1]

    def lost(self) -> dict[str, float]:
        """Equity taken but not passed, by fate."""
        every = np.arange(len(self.rows))
        amounts = self.strength * self.relative * (1.0 - self.passes.astype(np.float64))
        fates = self._fates(every, self._reasons(every))
        sums = np.bincount(fates, weights=amounts, minlength=len(Fate))
        return {f.name.lower(): float(sums[f]) for f in Fate if f is not Fate.PASSES and sums[f]}

    def passed(self, limit: int | None) -> list[dict[str, Any]]:
        """What each receiving page gets, largest first."""
        lands = read_nodes(self.snapshot, self.target).lands
        pages, at = np.unique(lands, return_inverse=True)
        sums = np.bincount(at, weights=self.carried, minlength=len(pages))
        counts = np.bincount(at, minlength=len(pages))
        order = np.argsort(-sums, kind="stable")[:limit]
        urls = self.snapshot.urls(pages[order])
        return [
            {"target_url": url, "equity": float(sums[k]), "n_links": int(counts[k])}
            for url, k in zip(urls, order, strict=True)
        ]

    def lines(self, equity: float, limit: int | None) -> list[dict[str, Any]]:
        """One line per link, largest first; ``equity`` is what shares refer to."""
        order = _largest(self.carried, limit)
        anchors = self.snapshot.take("links", ["anchor"], self.rows[order])["anchor"]
        sources, targets = (
            self.snapshot.urls(pages[order]) for pages in (self.source, self.target)
        )
        columns = self._reasons(order)
        return [
            {
                "source_url": source_url,
                "target_url": target_url,
                "anchor": anchor,
                "placement": Placement(placement).name.lower(),
                "equity": float(self.carried[k]),
                "share": float(self.carried[k] / equity) if equity else 0.0,
                "factors": factors,
                "via": via,
            }
            for source_url, target_url, anchor, placement, k, factors, via in zip(
                sources, targets, anchors.to_pylist(), columns["placement"].tolist(),
                order.tolist(), self._factors(order, columns), self._via(order), strict=True,
            )
        ]  # fmt: skip

    def _via(self, order: Rows) -> list[list[str]]:
        targets = self.target[order].tolist()
        return list(map({t: way(self.snapshot, t) for t in set(targets)}.__getitem__, targets))

    def _factors(
        self, order: Rows, columns: Mapping[str, NDArray[Any]]
    ) -> Iterator[dict[str, Any]]:
        values = [f.values(columns, self.profile).tolist() for f in FACTORS]
        links = zip(*(column.tolist() for column in columns.values()), strict=True)
        fates = self._fates(order, columns).tolist()
        every = zip(order.tolist(), links, fates, self._repeat(order), *values, strict=True)
        for k, columns_of_one, fate, repeat, *of_factors in every:
            link = dict(zip(columns, columns_of_one, strict=True))
            named = zip(FACTORS, of_factors, strict=True)
            made_of = {f.name: _said(value, f.reason(link)) for f, value in named}
            made_of[REPEAT] = _said(repeat, _repeat_reason(repeat))
            passes = _said(self.passes[k], _passing(fate, link["rel"]))
            yield {**self._two(k, made_of), "passes": passes}

    def _two(self, k: int, made_of: Mapping[str, Any]) -> dict[str, Any]:
        """The factors besides ``passes`` whose product is what the link carries."""
        share, held, n_links = self.profile.damping, self.held[k], self.n_links[k]
        relative = self.relative[k]
        return {
            "strength": _said(
                self.strength[k], f"{share:.0%} of the {held:.4g} its page holds, over its "
                f"{_count(n_links, 'link')}"
            ),
            "attention": {
                **_said(relative, f"{relative:.3g} times the average link of its page"),
                "made_of": made_of,
                "page_average": float(self.average[k]),
            },
        }  # fmt: skip

    def _repeat(self, order: Rows) -> list[float]:
        near = np.flatnonzero(np.isin(self.source, self.source[order]))
        alone = attention(self._reasons(near), self.profile).astype(np.float32)
        each, cap = self.profile.repeat, self.profile.repeat_cap
        factors = repeat_factors_of_one(self.source[near], alone, each=each, cap=cap)
        found: list[float] = factors[np.searchsorted(near, order)].tolist()
        return found


def way(snapshot: Snapshot, page_id: int) -> list[str]:
    """URLs after a page on the way to its receiver; empty when it is its own."""
    path = [page_id]
    while len(path) <= MAX_HOPS:
        following = int(snapshot.array("resolution", "next")[path[-1]])
        if following in path:
            break
        path.append(following)
    return snapshot.urls(np.array(path[1:])) if path[1:] else []


def _largest(values: NDArray[np.float64], n: int | None) -> Rows:
    """Places of the ``n`` largest values, or of all, the largest first, the first of equals."""
    if not n or n >= len(values):
        return np.argsort(-values, kind="stable")[:n]
    near = np.flatnonzero(values >= np.partition(values, -n)[-n])
    return np.asarray(near[np.argsort(-values[near], kind="stable")[:n]])


def _repeat_reason(value: float) -> str:
    return "its page's best link to here" if value == 1 else "its page has a better link to here"


def _said(value: Any, reason: str) -> dict[str, Any]:
    return {"value": float(value), "reason": reason}


def _passing(fate: int, rel: int) -> str:
    is_untold = fate == Fate.PASSES and rel & Rel.UNKNOWN
    return UNTOLD_PASSES if is_untold else FATE_WORDS[Fate(fate)]


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
