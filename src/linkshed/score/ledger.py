"""The account of one page: where its equity comes from, link by link, and where it goes.

    E_j = (1-d) b_j + sum of c_l                          over links l that end at j
    c_l = (d E_i / n_i) * (a_l / (A_i / n_i)) * pi_l      n_i: links on the source page
          strength        attention             passes
    E_i = (1-d) E_i + passed on + lost                    lost: see ``factors.Fate``; all of d E_i
                                                          when the page has no link to follow

Every number is computed in f64 from published columns, so anyone can check it. ``residual`` is
``E_j`` minus the sum of its account; ``is_exact`` says whether it is within 1e-9 of ``E_j``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkshed.errors import MissingScore, NotFoundError
from linkshed.graph.csr import repeat_factors_of_one
from linkshed.schema import Placement
from linkshed.score.factors import COLUMNS as FACTOR_COLUMNS
from linkshed.score.factors import FACTORS, FATE_WORDS, Fate, attention, is_clickable, passing
from linkshed.score.nodes import Nodes, take_nodes
from linkshed.score.profiles import DEFAULT_PROFILE, Profile, profile_of

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

EXACT = 1e-9
PAGE_SCORES = ("equity", "rating", "base", "out_weight", "n_outlinks")
LINK_SCORES = ("weight", "passes")
MAX_HOPS = 12
Rows = NDArray[np.int64]


def explain(
    snapshot: Snapshot, page_id: int, profile: str = DEFAULT_PROFILE, limit: int | None = None
) -> dict[str, Any]:
    """The account of a page, ready for JSON; ``limit`` cuts the lists to the largest lines.

    ``profile`` must be the one the snapshot was scored with. Raises MissingScore, NotFoundError.
    """
    _check(snapshot, page_id)
    page = _page(snapshot, page_id)
    if not page["nodes"].is_node[0]:
        return _pointer(snapshot, page_id, page)
    return _Account(snapshot, page_id, page, profile_of(profile), limit).told()


def _check(snapshot: Snapshot, page_id: int) -> None:
    if not 0 <= page_id < snapshot.n_pages:
        raise NotFoundError(f"page {page_id}", allowed=f"0 to {snapshot.n_pages - 1}")
    wanted = [("pages", name) for name in PAGE_SCORES] + [("links", name) for name in LINK_SCORES]
    missing = [f"{table}.{name}" for table, name in wanted if not snapshot.has(table, name)]
    if missing:
        raise MissingScore(
            f"snapshot {snapshot.id} lacks {', '.join(missing)}", repair="linkshed score"
        )


def _page(snapshot: Snapshot, page_id: int) -> dict[str, Any]:
    rows = np.array([page_id])
    scores = snapshot.take("pages", [*PAGE_SCORES, "status"], rows).to_pylist()[0]
    return {**scores, "url": snapshot.urls(rows)[0], "nodes": take_nodes(snapshot, rows)}


def _pointer(snapshot: Snapshot, page_id: int, page: Mapping[str, Any]) -> dict[str, Any]:
    """A page without equity of its own explains itself in one sentence."""
    hops = _hops(snapshot, page_id)
    urls = snapshot.urls(np.array([page_id, *hops]))
    receiver = None if page["nodes"].is_dead[0] else urls[-1]
    if receiver is not None:
        sentence = f"{urls[0]} hands all its equity to {receiver}: ask for that page."
    else:
        sentence = f"{_why_dead(urls, page['status'])}: equity sent to it is lost."
    return {
        "url": urls[0], "equity": None, "rating": None, "base": None, "residual": None,
        "is_exact": None, "receiver": receiver, "via": urls[1:], "ledger": [], "outgoing": None,
        "sentence": sentence,
    }  # fmt: skip


def _why_dead(urls: list[str], status: int | None) -> str:
    if len(urls) > 1:
        return f"{urls[0]} leads through {urls[1]} to no living page"
    answer = f"answers {status}" if status else "is an error page"
    return f"{urls[0]} {answer}"


def _hops(snapshot: Snapshot, page_id: int) -> list[int]:
    """Pages after ``page_id`` on the way to its receiver."""
    path = [page_id]
    while len(path) <= MAX_HOPS:
        following = snapshot.take("resolution", ["next"], np.array([path[-1]]))["next"][0].as_py()
        if following in path:
            break
        path.append(following)
    return path[1:]


def _arrays(table: pa.Table) -> dict[str, NDArray[Any]]:
    """Columns as numpy: a missing float is NaN, a missing integer is masked."""
    return {name: _array(table[name].combine_chunks()) for name in table.column_names}


def _array(column: pa.Array) -> NDArray[Any]:
    if column.null_count == 0 or pa.types.is_floating(column.type):
        return np.asarray(column.to_numpy(zero_copy_only=False))
    return np.ma.array(column.fill_null(0).to_numpy(), mask=column.is_null().to_numpy(False))


@dataclass
class _Account:
    snapshot: Snapshot
    page_id: int
    page: Mapping[str, Any]
    profile: Profile
    limit: int | None

    def told(self) -> dict[str, Any]:
        incoming = _Links(self.snapshot, self._rows_in(), self.profile, self.page_id)
        equity = float(self.page["equity"])
        base = (1 - self.profile.damping) * float(self.page["base"])
        residual = equity - base - float(incoming.carried.sum())
        order = np.argsort(-incoming.carried, kind="stable")[: self.limit]
        return {
            "url": self.page["url"],
            "equity": equity,
            "rating": self.page["rating"],
            "base": base,
            "residual": residual,
            "is_exact": abs(residual) <= EXACT * equity,
            "receiver": self.page["url"],
            "profile": self.profile.name,
            "n_lines": len(incoming.rows),
            "ledger": _lines(incoming, order, equity),
            "outgoing": self._outgoing(equity),
            "sentence": self._sentence(equity, base, residual, incoming),
        }

    def _rows_in(self) -> Rows:
        receiver = self.snapshot.array("resolution", "receiver")
        members = np.union1d(np.flatnonzero(receiver == self.page_id), [self.page_id])
        members = members[~take_nodes(self.snapshot, members).is_dead]
        ranges = [self.snapshot.in_links(int(m), int(m) + 1) for m in members]
        return np.concatenate([np.arange(lo, hi) for lo, hi in ranges])

    def _outgoing(self, equity: float) -> dict[str, Any]:
        links = _Links(
            self.snapshot, np.asarray(self.snapshot.out_links(self.page_id)), self.profile
        )
        stops = (1 - self.profile.damping) * equity
        passed = _passed(links, self.limit)
        lost = links.lost()
        if self.page["out_weight"] == 0:
            lost["no_links"] = self.profile.damping * equity
        total = stops + float(links.carried.sum()) + sum(lost.values())
        return {
            "stops": stops,
            "passed": float(links.carried.sum()),
            "lost": lost,
            "residual": equity - total,
            "targets": passed,
        }

    def _sentence(self, equity: float, base: float, residual: float, links: _Links) -> str:
        text = f"{self.page['url']} holds {equity:.4g} page-equivalents"
        if self.page["rating"] is not None:
            text += f" (rating {self.page['rating']:.1f})"
        n_paying = int(np.count_nonzero(links.carried))
        text += f": {base:.4g} of its own and {equity - base - residual:.4g} from {n_paying} links"
        if n_paying:
            best = int(np.argmax(links.carried))
            url = self.snapshot.urls(links.source[best : best + 1])[0]
            text += f", most of it ({links.carried[best]:.4g}) from {url}" if n_paying > 1 else ""
            text += f" ({url})" if n_paying == 1 else ""
        if abs(residual) > EXACT * equity:
            text += f"; the account misses {residual:.3g} and does not sum exactly"
        return text + "."


class _Links:
    """Some link rows with what they carry. With ``receiver`` only those that pay it are kept."""

    def __init__(
        self, snapshot: Snapshot, rows: Rows, profile: Profile, receiver: int | None = None
    ) -> None:
        self.snapshot, self.profile = snapshot, profile
        names = ["source", "target", *FACTOR_COLUMNS, *LINK_SCORES]
        columns = _arrays(snapshot.take("links", names, rows))
        keep = is_clickable(columns["kind"])
        if receiver is not None:
            keep &= columns["source"] != receiver
            keep &= take_nodes(snapshot, columns["source"]).is_node
        self.rows = rows[keep]
        self.columns = {name: column[keep] for name, column in columns.items()}
        self.source, self.target = self.columns["source"], self.columns["target"]
        self._read_pages()

    def _read_pages(self) -> None:
        names = ["equity", "out_weight", "n_outlinks"]
        sources, at = np.unique(self.source, return_inverse=True)
        pages = {k: v[at] for k, v in _arrays(self.snapshot.take("pages", names, sources)).items()}
        d, weight = self.profile.damping, self.columns["weight"].astype(np.float64)
        self.n_links = pages["n_outlinks"]
        self.equity = np.nan_to_num(pages["equity"])
        self.average = pages["out_weight"] / np.maximum(self.n_links, 1)
        self.strength = d * self.equity / np.maximum(self.n_links, 1)
        self.relative = np.divide(
            weight, self.average, out=np.zeros(len(weight)), where=self.average > 0
        )
        self.carried = self.strength * self.relative * self.columns["passes"]
        self.fate = self._fates()

    def _fates(self) -> NDArray[np.uint8]:
        """Fate of each link, from the roles of the pages it joins."""
        pages, at = np.unique(np.concatenate((self.source, self.target)), return_inverse=True)
        nodes: Nodes = take_nodes(self.snapshot, pages)
        n = len(self.rows)
        self.lands = nodes.lands[at[n:]]
        return passing(self.columns, at[:n], at[n:], nodes, self.profile)[1]

    def lost(self) -> dict[str, float]:
        """Equity taken but not passed, by fate."""
        amounts = self.strength * self.relative * (1.0 - self.columns["passes"].astype(np.float64))
        sums = np.bincount(self.fate, weights=amounts, minlength=len(Fate))
        return {f.name.lower(): float(sums[f]) for f in Fate if f is not Fate.PASSES and sums[f]}


def _passed(links: _Links, limit: int | None) -> list[dict[str, Any]]:
    """What each receiving page gets, largest first."""
    targets, at = np.unique(links.lands, return_inverse=True)
    sums, counts = np.bincount(at, weights=links.carried), np.bincount(at)
    order = np.argsort(-sums, kind="stable")[:limit] if len(targets) else np.empty(0, np.int64)
    urls = links.snapshot.urls(targets[order])
    return [
        {"target_url": url, "equity": float(sums[k]), "n_links": int(counts[k])}
        for url, k in zip(urls, order, strict=True)
    ]


def _lines(links: _Links, order: Rows, equity: float) -> list[dict[str, Any]]:
    snapshot = links.snapshot
    anchors = snapshot.take("links", ["anchor"], links.rows[order])["anchor"].to_pylist()
    source_urls, target_urls = (
        snapshot.urls(links.source[order]),
        snapshot.urls(links.target[order]),
    )
    via = _via(snapshot, links.target[order])
    factors = _factors(links, order)
    return [
        {
            "source_url": source_urls[n],
            "target_url": target_urls[n],
            "anchor": anchors[n],
            "placement": Placement(links.columns["placement"][k]).name.lower(),
            "equity": float(links.carried[k]),
            "share": float(links.carried[k] / equity) if equity else 0.0,
            "factors": factors[n],
            "via": via[n],
        }
        for n, k in enumerate(order.tolist())
    ]


def _via(snapshot: Snapshot, targets: NDArray[Any]) -> list[list[str]]:
    """URLs a link passes through after its own target, the receiver last."""
    paths = {t: _hops(snapshot, t) for t in np.unique(targets).tolist()}
    urls = {t: snapshot.urls(np.array(hops)) if hops else [] for t, hops in paths.items()}
    return [urls[t] for t in targets.tolist()]


def _factors(links: _Links, order: Rows) -> list[dict[str, Any]]:
    columns = {name: column[order] for name, column in links.columns.items()}
    values = {f.name: f.values(columns, links.profile) for f in FACTORS}
    repeat = _repeat(links)[order]
    told = []
    for n, k in enumerate(order.tolist()):
        link = _plain({name: column[n] for name, column in columns.items()})
        made_of = {f.name: _said(values[f.name][n], f.reason(link)) for f in FACTORS}
        made_of["repeat"] = _said(repeat[k], _repeat_reason(float(repeat[k])))
        told.append(_three(links, k) | {"made_of": made_of})
    return [
        {"strength": t["strength"], "passes": t["passes"],
         "attention": {**t["attention"], "made_of": t["made_of"]}}
        for t in told
    ]  # fmt: skip


def _three(links: _Links, k: int) -> dict[str, Any]:
    """The three factors whose product is what the link carries."""
    held, n_links, relative = links.equity[k], links.n_links[k], links.relative[k]
    d = links.profile.damping
    return {
        "strength": _said(
            links.strength[k], f"{d:.0%} of the {held:.4g} its page holds, over {n_links} links"
        ),
        "attention": _said(relative, f"{relative:.3g} times the average link of its page"),
        "passes": _said(links.columns["passes"][k], FATE_WORDS[Fate(links.fate[k])]),
    }


def _repeat(links: _Links) -> NDArray[np.float32]:
    alone = attention(links.columns, links.profile).astype(np.float32)
    profile = links.profile
    return repeat_factors_of_one(links.source, alone, each=profile.repeat, cap=profile.repeat_cap)


def _repeat_reason(value: float) -> str:
    return "its page's best link to here" if value == 1 else "its page has a better link to here"


def _said(value: Any, reason: str) -> dict[str, Any]:
    return {"value": float(value), "reason": reason}


def _plain(link: Mapping[str, Any]) -> dict[str, Any]:
    return {k: None if v is np.ma.masked else v.item() for k, v in link.items()}
