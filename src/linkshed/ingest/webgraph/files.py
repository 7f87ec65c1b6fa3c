"""Which files of a web graph hold nodes, and which hold edges: told by their first lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from linkshed.errors import FormatError, NotFoundError, ParameterError
from linkshed.ingest.lines import head_of, require_files
from linkshed.ingest.reader import reading

VERTICES, EDGES = "vertices", "edges"
ALLOWED = "vertices (id, reversed name) and edges (two ids), as text with tabs, plain or gzip"
_PARTS = re.compile(r"(?:vertices|edges).*\.(?:txt|tsv)(?:\.gz)?$", re.DOTALL)
_LISTED = re.compile(r"\S+\.gz\s")
_EDGE = re.compile(r"[0-9]+\t[0-9]+\s*$")
_VERTEX = re.compile(r"([0-9]+)\t[^\t]*[^\t0-9][^\t]*(?:\t[0-9]*)?$")


@dataclass(frozen=True)
class Part:
    """A file of a graph; ``first_id`` is the least id of a file of nodes, 0 of one of edges."""

    kind: str
    first_id: int
    path: Path


def graph_files(named: Sequence[Path]) -> list[Path]:
    """Files of nodes by their ids, then files of edges, of the files and folders named.

    Raises ParameterError, NotFoundError, FormatError.
    """
    files = [file for path in named for file in _files(path)]
    parts = {file.resolve(): _part(file) for file in require_files(files, ALLOWED)}
    found = sorted(parts.values(), key=lambda part: (part.kind == EDGES, part.first_id, part.path))
    _require_both(found)
    return [part.path for part in found]


def kind_of(path: Path) -> str:
    """VERTICES or EDGES."""
    return _part(path).kind


def _files(path: Path) -> list[Path]:
    with reading(path):
        if not path.is_dir():
            return [path]
        inside = (file for file in sorted(path.rglob("*")) if file.is_file())
        found = [file for file in inside if _PARTS.search(file.relative_to(path).as_posix())]
    if not found:
        raise NotFoundError(
            f"no file of a web graph in {str(path)!r}",
            allowed="files *vertices*.txt.gz and *edges*.txt.gz, or folders vertices and edges",
            repair="name the files",
        )
    return found


def _part(path: Path) -> Part:
    with reading(path):
        head = head_of(path)
    for line in head.splitlines():
        if _EDGE.match(line):
            return Part(EDGES, 0, path)
        if match := _VERTEX.match(line):
            return Part(VERTICES, int(match[1]), path)
    raise FormatError(
        f"{str(path)!r} holds neither nodes nor edges of a web graph at its beginning",
        allowed=ALLOWED,
        repair=_repair(head),
    )


def _repair(head: str) -> str:
    if head.startswith("#harmonicc_pos"):
        return "it is a file of ranks: leave it out"
    if _LISTED.match(head):
        return "it is a list of files: fetch the files it names, and name those"
    return "name the text files, not the BVGraph ones"


def _require_both(parts: Sequence[Part]) -> None:
    kinds = {part.kind for part in parts}
    if VERTICES not in kinds:
        raise ParameterError(
            "edges alone: their numbers say nothing without names",
            allowed="vertices and edges of one graph",
            repair="name the files of vertices, too",
        )
    if EDGES not in kinds:
        raise ParameterError(
            "vertices alone: nothing links to anything",
            allowed="vertices and edges of one graph",
            repair="name the files of edges, too",
        )
    first = [part.first_id for part in parts if part.kind == VERTICES]
    if len(set(first)) < len(first):
        raise ParameterError(
            "two files of vertices that begin with the same id",
            allowed="the parts of one graph, of hosts or of domains",
            repair="read each graph by a command, and a store, of its own",
        )
