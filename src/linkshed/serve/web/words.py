"""How values are written on a page: the filters of templates.

Texts come from strangers. ``shown`` writes control characters, marks of direction and characters
without width as visible signs, so that nothing on a page is other than it looks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache, partial
from math import floor, log10
from shlex import quote
from typing import Any
from urllib.parse import quote as percent_encoded
from urllib.parse import urlsplit

from linkshed.schema import Column
from linkshed.serve.table import counted

MISSING = "–"
_INVISIBLE = ("Cc", "Cf", "Zl", "Zp", "Co", "Cs")
_JOINERS = "\u200c\u200d"
"""Characters without width that some scripts are written with."""
_PICTURES = 0x2400
LONG = 300
_CODE = re.compile("[a-z]+(_[a-z]+)+")
_NOT_PLAIN = re.compile("[^A-Za-z0-9_.~/-]+")
_SWITCHED = {
    "best": "best links only", "broken": "broken ones only", "into": "from any domain into it",
    "shared": "also who links to both", "standing": "also unchanged ones",
    "two_way": "also where it links to",
}  # fmt: skip
_SHARES = ("share of", "shared part of")
_MOST_DECIMALS = 4
CODED = ("kind", "reason", "outcome", "resolution", "indexability", "verdict", "cause", "event")
"""Ends of the names of columns whose values are our own words, joined by underscores."""


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


@lru_cache(4096)
def label(name: str) -> str:
    """The name of a column or of a value as words."""
    plain = name.removeprefix("n_").removeprefix("is_").replace("_n_", "_").replace("_is_", "_")
    words = plain.replace("_", " ").replace("url", "URL")
    return words.replace("refdomains", "referring domains").replace("refpages", "referring pages")


def heading(name: str) -> str:
    """The name of a column above it."""
    return sentence(label(name))


def switched(name: str) -> str:
    """What the switch of that name does, where its name alone does not say."""
    return _SWITCHED.get(name) or label(name)


def sentence(text: str) -> str:
    """A text that begins with a capital."""
    return text[:1].upper() + text[1:]


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


def is_share(column: Column) -> bool:
    """Whether a column holds parts of a whole."""
    return column.name.endswith("share") or column.meaning.startswith(_SHARES)


def decimals(values: Iterable[Any]) -> int:
    """How many decimals the quantities of a column are written with, so that their points stand
    below each other: the least of them has three digits, within two and four decimals; none where
    all are whole.
    """
    sizes = [abs(value) for value in values if value]
    if all(size == int(size) for size in sizes):
        return 0
    return min(max(2 - floor(log10(min(sizes))), 2), _MOST_DECIMALS)


def aligned(value: float, n: int) -> str:
    """A quantity with ``n`` decimals; nothing is a bare 0, and what is too small says so."""
    if not value:
        return "0"
    if n and abs(value) < 0.5 * 10**-n:
        return f"{'<' if value > 0 else '>-'}{10**-n:.{n}f}"
    return f"{value:,.{n}f}"


def writer(column: Column, n_decimals: int | None = None) -> Callable[[Any], str]:
    """How the values of a column are written as people read them, quantities with the decimals of
    their column; null is not among them.
    """
    if column.type == "bool":
        return lambda value: "yes" if value else "no"
    if column.type == "time":
        return day
    if column.type == "list":
        return lambda value: shown("; ".join(map(str, value)))
    if is_number(column):
        return _of_numbers(column, n_decimals)
    return _uncoded if column.name.endswith(CODED) else shown


def _uncoded(value: str) -> str:
    return label(value) if _CODE.fullmatch(value) else shown(value)


def _of_numbers(column: Column, n_decimals: int | None) -> Callable[[Any], str]:
    if "rating" in column.name:
        return rating
    if is_share(column):
        return share
    if "status" in column.name:
        return str
    return amount if n_decimals is None else partial(aligned, n=n_decimals)


def in_address(text: str) -> str:
    """A text as a parameter of an address; only what must be is looked at sign by sign."""
    return _NOT_PLAIN.sub(lambda found: percent_encoded(found[0]), text)


FILTERS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (amount, beginning, count, cut, day, ending, heading, host,
                     host_of, in_address, label, moment, noun, plain_url, quote, rating,
                     sentence, share, short_url, shown, switched, aligned, decimals)
}  # fmt: skip
