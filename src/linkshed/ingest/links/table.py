"""Rows of cells -> columns of a Batch, column by column.

Each distinct cell of a block is converted once; a row with a cell that cannot be converted is
refused, with the first such cell as the reason.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import compress
from operator import or_
from typing import Any

from linkshed.errors import UrlError
from linkshed.extract.anchors import anchor_kind
from linkshed.ingest.links import cells as cell
from linkshed.ingest.links import parquet
from linkshed.ingest.links.layout import Layout
from linkshed.ingest.reader import Batch
from linkshed.schema import AnchorKind, LinkKind, Placement, Reason, Rel

_PARSERS: dict[str, Callable[[str], Any]] = {
    "source_url": cell.url,
    "target_url": cell.url,
    "anchor": cell.words,
    "rel": cell.rel,
    "nofollow": cell.flag,
    "ugc": cell.flag,
    "sponsored": cell.flag,
    "dofollow": cell.is_followed,
    "kind": cell.kind,
    "placement": cell.placement,
    "is_content": cell.flag,
    "context_left": cell.words,
    "context_right": cell.words,
    "alt": cell.words,
    "path": cell.words,
    "position": cell.share,
    "n_block": cell.small_number,
    "ordinal": cell.number,
    "first_seen": cell.time,
    "last_seen": cell.time,
    "status": cell.status,
    "title": cell.words,
}
_OR_NULL = ("context_left", "context_right", "alt", "path", "title")
_PLAIN = ("position", "n_block", "first_seen", "last_seen", "context_left", "context_right", "path")

Values = dict[str, list[Any]]


def add_text(batch: Batch, input_name: str, layout: Layout, line: int, block: bytes) -> None:
    """Add a block of CSV records whose first one stands in line ``line``."""
    text, is_whole = _decoded(block, layout)
    rows = [row for row in _csv(text, layout) if row]
    wrong: dict[int, tuple[str, str]] = {}
    if set(map(len, rows)) != {len(layout.header)}:
        wrong |= _ragged(rows, len(layout.header))
    if not is_whole:
        wrong |= _undecodable(rows)
    batch.n_records += len(rows)
    lines = _lines(text, layout, line) if wrong else []
    for index, (reason, value) in wrong.items():
        batch.refuse("record", reason, input_name, f"line {lines[index]}", value)
    kept = [index for index in range(len(rows)) if index not in wrong]
    rows = [rows[index] for index in kept] if wrong else rows
    if not rows:
        return
    columns = list(zip(*rows, strict=True))
    texts = {name: columns[index] for name, index in layout.places.items()}

    def locate(index: int) -> str:
        lines[:] = lines or _lines(text, layout, line)
        return f"line {lines[kept[index]]}"

    _add(batch, input_name, texts, len(rows), locate)


def add_parquet(batch: Batch, input_name: str, layout: Layout, row: int, block: bytes) -> None:
    """Add a block of Parquet rows; the first one is row ``row``."""
    texts = parquet.cells(block, layout)
    n_rows = len(texts["source_url"])
    batch.n_records += n_rows
    if n_rows:
        _add(batch, input_name, texts, n_rows, lambda index: f"row {row + index}")


def _decoded(block: bytes, layout: Layout) -> tuple[str, bool]:
    if layout.encoding == "cp1252":
        return block.decode("cp1252", "replace"), True
    try:
        return block.decode(), True
    except UnicodeDecodeError:
        return block.decode(errors="surrogateescape"), False


def _csv(text: str, layout: Layout) -> Any:
    csv.field_size_limit(1 << 31)
    return csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter)


def _lines(text: str, layout: Layout, line: int) -> list[int]:
    """The first line of each record that is not blank."""
    starts = []
    reader = _csv(text, layout)
    before = 0
    for row in reader:
        if row:
            starts.append(line + before)
        before = reader.line_num
    return starts


def _ragged(rows: Sequence[Sequence[str]], n_columns: int) -> dict[int, tuple[str, str]]:
    return {
        index: (Reason.BAD_ROW, f"{len(row)} cells, not {n_columns}: {','.join(row)}")
        for index, row in enumerate(rows)
        if len(row) != n_columns
    }


def _undecodable(rows: Sequence[Sequence[str]]) -> dict[int, tuple[str, str]]:
    wrong = {}
    for index, row in enumerate(rows):
        text = ",".join(row)
        shown = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        if shown != text:
            wrong[index] = (str(Reason.BAD_VALUE), f"not UTF-8: {shown}")
    return wrong


def _add(
    batch: Batch,
    input_name: str,
    texts: dict[str, Any],
    n_rows: int,
    locate: Callable[[int], str],
) -> None:
    wrong: dict[int, tuple[str, str]] = {}
    values = {name: _converted(name, column, wrong) for name, column in texts.items()}
    if wrong:
        for index, (reason, value) in sorted(wrong.items()):
            batch.refuse("record", reason, input_name, locate(index), value)
        mask = [index not in wrong for index in range(n_rows)]
        values = {name: list(compress(column, mask)) for name, column in values.items()}
        n_rows -= len(wrong)
    for name, column in _links(values, n_rows).items():
        batch.links[name] += column
    batch.n_links += n_rows
    _add_pages(batch, values)


def _converted(name: str, column: Sequence[str], wrong: dict[int, tuple[str, str]]) -> list[Any]:
    """The values of a column; ``wrong`` gains the rows whose cell has none."""
    parse = _PARSERS[name]
    values: dict[str, Any] = {}
    failed: dict[str, tuple[str, str]] = {}
    for text in set(column):
        try:
            values[text] = parse(text)
        except UrlError as error:
            failed[text] = (error.reason, text)
        except (ValueError, OverflowError) as error:
            failed[text] = (str(Reason.BAD_VALUE), f"{name} {text[:100]!r}: {error}")
    if not failed:
        return [values[text] for text in column]
    for index, text in enumerate(column):
        if text in failed:
            wrong.setdefault(index, failed[text])
    return [values.get(text) for text in column]


def _links(values: Values, n_rows: int) -> Values:
    """All columns of the link rows."""
    absent: list[Any] = [None] * n_rows
    links = {name: values.get(name, absent) for name in _PLAIN}
    links |= {name: [text or None for text in links[name]] for name in _OR_NULL if name in links}
    links["source_url"], links["target_url"] = values["source_url"], values["target_url"]
    links["last_verified"] = links["is_scripted"] = absent
    links["kind"] = values.get("kind") or [int(LinkKind.TEXT)] * n_rows
    links["rel"] = _rel(values, n_rows)
    links["placement"] = _placement(values, n_rows)
    links["alt"] = [text or None for text in values.get("alt", absent)]
    links["anchor"] = _anchor(values, links["kind"], n_rows)
    links["anchor_kind"] = _anchor_kind(values, links["anchor"])
    links["ordinal"] = _ordinal(values)
    return links


def _rel(values: Values, n_rows: int) -> list[int]:
    bits = values.get("rel") or [0] * n_rows
    flags = {"nofollow": Rel.NOFOLLOW, "ugc": Rel.UGC, "sponsored": Rel.SPONSORED}
    for name, rel in flags.items():
        if name in values:
            bits = list(map(or_, bits, [int(rel) * is_set for is_set in values[name]]))
    if "dofollow" in values:
        not_followed = [int(Rel.NOFOLLOW) * (not is_set) for is_set in values["dofollow"]]
        bits = list(map(or_, bits, not_followed))
    return bits


def _placement(values: Values, n_rows: int) -> list[int]:
    places: list[int] = values.get("placement") or [int(Placement.UNKNOWN)] * n_rows
    if "is_content" not in values:
        return places
    content = int(Placement.CONTENT)
    flags = values["is_content"]
    return [place or content * is_set for place, is_set in zip(places, flags, strict=True)]


def _anchor(values: Values, kinds: Sequence[int], n_rows: int) -> list[str]:
    anchors: list[str] = values.get("anchor") or [""] * n_rows
    if "alt" not in values:
        return anchors
    image = int(LinkKind.IMAGE)
    each = zip(anchors, values["alt"], kinds, strict=True)
    return [anchor or (alt if kind == image else "") for anchor, alt, kind in each]


def _anchor_kind(values: Values, anchors: list[str]) -> list[int]:
    """Nobody looked at the words of a table without them: they count neither for nor against."""
    if "anchor" not in values:
        return [int(AnchorKind.DESCRIPTIVE)] * len(anchors)
    kinds = {words: int(anchor_kind(words)) for words in set(anchors)}
    return [kinds[words] for words in anchors]


def _ordinal(values: Values) -> list[int]:
    if "ordinal" in values:
        return [ordinal or 0 for ordinal in values["ordinal"]]
    sources, targets = values["source_url"], values["target_url"]
    if len(set(zip(sources, targets, strict=True))) == len(sources):
        return [0] * len(sources)
    seen: Counter[tuple[str, str]] = Counter()
    ordinals = []
    for pair in zip(sources, targets, strict=True):
        ordinals.append(seen[pair])
        seen[pair] += 1
    return ordinals


def _add_pages(batch: Batch, values: Values) -> None:
    """One page row per source of the block whose status is given.

    It has no time of reading: nobody read the whole page, so it must not outdate one who did.
    """
    if "status" not in values:
        return
    titles = values.get("title") or [None] * len(values["status"])
    done = set()
    for url, status, title in zip(values["source_url"], values["status"], titles, strict=True):
        if status is None or url in done:
            continue
        done.add(url)
        batch.add_page(
            {
                "url": url,
                "status": status,
                "title": title or None,
                "indexability": cell.indexability(status),
                "canonical_issue": 0,
                "is_revisit": False,
            }
        )
