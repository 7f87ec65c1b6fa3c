"""The marked-up texts of the sites -> HTML.

Paragraphs are parted by blank lines; lines that start with ``- `` are a list, with ``## `` a
heading. ``[words](address rel)`` is a link, ``![alt](address)`` a link that shows only a picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)([^)]*)\)")


def inline(text: str) -> str:
    """One line of text, its links included."""
    return _LINK.sub(_link, escape(text, quote=False))


def blocks(text: str) -> str:
    """Paragraphs, lists and headings."""
    return "\n".join(_block(block.strip()) for block in text.split("\n\n") if block.strip())


def link_list(links: Iterable[str], names: str = "") -> str:
    """An unordered list of marked-up items."""
    attribute = f' class="{names}"' if names else ""
    return f"<ul{attribute}>" + "".join(f"<li>{inline(link)}</li>" for link in links) + "</ul>"


def plain(text: str, length: int = 150) -> str:
    """The first words of a text without its links, for descriptions and teasers."""
    words = _LINK.sub(lambda match: match[2], text.strip().split("\n\n")[0]).replace("\n", " ")
    return words if len(words) <= length else words[:length].rsplit(" ", 1)[0] + " ..."


def _link(match: re.Match[str]) -> str:
    picture, words, address, rel = match.groups()
    attribute = f' rel="{rel.strip()}"' if rel.strip() else ""
    shown = f'<img src="/pictures/cup.jpg" alt="{words}">' if picture else words
    return f'<a href="{address}"{attribute}>{shown}</a>'


def _block(block: str) -> str:
    if block.startswith("## "):
        return f"<h2>{inline(block[3:])}</h2>"
    if block.startswith("- "):
        return link_list(line[2:] for line in block.splitlines())
    return f"<p>{inline(block)}</p>"
