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

    def sum_up(self) -> None:
        """Fill ``end``, ``text``, ``link_text`` and ``n_links`` from the leaves upwards."""
        n, parent = len(self.tag), self.parent
        end = self.end = list(range(1, n + 1))
        text = self.text = self.own_text.copy()
        link_text = self.link_text = [0] * n
        n_links = self.n_links = [0] * n
        for link in self.links:
            n_links[link] = 1
        is_link = bytes(n_links)
        for i in range(n - 1, -1, -1):
            above = parent[i]
            if is_link[i]:
                link_text[i] = text[i]
            if above >= 0:
                text[above] += text[i]
                if n_links[i]:
                    link_text[above] += link_text[i]
                    n_links[above] += n_links[i]
                if end[above] < end[i]:
                    end[above] = end[i]
