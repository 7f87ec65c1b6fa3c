"""Words in a text that would make a good link to a page, and the sentence they stand in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from linkshed.extract.anchors import anchor_kind
from linkshed.schema import AnchorKind
from linkshed.simulate.function_words import FUNCTION_WORDS

MAX_WORDS = 6
MIN_SENTENCE_WORDS = 5
_SENTENCE = re.compile(r".+?(?:[.!?]+[\"'”»)]*(?=\s|$)|[。！？]+|$)")
_END = re.compile(r"[.!?。！？][\"'”»)]*\s*$")
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_TITLE_PART = re.compile(r"\s+[|–—·:»-]\s+")


@dataclass(frozen=True)
class Spot:
    """``anchor`` as it stands in ``sentence``; ``position`` is the share of the text before it."""

    sentence: str
    anchor: str
    position: float


def sentences(text: str, wanted: Sequence[str] = ("",)) -> Iterator[tuple[int, str]]:
    """(place, sentence) of prose, of lines that hold some of the wanted words. Lines that end
    without a full stop, such as headings, and very short ones are left out.
    """
    place = 0
    for line in text.split("\n"):
        folded = _folded(line)
        if any(words in folded for words in wanted) and _END.search(line):
            for match in _SENTENCE.finditer(line):
                sentence = match[0].strip()
                if len(_WORD.findall(sentence)) >= MIN_SENTENCE_WORDS and _END.search(sentence):
                    yield place + match.start() + match[0].index(sentence), sentence
        place += len(line) + 1


def wordings(title: str, anchors: Iterable[str]) -> list[str]:
    """Words people use for a page, best first: those of links to it, then runs of its title that
    neither begin nor end with a function word.
    """
    used = Counter(words for anchor in anchors if (words := _usable(anchor)))
    found = [words for words, _ in used.most_common(50)]
    main = max(_TITLE_PART.split(title), key=lambda part: len(_WORD.findall(part)), default="")
    run = _WORD.findall(main.casefold())
    for size in range(min(MAX_WORDS, len(run)), 1, -1):
        parts = [run[at : at + size] for at in range(len(run) - size + 1)]
        found += [" ".join(part) for part in parts if not {part[0], part[-1]} & FUNCTION_WORDS]
    return list(dict.fromkeys(words for each in found if (words := _usable(each))))


def _usable(anchor: str) -> str:
    words = " ".join(anchor.split()).casefold()
    found = _WORD.findall(words)
    few = 0 < len(found) <= MAX_WORDS and not FUNCTION_WORDS.issuperset(found)
    return words if few and anchor_kind(words) == AnchorKind.DESCRIPTIVE else ""


def _folded(sentence: str) -> str:
    """Without cases, letter for letter: what would become two letters stays as it is."""
    folded = sentence.casefold()
    if len(folded) == len(sentence):
        return folded
    return "".join(f if len(f := c.casefold()) == 1 else c for c in sentence)


def spots(text: str, wanted: Iterable[str], linked: Iterable[str]) -> Iterator[Spot]:
    """Places of the wanted words in sentences, away from words that are linked already."""
    wanted, taken = list(wanted), [words.casefold() for words in linked if words.strip()]
    for place, sentence in sentences(text, wanted):
        folded = _folded(sentence)
        said = [words for words in wanted if words in folded]
        used = [span for words in taken for span in _spans(words, folded)] if said else []
        for match in filter(None, (_whole(words, folded) for words in said)):
            if not any(lo < match.end() and match.start() < hi for lo, hi in used):
                share = (place + match.start()) / len(text)
                yield Spot(sentence, sentence[match.start() : match.end()], share)
                break


def _whole(words: str, sentence: str) -> re.Match[str] | None:
    """Where words stand first that are no part of others."""
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", sentence)


def _spans(words: str, sentence: str) -> Iterator[tuple[int, int]]:
    """All places of words, one after the other."""
    at = sentence.find(words)
    while at >= 0:
        yield at, at + len(words)
        at = sentence.find(words, at + len(words))
