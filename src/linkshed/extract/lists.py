"""Lists of links: blocks in which the words of links dominate."""

from __future__ import annotations

from linkshed.extract.outline import Outline

DENSE = 0.6
"""Share of link text from which a block is a list of links."""
_LIST_TAGS = frozenset("ul ol dl table tbody tr div section menu".split())


def link_lists(outline: Outline) -> list[int]:
    """The widest list of links around each element, itself included; -1 where there is none."""
    tags, text, link_text = outline.tag, outline.text, outline.link_text
    found: list[int] = []
    for i, parent in enumerate(outline.parent):
        if parent < 0 or link_text[i] < DENSE * text[i]:
            found.append(-1)
        elif (above := found[parent]) >= 0:
            found.append(above)
        else:
            found.append(i if tags[i] in _LIST_TAGS else -1)
    return found


def block_sizes(outline: Outline, lists: list[int] | None = None) -> list[int]:
    """Links in the same block as each link: the widest list of links around it, else its paragraph,
    list item or cell. ``lists`` when they are known already."""
    lists = lists or link_lists(outline)
    parent, n_links = outline.parent, outline.n_links
    return [n_links[lists[i] if lists[i] >= 0 else max(parent[i], 0)] for i in outline.links]
