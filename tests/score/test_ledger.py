"""The ledger of real snapshots: it adds up, says why, and points to the right page."""

from __future__ import annotations

import json
from math import prod
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pytest

from linkshed.errors import MissingScore, NotFoundError
from linkshed.score.ledger import explain
from linkshed.score.profiles import PROFILES
from linkshed.score.run import score
from linkshed.snapshot.tables import Snapshot
from snapshots import built, random_text, scored_web

LITTLE = """
    a.com/ -> b.com/x best position=0.0
    a.com/ -> b.com/x again footer n_block=4
    a.com/ -> new.com/ news
    c.com/ -> old.com/ old position=0.5
    c.com/ -> b.com/x no nofollow
    c.com/ -> b.com/gone gone
    hid.com/ noindex
    hid.com/ -> b.com/x unseen
    b.com/x -> b.com/x me
    b.com/x -> old.com/ me
    b.com/gone status=404
    old.com/ redirect b.com/x
    lost.com/ redirect b.com/gone
"""


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """b.com/x is linked directly, through a redirect, nofollow, from noindex, and by itself."""
    return scored_web(LITTLE, tmp_path_factory.mktemp("little"))


def ask(snapshot: Snapshot, address: str, **options: Any) -> dict[str, Any]:
    page_id = snapshot.page_id(f"https://{address}")
    assert page_id is not None
    return explain(snapshot, page_id, **options)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("profile", ["reasonable-v1", "classic", "hint"])
def test_every_account_of_a_random_web_sums(tmp_path: Path, seed: int, profile: str) -> None:
    snapshot = scored_web(random_text(seed), tmp_path, profile)
    for page_id in range(snapshot.n_pages):
        told = explain(snapshot, page_id, profile)
        json.dumps(told, allow_nan=False)
        if told["equity"] is None:
            assert told["ledger"] == []
            continue
        equity, out = told["equity"], told["outgoing"]
        lines = sum(line["equity"] for line in told["ledger"])
        assert told["base"] + lines + told["residual"] == pytest.approx(equity, rel=1e-12, abs=0)
        assert told["is_exact"]
        assert abs(out["residual"]) <= 1e-9 * equity
        total = out["stops"] + out["passed"] + sum(out["lost"].values())
        assert total == pytest.approx(equity, rel=1e-9, abs=0)
        assert sum(t["equity"] for t in out["targets"]) == pytest.approx(out["passed"])
        for line in told["ledger"]:
            check_factors(line)


def check_factors(line: dict[str, Any]) -> None:
    """The three factors give the line's equity; the named ones give its attention."""
    three = {"strength", "attention", "passes"}
    assert set(line["factors"]) == three
    values = [factor["value"] for factor in line["factors"].values()]
    assert prod(values) == pytest.approx(line["equity"], rel=1e-12, abs=0)
    attention = line["factors"]["attention"]
    named = prod(factor["value"] for factor in attention["made_of"].values())
    assert attention["value"] * attention["page_average"] == pytest.approx(named, rel=1e-6)
    assert all(f["reason"] for f in (*line["factors"].values(), *attention["made_of"].values()))


def test_lines_of_the_little_web(little: Snapshot) -> None:
    told = ask(little, "b.com/x")
    lines = {(x["source_url"], x["placement"], tuple(x["via"])): x for x in told["ledger"]}
    assert told["n_lines"] == len(lines) == 5
    direct = lines["https://a.com/", "content", ()]
    moved = lines["https://c.com/", "content", ("https://b.com/x",)]
    assert moved["target_url"] == "https://old.com/"
    assert direct["factors"]["attention"]["made_of"]["position"]["value"] == 1
    assert moved["equity"] > 0
    closed = lines["https://c.com/", "content", ()]
    assert closed["equity"] == 0
    assert closed["factors"]["passes"]["reason"] == "rel=nofollow"
    assert "noindex" in lines["https://hid.com/", "content", ()]["factors"]["passes"]["reason"]
    footer = lines["https://a.com/", "footer", ()]["factors"]["attention"]["made_of"]
    assert footer["repeat"]["value"] == 0.25
    assert footer["block"] == {"value": 0.5, "reason": "one of 4 links in its block"}


