"""How values are told at the addresses that scripts already use: their words, lists and parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

LISTS = ("languages", "languages_target")
"""Columns that hold lists there and one text here."""

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


@dataclass(frozen=True)
class Derived:
    """A column made of others of the report, row by row; null where one of them is null. It can be
    selected, not filtered or ordered by.
    """

    columns: tuple[str, ...]
    made: Callable[..., Any]
    meaning: str

    def of(self, *columns: list[Any]) -> list[Any]:
        """The values."""
        rows = zip(*columns, strict=True)
        return [None if None in row else self.made(*row) for row in rows]


def shaped(name: str, values: list[Any]) -> list[Any]:
    """Values of a column as they are told there."""
    if name in WORDS:
        return [WORDS[name].get(value) for value in values]
    if name in LISTS:
        return [None if value is None else [value] for value in values]
    return values


def host(url: str) -> str:
    """The host of a URL."""
    return urlsplit(url).hostname or ""


def port(url: str) -> int:
    """The port of a URL, also when it is the scheme's own."""
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _is_root(url: str, domain: str) -> bool:
    return host(url) == domain


def _of_end(end: str, what: str) -> dict[str, Derived]:
    url, domain = f"{end}_url", f"{end}_domain"
    return {
        f"name_{end}": Derived((url,), host, f"host of the {what}"),
        f"port_{end}": Derived((url,), port, f"port of the {what}"),
        f"is_root_{end}": Derived((url, domain), _is_root, f"the host of the {what} is its"
                                  " registrable domain"),
    }  # fmt: skip


def _is_kind(*kinds: str) -> Callable[[str], bool]:
    return lambda kind: kind in kinds


_KINDS = {
    "is_text": ("text",), "is_image": ("image", "area"), "is_redirect": ("redirect",),
    "is_canonical": ("canonical",), "is_alternate": ("alternate",), "is_rss": ("feed",),
    "is_form": ("form",), "is_frame": ("frame",),
}  # fmt: skip
LINK_SHAPES = {
    **_of_end("source", "linking page"),
    **_of_end("target", "target"),
    **{name: Derived(("kind",), _is_kind(*kinds), f"its kind is {' or '.join(kinds)}")
       for name, kinds in _KINDS.items()},
    "http_crawl": Derived(("is_scripted",), lambda scripted: not scripted,
                          "stands on its page before scripts ran"),
}  # fmt: skip
LOST_AT = {
    "last_seen": Derived(("day", "is_lost"), lambda day, is_lost: day if is_lost else None,
                         "when the look was taken that shows it is lost"),
}  # fmt: skip
DOMAIN_SHAPES = {
    "is_root_domain": Derived(("domain",), lambda domain: True, "rows are registrable domains"),
}
PAGE_SHAPES = {
    "nofollow_to_target": Derived(("n_backlinks", "n_followed_backlinks"), lambda n, followed:
                                  n - followed, "links to it from other domains, not followed"),
}  # fmt: skip
