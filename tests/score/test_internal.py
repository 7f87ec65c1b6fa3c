"""Internal and external equity: they add up, and each is what it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requested import D, column, matrix, on_domain, on_page, requested, walked

from linkshed.score.nodes import read_nodes
from linkshed.score.profiles import PROFILES
from snapshots import random_text, scored_web

LITTLE = """
    a.com/ -> a.com/x
    a.com/ -> b.com/
    b.com/ -> b.com/back
    b.com/back redirect a.com/
    c.com/ -> c.com/x words nofollow
    gone.com/ status=404
"""


def test_a_little_web(tmp_path: Path) -> None:
    """a sends half to its x and half to b, which sends all back: that is external to a."""
    found = requested(LITTLE, tmp_path, "internal")
    half = D / 2
    a = (0.15 + D * 0.15) / (1 - D * half)
    truth = {
        "a.com/": (0.15, a - 0.15), "a.com/x": (0.15 + half * 0.15, half * (a - 0.15)),
        "b.com/": (0.15, half * a), "c.com/": (0.15, 0), "c.com/x": (0.15, 0),
    }  # fmt: skip
    for page, parts in truth.items():
        told = [on_page(found, page, f"{kind}_equity") for kind in ("internal", "external")]
        assert told == pytest.approx(list(parts), rel=1e-9)
        assert on_page(found, page, "internal_share") == pytest.approx(parts[0] / sum(parts))
    for name in ("internal_equity", "external_equity", "internal_share"):
        assert on_page(found, "b.com/back", name) is None
    assert on_domain(found, "a.com", "internal_equity") == pytest.approx(0.3 + half * 0.15)
    assert on_domain(found, "a.com", "external_equity") == pytest.approx((1 + half) * (a - 0.15))
    assert on_domain(found, "c.com", "external_equity") == 0
    assert on_domain(found, "c.com", "internal_share") == 1
    assert on_domain(found, "gone.com", "internal_share") is None
    assert found.manifest.scores["internal"]["largest_gap"] < 1e-12


@settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 2**31), st.integers(0, 400), st.sampled_from(sorted(PROFILES)))
def test_both_parts_add_up_to_equity(
    tmp_path_factory: pytest.TempPathFactory, seed: int, n_links: int, profile: str
) -> None:
    folder = tmp_path_factory.mktemp("sum")
    found = requested(random_text(seed, 40, n_links), folder, "internal", profile)
    own, sent, equity = (
        column(found, "pages", name) for name in ("internal_equity", "external_equity", "equity")
    )
    assert own + sent == pytest.approx(equity, rel=1e-9, nan_ok=True)
    assert (np.isnan(own) == np.isnan(equity)).all()
    assert not (own < 0).any()
    assert not (sent < 0).any()
    record = found.manifest.scores["internal"]
    assert record["largest_gap"] <= 1e-9
    assert record["notes"] == []
    domain = found.domain_of(np.arange(found.n_pages))
    for name, values in (("internal_equity", own), ("external_equity", sent)):
        sums = np.bincount(domain, weights=np.nan_to_num(values), minlength=found.n_domains)
        assert column(found, "domains", name) == pytest.approx(sums, abs=1e-14)


@pytest.mark.parametrize("seed", range(3))
def test_internal_equity_is_the_equity_of_a_domain_nobody_else_links_to(
    tmp_path: Path, seed: int
) -> None:
    """All links of other domains taken out of the web: what is left of equity is internal."""
    text = random_text(seed)
    whole = requested(text, tmp_path / "whole", "internal", "reasonable-v1")
    for site in range(5):
        lines = [s for s in text.splitlines() if " -> " not in s or s.startswith(f"s{site}.com")]
        alone = scored_web("\n".join(lines), tmp_path / f"only-{site}")
        pages = np.flatnonzero(
            alone.domain_of(np.arange(alone.n_pages)) == alone.domain_id(f"s{site}.com")
        )
        for url, equity in zip(
            alone.urls(pages), alone.array("pages", "equity")[pages], strict=True
        ):
            told = on_page(whole, url.removeprefix("https://"), "internal_equity")
            assert (told is None) == np.isnan(equity)
            assert told is None or told == pytest.approx(equity, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("seed", range(4))
def test_against_a_dense_solve(tmp_path: Path, seed: int) -> None:
    found = requested(random_text(seed), tmp_path, "internal", "hint")
    nodes, domain = read_nodes(found), found.domain_of(np.arange(found.n_pages))
    inside = matrix(found) * (domain[:, None] == domain)
    out, known = found.array("pages", "out_weight"), nodes.is_node
    equity = np.nan_to_num(column(found, "pages", "equity"))
    share = np.divide(D, out, out=np.zeros(len(out)), where=out > 0)
    entering = (equity * share) @ (matrix(found) * (domain[:, None] != domain))
    own, sent = walked(inside, out, nodes.base), walked(inside, out, entering / (1 - D))
    for name, truth in (("internal_equity", own), ("external_equity", sent)):
        told = column(found, "pages", name)[known]
        assert told == pytest.approx(truth[known], rel=1e-9, abs=1e-14)


def test_a_link_from_outside_moves_the_external_part_alone(tmp_path: Path) -> None:
    before = requested(LITTLE, tmp_path / "before", "internal")
    after = requested(LITTLE + "\nd.com/ -> a.com/x", tmp_path / "after", "internal")
    for page in ("a.com/", "a.com/x", "b.com/"):
        told = [on_page(web, page, "internal_equity") for web in (before, after)]
        assert told[0] == pytest.approx(told[1], rel=1e-12)
    more = [on_page(web, "a.com/x", "external_equity") for web in (before, after)]
    assert more[1] - more[0] == pytest.approx(0.15 * D)
