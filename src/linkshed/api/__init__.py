"""The one door: ingest, build, score, report, explain."""

from __future__ import annotations

from linkshed.api.forms import (
    edit_forms,
    edit_text,
    factors,
    filter_from_json,
    filter_text,
    filter_tree,
    holds,
    losses,
    notes_of,
)
from linkshed.api.opened import Linkshed
from linkshed.api.stages import (
    build,
    crawl,
    crawl_settings,
    crawl_starts,
    ingest,
    reader_options,
    ready,
    score,
)
from linkshed.api.stores import built_id, open, snapshot_id, snapshots, verify, write_demo
from linkshed.charts import CHARTS
from linkshed.ingest import READERS
from linkshed.report import REPORTS
from linkshed.report.report import GROUPS
from linkshed.report.result import Result
from linkshed.score import ON_REQUEST, SCORES
from linkshed.snapshot.haste import NotAtHand, heard, hurried
from linkshed.urls.address import is_public

__all__ = [
    "CHARTS",
    "GROUPS",
    "ON_REQUEST",
    "READERS",
    "REPORTS",
    "SCORES",
    "Linkshed",
    "NotAtHand",
    "Result",
    "build",
    "built_id",
    "crawl",
    "crawl_settings",
    "crawl_starts",
    "edit_forms",
    "edit_text",
    "factors",
    "filter_from_json",
    "filter_text",
    "filter_tree",
    "heard",
    "holds",
    "hurried",
    "ingest",
    "is_public",
    "losses",
    "notes_of",
    "open",
    "reader_options",
    "ready",
    "score",
    "snapshot_id",
    "snapshots",
    "verify",
    "write_demo",
]
