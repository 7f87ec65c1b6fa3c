"""Why equity changed between two snapshots: an exact split by link and by cause.

    E_j = (1-d) b_j + sum over pages i of c_ij         c_ij = d E_i w_ij / A_i
    w_ij: attention times pass factor of all links from i that end at j; A_i: attention on i

A page i that links in both snapshots changes c by three parts, each with the others at their mean:

    strength   the source holds more or less      dE_i
    link       the links themselves changed       dw_ij
    dilution   other links on the source changed  d(1 / A_i)

What links in one snapshot only is ``won`` or ``lost`` when its page was read in both, ``link`` when
it was read once only (its target leads elsewhere now), else ``coverage``: nobody looked, before or
afterwards. ``base`` is the page's own. Parts sum to the change; points of rating are split in
proportion.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from linkshed.errors import MissingScore, NotFoundError
from linkshed.score.scale import rating
from linkshed.simulate.web import Web
from linkshed.snapshot.kinds import is_clickable
from linkshed.urls.scope import Scope

CAUSES = ("won", "lost", "link", "dilution", "strength", "base", "coverage")
Pair = tuple[str, str]


@dataclass(frozen=True)
class Part:
    """One cause at one link (or base): what it added to the equity of ``target_url``."""

    cause: str
    source_url: str | None
    target_url: str
    gain: float
    before: float
    after: float


@dataclass
class Change:
    """The split. ``before`` and ``after`` are the scope's equity; a page not known holds 0."""

    before: float
    after: float
    parts: list[Part] = field(default_factory=list)

    @property
    def residual(self) -> float:
        """What the split leaves unexplained."""
        return self.after - self.before - sum(part.gain for part in self.parts)

    @property
    def points_per_equity(self) -> float:
        """Rating points per page-equivalent; the scope's equity rated as one page's."""
        low, high = rating(np.array([self.before, self.after]))
        gain = self.after - self.before
        if abs(gain) > 1e-12 * self.after:
            return float((high - low) / gain)
        slope = rating(np.array([1.0, np.e]))
        return float((slope[1] - slope[0]) / self.after) if self.after > 0 else 0.0


@dataclass(frozen=True)
class _Side:
    """What one snapshot says of links into the scope: per pair (w, A, E of the source)."""

    web: Web
    base: dict[str, float]
    equity: dict[str, float]
    pairs: dict[Pair, tuple[float, float, float]]
    read: dict[str, int | None] = field(default_factory=dict)

    def read_at(self, url: str) -> int | None:
        """When a page was read; None when it never was, or is not known."""
        if url not in self.read:
            self.read[url] = self._read_at(url)
        return self.read[url]

    def _read_at(self, url: str) -> int | None:
        page = self.web.snapshot.page_id(url)
        if page is None:
            return None
        found = self.web.snapshot.array("pages", "fetched_at")[page]
        return None if np.ma.is_masked(found) else int(found)


def change_of(earlier: Web, later: Web, scope: Scope) -> Change:
    """Why a scope's equity is not what it was.

    Raises MissingScore for unlike profiles, NotFoundError when the scope holds equity in neither.
    """
    if earlier.profile.name != later.profile.name:
        raise MissingScore(
            f"snapshot {earlier.snapshot.id} is scored with {earlier.profile.name!r}, "
            f"{later.snapshot.id} with {later.profile.name!r}",
            repair=f"linkshed score --profile {later.profile.name}"
            f" --snapshot {earlier.snapshot.id}",
        )
    old, new = _side(earlier, scope), _side(later, scope)
    if not old.equity and not new.equity:
        raise NotFoundError(
            f"scope {scope.text!r}: none of its pages holds equity in either snapshot",
            repair=f"see what is known: linkshed pages '{scope.text}'",
        )
    change = Change(sum(old.equity.values()), sum(new.equity.values()))
    for url in sorted(old.equity.keys() | new.equity.keys()):
        change.parts += _base_part(old, new, url)
    for pair in sorted(old.pairs.keys() | new.pairs.keys()):
        change.parts += _pair_parts(old, new, pair, later.damping)
    return change


