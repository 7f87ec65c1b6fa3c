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

from linkshed.schema import Liveness, Unseen

MIN_LOOKS = 3
MIN_DAYS = 3
KEPT_LOOKS = 12
"""Looks remembered of an address; the oldest are forgotten first."""

GONE = frozenset((404, 410))
TURNED_AWAY = frozenset((401, 402, 403, 407, 429, 451, 999))
PASSING = frozenset((408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524))
"""Statuses that may be another a moment later: worth a second look."""

_CHALLENGES = {"cf-mitigated": "challenge", "x-amzn-waf-action": "", "x-datadome": "",
               "x-sucuri-block": "", "x-vercel-mitigated": ""}  # fmt: skip
_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Look:
    """One look: when, in seconds since 1970, and its outcome: a status, ``challenge`` or a word of
    ``schema.Unseen``."""

    at: int
    outcome: int | str


def outcome_of(status: int, headers: Iterable[tuple[str, str]]) -> int | str:
    """The outcome of an answer: its status, unless it is a challenge to prove oneself human."""
    if status < 300 or status in TURNED_AWAY or status == 503:
        for name, value in headers:
            mark = _CHALLENGES.get(name.lower())
            if mark is not None and mark in value.lower():
                return "challenge"
    return status


def verdict(looks: Sequence[Look]) -> Liveness:
    """What the looks prove together; they stand in order of time."""
    if not looks:
        return Liveness.UNKNOWN
    last = judged(looks[-1].outcome)
    if last is not Liveness.UNKNOWN:
        return last
    vain = list(_last_in_vain(looks))
    days = (vain[-1].at - vain[0].at) / _DAY_SECONDS
    return Liveness.DEAD if len(vain) >= MIN_LOOKS and days >= MIN_DAYS else Liveness.UNKNOWN


def judged(outcome: int | str) -> Liveness:
    """What one look proves by itself."""
    if outcome in GONE or outcome == Unseen.NO_SUCH_HOST:
        return Liveness.DEAD
    if outcome in TURNED_AWAY or outcome == "challenge":
        return Liveness.BLOCKED
    if isinstance(outcome, int) and 200 <= outcome < 400:
        return Liveness.ALIVE
    return Liveness.UNKNOWN


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


def _last_in_vain(looks: Sequence[Look]) -> Iterable[Look]:
    """The unbroken run of unanswered looks at the end."""
    start = len(looks)
    while start and judged(looks[start - 1].outcome) is Liveness.UNKNOWN:
        start -= 1
    return looks[start:]
