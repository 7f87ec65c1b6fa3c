"""Rows as a table for people."""

from __future__ import annotations

import shutil
import sys
from io import StringIO
from typing import Any

from linkshed.api import Result
from linkshed.schema import Column

MIN_WIDTH = 60
MIN_TEXT = 20
MISSING = "–"
_SHOWN = {code: chr(0x2400 + code) for code in range(32)} | {127: "\u2421"}
_SHOWN |= dict.fromkeys((*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "�")
_SHOWN |= dict.fromkeys((*range(0xE0000, 0xE0080), *range(0xE0100, 0xE01F0)), "�")


def show(result: Result) -> str:
    """The result as a table as wide as the terminal, with its count on top.

    On a terminal too narrow for the columns, each row is written as lines of ``name: value``.
    """
    from rich.console import Console
    from rich.table import Table

    width = max(shutil.get_terminal_size((120, 40)).columns, MIN_WIDTH)
    out = StringIO()
    console = Console(
        file=out, width=width, no_color=True, highlight=False, markup=False, emoji=False,
        force_terminal=sys.stdout.isatty(),
    )  # fmt: skip
    console.print(headline(result))
    rows = result.to_dicts()
    texts = [[cell(row[c.name], c) for c in result.columns] for row in rows]
    if not rows:
        return _with_remarks(out.getvalue(), result)
    if _needed(result.columns, texts) > width:
        console.print(_stacked(result.columns, texts))
        return _with_remarks(out.getvalue(), result)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in result.columns:
        is_number = column.type not in ("string", "time", "bool", "list")
        table.add_column(
            "\n".join(_title(column).split()) if column.type != "string" else _title(column),
            justify="right" if is_number else "left",
            overflow="fold",
            no_wrap=column.type != "string",
            vertical="top",
        )
    for line in texts:
        table.add_row(*line)
    console.print(table)
    return _with_remarks(out.getvalue(), result)


def _with_remarks(text: str, result: Result) -> str:
    return text + "".join(f"{plain(remark)}\n" for remark in result.remarks)


def headline(result: Result) -> str:
    """Exact counts: rows, what they are of, and how many are shown."""
    parts = [counted(result.total, result.unit)]
    named = [counted(n, name) for name, n in result.notes.items() if name != result.unit]
    if "links" in result.notes and result.unit == "links":
        whole = result.notes["links"]
        if whole != result.total:
            parts = [f"{counted(result.total, 'rows')} of {counted(whole, 'links')}"]
    shown = f"; {len(result):,} shown (--limit all)" if len(result) < result.total else ""
    return f"{result.report} of {plain(result.scope)}: {', '.join(parts + named)}{shown}"


def counted(n: int, things: str) -> str:
    """A count with the name of what is counted; ``things`` is its plural, the noun last or before
    " to".
    """
    noun, to, rest = things.partition(" to ")
    if n == 1:
        noun = noun.removesuffix("es" if noun.endswith("sses") else "s")
    return f"{n:,} {noun}{to}{rest}"


def plain(text: str) -> str:
    """A stranger's text without power over the terminal."""
    return text.translate(_SHOWN)


def cell(value: Any, column: Column) -> str:
    """A value as people read it."""
    if value is None:
        return MISSING
    if column.type == "bool":
        return "yes" if value else "no"
    if column.type == "time":
        return str(value.strftime("%Y-%m-%d"))
    if column.type in ("f32", "f64"):
        return number(value, column)
    if column.type == "list":
        return plain("; ".join(map(str, value)))
    return f"{value:,}" if isinstance(value, int) and column.name != "status" else plain(str(value))


def number(value: float, column: Column) -> str:
    """Ratings with one decimal, shares in percent, whole numbers whole, others in four digits."""
    if "rating" in column.name:
        return f"{value:.1f}"
    if column.name == "share":
        return f"{value:.1%}"
    return f"{value:,.0f}" if value == int(value) and abs(value) < 1e15 else f"{value:,.4g}"


def _title(column: Column) -> str:
    return column.name.replace("_", " ")


def _needed(columns: tuple[Column, ...], texts: list[list[str]]) -> int:
    """The least width at which the table is still readable."""
    total = 0
    for at, column in enumerate(columns):
        longest = max([*(len(line[at]) for line in texts), *map(len, _title(column).split())])
        total += min(longest, MIN_TEXT) if column.type in ("string", "list") else longest
        total += 2
    return total


def _stacked(columns: tuple[Column, ...], texts: list[list[str]]) -> str:
    blocks = []
    for line in texts:
        pairs = zip(columns, line, strict=True)
        blocks.append("\n".join(f"{_title(c)}: {text}" for c, text in pairs if text != MISSING))
    return "\n\n".join(blocks)