def test_where_equity_goes(little: Snapshot) -> None:
    told = ask(little, "c.com/")["outgoing"]
    assert set(told["lost"]) == {"broken", "nofollow"}
    assert next(t["target_url"] for t in told["targets"]) == "https://b.com/x"
    own = ask(little, "b.com/x")
    assert own["outgoing"]["lost"] == {"no_links": pytest.approx(0.85 * own["equity"])}


def test_pages_without_equity_say_why(little: Snapshot) -> None:
    moved = ask(little, "old.com/")
    assert moved["receiver"] == "https://b.com/x"
    assert moved["sentence"].startswith("https://old.com/ hands all its equity to https://b.com/x")
    gone = ask(little, "b.com/gone")
    assert gone["receiver"] is None
    assert "answers 404" in gone["sentence"]
    assert "no living page" in ask(little, "lost.com/")["sentence"]
    assert {ask(little, a)["equity"] for a in ("old.com/", "b.com/gone", "lost.com/")} == {None}


def test_a_page_never_fetched_has_a_base_and_no_links(little: Snapshot) -> None:
    told = ask(little, "new.com/")
    assert told["base"] == pytest.approx(0.15)
    assert told["equity"] > told["base"]
    assert set(told["outgoing"]["lost"]) == {"no_links"}


def test_the_sentence_names_the_best_source(little: Snapshot) -> None:
    told = ask(little, "b.com/x")
    best = max(told["ledger"], key=lambda line: line["equity"])
    assert best["source_url"] in told["sentence"]
    assert "from 3 links" in told["sentence"]


@pytest.mark.parametrize("seed", range(2))
def test_limit_cuts_the_whole_ledger(tmp_path: Path, seed: int) -> None:
    snapshot = scored_web(random_text(seed), tmp_path)
    for page_id in range(snapshot.n_pages):
        whole = explain(snapshot, page_id)["ledger"]
        for limit in (0, 1, len(whole) // 2):
            assert explain(snapshot, page_id, limit=limit)["ledger"] == whole[:limit]


def test_limit_keeps_the_largest(little: Snapshot) -> None:
    all_lines, told = ask(little, "b.com/x")["ledger"], ask(little, "b.com/x", limit=2)
    assert told["ledger"] == all_lines[:2]
    assert told["n_lines"] == 5
    assert told["residual"] == ask(little, "b.com/x")["residual"]


def test_without_scores(tmp_path: Path) -> None:
    _, bare = built("a.com/ -> b.com/", tmp_path)
    with pytest.raises(MissingScore, match="linkshed score"):
        explain(bare, 0)


def test_unknown_page(little: Snapshot) -> None:
    with pytest.raises(NotFoundError):
        explain(little, little.n_pages)


def test_another_profile_than_the_snapshots_is_refused(little: Snapshot) -> None:
    with pytest.raises(MissingScore, match="classic"):
        ask(little, "b.com/x", profile="classic")


def test_thousands_of_links_are_quick(tmp_path: Path) -> None:
    snapshot = scored_web("\n".join(f"s{i}.com/ -> hub.com/" for i in range(4000)), tmp_path)
    ask(snapshot, "hub.com/", limit=1)
    started = perf_counter()
    told = ask(snapshot, "hub.com/")
    assert perf_counter() - started < 2
    assert told["n_lines"] == 4000
    assert told["equity"] == pytest.approx(0.15 + 4000 * 0.85 * 0.15)


def test_profiles_share_one_scale(tmp_path: Path) -> None:
    """Rescoring replaces every column: nothing of the old profile is left."""
    store, snapshot = built(random_text(9), tmp_path)
    first = score(store, snapshot, "classic")
    again = score(store, first, "reasonable-v1")
    fresh = score(store, snapshot, "reasonable-v1")
    for name in ("equity", "out_weight"):
        assert np.array_equal(
            again.array("pages", name), fresh.array("pages", name), equal_nan=True
        )
    profiles = {record["params"]["profile"] for record in again.manifest.scores.values()}
    assert profiles == {"reasonable-v1"} <= set(PROFILES)
