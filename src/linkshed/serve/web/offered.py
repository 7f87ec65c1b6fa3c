"""The columns that a report offers, in the forms of its page; written once, as few pages differ."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup

from linkshed.schema import Column
from linkshed.serve.web.conditions import ops_kind
from linkshed.serve.web.words import label

Offered = tuple[tuple[str, str, str], ...]
"""Name, kind of comparisons and meaning of each column."""


def column_options(columns: Iterable[Column], chosen: str) -> Markup:
    """What a list of columns to choose one of holds."""
    return _options(_offered(columns), chosen)


def column_boxes(columns: Iterable[Column], ticked: Iterable[str]) -> Markup:
    """A list of columns to tick, each with its meaning."""
    return _boxes(_offered(columns), frozenset(ticked))


def _offered(columns: Iterable[Column]) -> Offered:
    return tuple((column.name, ops_kind(column), column.meaning) for column in columns)


@lru_cache(maxsize=256)
def _options(offered: Offered, chosen: str) -> Markup:
    return Markup().join(
        Markup('<option value="{}" data-kind="{}"{}>{}</option>').format(
            name, kind, _set("selected", name == chosen), label(name)
        )
        for name, kind, _ in offered
    )


@lru_cache(maxsize=256)
def _boxes(offered: Offered, ticked: frozenset[str]) -> Markup:
    return Markup("\n").join(
        Markup(
            '<li><label><input type="checkbox" name="column" value="{}"{}> '
            "<span>{}<small>{}</small></span></label></li>"
        ).format(name, _set("checked", name in ticked), label(name), meaning)
        for name, _, meaning in offered
    )


def _set(attribute: str, is_set: bool) -> str:
    return f" {attribute}" if is_set else ""
