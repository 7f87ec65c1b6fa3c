"""The equation of link risk, and that less evidence never raises it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed.simulate.risk.assess import Assessment
from linkshed.simulate.risk.lexicon import PAID
from linkshed.simulate.risk.markers import LEFT_OUT, MARKERS, levels, noisy_or
from simulate.riskwebs import assessed
from snapshots import scored_web

PART = st.one_of(st.floats(0, 1), st.just(np.nan))
PARTS = st.lists(st.lists(PART, min_size=3, max_size=3), min_size=1, max_size=6)


def table(parts: list[list[float]]) -> list[np.ndarray]:
    return [np.array(part, np.float64) for part in parts]


@given(PARTS)
def test_noisy_or_is_the_chance_that_some_of_independent_reasons_hold(
    parts: list[list[float]],
) -> None:
    risk = noisy_or(table(parts))
    for subject in range(3):
        known = [part[subject] for part in parts if not np.isnan(part[subject])]
        if not known:
            assert np.isnan(risk[subject])
            continue
        cases = product((True, False), repeat=len(known))
        chance = sum(
            np.prod([p if holds else 1 - p for p, holds in zip(known, case, strict=True)])
            for case in cases
            if any(case)
        )
        assert risk[subject] == pytest.approx(chance, abs=1e-9)


@given(PARTS, st.randoms(use_true_random=False), st.integers(0, 5))
def test_neither_order_counts_nor_does_a_marker_less_ever_raise_a_risk(
    parts: list[list[float]], random: Any, without: int
) -> None:
    whole = noisy_or(table(parts))
    shuffled = random.sample(parts, len(parts))
    np.testing.assert_allclose(noisy_or(table(shuffled)), whole, atol=1e-12)
    less = [part for n, part in enumerate(parts) if n != without] or [[np.nan] * 3]
    assert not (noisy_or(table(less)) > whole + 1e-12).any()


@pytest.mark.parametrize("marker", MARKERS, ids=lambda m: f"{m.name}-{m.about}")
def test_a_ramp_rises_from_nothing_to_the_most(marker: Any) -> None:
    values = np.linspace(marker.low - 1, marker.high + 1, 999)
    parts = marker.part(values)
    assert (np.diff(parts) >= 0).all()
    assert (parts[0], parts[-1]) == (0.0, marker.most)
    ends = marker.part(np.array([marker.low, (marker.low + marker.high) / 2, np.nan]))
    middle = 0.0 if marker.low == marker.high else marker.most / 2
    np.testing.assert_allclose(ends, [0.0, middle, np.nan])


def test_levels_begin_where_they_are_said_to() -> None:
    risk = np.array([0.0, 0.199, 0.2, 0.5, 0.501, 1.0, np.nan])
    assert levels(risk).tolist() == ["low", "low", "review", "review", "high", "high", None]


def test_markers_say_what_they_are_and_what_is_left_out() -> None:
    assert all(m.meaning and m.least and m.pattern and m.low <= m.high for m in MARKERS)
    assert not any(word in m.pattern for m in MARKERS for word in ("penalty", "penalise"))
    assert not {m.name for m in MARKERS} & set(LEFT_OUT)
    assert list(PAID) == list(dict.fromkeys(phrase.lower() for phrase in PAID))


LINKS = st.lists(
    st.fixed_dictionaries({
        "domain": st.integers(0, 23),
        "page": st.integers(0, 4),
        "words": st.sampled_from(("cheap tea", "Shop", "fine tea", "a cup")),
        "place": st.sampled_from(("content", "comments", "footer", "sidebar", "placement=0")),
        "kind": st.sampled_from(("text", "image")),
        "left": st.sampled_from(("", "a sponsored post on", "I drink")),
        "week": st.integers(0, 20),
        "rel": st.sampled_from(("", "", "nofollow", "rel=16384")),
    }),
    max_size=20,
)  # fmt: skip
Link = dict[str, Any]
Edit = Callable[[Link], Link]
BASE = [
    {"domain": d, "page": p, "words": "cheap tea", "place": "footer", "kind": "image",
     "left": "an advertorial", "week": d if d in (0, *range(18, 24)) else 3, "rel": ""}
    for d in range(24) for p in range(1 + 5 * (d == 7))
]  # fmt: skip
ERASED: dict[str, Edit] = {
    "comment_forum": lambda x: x | {"place": "content" if x["place"] == "comments" else x["place"]},
    "unqualified_paid": lambda x: x | {"left": ""},
    "sitewide_template": lambda x: x | {"place": "content"} if x["place"] == "footer" else x,
    "widget_badge": lambda x: x | {"kind": "text", "place": "content"},
    "anchor_concentration": lambda x: x | {"words": "Shop"},
    "velocity_burst": lambda x: x | {"week": 0},
    "reciprocity": lambda x: x,
    "outlink_density": lambda x: x,
}


def rendered(links: list[Link], without: str = "") -> str:
    edit = ERASED.get(without, lambda x: x)
    lines = []
    for link in map(edit, links):
        left = f"context_left='{link['left']}'" if link["left"] else ""
        date = 1_700_000_000 + 604_800 * link["week"]
        lines.append(
            f"r{link['domain']}.com/{link['page']} -> shop.com/ '{link['words']}'"
            f" {link['place']} {link['kind']} {link['rel']} {left} first_seen={date}"
        )
    if without != "outlink_density":
        lines += [f"r7.com/{p} n_words={100 + 120 * p}" for p in range(6)]
    if without != "reciprocity":
        lines += [f"shop.com/ -> r{d}.com/ 'back'" for d in range(15)]
    lines += [f"r7.com/0 -> t{k}.net/ 'it'" for k in range(80)]
    return "\n".join(lines)


def risks(links: list[Link], without: str = "") -> Assessment:
    with TemporaryDirectory() as folder:
        return assessed(scored_web(rendered(links, without), Path(folder)))


def total(found: Assessment) -> list[np.ndarray]:
    return [np.array([found.scope_risk]), found.domain_risk, found.link_risk]


@settings(max_examples=12, deadline=None)
@given(LINKS, st.sampled_from(sorted(ERASED)))
def test_erasing_the_evidence_of_a_marker_never_raises_a_risk(
    links: list[Link], marker: str
) -> None:
    before, after = risks(BASE + links), risks(BASE + links, marker)
    for whole, less in zip(total(before), total(after), strict=True):
        assert len(whole) == len(less)
        assert not (less > whole + 1e-12).any()
        assert not (np.isnan(whole) & (less > 1e-12)).any()


@pytest.fixture(scope="module")
def rich() -> Assessment:
    return risks(BASE)


def test_the_web_above_fires_many_markers(rich: Assessment) -> None:
    every = (*rich.scope, *rich.domains, *rich.links)
    fires = {m.marker.name for m in every if (np.nan_to_num(m.parts) > 0).any()}
    assert fires >= {"anchor_concentration", "velocity_burst", "reciprocity",
                     "sitewide_template", "outlink_density", "unqualified_paid",
                     "widget_badge"}  # fmt: skip


def test_any_marker_less_lowers_the_risk_of_those_on_which_it_fires(rich: Assessment) -> None:
    for about in ("scope", "domains", "links"):
        for measured in getattr(rich, about):
            others = [m for m in getattr(rich, about) if m is not measured]
            less = replace(rich, **{about: others})
            for whole, part in zip(total(rich), total(less), strict=True):
                assert not (part > whole + 1e-12).any()
            subject = {"scope": 0, "domains": 1, "links": 2}[about]
            fires = np.nan_to_num(measured.parts) > 0
            assert (total(less)[subject][fires] < total(rich)[subject][fires]).all()


def test_a_domain_counts_the_strongest_of_its_links(rich: Assessment) -> None:
    for measured in rich.links:
        best, which = rich.strongest(measured)
        for domain in range(len(rich.profile.domains)):
            of_it = measured.parts[rich.profile.at == domain]
            assert best[domain] == of_it.max()
            assert measured.parts[which[domain]] == best[domain]
