"""How values are told at the addresses that scripts already use: their words, lists and parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from linkshed.schema import Column, LinkKind
from linkshed.serve.http.member import Member, of_column

Test = Callable[[Any], Any]
"""What a test of a column that is made of others asks of these: a filter, or None for a value that
it never has.
"""
LISTS = ("languages", "languages_target")
"""Columns that hold lists there and one text here."""
NUMBERS = ("redirect_kind",)
"""Columns that hold lists of numbers there and of texts here."""

WORDS = {
    "lost_reason": {
        "removed": "removedfromhtml", "not_canonical": "notcanonical", "noindex": "noindex",
        "page_redirected": "pageredirected", "lost_redirect": "lostredirect",
        "not_found": "notfound",
    },
    "discovered_status": {
        "page_found": "pagefound", "link_found": "linkfound", "link_restored": "linkrestored",
    },
    "link_type": {"text": "text", "image": "image", "area": "image"},
}  # fmt: skip
"""Their words for what columns say here; for what is not named they have none: null."""
NULL_TESTS = ("empty", "is_null")
_NO_WORD = "there is no word for it"


@dataclass(frozen=True)
class Derived:
    """A column made of others of the report, row by row; null where one of them is null, and where
    ``null`` says so; ``kind`` is the Python type of its values.

    ``test`` says what it takes to be equal to a value, ``passes`` what it takes to pass any test;
    without both the column can be selected, not filtered by. None of them can be ordered by.
    """

    kind: Any
    columns: tuple[str, ...]
    made: Callable[..., Any]
    meaning: str
    test: Test | None = None
    null: str = ""
    passes: Test | None = None

    @property
    def is_filter(self) -> bool:
        """Whether rows can be filtered by it."""
        return self.test is not None or self.passes is not None

    @property
    def values(self) -> tuple[Any, ...]:
        """All values it can have; empty where they are too many to name."""
        return (True, False) if self.kind is bool else get_args(self.kind)

    def member(self, columns: Mapping[str, Column]) -> Member:
        """What it is, made of columns of the report."""
        nulls = [columns[name].null for name in self.columns] + [self.null]
        return Member(self.kind, self.meaning, ", or ".join(dict.fromkeys(filter(None, nulls))))

    def of(self, *columns: list[Any]) -> list[Any]:
        """The values."""
        rows = zip(*columns, strict=True)
        return [None if None in row else self.made(*row) for row in rows]


def told(name: str, column: Column) -> Member:
    """What a column is under its name there."""
    member = of_column(column)
    if name in WORDS:
        words: Any = Literal[tuple(dict.fromkeys(WORDS[name].values()))]
        null = f"{member.null}, or {_NO_WORD}" if member.null else _NO_WORD
        return replace(member, kind=words, null=null)
    if name in LISTS:
        return replace(member, kind=list[str])
    return replace(member, kind=list[int]) if name in NUMBERS else member


def shaped(name: str, values: list[Any]) -> list[Any]:
    """Values of a column as they are told there."""
    if name in WORDS:
        return [WORDS[name].get(value) for value in values]
    if name in LISTS:
        return [None if value is None else [value] for value in values]
    if name in NUMBERS:
        return [None if value is None else [int(item) for item in value] for value in values]
    return values


def port(url: str) -> int:
    """The port of a URL, also when it is the scheme's own."""
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _port_test(column: str) -> Test:
    """Of a port: what a URL with it looks like."""

    def test(value: Any) -> Any:
        if type(value) is not int:
            return None
        host = r"://(\[[^/]*\]|[^/:]*)"
        own = {443: f"|^https{host}/", 80: f"|^http{host}/"}.get(value, "")
        return {"field": column, "is": ["regex", f"^https?{host}:{value}/{own}"]}

    return test


CLASSES = ("gov", "edu", "normal")
_CLASS = re.compile(r"(?:^|\.)(gov|edu)(?:\.[a-z]{2})?$")


def domain_class(domain: str) -> str:
    """Whether a domain is of a government, a school, or of neither, by its ending: gov, edu, alone
    or with a country behind it.
    """
    found = _CLASS.search(domain)
    return found[1] if found else "normal"


