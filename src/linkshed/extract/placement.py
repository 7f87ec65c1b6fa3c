"""The part of the page each link stands in, judged on the outline.

1. An element is given a part by its tag, else by the words of its names; the outermost such
   element decides, so a nav inside a footer is footer. An element that holds the bulk of the page's
   prose is no part, whatever it is called.
2. A link inside the main element and outside such parts is content, unless it stands in a list of
   links beside prose: then it is related.
3. What is left: lists of links before the main element are nav, after it related; else unknown.
"""

from __future__ import annotations

from linkshed.extract.content import Content, find_content
from linkshed.extract.document import BLOCKS, Document
from linkshed.extract.outline import Outline
from linkshed.extract.regions import region_of_names, region_of_tag
from linkshed.schema import Placement

DENSE = 0.6
"""Share of link text from which a block is a list of links."""
PROSE_PER_LIST = 2.0
"""A list of links is beside the point when the prose around it is this many times as long."""

ARTICLE_PROSE = 600
"""Characters of prose from which a main element is an article."""
ALONE = 0.7
HEADLINE = 25
"""Characters from which the words of a link can be the headline of another page."""
WORDS_PER_LINK = 25
"""Characters beside each of several links, below which they are an enumeration of links."""
FEW_WORDS = 12
"""Characters beside the links of a block that make no sentence of it: "Related:", "Read more:"."""

_LIST_TAGS = frozenset("ul ol dl table tbody tr div section menu".split())


def judge(document: Document, content: Content | None = None) -> list[Placement]:
    """The placement of each link of the outline; ``content`` when it is known already."""
    outline = document.outline
    if not outline.links:
        return []
    content = content or find_content(outline)
    prose, main = content.prose, content.main
    regions = _regions(outline, content)
    start, stop = main, outline.end[main]
    found = []
    for link in outline.links:
        if outline.hidden[link]:
            found.append(Placement.HIDDEN)
        elif (region := regions[link]) is not None:
            found.append(region)
        elif start <= link < stop:
            found.append(_inside(outline, link, main, prose[main]))
        else:
            found.append(_outside(outline, link, start))
    return found


def _regions(outline: Outline, content: Content) -> list[Placement | None]:
    parents, tags, names = outline.parent, outline.tag, outline.names
    main = content.main
    regions: list[Placement | None] = []
    main_end = outline.end[main]
    for i, parent in enumerate(parents):
        if parent >= 0 and (above := regions[parent]) is not None:
            regions.append(above)
            continue
        tag, name = tags[i], names[i]
        region = region_of_tag(tag)
        if region is None and name and tag not in ("body", "main", "article", "a"):
            region = region_of_names(name)
        if region is not None:
            if content.has_bulk(outline, i) or i <= main < outline.end[i]:
                region = None
            elif region is Placement.HEADER and main < i < main_end:
                region = Placement.RELATED if outline.n_links[i] > 3 else None
        regions.append(region)
    return regions


def _inside(outline: Outline, link: int, main: int, prose: int) -> Placement:
    if prose >= ARTICLE_PROSE and _stands_alone(outline, link):
        return Placement.RELATED
    block = _dense_block(outline, link, main)
    if block < 0 or outline.n_links[block] < 2:
        return Placement.CONTENT
    if prose > PROSE_PER_LIST * outline.link_text[block]:
        return Placement.RELATED
    return Placement.CONTENT


def _stands_alone(outline: Outline, link: int) -> bool:
    """Whether a link is nearly all of its paragraph or heading: a pointer, not a part of a text."""
    parent, tags = outline.parent, outline.tag
    block = parent[link]
    while block > 0 and tags[block] not in BLOCKS:
        block = parent[block]
    text, n_links = outline.text[block], outline.n_links[block]
    beside = text - outline.link_text[block]
    if n_links > 1:
        return beside < WORDS_PER_LINK * n_links
    return outline.text[link] >= HEADLINE and (beside < FEW_WORDS or beside < (1 - ALONE) * text)


def _outside(outline: Outline, link: int, start: int) -> Placement:
    block = _dense_block(outline, link, -1)
    if block < 0 or outline.n_links[block] < 2:
        return Placement.UNKNOWN
    return Placement.NAV if link < start else Placement.RELATED


def _dense_block(outline: Outline, link: int, limit: int) -> int:
    """The widest block around a link, inside ``limit``, in which links dominate; -1 when none."""
    parent, text, link_text, tags = outline.parent, outline.text, outline.link_text, outline.tag
    found, current = -1, parent[link]
    while current > limit and current > 0:
        if link_text[current] < DENSE * text[current]:
            break
        if tags[current] in _LIST_TAGS:
            found = current
        current = parent[current]
    return found


def block_sizes(outline: Outline) -> list[int]:
    """Links in the same block as each link: the widest block around it in which links dominate,
    else its paragraph, list item or cell."""
    sizes = []
    for link in outline.links:
        block = _dense_block(outline, link, -1)
        sizes.append(outline.n_links[block if block >= 0 else max(outline.parent[link], 0)])
    return sizes
