"""Where the main content of a page stands: the element in which running text gathers.

*Prose* is text that stands directly in an element, outside links, in pieces long enough to be read.
The main element is reached from the body by stepping into the child that holds nearly all prose; an
element that declares itself the main content is preferred when it holds enough of it.
"""

from __future__ import annotations

from linkshed.extract.outline import Outline
from linkshed.extract.regions import is_body, region_of_names, region_of_tag

STEP_SHARE = 0.7
DECLARED_SHARE = 0.4
MIN_PROSE = 25
_LEAVES = frozenset(("p", "pre"))
_READING = frozenset("p pre blockquote li dd td div section article main".split())


def prose_of(outline: Outline) -> list[int]:
    """Characters of prose in the subtree of each element."""
    tags, own, parent = outline.tag, outline.own_text, outline.parent
    prose = [
        own_text if own_text >= MIN_PROSE and tag in _READING else 0
        for own_text, tag in zip(own, tags, strict=True)
    ]
    names, hidden = outline.names, outline.hidden
    for i in range(len(prose) - 1, 0, -1):
        if prose[i]:
            name = names[i]
            if (
                hidden[i]
                or region_of_tag(tags[i])
                or (name and _is_aside(tags[i], name) and prose[i] < prose[0] + 2_000)
            ):
                prose[i] = 0
            else:
                above = parent[i]
                if above >= 0:
                    prose[above] += prose[i]
    return prose


def _is_aside(tag: str, names: str) -> bool:
    return tag not in ("body", "main", "article") and region_of_names(names) is not None


def main_element(outline: Outline, prose: list[int] | None = None) -> int:
    """The element that holds the main content; -1 on a page without elements."""
    if not outline.tag:
        return -1
    prose = prose_of(outline) if prose is None else prose
    declared = _declared(outline, prose)
    if declared >= 0:
        return declared
    parent, end = outline.parent, outline.end
    current = 0
    while prose[current]:
        best, child = -1, current + 1
        while child < end[current]:
            if parent[child] == current and (best < 0 or prose[child] > prose[best]):
                best = child
            child = end[child]
        if (
            best < 0
            or prose[best] < STEP_SHARE * prose[current]
            or outline.tag[best] in ("p", "pre")
        ):
            break
        current = best
    return current


def _declared(outline: Outline, prose: list[int]) -> int:
    best = -1
    tags, names = outline.tag, outline.names
    floor = DECLARED_SHARE * prose[0]
    for i in range(1, len(tags)):
        is_rich = prose[i] > floor and (best < 0 or prose[i] >= 0.8 * prose[best])
        if is_rich and is_body(tags[i], names[i]):
            best = i
    return best


def main_text(outline: Outline, words: str) -> str:
    """The text of the main content, a line per block."""
    element = main_element(outline)
    if element < 0:
        return ""
    start = outline.before[element]
    return words[start : start + outline.text[element]].strip()
