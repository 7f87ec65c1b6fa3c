"""Ratings of domains over a whole web graph, from the ranks that Common Crawl publishes.

    E = 0.15 * pr / min(pr)          pr: PageRank with a uniform jump over all domains of the graph

A graph read near some domains (``linkshed ingest webgraph --near``) holds few links of their
neighbours, so it cannot rate them; the ranks of the same release can. They count links of all
kinds, scripts, pictures and nofollow included: the columns say "all links", and are no substitute
for ``rating`` where links were read. Numbers of links swing by half between releases: compare
within one.

The file is that of domains (``...-domain-ranks.txt.gz``), whole, as its least value is the scale:
one whose places are not all there is refused.
"""

from __future__ import annotations

import gzip
import math
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from linkshed.errors import InputError, NotFoundError
from linkshed.schema import Column
from linkshed.score.scale import anchors, rating
from linkshed.score.score import Option, ScoreColumn, ScoreResult

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

TITLE = "ratings of domains over a whole web graph, from its ranks"
NEEDS = ("ratings",)
OPTIONS = (
    Option("ranks_file", Path, "The ranks of all domains of a Common Crawl web graph, whole."),
)
_ABSENT = "no file of ranks was given, or it does not name the domain"
COLUMNS = (
    ScoreColumn("domains", Column("all_links_rating", "f32", "rating, 0 to 100, by all links of a"
                                  " whole web graph", _ABSENT)),
    ScoreColumn("domains", Column("all_links_equity", "f64", "equity behind it", _ABSENT,
                                  "domain-equivalents")),
    ScoreColumn("domains", Column("all_links_rank", "u32", "place by PageRank among the domains of"
                                  " that graph", _ABSENT)),
)  # fmt: skip
_HEADER = (b"#harmonicc_pos", b"#harmonicc_val", b"#pr_pos", b"#pr_val", b"#host_rev", b"#n_hosts")
_PLACE, _VALUE, _NAME = 2, 3, 4
_STEP_BYTES = 1 << 24
_ALLOWED = f"the ranks of domains of a release, with the columns {b' '.join(_HEADER).decode()}"


def compute(snapshot: Snapshot, params: Mapping[str, Any]) -> ScoreResult:
    """Look up all domains; param ``ranks_file``. Raises InputError, NotFoundError."""
    place, value = np.zeros(snapshot.n_domains, np.uint32), np.zeros(snapshot.n_domains)
    record: dict[str, Any] = {"notes": ["no file of ranks was given: the columns are empty"]}
    path = params.get("ranks_file")
    if path is not None:
        record = _look_up(path, _by_name(snapshot), place, value)
    known = value > 0
    equity = anchors()["low"] * value / record.get("least", 1.0)
    columns = {
        "all_links_rating": rating(np.where(known, equity, 1.0)).astype(np.float32),
        "all_links_equity": equity,
        "all_links_rank": place,
    }
    masked: dict[tuple[str, str], NDArray[Any]] = {
        ("domains", name): np.ma.array(values, mask=~known) for name, values in columns.items()
    }
    return ScoreResult(masked, record | {"n_known": int(np.count_nonzero(known))})


def _by_name(snapshot: Snapshot) -> dict[bytes, int]:
    """The domains by their reversed names."""
    names = snapshot.columns("domains", ["domain"])["domain"].to_pylist()
    return {".".join(reversed(name.split("."))).encode(): row for row, name in enumerate(names)}


def _look_up(
    path: Path, rows: Mapping[bytes, int], place: NDArray[Any], value: NDArray[Any]
) -> dict[str, Any]:
    """Fill in what the file says of some domains; gives its number of domains and least value."""
    number, last_place, least = 0, 0, math.inf
    for number, line in enumerate(_lines(path), 1):
        try:
            cells = line.split(b"\t")
            at, pagerank = int(cells[_PLACE]), float(cells[_VALUE])
            row = rows.get(cells[_NAME])
        except (ValueError, IndexError):
            shown = line[:80].decode("utf-8", "replace")
            raise _bad(path, f"line {number + 1}, {shown!r}") from None
        if not (0 < pagerank <= 1 and 0 < at < 1 << 32):
            raise _bad(path, f"line {number + 1}, place {at}, PageRank {pagerank}")
        last_place, least = max(last_place, at), min(least, pagerank)
        if row is not None:
            place[row], value[row] = at, pagerank
    if not number or number != last_place:
        told = f"{number:,} domains, the last of which has place {last_place:,}: cut short"
        raise _bad(path, told)
    return {"least": least, "n_ranked": number}


def _lines(path: Path) -> Iterator[bytes]:
    """The lines behind the header. Raises InputError, NotFoundError."""
    try:
        with closing(_opened(path)) as file:
            lines = _cut(file, path)
            if tuple(next(lines, b"").split(b"\t")) != _HEADER:
                raise _bad(path, "another header")
            yield from lines
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _bad(path, str(error)) from None
    except OSError as error:
        raise NotFoundError(f"{path}: {error.strerror}", allowed=_ALLOWED) from None


def _opened(path: Path) -> BinaryIO | gzip.GzipFile:
    with path.open("rb") as file:
        is_packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path) if is_packed else path.open("rb")


def _cut(file: BinaryIO | gzip.GzipFile, path: Path) -> Iterator[bytes]:
    rest = b""
    while block := file.read(_STEP_BYTES):
        *whole, rest = (rest + block).split(b"\n")
        yield from (line.rstrip(b"\r") for line in whole)
        if len(rest) >= _STEP_BYTES:
            raise _bad(path, "a line without an end")
    if rest:
        yield rest


def _bad(path: Path, what: str) -> InputError:
    return InputError(f"{path}: {what}", allowed=_ALLOWED, repair="fetch the whole file again")
