"""Links that stand in the main content without being part of its text: pointers elsewhere.

The *block* of a link is the innermost paragraph, heading, list item, cell or division around it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property

from linkshed.errors import UrlError
from linkshed.extract.content import Content
from linkshed.extract.cues import MAX_CUE, MAX_SENTENCE, is_call, is_cue, is_label, may_be_label
from linkshed.extract.document import BLOCKS, Document
from linkshed.extract.outline import Outline
from linkshed.urls.domain import registrable_domain
from linkshed.urls.key import host_of
from linkshed.urls.parse import resolve

PROSE_PER_LIST = 2.0
"""A list of links is beside the point when the prose around it is this many times as long."""

ARTICLE_PROSE = 300
"""Characters of prose from which a main element is a text, if a short one, and no list."""
ALONE = 0.7
HEADLINE = 25
"""Characters from which the words of a link can be the headline of another page."""
PARAGRAPH = 60
"""Characters beside its links from which a p is a paragraph of the text."""
PROSE_PER_POINTER = 150
"""Characters of prose beside each link, from which a part is a text and no list of pointers."""
SOURCE = 15
"""Characters from which the words of a link say more than the name of a network to share on."""
WORDS_PER_LINK = 10
"""Characters beside each of several links, below which they are an enumeration of links."""
FEW_WORDS = 12
"""Characters beside the links of a block that make no sentence of it: "Related:", "Read more:"."""

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ANNOUNCING = _HEADINGS | {"p", "div", "header"}


class Pointers:
    """The pointers among the links of a page's main element, with ``prose`` characters of prose.

    ``url`` is the address of the page, empty when it is unknown.
    """

    def __init__(self, document: Document, content: Content, prose: int, url: str = "") -> None:
        self.document = document
        self.main = content.main
        self.lists = content.lists
        self.prose = prose
        self.url = url
        self.is_text = prose >= ARTICLE_PROSE
        self.below = announced(document, content) if self.is_text else frozenset[int]()

    def has(self, link: int) -> bool:
        """Whether a link inside the main element leads away from its text."""
        if link in self.below:
            return True
        outline = self.document.outline
        block = block_of(outline, link)
        is_away = self._is_listed(outline, link)
        if self.is_text:
            is_away = is_away or _stands_alone(outline, link, block)
            is_away = is_away and not self._is_source(outline, link, block)
            is_away = is_away or _is_announced(self.document, link, block)
        return is_away and not _is_quoted(outline, link, self.main)

    def _is_listed(self, outline: Outline, link: int) -> bool:
        """Whether a link stands in a list of links beside much longer prose."""
        wide = self.lists[link]
        if wide <= self.main or outline.n_links[wide] < 2:
            return False
        return self.prose > PROSE_PER_LIST * outline.link_text[wide]

    def _is_source(self, outline: Outline, link: int, block: int) -> bool:
        """Whether a list item is a link to another site: no headline of this one."""
        is_item = outline.tag[block] == "li" and outline.n_links[block] == 1
        return is_item and outline.text[link] >= SOURCE and self._leaves(link)

    def _leaves(self, link: int) -> bool:
        """Whether a link leads to another site; False when that cannot be told."""
        try:
            target = host_of(resolve(self.url, self._hrefs[link].strip()))
            return registrable_domain(target) != registrable_domain(host_of(self.url))
        except UrlError:
            return False

    @cached_property
    def _hrefs(self) -> dict[int, str]:
        anchors = self.document.anchors
        return {anchor.element: anchor.attributes.get("href") or "" for anchor in anchors}


def announced(document: Document, content: Content) -> frozenset[int]:
    """Links below words such as "More stories", up to the next heading or running text."""
    outline, words = document.outline, document.words
    first, last = content.main + 1, outline.end[content.main]
    found: set[int] = set()
    stop = 0
    tags, text = outline.tag[first:last], outline.text[first:last]
    for i, (tag, n) in enumerate(zip(tags, text, strict=True), first):
        if tag in _ANNOUNCING and 1 < n <= MAX_CUE and i >= stop and not outline.n_links[i]:
            place = outline.before[i]
            if is_cue(words[place : place + n]):
                start, stop = _below(outline, content, i)
                links = outline.links
                found.update(links[bisect_left(links, start) : bisect_left(links, stop)])
    return frozenset(found)


def _below(outline: Outline, content: Content, heading: int) -> tuple[int, int]:
    """The elements after a heading, up to the next heading or running text."""
    parent, end = outline.parent, outline.end
    while end[heading] == end[parent[heading]] and parent[heading] > content.main:
        heading = parent[heading]
    stop, last = end[heading], end[parent[heading]]
    while stop < last and not _is_text(outline, content, stop):
        stop = end[stop]
    return end[heading], stop


def _is_text(outline: Outline, content: Content, element: int) -> bool:
    """Whether an element is a heading, a paragraph or holds much more prose than links."""
    tag = outline.tag[element]
    if tag in _HEADINGS or (tag == "p" and outline.own_text[element] >= PARAGRAPH):
        return True
    return content.prose[element] > PROSE_PER_POINTER * max(outline.n_links[element], 0.3)


def block_of(outline: Outline, link: int) -> int:
    """The innermost block around a link."""
    block = outline.parent[link]
    while block > 0 and outline.tag[block] not in BLOCKS:
        block = outline.parent[block]
    return block


def _is_quoted(outline: Outline, link: int, main: int) -> bool:
    """Whether a link stands in a quotation of the text."""
    current = outline.parent[link]
    while current > main:
        if outline.tag[current] == "blockquote":
            return True
        current = outline.parent[current]
    return False


def _is_announced(document: Document, link: int, block: int) -> bool:
    """Whether the words around a link in its block say that it leads away."""
    outline, words = document.outline, document.words
    start, place = outline.before[block], outline.before[link]
    stop = start + outline.text[block]
    near = max(start, place - MAX_SENTENCE)
    if is_call(words[near : min(stop, place + MAX_SENTENCE)], place - near):
        return True
    opening = words[start : min(stop, start + MAX_CUE)]
    return may_be_label(opening) and _has_label(opening, outline, block)


def _has_label(words: str, outline: Outline, block: int) -> bool:
    """Whether a block is a label, or a label and links: "Related: ...", "Filed under ..."."""
    label, colon, _ = words.partition(":")
    if colon and is_label(label):
        return True
    first = outline.links[bisect_right(outline.links, block)]
    n_label = outline.before[first] - outline.before[block]
    beside = outline.text[block] - outline.link_text[block]
    if beside - n_label >= FEW_WORDS:
        return False
    return is_label(words[:n_label]) or (len(words) == outline.text[block] and is_label(words))


def _stands_alone(outline: Outline, link: int, block: int) -> bool:
    """Whether a link is nearly all of its block: a pointer, not a part of a text."""
    text, n_links = outline.text[block], outline.n_links[block]
    beside = text - outline.link_text[block]
    if n_links > 1:
        return beside < WORDS_PER_LINK * n_links
    return outline.text[link] >= HEADLINE and (beside < FEW_WORDS or beside < (1 - ALONE) * text)
