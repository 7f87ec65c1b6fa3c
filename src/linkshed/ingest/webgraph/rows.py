"""Lines of a web graph -> rows: nodes as home pages, edges as links between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from linkshed.errors import UrlError
from linkshed.ingest import lines
from linkshed.ingest.reader import Batch, Item
from linkshed.ingest.webgraph.edges import Refusal
from linkshed.ingest.webgraph.names import ID_BITS, NODE, is_near
from linkshed.schema import AnchorKind, Indexability, LinkKind, Placement, Reason, Rel
from linkshed.urls.key import is_address
from linkshed.urls.parse import parse_url

_PLAIN = re.compile(r"[a-z0-9_][a-z0-9_.-]{0,200}\.[a-z]{2,63}")
_OTHER = re.compile(r"[/?#\\@:\[\]\s]")
_FIXED: dict[str, Any] = {
    "kind": int(LinkKind.UNKNOWN),
    "rel": int(Rel.UNKNOWN),
    "placement": int(Placement.UNKNOWN),
    "anchor": "",
    "anchor_kind": int(AnchorKind.DESCRIPTIVE),
    "ordinal": 0,
}


def home_of(name: str) -> str:
    """The address of a host's home page, by its reversed name. Raises UrlError."""
    host = ".".join(reversed(name.split(".")))
    if _PLAIN.fullmatch(host) and ".." not in host and "xn--" not in host:
        return f"https://{host}/"
    if _OTHER.search(host) or "" in host.split("."):
        raise _no_host(name)
    url = parse_url(f"https://{host}/")
    if is_address(url[8:-1]):
        raise _no_host(name)
    return url


def add_vertices(batch: Batch, path: str, item: Item, near: tuple[str, ...]) -> None:
    """Add the home pages of the nodes of a block; of those near some hosts alone, if any are
    named.
    """
    refused = _Refused(batch, path)
    last = -1
    for number, line, reason in lines.lines_of(item):
        batch.n_records += 1
        match = None if reason else NODE.match(line.encode())
        if match is None:
            refused.add(reason or Reason.BAD_ROW, f"line {number}", line)
        elif int(match[1]) >= 1 << ID_BITS:
            refused.add(Reason.BAD_VALUE, f"line {number}", line)
        elif int(match[1]) <= last:
            refused.add(Reason.UNSORTED, f"line {number}", line)
        elif near and not is_near(match[2], near):
            refused.add(Reason.NOT_NEAR, f"line {number}", line)
        else:
            _add_home(batch, refused, f"line {number}", match[2].decode())
        last = max(last, int(match[1])) if match else last
    refused.close()


def add_edges(batch: Batch, path: str, item: Item) -> None:
    """Add the links of a block of edges."""
    n_lines, refusals, *columns = item.payload
    batch.n_records += n_lines
    for reason, n, locator, shown in refusals:
        batch.refuse("record", reason, path, locator, shown, n)
    source, target, ends = (np.frombuffer(column, np.int64) for column in columns[:3])
    urls, wrong = _homes(columns[3], ends.tolist())
    if wrong:
        source, target = _without(batch, path, item.locator, wrong, source, target)
    kept = {"source_url": source, "target_url": target}
    for name, cells in batch.links.items():
        if name in kept:
            cells += map(urls.__getitem__, kept[name].tolist())
        else:
            cells += [_FIXED.get(name)] * len(source)
    batch.n_links += len(source)


def _homes(texts: bytes, ends: list[int]) -> tuple[list[str], dict[int, tuple[str, str]]]:
    """The home pages of some nodes, empty for those that have none, and why not."""
    urls, wrong, begin = [], {}, 0
    for number, end in enumerate(ends):
        name = texts[begin:end].decode("utf-8", "replace")
        begin = end
        try:
            urls.append(home_of(name))
        except UrlError as error:
            urls.append("")
            wrong[number] = (error.reason, name)
    return urls, wrong


def _without(
    batch: Batch, path: str, locator: str, wrong: dict[int, tuple[str, str]], *ends: Any
) -> Sequence[Any]:
    """The ends of edges without those at a node that is no host, which are refused by reason."""
    refused = _Refused(batch, path)
    is_wrong = np.isin(ends[0], list(wrong)) | np.isin(ends[1], list(wrong))
    for both in np.stack(ends, 1)[is_wrong].tolist():
        reason, name = next(wrong[node] for node in both if node in wrong)
        refused.add(reason, f"block at {locator}", name)
    refused.close()
    return [end[~is_wrong] for end in ends]


def _add_home(batch: Batch, refused: _Refused, locator: str, name: str) -> None:
    try:
        url = home_of(name)
    except UrlError as error:
        refused.add(error.reason, locator, name)
        return
    batch.add_page({
        "url": url,
        "indexability": int(Indexability.UNKNOWN),
        "canonical_issue": 0,
        "is_revisit": False,
    })  # fmt: skip


def _no_host(name: str) -> UrlError:
    return UrlError(f"node {name[:200]!r}", Reason.BAD_HOST, allowed="a reversed name of a host")


class _Refused:
    """Refusals of a block, one row for each reason with its first line."""

    def __init__(self, batch: Batch, path: str) -> None:
        self.batch, self.path = batch, path
        self._found: dict[str, Refusal] = {}

    def add(self, reason: str, locator: str, value: str) -> None:
        """Count a line."""
        _, n, first, shown = self._found.get(reason, (reason, 0, locator, value))
        self._found[reason] = (reason, n + 1, first, shown)

    def close(self) -> None:
        """Hand the rows to the batch."""
        for reason, n, locator, shown in self._found.values():
            self.batch.refuse("record", reason, self.path, locator, shown, n)
