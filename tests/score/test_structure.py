"""Depth, degrees, domain ratings and the contract of all scores, on real snapshots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linkshed.errors import UnknownName
from linkshed.score import ON_REQUEST, SCORES
from linkshed.score.run import score
from linkshed.score.scale import rating
from linkshed.snapshot.tables import Snapshot
from snapshots import built, random_text, scored_web

D = 0.85


WEB = """
    a.com/ -> a.com/moved
    a.com/ -> b.com/gone
    a.com/moved redirect a.com/x
    a.com/x -> b.com/ words nofollow
    a.com/x -> b.com/
    www.a.com/ -> www.a.com/y words nofollow
    www.a.com/y -> b.com/
    www.a.com/y -> c.com/ words form
    b.com/z -> a.com/x
    b.com/z -> d.com/
    b.com/z -> d.com/ words sponsored
    b.com/ -> e.com/ words ugc
    b.com/gone status=404
    hid.com/ noindex
    hid.com/ -> d.com/
"""


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return scored_web(WEB, tmp_path_factory.mktemp("scored"))


def page(snapshot: Snapshot, address: str, *names: str) -> list[Any]:
    row = snapshot.page_id(f"https://{address}")
    assert row is not None
    found = snapshot.take("pages", list(names), np.array([row]))
    return [found[name][0].as_py() for name in names]


def domain(snapshot: Snapshot, name: str, *names: str) -> list[Any]:
    row = snapshot.domain_id(name)
    assert row is not None
    found = snapshot.take("domains", list(names), np.array([row]))
    return [found[name][0].as_py() for name in names]


@pytest.mark.parametrize(
    ("address", "depth"),
    [("a.com/", 0), ("a.com/moved", 1), ("a.com/x", 2), ("www.a.com/", 0), ("www.a.com/y", 1),
     ("b.com/", 0), ("b.com/z", None), ("d.com/", 0), ("b.com/gone", None)],
)  # fmt: skip
def test_depth(scored: Snapshot, address: str, depth: int | None) -> None:
    """A redirect is one level, every host's home page a start, other domains no way in."""
    assert page(scored, address, "depth") == [depth]


def test_page_degrees(scored: Snapshot) -> None:
    into = ("n_inlinks", "n_backlinks", "n_followed_backlinks", "n_refpages", "n_refdomains",
            "n_followed_refdomains")  # fmt: skip
    assert page(scored, "b.com/", *into) == [3, 3, 2, 2, 1, 1]
    assert page(scored, "a.com/x", *into) == [1, 1, 1, 1, 1, 1]
    assert page(scored, "c.com/", *into) == [0] * 6
    out = ("n_outlinks", "n_internal_links", "n_external_links", "n_linked_domains")
    assert page(scored, "b.com/z", *out) == [3, 0, 3, 2]
    assert page(scored, "a.com/", *out) == [2, 1, 1, 1]


def test_domain_degrees(scored: Snapshot) -> None:
    names = ("n_pages", "n_backlinks", "n_followed_backlinks", "n_refpages", "n_refdomains",
             "n_followed_refdomains", "n_linked_domains", "n_followed_linked_domains")  # fmt: skip
    assert domain(scored, "b.com", *names) == [3, 4, 3, 3, 1, 1, 3, 2]
    assert domain(scored, "e.com", *names) == [1, 1, 0, 1, 1, 0, 0, 0]
    assert domain(scored, "d.com", *names) == [1, 3, 2, 2, 2, 2, 0, 0]


def test_domain_equity_is_the_documented_split(scored: Snapshot) -> None:
    """a <-> b, b -> d; noindex, ugc, forms and dead targets make no domain link."""
    a, b, d, e = (domain(scored, f"{n}.com", "equity")[0] for n in "abde")
    assert a == pytest.approx(0.15 + D * b / 2)
    assert b == pytest.approx(0.15 + D * a)
    assert d == pytest.approx(0.15 + D * b / 2)
    assert e == pytest.approx(0.15 * 0.05)
    assert domain(scored, "b.com", "rank", "rating") == [1, pytest.approx(rating(b))]
    assert domain(scored, "d.com", "rank") == domain(scored, "a.com", "rank") == [2]


def test_page_ratings_follow_equity(scored: Snapshot) -> None:
    equity, found = scored.array("pages", "equity"), scored.array("pages", "rating")
    assert (np.isnan(equity) == np.isnan(found)).all()
    known = ~np.isnan(equity)
    assert found[known] == pytest.approx(rating(equity[known]), rel=1e-6)


@pytest.mark.parametrize("name", tuple(SCORES))
def test_every_score_makes_what_it_declares(scored: Snapshot, name: str) -> None:
    module = SCORES.load(name)
    result = module.compute(scored, {"profile": "reasonable-v1", "threads": 2})
    assert set(result.columns) == {(c.table, c.column.name) for c in module.COLUMNS}
    for (table, _), column in result.columns.items():
        assert len(column) == scored.n_rows(table)
    for declared in module.COLUMNS:
        assert declared.column.meaning
        column = result.columns[declared.table, declared.column.name]
        assert declared.column.null or not np.ma.is_masked(column)
    assert module.__doc__
    assert module.TITLE
    assert all(need in SCORES for need in module.NEEDS)


EXTREMES = {
    "one page": "a.com/",
    "self-link": "a.com/ -> a.com/",
    "duplicates": "\n".join(["a.com/ -> b.com/"] * 5),
    "all nofollow": "a.com/ -> b.com/ words nofollow",
    "dead source": "a.com/ -> b.com/\na.com/ status=404",
    "redirect loop": "a.com/ redirect b.com/\nb.com/ redirect a.com/",
}


@pytest.mark.parametrize("name", EXTREMES)
def test_extremes(tmp_path: Path, name: str) -> None:
    snapshot = scored_web(EXTREMES[name], tmp_path)
    equity = snapshot.array("pages", "equity")
    assert (equity[~np.isnan(equity)] >= 0).all()
    assert snapshot.array("domains", "equity").min() >= 0.15 * 0.05


def test_same_bits_again(tmp_path: Path) -> None:
    store, bare = built(random_text(1), tmp_path)
    one, two = score(store, bare, threads=1), score(store, bare, threads=2)
    assert one.array("pages", "equity").tobytes() == two.array("pages", "equity").tobytes()
    assert one.array("links", "equity").tobytes() == two.array("links", "equity").tobytes()


def test_progress_and_unknown_profile(tmp_path: Path) -> None:
    store, bare = built(random_text(2), tmp_path)
    told: list[str] = []
    score(store, bare, on_progress=told.append)
    assert told == [SCORES.load(name).TITLE for name in SCORES if name not in ON_REQUEST]
    with pytest.raises(UnknownName, match="classic"):
        score(store, bare, "best")