def _side(web: Web, scope: Scope) -> _Side:
    inside = web.inside(scope)
    targets = np.flatnonzero(inside & web.nodes.is_node)
    urls = web.snapshot.urls(targets)
    base = (1 - web.damping) * web.nodes.base[targets]
    return _Side(
        web,
        dict(zip(urls, base.tolist(), strict=True)),
        dict(zip(urls, web.equity[targets].tolist(), strict=True)),
        _pairs(web, inside),
    )


def _pairs(web: Web, inside: NDArray[np.bool_]) -> dict[Pair, tuple[float, float, float]]:
    lands, nodes = web.nodes.lands, web.nodes
    rows = web.rows_to(np.flatnonzero(inside[lands] & nodes.is_node[lands]))
    source, target = web.column("source", rows), lands[web.column("target", rows)]
    kept = is_clickable(web.column("kind", rows)) & nodes.is_node[source] & (source != target)
    rows, source, target = rows[kept], source[kept], target[kept]
    amount = web.column("weight", rows).astype(np.float64) * web.column("passes", rows)
    ends, at = np.unique(np.stack((source, target)), axis=1, return_inverse=True)
    sums = np.bincount(at, weights=amount, minlength=ends.shape[1])
    urls = zip(web.snapshot.urls(ends[0]), web.snapshot.urls(ends[1]), strict=True)
    held, whole = web.equity[ends[0]], web.out_weight[ends[0]]
    values = zip(sums.tolist(), whole.tolist(), held.tolist(), strict=True)
    return dict(zip(urls, values, strict=True))


def _base_part(old: _Side, new: _Side, url: str) -> list[Part]:
    before, after = old.base.get(url, 0.0), new.base.get(url, 0.0)
    known = url in old.equity or old.web.snapshot.page_id(url) is not None
    gone = url not in new.equity and new.web.snapshot.page_id(url) is None
    cause = "base" if known and not gone else "coverage"
    return [Part(cause, None, url, after - before, before, after)] if before != after else []


def _pair_parts(old: _Side, new: _Side, pair: Pair, damping: float) -> list[Part]:
    one, other = old.pairs.get(pair), new.pairs.get(pair)
    before, after = _carried(one, damping), _carried(other, damping)
    if one is None or other is None:
        gains = {_cause(old, new, pair, is_new=one is None): after - before}
    else:
        gains = _three(one, other, damping)
    return [Part(cause, *pair, gain, before, after) for cause, gain in gains.items() if gain]


def _carried(pair: tuple[float, float, float] | None, damping: float) -> float:
    if pair is None:
        return 0.0
    amount, whole, held = pair
    return damping * held * amount / whole if whole else 0.0


def _cause(old: _Side, new: _Side, pair: Pair, *, is_new: bool) -> str:
    before, after = old.read_at(pair[0]), new.read_at(pair[0])
    if before is None or after is None:
        return "coverage"
    if before == after:
        return "link"
    return "won" if is_new else "lost"


def _three(
    one: tuple[float, float, float], other: tuple[float, float, float], damping: float
) -> dict[str, float]:
    """Strength, link and dilution: each change times the means of the other two (Shapley)."""
    x, y = _terms(one), _terms(other)
    a, b, c = (after - before for before, after in zip(x, y, strict=True))
    p, q, r = ((before + after) / 2 for before, after in zip(x, y, strict=True))
    cross = a * b * c / 12
    parts = {"link": a * (q * r), "dilution": b * (p * r), "strength": c * (p * q)}
    return {name: damping * (part + cross) for name, part in parts.items()}


def _terms(pair: tuple[float, float, float]) -> tuple[float, float, float]:
    amount, whole, held = pair
    return amount, 1 / whole if whole else 0.0, held


def sums_by_cause(parts: list[Part]) -> dict[str, float]:
    """What each cause added, in the order of CAUSES; those without part left out."""
    sums: dict[str, float] = {}
    for part in parts:
        sums[part.cause] = sums.get(part.cause, 0.0) + part.gain
    return {cause: sums[cause] for cause in CAUSES if cause in sums}
