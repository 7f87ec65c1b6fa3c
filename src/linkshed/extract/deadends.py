"""Places on a page that look like links and lead a crawler nowhere, and why."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from linkshed.extract.document import Anchor, Document
from linkshed.schema import DEAD_END_ROW, DeadEnd, Placement, Reason

MAX_DEAD_ENDS = 100
"""Kept of one page; the others are only counted."""
MAX_HREF_CHARACTERS = 200
COLUMNS = tuple(column.name for column in DEAD_END_ROW if column.name not in
                ("source_url", "seen_at"))  # fmt: skip

_REASONS: dict[str, DeadEnd] = {
    Reason.SCRIPT: DeadEnd.SCRIPT,
    Reason.NO_HREF: DeadEnd.NO_HREF,
    Reason.BAD_SCHEME: DeadEnd.SCHEME,
    Reason.BAD_URL: DeadEnd.MALFORMED,
    Reason.BAD_HOST: DeadEnd.MALFORMED,
    Reason.URL_TOO_LONG: DeadEnd.TOO_LONG,
}
_CALLING = re.compile(
    r"\s*(?:mailto|tel|sms|smsto|callto|skype|sip|sips|xmpp|geo|maps|whatsapp|tg|viber|fb-messenger"
    r"|line|weixin|signal|msteams|zoommtg|facetime|intent|market|itms(?:-apps)?|webcal|magnet"
    r"|bitcoin|steam|spotify|slack|vscode|web\+\w+)\s*:",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"""[\s"'](?:id|name)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.IGNORECASE
)
_TOP = ("", "top")


class DeadEnds:
    """The dead ends of one page, as rows of COLUMNS."""

    def __init__(self, document: Document, path_of: Callable[[int], str]) -> None:
        self.document = document
        self.rows: list[tuple[Any, ...]] = []
        self._path_of = path_of

    def refused(self, anchor: Anchor, reason: str, href: str, words: str, placement: Placement
                ) -> None:  # fmt: skip
        """Note an anchor whose address was refused, unless it is one that readers can use."""
        found = _REASONS.get(reason)
        if found is DeadEnd.SCHEME and _CALLING.match(href):
            return
        if reason == Reason.SELF_FRAGMENT:
            found = self._fragment(anchor, href)
        elif found is DeadEnd.NO_HREF and _by_script(anchor):
            found = DeadEnd.ONCLICK
        if found is not None and not _is_button(anchor):
            self._add(anchor, found, href, words, placement)

    def by_script(self, anchor: Anchor, words: str) -> None:
        """Note an element other than a link whose script leads to another page."""
        href = " ".join((anchor.attributes.get("onclick") or "").split())
        self._add(anchor, DeadEnd.ONCLICK, href, words, Placement.UNKNOWN)

    def columns(self) -> dict[str, list[Any]]:
        """The rows by column."""
        if not self.rows:
            return {name: [] for name in COLUMNS}
        return dict(zip(COLUMNS, map(list, zip(*self.rows, strict=True)), strict=True))

    def _add(self, anchor: Anchor, reason: DeadEnd, href: str, words: str, placement: Placement
             ) -> None:  # fmt: skip
        if len(self.rows) < MAX_DEAD_ENDS:
            written = href[:MAX_HREF_CHARACTERS] or None
            path = self._path_of(anchor.element)
            self.rows.append((reason, written, words, placement, path))

    def _fragment(self, anchor: Anchor, href: str) -> DeadEnd | None:
        """Why a fragment leads nowhere; None where it names a place on the page."""
        name = href[1:].partition(":~:")[0]
        if name.lower() in _TOP:
            return DeadEnd.ONCLICK if _by_script(anchor) else None
        if name in self._ids or name in self._names or unquote(name) in self._names:
            return None
        return DeadEnd.FRAGMENT

    @cached_property
    def _ids(self) -> set[str]:
        return set(self.document.ids.values())

    @cached_property
    def _names(self) -> set[str]:
        """Every id and name in the page, also of elements the outline leaves out."""
        found = _NAMED.findall(self.document.source)
        return {one or two or three for one, two, three in found}


def _by_script(anchor: Anchor) -> bool:
    return bool((anchor.attributes.get("onclick") or "").strip())


def _is_button(anchor: Anchor) -> bool:
    """Whether it says that it is a control of the page, such as a menu that opens."""
    attributes = anchor.attributes
    return (attributes.get("role") or "").strip().lower() in ("button", "tab", "menuitem") or any(
        name in attributes for name in ("aria-expanded", "aria-haspopup", "aria-controls")
    )
