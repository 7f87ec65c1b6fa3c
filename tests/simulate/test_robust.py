"""What is left without the domains a scope depends on most."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkshed.api import Linkshed
from snapshots import random_text, scored_web

TEXT = """
x.com/ -> a.com/ tea
x.com/ -> c.com/ tea
y.com/ -> x.com/ tea
z.com/ -> a.com/ tea nofollow
a.com/ -> a.com/b tea
a.com/b -> a.com/ tea
"""


def test_each_loss_is_what_a_web_without_the_domain_holds(tmp_path: Path) -> None:
    for name in ("with", "without"):
        (tmp_path / name).mkdir()
    web = Linkshed(scored_web(TEXT, tmp_path / "with"))
    bare = Linkshed(scored_web(TEXT.replace("x.com/ -> a.com/ tea\n", ""), tmp_path / "without"))
    (row,) = web.robustness("a.com").to_dicts()
    left = sum(page["equity"] for page in bare.pages("a.com").to_dicts())
    assert (row["without"], row["links"]) == ("x.com", 1)
    assert row["equity"] == pytest.approx(left, abs=1e-6)


def test_the_largest_together_lose_at_least_what_one_of_them_does(tmp_path: Path) -> None:
    web = Linkshed(scored_web(random_text(7, n=60, n_links=500), tmp_path))
    found = web.robustness("s0.com", each=3).to_dicts()
    assert found[0]["without"] == "the 3 largest"
    assert found[0]["domains"] == 3
    assert found[0]["loss"] >= max(row["loss"] for row in found[1:]) > 0
    assert all(row["rating_loss"] >= 0 for row in found)
    assert [row["paid"] for row in found[1:]] == sorted(
        (row["paid"] for row in found[1:]), reverse=True
    )
