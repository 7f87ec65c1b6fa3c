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
from linkshed.extract.pointers import Pointers
from linkshed.schema import Placement


def judge(document: Document, content: Content | None = None, url: str = "") -> list[Placement]:
    """The placement of each link of the outline; ``content`` when it is known already, ``url``
    the normalised address of the page, empty when it is unknown.
    """
    outline = document.outline
    if not outline.links:
        return []
    content = content or find_content(outline)
    start, stop = content.main, outline.end[content.main]
    pointers = Pointers(document, content, _told(outline, content), url)
    found = []
    for link in outline.links:
        if outline.hidden[link]:
            found.append(Placement.HIDDEN)
        elif (region := content.regions[link]) is not None:
            found.append(region)
        elif start <= link < stop:
            found.append(Placement.RELATED if pointers.has(link) else Placement.CONTENT)
        else:
            found.append(_outside(outline, link, start, content.lists[link]))
    return found


def _told(outline: Outline, content: Content) -> int:
    """Characters of prose in the main element that stand neither in parts nor in links."""
    prose, main, regions = content.prose, content.main, content.regions
    inside = (link for link in outline.links if main < link < outline.end[main])
    return prose[main] - sum(prose[link] for link in inside if regions[link] is None)


def _outside(outline: Outline, link: int, start: int, wide: int) -> Placement:
    if wide < 0 or outline.n_links[wide] < 2:
        return Placement.UNKNOWN
    return Placement.NAV if link < start else Placement.RELATED
