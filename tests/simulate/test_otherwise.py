"""Equity under other profiles is solved once, for the columns it comes from."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from linkshed.api import Linkshed
from linkshed.score.profiles import CLASSIC, HINT, PROFILES
from linkshed.score.run import score
from linkshed.simulate.otherwise import otherwise
from linkshed.simulate.web import Web, web_of
from linkshed.snapshot.store import Store
from snapshots import built, random_text, scored_web


def kept_for(store: Path, profile: str) -> list[Path]:
    return sorted((store / "cache").glob(f"equity-{profile}-*"))


def marked(folder: Path) -> np.ndarray:
    """Make kept equity recognisable."""
    path = folder / "equity.npy"
    values = np.load(path) + 1000
    np.save(folder / "marked.npy", values)
    (folder / "marked.npy").rename(path)
    return values


def test_what_was_solved_is_used_again(tmp_path: Path) -> None:
    snapshot = scored_web(random_text(1), tmp_path)
    first = otherwise(web_of(snapshot)).equity(CLASSIC)
    (folder,) = kept_for(tmp_path / "store", CLASSIC.name)
    values = marked(folder)
    assert np.array_equal(values, first + 1000)
    anew = Store.open(tmp_path / "store").snapshot(snapshot.id)
    assert np.array_equal(otherwise(web_of(anew)).equity(CLASSIC), values)
    assert np.array_equal(
        Web(anew).equity, otherwise(web_of(anew)).equity(PROFILES["reasonable-v1"])
    )


def test_other_scores_of_the_same_links_use_it_and_other_links_do_not(tmp_path: Path) -> None:
    store, snapshot = built(random_text(2), tmp_path)
    scored = score(store, snapshot)
    otherwise(web_of(scored)).equity(HINT)
    values = marked(kept_for(store.path, HINT.name)[0])
    again = score(store, snapshot, CLASSIC.name)
    assert np.array_equal(otherwise(web_of(again)).equity(HINT), values)
    _, later = built(random_text(3), tmp_path)
    rescored = score(store, later)
    held = otherwise(web_of(rescored)).equity(HINT)
    assert held.max() < 1000
    as_hint = np.nan_to_num(score(store, later, HINT.name).array("pages", "equity"))
    assert np.allclose(held, as_hint, rtol=1e-8, atol=0)


def test_other_numbers_of_a_profile_are_another_profile(tmp_path: Path) -> None:
    snapshot = scored_web(random_text(4), tmp_path)
    otherwise(web_of(snapshot)).equity(HINT)
    stronger = type(HINT)(**vars(HINT) | {"nofollow": 0.9, "ugc": 0.9})
    anew = Store.open(tmp_path / "store").snapshot(snapshot.id)
    held = otherwise(web_of(anew)).equity(stronger)
    assert len(kept_for(tmp_path / "store", HINT.name)) == 2
    assert not np.allclose(held, otherwise(web_of(snapshot)).equity(HINT))


def test_a_cache_that_cannot_be_written_answers_too(tmp_path: Path) -> None:
    snapshot = scored_web(random_text(5), tmp_path)
    expected = Linkshed(snapshot).certainty("s0.com").to_dicts()
    for folder in (tmp_path / "store" / "cache").glob("equity-*"):
        (folder / "equity.npy").unlink()
        folder.rmdir()
        folder.touch()
    anew = Store.open(tmp_path / "store").snapshot(snapshot.id)
    assert Linkshed(anew).certainty("s0.com").to_dicts() == expected
