"""Computing all scores of a snapshot, in the order of SCORES."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

from linkshed.errors import ResourceError
from linkshed.score import SCORES
from linkshed.score.profiles import DEFAULT_PROFILE, profile_of
from linkshed.snapshot.build import add_columns
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot


def score(
    store: Store,
    snapshot: Snapshot,
    profile: str = DEFAULT_PROFILE,
    *,
    threads: int | None = None,
    on_progress: Callable[[str], None] | None = None,
) -> Snapshot:
    """A snapshot with every score column, published as ``latest``.

    ``on_progress`` is told the title of each score before it is computed. Raises UnknownName for
    an unknown profile, ResourceError when a solution cannot be reached.
    """
    params = {"profile": profile_of(profile).name, "threads": threads}
    snapshot = _without_scores(store, snapshot)
    for name in SCORES:
        module = SCORES.load(name)
        if on_progress is not None:
            on_progress(module.TITLE)
        started = perf_counter()
        result = module.compute(snapshot, params)
        if not result.record.get("is_converged", True):
            raise ResourceError(
                f"score {name!r} did not converge: residual {result.record['residual']:.2g}",
                repair="report this snapshot: a damped walk always converges",
            )
        record = {"params": params, "seconds": perf_counter() - started, **result.record}
        snapshot = add_columns(
            store, snapshot, result.columns, module.COLUMNS, record, role=f"score/{name}"
        )
    return snapshot


def _without_scores(store: Store, snapshot: Snapshot) -> Snapshot:
    """The snapshot as it was built, so that old and new scores are never mixed."""
    kept = tuple(entry for entry in snapshot.manifest.files if not entry.role.startswith("score/"))
    return Snapshot(store.path, replace(snapshot.manifest, files=kept, scores={}))
