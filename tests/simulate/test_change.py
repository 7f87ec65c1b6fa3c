"""Why equity changed between two snapshots."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed.api import Linkshed
from linkshed.errors import MissingScore, NotFoundError
from linkshed.score.run import score
from linkshed.simulate.change import change_of, sums_by_cause
from linkshed.simulate.web import Web
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import parse_scope
from snapshots import random_text, scored_web
from webs import publish, rows

THEN, NOW = 1_700_000_000, 1_710_000_000


def two(folder: Path, before: str, after: str, profile: str = "classic") -> tuple[Web, Web]:
    """A web and what a later look at some of its pages made of it, in one store."""
    first = scored(folder, publish(folder, rows(before, THEN)), profile)
    second = scored(folder, publish(folder, rows(after, NOW)), profile)
    return Web(first), Web(second)


def scored(folder: Path, snapshot: Snapshot, profile: str) -> Snapshot:
    return score(Store.open(folder / "store"), snapshot, profile)


def causes(folder: Path, before: str, after: str, scope: str = "a.com") -> dict[str, float]:
    change = change_of(*two(folder, before, after), parse_scope(scope))
    assert abs(change.residual) <= 1e-9 * change.after
    return sums_by_cause(change.parts)


def test_a_link_won_on_a_page_read_both_times(tmp_path: Path) -> None:
    assert causes(tmp_path, "x.com/ status=200\na.com/ status=200", "x.com/ -> a.com/ tea") == {
        "won": pytest.approx(0.85 * 0.15)
    }


def test_a_link_lost(tmp_path: Path) -> None:
    assert causes(tmp_path, "x.com/ -> a.com/ tea\na.com/ status=200", "x.com/ status=200") == {
        "lost": pytest.approx(-0.85 * 0.15)
    }


def test_a_link_on_a_page_nobody_had_read_is_coverage(tmp_path: Path) -> None:
    assert causes(tmp_path, "a.com/ status=200", "x.com/ -> a.com/ tea") == {
        "coverage": pytest.approx(0.85 * 0.15)
    }


def test_a_link_that_becomes_nofollow(tmp_path: Path) -> None:
    assert causes(tmp_path, "x.com/ -> a.com/ tea", "x.com/ -> a.com/ tea nofollow") == {
        "link": pytest.approx(-0.85 * 0.15)
    }


def test_more_links_on_the_source_dilute(tmp_path: Path) -> None:
    found = causes(tmp_path, "x.com/ -> a.com/ tea", "x.com/ -> a.com/ tea\nx.com/ -> b.com/ tea")
    assert found == {"dilution": pytest.approx(-0.85 * 0.15 / 2)}


def test_a_source_that_grew(tmp_path: Path) -> None:
    before = "x.com/ -> a.com/ tea\ny.com/ status=200"
    found = causes(tmp_path, before, "y.com/ -> x.com/ tea")
    assert found == {"strength": pytest.approx(0.85 * 0.85 * 0.15)}


def test_its_own_base(tmp_path: Path) -> None:
    assert causes(tmp_path, "a.com/ status=200", "a.com/ noindex") == {"base": pytest.approx(-0.15)}


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_parts_sum_to_the_change_whatever_happened(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rng = np.random.default_rng(seed)
    again = "\n".join(line for line in random_text(seed).splitlines() if rng.random() < 0.6)
    webs = two(tmp_path_factory.mktemp("web"), random_text(seed), again, "reasonable-v1")
    for scope in ("s0.com", "s1.com/1", "*"):
        try:
            change = change_of(*webs, parse_scope(scope))
        except NotFoundError:
            continue
        assert abs(change.residual) <= 1e-9 * max(change.before, change.after)


def test_the_report_finds_the_earlier_snapshot_by_itself(tmp_path: Path) -> None:
    two(tmp_path, "x.com/ status=200\na.com/ -> b.com/ x", "x.com/ -> a.com/ tea")
    store = Store.open(tmp_path / "store")
    result = Linkshed(store.snapshot()).why("a.com")
    (row,) = result.to_dicts()
    assert (row["cause"], row["source_url"]) == ("won", "https://x.com/")
    assert "sum exactly" in result.remarks[0]
    by_cause = Linkshed(store.snapshot()).why("a.com", by="cause").to_dicts()
    assert [row["cause"] for row in by_cause] == ["won"]
    points = Linkshed(store.snapshot()).pages("a.com").to_dicts()[0]["rating"]
    assert row["points"] == pytest.approx(points, abs=1e-5)


def test_nothing_to_compare_with_and_unlike_profiles_are_clear_errors(tmp_path: Path) -> None:
    alone = scored_web("x.com/ -> a.com/ tea", tmp_path)
    with pytest.raises(NotFoundError, match="no scored snapshot of other inputs"):
        Linkshed(alone).why("a.com")
    other = score(Store.open(tmp_path / "store"), alone, "classic")
    with pytest.raises(MissingScore, match="is scored with 'reasonable-v1'"):
        change_of(Web(alone), Web(other), parse_scope("a.com"))
