"""A scored snapshot as the graph its equity was computed on."""

from __future__ import annotations

from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.errors import MissingScore
from linkshed.graph.csr import F64, InLinks, fold, members_of, scale_of
from linkshed.graph.push import OutLinks, turned
from linkshed.graph.rooms import Rooms
from linkshed.graph.tally import ascending
from linkshed.schema import Resolution
from linkshed.score.nodes import Nodes, read_nodes
from linkshed.score.profiles import Profile, profile_of
from linkshed.snapshot.kept import kept
from linkshed.snapshot.kinds import is_clickable
from linkshed.snapshot.near import near
from linkshed.snapshot.pointers import Pointers
from linkshed.snapshot.resolve import Said, said_by, targets_of
from linkshed.snapshot.spans import spans
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope

Ids = NDArray[np.int64]
_NEEDED = (("pages", "equity"), ("pages", "out_weight"), ("links", "weight"), ("links", "passes"))
_FIRST_ERROR = 400
_SOURCES = (
    ("links", "source"), ("links", "weight"), ("links", "passes"), ("in_offsets", "in_offset"),
    ("resolution", "receiver"),
)  # fmt: skip
_POINTING = tuple(("links", name) for name in ("kind", "source", "target", "ordinal"))


class Web:
    """Who hands how much to whom: ``E = (1-d) b + (d P)^T E``, columns as published.

    Raises MissingScore when the snapshot is not scored.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        for table, name in _NEEDED:
            if not snapshot.has(table, name):
                raise MissingScore(
                    f"snapshot {snapshot.id} has no {table}.{name}",
                    repair=f"linkshed score --snapshot {snapshot.id}",
                )
        self.snapshot = snapshot
        self.n_pages = snapshot.n_pages

    @cached_property
    def profile(self) -> Profile:
        """The weights the snapshot was scored with."""
        return profile_of(self.snapshot.manifest.scores["equity"]["profile"])

    @property
    def damping(self) -> float:
        """d."""
        return self.profile.damping

    @cached_property
    def nodes(self) -> Nodes:
        """Which pages hold equity of their own."""
        return read_nodes(self.snapshot)

    @cached_property
    def said(self) -> Said:
        """What pages say of themselves."""
        make = partial(targets_of, self.snapshot)
        return said_by(self.snapshot, kept(self.snapshot, "pointers", _POINTING, make))

    @cached_property
    def pointers(self) -> Pointers:
        """Who redirects, refreshes or is canonicalised to whom."""
        return Pointers(self.said)

    @cached_property
    def equity(self) -> F64:
        """E per page, 0 where a page holds none of its own."""
        return np.nan_to_num(self.snapshot.array("pages", "equity"))

    @cached_property
    def error(self) -> float:
        """Bound of the published equity's own error, summed over all pages."""
        record = self.snapshot.manifest.scores["equity"]
        return float(record["error_bound"]) * float(self.equity.sum())

    @cached_property
    def page_error(self) -> float:
        """Bound of the published equity's own error at a page, as a share of it."""
        record = self.snapshot.manifest.scores["equity"]
        return float(record["page_residual"]) / (1 - self.damping)

    @cached_property
    def out_weight(self) -> F64:
        """A per page."""
        return np.asarray(self.snapshot.array("pages", "out_weight"))

    @cached_property
    def scale(self) -> F64:
        """d / A per page, 0 for pages without links."""
        return scale_of(self.damping, self.out_weight)

    @cached_property
    def in_links(self) -> InLinks:
        """Links that pass something, by receiver; their amount is a * pi."""
        arrays = near(kept(self.snapshot, "inlinks", _SOURCES, self._fold))
        return InLinks(arrays["offsets"], arrays["sources"], arrays["amounts"])

    @cached_property
    def out_links(self) -> OutLinks:
        """The same by source."""
        made = kept(self.snapshot, "outlinks", _SOURCES, lambda: vars(turned(self.in_links)))
        arrays = near(made)
        return OutLinks(arrays["offsets"], arrays["targets"], arrays["amounts"])

    @cached_property
    def rooms(self) -> Rooms:
        """Where changes are spread."""
        return Rooms(self.n_pages)

    def inside(self, scope: Scope) -> NDArray[np.bool_]:
        """Whether each page belongs to a scope."""
        flags = np.zeros(self.n_pages, np.bool_)
        for lo, hi in self.snapshot.pages_of(scope):
            flags[lo:hi] = True
        return flags

    @cached_property
    def is_shown(self) -> NDArray[np.bool_]:
        """Whether each page shows its links to readers: it is alive, answered with itself and not
        with an error, and does not send them on. A page that nobody read counts: what links it has
        a table tells.
        """
        status = np.ma.filled(self.snapshot.array("pages", "status"), 0)
        stays = np.isin(
            self.snapshot.array("resolution", "resolution"), (Resolution.SELF, Resolution.CANONICAL)
        )
        return np.asarray((status < _FIRST_ERROR) & stays)

    def clicks(self, rows: Ids) -> Ids:
        """Those of some rows of links that audits count: one can click them, and they stand on a
        page that is shown.
        """
        rows = rows[is_clickable(self.column("kind", rows))]
        return np.asarray(rows[self.is_shown[self.column("source", rows)]])

    def column(self, name: str, rows: Ids) -> NDArray[Any]:
        """A column of some links."""
        return np.asanyarray(self.snapshot.array("links", name)[rows])

    def rows_from(self, pages: Ids) -> Ids:
        """Rows of all links that stand on pages, ascending."""
        offsets = self.snapshot.array("out_offsets", "out_offset")
        order = self.snapshot.array("out_order", "link")
        return ascending(order[spans(offsets, pages)])

    def rows_to(self, pages: Ids) -> Ids:
        """Rows of all links that lead to pages themselves, folded ones not included."""
        return spans(self.snapshot.array("in_offsets", "in_offset"), pages)

    def _fold(self) -> dict[str, NDArray[Any]]:
        of = self.snapshot.array
        columns = of("links", "source"), of("links", "weight"), of("links", "passes")
        members = members_of(self.nodes.lands)
        return vars(fold(of("in_offsets", "in_offset"), *columns, members))


def web_of(snapshot: Snapshot) -> Web:
    """The web of a snapshot, made once and kept as long as it is open: about 100 bytes a page.

    Raises as ``Web``.
    """
    return snapshot.lasting.of(Web, lambda: Web(snapshot))
