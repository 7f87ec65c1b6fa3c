"""The filters and orders that scripts already send, in the names of linkshed's own reports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from linkshed import api
from linkshed.errors import FilterError, ParameterError
from linkshed.serve.http.endpoints import Endpoint
from linkshed.serve.http.shapes import LISTS, NULL_TESTS, NUMBERS, WORDS, Derived

COUNT = "links_in_group"
_EXAMPLE = 'for example {"field": "anchor", "is": ["substring", "tea"]}'
_OF_LISTS = '"list_is": {"any": [OP, VALUE]} or {"all": [OP, VALUE]}'
MAX_DEPTH = 50
Tree = Any


def filtered(endpoint: Endpoint, where: str | None, protocol: str) -> tuple[str | None, str | None]:
    """The filter of rows, with what the address itself asks for, and the filter of the links they
    are counted from. Raises FilterError, ColumnError.
    """
    rows: list[Tree] = [endpoint.always] if endpoint.always else []
    links: list[Tree] = []
    for part in _parts(api.filter_from_json(where, "where")) if where else ():
        of = _level(part, endpoint)
        (rows if of is endpoint else links).append(_renamed(part, of, 0))
    if protocol != "both":
        test = {"field": endpoint.target, "is": ["prefix", f"{protocol}://"]}
        (links if endpoint.links else rows).append(test)
    return _joined(rows), _joined(links)


def listed(text: str | None) -> list[str]:
    """The names in a text with commas, each once."""
    return list(dict.fromkeys(name.strip() for name in (text or "").split(",") if name.strip()))


def ordered(endpoint: Endpoint, order_by: str | None) -> str | None:
    """The order in the report's own names. Raises ColumnError, ParameterError."""
    keys = [f"{endpoint.own(name, 'order by')}:{way}" for name, way in ways(order_by)]
    return ",".join(keys) or endpoint.order_by


def ways(order_by: str | None) -> list[tuple[str, str]]:
    """The names to order by, each with asc or desc. Raises ParameterError."""
    return [_way(text) for text in listed(order_by)]


def _way(text: str) -> tuple[str, str]:
    name, _, way = text.partition(":")
    if way not in ("", "asc", "desc"):
        raise ParameterError(f"order_by {text[:100]!r}", allowed="NAME, NAME:asc, NAME:desc")
    return name, way or "asc"


def _joined(parts: list[Tree]) -> str | None:
    if not parts:
        return None
    is_alone = len(parts) == 1 and isinstance(parts[0], dict)
    return json.dumps(parts[0] if is_alone else {"and": parts})


def as_sent(error: FilterError, where: str) -> FilterError:
    """What a report says of a filter, said of the filter as it was sent."""
    part = error.received.rpartition("': ")[2]
    return FilterError(f"where {where[:200]!r}: {part}", allowed=error.allowed, repair=_EXAMPLE)


def _parts(node: Tree, depth: int = 0) -> list[Tree]:
    """What must hold together, one by one."""
    if isinstance(node, dict) and list(node) == ["and"] and depth <= MAX_DEPTH:
        inner = node["and"]
        if isinstance(inner, list) and inner:
            return [part for one in inner for part in _parts(one, depth + 1)]
    return [node]


def _level(part: Tree, endpoint: Endpoint) -> Endpoint:
    """Whether a part is about rows, or about the links they are counted from. Raises FilterError,
    ColumnError.
    """
    names = list(_names(part, 0))
    strange = [name for name in names if not endpoint.is_filter(name)]
    links = endpoint.links
    if not strange or links is None:
        return endpoint
    if not links.is_filter(strange[0]):
        return endpoint
    if mixed := [name for name in names if not links.is_filter(name)]:
        raise FilterError(
            f"where joins {strange[0]!r} of links with {mixed[0]!r} of {endpoint.rows}",
            allowed="one kind in each part of an and",
            repair='{"and": [FILTER OF LINKS, FILTER OF ROWS]}',
        )
    return links


def _names(node: Tree, depth: int) -> Iterator[str]:
    if depth > MAX_DEPTH:
        return
    if isinstance(node, list):
        for part in node:
            yield from _names(part, depth + 1)
    elif isinstance(node, dict):
        if "field" in node:
            yield str(node["field"])
        else:
            yield from _names(list(node.values()), depth + 1)


