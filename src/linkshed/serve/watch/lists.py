"""Watch lists: watches of rows that were chosen on a screen, telling a file in the store."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from linkshed import api
from linkshed.errors import NotFoundError, ParameterError
from linkshed.serve.watch.chosen import Chosen, kinds_of
from linkshed.serve.watch.definition import DEFAULT_KINDS, Watch, check_name
from linkshed.serve.watch.file import File
from linkshed.serve.watch.folder import Folder


def told_in(store: str | Path, name: str) -> Path:
    """The file that a list of a store tells. Raises ParameterError for what is no name."""
    return Folder(store).path.absolute() / f"{check_name(name)}.md"


def listed(
    store: str | Path, name: str, scope: str, mode: str | None, chosen: tuple[Chosen, ...]
) -> Watch:
    """A list of choices within a scope. Raises ParameterError, ScopeError."""
    if not chosen:
        raise ParameterError("no row", allowed="one or more", repair="tick boxes before rows")
    for choice in chosen:
        page = choice.target_url
        if page is not None and not api.holds(scope, mode, page):
            raise ParameterError(f"page {page[:200]}", allowed=f"pages of {scope[:200]}")
    told = File(str(told_in(store, name)), "markdown")
    kinds = kinds_of(chosen, DEFAULT_KINDS)
    return Watch(name, scope, mode, kinds, file=told, chosen=chosen)


def put(store: str | Path, watch: Watch) -> None:
    """Store a list, or add its choices to the one of that name.

    Raises ParameterError when that one is of another scope or of no choices, StoreError.
    """
    folder = Folder(store)
    if watch.name in folder.names():
        folder.change(watch.name, lambda old: _together(old, watch))
    else:
        folder.add(watch, api.snapshot_id(store))


def take_away(store: str | Path, name: str, choice: Chosen | None = None) -> None:
    """Take a choice off a list, or the list away; it ends with its last choice.

    Raises NotFoundError, StoreError.
    """
    folder = Folder(store)
    held = folder.watch(name).chosen
    if not held or choice not in (None, *held):
        raise NotFoundError("what is to be taken away", allowed=f"choices of the list {name!r}")
    if choice is None or held == (choice,):
        folder.remove(name)
    else:
        folder.change(name, lambda old: _without(old, choice))


def _together(old: Watch, new: Watch) -> Watch:
    if not old.chosen or (old.scope, old.mode) != (new.scope, new.mode):
        what = f"chosen rows of {old.scope}" if old.chosen else f"everything of {old.scope}"
        raise ParameterError(
            f"watch {new.name!r}, of {what}", allowed=f"a list of rows of {new.scope}",
            repair="take another name",
        )  # fmt: skip
    chosen = tuple(dict.fromkeys((*old.chosen, *new.chosen)))
    return replace(old, chosen=chosen, kinds=tuple(dict.fromkeys((*old.kinds, *new.kinds))))


def _without(old: Watch, choice: Chosen) -> Watch:
    """A list without a choice. Raises ParameterError when nothing else would restrict it."""
    chosen = tuple(one for one in old.chosen if one != choice)
    if not chosen:
        raise ParameterError("the last choice of a list", repair="take the list away")
    return replace(old, chosen=chosen)
