"""The account of one page: where its equity comes from, link by link, and where it goes.

    E_j = (1-d) b_j + sum of c_l       over the links l that end at j; c_l: see ``lines``
    E_i = (1-d) E_i + passed + lost    lost: see ``factors.Fate``; all of d E_i without links

Every number is computed in f64 from published columns, so anyone can check it. ``residual`` is
``E_j`` minus the sum of its account; ``is_exact`` says whether it is within 1e-9 of ``E_j``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from linkshed.errors import MissingScore, NotFoundError
from linkshed.score.factors import NO_LINKS
from linkshed.score.lines import CarriedLinks, Rows, way
from linkshed.score.nodes import read_nodes
from linkshed.score.profiles import Profile, profile_of
from linkshed.snapshot.folded import folded_of

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

EXACT = 1e-9
PAGE_SCORES = ("equity", "rating", "base", "out_weight", "n_outlinks")
LINK_SCORES = ("weight", "passes")


def explain(
    snapshot: Snapshot, page_id: int, profile: str | None = None, limit: int | None = None
) -> dict[str, Any]:
    """The account of a page, ready for JSON; ``limit`` cuts its lists to the largest lines.

    Keys: url, equity, rating, base (what the page has without any link), residual, is_exact,
    receiver, ledger (a line per link, also of those that pass nothing), n_lines, outgoing,
    sentence. A page without equity of its own has null amounts and says why in ``sentence``;
    ``receiver`` is the page to ask instead, null when dead. ``profile`` may only be the one the
    snapshot was scored with. Raises MissingScore, NotFoundError, UnknownName.
    """
    _check(snapshot, page_id)
    page, found = _page(snapshot, page_id), _profile(snapshot, profile)
    if page["is_node"]:
        return _account(snapshot, page_id, page, found, limit)
    return _pointer(snapshot, page_id, page)


def _check(snapshot: Snapshot, page_id: int) -> None:
    if not 0 <= page_id < snapshot.n_pages:
        raise NotFoundError(f"page {page_id}", allowed=f"0 to {snapshot.n_pages - 1}")
    wanted = [("pages", name) for name in PAGE_SCORES] + [("links", name) for name in LINK_SCORES]
    missing = [f"{table}.{name}" for table, name in wanted if not snapshot.has(table, name)]
    if missing:
        lack = f"snapshot {snapshot.id} lacks {', '.join(missing)}"
        raise MissingScore(lack, repair="linkshed score")


def _profile(snapshot: Snapshot, asked: str | None) -> Profile:
    scored = snapshot.manifest.scores["equity"]["profile"]
    if asked is not None and profile_of(asked).name != scored:
        raise MissingScore(
            f"profile {asked!r}: snapshot {snapshot.id} is scored with {scored!r}",
            repair=f"linkshed score --profile {asked}",
        )
    return profile_of(scored)


def _page(snapshot: Snapshot, page_id: int) -> dict[str, Any]:
    rows = np.array([page_id])
    names = (*PAGE_SCORES, "status")
    scores = {name: snapshot.pick("pages", name, rows)[0].as_py() for name in names}
    nodes = read_nodes(snapshot, rows)
    roles = {"is_node": nodes.is_node[0], "is_dead": nodes.is_dead[0]}
    return {**scores, **roles, "url": snapshot.urls(rows)[0]}


def _pointer(snapshot: Snapshot, page_id: int, page: Mapping[str, Any]) -> dict[str, Any]:
    url, via = page["url"], way(snapshot, page_id)
    if page["is_dead"]:
        sentence = f"{_why_dead(url, via, page['status'])}: equity sent to it is lost."
    else:
        sentence = f"{url} hands all its equity to {via[-1]}: ask for that page."
    return {
        "url": url,
        **dict.fromkeys(("equity", "rating", "base", "residual", "is_exact", "outgoing")),
        "receiver": None if page["is_dead"] else via[-1],
        "via": via,
        "ledger": [],
        "n_lines": 0,
        "sentence": sentence,
    }


def _why_dead(url: str, via: list[str], status: int | None) -> str:
    if via:
        return f"{url} leads through {via[0]} to no living page"
    return f"{url} answers {status}" if status else f"{url} is an error page"


def _account(
    snapshot: Snapshot, page_id: int, page: Mapping[str, Any], profile: Profile, limit: int | None
) -> dict[str, Any]:
    links = CarriedLinks(snapshot, _rows_in(snapshot, page_id), profile, receiver=page_id)
    equity, base = float(page["equity"]), (1 - profile.damping) * float(page["base"])
    received = float(links.carried.sum())
    residual = equity - base - received
    told = {
        "url": page["url"],
        "equity": equity,
        "rating": page["rating"],
        "base": base,
        "residual": residual,
        "is_exact": abs(residual) <= EXACT * equity,
        "receiver": page["url"],
        "profile": profile.name,
        "ledger": links.lines(equity, limit),
        "n_lines": len(links.rows),
        "outgoing": _outgoing(snapshot, page_id, page, profile, limit),
    }
    return told | {"sentence": _sentence(told, received, links)}


def _rows_in(snapshot: Snapshot, page_id: int) -> Rows:
    """Links to the page and to every page folded into it."""
    members = np.sort([page_id, *folded_of(snapshot).into(page_id)])
    members = members[~read_nodes(snapshot, members).is_dead]
    ranges = [snapshot.in_links(int(member), int(member) + 1) for member in members]
    return np.concatenate([np.arange(lo, hi, dtype=np.int64) for lo, hi in ranges])


def _outgoing(
    snapshot: Snapshot, page_id: int, page: Mapping[str, Any], profile: Profile, limit: int | None
) -> dict[str, Any]:
    rows = np.asarray(snapshot.out_links(page_id), np.int64)
    links = CarriedLinks(snapshot, rows, profile)
    equity = float(page["equity"])
    stops, passed, lost = (1 - profile.damping) * equity, float(links.carried.sum()), links.lost()
    if page["out_weight"] == 0:
        lost[NO_LINKS] = profile.damping * equity
    return {
        "stops": stops,
        "passed": passed,
        "lost": lost,
        "residual": equity - stops - passed - sum(lost.values()),
        "targets": links.passed(limit),
    }


def _sentence(told: Mapping[str, Any], received: float, links: CarriedLinks) -> str:
    paying = int(np.count_nonzero(links.carried))
    text = f"{told['url']} holds {told['equity']:.4g} page-equivalents"
    if told["rating"] is not None:
        text += f" (rating {told['rating']:.1f})"
    text += f": {told['base']:.4g} of its own"
    if paying:
        best = int(np.argmax(links.carried))
        url = links.snapshot.urls(links.source[best : best + 1])[0]
        text += f", {received:.4g} from {paying:,} {'link' if paying == 1 else 'links'}"
        text += f", most ({links.carried[best]:.4g}) from {url}" if paying > 1 else f" on {url}"
    if not told["is_exact"]:
        text += f"; its account misses {told['residual']:.3g} and does not sum exactly"
    return text + "."
