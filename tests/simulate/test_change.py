"""Why equity changed between two snapshots; also against a plain account of every pair in turn."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed.api import Linkshed
from linkshed.errors import MissingScore, NotFoundError
from linkshed.score.run import score
from linkshed.simulate.change import CAUSES, NOBODY, Parts, change_of, sums_by_cause
from linkshed.simulate.web import Web
from linkshed.snapshot.kinds import is_clickable
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import Scope, parse_scope
from snapshots import random_text, scored_web
from webs import publish, rows

THEN, NOW = 1_700_000_000, 1_710_000_000
ROWS = [("cause", "U10"), ("source", "U99"), ("target", "U99"), ("gain", "f8"), ("before", "f8"),
        ("after", "f8")]  # fmt: skip
Terms = tuple[float, float, float]
Row = tuple[str, str, str, float, float, float]


def two(folder: Path, before: str, after: str, profile: str = "classic") -> tuple[Web, Web]:
    """A web and what a later look at some of its pages made of it, in one store."""
    first = scored(folder, publish(folder, rows(before, THEN)), profile)
    second = scored(folder, publish(folder, rows(after, NOW)), profile)
    return Web(first), Web(second)


def scored(folder: Path, snapshot: Snapshot, profile: str) -> Snapshot:
    return score(Store.open(folder / "store"), snapshot, profile)


def causes(folder: Path, before: str, after: str, scope: str = "a.com") -> dict[str, float]:
    change = change_of(*two(folder, before, after), parse_scope(scope))
    assert abs(change.residual) <= 1e-9 * change.after
    return sums_by_cause(change.parts)


def test_a_link_won_on_a_page_read_both_times(tmp_path: Path) -> None:
    assert causes(tmp_path, "x.com/ status=200\na.com/ status=200", "x.com/ -> a.com/ tea") == {
        "won": pytest.approx(0.85 * 0.15)
    }


def test_a_link_lost(tmp_path: Path) -> None:
    assert causes(tmp_path, "x.com/ -> a.com/ tea\na.com/ status=200", "x.com/ status=200") == {
        "lost": pytest.approx(-0.85 * 0.15)
    }


def test_a_link_on_a_page_nobody_had_read_is_coverage(tmp_path: Path) -> None:
    assert causes(tmp_path, "a.com/ status=200", "x.com/ -> a.com/ tea") == {
        "coverage": pytest.approx(0.85 * 0.15)
    }


def test_a_link_that_becomes_nofollow(tmp_path: Path) -> None:
    assert causes(tmp_path, "x.com/ -> a.com/ tea", "x.com/ -> a.com/ tea nofollow") == {
        "link": pytest.approx(-0.85 * 0.15)
    }


def test_more_links_on_the_source_dilute(tmp_path: Path) -> None:
    found = causes(tmp_path, "x.com/ -> a.com/ tea", "x.com/ -> a.com/ tea\nx.com/ -> b.com/ tea")
    assert found == {"dilution": pytest.approx(-0.85 * 0.15 / 2)}


def test_a_source_that_grew(tmp_path: Path) -> None:
    before = "x.com/ -> a.com/ tea\ny.com/ status=200"
    found = causes(tmp_path, before, "y.com/ -> x.com/ tea")
    assert found == {"strength": pytest.approx(0.85 * 0.85 * 0.15)}


def test_its_own_base(tmp_path: Path) -> None:
    assert causes(tmp_path, "a.com/ status=200", "a.com/ noindex") == {"base": pytest.approx(-0.15)}


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_parts_sum_to_the_change_whatever_happened(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rng = np.random.default_rng(seed)
    again = "\n".join(line for line in random_text(seed).splitlines() if rng.random() < 0.6)
    webs = two(tmp_path_factory.mktemp("web"), random_text(seed), again, "reasonable-v1")
    for scope in ("s0.com", "s1.com/1", "*"):
        try:
            change = change_of(*webs, parse_scope(scope))
        except NotFoundError:
            continue
        assert abs(change.residual) <= 1e-9 * max(change.before, change.after)


@pytest.mark.parametrize("is_one_store", [True, False])
def test_parts_are_those_of_a_plain_account(is_one_store: bool, tmp_path: Path) -> None:
    met: set[str] = set()
    for seed in range(6):
        webs = changing(tmp_path / str(seed), seed, is_one_store=is_one_store)
        for text in ("s0.com", "s1.com/1", "http://s2.com/*", "s3.com, s4.com", "*"):
            met |= checked(*webs, parse_scope(text))
    assert met == set(CAUSES)


def checked(earlier: Web, later: Web, scope: Scope) -> set[str]:
    """The causes met among the parts, which are as expected."""
    if not plain_base(earlier, scope) and not plain_base(later, scope):
        with pytest.raises(NotFoundError, match="none of its pages holds equity"):
            change_of(earlier, later, scope)
        return set()
    change = change_of(earlier, later, scope)
    expected, found = (
        np.array(rows, ROWS) for rows in (plain_parts(earlier, later, scope), told(change.parts))
    )
    for name in ("cause", "source", "target"):
        assert found[name].tolist() == expected[name].tolist()
    for name in ("gain", "before", "after"):
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-12)
    assert abs(change.residual) <= 1e-9 * max(change.before, change.after)
    return set(found["cause"].tolist())


def changing(folder: Path, seed: int, *, is_one_store: bool) -> tuple[Web, Web]:
    """A random web, and a later one with pages and links gone and new; in one store the earlier web
    stands where nobody looked again, in stores of their own it is not known.
    """
    rng = np.random.default_rng(seed)
    old, new = random_text(seed, 40).splitlines(), random_text(seed, 45).splitlines()
    again = [line for line in old if rng.random() < 0.7]
    again += [line for line in new if "->" in line and rng.random() < 0.2]
    texts = ["\n".join(twinned(line, rng) for line in lines) for lines in (old, again)]
    folders = [folder, folder] if is_one_store else [folder / "then", folder / "now"]
    for each in folders:
        each.mkdir(parents=True, exist_ok=True)
    when = zip(folders, texts, (THEN, NOW), strict=True)
    snapshots = [scored(f, publish(f, rows(t, at)), "reasonable-v1") for f, t, at in when]
    return Web(snapshots[0]), Web(snapshots[1])


def twinned(line: str, rng: np.random.Generator) -> str:
    """A line with some of its pages under http instead of https."""
    return re.sub(r"\bs\d\.com/", lambda m: "http://" * bool(rng.random() < 0.1) + m[0], line)


def told(parts: Parts) -> list[Row]:
    urls = parts.urls.to_pylist()
    return [
        (CAUSES[cause], "" if source == NOBODY else urls[source], urls[target], *figures)
        for cause, source, target, *figures in zip(
            parts.cause, parts.source, parts.target, parts.gain, parts.before, parts.after,
            strict=True,
        )
    ]  # fmt: skip


def plain_parts(earlier: Web, later: Web, scope: Scope) -> list[Row]:
    """Every part by its definition, page by page and then pair by pair in the order of URLs."""
    webs = earlier, later
    base, pairs = [plain_base(web, scope) for web in webs], [plain_pairs(w, scope) for w in webs]
    read = [plain_read(web) for web in webs]
    found: list[Row] = []
    for url in sorted(base[0].keys() | base[1].keys()):
        before, after = (side.get(url, 0.0) for side in base)
        cause = "base" if all(url in side for side in read) else "coverage"
        found.append((cause, "", url, after - before, before, after))
    for pair in sorted(pairs[0].keys() | pairs[1].keys()):
        one, other = (side.get(pair) for side in pairs)
        before, after = (0.0 if not t else later.damping * t[0] * t[1] * t[2] for t in (one, other))
        if one and other:
            gains = plain_three(one, other, later.damping)
        else:
            when = [side.get(pair[0]) for side in read]
            gains = {plain_cause(*when, is_new=one is None): after - before}
        found += [(cause, *pair, gain, before, after) for cause, gain in gains.items()]
    return [row for row in found if row[3]]


def plain_base(web: Web, scope: Scope) -> dict[str, float]:
    inside = np.flatnonzero(web.inside(scope) & web.nodes.is_node).tolist()
    pairs = zip(web.snapshot.urls(inside), inside, strict=True)
    return {u: (1 - web.damping) * float(web.nodes.base[p]) for u, p in pairs}


def plain_read(web: Web) -> dict[str, int | None]:
    """When each page that is known was read."""
    table = web.snapshot.array("pages", "fetched_at").tolist()
    return dict(zip(web.snapshot.urls(range(web.n_pages)), table, strict=True))


def plain_pairs(web: Web, scope: Scope) -> dict[tuple[str, str], Terms]:
    """Of each pair of pages the amount of its links, 1 / A and E of the page that links."""
    urls, inside = web.snapshot.urls(range(web.n_pages)), web.inside(scope)
    amounts: defaultdict[tuple[int, int], float] = defaultdict(float)
    names = ("source", "target", "kind", "weight", "passes")
    links = (web.snapshot.array("links", name).tolist() for name in names)
    for source, aimed, kind, weight, passes in zip(*links, strict=True):
        target = int(web.nodes.lands[aimed])
        is_ours = inside[target] and web.nodes.is_node[target] and web.nodes.is_node[source]
        if is_ours and source != target and is_clickable(np.array([kind]))[0]:
            amounts[source, target] += weight * passes
    return {
        (urls[i], urls[j]): (amount, inverse(float(web.out_weight[i])), float(web.equity[i]))
        for (i, j), amount in amounts.items()
    }


def inverse(whole: float) -> float:
    return 1 / whole if whole else 0.0


def plain_cause(before: int | None, after: int | None, *, is_new: bool) -> str:
    if before is None or after is None:
        return "coverage"
    if before == after:
        return "link"
    return "won" if is_new else "lost"


def plain_three(one: Terms, other: Terms, damping: float) -> dict[str, float]:
    gains = {}
    for name, k in (("link", 0), ("dilution", 1), ("strength", 2)):
        i, j = (n for n in range(3) if n != k)
        both = (one[i] * one[j] + other[i] * other[j]) / 3 + (
            one[i] * other[j] + other[i] * one[j]
        ) / 6
        gains[name] = damping * (other[k] - one[k]) * both
    return gains


def test_against_a_snapshot_without_pages_all_is_coverage(tmp_path: Path) -> None:
    for name in ("none", "some"):
        (tmp_path / name).mkdir()
    none = Web(scored(tmp_path / "none", publish(tmp_path / "none", rows("")), "classic"))
    text = "x.com/ -> a.com/ tea"
    some = Web(scored(tmp_path / "some", publish(tmp_path / "some", rows(text)), "classic"))
    gain, scope = 0.15 + 0.85 * 0.15, parse_scope("a.com")
    assert sums_by_cause(change_of(none, some, scope).parts) == {"coverage": pytest.approx(gain)}
    assert sums_by_cause(change_of(some, none, scope).parts) == {"coverage": pytest.approx(-gain)}


def test_the_report_finds_the_earlier_snapshot_by_itself(tmp_path: Path) -> None:
    two(tmp_path, "x.com/ status=200\na.com/ -> b.com/ x", "x.com/ -> a.com/ tea")
    store = Store.open(tmp_path / "store")
    result = Linkshed(store.snapshot()).why("a.com")
    (row,) = result.to_dicts()
    assert (row["cause"], row["source_url"]) == ("won", "https://x.com/")
    assert "sum exactly" in result.remarks[0]
    by_cause = Linkshed(store.snapshot()).why("a.com", by="cause").to_dicts()
    assert [row["cause"] for row in by_cause] == ["won"]
    points = Linkshed(store.snapshot()).pages("a.com").to_dicts()[0]["rating"]
    assert row["points"] == pytest.approx(points, abs=1e-5)


def test_nothing_to_compare_with_and_unlike_profiles_are_clear_errors(tmp_path: Path) -> None:
    alone = scored_web("x.com/ -> a.com/ tea", tmp_path)
    with pytest.raises(NotFoundError, match="no scored snapshot of other inputs"):
        Linkshed(alone).why("a.com")
    other = score(Store.open(tmp_path / "store"), alone, "classic")
    with pytest.raises(MissingScore, match="is scored with 'reasonable-v1'"):
        change_of(Web(alone), Web(other), parse_scope("a.com"))
