"""How values are written on a page: the filters of templates.

Texts come from strangers. ``shown`` writes control characters, marks of direction and characters
without width as visible signs, so that nothing on a page is other than it looks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime
from shlex import quote
from typing import Any
from urllib.parse import urlsplit

from linkshed.schema import Column
from linkshed.serve.table import counted

MISSING = "–"
_INVISIBLE = ("Cc", "Cf", "Zl", "Zp", "Co", "Cs")
_JOINERS = "\u200c\u200d"
"""Characters without width that some scripts are written with."""
_PICTURES = 0x2400
LONG = 300


def shown(text: Any) -> str:
    """A stranger's text with everything invisible made visible."""
    text = str(text)
    return text if text.isprintable() else "".join(map(_sign, text))


def _sign(character: str) -> str:
    if character.isascii():
        return chr(_PICTURES + ord(character)) if ord(character) < 32 else (
            "\u2421" if character == "\x7f" else character)  # fmt: skip
    if character in _JOINERS or unicodedata.category(character) not in _INVISIBLE:
        return character
    return f"⟨U+{ord(character):04X}⟩"


def cut(text: str, n: int = LONG) -> tuple[str, str]:
    """The beginning of a text, and the rest of it."""
    return (text, "") if len(text) <= n + 20 else (text[:n], text[n:])


def count(value: float | None) -> str:
    """A whole number with its thousands apart."""
    return MISSING if value is None else f"{value:,.0f}"


def amount(value: float | None) -> str:
    """A quantity in four digits."""
    if value is None:
        return MISSING
    if value == int(value) and abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:,.4g}" if abs(value) < 1e6 else f"{value:,.0f}"


def rating(value: float | None) -> str:
    """A rating with one decimal."""
    return MISSING if value is None else f"{value:.1f}"


def share(value: float | None) -> str:
    """A part of a whole in percent."""
    if value is None:
        return MISSING
    return "<0.1%" if 0 < value < 0.0005 else f"{value:.1%}"


def day(value: datetime | str | None) -> str:
    """A day as YYYY-MM-DD."""
    if value is None:
        return MISSING
    return value[:10] if isinstance(value, str) else value.strftime("%Y-%m-%d")


def moment(value: str | None) -> str:
    """A day and a time."""
    return MISSING if value is None else value[:16].replace("T", " ")


def plain_url(url: str) -> str:
    """An address as people read it: without scheme."""
    return url.partition("://")[2] or url


def short_url(url: str, n: int = 90) -> str:
    """An address without scheme, with the middle left out when it is long."""
    text = plain_url(url)
    return text if len(text) <= n else f"{text[: n * 2 // 3]}…{text[-n // 4 :]}"


def host(url: str) -> str:
    """The host of an address; empty when it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def host_of(scope: str) -> str:
    """The host that a scope is about, of several the first; the whole text when it names none."""
    first = scope.partition(",")[0].strip().removeprefix("*.")
    return host(first if "://" in first else f"//{first}") or scope


def is_link(url: Any) -> bool:
    """Whether an address may be followed."""
    return isinstance(url, str) and url.lower().startswith(("http://", "https://"))


def label(name: str) -> str:
    """The name of a column or of a value as words."""
    words = name.removeprefix("n_").removeprefix("is_").replace("_", " ").replace("url", "URL")
    return words.replace("refdomains", "referring domains").replace("refpages", "referring pages")


def heading(name: str) -> str:
    """The name of a column above it."""
    words = label(name)
    return words[:1].upper() + words[1:]


def ending(text: str, n: int = 60) -> str:
    """The last words of a text."""
    return text if len(text) <= n else f"… {text[-n:].partition(' ')[2]}"


def beginning(text: str, n: int = 60) -> str:
    """The first words of a text."""
    return text if len(text) <= n else f"{text[:n].rpartition(' ')[0]} …"


def noun(things: str, n: int) -> str:
    """What is counted, in the number of its count; ``things`` is the plural."""
    return counted(n, things).partition(" ")[2]


def is_number(column: Column) -> bool:
    """Whether a column holds numbers."""
    return column.type[0] in "uif"


def written(value: Any, column: Column) -> str:
    """A value of a column as people read it."""
    if value is None:
        return MISSING
    if column.type == "bool":
        return "yes" if value else "no"
    if column.type == "time":
        return day(value)
    if column.type == "list":
        return shown("; ".join(map(str, value)))
    if not is_number(column):
        return shown(value)
    if "rating" in column.name:
        return rating(value)
    if column.name in ("share", "position"):
        return share(value)
    return str(value) if "status" in column.name else amount(value)


FILTERS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (amount, beginning, count, cut, day, ending, heading, host, host_of, label,
                     moment, noun, plain_url, quote, rating, share, short_url, shown, written)
}  # fmt: skip
