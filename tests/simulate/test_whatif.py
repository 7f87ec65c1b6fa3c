"""What-if answers against snapshots that were really changed, built and scored."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edited import edited, possible, random_edits
from linkshed.simulate import whatif
from linkshed.simulate.edits import parse_edits
from linkshed.simulate.web import Web
from linkshed.simulate.whatif import Outcome, what_if
from linkshed.snapshot.tables import Snapshot
from snapshots import random_text, scored_web


def equity_of_all(snapshot: Snapshot) -> dict[str, float]:
    urls = snapshot.urls(np.arange(snapshot.n_pages))
    return dict(zip(urls, np.nan_to_num(snapshot.array("pages", "equity")).tolist(), strict=True))


def foreseen(snapshot: Snapshot, outcome: Outcome) -> dict[str, float]:
    moved = dict(zip(snapshot.urls(outcome.pages), np.nan_to_num(outcome.after), strict=True))
    return equity_of_all(snapshot) | moved


ROUNDING = 1e-12
F32 = 5e-7  # weights are stored in f32, and new links stand in another order


def same(before: Snapshot, real: dict[str, float], outcome: Outcome) -> None:
    """Pages that only one snapshot knows hold what a page without links holds."""
    found = foreseen(before, outcome)
    errors = {url: abs(held - real.get(url, 0.15)) for url, held in found.items()}
    allowed = {url: outcome.relative_error * real.get(url, 0.15) for url in found}
    allowed |= dict(zip(before.urls(outcome.pages), outcome.error.tolist(), strict=True))
    little = {url: F32 * real.get(url, 0.15) + ROUNDING for url in found}
    assert not {url: e for url, e in errors.items() if e > allowed[url] + little[url]}
    assert sum(errors.values()) <= outcome.total_error + F32 * sum(real.values())


def adaptive(web: Web, script: str, little: int) -> Outcome:
    """The outcome without a tolerance, when ``little`` visits are always made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whatif, "LITTLE", little)
        return what_if(web, parse_edits(script))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31), n=st.integers(1, 6))
def test_what_if_foresees_the_snapshot_that_follows(
    seed: int, n: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text, rng = random_text(seed, n=25, n_links=120), np.random.default_rng(seed)
    before = scored_web(text, tmp_path_factory.mktemp("before"))
    web = Web(before)

    def tried(some: list[str]) -> Outcome:
        return what_if(web, parse_edits("\n".join(some)))

    edits = possible(random_edits(rng, text, n), tried)
    if not edits:
        return
    outcome = what_if(web, parse_edits("\n".join(edits)))
    after = text
    for edit in edits:
        after = edited(after, edit)
    real = scored_web(after, tmp_path_factory.mktemp("after"))
    held = equity_of_all(real)
    same(before, held, outcome)
    for tolerance in (0.3, 1e-2, 1e-4):
        same(before, held, what_if(web, parse_edits("\n".join(edits)), tolerance))
    same(before, held, adaptive(web, "\n".join(edits), little=0))
    again = what_if(web, parse_edits("\n".join(rng.permutation(edits))))
    assert np.array_equal(again.pages, outcome.pages)
    assert np.abs(again.gain - outcome.gain).sum() <= 2 * outcome.total_error


def test_without_a_tolerance_an_answer_is_as_fine_as_what_is_read_asks_for(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Rough where all moves are large; fine where one matters that is small beside its page."""
    pages = [f"a.com/{n}" for n in range(60)]
    links = [f"{page} -> a.com/hub menu\n{page} -> a.com/leaf x" for page in pages]
    links += [f"a.com/hub -> {page} x" for page in pages]
    links += ["b.com/ -> a.com/0 x", "b.com/ -> b.com/1 x"]
    web = Web(scored_web("\n".join(links), tmp_path_factory.mktemp("web")))
    large = adaptive(web, "redirect b.com/ -> a.com/5", little=0)
    small = adaptive(web, "add b.com/ -> a.com/hub", little=0)
    always = adaptive(web, "redirect b.com/ -> a.com/5", little=10**9)
    assert large.relative_error > small.relative_error > 0
    assert always.relative_error <= whatif.TOLERANCE
    for found in (large, small):
        first = np.argsort(-np.abs(found.gain))[:3]
        assert (found.gain_error[first] <= whatif.SURE * np.abs(found.gain[first])).all()


def test_strong_pages_that_hardly_move_are_told_when_little_moves(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """What is left over altogether bounds the error of a page however strong it is."""
    text = "\n".join([*(f"a.com/{n} -> a.com/hub x" for n in range(400)), "b.com/ -> b.com/1 x"])
    web = Web(scored_web(text, tmp_path_factory.mktemp("web")))
    found = what_if(web, parse_edits("add b.com/ -> a.com/hub"), 1e-3)
    hub = int(np.argmax(found.after))
    assert found.after[hub] > 50
    assert found.gain_error[hub] < 1e-3 * found.after[hub]
    assert found.is_sure[hub]
