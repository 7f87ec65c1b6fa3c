"""Computing scores: all that every snapshot has, in the order of SCORES, or one on request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from linkshed.config import DEFAULT_MEMORY
from linkshed.errors import MissingScore, ParameterError, ResourceError, UnknownName
from linkshed.score import ON_REQUEST, SCORES
from linkshed.score.profiles import DEFAULT_PROFILE, profile_of
from linkshed.snapshot.build import parse_memory, with_columns
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot

Progress = Callable[[str], None] | None


def score(
    store: Store,
    snapshot: Snapshot,
    profile: str = DEFAULT_PROFILE,
    *,
    start: str | None = None,
    threads: int | None = None,
    memory_limit: str = DEFAULT_MEMORY,
    on_progress: Progress = None,
) -> Snapshot:
    """A snapshot with the columns of all scores but those on request, published as ``latest``.

    What is made of links beyond ``memory_limit`` lies in files of the store while it is needed.
    ``start`` names a scored snapshot whose equity is the first guess; then the last bits depend on
    it, and its id is in the manifest. ``on_progress`` is told the title of each score before it is
    computed. Scores made on request earlier are dropped: they rest on the columns made anew. Raises
    UnknownName for an unknown profile, ParameterError for a memory limit, NotFoundError and
    MissingScore for ``start``, ResourceError when a solution cannot be reached.
    """
    params = {"profile": profile_of(profile).name, **_work(threads, memory_limit)}
    params |= _begun(store, start)
    with store.writing() as scratch:
        made = _without_scores(store, snapshot)
        for name in SCORES:
            if name not in ON_REQUEST:
                made = _add(store, scratch, made, name, params, {}, on_progress)
        return store.publish(made.manifest)


def score_on_request(
    store: Store,
    snapshot: Snapshot,
    name: str,
    options: Mapping[str, Any],
    *,
    threads: int | None = None,
    memory_limit: str = DEFAULT_MEMORY,
    on_progress: Progress = None,
) -> Snapshot:
    """A scored snapshot with the columns of one more score, published as ``latest``.

    Its earlier columns are replaced, all others kept. The profile is the one the snapshot was
    scored with. The record names the columns, so that reports can show them. Raises UnknownName,
    ParameterError, InputError, MissingScore, ResourceError.
    """
    if name not in ON_REQUEST:
        raise UnknownName(f"unknown score on request {name!r}", allowed=", ".join(ON_REQUEST))
    module = SCORES.load(name)
    given = checked(name, module.OPTIONS, options)
    lacking = [need for need in module.NEEDS if need not in snapshot.manifest.scores]
    if lacking:
        lack = f"snapshot {snapshot.id} lacks the scores {', '.join(lacking)}"
        raise MissingScore(lack, repair="linkshed score")
    params = {"profile": _profile(snapshot), **_work(threads, memory_limit), **given}
    columns = [{"table": c.table, **asdict(c.column)} for c in module.COLUMNS]
    with store.writing() as scratch:
        child = _child(store, snapshot)
        more = {"columns": columns}
        made = _add(store, scratch, child, name, params, more, on_progress)
        return store.publish(made.manifest)


def checked(name: str, known: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """All options of a score with their defaults. Raises ParameterError for unknown ones."""
    by_name = {option.name: option for option in known}
    if unknown := sorted(set(given) - set(by_name)):
        raise ParameterError(
            f"score {name!r} has no option {unknown[0]!r}", allowed=", ".join(by_name) or "none"
        )
    return {n: option.check(given.get(n, option.default)) for n, option in by_name.items()}


def _begun(store: Store, start: str | None) -> dict[str, str]:
    if start is None:
        return {}
    earlier = store.snapshot(start)
    if "equity" not in earlier.manifest.scores:
        raise MissingScore(
            f"snapshot {earlier.id}, to start from, is not scored",
            repair=f"start from a scored one: linkshed score --snapshot {earlier.id}",
        )
    return {"start": earlier.id}


def _work(threads: int | None, memory_limit: str) -> dict[str, int | None]:
    return {"threads": threads, "memory_limit_bytes": parse_memory(memory_limit)}


def _profile(snapshot: Snapshot) -> str:
    params = snapshot.manifest.scores.get("surfer", {}).get("params", {})
    return str(params.get("profile", DEFAULT_PROFILE))


def _add(
    store: Store,
    scratch: Path,
    snapshot: Snapshot,
    name: str,
    params: Mapping[str, Any],
    more: Mapping[str, Any],
    on_progress: Progress,
) -> Snapshot:
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
    said = {key: str(v) if isinstance(v, Path) else v for key, v in params.items()}
    record = {"params": said, "seconds": perf_counter() - started, **more, **result.record}
    return with_columns(
        store, scratch, snapshot, result.columns, module.COLUMNS, record, role=f"score/{name}"
    )


def _without_scores(store: Store, snapshot: Snapshot) -> Snapshot:
    """The snapshot as it was built, so that old and new scores are never mixed."""
    kept = tuple(entry for entry in snapshot.manifest.files if not entry.role.startswith("score/"))
    return _child(store, snapshot, files=kept, scores={})


def _child(store: Store, snapshot: Snapshot, **changes: Any) -> Snapshot:
    """The snapshot with a new manifest, its own as the parent."""
    return Snapshot(store.path, replace(snapshot.manifest, parents=(snapshot.id,), **changes))
