"""Which parameter somebody meant who wrote another name for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from fastapi import Request
from pydantic import BaseModel

from linkshed.serve.jobs.asked import FORMS

SAME = (
    ("scope", "target", "url", "urls", "targets", "domain", "site", "host", "page"),
    ("format", "output", "type"),
    ("select", "columns", "fields", "column"),
    ("where", "filter", "filters", "query", "q"),
    ("order_by", "order", "sort", "sort_by", "orderby"),
    ("grouping", "aggregation", "group", "group_by"),
    ("since", "history", "date_compared", "against"),
    ("snapshot", "date", "ref"),
    ("limit", "count", "per_page", "page_size", "rows", "n"),
    ("cursor", "offset", "page", "start", "next"),
    ("mode", "match", "scope_mode"),
    ("edits", "changes", "script"),
)
"""Names of one thing, here and elsewhere."""


def parameters(request: Request) -> dict[str, str]:
    """The parameters of the address that was asked, and what they mean."""
    return {
        n: f.description or "" for model in _models(request) for n, f in model.model_fields.items()
    }


def members(request: Request, place: tuple[Any, ...]) -> list[str]:
    """The members of the object inside a body in which something is at a place: of one form of
    several, or of a list.
    """
    models = _models(request)
    for part in place[1:-1]:
        fields = [model.model_fields[part] for model in models if part in model.model_fields]
        if fields:
            models = [model for field in fields for model in _inside(field.annotation)]
        elif part in FORMS:
            models = [FORMS[part]]
    return list(dict.fromkeys(name for model in models for name in model.model_fields))


def _models(request: Request) -> list[type[BaseModel]]:
    dependant = getattr(request.scope.get("route"), "dependant", None)
    if dependant is None:
        return []
    fields = (*dependant.query_params, *dependant.body_params)
    return [model for field in fields for model in _inside(field.field_info.annotation)]


def _inside(kind: Any) -> list[type[BaseModel]]:
    """The objects that a kind of value is, or consists of."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return [model for part in get_args(kind) for model in _inside(part)]


def meant(name: str, names: Iterable[str]) -> str | None:
    """Which of some parameters a name stands for."""
    names = list(names)
    alike = [other for group in SAME if name.lower() in group for other in group]
    known = [other for other in alike if other in names]
    return next(iter(known if alike else get_close_matches(name.lower(), names, n=1)), None)


def hints(errors: Iterable[Mapping[str, Any]], names: Iterable[str]) -> str:
    """A sentence on what was given and is no parameter but may stand for one; inside an object only
    for what is missing there.
    """
    found, names = list(errors), list(names)
    told = []
    for error in found:
        *place, name = error["loc"]
        if error["type"] == "extra_forbidden":
            known = names if len(place) < 2 else _missing(found, place)
            told.append((str(name), meant(str(name), known)))
    return ", ".join(f"{name[:50]!r} is {other!r} here" for name, other in told if other)


def _missing(errors: list[Mapping[str, Any]], place: list[Any]) -> list[str]:
    """What is missing in an object."""
    return [str(e["loc"][-1]) for e in errors
            if e["type"] == "missing" and list(e["loc"][:-1]) == place]  # fmt: skip
