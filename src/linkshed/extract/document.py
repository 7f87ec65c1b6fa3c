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
NOTED = frozenset(["title", "meta", "link", "base", "h1", "time"])
FRAMES = frozenset(("iframe", "frame", "form"))
NAMING = ("id", "class", "role")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dt dd tr "
    "td th option thead tbody tfoot".split()
)
_HIDING = ("display:none", "visibility:hidden")


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
    """A parsed page. ``noted`` holds (tag, attributes, text) of what the head says, wherever it
    stands; ``anchors`` are a, area, frames and forms in document order; ``ids`` the id of elements
    that have one.
    """

    outline: Outline = field(default_factory=Outline)
    words: str = ""
    anchors: list[Anchor] = field(default_factory=list)
    noted: list[tuple[str, dict[str, str | None], str]] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    ids: dict[int, str] = field(default_factory=dict)
    language: str | None = None
    n_empty_anchors: int = 0
    is_cut: bool = False


def read(text: str) -> Document:
    """The document of a page's text. Never fails; MAX_ELEMENTS and MAX_DEPTH bound the work."""
    document = Document()
    if text.count("<") - 2 * text.count("</") > MAX_DEPTH:
        text, document.is_cut = _without_depths(text)
    tree = LexborHTMLParser(text)
    if tree.root is not None:
        _walk(tree.root, document)
        _sum_up(document.outline)
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
    outline, anchors, noted = document.outline, document.anchors, document.noted
    tags, parents, names = outline.tag, outline.parent, outline.names
    own_text, before, hidden, links = (outline.own_text, outline.before, outline.hidden,
                                       outline.links)  # fmt: skip
    ids = document.ids
    pieces: list[str] = []
    position = 0
    index: dict[int, int] = {}
    block: list[int] = []
    link_of: list[int] = []
    last_block, ends_in_space = -1, True
    for node in root.traverse(include_text=True):
        tag = node.tag
        parent_node = node.parent
        parent = index.get(parent_node.mem_id, -1) if parent_node is not None else -1
        if tag == "-text":
            if parent < 0:
                continue
            raw = node.text_content
            words = " ".join(raw.split()) if raw else ""
            here = block[parent]
            if not words:
                if raw and here == last_block and not ends_in_space:
                    pieces.append(" ")
                    position += 1
                    ends_in_space = True
                continue
            if here != last_block:
                words = "\n" + words
                last_block = here
            elif not ends_in_space and raw[0].isspace():
                words = " " + words
            if ends_in_space := raw[-1].isspace():
                words += " "
            pieces.append(words)
            position += len(words)
            own_text[parent] += len(words)
        elif tag is None or tag in INLINE or tag[0] in "-!":
            if parent >= 0:
                index[node.mem_id] = parent
                if tag == "img" and link_of[parent] >= 0:
                    _note_image(anchors[link_of[parent]], node)
                elif tag == "br" and not ends_in_space:
                    pieces.append(" ")
                    position += 1
                    ends_in_space = True
                elif tag == "time":
                    noted.append((tag, node.attributes, _text(node)))
        elif tag in SILENT:
            if tag == "script":
                _note_script(document, node)
        elif tag in NOTED and (parent < 0 or tag != "h1"):
            noted.append((tag, node.attributes, _text(node)))
        elif tag == "head" or (parent < 0 and tag not in ("body", "html", "frameset")):
            continue
        elif tag == "html":
            document.language = node.attributes.get("lang") or node.attributes.get("xml:lang")
        else:
            number = len(tags)
            if number >= MAX_ELEMENTS:
                document.is_cut = True
                break
            attributes = node.attributes
            index[node.mem_id] = number
            tags.append(tag)
            parents.append(parent)
            own_text.append(0)
            before.append(position)
            names.append(_names(attributes) if attributes else "")
            if "id" in attributes:
                ids[number] = attributes["id"] or ""
            if parent < 0:
                hidden.append(False)
                block.append(number)
                link_of.append(-1)
            else:
                hidden.append(hidden[parent] or (bool(attributes) and _is_hidden(attributes)))
                block.append(number if tag in BLOCKS else block[parent])
                link_of.append(link_of[parent])
            if tag in ("a", "area"):
                if attributes.get("href") is not None:
                    links.append(number)
                    if tag == "a":
                        link_of[number] = len(anchors)
                    anchors.append(Anchor(number, tag, attributes))
                elif not ("name" in attributes or "id" in attributes):
                    document.n_empty_anchors += 1
            elif tag in FRAMES:
                anchors.append(Anchor(number, tag, attributes))
            elif tag == "h1":
                noted.append((tag, attributes, _text(node)))
    document.words = "".join(pieces)


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
    if len(attributes) == 1 and "class" in attributes:
        return (attributes["class"] or "").lower()
    found = [value for name in NAMING if (value := attributes.get(name))]
    return " ".join(found).lower()


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    if not style:
        return False
    compact = style.replace(" ", "").lower()
    return any(words in compact for words in _HIDING)


def _sum_up(outline: Outline) -> None:
    """Fill ``end``, ``text``, ``link_text`` and ``n_links`` from the leaves upwards."""
    n = len(outline.tag)
    parent = outline.parent
    end = outline.end = list(range(1, n + 1))
    text = outline.text = outline.own_text.copy()
    link_text = outline.link_text = [0] * n
    n_links = outline.n_links = [0] * n
    is_link = bytearray(n)
    for link in outline.links:
        is_link[link] = 1
    for i in range(n - 1, -1, -1):
        if is_link[i]:
            link_text[i] = text[i]
            n_links[i] += 1
        above = parent[i]
        if above >= 0:
            text[above] += text[i]
            link_text[above] += link_text[i]
            n_links[above] += n_links[i]
            if end[above] < end[i]:
                end[above] = end[i]
