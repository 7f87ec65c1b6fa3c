"""Alive, dead, blocked or unknown: what each kind of evidence is worth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkshed.ingest.crawl.liveness import (
    MIN_DAYS,
    MIN_LOOKS,
    Look,
    evidence,
    from_json,
    is_passing,
    judged,
    outcome_of,
    to_json,
    verdict,
)
from linkshed.schema import Liveness, Unseen

DAY = 86_400
OUTCOMES = st.one_of(st.integers(100, 999), st.sampled_from([*Unseen, "challenge"]))
LOOKS = st.lists(OUTCOMES, max_size=8).map(
    lambda outcomes: [Look(n * DAY, outcome) for n, outcome in enumerate(outcomes)]
)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (200, Liveness.ALIVE),
        (301, Liveness.ALIVE),
        (304, Liveness.ALIVE),
        (404, Liveness.DEAD),
        (410, Liveness.DEAD),
        (Unseen.NO_SUCH_HOST, Liveness.DEAD),
        (401, Liveness.BLOCKED),
        (403, Liveness.BLOCKED),
        (429, Liveness.BLOCKED),
        (999, Liveness.BLOCKED),
        ("challenge", Liveness.BLOCKED),
        (500, Liveness.UNKNOWN),
        (503, Liveness.UNKNOWN),
        (400, Liveness.UNKNOWN),
        (Unseen.TIMEOUT, Liveness.UNKNOWN),
        (Unseen.REFUSED, Liveness.UNKNOWN),
        (Unseen.DNS_FAILED, Liveness.UNKNOWN),
        (Unseen.TLS, Liveness.UNKNOWN),
        (Unseen.TOO_LARGE, Liveness.ALIVE),
    ],
)
def test_what_one_look_proves(outcome: int | str, state: Liveness) -> None:
    assert verdict([Look(0, outcome)]) is state


def test_failing_for_days_is_dead_and_failing_often_in_an_hour_is_not() -> None:
    hour = [Look(n * 600, Unseen.TIMEOUT) for n in range(6)]
    days = [Look(n * DAY * 2, Unseen.TIMEOUT) for n in range(3)]
    assert verdict(hour) is Liveness.UNKNOWN
    assert verdict(days) is Liveness.DEAD


def test_an_answer_between_failures_starts_the_count_anew() -> None:
    looks = [Look(0, 500), Look(DAY * 4, 200), Look(DAY * 5, 500), Look(DAY * 6, 500)]
    assert verdict(looks) is Liveness.UNKNOWN


@given(LOOKS)
def test_dead_needs_proof_by_itself_or_many_failures(looks: list[Look]) -> None:
    if verdict(looks) is Liveness.DEAD and judged(looks[-1].outcome) is not Liveness.DEAD:
        no_looks = (Unseen.PRIVATE_ADDRESS, Unseen.ROBOTS_UNREACHABLE)
        looks = [look for look in looks if look.outcome not in no_looks]
        vain = looks[-MIN_LOOKS:]
        assert all(judged(look.outcome) is Liveness.UNKNOWN for look in vain)
        assert looks[-1].at - looks[0].at >= MIN_DAYS * DAY


@given(LOOKS, OUTCOMES)
def test_an_answer_settles_the_matter_whatever_was_before(
    looks: list[Look], outcome: int | str
) -> None:
    last = judged(outcome)
    if last is not Liveness.UNKNOWN:
        assert verdict([*looks, Look(10 * DAY, outcome)]) is last


@pytest.mark.parametrize("outcome", [Unseen.PRIVATE_ADDRESS, Unseen.ROBOTS_UNREACHABLE])
def test_what_we_were_kept_from_looking_at_is_never_dead(outcome: Unseen) -> None:
    looks = [Look(n * DAY, outcome) for n in range(9)]
    assert verdict(looks) is Liveness.UNKNOWN
    assert verdict([Look(0, 500), *looks[1:], Look(9 * DAY, 500)]) is Liveness.UNKNOWN


@given(LOOKS.filter(bool))
def test_the_evidence_fits_the_verdict(looks: list[Look]) -> None:
    found = evidence(looks)
    assert found["liveness"] == verdict(looks)
    assert (found["looked_at"], found["outcome"]) == (looks[-1].at, str(looks[-1].outcome))
    assert (found["vain_since"] is None) == (found["n_vain_looks"] == 0)
    if verdict(looks) in (Liveness.ALIVE, Liveness.BLOCKED):
        assert found["n_vain_looks"] == 0
    if verdict(looks) is Liveness.DEAD:
        assert found["n_vain_looks"] > 0


@given(LOOKS)
def test_looks_are_stored_and_read_again(looks: list[Look]) -> None:
    assert from_json(to_json(looks)) == looks


@given(OUTCOMES)
def test_what_is_settled_by_one_look_is_not_looked_at_again(outcome: int | str) -> None:
    if judged(outcome) in (Liveness.DEAD, Liveness.ALIVE):
        assert not is_passing(outcome)


@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        (200, [("CF-Mitigated", "challenge")], "challenge"),
        (403, [("x-datadome", "protected")], "challenge"),
        (200, [("Server", "nginx")], 200),
        (404, [("cf-mitigated", "challenge")], 404),
    ],
)
def test_challenges_are_told_by_their_headers(
    status: int, headers: list[tuple[str, str]], outcome: int | str
) -> None:
    assert outcome_of(status, headers) == outcome
