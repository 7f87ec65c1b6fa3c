"""Attention: the published table, number by number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from arrays import Web, plain_nodes, random_web, web_of

from linkshed.errors import UnknownName
from linkshed.schema import CLICKABLE, AnchorKind, LinkKind, Placement, Rel
from linkshed.score import factors, surfer
from linkshed.score.nodes import nodes_of
from linkshed.score.profiles import PROFILES, REASONABLE, profile_of

CONTENT, NAV = Placement.CONTENT, Placement.NAV


def one_link(profile: str = "reasonable-v1", **columns: Any) -> float:
    """Attention of the only link of a two-page web."""
    arrays = {name: np.array([value]) for name, value in columns.items()}
    if "n_block" in arrays:
        arrays["n_block"] = np.ma.array(arrays["n_block"])
    return float(web_of([0], [1], plain_nodes(2), profile, **arrays).weights().weight[0])


@pytest.mark.parametrize(
    ("place", "value"),
    [("CONTENT", 1), ("RELATED", 0.35), ("BREADCRUMB", 0.35), ("NAV", 0.3), ("HEADER", 0.3),
     ("REFERENCES", 0.2), ("PAGINATION", 0.2), ("SIDEBAR", 0.15), ("FOOTER", 0.05),
     ("COMMENTS", 0.05), ("UNKNOWN", 0.5), ("HIDDEN", 0)],
)  # fmt: skip
def test_place(place: str, value: float) -> None:
    assert one_link(placement=Placement[place]) == pytest.approx(value)


def test_position() -> None:
    """1 at the top, 0.161 at the end, unknown 1, no effect outside the content."""
    assert one_link(position=0.0) == pytest.approx(1)
    assert one_link(position=1.0) == pytest.approx(0.161, abs=5e-4)
    assert one_link(position=np.nan) == 1
    assert one_link(position=0.7, placement=NAV) == pytest.approx(0.3)


def test_top_fifth_takes_the_measured_share() -> None:
    p = (np.arange(100_000) + 0.5) / 100_000
    links = {"position": p, "placement": np.full(len(p), CONTENT)}
    weight = factors.position(links, REASONABLE)
    assert weight[p < 0.2].sum() / weight.sum() == pytest.approx(0.419, abs=0.005)


@pytest.mark.parametrize(
    ("anchor", "value"), [("DESCRIPTIVE", 1), ("NAKED_URL", 0.7), ("GENERIC", 0.6), ("EMPTY", 0.2)]
)
def test_anchor(anchor: str, value: float) -> None:
    assert one_link(anchor_kind=AnchorKind[anchor]) == pytest.approx(value)


@pytest.mark.parametrize("kind", LinkKind)
def test_kind(kind: LinkKind) -> None:
    expected = {LinkKind.TEXT: 1, LinkKind.IMAGE: 0.8, LinkKind.AREA: 0.5, LinkKind.UNKNOWN: 1}.get(
        kind, 0
    )
    assert one_link(kind=kind) == pytest.approx(expected)


def test_image_without_words() -> None:
    """0.4 for the image times 0.2 for the missing words."""
    assert one_link(kind=LinkKind.IMAGE, anchor_kind=AnchorKind.EMPTY) == pytest.approx(0.08)


def test_block() -> None:
    assert one_link(placement=NAV, n_block=9) == pytest.approx(0.1)
    assert one_link(placement=CONTENT, n_block=9) == 1
    assert one_link(placement=Placement.BREADCRUMB, n_block=9) == pytest.approx(0.35)


def test_topic_counts_only_when_measured() -> None:
    links = {
        "kind": np.zeros(3, np.uint8),
        "placement": np.array([CONTENT, CONTENT, NAV]),
        "relevance": np.array([1.0, np.nan, 1.0]),
    }
    assert factors.topic(links, REASONABLE).tolist() == pytest.approx([1.4, 1, 1])


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (1, [1]),
        (2, [1, 0.25]),
        (3, [1, 0.25, 0.25]),
        (5, [1, *[0.125] * 4]),
        (9, [1, *[1 / 16] * 8]),
    ],
)
def test_repeats_of_equal_links(n: int, expected: list[float]) -> None:
    """Further links count a quarter, all together at most half of the best."""
    web = web_of([0] * n, [1] * n, plain_nodes(2))
    assert web.weights().weight.tolist() == pytest.approx(expected)


def test_the_best_of_several_counts_fully() -> None:
    """Also when they reach the same page through a redirect."""
    nodes = nodes_of(
        np.array([0, 2, 2]), np.array([0, 1, 0]), np.ones(3, np.uint8), np.zeros(3, bool)
    )
    web = web_of([0, 0], [1, 2], nodes, placement=np.array([NAV, CONTENT]))
    assert web.weights().weight.tolist() == pytest.approx([0.3 * 0.25, 1])


def test_links_without_attention() -> None:
    """To itself, also through a redirect; on a page that redirects; on a dead page."""
    receiver, how = np.array([0, 0, 2, 3]), np.array([0, 1, 4, 0])
    nodes = nodes_of(receiver, how, np.ones(4, np.uint8), np.zeros(4, bool))
    web = web_of([0, 0, 1, 2, 0], [0, 1, 3, 3, 3], nodes)
    attended = web.links["source"][web.weights().weight > 0]
    assert attended.tolist() == [0]
    assert web.weights().out_weight.tolist() == [1, 0, 0, 0]


@pytest.mark.parametrize(
    ("profile", "rel", "value"),
    [("reasonable-v1", 0, 1), ("reasonable-v1", Rel.NOFOLLOW, 0), ("reasonable-v1", Rel.UGC, 0),
     ("hint", Rel.NOFOLLOW, 0.1), ("hint", Rel.UGC, 0.1), ("hint", Rel.SPONSORED, 0),
     ("hint", Rel.SPONSORED | Rel.UGC, 0), ("classic", Rel.NOFOLLOW, 0), ("classic", Rel.ME, 1),
     ("reasonable-v1", Rel.UNKNOWN, 1), ("hint", Rel.UNKNOWN, 1)],
)  # fmt: skip
def test_pass_factor(profile: str, rel: int, value: float) -> None:
    web = web_of([0], [1], plain_nodes(2), profile, rel=np.array([rel]))
    assert web.weights().passes.tolist() == pytest.approx([value])
    assert web.weights().out_weight[0] == 1


def test_classic_ignores_everything_but_clickability() -> None:
    web = random_web(3, 20, 300, "classic")
    weight = web.weights().weight
    assert set(weight.tolist()) == {0, 1}
    assert (weight[~np.isin(web.links["kind"], CLICKABLE)] == 0).all()


def test_uniform_position_differs_only_by_place() -> None:
    assert one_link("uniform-position", placement=Placement.FOOTER, position=0.9) == 1
    assert one_link("uniform-position", placement=Placement.HIDDEN) == 0
    assert one_link("uniform-position", anchor_kind=AnchorKind.GENERIC) == pytest.approx(0.6)


@pytest.mark.parametrize("profile", PROFILES)
def test_weights_are_the_product_of_the_named_factors(profile: str) -> None:
    web: Web = random_web(5, 20, 400, profile)
    product = factors.attention(web.links, web.profile)
    weight = web.weights().weight
    assert (weight <= product.astype(np.float32)).all()
    alone = weight == product.astype(np.float32)
    assert alone.mean() > 0.3


@pytest.mark.parametrize("factor", factors.FACTORS, ids=lambda f: f.name)
def test_every_factor_gives_its_reason(factor: factors.Factor) -> None:
    for place in Placement:
        link = {"kind": 1, "placement": place, "anchor_kind": 3, "position": None, "n_block": None}
        assert factor.reason(link)
        assert factor.grade[0] in "ABC"


def test_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="reasonable-v1, classic"):
        profile_of("best")


@pytest.mark.parametrize("profile", PROFILES)
def test_threads_and_parts_do_not_change_a_weight(
    profile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = random_web(11, 30, 500, profile)
    whole = web.weights()
    monkeypatch.setattr(surfer, "CHUNK", 37)
    for threads in (1, 3, 64):
        found = surfer.weigh(web.links, web.in_offsets, web.nodes, web.profile, threads=threads)
        for name, values in vars(whole).items():
            assert np.array_equal(getattr(found, name), values), (name, threads)
