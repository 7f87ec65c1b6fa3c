"""The part of the page each link stands in, judged on the outline.

1. An element is given a part by its tag, else by the words of its names; the outermost such
   element decides, so a nav inside a footer is footer. An element that holds the bulk of the page's
   prose is no part, whatever it is called.
2. A link inside the main element and outside such parts is content, unless it stands in a list of
   links beside prose: then it is related.
3. What is left: lists of links before the main element are nav, after it related; else unknown.
"""

from __future__ import annotations

from linkshed.extract.content import main_element, prose_of
from linkshed.extract.outline import Outline
from linkshed.extract.regions import region_of_names, region_of_tag
from linkshed.schema import Placement

BULK_SHARE = 0.5
"""An element with this share of the page's prose is not a nav, footer or sidebar."""
DENSE = 0.6
"""Share of link text from which a block is a list of links."""
PROSE_PER_LIST = 2.0
"""A list of links is beside the point when the prose around it is this many times as long."""

_LIST_TAGS = frozenset("ul ol dl table tbody tr div section menu".split())


def judge(outline: Outline) -> list[Placement]:
    """The placement of each link of ``outline.links``."""
    if not outline.links:
        return []
    prose = prose_of(outline)
    main = main_element(outline, prose)
    regions = _regions(outline, prose, main)
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


def _regions(outline: Outline, prose: list[int], main: int) -> list[Placement | None]:
    parents, tags, names = outline.parent, outline.tag, outline.names
    bulk = BULK_SHARE * prose[0]
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
            if (prose[i] > bulk and prose[i] > 0) or i <= main < outline.end[i]:
                region = None
            elif region is Placement.HEADER and main < i < main_end:
                region = Placement.RELATED if outline.n_links[i] > 3 else None
        regions.append(region)
    return regions


def _inside(outline: Outline, link: int, main: int, prose: int) -> Placement:
    block = _dense_block(outline, link, main)
    if block < 0 or outline.n_links[block] < 2:
        return Placement.CONTENT
    if prose > PROSE_PER_LIST * outline.link_text[block]:
        return Placement.RELATED
    return Placement.CONTENT


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
