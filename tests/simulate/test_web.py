"""The graph behind the numbers of a snapshot, beside another snapshot of the same store."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from linkshed.score.run import score
from linkshed.simulate.domainlinks import DomainLinks
from linkshed.simulate.web import Web, web_of
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from snapshots import scored_web
from webs import publish, rows

THEN, NOW = 1_700_000_000, 1_710_000_000
BEFORE = "x.com/ -> a.com/ t\ny.com/ -> a.com/ t\na.com/ status=200\nb.com/ status=200"


def two(folder: Path, after: str) -> tuple[Snapshot, Snapshot]:
    store = []
    for text, seen_at in ((BEFORE, THEN), (after, NOW)):
        made = publish(folder, rows(text, seen_at))
        store.append(score(Store.open(folder / "store"), made, "classic"))
    return store[0], store[1]


def test_columns_alike_do_not_make_graphs_alike(tmp_path: Path) -> None:
    """As many links, all of the same weight, but one leads elsewhere."""
    first, second = two(tmp_path, "x.com/ -> b.com/ t")
    assert Web(first).in_links.offsets.tolist() == [0, 2, 2, 2, 2]
    assert Web(second).in_links.offsets.tolist() == [0, 1, 2, 2, 2]
    assert Web(second).out_links.targets.tolist() == [1, 0]


@pytest.mark.parametrize(
    "after", ["x.com/ -> a.com/ t nofollow", "x.com/ nofollow\nx.com/ -> a.com/ t"]
)
def test_links_that_are_not_followed_make_no_domain_link_whatever_was_known_before(
    tmp_path: Path, after: str
) -> None:
    first, second = two(tmp_path, after)
    assert DomainLinks(Web(first)).n_referring.tolist() == [2, 0, 0, 0]
    assert DomainLinks(Web(second)).n_referring.tolist() == [1, 0, 0, 0]


def test_an_open_snapshot_has_one_web(tmp_path: Path) -> None:
    first, second = two(tmp_path, "x.com/ -> b.com/ t")
    assert web_of(first) is web_of(first)
    assert web_of(first).snapshot is first
    assert web_of(first) is not web_of(second)


def test_where_nothing_can_be_kept_the_web_is_the_same(tmp_path: Path) -> None:
    made = scored_web("a.com/ redirect b.com/\nc.com/ canonical b.com/\nb.com/ -> c.com/", tmp_path)
    first, again = ((Web(made).said, Web(made).in_links) for _ in range(2))
    shutil.rmtree(tmp_path / "store" / "cache")
    (tmp_path / "store" / "cache").write_text("not a folder")
    web = Web(Store.open(tmp_path / "store").snapshot(made.id))
    for said, links in (first, again):
        for name in ("redirect_to", "refresh_to", "canonical_to"):
            assert np.array_equal(getattr(said, name), getattr(web.said, name))
        assert links.sources.tolist() == web.in_links.sources.tolist()
    assert web.said.redirect_to.tolist().count(-1) == made.n_pages - 1
