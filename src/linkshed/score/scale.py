"""The scale of ratings.

    R(E) = 100 * clip( ln(E / 0.15) / ln(HI / 0.15), 0, 1 )         HI: ``anchors.json``, frozen

Ten times the equity is 14 points more. The scale is fixed, so a rating moves only when the equity
behind it does, never because others grew.

PageRank with a uniform jump, as of a Common Crawl ranks file, is on it too: ``E = 0.15 * pr /
min(pr)``, over a whole graph. Its links are of all kinds, scripts and nofollow included: say "all
links" beside it.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from linkshed.errors import InputError
from linkshed.graph.csr import F64

ROUNDING = 1e-12


@cache
def anchors() -> dict[str, Any]:
    """The frozen ends of the scale, with their release."""
    text = files("linkshed.score").joinpath("anchors.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def rating(equity: Any) -> F64:
    """R(E) of one value or an array; 0 for anything at or below the low anchor, and for what is
    above it by rounding alone.
    """
    low, high = anchors()["low"], anchors()["high"]
    ratio = np.asarray(equity, np.float64) / low
    ratio = np.where(ratio > 1 + ROUNDING, ratio, 1.0)
    share: F64 = np.clip(np.log(ratio) / np.log(high / low), 0.0, 1.0)
    return 100.0 * share


def equity_of(value: Any) -> F64:
    """The equity of a rating: the inverse of ``rating`` between its ends."""
    low, high = anchors()["low"], anchors()["high"]
    return np.asarray(low * (high / low) ** (np.asarray(value, np.float64) / 100.0))


def equity_from_ranks(pagerank: Any) -> F64:
    """Equity from normalised PageRank values of a whole graph. Raises InputError.

    ``pagerank`` must contain the least value of the graph: every page nobody links to has it.
    """
    values = np.asarray(pagerank, np.float64)
    if not len(values) or not (values > 0).all():
        raise InputError(
            f"PageRank values {values[:3].tolist()}...",
            allowed="a non-empty column of numbers above 0",
            repair="use the pr_val column of a ranks file",
        )
    low: float = anchors()["low"]
    return np.asarray(low * values / values.min())
