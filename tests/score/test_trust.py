"""Trust and distrust: algebra, networkx, a dense solve, and lists as people write them."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requested import again, column, matrix, on_domain, on_page, requested, walked

from linkshed.errors import InputError, NotFoundError, ScopeError
from linkshed.score.nodes import read_nodes
from linkshed.score.run import score
from linkshed.snapshot.tables import Snapshot
from snapshots import built, random_text

D = 0.85
LITTLE = """
    good.edu/ -> a.com/
    a.com/ -> b.com/
    a.com/ -> bad.com/
    c.com/ -> a.com/
    x.com/ -> bad.com/ words nofollow
    good.edu/old redirect good.edu/
    good.edu/away redirect shop.com/
    bad.com/gone status=404
"""


def test_a_little_web(tmp_path: Path) -> None:
    """Trust: good, a, then half to b and half to bad. Distrust: bad, a, then good and c alike."""
    found = requested(LITTLE, tmp_path, "trust", good="good.edu/", bad="bad.com/")
    step = 0.15 * D
    trust = {"good.edu/": 0.15, "a.com/": step, "b.com/": step * D / 2, "bad.com/": step * D / 2,
             "c.com/": 0, "x.com/": 0}  # fmt: skip
    distrust = {"bad.com/": 0.15, "a.com/": step, "good.edu/": step * D / 2,
                "c.com/": step * D / 2, "b.com/": 0, "x.com/": 0}  # fmt: skip
    for name, truth in (("trust", trust), ("distrust", distrust)):
        assert {page: on_page(found, page, name) for page in truth} == pytest.approx(truth)
    a = 0.15 + 2 * step
    assert on_page(found, "a.com/", "trust_share") == pytest.approx(step / a)
    back = {"bad.com/": 0.15, "b.com/": 0.15, "a.com/": 0.15 + 2 * step}
    assert on_page(found, "a.com/", "distrust_share") == pytest.approx(step / back["a.com/"])
    assert on_page(found, "bad.com/", "distrust_share") == 1
    assert on_domain(found, "a.com", "trust_share") == pytest.approx(step / a)
    assert on_page(found, "good.edu/old", "trust") is None


def test_what_no_list_was_given_for_is_null(tmp_path: Path) -> None:
    found = requested(LITTLE, tmp_path, "trust", good="good.edu/")
    assert on_page(found, "a.com/", "trust") > 0
    for name in ("distrust", "distrust_share"):
        assert np.isnan(column(found, "pages", name)).all()
        assert np.isnan(column(found, "domains", name)).all()
    neither = again(found, tmp_path, "trust")
    assert np.isnan(column(neither, "domains", "trust_share")).all()
    assert len(neither.manifest.scores["trust"]["notes"]) == 2


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("profile", ["reasonable-v1", "hint"])
def test_against_a_dense_solve(tmp_path: Path, seed: int, profile: str) -> None:
    found = requested(random_text(seed), tmp_path, "trust", profile, good="s0.com", bad="s1.com")
    nodes, amounts = read_nodes(found), matrix(found)
    domain = found.domain_of(np.arange(found.n_pages))
    landed = domain[nodes.lands] == domain
    good, bad = (np.zeros(found.n_pages) for _ in "gb")
    for name, seeds in (("s0.com", good), ("s1.com", bad)):
        pages = np.flatnonzero((domain == found.domain_id(name)) & landed & ~nodes.is_dead)
        seeds[nodes.lands[pages]] = 1
    trust = walked(amounts, found.array("pages", "out_weight"), good * nodes.base)
    received = amounts.sum(axis=0)
    distrust = walked(amounts.T, received, bad)
    whole = walked(amounts.T, received, nodes.is_node.astype(float))
    known = nodes.is_node
    for name, truth in (("trust", trust), ("distrust", distrust)):
        told = column(found, "pages", name)
        assert (np.isnan(told) == ~known).all()
        assert told[known] == pytest.approx(truth[known], rel=1e-9, abs=1e-14)
    told = column(found, "pages", "distrust_share")
    assert told[known] == pytest.approx((distrust / np.where(known, whole, 1))[known], abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_against_networkx(tmp_path: Path, seed: int) -> None:
    """Personalised PageRank of the multigraph, along the links and against them."""
    rng = np.random.default_rng(seed)
    pairs = [(s, t) for s, t in rng.integers(0, 30, (90, 2)).tolist() if s != t]
    text = "\n".join(f"p{s}.com/ -> p{t}.com/" for s, t in pairs)
    found = requested(text, tmp_path, "trust", good="p1.com, p2.com", bad="p3.com")
    graph = nx.MultiDiGraph([(f"p{s}.com", f"p{t}.com") for s, t in pairs])
    for name, at, seeds in (("trust", graph, ("p1.com", "p2.com")),
                            ("distrust", graph.reverse(), ("p3.com",))):  # fmt: skip
        jump = dict.fromkeys(seeds, 1.0)
        rank = nx.pagerank(at, personalization=jump, dangling=jump, tol=1e-14, max_iter=2000)
        told = {page: on_domain(found, page, name) for page in graph}
        total = sum(told.values())
        assert {k: v / total for k, v in told.items()} == pytest.approx(rank, abs=1e-10)


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Snapshot]:
    folder = tmp_path_factory.mktemp("trust")
    store, bare = built(random_text(11, 60, 400), folder)
    return folder, score(store, bare)


SITES = [f"s{i}.com" for i in range(5)]


@settings(
    deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sets(st.sampled_from(SITES), min_size=1), st.data())
def test_lists_add_up_and_never_exceed_the_whole(
    scored: tuple[Path, Snapshot], sites: set[str], data: st.DataObject
) -> None:
    folder, snapshot = scored
    some = data.draw(st.sets(st.sampled_from(sorted(sites))))
    parts = [part for part in (some, sites - some) if part]

    def ask(part: set[str], kind: str) -> Snapshot:
        return again(snapshot, folder, "trust", **{kind: ", ".join(sorted(part))})

    for kind, name in (("good", "trust"), ("bad", "distrust")):
        whole = ask(sites, kind)
        told = column(whole, "pages", name)
        summed = sum(column(ask(part, kind), "pages", name) for part in parts)
        assert told == pytest.approx(summed, rel=1e-8, abs=1e-13, nan_ok=True)
        shares = column(whole, "pages", f"{name}_share")
        assert ((shares >= 0) & (shares <= 1) | np.isnan(shares)).all()


def test_trusting_everything_is_equity(scored: tuple[Path, Snapshot]) -> None:
    folder, snapshot = scored
    found = again(snapshot, folder, "trust", good="*", bad="*")
    for name, truth in (("trust", column(found, "pages", "equity")),):
        assert column(found, "pages", name) == pytest.approx(truth, rel=1e-9, nan_ok=True)
    for name in ("trust_share", "distrust_share"):
        shares = column(found, "pages", name)
        assert shares[~np.isnan(shares)] == pytest.approx(1, abs=1e-9)
    no_equity = column(found, "pages", "equity") == 0
    assert np.isnan(column(found, "pages", "trust_share")[no_equity]).all()


def test_same_bits_at_any_thread_count(scored: tuple[Path, Snapshot]) -> None:
    from linkshed.score import SCORES

    _, snapshot = scored
    made = [
        SCORES.load("trust").compute(
            snapshot, {"profile": "reasonable-v1", "threads": n, "good": "s0.com", "bad": "s1.com"}
        ).columns
        for n in (1, 3)
    ]  # fmt: skip
    assert all(made[0][key].tobytes() == made[1][key].tobytes() for key in made[0])


def test_lists_in_files(tmp_path: Path) -> None:
    """Comments, empty lines, modes, commas, a byte order mark; unknown scopes are counted."""
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text(
        "\ufeff# judged by hand\n\nhost good.edu\nzzz.org, yyy.org\nurl a.com/\n", "utf-8"
    )
    bad.write_text("bad.com/gone\nbad.com/\r\ngood.edu/away\n")
    found = requested(LITTLE, tmp_path, "trust", good_file=good, bad_file=str(bad))
    record = found.manifest.scores["trust"]
    assert record["good"] == {"scopes": 4, "unknown_scopes": 2, "pages": 2, "pages_elsewhere": 1}
    assert record["bad"] == {"scopes": 3, "unknown_scopes": 0, "pages": 1, "pages_elsewhere": 2}
    assert record["params"]["good_file"] == str(good)
    assert [note.split(" ", 2)[0] for note in record["notes"]] == ["2", "1", "2"]
    assert "yyy.org" in record["notes"][0]
    assert on_page(found, "shop.com/", "trust") == 0
    assert on_page(found, "a.com/", "trust") == pytest.approx(0.15 + 0.15 * D)


def test_an_option_and_a_file_together(tmp_path: Path) -> None:
    listed = tmp_path / "good.txt"
    listed.write_text("a.com")
    found = requested(LITTLE, tmp_path, "trust", good="good.edu/\nhost c.com", good_file=listed)
    assert found.manifest.scores["trust"]["good"]["pages"] == 3


BROKEN: dict[str, tuple[bytes | None, type[Exception], str]] = {
    "missing": (None, NotFoundError, "list.txt"),
    "not text": (b"a.com\n\xff\xfe", InputError, "byte 6"),
    "no scope": (b"a.com\nhttp://[\n", InputError, "line 2"),
    "empty": (b"# nothing yet\n", InputError, "empty list"),
    "all unknown": (b"zzz.org\nyyy.org\n", InputError, "yyy.org, zzz.org"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_list_that_cannot_be_used_is_named(
    name: str, tmp_path: Path, scored: tuple[Path, Snapshot]
) -> None:
    folder, snapshot = scored
    content, error, words = BROKEN[name]
    path = tmp_path / "list.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error, match=words):
        again(snapshot, folder, "trust", bad_file=path)


def test_a_list_too_large_is_refused(
    tmp_path: Path, scored: tuple[Path, Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    from linkshed.score import listed

    folder, snapshot = scored
    monkeypatch.setattr(listed, "MOST_BYTES", 10)
    (tmp_path / "list.txt").write_text("s0.com\ns1.com\n")
    with pytest.raises(InputError, match="too large"):
        again(snapshot, folder, "trust", good_file=tmp_path / "list.txt")


def test_an_option_that_is_no_scope(scored: tuple[Path, Snapshot]) -> None:
    folder, snapshot = scored
    with pytest.raises(ScopeError):
        again(snapshot, folder, "trust", good="http://[")
