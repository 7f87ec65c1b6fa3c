"""Ratings: the fixed scale, the domain graph, and real Common Crawl ranks."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from linkshed.errors import InputError
from linkshed.score.ratings import ranks, ranks_of
from linkshed.score.scale import anchors, equity_from_ranks, rating

HIGH = 2.0e6


def test_ends_of_the_scale() -> None:
    assert anchors()["release"]
    assert anchors()["high"] == HIGH
    assert rating(0.15) == 0
    assert rating(HIGH) == pytest.approx(100)
    assert rating([0, 0.1, 1e9]).tolist() == [0, 0, 100]


@given(st.floats(0.15, HIGH / 10))
def test_ten_times_the_equity_is_fourteen_points(equity: float) -> None:
    assert rating(10 * equity) - rating(equity) == pytest.approx(14.04, abs=0.01)


@given(st.floats(0, 1e12), st.floats(0, 1e12))
def test_monotone(a: float, b: float) -> None:
    assert (rating(a) <= rating(b)) or a > b


def test_ranks_share_a_place_when_equal() -> None:
    assert ranks(np.array([5.0, 9, 5, 1])).tolist() == [2, 1, 2, 4]


@given(st.lists(st.integers(0, 9), min_size=1), st.data())
def test_ranks_of_some_are_those_among_all(held: list[int], data: st.DataObject) -> None:
    equity = np.array(held, np.float64)
    places = st.lists(st.integers(0, len(held) - 1))
    pages = np.array(data.draw(places), np.int64)
    assert ranks_of(pages, equity).tolist() == ranks(equity)[pages].tolist()


def test_equity_from_ranks_scales_the_least_to_a_page_nobody_links_to() -> None:
    assert equity_from_ranks([0.2, 0.1, 0.4]).tolist() == pytest.approx([0.3, 0.15, 0.6])


@pytest.mark.parametrize("values", [[], [0.1, 0.0], [-1.0]])
def test_equity_from_ranks_refuses_what_is_no_pagerank(values: list[float]) -> None:
    with pytest.raises(InputError, match="allowed"):
        equity_from_ranks(values)


@pytest.mark.parametrize("level", ["domain", "host"])
def test_common_crawl_ranks(shared_data: Path, level: str) -> None:
    """The order is kept, the equity ratio is the PageRank ratio, the rating its logarithm."""
    table = json.loads((shared_data / f"ranks/{level}-cc-main-2026-feb-mar-apr.json").read_text())
    pr = np.array([float(row[3]) for row in table["rows"]])
    position = np.array([int(row[2]) for row in table["rows"]])
    equity = equity_from_ranks(pr)
    assert equity.min() == pytest.approx(0.15)
    assert equity.max() / equity.min() == pytest.approx(pr.max() / pr.min())
    best_first = np.argsort(position)
    assert (np.diff(rating(equity)[best_first]) <= 0).all()
    assert np.corrcoef(np.log(pr), rating(equity))[0, 1] == pytest.approx(1)
    by_hand = [100 * math.log(p / pr.min()) / math.log(HIGH / 0.15) for p in pr.tolist()]
    assert rating(equity) == pytest.approx(by_hand, abs=1e-9)
    harmonic = np.array([float(row[1]) for row in table["rows"]])
    assert spearmanr(harmonic, rating(equity)).statistic > 0.5
