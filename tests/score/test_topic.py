"""Topic-sensitive equity: algebra, networkx, a dense solve, and words read another way."""

from __future__ import annotations

import re
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requested import D, again, column, matrix, on_domain, on_page, requested, walked

from linkshed.errors import InputError, ParameterError
from linkshed.score.nodes import read_nodes
from linkshed.score.run import score
from linkshed.score.worded import pages_with, phrases_of
from linkshed.snapshot.tables import Snapshot
from snapshots import built, random_text
from webs import web

LITTLE = """
    tea.com/ title='All about Tea'
    tea.com/ -> shop.com/ 'buy'
    team.com/ title='Our team'
    team.com/ -> shop.com/ 'buy'
    shop.com/ -> x.com/ 'Green   TEA'
    shop.com/ -> old.com/ 'tea, and more'
    old.com/ redirect new.com/
    team.com/ -> y.com/ 'tea' nofollow
    cha.jp/ title='緑茶の専門店'
    wide.com/ title='ＴＥＡ time'
    odd.com/ title='c++ (and more)'
"""


def topic(snapshot: Snapshot, words: str, where: str = "both") -> set[str]:
    """Hosts of the pages with any of the words."""
    found = pages_with(snapshot, read_nodes(snapshot), phrases_of(words), where)
    return {url[8:-1] for url in snapshot.urls(np.flatnonzero(np.logical_or.reduce(found)))}


def test_a_little_web(tmp_path: Path) -> None:
    """From tea.com to shop.com, and from there a half each to x.com and, by redirect, new.com."""
    found = requested(LITTLE, tmp_path, "topic", words="tea", words_in="title")
    step = 0.15 * D
    told = {page: on_page(found, f"{page}/", "topic_equity") for page in
            ("tea.com", "wide.com", "shop.com", "new.com", "team.com", "odd.com")}  # fmt: skip
    assert told == pytest.approx({"tea.com": 0.15, "wide.com": 0.15, "shop.com": step,
                                  "new.com": step * D / 2, "team.com": 0, "odd.com": 0})  # fmt: skip
    shop = 0.15 + step + step / 2
    assert on_page(found, "shop.com/", "topic_share") == pytest.approx(step / shop)
    assert on_domain(found, "shop.com", "topic_share") == pytest.approx(step / shop)
    assert on_page(found, "old.com/", "topic_share") is None
    assert found.manifest.scores["topic"]["pages"] == 2
    assert found.manifest.scores["topic"]["base"] == 2


def test_no_topic_is_null(tmp_path: Path) -> None:
    found = requested(LITTLE, tmp_path, "topic")
    assert np.isnan(column(found, "pages", "topic_equity")).all()
    assert np.isnan(column(found, "domains", "topic_share")).all()
    assert found.manifest.scores["topic"]["notes"]


WORDS = {
    "whole words": ("tea", "title", {"tea.com", "wide.com"}),
    "anchors of links that pass something": ("tea", "anchor", {"x.com", "new.com"}),
    "either": ("TEA", "both", {"tea.com", "wide.com", "x.com", "new.com"}),
    "phrases, however spaced": (" green tea ", "both", {"x.com"}),
    "several": ("team, about tea", "title", {"team.com", "tea.com"}),
    "no spaces between words": ("茶", "both", {"cha.jp"}),
    "no pattern": ("t.a", "both", set()),
    "signs": ("c++ (and", "title", {"odd.com"}),
}


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    store, bare = built(LITTLE, tmp_path_factory.mktemp("little"))
    return score(store, bare)


@pytest.mark.parametrize(("words", "where", "truth"), WORDS.values(), ids=WORDS)
def test_words(little: Snapshot, words: str, where: str, truth: set[str]) -> None:
    assert topic(little, words, where) == truth


