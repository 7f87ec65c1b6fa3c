"""Bytes -> tree -> outline: one walk that measures everything placement and links need.

What a person reads becomes one string, ``words``: white space collapsed, a line break wherever the
block changes. All text lengths of the outline are lengths in it, so a link's words and the words
around it are slices. Inline elements (em, code, span inside pre ...) are transparent: their text
belongs to the element around them. Contents of script, style, template, noscript, svg and select
count nothing: a browser with scripts on does not show noscript, and nobody follows what it holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from linkshed.extract.outline import Outline

MAX_ELEMENTS = 400_000
"""Elements looked at on one page; what follows them is counted as refused."""

MAX_DEPTH = 4_000
"""Elements inside one another; parsing takes time that grows with the square of it."""

INLINE = frozenset(
    "abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd mark q rp "
    "rt ruby s samp small strike strong sub sup time tt u var wbr center picture source".split()
)
SILENT = frozenset("script style template noscript svg math select textarea object".split())
BLOCKS = frozenset(
    "address article aside blockquote body caption dd details dialog div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main nav "
    "ol p pre section summary table tbody td tfoot th thead tr ul option button".split()
)
NOTED = frozenset(["title", "meta", "link", "base"])
FRAMES = frozenset(("iframe", "frame", "form"))
NAMING = ("id", "class", "role")
_SAYING = frozenset((*NAMING, "hidden", "style", "onclick"))
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dt dd tr "
    "td th option thead tbody tfoot".split()
)
_LEADS_ON = re.compile(r"\blocation\b|\bwindow\.open\b")
_HIDING = ("display:none", "visibility:hidden")

# What the walk does with a node. Up to TIME text inside belongs to the element around the node;
# from PLAIN on the node is an element of the outline.
_TEXT, _THROUGH, _IMAGE, _BREAK, _TIME, _SILENT, _PLAIN, _TOP, _HEADING, _LINK, _FRAME = range(11)
_KINDS = (
    dict.fromkeys(INLINE, _THROUGH)
    | dict.fromkeys(("-comment", "-doctype"), _THROUGH)
    | dict.fromkeys((*SILENT, *NOTED, "head", "html"), _SILENT)
    | dict.fromkeys((*BLOCKS, "span", "label"), _PLAIN)
    | dict.fromkeys(("body", "frameset"), _TOP)
    | dict.fromkeys(("a", "area"), _LINK)
    | dict.fromkeys(FRAMES, _FRAME)
    | {"-text": _TEXT, "img": _IMAGE, "br": _BREAK, "time": _TIME, "h1": _HEADING}
)
_KNOWN: dict[int, tuple[str, int, bool]] = {}
"""Name, kind, and whether it is a block, of the tags of _KINDS met so far, by the parser's number.
A number takes a fraction of the time a name takes to read."""
_FIXED_NUMBERS = 256
"""From here on the parser numbers names for one document only."""


@dataclass(slots=True)
class Anchor:
    """A place that can lead elsewhere: its element in the outline, and what it says of itself."""

    element: int
    tag: str
    attributes: dict[str, str | None]
    n_images: int = 0
    alt: str | None = None


@dataclass(slots=True)
class Document:
    """A parsed page. ``n_words`` counts ``words`` between white space; ``noted`` holds (tag,
    attributes, text) of what the head says, wherever it stands; ``anchors`` are a, area, frames and
    forms in document order; ``ids`` the id of elements that have one; ``pointless`` are anchors
    without an address, and ``scripted`` other elements whose script leads to another page;
    ``source`` is the text it was read from.
    """

    outline: Outline = field(default_factory=Outline)
    words: str = ""
    n_words: int = 0
    anchors: list[Anchor] = field(default_factory=list)
    noted: list[tuple[str, dict[str, str | None], str]] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    ids: dict[int, str] = field(default_factory=dict)
    language: str | None = None
    pointless: list[Anchor] = field(default_factory=list)
    scripted: list[Anchor] = field(default_factory=list)
    source: str = ""
    is_cut: bool = False


def read(text: str) -> Document:
    """The document of a page's text. Never fails; MAX_ELEMENTS and MAX_DEPTH bound the work."""
    document = Document()
    n_tags = text.count("<")
    if n_tags > MAX_DEPTH and n_tags - 2 * text.count("</") > MAX_DEPTH:
        text, document.is_cut = _without_depths(text)
    document.source = text
    tree = LexborHTMLParser(text)
    if tree.root is not None:
        _walk(tree.root, document)
        document.outline.sum_up()
    return document


def _without_depths(text: str) -> tuple[str, bool]:
    """The text up to where too many elements are open at once, and whether anything was cut."""
    depth = 0
    for match in _TAG.finditer(text):
        if match[1]:
            depth -= depth > 0
        elif match[2].lower() not in _VOID:
            depth += 1
            if depth > MAX_DEPTH:
                return text[: match.start()], True
    return text, False


