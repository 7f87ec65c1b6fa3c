"""A run of a watch: look once, then send all that waits."""

from __future__ import annotations

from dataclasses import dataclass, field

from linkshed import api
from linkshed.errors import LinkshedError
from linkshed.serve.watch.batch import batch_of, trial_of, with_causes
from linkshed.serve.watch.definition import Watch
from linkshed.serve.watch.folder import Folder, State


@dataclass
class Outcome:
    """What became of a run. ``totals`` counts the events found now; ``n_waiting`` the batches that
    are still to be sent; ``problems`` say why. ``is_compared`` is false when it could not look.
    """

    name: str
    totals: dict[str, int] = field(default_factory=dict)
    is_compared: bool = True
    n_sent: int = 0
    n_waiting: int = 0
    problems: list[LinkshedError] = field(default_factory=list)


def run(store: str, name: str) -> Outcome:
    """Look for events since the last run, then send what waits: old things before new ones.

    What fails is among the outcome's ``problems``, and tried again by the next run. Raises
    NotFoundError, ParameterError for the watch itself, StoreError when it is running.
    """
    folder = Folder(store)
    watch = folder.watch(name)
    outcome = Outcome(name)
    with folder.locked(name):
        state = folder.state(name)
        try:
            outcome.totals = _look(store, folder, watch, state)
        except LinkshedError as error:
            outcome.is_compared = False
            outcome.problems.append(error)
        for kind in watch.destinations:
            _send(folder, watch, state, kind, outcome)
    outcome.n_waiting = len(state.waiting)
    return outcome


def attempt(store: str, name: str) -> Outcome:
    """Send a trial to every destination; it changes nothing of what waits or was told.

    Raises NotFoundError, ParameterError for the watch itself.
    """
    watch = Folder(store).watch(name)
    outcome, trial = Outcome(name), trial_of(store, watch)
    for to in watch.destinations.values():
        try:
            outcome.n_sent += len(list(to.deliver(trial, to.parts(trial))))
        except LinkshedError as error:
            outcome.problems.append(error)
    return outcome


def _look(store: str, folder: Folder, watch: Watch, state: State) -> dict[str, int]:
    """Put what happened since the last look on the list; the first look only remembers."""
    latest = api.snapshot_id(store)
    if state.told == latest:
        return {}
    totals: dict[str, int] = {}
    if state.told is not None:
        batch = batch_of(store, watch, state.told, latest)
        totals = batch.totals
        if batch.events:
            folder.keep(with_causes(store, watch, batch))
            parts = {kind: to.parts(batch) for kind, to in watch.destinations.items()}
            state.waiting[batch.id] = parts
    state.told = latest
    folder.save(watch.name, state)
    return totals


def _send(folder: Folder, watch: Watch, state: State, kind: str, outcome: Outcome) -> None:
    """Send all that a destination lacks, until something fails."""
    for number in list(state.waiting):
        pending = state.waiting[number].get(kind, [])
        try:
            if pending:
                batch = folder.batch(watch.name, number)
                for part in watch.destinations[kind].deliver(batch, list(pending)):
                    pending.remove(part)
                    outcome.n_sent += 1
                    folder.save(watch.name, state)
        except LinkshedError as error:
            outcome.problems.append(error)
            return
        finally:
            _strike(folder, watch, state, number)


def _strike(folder: Folder, watch: Watch, state: State, number: str) -> None:
    """Take a batch off the list when every destination that there is has all of it."""
    lacking = state.waiting[number]
    if not any(lacking.get(kind) for kind in watch.destinations):
        del state.waiting[number]
        folder.save(watch.name, state)
