"""What becomes of pages when some redirect, vanish or change what they say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from linkshed.errors import InputError
from linkshed.schema import Canonical, Indexability, Liveness, Resolution
from linkshed.score.nodes import NOINDEX, nodes_of
from linkshed.simulate.edits import Edit
from linkshed.simulate.roles import ChangedNodes
from linkshed.simulate.web import Web
from linkshed.snapshot.pointers import part_of
from linkshed.snapshot.resolve import ResolveSettings, Said, resolve

PageEdit = tuple[Edit, int, int | None]
NOT_FOUND, MOVED, FOUND = 404, 301, 200


def changed_nodes(web: Web, edits: Sequence[PageEdit]) -> ChangedNodes:
    """The pages after the edits, decided by the rules of every snapshot.

    Raises InputError for contradictions, redirects that lose everything, and canonicals that
    would not be honoured.
    """
    _check_all(web, edits)
    changed = np.array([page for _, page, _ in edits], np.int64)
    targets = np.array([target for *_, target in edits if target is not None], np.int64)
    pages = web.pointers.concerned(changed, targets)
    said = part_of(web.said, pages)
    for edit, page, target in edits:
        end = -1 if target is None else int(np.searchsorted(pages, target))
        _VERBS[edit.verb](said, int(np.searchsorted(pages, page)), end)
    found = resolve(said, ResolveSettings(**web.snapshot.manifest.parameters["resolve"]))
    for edit, page, _ in edits:
        at = np.searchsorted(pages, page)
        _check_result(edit, found["resolution"][at], found["canonical"][at])
    is_nofollow = web.nodes.is_nofollow[pages]
    how, final = found["resolution"], found["final_indexability"]
    after = nodes_of(pages[found["receiver"]], how, final, is_nofollow, pages.astype(np.uint32))
    return ChangedNodes(web.nodes, pages, after)


def _check_all(web: Web, edits: Sequence[PageEdit]) -> None:
    seen = dict[int, Edit]()
    for edit, page, _ in edits:
        if page in seen and str(seen[page]) != str(edit):
            raise InputError(
                f"{edit}: another edit changes the same page: {seen[page]}",
                allowed="one edit per page",
                repair="leave one of them out",
            )
        seen[page] = edit
        _check(web, edit, page)


def _redirect(said: Said, page: int, target: int) -> None:
    said.status[page], said.indexability[page] = MOVED, Indexability.REDIRECTED
    said.liveness[page] = Liveness.ALIVE
    said.redirect_to[page] = target


def _canonical(said: Said, page: int, target: int) -> None:
    said.canonical_to[page], said.issue[page] = target, Canonical.NONE


def _noindex(said: Said, page: int, target: int) -> None:
    said.indexability[page] = Indexability.NOINDEX_META


def _index(said: Said, page: int, target: int) -> None:
    said.indexability[page] = Indexability.INDEXABLE


def _delete(said: Said, page: int, target: int) -> None:
    said.status[page], said.indexability[page] = NOT_FOUND, Indexability.CLIENT_ERROR
    said.liveness[page] = Liveness.DEAD


def _restore(said: Said, page: int, target: int) -> None:
    said.status[page], said.indexability[page] = FOUND, Indexability.INDEXABLE
    said.liveness[page] = Liveness.ALIVE
    said.redirect_to[page] = said.refresh_to[page] = said.canonical_to[page] = -1


_VERBS: dict[str, Callable[[Said, int, int], None]] = {
    "redirect": _redirect,
    "canonical": _canonical,
    "noindex": _noindex,
    "index": _index,
    "delete": _delete,
    "restore": _restore,
}


def _check(web: Web, edit: Edit, page: int) -> None:
    is_node, said = bool(web.nodes.is_node[page]), web.said
    if edit.verb in ("noindex", "canonical") and not is_node:
        raise InputError(f"{edit}: the page holds no equity", repair="restore it first")
    if edit.verb == "index" and said.indexability[page] not in NOINDEX:
        raise InputError(f"{edit}: the page does not say noindex")
    if edit.verb == "restore" and is_node:
        raise InputError(f"{edit}: the page is alive and its own")


def _check_result(edit: Edit, how: int, canonical: int) -> None:
    if edit.verb == "redirect" and how >= Resolution.DEAD:
        fault = Resolution(how).name.lower().replace("_", " ")
        raise InputError(f"{edit} ends in: {fault}", allowed="a way to a living page")
    if edit.verb == "canonical" and canonical not in (Canonical.HONOURED, Canonical.NONE):
        why = Canonical(canonical).name.lower().replace("_", " ")
        raise InputError(f"{edit} would not be honoured: {why}", repair="redirect it instead")
