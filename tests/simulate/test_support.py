"""What a new link brings, against the web in which it was written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from linkshed.api import Linkshed
from linkshed.simulate.support import Supporters
from linkshed.simulate.web import Web
from snapshots import random_text, scored_web


def equity(web: Linkshed) -> dict[str, float]:
    return {row["url"]: row["equity"] or 0.0 for row in web.pages("*").to_dicts()}


@pytest.mark.parametrize("seed", range(3))
def test_the_gain_is_that_of_the_web_with_the_link(seed: int, tmp_path: Path) -> None:
    text = random_text(seed, n=40, n_links=90)
    (tmp_path / "before").mkdir()
    snapshot = scored_web(text, tmp_path / "before")
    before = equity(Linkshed(snapshot))
    rows = Linkshed(snapshot).orphans("*", select="*").to_dicts()
    tried = [row for row in rows if row["from_url"] is not None][:3]
    assert tried
    for n, row in enumerate(tried):
        (tmp_path / str(n)).mkdir()
        link = f"{row['from_url']} -> {row['url']} words position=0.5 n_block=1"
        after = equity(Linkshed(scored_web(f"{text}\n{link}", tmp_path / str(n))))
        assert row["gain"] == pytest.approx(after[row["url"]] - before[row["url"]], abs=1e-5)
        whole = sum(after.values()) - sum(before.values())
        assert row["scope_gain"] == pytest.approx(whole, abs=1e-4)


def test_a_page_that_links_already_is_passed_over(tmp_path: Path) -> None:
    text = (
        "a.com/ -> a.com/1 one\na.com/1 -> a.com/ home\na.com/2 -> a.com/ home\nx.com/ -> a.com/ a"
    )
    snapshot = scored_web(text, tmp_path)
    supporters = Supporters(Web(snapshot), np.arange(snapshot.n_pages))
    page = {url: snapshot.page_id(f"https://a.com/{url}") for url in ("", "1", "2")}
    first, second = (supporters.support(page[url]) for url in ("2", "1"))
    assert first is not None
    assert second is not None
    assert (first.source, second.source) == (page[""], page["2"])
    assert supporters.support(page[""]) is None
