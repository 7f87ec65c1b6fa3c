"""What some links carry, and the reasons: one line of a ledger per link.

c_l = (d E_i / n_i) * (a_l / (A_i / n_i)) * pi_l      n_i: links on the source page
      strength        attention             passes
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.graph.csr import repeat_factors_of_one
from linkshed.schema import Placement, Rel
from linkshed.score.factors import COLUMNS as FACTOR_COLUMNS
from linkshed.score.factors import FACTORS, FATE_WORDS, Fate, attention, passing
from linkshed.score.nodes import take_nodes
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
        names = ["source", "target", "weight", "passes", *FACTOR_COLUMNS]
        columns = _arrays(snapshot.take("links", names, rows))
        keep = is_clickable(columns["kind"])
        if receiver is not None:
            keep &= columns["source"] != receiver
            keep &= take_nodes(snapshot, columns["source"]).is_node
        self.rows = rows[keep]
        self.columns = {name: column[keep] for name, column in columns.items()}
        self.source, self.target = self.columns["source"], self.columns["target"]
        self._weigh()
        self.fate, self.lands = self._fates()

    def _weigh(self) -> None:
        pages, at = np.unique(self.source, return_inverse=True)
        table = self.snapshot.take("pages", ["equity", "out_weight", "n_outlinks"], pages)
        source = {name: column[at] for name, column in _arrays(table).items()}
        self.n_links = np.maximum(source["n_outlinks"], 1)
        self.held = np.nan_to_num(source["equity"])
        self.average = source["out_weight"] / self.n_links
        weight = self.columns["weight"].astype(np.float64)
        none = np.zeros(len(weight))
        self.relative = np.divide(weight, self.average, out=none, where=self.average > 0)
        self.strength = self.profile.damping * self.held / self.n_links
        self.carried = self.strength * self.relative * self.columns["passes"]

    def _fates(self) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
        pages, at = np.unique(np.concatenate((self.source, self.target)), return_inverse=True)
        nodes = take_nodes(self.snapshot, pages)
        source, target = at[: len(self.rows)], at[len(self.rows) :]
        fate = passing(self.columns, source, target, nodes, self.profile)[1]
        return fate, nodes.lands[target]

    def lost(self) -> dict[str, float]:
        """Equity taken but not passed, by fate."""
        amounts = self.strength * self.relative * (1.0 - self.columns["passes"].astype(np.float64))
        sums = np.bincount(self.fate, weights=amounts, minlength=len(Fate))
        return {f.name.lower(): float(sums[f]) for f in Fate if f is not Fate.PASSES and sums[f]}

    def passed(self, limit: int | None) -> list[dict[str, Any]]:
        """What each receiving page gets, largest first."""
        pages, at = np.unique(self.lands, return_inverse=True)
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
        order = np.argsort(-self.carried, kind="stable")[:limit]
        take = self.snapshot.take("links", ["anchor"], self.rows[order])
        sources, targets = (
            self.snapshot.urls(pages[order]) for pages in (self.source, self.target)
        )
        return [
            {
                "source_url": source_url,
                "target_url": target_url,
                "anchor": anchor,
                "placement": Placement(self.columns["placement"][k]).name.lower(),
                "equity": float(self.carried[k]),
                "share": float(self.carried[k] / equity) if equity else 0.0,
                "factors": factors,
                "via": via,
            }
            for source_url, target_url, anchor, k, factors, via in zip(
                sources, targets, take["anchor"].to_pylist(), order.tolist(),
                self._factors(order), self._via(order), strict=True,
            )
        ]  # fmt: skip

    def _via(self, order: Rows) -> list[list[str]]:
        targets = self.target[order].tolist()
        return list(map({t: way(self.snapshot, t) for t in set(targets)}.__getitem__, targets))

    def _factors(self, order: Rows) -> list[dict[str, Any]]:
        columns = {name: column[order] for name, column in self.columns.items()}
        values = {f.name: f.values(columns, self.profile) for f in FACTORS}
        repeat = self._repeat()[order]
        told = []
        for n, k in enumerate(order.tolist()):
            link = _plain({name: column[n] for name, column in columns.items()})
            made_of = {f.name: _said(values[f.name][n], f.reason(link)) for f in FACTORS}
            made_of["repeat"] = _said(repeat[n], _repeat_reason(repeat[n]))
            told.append(self._three(k, made_of))
        return told

    def _three(self, k: int, made_of: Mapping[str, Any]) -> dict[str, Any]:
        """The three factors whose product is what the link carries."""
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
            "passes": _said(self.columns["passes"][k], self._passing(k)),
        }  # fmt: skip

    def _passing(self, k: int) -> str:
        is_untold = self.fate[k] == Fate.PASSES and self.columns["rel"][k] & Rel.UNKNOWN
        return UNTOLD_PASSES if is_untold else FATE_WORDS[Fate(self.fate[k])]

    def _repeat(self) -> NDArray[np.float32]:
        alone = attention(self.columns, self.profile).astype(np.float32)
        each, cap = self.profile.repeat, self.profile.repeat_cap
        return repeat_factors_of_one(self.source, alone, each=each, cap=cap)


def way(snapshot: Snapshot, page_id: int) -> list[str]:
    """URLs after a page on the way to its receiver; empty when it is its own."""
    path = [page_id]
    while len(path) <= MAX_HOPS:
        following = snapshot.take("resolution", ["next"], np.array(path[-1:]))["next"][0].as_py()
        if following in path:
            break
        path.append(following)
    return snapshot.urls(np.array(path[1:])) if path[1:] else []


def _arrays(table: pa.Table) -> dict[str, NDArray[Any]]:
    """Columns as numpy: a missing float is NaN, a missing integer is masked."""
    return {name: _array(table[name].combine_chunks()) for name in table.column_names}


def _array(column: pa.Array) -> NDArray[Any]:
    if column.null_count == 0 or pa.types.is_floating(column.type):
        return np.asarray(column.to_numpy(zero_copy_only=False))
    return np.ma.array(column.fill_null(0).to_numpy(), mask=column.is_null().to_numpy(False))


def _repeat_reason(value: float) -> str:
    return "its page's best link to here" if value == 1 else "its page has a better link to here"


def _said(value: Any, reason: str) -> dict[str, Any]:
    return {"value": float(value), "reason": reason}


def _plain(link: Mapping[str, Any]) -> dict[str, Any]:
    return {k: None if v is np.ma.masked else v.item() for k, v in link.items()}


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