WORD = st.sampled_from(
    ["tea", "TEA", "team", "steam", "ta", "tee", "a", "té", "чай", "Чай", "x_tea"]
)
TEXTS = st.lists(st.tuples(WORD, st.sampled_from([" ", ", ", "-", "'", "  "])), max_size=5)


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(TEXTS, min_size=1, max_size=6), st.lists(WORD, min_size=1, max_size=2))
def test_words_as_python_splits_them(
    tmp_path_factory: pytest.TempPathFactory, texts: list[list[tuple[str, str]]], phrase: list[str]
) -> None:
    titles = ["".join(word + gap for word, gap in text).strip() for text in texts]
    lines = [f'p{i}.com/ "title={title}"' for i, title in enumerate(titles)]
    made = web("\n".join(lines), tmp_path_factory.mktemp("words"))
    wanted = [word.casefold() for word in phrase]
    truth = {f"p{i}.com" for i, title in enumerate(titles) if _holds(title.casefold(), wanted)}
    assert topic(made, " ".join(phrase), "title") == truth


def _holds(title: str, wanted: list[str]) -> bool:
    """Whether the words stand in the title one after another with nothing but space between."""
    pieces = re.split(r"(\W+)", title)
    words, gaps = pieces[::2], pieces[1::2]
    n = len(wanted)
    return any(
        words[i : i + n] == wanted and all(gap.isspace() for gap in gaps[i : i + n - 1])
        for i in range(len(words) - n + 1)
    )


@pytest.mark.parametrize("seed", range(4))
def test_against_a_dense_solve(tmp_path: Path, seed: int) -> None:
    found = requested(random_text(seed), tmp_path, "topic", "hint", scope="s0.com")
    nodes, domain = read_nodes(found), found.domain_of(np.arange(found.n_pages))
    base = nodes.base * (domain == found.domain_id("s0.com"))
    truth = walked(matrix(found), found.array("pages", "out_weight"), base)
    told = column(found, "pages", "topic_equity")
    assert told[nodes.is_node] == pytest.approx(truth[nodes.is_node], rel=1e-9, abs=1e-14)
    sums = np.bincount(domain, weights=np.nan_to_num(told), minlength=found.n_domains)
    assert column(found, "domains", "topic_equity") == pytest.approx(sums)


def test_against_networkx(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    pairs = [(s, t) for s, t in rng.integers(0, 25, (80, 2)).tolist() if s != t]
    text = "\n".join(f"p{s}.com/ -> p{t}.com/" for s, t in pairs)
    found = requested(text, tmp_path, "topic", scope="p1.com, p5.com")
    graph = nx.MultiDiGraph([(f"p{s}.com", f"p{t}.com") for s, t in pairs])
    jump = {"p1.com": 1.0, "p5.com": 1.0}
    rank = nx.pagerank(graph, personalization=jump, dangling=jump, tol=1e-14, max_iter=2000)
    told = {page: on_domain(found, page, "topic_equity") for page in graph}
    total = sum(told.values())
    assert {k: v / total for k, v in told.items()} == pytest.approx(rank, abs=1e-10)


@pytest.mark.parametrize("profile", ["reasonable-v1", "hint"])
def test_topics_that_part_the_web_add_up_to_equity(tmp_path: Path, profile: str) -> None:
    store, bare = built(random_text(8, 60, 400), tmp_path)
    snapshot = score(store, bare, profile)
    total = np.zeros(snapshot.n_pages)
    for site in range(5):
        found = again(snapshot, tmp_path, "topic", scope=f"s{site}.com")
        total += column(found, "pages", "topic_equity")
        share = column(found, "pages", "topic_share")
        assert ((share >= 0) & (share <= 1) | np.isnan(share)).all()
    assert total == pytest.approx(column(snapshot, "pages", "equity"), rel=1e-9, nan_ok=True)


def test_scopes_and_words_are_one_topic(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("odd.com\n")
    found = requested(LITTLE, tmp_path, "topic", words="team, nowhere", words_in="title",
                      scope="x.com, zzz.org", scope_file=tmp_path / "list.txt")  # fmt: skip
    record = found.manifest.scores["topic"]
    assert record["pages"] == 3
    assert len(record["notes"]) == 2
    assert record["notes"][1].endswith("nowhere")


def test_a_topic_of_nothing_is_an_error(tmp_path: Path) -> None:
    for options, error in (({"words": "zebra"}, InputError), ({"words": " , "}, ParameterError),
                           ({"words": ",".join(map(str, range(101)))}, ParameterError),
                           ({"words_in": "body"}, ParameterError),
                           ({"scope": "zzz.org"}, InputError)):  # fmt: skip
        with pytest.raises(error, match="allowed"):
            requested(LITTLE, tmp_path, "topic", **options)
