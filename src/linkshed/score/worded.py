"""Pages whose title, or the anchor of whose links, holds given words.

Words are compared without regard to case and after Unicode's NFKC. A phrase is its words in order;
it begins and ends where words do, except in scripts that put no space between words. Anchors count
at the page that holds the equity of their target, and only of links that pass something: what
stands in a nofollow link says nothing.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from linkshed.errors import ParameterError
from linkshed.score.nodes import Nodes

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

TITLE, ANCHOR, BOTH = PLACES = ("title", "anchor", "both")
MOST_PHRASES = 100
CHUNK = 1 << 20
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")
_BEFORE, _AFTER = r"(?:^|[^\pL\pN_])", r"(?:[^\pL\pN_]|$)"

Bools = NDArray[np.bool_]


def phrases_of(text: str) -> list[str]:
    """Phrases with commas between. Raises ParameterError for none or too many."""
    found = list(dict.fromkeys(phrase for part in text.split(",") if (phrase := _plain(part))))
    if not 0 < len(found) <= MOST_PHRASES:
        raise ParameterError(
            f"words {text[:200]!r}: {len(found)} phrases",
            allowed=f"1 to {MOST_PHRASES}, as in: tea, green tea",
        )
    return found


def pages_with(snapshot: Snapshot, nodes: Nodes, phrases: list[str], where: str) -> list[Bools]:
    """For each phrase, the pages that hold it; ``where`` is one of PLACES."""
    patterns = [pattern_of(phrase) for phrase in phrases]
    found = [np.zeros(snapshot.n_pages, np.bool_) for _ in phrases]
    if where in (TITLE, BOTH):
        _by_title(snapshot, patterns, found)
    if where in (ANCHOR, BOTH):
        _by_anchor(snapshot, nodes, patterns, found)
    return [pages & nodes.is_node for pages in found]


def _by_title(snapshot: Snapshot, patterns: list[str], found: list[Bools]) -> None:
    for lo in range(0, snapshot.n_pages, CHUNK):
        titles = snapshot.columns("pages", ["title"], lo, lo + CHUNK)["title"]
        for pages, rows in zip(found, _matches(titles, patterns), strict=True):
            pages[lo + np.flatnonzero(rows)] = True


def _by_anchor(snapshot: Snapshot, nodes: Nodes, patterns: list[str], found: list[Bools]) -> None:
    weight, passes, target = (
        snapshot.array("links", name) for name in ("weight", "passes", "target")
    )
    for lo in range(0, snapshot.n_links, CHUNK):
        hi = min(lo + CHUNK, snapshot.n_links)
        anchors = snapshot.columns("links", ["anchor"], lo, hi)["anchor"]
        counts = weight[lo:hi] * passes[lo:hi] > 0
        for pages, rows in zip(found, _matches(anchors, patterns), strict=True):
            pages[nodes.lands[target[lo:hi][rows & counts]]] = True


def _matches(texts: Any, patterns: list[str]) -> list[Bools]:
    """For each pattern, the texts it is found in; equal texts are searched once."""
    coded = texts.combine_chunks().dictionary_encode()
    words = pc.utf8_normalize(coded.dictionary, form="NFKC")
    rows = np.asarray(coded.indices.fill_null(len(words)))
    return [are_in(words, pattern)[rows] for pattern in patterns]


def are_in(words: Any, pattern: str) -> Bools:
    """Which of some texts hold a pattern, and False behind them; null holds none."""
    is_found = pc.match_substring_regex(words, pattern, ignore_case=True)
    return np.append(np.asarray(is_found.fill_null(False), np.bool_), False)  # stands for no text


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def pattern_of(phrase: str) -> str:
    """RE2 that finds a phrase in a text."""
    words = r"\s+".join(_escaped(word) for word in phrase.split())
    before = "" if _is_unspaced(phrase[0]) else _BEFORE
    after = "" if _is_unspaced(phrase[-1]) else _AFTER
    return f"{before}{words}{after}"


def _escaped(word: str) -> str:
    return "".join(c if c.isalnum() or c == "_" or ord(c) > 127 else f"\\{c}" for c in word)


def _is_unspaced(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(_UNSPACED)
