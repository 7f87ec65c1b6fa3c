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
from linkshed.extract.document import Document
from linkshed.extract.outline import Outline
from linkshed.extract.pointers import Pointers, dense_block
from linkshed.extract.regions import REGION_OF_TAG, region_of_names
from linkshed.schema import Placement


def judge(document: Document, content: Content | None = None, url: str = "") -> list[Placement]:
    """The placement of each link of the outline; ``content`` when it is known already, ``url``
    the normalised address of the page, empty when it is unknown.
    """
    outline = document.outline
    if not outline.links:
        return []
    content = content or find_content(outline)
    regions = _regions(outline, content)
    start, stop = content.main, outline.end[content.main]
    pointers = Pointers(document, content, _told(outline, content, regions), url)
    found = []
    for link in outline.links:
        if outline.hidden[link]:
            found.append(Placement.HIDDEN)
        elif (region := regions[link]) is not None:
            found.append(region)
        elif start <= link < stop:
            found.append(Placement.RELATED if pointers.has(link) else Placement.CONTENT)
        else:
            found.append(_outside(outline, link, start))
    return found


def _regions(outline: Outline, content: Content) -> list[Placement | None]:
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


def _told(outline: Outline, content: Content, regions: list[Placement | None]) -> int:
    """Characters of prose in the main element that stand neither in parts nor in links."""
    prose, main = content.prose, content.main
    inside = (link for link in outline.links if main < link < outline.end[main])
    return prose[main] - sum(prose[link] for link in inside if regions[link] is None)


def _outside(outline: Outline, link: int, start: int) -> Placement:
    block = dense_block(outline, link, -1)
    if block < 0 or outline.n_links[block] < 2:
        return Placement.UNKNOWN
    return Placement.NAV if link < start else Placement.RELATED


def block_sizes(outline: Outline) -> list[int]:
    """Links in the same block as each link: the widest block around it in which links dominate,
    else its paragraph, list item or cell."""
    sizes = []
    for link in outline.links:
        block = dense_block(outline, link, -1)
        sizes.append(outline.n_links[block if block >= 0 else max(outline.parent[link], 0)])
    return sizes
