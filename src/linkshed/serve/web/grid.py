"""The rows of a table as HTML: the function that writes the cells of a column is chosen once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from markupsafe import Markup

from linkshed import api
from linkshed.schema import Column
from linkshed.serve.web import drills, tries
from linkshed.serve.web.cells import BADGES, decimals_of, kinds_of
from linkshed.serve.web.choices import Boxes
from linkshed.serve.web.marks import badge, page_links, words
from linkshed.serve.web.target import Target
from linkshed.serve.web.view import View
from linkshed.serve.web.words import MISSING, beginning, ending, label, shown, writer

Row = dict[str, Any]
Cell = Callable[[Row], str]
WORDS = 160
"""Characters of a stranger's words that a cell shows at once."""
_OPENING = tuple("([{<“‘«/")
"""Signs that no space follows, but one goes before."""
_RELS = ("nofollow", "ugc", "sponsored")


@dataclass(frozen=True)
class Grid:
    """``lines`` are the rows; ``has_tries`` tells that their last cell leads to the workbench,
    ``has_boxes`` that their first one holds the box of a watch list.
    """

    columns: list[Column]
    kinds: dict[str, str]
    lines: list[str]
    has_tries: bool
    has_boxes: bool = False

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def body(self) -> Markup:
        """All rows."""
        return Markup("".join(self.lines))

    def first(self, n: int) -> Grid:
        """The same with the first rows only."""
        return replace(self, lines=self.lines[:n])


def drawn(view: View, columns: list[Column], rows: list[Row], boxes: Boxes | None = None) -> Grid:
    """The rows of a view, with boxes if they shall have some. A row may hold more than the columns:
    what their cells are made of.
    """
    kinds, decimals = kinds_of(columns, rows), decimals_of(columns, rows)
    cells = [_marked(view, column, kinds[column.name], decimals.get(column.name), not at)
             for at, column in enumerate(columns)]  # fmt: skip
    if boxes is not None:
        cells[0] = boxes.before(cells[0])
    tried = [tries.address_of(view.report.name, row, view.target) for row in rows]
    has_tries = any(tried)
    lines = []
    for row, address in zip(rows, tried, strict=True):
        line = "".join([cell(row) for cell in cells])
        lines.append(f"<tr>{line}{_try(address) if has_tries else ''}")
    return Grid(columns, kinds, lines, has_tries, boxes is not None and boxes.n > 0)


def _try(address: str | None) -> str:
    link = f'<a class="button small" href="{escape(address)}">Try this</a>' if address else ""
    return f"<td class=try>{link}"


def _marked(view: View, column: Column, kind: str, n_decimals: int | None, is_head: bool) -> Cell:
    name, write = column.name, _writer(view, column, kind, n_decimals)
    start = f"<{'th scope=row' if is_head else 'td'} class={kind}>"
    null = f"{start}<span class=null>{MISSING}</span>"
    return lambda row: null if row[name] is None else start + write(row)


def _writer(view: View, column: Column, kind: str, n_decimals: int | None) -> Cell:
    name = column.name
    if kind == "url":
        title, target = f"{name[:-3]}title", view.target
        return lambda row: page_links(target, row[name], row.get(title))
    if kind == "number":
        return _number(view, column, n_decimals)
    if kind == "anchor":
        return _anchor
    if known := _KNOWN.get(kind):
        return lambda row: known(row[name], view.target)
    write = writer(column)
    return lambda row: words(write(row[name]), WORDS)


def _number(view: View, column: Column, n_decimals: int | None) -> Cell:
    name, write = column.name, writer(column, n_decimals)
    leading = drills.leading(view, name)
    if leading is None:
        return lambda row: escape(write(row[name]))

    def led(row: Row) -> str:
        text, address = escape(write(row[name])), leading(row)
        return f'<a class=drill href="{escape(address)}">{text}</a>' if address else text

    return led


def _domain(value: str, target: Target) -> str:
    address = target.address("/overview", scope=value, mode="domain")
    return f'<a href="{escape(address)}"><bdi>{escape(shown(value))}</bdi></a>'


def _placement(value: str, _: Target) -> str:
    return f'<span class="badge{" accent" if value == "content" else ""}">{label(value)}</span>'


def _severity(value: str, _: Target) -> str:
    return badge(value, BADGES.get(value, ""))


def _report(value: str, target: Target) -> str:
    address = escape(target.address(f"/reports/{value}"))
    return f'<a href="{address}">{escape(api.REPORTS.load(value).REPORT.heading)}</a>'


def _flag(value: bool, _: Target) -> str:
    return "yes" if value else "<span class=quiet>no</span>"


_KNOWN: dict[str, Callable[[Any, Target], str]] = {
    "domain": _domain, "placement": _placement, "severity": _severity, "report": _report,
    "flag": _flag,
}  # fmt: skip


def _anchor(row: Row) -> str:
    """An anchor with the words around it, and badges of what else there is to say."""
    left, anchor, right = row.get("context_left"), row.get("anchor"), row.get("context_right")
    before = f"<bdi class=around>{escape(ending(shown(left)))}</bdi>" if left else ""
    before += " " if left and left[-1:] not in _OPENING else ""
    own = f"<strong>{words(anchor, WORDS)}</strong>" if anchor else "<em class=quiet>no words</em>"
    after = f"<bdi class=around>{escape(beginning(shown(right)))}</bdi>" if right else ""
    apart = " " if right and (right[0].isalnum() or right[0] in _OPENING) else ""
    return f"{before}{own}{apart}{after}{_badges(row)}"


def _badges(row: Row) -> str:
    found = [badge(rel, "warn") for rel in _RELS if row.get(f"is_{rel}")]
    found += [badge(row["kind"])] if row.get("kind") in ("image", "area") else []
    return f"<span class=badges>{''.join(found)}</span>" if found else ""
