"""Pages that a person lists: scopes, written in an option or a text file.

One scope per line, or several with commas between. A line may begin with a mode (``host
www.example.com``); empty lines and lines that begin with ``#`` are skipped. A page that redirects
or is canonicalised stands for the page that holds its equity, if that is on the same domain: nobody
becomes listed because a listed site sends its readers there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linkshed.errors import InputError, NotFoundError, ScopeError
from linkshed.score.nodes import Nodes
from linkshed.urls.scope import MODES, Scope, parse_scope, scope_members

if TYPE_CHECKING:
    from linkshed.snapshot.tables import Snapshot

MOST_BYTES = 1 << 26
NAMED_IN_NOTES = 5


@dataclass(frozen=True)
class Listed:
    """``is_listed`` per page; ``unknown`` are scopes that name no page of the snapshot;
    ``n_elsewhere`` counts pages that are dead, or folded into a page of another domain.
    """

    is_listed: NDArray[np.bool_]
    n_scopes: int
    unknown: tuple[str, ...]
    n_elsewhere: int

    def record(self) -> dict[str, int]:
        """Counts for a manifest."""
        return {
            "scopes": self.n_scopes,
            "unknown_scopes": len(self.unknown),
            "pages": int(np.count_nonzero(self.is_listed)),
            "pages_elsewhere": self.n_elsewhere,
        }

    def notes(self, what: str) -> list[str]:
        """What a person should know who listed them as ``what``."""
        told = []
        if self.unknown:
            told.append(f"{len(self.unknown):,} of {self.n_scopes:,} scopes of {what} name no page"
                        f" of the snapshot: {_some(self.unknown)}")  # fmt: skip
        if self.n_elsewhere:
            told.append(f"{self.n_elsewhere:,} pages of {what} do not count: dead, or their equity"
                        " is held on another domain")  # fmt: skip
        return told


def read_listed(
    snapshot: Snapshot, nodes: Nodes, text: str | None, path: Path | None
) -> Listed | None:
    """The pages of the scopes in a text and in a file; None when neither is given.

    Raises InputError for a line that is no scope and when no page of the snapshot is listed,
    NotFoundError for a missing file, ScopeError for a text that is no scope.
    """
    if text is None and path is None:
        return None
    scopes = [] if text is None else [s for line in text.splitlines() for s in _scopes(line)]
    scopes += [] if path is None else list(_scopes_of_file(path))
    found = {scope.text: snapshot.pages_of(scope) for scope in sorted(scopes, key=_first_key)}
    unknown = tuple(name for name, ranges in found.items() if not ranges)
    ranges = [pair for pairs in found.values() for pair in pairs]
    if not ranges:
        named = _some(unknown) if unknown else "an empty list"
        raise InputError(
            f"{named}: no page of snapshot {snapshot.id}",
            allowed="scopes that hold pages of the snapshot",
            repair="look for pages with: linkshed pages SCOPE",
        )
    pages = np.unique(np.concatenate([np.arange(lo, hi) for lo, hi in ranges]))
    return _listed(snapshot, nodes, pages, len(found), unknown)


def _listed(
    snapshot: Snapshot, nodes: Nodes, pages: NDArray[Any], n_scopes: int, unknown: tuple[str, ...]
) -> Listed:
    lands = nodes.lands[pages]
    counts = ~nodes.is_dead[pages]
    counts &= snapshot.domain_of(lands) == snapshot.domain_of(pages)
    is_listed = np.zeros(snapshot.n_pages, np.bool_)
    is_listed[lands[counts]] = True
    return Listed(is_listed, n_scopes, unknown, int(np.count_nonzero(~counts)))


def _scopes_of_file(path: Path) -> Iterator[Scope]:
    for number, line in enumerate(_text_of(path).splitlines(), 1):
        try:
            yield from _scopes(line)
        except ScopeError as error:
            raise InputError(
                f"line {number} of {path}: {error.received}",
                allowed=f"a scope on each line: {error.allowed}",
                repair=error.repair,
            ) from error


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise InputError(f"{path} is too large", allowed=f"a list of {MOST_BYTES:,} bytes")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}, byte {error.start}", allowed="text in UTF-8") from error
    except OSError as error:
        raise NotFoundError(
            f"{path}: {error.strerror}", allowed="a text file with a scope on each line"
        ) from error


def _scopes(line: str) -> Iterator[Scope]:
    words = line.strip()
    if not words or words.startswith("#"):
        return
    first, _, rest = words.partition(" ")
    mode = first if first in MODES and rest.strip() else None
    for member in scope_members(rest if mode else words):
        yield parse_scope(member, mode)


def _first_key(scope: Scope) -> str:
    """The order of the snapshot, in which pages are found fastest."""
    return scope.intervals[0].lo


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - NAMED_IN_NOTES
    shown = ", ".join(name[:200] for name in names[:NAMED_IN_NOTES])
    return f"{shown} and {more:,} more" if more > 0 else shown
