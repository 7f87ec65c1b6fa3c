"""Web graphs of hosts or domains, as Common Crawl releases them.

Two kinds of files, told apart by their first lines, of one graph: *vertices*, a node in each line
(``id``, a tab, the reversed name such as ``com.example.www``; of domains also a tab and the number
of hosts, which is left out), and *edges*, two ids with a tab between. Plain or gzip, in any number
of parts; a folder stands for the files in it, and below it, that are named so. Ids rise from line
to line, below 2,147,483,648; edges rise, too.

A node becomes the home page of its host, ``https://www.example.com/``: a graph names no scheme. A
leading www, which releases until spring 2026 leave out, stays as it is written: both belong to one
domain. An edge becomes one link between two home pages. A graph of this kind counts links of every
kind (to pictures, scripts and fonts, redirects, sitemaps) and reads no rel: what kind a link is of,
whether it is followed, where it stands and with which words is unknown. Every link is weighed the
same, and what is made of them is made of all links. Keep a graph in a store of its own: beside
pages that were read, its links would count as links of their home pages.

``--near`` keeps the edges that begin or end at the hosts or domains named, at whatever lies below
them too, and refuses all others as ``not_near``: who links to them and where they link to is then
whole, and nothing else is. Of nodes, those named are kept; their neighbours come with the edges.
Names of all nodes are kept in a temporary file (about 40 bytes a node), not in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from linkshed.ingest import lines
from linkshed.ingest.reader import INPUTS, Batch, Item, Option, Refused
from linkshed.ingest.webgraph.edges import blocks
from linkshed.ingest.webgraph.files import VERTICES, graph_files, kind_of
from linkshed.ingest.webgraph.names import names_of, near_of
from linkshed.ingest.webgraph.rows import add_edges, add_vertices

TITLE = "web graphs of hosts or domains, as Common Crawl releases them: vertices and edges"
OPTIONS = (
    Option("near", str, "only the links to and from these domains, with commas between"),
)  # fmt: skip


def check(options: dict[str, Any]) -> None:
    """Raises ParameterError for domains that are none."""
    near_of(options.get("near"))


def inputs(named: Sequence[Path], options: dict[str, Any]) -> list[Path]:
    """Files of nodes by their ids, then files of edges, of the files and folders named.

    Raises ParameterError, NotFoundError, FormatError, ResourceError.
    """
    check(options)
    found = graph_files(named)
    names_of(_of_kind(VERTICES, found), options.get("near"))
    return found


def size(path: Path) -> int:
    """Bytes of the file."""
    return path.stat().st_size


def items(path: Path, options: dict[str, Any]) -> Iterator[Item | Refused]:
    """Blocks of lines; those of edges come with the names of their nodes."""
    if kind_of(path) == VERTICES:
        yield from lines.blocks(path)
        return
    vertices = _of_kind(VERTICES, options[INPUTS])
    yield from blocks(path, names_of(vertices, options.get("near")))


def rows(path: Path, items: Sequence[Item], options: dict[str, Any]) -> Batch:
    """The home pages or the links of some blocks."""
    batch, near = Batch(), near_of(options.get("near"))
    for item in items:
        if len(item.payload) == 2:
            add_vertices(batch, str(path), item, near)
        else:
            add_edges(batch, str(path), item)
    return batch


def _of_kind(kind: str, paths: Sequence[Path]) -> list[Path]:
    return [path for path in paths if kind_of(path) == kind]
