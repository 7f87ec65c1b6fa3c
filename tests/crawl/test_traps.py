"""Endless spaces are bounded; the sites people have are not touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkshed.ingest.crawl.traps import refusal, repeats, shapes, without_session
from linkshed.schema import Unseen

WORD = st.text("abcdefghij-", min_size=1, max_size=7)
HOST = "https://example.com"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/" + "x" * 2_000, Unseen.LONG_URL),
        ("/a/a/a/", Unseen.REPEATED_PATH),
        ("/shop/en/de/en/de/en/de/x", Unseen.REPEATED_PATH),
        ("/" + "/".join(f"f{n}" for n in range(50)), Unseen.REPEATED_PATH),
        ("/list?" + "&".join(f"f{n}=1" for n in range(20)), Unseen.MANY_PARAMETERS),
        ("/", None),
        ("/2024/05/17/a-long-title-of-an-article/", None),
        ("/1/1/1/1", None),
        ("/en/docs/en/", None),
        ("/shop/?page=2&sort=price&colour=red", None),
        ("//a//b//", None),
    ],
)
def test_single_addresses(path: str, reason: Unseen | None) -> None:
    assert refusal(HOST + path) == reason


@given(st.lists(WORD, min_size=1, max_size=4), st.lists(WORD, max_size=3))
def test_folders_that_follow_themselves_three_times_are_found(
    block: list[str], before: list[str]
) -> None:
    assert repeats(before + block * 3)


@given(st.lists(WORD, max_size=12, unique=True))
def test_folders_that_all_differ_are_no_trap(folders: list[str]) -> None:
    assert not repeats(folders)


def reasons(path: str) -> dict[Unseen, int]:
    return {why: bound for _, why, bound in shapes(HOST + path, 1_000, 2026)}


def test_a_plain_page_has_no_shape_to_count() -> None:
    assert reasons("/about/team/") == {}


def test_numbers_in_the_path_are_bounded_generously() -> None:
    assert reasons("/product/12345") == {Unseen.PATTERN: 100_000}


def test_dates_far_off_are_bounded_closely_and_near_ones_are_not() -> None:
    assert reasons("/events/2031/04/")[Unseen.CALENDAR] == 50
    assert reasons("/cal?month=1931-04")[Unseen.CALENDAR] == 50
    assert Unseen.CALENDAR not in reasons("/2024/05/17/title/")
    assert Unseen.CALENDAR not in reasons("/list?start=2040")
    assert Unseen.CALENDAR not in reasons("/item/9035/1")


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("/a;jsessionid=0123ABCDEF", "/a"),
        ("/a?PHPSESSID=0123456789abcdef", "/a"),
        ("/a?x=1&sid=0123456789abcdef&y=2", "/a?x=1&y=2"),
        ("/a?sid=4", "/a?sid=4"),
        ("/a?", "/a?"),
        ("/a;v=2?x", "/a;v=2?x"),
    ],
)
def test_session_ids_are_told_from_other_parameters(written: str, bare: str) -> None:
    assert without_session(HOST + written) == HOST + bare


@given(st.lists(st.tuples(WORD, WORD), max_size=5))
def test_the_values_of_a_query_do_not_change_its_shape(pairs: list[tuple[str, str]]) -> None:
    one = "&".join(f"{name}={value}" for name, value in pairs)
    other = "&".join(f"{name}=other" for name, _ in reversed(pairs))
    query = [{s for s, _, _ in shapes(f"{HOST}/p?{text}", 9, 2026) if s.startswith("query")}
             for text in (one, other)]  # fmt: skip
    assert query[0] == query[1]
