"""Tables inside a zip file, as a search console exports them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from linkshed.errors import FormatError
from linkshed.ingest import lines
from linkshed.ingest.reader import Item, Refused
from linkshed.ingest.stream import Position
from linkshed.schema import Reason

MAX_MEMBERS = 200
MAX_MEMBER_BYTES = 1 << 30
"""Unpacked, of one table."""
_STEP_BYTES = 1 << 20
_TABLES = (".csv", ".tsv", ".txt")
_HEAD_BYTES = 1 << 16


def is_zip(path: Path) -> bool:
    """Whether the file begins as zip does."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def heads(path: Path) -> dict[str, str]:
    """The names of the tables inside, and their first lines. Raises FormatError."""
    try:
        with zipfile.ZipFile(path) as packed:
            return {name: _head(packed, name) for name in _tables(packed)}
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise FormatError(f"{str(path)!r} is a damaged zip file: {error}") from None


def blocks(path: Path, names: list[str]) -> Iterator[Item | Refused]:
    """Blocks of lines of some tables; payload (name, number of the first line, bytes)."""
    done = 0
    with zipfile.ZipFile(path) as packed:
        for name in names:
            packed_bytes = packed.getinfo(name).compress_size
            position = Position()
            position.offset = done = min(done + packed_bytes, path.stat().st_size)
            with packed.open(name) as file:
                for item in lines.cut(_parts(file, name), position, f"{name} "):
                    if isinstance(item, Item):
                        yield Item(item.locator, (name, *item.payload), item.offset)
                    else:
                        yield item


def _tables(packed: zipfile.ZipFile) -> list[str]:
    names = [info.filename for info in packed.infolist()[:MAX_MEMBERS] if not info.is_dir()]
    return [name for name in names if name.lower().endswith(_TABLES)]


def _head(packed: zipfile.ZipFile, name: str) -> str:
    with packed.open(name) as file:
        return file.read(_HEAD_BYTES).decode("utf-8-sig", "replace")


def _parts(file: IO[bytes], name: str) -> Iterator[bytes | Refused]:
    n_left = MAX_MEMBER_BYTES
    try:
        while n_left > 0 and (part := file.read(_STEP_BYTES)):
            n_left -= len(part)
            yield part
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        yield Refused(Reason.DAMAGED, name, str(error))
        return
    if n_left <= 0:
        yield Refused(Reason.TOO_LARGE, name, f"more than {MAX_MEMBER_BYTES} bytes unpacked")
