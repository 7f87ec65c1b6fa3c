"""Edits as changes of a web: which links go, come or differ, and what becomes of pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from linkshed.errors import InputError, NotFoundError
from linkshed.extract.anchors import anchor_kind
from linkshed.schema import AnchorKind, LinkKind, Placement, Rel
from linkshed.score.factors import COLUMNS as FACTOR_COLUMNS
from linkshed.score.factors import RESTRICTING
from linkshed.score.nodes import Roles
from linkshed.simulate.edits import Edit
from linkshed.simulate.pages import changed_nodes
from linkshed.simulate.web import Ids, Web
from linkshed.snapshot.distinct import distinct_of
from linkshed.snapshot.kinds import is_clickable
from linkshed.urls.parse import parse_url
from linkshed.urls.scope import parse_scope

Changed = dict[int, dict[str, int | float]]
PAGE_VERBS = ("redirect", "canonical", "noindex", "index", "delete", "restore")
MIDDLE = 0.5
USUAL_LINKS = 50  # links on a page of which only the address is known
NEW_LINK = {
    "kind": LinkKind.TEXT,
    "rel": 0,
    "placement": Placement.CONTENT,
    "anchor_kind": AnchorKind.DESCRIPTIVE,
    "position": MIDDLE,
    "n_block": 1,
}


@dataclass
class Plan:
    """A script against one web.

    ``gone`` are rows of links; ``set`` gives new values of link columns per row; ``new`` are links
    as dicts of columns; ``nodes`` the pages afterwards; ``inflow`` equity handed to pages by
    links from pages unknown to the web.
    """

    nodes: Roles
    gone: set[int] = field(default_factory=set)
    set: Changed = field(default_factory=dict)
    new: list[dict[str, Any]] = field(default_factory=list)
    inflow: list[tuple[int, float]] = field(default_factory=list)

    def sources(self, web: Web) -> Ids:
        """Pages on which a link comes, goes or differs."""
        rows = np.array(sorted(self.gone | self.set.keys()), np.int64)
        fresh = np.array([link["source"] for link in self.new], np.int64)
        return distinct_of(np.concatenate((web.column("source", rows), fresh))).astype(np.int64)


def plan(web: Web, edits: Sequence[Edit]) -> Plan:
    """What the edits do. Raises NotFoundError for unknown pages and links, InputError for edits
    that contradict each other or cannot be, such as a redirect loop.
    """
    made = Plan(web.nodes)
    pages = [
        (edit, page_of(web, edit.source), page_of(web, edit.target) if edit.target else None)
        for edit in edits
        if edit.verb in PAGE_VERBS
    ]
    if pages:
        made.nodes = changed_nodes(web, pages)
    for edit in edits:
        if edit.verb not in PAGE_VERBS:
            _LINK_VERBS[edit.verb](web, edit, made)
    _check(made, edits)
    return made


def page_of(web: Web, url: str) -> int:
    """The page of an address; without a scheme https is tried, then http. Raises NotFoundError."""
    written = [url] if "://" in url else [f"https://{url}", f"http://{url}"]
    for text in written:
        page = web.snapshot.page_id(parse_url(text))
        if page is not None:
            return page
    raise NotFoundError(
        f"page {url!r} is not in snapshot {web.snapshot.id}",
        allowed="a page that was read or is linked to",
        repair="look for it with: linkshed pages SCOPE",
    )


def _source_of(web: Web, edit: Edit) -> int:
    """The page a new link stands on. Raises NotFoundError."""
    try:
        return page_of(web, edit.source)
    except NotFoundError as error:
        backlink = f"for a link from a page nobody has read: backlink -> {edit.target} rating=30"
        raise NotFoundError(error.received, allowed=error.allowed, repair=backlink) from None


def _add(web: Web, edit: Edit, made: Plan) -> None:
    target, source = page_of(web, edit.target), _source_of(web, edit)
    facts = {k: v for k, v in edit.facts.items() if k != "anchor"}
    if "anchor" in edit.facts:
        facts["anchor_kind"] = anchor_kind(edit.facts["anchor"], edit.target)
    made.new.append({**NEW_LINK, **facts, "source": source, "target": target})


def _remove(web: Web, edit: Edit, made: Plan) -> None:
    made.gone |= set(_links(web, edit).tolist())


def _nofollow(web: Web, edit: Edit, made: Plan) -> None:
    rows = _links(web, edit)
    for row, rel in zip(rows.tolist(), web.column("rel", rows).tolist(), strict=True):
        _set(made, row, edit, rel=rel | Rel.NOFOLLOW)


def _follow(web: Web, edit: Edit, made: Plan) -> None:
    rows = _links(web, edit)
    for row, rel in zip(rows.tolist(), web.column("rel", rows).tolist(), strict=True):
        _set(made, row, edit, rel=rel & ~int(RESTRICTING))


def _move(web: Web, edit: Edit, made: Plan) -> None:
    facts = {"position": MIDDLE, "n_block": 1, **edit.facts}
    facts.pop("anchor", None)
    for row in _links(web, edit).tolist():
        _set(made, row, edit, **facts)


def _backlink(web: Web, edit: Edit, made: Plan) -> None:
    from linkshed.score.scale import equity_of

    target = int(made.nodes.lands[page_of(web, edit.target)])
    if not made.nodes.is_node[target]:
        raise InputError(f"{edit}: the target is dead", repair="restore it in the same script")
    held = float(equity_of(edit.facts.get("rating", 0.0)))
    made.inflow.append((target, web.damping * held / edit.facts.get("links", USUAL_LINKS)))


def _lose(web: Web, edit: Edit, made: Plan) -> None:
    sources, targets = (web.inside(parse_scope(text)) for text in (edit.source, edit.target))
    rows = web.rows_to(np.flatnonzero(targets))
    rows = rows[is_clickable(web.column("kind", rows)) & sources[web.column("source", rows)]]
    if not len(rows):
        raise NotFoundError(f"{edit}: no page of {edit.source!r} links to {edit.target!r}")
    made.gone |= set(rows.tolist())


_LINK_VERBS = {
    "add": _add,
    "remove": _remove,
    "nofollow": _nofollow,
    "follow": _follow,
    "move": _move,
    "backlink": _backlink,
    "lose": _lose,
}


def _links(web: Web, edit: Edit) -> Ids:
    """The links an edit means: to the target itself, else to what the target hands on to."""
    source, target = page_of(web, edit.source), page_of(web, edit.target)
    rows = web.rows_from(np.array([source]))
    rows = rows[is_clickable(web.column("kind", rows))]
    ends = web.column("target", rows)
    found = rows[ends == target]
    if not len(found):
        lands = web.nodes.lands
        found = rows[lands[ends] == lands[target]]
    if len(found) and "anchor" in edit.facts:
        words = web.snapshot.take("links", ["anchor"], found)["anchor"].to_pylist()
        found = found[[word == edit.facts["anchor"] for word in words]]
    if not len(found):
        raise NotFoundError(
            f"{edit}: no such link in snapshot {web.snapshot.id}",
            repair=f"list its links with: linkshed explain {edit.source}",
        )
    return np.asarray(found, np.int64)


def _set(made: Plan, row: int, edit: Edit, **values: int | float) -> None:
    known = made.set.setdefault(row, {})
    clash = [name for name, value in values.items() if known.get(name, value) != value]
    if clash:
        raise _contradiction(edit, f"another edit sets {clash[0]} of the same link")
    known.update(values)


def _check(made: Plan, edits: Iterable[Edit]) -> None:
    if made.gone & made.set.keys():
        clash = next(edit for edit in edits if edit.verb in ("nofollow", "follow", "move"))
        raise _contradiction(clash, "another edit removes a link that this one changes")


def _contradiction(edit: Edit, why: str) -> InputError:
    return InputError(f"{edit}: {why}", allowed="one edit per link", repair="leave one of them out")


assert set(NEW_LINK) == set(FACTOR_COLUMNS)
