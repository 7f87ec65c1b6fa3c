"""Equity under other weights, and the most it could be if unread pages linked to it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from linkshed.api import Linkshed
from linkshed.score.profiles import PROFILES
from linkshed.score.run import score
from linkshed.score.scale import rating
from snapshots import built, random_text, scored_web

UNREAD = """
hub.com/ -> a.com/ tea
hub.com/ -> b.com/ cup
hub.com/ -> a.com/far pot
a.com/ -> hub.com/ hub
a.com/ -> a.com/far pot
"""
ANSWERED = "b.com/ -> a.com/ one\na.com/far -> a.com/ one"


def test_each_profile_is_what_scoring_with_it_gives(tmp_path: Path) -> None:
    store, snapshot = built(random_text(5, n=50, n_links=300), tmp_path)
    rows = Linkshed(score(store, snapshot)).certainty("s0.com", pages=3).to_dicts()
    assert len(rows) == 3 * len(PROFILES)
    for profile in PROFILES:
        scored = score(store, snapshot, profile)
        equity = np.nan_to_num(scored.array("pages", "equity"))
        lo, hi = scored.pages_of(scope_of("s0.com"))[0]
        for row in (row for row in rows if row["profile"] == profile):
            page = scored.page_id(row["url"])
            assert page is not None
            assert row["equity"] == pytest.approx(equity[page], rel=1e-8)
            assert row["rank"] == 1 + np.count_nonzero(equity > equity[page] * (1 + 1e-8))
            own = equity[lo:hi]
            assert row["rank_in_domain"] == 1 + np.count_nonzero(own > equity[page] * (1 + 1e-8))


def scope_of(text: str) -> object:
    from linkshed.urls.scope import parse_scope

    return parse_scope(text)


def test_the_most_is_what_the_web_would_be_if_unread_pages_linked_here_alone(
    tmp_path: Path,
) -> None:
    for name in ("now", "then"):
        (tmp_path / name).mkdir()
    web = Linkshed(scored_web(UNREAD, tmp_path / "now", "classic"))
    row = next(r for r in web.certainty("a.com").to_dicts() if r["url"] == "https://a.com/")
    then = Linkshed(scored_web(UNREAD + ANSWERED, tmp_path / "then", "classic"))
    held = next(r["equity"] for r in then.pages("a.com").to_dicts() if r["url"] == "https://a.com/")
    assert row["profile"] == "classic"
    assert row["at_most"] == pytest.approx(float(rating(held)), rel=1e-6)
    assert row["rating"] < row["at_most_site"] < row["at_most"]


def test_a_web_that_was_read_whole_is_certain(tmp_path: Path) -> None:
    web = Linkshed(scored_web("a.com/ -> b.com/ tea\nb.com/ -> a.com/ cup", tmp_path))
    row = web.certainty("a.com").to_dicts()[0]
    assert row["at_most"] == row["rating"]
    assert "100% were" in web.certainty("a.com").remarks[0]