def _class_test(column: str) -> Test:
    def test(value: Any) -> Any:
        if value not in CLASSES:
            return None
        ending = r"(^|\.)({})(\.[a-z]{{2}})?$"
        if value == "normal":
            return {"not": {"field": column, "is": ["regex", ending.format("gov|edu")]}}
        return {"field": column, "is": ["regex", ending.format(value)]}

    return test


def _of_end(end: str, what: str) -> dict[str, Derived]:
    url, domain = f"{end}_url", f"{end}_domain"
    return {
        f"port_{end}": Derived(int, (url,), port, f"port of the {what}", _port_test(url)),
        f"tld_class_{end}": Derived(Literal[CLASSES], (domain,), domain_class, "gov or edu, alone"
                                    f" or before a country, by the end of the domain of the {what};"
                                    " else normal", _class_test(domain)),
    }  # fmt: skip


def _is_kind(*kinds: str) -> Derived:
    def made(kind: str) -> bool | None:
        return None if kind == _UNKNOWN else kind in kinds

    is_one, is_unknown = ({"or": [{"field": "kind", "is": ["eq", kind]} for kind in of]}
                          for of in (kinds, (_UNKNOWN,)))  # fmt: skip
    is_other = {"not": {"or": [is_one, is_unknown]}}
    return Derived(bool, ("kind",), made, f"its kind is {' or '.join(kinds)}",
                   {True: is_one, False: is_other}.get, "no input tells its kind")  # fmt: skip


_UNKNOWN = LinkKind.UNKNOWN.name.lower()
_ALL = {"not": {"field": "source_url", "is": "is_null"}}
_NAMED = {"not": {"field": "domain", "is": "is_null"}}
_SCRIPTED = {"field": "is_scripted", "is": ["eq", True]}
_NOT_SCRIPTED = {"field": "is_scripted", "is": ["eq", False]}
LINK_SHAPES = {
    **_of_end("source", "linking page"),
    **_of_end("target", "target"),
    "is_text": _is_kind("text"),
    "is_image": _is_kind("image", "area"),
    "is_redirect": _is_kind("redirect"),
    "is_canonical": _is_kind("canonical"),
    "is_alternate": _is_kind("alternate"),
    "is_rss": _is_kind("feed"),
    "is_form": _is_kind("form"),
    "is_frame": _is_kind("frame"),
    "http_crawl": Derived(bool, ("is_scripted",), lambda scripted: not scripted,
                          "stands on its page before scripts ran",
                          {True: _NOT_SCRIPTED, False: _SCRIPTED}.get),
    "url_redirect_with_target": Derived(
        list[str], ("target_url", "redirect_chain"), lambda url, chain: [url, *chain],
        "the target, and the pages it redirects to"),
}  # fmt: skip
LIVE = {
    "is_lost": Derived(bool, ("source_url",), lambda _: False,
                       "rows stood when their page was last read",
                       {True: {"not": _ALL}, False: _ALL}.get),
}  # fmt: skip
_LOST = {"field": "is_lost", "is": ["eq", True]}
_LOST_SOME_DAY = {"and": [_LOST, {"not": {"field": "day", "is": "is_null"}}]}


def _lost_when(condition: Any) -> Any:
    """Of the time of a loss: what it takes that it passes a test."""
    if condition in NULL_TESTS:
        return {"not": _LOST_SOME_DAY}
    return {"and": [_LOST, {"field": "day", "is": condition}]}


LOST_AT = {
    "last_seen": Derived(datetime, ("day", "is_lost"),
                         lambda day, is_lost: day if is_lost else None,
                         "when the look was taken that shows it is lost", null="it stands",
                         passes=_lost_when),
}  # fmt: skip
DOMAIN_SHAPES = {
    "is_root_domain": Derived(bool, ("domain",), lambda domain: True,
                              "rows are registrable domains",
                              {True: _NAMED, False: {"not": _NAMED}}.get),
}  # fmt: skip
