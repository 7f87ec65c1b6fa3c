"""The names of a graph's nodes by their ids, in temporary files that memory only borrows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from linkshed.errors import NotFoundError, ParameterError, ResourceError, UrlError
from linkshed.ingest import lines
from linkshed.ingest.reader import Item
from linkshed.urls.key import host_of
from linkshed.urls.parse import parse_url

NODE = re.compile(rb"^([0-9]{1,10})\t([^\t\r\n]+)(?:\t[0-9]*)?\r?$", re.MULTILINE)
ID_BITS = 31
"""Ids are below two to this power, as in the files of Common Crawl."""
Ids = NDArray[np.int64]


class Names:
    """Names of nodes, about 40 bytes each on disk. ``near`` are the ids of the nodes asked for, in
    order; None when all are wanted.
    """

    def __init__(self, vertices: Sequence[Path], near: tuple[str, ...]) -> None:
        self.near: Ids | None = None
        with TemporaryFile() as ids, TemporaryFile() as ends, TemporaryFile() as text:
            found = _write(vertices, near, (ids, ends, text))
            self._ids, self._ends = (_mapped(file, np.int64) for file in (ids, ends))
            self._text = _mapped(text, np.uint8)
        if near:
            self.near = np.unique(np.array(found, np.int64))

    def places(self, ids: Ids) -> Ids:
        """Where the names of some ids are kept; -1 of an id that no node has."""
        n = len(self._ids)
        if n and self._ids[-1] == n - 1:
            return np.where(ids < n, ids, -1)
        at = np.minimum(np.searchsorted(self._ids, ids), max(n - 1, 0))
        return np.where(self._ids[at] == ids, at, -1) if n else np.full(len(ids), -1)

    def texts(self, places: Ids) -> tuple[NDArray[np.uint8], Ids]:
        """The names kept at some places, one behind the other, and where each ends."""
        begins = np.where(places > 0, self._ends[places - 1], 0)
        lengths = self._ends[places] - begins
        ends = np.cumsum(lengths)
        at = np.repeat(begins - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)
        return np.asarray(self._text[at]), ends


def names_of(vertices: Sequence[Path], near: str | None) -> Names:
    """The names in some files, made once. Raises ParameterError, NotFoundError, ResourceError."""
    facts = tuple((path, path.stat().st_size, path.stat().st_mtime_ns) for path in vertices)
    try:
        found = _made(facts, near_of(near))
    except OSError as error:
        raise ResourceError(
            f"the names of a web graph cannot be kept in {gettempdir()!r}: {error.strerror}",
            repair="make room, or set TMPDIR to a folder with 40 bytes for each node",
        ) from None
    if found.near is not None and not len(found.near):
        raise NotFoundError(
            f"no node of the graph belongs to {near!r}",
            allowed="hosts or domains the graph knows",
            repair="a graph of domains knows registrable domains only, such as example.co.uk",
        )
    return found


def near_of(text: str | None) -> tuple[str, ...]:
    """The hosts that a text with commas names; empty for none. Raises ParameterError."""
    if text is None:
        return ()
    names = [name.strip() for name in text.split(",") if name.strip()]
    allowed = "one or more domains, as example.com, with commas between"
    try:
        hosts = [host_of(parse_url(f"https://{name}/")) for name in names]
    except UrlError:
        hosts = []
    if not hosts or any(letter in text for letter in "/:?#@\\"):
        raise ParameterError(f"near {text[:200]!r}", allowed=allowed)
    return tuple(sorted(set(hosts)))


def is_near(name: bytes, hosts: tuple[str, ...]) -> bool:
    """Whether a reversed name is one of some hosts, or lies below one."""
    return any((name + b".").startswith(_reversed(host) + b".") for host in hosts)


@lru_cache(maxsize=1)
def _made(facts: tuple[tuple[Path, int, int], ...], near: tuple[str, ...]) -> Names:
    return Names([path for path, _, _ in facts], near)


def _write(
    vertices: Sequence[Path], near: tuple[str, ...], files: Sequence[IO[bytes]]
) -> list[int]:
    """Write ids, ends of names and names; gives the ids of the nodes asked for."""
    wanted = _pattern(near)
    found: list[int] = []
    last, end = -1, 0
    for block in _blocks(vertices):
        ids, names = _nodes(block, last)
        if near:
            found += [int(match[1]) for match in wanted.finditer(block)]
        if names:
            ends = end + np.cumsum([len(name) for name in names], dtype=np.int64)
            last, end = int(ids[-1]), int(ends[-1])
            for file, part in zip(
                files, (ids.tobytes(), ends.tobytes(), b"".join(names)), strict=True
            ):
                file.write(part)
    return found


def _mapped(file: IO[bytes], kind: type[Any]) -> NDArray[Any]:
    """A file as an array, which stays when the file is closed."""
    file.flush()
    return np.memmap(file, kind, "r") if file.tell() else np.empty(0, kind)


def _blocks(vertices: Sequence[Path]) -> Iterator[bytes]:
    for path in vertices:
        for item in lines.blocks(path):
            if isinstance(item, Item):
                yield item.payload[1]


def _nodes(block: bytes, last: int) -> tuple[Ids, list[bytes]]:
    """The nodes of a block whose ids rise above ``last`` and above each other."""
    found = NODE.findall(block)
    ids = np.array([int(number) for number, _ in found], np.int64)
    rises = rising(ids, last) & (ids < 1 << ID_BITS)
    return ids[rises], [name for (_, name), rise in zip(found, rises.tolist(), strict=True) if rise]


def rising(numbers: Ids, last: int) -> NDArray[np.bool_]:
    """Whether each number is above ``last`` and all before it."""
    before = np.maximum.accumulate(np.concatenate(([last], numbers)))[:-1]
    return np.asarray(numbers > before)


def _pattern(hosts: tuple[str, ...]) -> re.Pattern[bytes]:
    names = b"|".join(re.escape(_reversed(host)) for host in hosts)
    return re.compile(rb"^([0-9]{1,10})\t(?:" + names + rb")(?=[.\t\r\n]|\Z)", re.MULTILINE)


def _reversed(host: str) -> bytes:
    return ".".join(reversed(host.split("."))).encode()
