"""Text for charts: labels from strangers made harmless and short, numbers as people read them."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 48
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def label(text: str | None, missing: str = "(none)", longest: int = LONGEST) -> str:
    """A text as a mark shows it: on one line, cut in the middle, without markup or characters
    that cannot be seen or turn the direction of writing; https goes without saying.
    """
    shown = _UNSEEN.sub("\ufffd", text).removeprefix("https://") if text else missing
    if len(shown) > longest:
        half = longest // 2
        shown = f"{shown[: longest - half - 1]}…{shown[-half:]}"
    return shown.translate(_ESCAPED)


def amount(value: float) -> str:
    """Whole numbers whole, others in four digits."""
    whole = value == int(value) and abs(value) < 1e15
    return f"{value:,.0f}" if whole else f"{value:,.4g}"


def percent(part: float, whole: float) -> str:
    """A share, or nothing where there is no whole."""
    return f"{part / whole:.1%}" if whole else "–"


def counted(n: int, noun: str) -> str:
    """A count with its noun, given in the singular."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def without_host(names: Iterable[str]) -> dict[str, str]:
    """Sections as they are called among themselves: without their host where all share it."""
    found = list(names)
    hosts = {name.partition("/")[0] for name in found if "/" in name}
    is_one = len(hosts) == 1
    return {name: name[name.find("/") :] if is_one and "/" in name else name for name in found}
