"""Plain twins of columns in a store's cache, memory-mapped: what costs decoding only once.

A twin may be removed at any time and is then made again. Where it cannot be written, what it would
hold is held in memory.
"""

from __future__ import annotations

import io
import mmap
import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, overload

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Numbers = NDArray[Any]


class Texts(Sequence[str]):
    """Texts by number. ``offsets`` has one entry more than there are texts."""

    def __init__(self, offsets: Numbers, content: bytes | mmap.mmap) -> None:
        self._offsets, self._content = offsets, content

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return self.take(np.arange(*index.indices(len(self))))
        if not 0 <= index < len(self):
            raise IndexError(index)
        lo, hi = self._offsets[index : index + 2].tolist()
        return self._content[lo:hi].decode()

    def lower_bound(self, text: str) -> int:
        """The first text, of ascending ones, that is not below a text."""
        wanted, offsets, content = text.encode(errors="surrogatepass"), self._offsets, self._content
        lo, hi = 0, len(self)
        while lo < hi:
            middle = (lo + hi) // 2
            if content[offsets[middle] : offsets[middle + 1]] < wanted:
                lo = middle + 1
            else:
                hi = middle
        return lo

    def take(self, rows: Numbers) -> list[str]:
        """Some texts, in the order given."""
        borders = zip(self._offsets[rows].tolist(), self._offsets[rows + 1].tolist(), strict=True)
        return [self._content[lo:hi].decode() for lo, hi in borders]

    def array(self) -> pa.LargeStringArray:
        """All texts as an Arrow array that copies nothing."""
        buffers = (pa.py_buffer(self._offsets), pa.py_buffer(self._content))
        return pa.LargeStringArray.from_buffers(len(self), *buffers)


def numbers(base: Path, make: Callable[[], Numbers]) -> Numbers:
    """The numeric column whose twin is named ``base``; masked where it has missing values."""
    values, missing = base.with_suffix(".npy"), base.with_suffix(".null.npy")
    with suppress(OSError):
        return _mapped_numbers(values, missing)
    made = make()
    with suppress(OSError):
        if isinstance(made, np.ma.MaskedArray):
            _save(missing, np.ma.getmaskarray(made))
        _save(values, np.ma.getdata(made))
        return _mapped_numbers(values, missing)
    return made


def texts(base: Path, n: int, make: Callable[[], Iterable[pa.Array]]) -> Texts:
    """The column of ``n`` texts, none null, whose twin is named ``base``."""
    offsets, content = base.with_suffix(".offsets.npy"), base.with_suffix(".bytes")
    with suppress(OSError):
        return _mapped_texts(offsets, content)
    with suppress(OSError), _scratch(content) as beside, beside.open("wb") as stream:
        found = _copied(n, make(), stream)
        stream.flush()
        os.replace(beside, content)
        _save(offsets, found)
        return _mapped_texts(offsets, content)
    memory = io.BytesIO()
    return Texts(_copied(n, make(), memory), memory.getvalue())


def _mapped_numbers(values: Path, missing: Path) -> Numbers:
    data: Numbers = np.asarray(np.load(values, mmap_mode="r"))
    if missing.exists():
        return np.ma.array(data, mask=np.load(missing, mmap_mode="r"))
    return data


def _mapped_texts(offsets: Path, content: Path) -> Texts:
    with content.open("rb") as stream:
        mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    return Texts(np.asarray(np.load(offsets, mmap_mode="r")), mapped)


def _copied(n: int, arrays: Iterable[pa.Array], stream: IO[bytes]) -> Numbers:
    """Write the bytes of all texts, and one more so that there are some; gives their offsets."""
    offsets = np.zeros(n + 1, np.int64)
    row = 0
    for array in arrays:
        borders, content = array.buffers()[1:]
        lo = array.offset
        ends = np.frombuffer(borders, np.int32)[lo : lo + len(array) + 1].astype(np.int64)
        offsets[row : row + len(ends)] = offsets[row] + ends - ends[0]
        if content is not None:
            stream.write(memoryview(content)[int(ends[0]) : int(ends[-1])])
        row += len(array)
    stream.write(b"\n")
    return offsets


def _save(path: Path, values: Numbers) -> None:
    with _scratch(path) as beside, beside.open("wb") as stream:
        np.save(stream, values)
        os.replace(beside, path)


@contextmanager
def _scratch(path: Path) -> Iterator[Path]:
    """A name beside a path, whatever is left under it is removed."""
    beside = path.with_name(uuid.uuid4().hex)
    try:
        yield beside
    finally:
        with suppress(OSError):
            beside.unlink()
