"""One cell of a table -> one value. Every function raises ValueError naming what is allowed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import IntEnum
from functools import lru_cache

from linkshed.schema import NO_TOKENS, Indexability, LinkKind, Placement, Rel
from linkshed.urls.parse import parse_url

_YES = frozenset(("true", "t", "yes", "y", "1", "1.0", "x"))
_NO = frozenset(("", "false", "f", "no", "n", "0", "0.0", "-"))
_EPOCH = re.compile(r"[0-9]{9,11}")
_EPOCH_MILLISECONDS = re.compile(r"[0-9]{12,14}")
_LATEST = 4_102_444_800  # 2100-01-01

_KINDS = {
    **{kind.name.lower(): int(kind) for kind in LinkKind},
    **dict.fromkeys(("", "hyperlink", "href", "link", "a"), int(LinkKind.TEXT)),
    **dict.fromkeys(("rss", "atom"), int(LinkKind.FEED)),
    "iframe": int(LinkKind.FRAME),
}
_PLACEMENTS = {
    **{placement.name.lower(): int(placement) for placement in Placement},
    **dict.fromkeys(("", "head"), int(Placement.UNKNOWN)),
    "navigation": int(Placement.NAV),
    "aside": int(Placement.SIDEBAR),
    "comment": int(Placement.COMMENTS),
}
_REL_TOKENS = {rel.name.lower(): int(rel) for rel in Rel if rel.name and rel not in NO_TOKENS}

url = lru_cache(maxsize=200_000)(parse_url)


def words(text: str) -> str:
    """White space collapsed."""
    return " ".join(text.split())


def flag(text: str) -> bool:
    """A yes or no in a usual spelling; empty is no."""
    word = text.strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError("allowed: true, false, yes, no, 1, 0, empty")


def is_followed(text: str) -> bool:
    """A yes or no; empty is yes."""
    return not text.strip() or flag(text)


def rel(text: str) -> int:
    """The known tokens of a rel attribute; ``schema.Rel.COMMA`` when commas separate them."""
    bits = int(Rel.COMMA) if "," in text else 0
    for token in text.replace(",", " ").lower().split():
        bits |= _REL_TOKENS.get(token, 0)
    return bits


def kind(text: str) -> int:
    """A ``schema.LinkKind`` by name or number; empty is TEXT."""
    return _member(text, _KINDS, LinkKind)


def placement(text: str) -> int:
    """A ``schema.Placement`` by name or number; empty is UNKNOWN."""
    return _member(text, _PLACEMENTS, Placement)


def number(text: str) -> int | None:
    """A whole number from 0 to 2**32 - 1."""
    if not text.strip():
        return None
    value = int(text)
    if not 0 <= value < 1 << 32:
        raise ValueError("allowed: 0 to 4294967295")
    return value


def small_number(text: str) -> int | None:
    """A whole number from 0 to 65535."""
    value = number(text)
    if value is not None and value > 0xFFFF:
        raise ValueError("allowed: 0 to 65535")
    return value


def share(text: str) -> float | None:
    """A number from 0 to 1."""
    if not text.strip():
        return None
    value = float(text)
    if not 0 <= value <= 1:
        raise ValueError("allowed: 0 to 1")
    return value


def status(text: str) -> int | None:
    """An HTTP status; empty and 0 mean that there was no answer."""
    if not text.strip():
        return None
    value = int(float(text))
    if value != 0 and not 100 <= value <= 599:
        raise ValueError("allowed: 100 to 599, or empty")
    return value or None


def time(text: str) -> int | None:
    """Seconds since 1970, from an ISO 8601 date or time (UTC unless it says) or seconds."""
    text = text.strip()
    if not text:
        return None
    if _EPOCH.fullmatch(text):
        value = int(text)
    elif _EPOCH_MILLISECONDS.fullmatch(text):
        value = int(text) // 1000
    else:
        value = _iso(text)
    if not 0 <= value < _LATEST:
        raise ValueError("allowed: 1970 to 2099")
    return value


def indexability(code: int) -> int:
    """What a status alone says: an error or a redirect; otherwise nobody looked."""
    if code == 429 or code >= 500:
        return int(Indexability.SERVER_ERROR)
    if code >= 400:
        return int(Indexability.CLIENT_ERROR)
    return int(Indexability.REDIRECTED if 300 <= code < 400 else Indexability.UNKNOWN)


def _iso(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text.replace("/", "-").removesuffix(" UTC"))
    except ValueError:
        raise ValueError("allowed: 2026-01-31, 2026-01-31 12:00:00, seconds since 1970") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp())


def _member(text: str, names: dict[str, int], members: type[IntEnum]) -> int:
    word = text.strip().lower().replace(" ", "_")
    if word in names:
        return names[word]
    if word.isascii() and word.isdigit() and int(word) in set(members):
        return int(word)
    raise ValueError(f"allowed: {', '.join(name for name in names if name)}")
