"""Is an address alive? Four answers, by all the looks taken at it.

One look in vain proves little: servers restart, networks fail, robots are turned away. So:

* 404 and 410 say by themselves that nothing is there, and so does a host that does not exist;
* 401, 403, 407, 429, 451, 999 and challenges say that somebody is there who does not answer us;
* whatever else fails (time ran out, 5xx, refused, broken off) is unknown, and dead only after
  MIN_LOOKS looks in vain without an answer between them, over at least MIN_DAYS.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linkshed.extract.challenge import is_challenge
from linkshed.schema import BLOCKED_STATUSES, CHALLENGE, GONE_STATUSES, Liveness, Unseen

MIN_LOOKS = 3
MIN_DAYS = 3
KEPT_LOOKS = 12
"""Looks remembered of an address; the oldest are forgotten first."""

PASSING = frozenset((408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524))
"""Statuses that may be another a moment later: worth a second look."""

_NO_PROOF = (Unseen.PRIVATE_ADDRESS, Unseen.ROBOTS_UNREACHABLE)
"""Nobody looked at the page itself, so however often this happens, it proves nothing of it."""
_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Look:
    """One look: when, in seconds since 1970, and its outcome: a status, ``challenge`` or a word of
    ``schema.Unseen``."""

    at: int
    outcome: int | str


def outcome_of(status: int, headers: Iterable[tuple[str, str]]) -> int | str:
    """The outcome of an answer: its status, unless it is a challenge to prove oneself human."""
    return CHALLENGE if is_challenge(status, headers) else status


def verdict(looks: Sequence[Look]) -> Liveness:
    """What the looks prove together; they stand in order of time."""
    if not looks:
        return Liveness.UNKNOWN
    last = judged(looks[-1].outcome)
    if last is not Liveness.UNKNOWN:
        return last
    if looks[-1].outcome in _NO_PROOF:
        return last
    vain = _last_in_vain([look for look in looks if look.outcome not in _NO_PROOF])
    days = (vain[-1].at - vain[0].at) / _DAY_SECONDS
    return Liveness.DEAD if len(vain) >= MIN_LOOKS and days >= MIN_DAYS else Liveness.UNKNOWN


def judged(outcome: int | str) -> Liveness:
    """What one look proves by itself."""
    if outcome in GONE_STATUSES or outcome == Unseen.NO_SUCH_HOST:
        return Liveness.DEAD
    if outcome in BLOCKED_STATUSES or outcome == CHALLENGE:
        return Liveness.BLOCKED
    if outcome == Unseen.TOO_LARGE or (isinstance(outcome, int) and 200 <= outcome < 400):
        return Liveness.ALIVE
    return Liveness.UNKNOWN


def evidence(looks: Sequence[Look]) -> dict[str, Any]:
    """What a page's row says of the looks (``schema.rows.LOOK_FACTS``); there is at least one."""
    start = len(looks)
    while start and judged(looks[start - 1].outcome) in (Liveness.UNKNOWN, Liveness.DEAD):
        start -= 1
    vain = looks[start:]
    return {
        "liveness": int(verdict(looks)),
        "looked_at": looks[-1].at,
        "outcome": str(looks[-1].outcome),
        "n_vain_looks": len(vain),
        "vain_since": vain[0].at if vain else None,
    }


def is_passing(outcome: int | str) -> bool:
    """Whether a second look a moment later may find something else."""
    if isinstance(outcome, int):
        return outcome in PASSING
    return outcome in (Unseen.TIMEOUT, Unseen.REFUSED, Unseen.DNS_FAILED, Unseen.CONNECTION,
                       Unseen.ROBOTS_UNREACHABLE)  # fmt: skip


def to_json(looks: Sequence[Look]) -> list[list[int | str]]:
    """The looks as stored."""
    return [[look.at, look.outcome] for look in looks[-KEPT_LOOKS:]]


def from_json(stored: Sequence[Sequence[int | str]]) -> list[Look]:
    """The inverse of ``to_json``."""
    return [Look(int(at), outcome) for at, outcome in stored]


def counted(verdicts: Mapping[int, int]) -> dict[str, int]:
    """How many of each, by name; none are left out."""
    return {state.name.lower(): verdicts.get(state, 0) for state in Liveness}


def _last_in_vain(looks: Sequence[Look]) -> Sequence[Look]:
    """The unbroken run of unanswered looks at the end."""
    start = len(looks)
    while start and judged(looks[start - 1].outcome) is Liveness.UNKNOWN:
        start -= 1
    return looks[start:]
