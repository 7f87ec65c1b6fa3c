"""A table of links: CSV in any usual form, or Parquet.

The table needs two columns, ``url_from`` and ``url_to``; ``layout.COLUMNS`` lists the others it
may have, and their other names. Letter case, spaces and underscores in names do not matter. A row
becomes a link, or is refused with its line number. The rows of a source whose status is given also
make a page row.

What the table does not say stays unknown: without a column of words every anchor counts as
descriptive, without one for the place every placement is unknown. ``ordinal`` then numbers the
links between the same two pages within a block of the table (about 4 MB), in its order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from linkshed.errors import FormatError, NotFoundError, ParameterError
from linkshed.ingest.links import cut, parquet
from linkshed.ingest.links.layout import layout_of
from linkshed.ingest.links.table import add_parquet, add_text
from linkshed.ingest.reader import Batch, Item, Option, Refused, reading

TITLE = "a table of links (CSV or Parquet) with url_from and url_to"
OPTIONS: tuple[Option, ...] = ()


def inputs(named: Sequence[Path], options: dict[str, Any]) -> list[Path]:
    """The files named, each with the columns needed. Raises NotFoundError or FormatError."""
    if not named:
        raise ParameterError("no file", repair="name one or more CSV or Parquet files")
    for path in named:
        with reading(path):
            _check(path)
    return list(named)


def _check(path: Path) -> None:
    if not path.exists():
        raise NotFoundError(f"no file {str(path)!r}", repair="check the path")
    if not path.is_file():
        repair = "name the files in it"
        raise FormatError(f"{str(path)!r} is no file", allowed="CSV or Parquet", repair=repair)
    layout_of(path)


def notes(path: Path) -> list[str]:
    """What a user should know about an input that is no error: columns that were not understood."""
    if unknown := layout_of(path).unknown:
        return [f"{path}: columns left out, as unknown: {', '.join(unknown)}"]
    return []


def size(path: Path) -> int:
    """Bytes of the file."""
    return path.stat().st_size


def items(path: Path, options: dict[str, Any]) -> Iterator[Item | Refused]:
    """Blocks of whole rows."""
    layout = layout_of(path)
    return parquet.blocks(path, layout) if layout.is_parquet else cut.blocks(path, layout)


def rows(path: Path, items: Sequence[Item], options: dict[str, Any]) -> Batch:
    """The links, and the pages whose status is known, of some blocks."""
    layout = layout_of(path)
    add = add_parquet if layout.is_parquet else add_text
    batch = Batch()
    for item in items:
        number, block = item.payload
        add(batch, str(path), layout, number, block)
    return batch
