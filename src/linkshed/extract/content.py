"""Where the main content of a page stands: the element in which running text gathers.

*Prose* is text that stands directly in an element, in pieces long enough to be read; inside links
it counts little. The main element is reached from the body by stepping into the child that holds
nearly all prose; an element that declares itself the main content is preferred when it holds enough
of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from linkshed.extract.lists import link_lists
from linkshed.extract.outline import Outline
from linkshed.extract.regions import REGION_OF_TAG, is_body, region_of_names
from linkshed.schema import Placement

STEP_SHARE = 0.55
DECLARED_SHARE = 0.4
MIN_PROSE = 25
BULK_SHARE = 0.5
"""An element with this share of the page's prose is no aside, whatever its names say."""
TAG_BULK_SHARE = 0.8
"""The same for what is surely none: tags are seldom given for their look, and no article is read
in a dialog."""
_ASIDE_TAGS = frozenset(("nav", "aside", "footer", "dialog"))
_DIALOG = re.compile(r"(?:^|[\s_-])(?:dialog|alertdialog|modal|popup)(?:$|\s)")
LINKED_DIVISOR = 8
"""Prose inside links counts this many times less."""
_LEAVES = frozenset(("p", "pre"))
_READING = frozenset("p pre blockquote li dd td div section article main".split())


@dataclass(frozen=True, slots=True)
class Content:
    """Characters of prose in the subtree of each element and on the whole page, the main element
    (-1 on a page without elements), the widest list of links around each element (-1 for none), and
    the part of the page it stands in, None when no tag or name puts it into one.
    """

    prose: list[int]
    whole: int
    main: int
    lists: list[int]
    regions: list[Placement | None] = field(default_factory=list)

    def has_bulk(self, outline: Outline, element: int) -> bool:
        """Whether an element holds too much of the page to be an aside, whatever its names."""
        tag, names = outline.tag[element], outline.names[element]
        return self.prose[element] > 0 and not _is_light(
            self.prose[element], self.whole, tag, names
        )


def find_content(outline: Outline) -> Content:
    """Weigh the prose of a page; that of asides counts for no element around them."""
    tags, own, parent = outline.tag, outline.own_text, outline.parent
    prose = [
        own_text if own_text >= MIN_PROSE and tag in _READING else 0
        for own_text, tag in zip(own, tags, strict=True)
    ]
    _discount_links(outline, prose)
    whole = sum(prose)
    names, hidden = outline.names, outline.hidden
    for i in range(len(prose) - 1, 0, -1):
        mine = prose[i]
        if mine and not hidden[i] and (above := parent[i]) >= 0:
            if is_aside(tags[i], names[i]) and _is_light(mine, whole, tags[i], names[i]):
                continue
            prose[above] += mine
    content = Content(prose, whole, _main_element(outline, prose, whole), link_lists(outline))
    if outline.tag:
        content.regions.extend(_regions(outline, content))
    return content


def _discount_links(outline: Outline, prose: list[int]) -> None:
    """The excerpt inside a link is prose of another page."""
    end, stop = outline.end, 0
    for link in outline.links:
        if stop < end[link] > link + 1:
            for i in range(max(link, stop), end[link]):
                prose[i] //= LINKED_DIVISOR
            stop = end[link]


def _is_light(prose: int, whole: int, tag: str, names: str) -> bool:
    """Whether an element named like an aside has little enough prose to be one."""
    if prose < BULK_SHARE * whole:
        return True
    is_sure = tag in _ASIDE_TAGS or _DIALOG.search(names) is not None
    return is_sure and prose < TAG_BULK_SHARE * whole


def is_aside(tag: str, names: str) -> bool:
    """Whether an element's tag or names make it a part beside the main content."""
    if tag in REGION_OF_TAG:
        return True
    if not names or tag in ("body", "main", "article"):
        return False
    return region_of_names(names) is not None


def _main_element(outline: Outline, prose: list[int], whole: int) -> int:
    if not outline.tag:
        return -1
    declared = _declared(outline, prose, whole)
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
        if best < 0 or prose[best] < STEP_SHARE * prose[current] or outline.tag[best] in _LEAVES:
            break
        current = best
    return current


def _declared(outline: Outline, prose: list[int], whole: int) -> int:
    best = -1
    tags, names = outline.tag, outline.names
    floor = DECLARED_SHARE * prose[0]
    for i in range(1, len(tags)):
        is_rich = prose[i] > floor and (best < 0 or prose[i] >= 0.8 * prose[best])
        if is_rich and is_body(tags[i], names[i]) and not _is_beside(outline, i, prose, whole):
            best = i
    return best


def _is_beside(outline: Outline, element: int, prose: list[int], whole: int) -> bool:
    """Whether an element or one around it is an aside."""
    while element > 0:
        tag, names = outline.tag[element], outline.names[element]
        if is_aside(tag, names) and _is_light(prose[element], whole, tag, names):
            return True
        element = outline.parent[element]
    return False


def _regions(outline: Outline, content: Content) -> list[Placement | None]:
    """The outermost part that a tag or a name puts each element into."""
    parents, tags, names = outline.parent, outline.tag, outline.names
    main = content.main
    regions: list[Placement | None] = []
    main_end = outline.end[main]
    of_tag = REGION_OF_TAG.get
    for i, parent in enumerate(parents):
        if parent >= 0 and (above := regions[parent]) is not None:
            regions.append(above)
            continue
        tag, name = tags[i], names[i]
        region = of_tag(tag)
        if region is None and name and tag not in ("body", "main", "article", "a"):
            region = region_of_names(name)
        if region is not None:
            if content.has_bulk(outline, i) or i <= main < outline.end[i]:
                region = None
            elif region is Placement.HEADER and main < i < main_end:
                region = Placement.RELATED if outline.n_links[i] > 3 else None
        regions.append(region)
    return regions


def main_text(outline: Outline, words: str, content: Content) -> str:
    """The text of the main content without the parts inside it, a line per block."""
    main, regions, before = content.main, content.regions, outline.before
    if main < 0:
        return ""
    pieces, start = [], before[main]
    i, end = main + 1, outline.end[main]
    while i < end:
        if regions[i] is None:
            i += 1
            continue
        pieces.append(words[start : before[i]])
        start = before[i] + outline.text[i]
        i = outline.end[i]
    pieces.append(words[start : before[main] + outline.text[main]])
    return "".join(pieces).strip()