def _walk(root: Any, document: Document) -> None:
    """Fill the document; written for speed, at a fifth of all time spent on a page."""
    outline, anchors, noted = document.outline, document.anchors, document.noted
    tags, parents, names, hidden = outline.tag, outline.parent, outline.names, outline.hidden
    own_text, before, links = outline.own_text, outline.before, outline.links
    pieces: list[str] = []
    position, n_words, last_block, ends_in_space = 0, 0, -1, True
    node, parent, block, link = root, -1, -1, -1
    waiting: list[tuple[Any, int, int, int]] = []
    while node is not None:
        tag, kind, is_block = _KNOWN.get(node.tag_id) or _named(node)
        child = None
        if kind == _TEXT:
            if parent >= 0 and (raw := node.text_content):
                parts = raw.split()
                if parts:
                    n_words += len(parts)
                    words = " ".join(parts)
                    length = len(words)
                    is_bare = length == len(raw)
                    if block != last_block:
                        pieces.append("\n")
                        length += 1
                        last_block = block
                    elif not ends_in_space:
                        if is_bare or not raw[0].isspace():
                            n_words -= 1
                        else:
                            pieces.append(" ")
                            length += 1
                    pieces.append(words)
                    ends_in_space = not is_bare and raw[-1].isspace()
                    if ends_in_space:
                        pieces.append(" ")
                        length += 1
                    position += length
                    own_text[parent] += length
                elif block == last_block and not ends_in_space:
                    pieces.append(" ")
                    position += 1
                    own_text[parent] += 1
                    ends_in_space = True
        elif kind >= _PLAIN and (parent >= 0 or kind == _TOP):
            child = node.first_child
            inner = len(tags)
            if inner >= MAX_ELEMENTS:
                document.is_cut = True
                break
            inner_block = inner if is_block or parent < 0 else block
            inner_link = link
            attributes = node.attributes
            is_hidden = parent >= 0 and hidden[parent]
            tags.append(tag)
            parents.append(parent)
            own_text.append(0)
            before.append(position)
            if _SAYING.isdisjoint(attributes):
                names.append("")
            elif "class" in attributes and len(attributes) == 1:
                names.append((attributes["class"] or "").lower())
            else:
                names.append(_names(attributes))
                _note_said(document, inner, tag, kind, attributes)
                is_hidden = is_hidden or _is_hidden(attributes)
            hidden.append(is_hidden)
            if kind == _LINK and attributes.get("href") is not None:
                links.append(inner)
                if tag == "a":
                    inner_link = len(anchors)
                anchors.append(Anchor(inner, tag, attributes))
            elif kind > _TOP:
                _note_special(document, node, inner, tag, attributes)
        elif kind <= _TIME:
            child = node.first_child
            inner, inner_block, inner_link = parent, block, link
            if kind == _IMAGE and link >= 0:
                _note_image(anchors[link], node)
            elif kind == _BREAK and parent >= 0 and not ends_in_space:
                pieces.append(" ")
                position += 1
                own_text[parent] += 1
                ends_in_space = True
            elif kind == _TIME and parent >= 0:
                noted.append((tag, node.attributes, _text(node)))
        else:
            child = node.first_child
            inner = inner_block = inner_link = -1
            _note_silent(document, node, tag)
        following = node.next
        if child is not None:
            if following is not None:
                waiting.append((following, parent, block, link))
            node, parent, block, link = child, inner, inner_block, inner_link
        elif following is None and waiting:
            node, parent, block, link = waiting.pop()
        else:
            node = following
    document.words = "".join(pieces)
    document.n_words = n_words


def _named(node: Any) -> tuple[str, int, bool]:
    tag = node.tag
    if tag is None:
        return "", _THROUGH, False
    known = tag, _KINDS.get(tag, _PLAIN), tag in BLOCKS
    if tag in _KINDS and node.tag_id < _FIXED_NUMBERS:
        _KNOWN[node.tag_id] = known
    return known


def _note_special(
    document: Document, node: Any, element: int, tag: str, attributes: dict[str, str | None]
) -> None:
    """Note a frame, a form, a first heading, or an anchor without href."""
    if tag in FRAMES:
        document.anchors.append(Anchor(element, tag, attributes))
    elif tag == "h1":
        document.noted.append((tag, attributes, _text(node)))
    elif "onclick" in attributes or not ("name" in attributes or "id" in attributes):
        document.pointless.append(Anchor(element, tag, attributes))


def _note_said(
    document: Document, element: int, tag: str, kind: int, attributes: dict[str, str | None]
) -> None:
    """Note the id of an element, and where its script leads readers on."""
    if "id" in attributes:
        document.ids[element] = attributes["id"] or ""
    if kind not in (_LINK, _FRAME) and _LEADS_ON.search(attributes.get("onclick") or ""):
        document.scripted.append(Anchor(element, tag, attributes))


def _note_silent(document: Document, node: Any, tag: str) -> None:
    if tag == "script":
        _note_script(document, node)
    elif tag == "html":
        document.language = node.attributes.get("lang") or node.attributes.get("xml:lang")
    elif tag in NOTED or tag == "h1":
        document.noted.append((tag, node.attributes, _text(node)))


def _text(node: Any) -> str:
    return " ".join(node.text(deep=True).split()) if node.first_child is not None else ""


def _note_image(anchor: Anchor, node: Any) -> None:
    alt = node.attributes.get("alt")
    anchor.n_images += 1
    if alt and alt.strip():
        words = " ".join(alt.split())
        anchor.alt = f"{anchor.alt} {words}" if anchor.alt else words


def _note_script(document: Document, node: Any) -> None:
    if (node.attributes.get("type") or "").strip().lower() == "application/ld+json":
        document.scripts.append(node.text(deep=True))


def _names(attributes: dict[str, str | None]) -> str:
    return " ".join(filter(None, map(attributes.get, NAMING))).lower()


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    if not style:
        return False
    compact = style.replace(" ", "").lower()
    return any(words in compact for words in _HIDING)
