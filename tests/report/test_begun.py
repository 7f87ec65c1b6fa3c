"""What is known of an answer before it is whole is part of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from linkshed import api
from linkshed.api import Linkshed
from linkshed.report import REPORTS
from linkshed.report.answers import losses
from linkshed.report.frame import ALL, Frame
from linkshed.snapshot.haste import begun, heard, hurried, kept_by
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.scope import parse_scope
from webs import publish, rows

SITE = """
    tea.com/ title='Tea'
    tea.com/green title='Green tea'
    tea.com/water title='Water'
    tea.com/alone title='Alone'
    tea.com/shy title='Shy'
    tea.com/old redirect tea.com/green
    tea.com/gone status=404
    tea.com/ -> tea.com/green 'Green tea'
    tea.com/ -> tea.com/water 'Water' nav
    tea.com/ -> tea.com/shy 'Shy' nofollow
    tea.com/water -> tea.com/ 'Home' nav
    tea.com/water -> tea.com/shy 'Shy'
    tea.com/green -> tea.com/old 'Old'
    tea.com/green -> tea.com/gone 'Gone'
    wiki.net/a -> tea.com/alone 'alone'
    wiki.net/b -> tea.com/ 'tea'
    news.org/b -> tea.com/ 'tea'
"""
PENDING = {
    "waste": {"gain", "winner_url", "winner_gain"},
    "orphans": {"from_url", "gain", "scope_gain"},
    "weak": {"from_url", "gain", "scope_gain"},
    "unfollowed": {"gain"},
    "risk": {"risk", "level", "markers", "not_known"},
    "certainty": {"at_most_site", "at_most"},
    "robustness": {"equity", "loss", "share", "rating", "rating_loss"},
    "audit": set(),
    "findings": set(),
}  # fmt: skip
"""Reports of which something is known at once, and what of their rows is not."""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("begun")
    publish(folder, rows(SITE))
    api.score(folder / "store")
    return Store.open(folder / "store").snapshot()


def frame_of(snapshot: Snapshot, name: str) -> Frame:
    report = REPORTS.load(name).REPORT
    return report.frame(snapshot, parse_scope("tea.com"), report.checked({}))


def lines(frame: Frame) -> list[dict[str, Any]]:
    return frame.table(frame.makers, ALL).to_pylist()


@pytest.mark.parametrize("name", PENDING)
def test_what_is_known_before_is_part_of_the_whole(snapshot: Snapshot, name: str) -> None:
    known: list[Frame] = []
    with kept_by(known.append), heard(lambda: None):
        whole = lines(frame_of(snapshot, name))
    assert known
    for frame in known:
        found = lines(frame)
        assert found
        assert all(row[column] is None for row in found for column in PENDING[name])
        first = [{c: row[c] for c in row if c not in PENDING[name]} for row in found]
        assert all(any(row.items() <= line.items() for line in whole) for row in first)
        assert [row for row in first if row.get("published", True)] == first
    assert all(any(line[column] is not None for line in whole) for column in PENDING[name])


def test_nothing_is_made_for_nobody() -> None:
    def never() -> Any:
        raise AssertionError

    begun(never)
    with kept_by(never):
        begun(never)


def test_rows_of_what_was_begun_are_not_taken_for_the_whole(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    web, is_begun, go, gain = Linkshed(snapshot), Event(), Event(), losses._gain

    def slow(*given: Any) -> Any:
        assert go.wait(60)
        return gain(*given)

    def ask(limit: int | None = 2) -> list[dict[str, Any]]:
        return web.report("waste", "tea.com", limit=limit, select="*").to_dicts()

    def whole() -> list[dict[str, Any]]:
        with heard(is_begun.set):
            return ask()

    monkeypatch.setattr(losses, "_gain", slow)
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(whole)
        assert is_begun.wait(60)
        with hurried(takes_begun=True):
            first = ask()
        go.set()
        found = coming.result(60)
    assert [row["url"] for row in first] == [row["url"] for row in found]
    assert {row["gain"] for row in first} == {None}
    assert None not in {row["gain"] for row in found}
    assert ask() == found == ask(None)[:2] == ask()
