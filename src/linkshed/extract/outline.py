"""The outline of a document: its body's elements in document order, as flat lists.

One walk over the tree fills it; placement and main content are judged on it without touching the
tree again. Element ``i``'s subtree is the half-open range ``[i, end[i])``. Texts are measured in
characters after white space is collapsed; script, style, template and noscript count nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Outline:
    """Flat lists, one entry per element, in document order (pre-order).

    ``names`` is lower-case ``id``, ``class`` and ``role`` joined by spaces, empty when the element
    has none of them. ``text`` and ``link_text`` count the characters of the whole subtree, and of
    the links inside it; ``own_text`` only the text nodes directly below the element. ``n_links``
    counts ``a[href]`` and ``area[href]`` in the subtree. ``hidden``
    is true when the element or an ancestor is hidden by attribute or inline style.
    ``before`` is the number of characters of text before the element. ``links`` lists the elements
    that are links.
    """

    tag: list[str] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    own_text: list[int] = field(default_factory=list)
    text: list[int] = field(default_factory=list)
    link_text: list[int] = field(default_factory=list)
    n_links: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    hidden: list[bool] = field(default_factory=list)
    links: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.tag)
