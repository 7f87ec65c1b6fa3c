"""Frames with a row for each page."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from numpy.typing import NDArray

from linkshed.report.answers.inward import inward_makers
from linkshed.report.columns import liveness, need
from linkshed.report.frame import Frame, Maker, Rows, labels
from linkshed.report.scored import requested
from linkshed.schema import Indexability, Resolution
from linkshed.snapshot.tables import Snapshot

_PAGE_SCORES = (
    "rating", "equity", "depth", "n_backlinks", "n_followed_backlinks", "n_refdomains",
    "n_followed_refdomains", "n_refpages", "n_inlinks", "n_outlinks", "n_internal_links",
    "n_external_links", "n_linked_domains",
)  # fmt: skip
_PAGE_FACTS = (
    "title", "status", "language", "author", "published_at", "modified_at", "n_words",
    "content_type", "is_noindex", "is_nofollow", "fetched_at", "first_seen", "last_seen",
    "outcome", "looked_at", "n_vain_looks", "vain_since",
)  # fmt: skip


def page_frame(snapshot: Snapshot, pages: NDArray[Any]) -> Frame:
    """One row for each page."""

    def plain(name: str) -> Maker:
        return lambda rows: snapshot.pick("pages", name, pages[rows])

    def score(name: str) -> Maker:
        def make(rows: Rows) -> Any:
            need(snapshot, "pages", name)
            return plain(name)(rows)

        return make

    def resolved(name: str, kinds: Any) -> Maker:
        def make(rows: Rows) -> Any:
            return labels(snapshot.pick("resolution", name, pages[rows]), kinds)

        return make

    def own(rows: Rows) -> Any:
        need(snapshot, "pages", "n_inlinks", "n_backlinks")
        counts = [snapshot.array("pages", n)[pages[rows]] for n in ("n_inlinks", "n_backlinks")]
        return pa.array(counts[0] - counts[1])

    more = [column.name for column in requested(snapshot, "pages")]
    makers = {n: plain(n) for n in (*_PAGE_FACTS, *more)} | {n: score(n) for n in _PAGE_SCORES}
    makers["url"] = lambda rows: snapshot.url_array(pages[rows])
    makers["n_internal_inlinks"] = own
    makers["liveness"] = lambda rows: liveness(snapshot, pages[rows])
    makers["indexability"] = resolved("final_indexability", Indexability)
    makers["resolution"] = resolved("resolution", Resolution)
    return Frame(len(pages), makers | inward_makers(snapshot, pages), nbytes=pages.nbytes)
