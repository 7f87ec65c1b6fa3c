"""What surfaces need to know of questions before they ask them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from linkshed.api.stores import PathLike
from linkshed.ingest import READERS


def notes_of(reader: str, inputs: Sequence[PathLike]) -> list[str]:
    """What a reader has to say of its inputs besides counts, such as columns it does not know."""
    notes = getattr(READERS.load(reader), "notes", None)
    return [] if notes is None else [note for path in inputs for note in notes(Path(path))]


def filter_tree(where: str) -> Any:
    """A filter, JSON or short, in its JSON form. Raises FilterError."""
    from linkshed.report.filters import tree

    return tree(where)


def filter_from_json(where: str, name: str) -> Any:
    """A filter in JSON, which errors call by ``name``. Raises FilterError."""
    from linkshed.report.filters import from_json

    return from_json(where, name)


def filter_text(tree: Any) -> str:
    """A filter in JSON form as short text; as JSON where the short form cannot say it."""
    from linkshed.report.filtertext import as_text

    return as_text(tree)


def holds(scope: str, mode: str | None, url: str) -> bool:
    """Whether a page, by its normalised URL, belongs to a scope. Raises ScopeError, UrlError."""
    from linkshed.urls.key import url_key
    from linkshed.urls.scope import parse_scope

    return parse_scope(scope, mode).holds(*url_key(url))


def factors() -> dict[str, str]:
    """What each factor of a link's attention looks at, by its name in an account."""
    from linkshed.score.factors import MEANINGS

    return dict(MEANINGS)


def losses() -> dict[str, str]:
    """Why equity that a page could hand on is lost, by the name of the reason in an account."""
    from linkshed.score.factors import LOSSES

    return dict(LOSSES)


def edit_forms() -> dict[str, dict[str, Any]]:
    """What an edit of ``whatif`` may be: by its verb whether it has a source and a target, and the
    facts it must and may say.
    """
    from linkshed.simulate.edits import VERBS

    return {name: asdict(verb) for name, verb in VERBS.items()}


def edit_text(verb: str, source: str = "", target: str = "", **facts: Any) -> str:
    """An edit as a line of the script that ``whatif`` takes; it is checked when that is asked."""
    from linkshed.simulate.edits import written

    return written(verb, source, target, **facts)