def _renamed(node: Tree, endpoint: Endpoint, depth: int) -> Tree:
    """A filter with the report's own names; what is no filter is left for the report to refuse.
    Raises FilterError, ColumnError.
    """
    if not isinstance(node, dict) or depth > MAX_DEPTH:
        return node
    if "field" in node:
        return _test(node, str(node["field"]), endpoint)
    return {
        word: [_renamed(part, endpoint, depth + 1) for part in inner]
        if isinstance(inner, list)
        else _renamed(inner, endpoint, depth + 1)
        for word, inner in node.items()
    }


def _test(node: dict[str, Any], name: str, endpoint: Endpoint) -> Tree:
    """A test of a column that is named, worded, listed or made otherwise there."""
    condition = node.get("is")
    if name == "url_redirect_with_target":
        return _chain(node, name)
    if name in endpoint.derived and endpoint.derived[name].is_filter:
        return _derived(endpoint.derived[name], name, condition)
    own = endpoint.own(name, "filter by")
    if own == COUNT:
        raise FilterError(
            f"{name} counts the rows that a filter leaves", allowed="any other name",
            repair=f"order by it: order_by={name}:desc",
        )  # fmt: skip
    if name in WORDS and "is" in node:
        return _worded(own, name, condition)
    if "list_is" in node and name in (*LISTS, *NUMBERS):
        return _listed(node, own, name)
    return node | {"field": own}


def _listed(node: dict[str, Any], own: str, name: str) -> Tree:
    """A test of a list's items. Raises FilterError."""
    which, condition = _of_items(node, name)
    if name in LISTS:
        return {"field": own, "is": condition}
    if isinstance(condition, list) and len(condition) == 2 and type(condition[1]) is int:
        condition = [condition[0], str(condition[1])]
    return {"field": own, "list_is": {which: condition}}


def _chain(node: dict[str, Any], name: str) -> Tree:
    """A test of the target together with the pages it redirects to. Raises FilterError."""
    is_unknown = {"field": "redirect_chain", "is": "is_null"}
    if node.get("is") in NULL_TESTS:
        return is_unknown
    which, condition = _of_items(node, name)
    both = [{"field": "target_url", "is": condition},
            {"field": "redirect_chain", "list_is": {which: condition}}]  # fmt: skip
    return {"and": [{"not": is_unknown}, {"or" if which == "any" else "and": both}]}


def _of_items(node: dict[str, Any], name: str) -> tuple[str, Any]:
    """Whether any or all items of a list must pass a test, and which. Raises FilterError."""
    asked = node.get("list_is")
    if not isinstance(asked, dict) or set(asked) not in ({"any"}, {"all"}):
        raise FilterError(f"{name} {str(node)[:200]}", allowed=_OF_LISTS)
    ((which, condition),) = asked.items()
    return which, condition


def _derived(made: Derived, name: str, condition: Any) -> Tree:
    """A test of a column that is made of others. Raises FilterError."""
    if made.passes is not None:
        return made.passes(condition)
    test: Any = made.test
    op, value = condition if isinstance(condition, list) and len(condition) == 2 else (None, None)
    is_plain = isinstance(value, bool | int | str)
    meant = test(value) if is_plain and op in ("eq", "neq") else None
    if condition in NULL_TESTS and made.values:
        return {"not": {"or": [test(one) for one in made.values]}}
    if meant is None:
        values = ", ".join(map(json.dumps, made.values)) or f"a value of {name}"
        raise FilterError(f"{name} {str(condition)[:200]}", allowed=f"eq or neq with {values}")
    if op == "eq" or not made.values:
        return meant if op == "eq" else {"not": meant}
    return {"or": [test(one) for one in made.values if one != value]}


def _worded(own: str, name: str, condition: Any) -> Tree:
    """A test of a word, as one of the words it stands for here. Raises FilterError."""
    words = WORDS[name]
    if condition in NULL_TESTS:
        return {"not": _one_of(own, words)}
    op, word = condition if isinstance(condition, list) and len(condition) == 2 else (None, None)
    if op not in ("eq", "neq") or word not in words.values():
        allowed = f"eq or neq with {', '.join(dict.fromkeys(words.values()))}"
        raise FilterError(f"{name} {str(condition)[:200]}", allowed=allowed)
    return _one_of(own, [mine for mine in words if (words[mine] == word) == (op == "eq")])


def _one_of(own: str, words: Iterable[str]) -> Tree:
    return {"or": [{"field": own, "is": ["eq", word]} for word in words]}
