"""The Reader contract.

A reader works in two halves, so that one sequential input can keep all cores busy:

* ``items`` runs in the main process and only cuts the input: it is cheap, yields raw items in a
  fixed order, and never raises for one bad item (it yields it as a ``Refused``).
* ``rows`` runs in worker processes, is pure, and turns a list of items into one ``Batch``.

Items are grouped into chunks whose borders depend only on the input, so a chunk is either done or
not done, and an interrupted run goes on where it stopped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from linkshed.errors import FormatError
from linkshed.schema import (
    DEAD_END_ROW,
    KNOWN_ROW,
    LINK_ROW,
    PAGE_ROW,
    REJECT_ROW,
    Column,
)

Columns = dict[str, list[Any]]
INPUTS = "inputs"
"""Where ``items`` and ``rows`` find all inputs of the run among their options."""


def empty_columns(row: Sequence[Column]) -> Columns:
    """One empty list per column of a row declaration."""
    return {column.name: [] for column in row}


@dataclass
class Batch:
    """Rows of one chunk, as columns, with the counts of both levels.

    ``n_records`` = kept records + refused records; ``n_links`` = kept links + refused links.
    """

    pages: Columns = field(default_factory=lambda: empty_columns(PAGE_ROW))
    links: Columns = field(default_factory=lambda: empty_columns(LINK_ROW))
    rejects: Columns = field(default_factory=lambda: empty_columns(REJECT_ROW))
    known: Columns = field(default_factory=lambda: empty_columns(KNOWN_ROW))
    dead_ends: Columns = field(default_factory=lambda: empty_columns(DEAD_END_ROW))
    n_records: int = 0
    n_links: int = 0
    refused_records: Counter[str] = field(default_factory=Counter)
    refused_links: Counter[str] = field(default_factory=Counter)

    def add_page(self, row: dict[str, Any]) -> None:
        """Append one page row; absent columns are null."""
        _append(self.pages, row)

    def add_link(self, row: dict[str, Any]) -> None:
        """Append one link row; absent columns are null."""
        _append(self.links, row)

    def add_known(self, row: dict[str, Any]) -> None:
        """Append one row of what a list tells of a page; absent columns are null."""
        _append(self.known, row)

    def refuse(
        self, level: str, reason: str, input_name: str, locator: str, value: str, n: int = 1
    ) -> None:
        """Count and record what was refused. ``level`` is "record" or "link"."""
        counter = self.refused_records if level == "record" else self.refused_links
        counter[reason] += n
        row = (level, reason, input_name, locator, value[:200], n)
        for column, cell in zip(self.rejects.values(), row, strict=True):
            column.append(cell)

    def extend(self, other: Batch) -> None:
        """Append all rows and counts of another batch."""
        for mine, theirs in (
            (self.pages, other.pages),
            (self.links, other.links),
            (self.rejects, other.rejects),
            (self.known, other.known),
            (self.dead_ends, other.dead_ends),
        ):
            for name, cells in mine.items():
                cells += theirs[name]
        self.n_records += other.n_records
        self.n_links += other.n_links
        self.refused_records += other.refused_records
        self.refused_links += other.refused_links


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn the system's errors of looking at an input into FormatError.

    A name that is not UTF-8 is one of them, as it could not be recorded with the rows.
    """
    try:
        str(path).encode()
        yield
    except UnicodeEncodeError:
        repair = "rename it"
        raise FormatError(f"the name {str(path)!r} is not UTF-8", repair=repair) from None
    except OSError as error:
        raise FormatError(
            f"{str(path)!r} cannot be read: {error.strerror or error}",
            repair="check the path and your rights to it",
        ) from None


def _append(columns: Columns, row: dict[str, Any]) -> None:
    for name, cells in columns.items():
        cells.append(row.get(name))


@dataclass(frozen=True)
class Refused:
    """An item that could not be cut out of the input."""

    reason: str
    locator: str
    value: str = ""


@dataclass(frozen=True)
class Item:
    """One raw piece of the input. ``offset`` is how far the input has been read, in bytes."""

    locator: str
    payload: Any
    offset: int


@dataclass(frozen=True)
class Option:
    """A reader's own command-line option; ``type`` is str, int, bool or Path. With ``choices`` it
    is one of them.
    """

    name: str
    type: type
    meaning: str
    default: Any = None
    required: bool = False
    choices: tuple[str, ...] = ()


class Reader(Protocol):
    """What ``linkshed.ingest.<name>`` must offer as module-level names.

    ``TITLE`` one line for the help; ``OPTIONS`` its own options; ``inputs`` turns what the user
    named into the list of inputs (raising FormatError or NotFoundError with a repair); ``size``
    gives an input's size in bytes for the progress display; ``items`` and ``rows`` as above.
    ``options`` holds the values of OPTIONS by name; for ``items`` and ``rows`` also, under INPUTS,
    what ``inputs`` gave.

    A reader may also offer ``notes(path)``, words for the user besides counts, and
    ``completeness(path)``, what an input knows to be missing from it; the latter is kept with the
    intake and goes into the manifest. ``check(options)`` raises ParameterError for values of its
    options that are wrong whatever the inputs are. ``OF_FOLDERS``, true, says that it reads folders
    only.
    """

    TITLE: str
    OPTIONS: tuple[Option, ...]

    def inputs(self, named: Sequence[Path], options: dict[str, Any]) -> list[Path]: ...

    def size(self, path: Path) -> int: ...

    def items(self, path: Path, options: dict[str, Any]) -> Iterator[Item | Refused]: ...

    def rows(self, path: Path, items: Sequence[Item], options: dict[str, Any]) -> Batch: ...
