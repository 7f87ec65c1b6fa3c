"""Deciding anew only what a change concerns, against deciding everything anew."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed.schema import Canonical, Indexability, Liveness
from linkshed.snapshot.pointers import Pointers, part_of
from linkshed.snapshot.resolve import POINTERS, ResolveSettings, Said, resolve


def random_said(rng: np.random.Generator, n: int, density: float) -> Said:
    def targets() -> np.ndarray:
        return np.where(rng.random(n) < density, rng.integers(0, n, n), -1)

    sketch = np.ma.array(
        rng.choice(np.array([0, 7, 2**63], np.uint64), n), mask=rng.random(n) < 0.3
    )
    return Said(
        status=rng.choice([0, 200, 200, 301, 302, 304, 404, 500], n),
        indexability=rng.choice([int(value) for value in Indexability], n).astype(np.uint8),
        issue=rng.choice([Canonical.NONE, Canonical.NONE, Canonical.NONE, Canonical.SEVERAL], n),
        sketch=sketch,
        liveness=rng.choice([int(value) for value in Liveness], n).astype(np.uint8),
        redirect_to=targets(),
        refresh_to=targets(),
        canonical_to=targets(),
    )


@settings(deadline=None, max_examples=200)
@given(seed=st.integers(0, 2**31), n=st.integers(1, 60), n_changed=st.integers(1, 4),
       density=st.sampled_from([0.05, 0.2, 0.6]), redirects=st.booleans(), canonicals=st.booleans())  # fmt: skip
def test_the_concerned_fare_as_if_all_were_decided(
    seed: int, n: int, n_changed: int, density: float, redirects: bool, canonicals: bool
) -> None:
    rng = np.random.default_rng(seed)
    said, other = random_said(rng, n, density), random_said(rng, n, 0.7)
    changed = np.unique(rng.integers(0, n, n_changed))
    targets = np.concatenate([getattr(other, name)[changed] for name in POINTERS])
    pages = Pointers(said).concerned(changed, targets[targets >= 0])
    whole, part = said.copy(), part_of(said, pages)
    places = np.searchsorted(pages, changed)
    for name, column in vars(other).items():
        getattr(whole, name)[changed] = column[changed]
        values = column[changed]
        if name in POINTERS:
            values = np.where(values < 0, values, np.searchsorted(pages, values))
        getattr(part, name)[places] = values
    rules = ResolveSettings(redirects, canonicals)
    before, expected, found = resolve(said, rules), resolve(whole, rules), resolve(part, rules)
    rest = np.setdiff1d(np.arange(n), pages)
    for name, column in expected.items():
        told = pages[found[name]] if name in ("receiver", "next") else found[name]
        assert np.array_equal(told, column[pages]), name
        assert np.array_equal(before[name][rest], column[rest]), name
