"""The split of a page's equity over its own site and every backlink."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed.api import Linkshed
from linkshed.errors import NotFoundError
from linkshed.simulate.edits import parse_edits
from linkshed.simulate.shed import shed_of
from linkshed.simulate.web import Web
from linkshed.simulate.whatif import what_if
from linkshed.urls.scope import parse_scope
from snapshots import random_text, scored_web


def test_a_chain_by_algebra(tmp_path: Path) -> None:
    """x.com links to the home page, which has one link, to the page asked for."""
    snapshot = scored_web("x.com/ -> a.com/ tea\na.com/ -> a.com/b tea", tmp_path, "classic")
    shed = shed_of(Web(snapshot), parse_scope("https://a.com/b", "url"))
    assert shed.equity == pytest.approx(0.15 * (1 + 0.85 + 0.85**2))
    assert shed.reach.tolist() == pytest.approx([0.85, 1.0])
    assert shed.base.tolist() == pytest.approx([0.15 * 0.85, 0.15])
    assert shed.paid.tolist() == pytest.approx([0.15 * 0.85 * 0.85])


def test_a_round_trip_inside_the_site_counts_at_each_return(tmp_path: Path) -> None:
    text = "x.com/ -> a.com/ tea\na.com/ -> a.com/b tea\na.com/b -> a.com/ tea"
    shed = shed_of(Web(scored_web(text, tmp_path, "classic")), parse_scope("https://a.com/", "url"))
    returns = 1 / (1 - 0.85**2)
    assert shed.reach.tolist() == pytest.approx([returns, 0.85 * returns])
    assert shed.paid.tolist() == pytest.approx([0.15 * 0.85 * returns])


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_it_sums_exactly_whatever_the_web(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    snapshot = scored_web(random_text(seed), tmp_path_factory.mktemp("web"))
    web = Web(snapshot)
    for scope in ("s0.com", "s1.com/", "s2.com, s3.com", "*"):
        try:
            shed = shed_of(web, parse_scope(scope))
        except NotFoundError:
            continue
        assert abs(shed.residual) <= 1e-9 * shed.equity
        sums = [sum(row["equity"] for row in Linkshed(snapshot).linkshed(scope, by=by).to_dicts())
                for by in ("domain", "link", "page")]  # fmt: skip
        assert sums == pytest.approx([shed.equity] * 3, rel=1e-9)


def test_backlinks_through_a_page_that_redirects_enter_where_it_leads(tmp_path: Path) -> None:
    text = "x.com/ -> old.com/ tea\nold.com/ redirect a.com/b\na.com/b -> a.com/ tea"
    rows = Linkshed(scored_web(text, tmp_path)).linkshed("a.com", by="link").to_dicts()
    entry = next(row for row in rows if row["part"] == "backlink")
    assert (entry["source_url"], entry["entry_url"]) == ("https://x.com/", "https://a.com/b")
    assert entry["enters"] == pytest.approx(0.85 * 0.15)


def test_paid_is_what_is_lost_without_the_link_when_nothing_comes_back(tmp_path: Path) -> None:
    """With no way back to the source, the split's part is the exact loss of removing the link."""
    text = "x.com/ -> a.com/ tea\ny.com/ -> a.com/b tea\na.com/ -> a.com/b tea\na.com/b -> a.com/ t"
    snapshot = scored_web(text, tmp_path)
    rows = Linkshed(snapshot).linkshed("https://a.com/b", by="domain").to_dicts()
    paid = {row["source_domain"]: row["equity"] for row in rows if row["part"] == "backlink"}
    web = Web(snapshot)
    for domain, amount in paid.items():
        found = what_if(web, parse_edits(f"lose {domain} -> a.com"), 1e-12)
        page = snapshot.page_id("https://a.com/b")
        assert -found.gain[found.pages == page][0] == pytest.approx(amount, abs=1e-9)


@pytest.mark.parametrize("scope", ["nowhere.com", "https://a.com/gone"])
def test_a_scope_without_equity_is_a_clear_error(scope: str, tmp_path: Path) -> None:
    snapshot = scored_web("x.com/ -> a.com/gone tea\na.com/gone status=404", tmp_path)
    with pytest.raises(NotFoundError, match=r"no page is known|none of its pages holds equity"):
        shed_of(Web(snapshot), parse_scope(scope))
    assert np.isnan(snapshot.array("pages", "equity")[snapshot.page_id("https://a.com/gone")])
