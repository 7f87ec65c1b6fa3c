"""What is known of an answer that takes long is shown until it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from linkshed.report.answers import audits, losses
from web.browsing import make, page_of, serving


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with serving(make(tmp_path)) as found:
        yield found


def held_up(monkeypatch: pytest.MonkeyPatch, where: Any, name: str, n_done: int) -> Event:
    """Let calls of a function wait for the event, after the first ``n_done``."""
    go, does, calls = Event(), getattr(where, name), []

    def slow(*given: Any) -> Any:
        calls.append(1)
        assert len(calls) <= n_done or go.wait(60)
        return does(*given)

    monkeypatch.setattr(where, name, slow)
    return go


def known(page: Page, path: str) -> Any:
    """What is shown of an answer that is not whole."""
    page.goto(path, wait_until="commit")
    begun = page.locator(".begun:visible")
    expect(begun).to_have_count(1, timeout=30_000)
    expect(page.locator(".so-far:visible")).to_have_count(1)
    expect(page.locator(".working [role=status]")).to_contain_text("is being computed")
    return begun


def is_whole(page: Page) -> None:
    expect(page.locator("main > .heading")).to_be_visible(timeout=30_000)
    expect(page.locator(".working")).to_have_count(0)


def test_rows_are_shown_before_their_gains_are_known(
    browser: Browser, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = held_up(monkeypatch, losses, "_gain", 0)
    with page_of(browser) as page, page_of(browser, 360, "dark") as other:
        for one in (page, other):
            begun = known(one, f"{address}/reports/waste?scope=tea.com")
            expect(begun.locator("tbody tr")).to_have_count(1)
            expect(begun).to_contain_text("Known so far: 1 of 1")
            expect(begun).to_contain_text("tea.com/gone")
            expect(begun.locator("tbody")).to_be_in_viewport()
            width = one.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert width <= 0
        go.set()
        for one in (page, other):
            is_whole(one)
            expect(one.locator(".sheet:visible tbody tr")).to_have_count(1)
            one.wait_for_load_state()
            assert Axe().run(one).response["violations"] == []


def test_issues_are_shown_as_they_are_found(
    browser: Browser, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = held_up(monkeypatch, audits, "Audit", 2)
    with page_of(browser) as page:
        begun = known(page, f"{address}/audit?scope=tea.com")
        expect(begun.locator("tbody tr")).to_have_count(1)
        expect(begun.locator("tbody")).to_contain_text("Wasted equity")
        go.set()
        is_whole(page)
        expect(page.locator(".issue")).to_have_count(3)


def test_a_filter_that_none_of_it_passes_yet_shows_nothing(
    browser: Browser, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = held_up(monkeypatch, losses, "_gain", 0)
    with page_of(browser) as page:
        path = f"{address}/reports/waste?scope=tea.com&where=gain+%3E+0"
        page.goto(path, wait_until="commit")
        expect(page.locator(".working")).to_be_visible(timeout=30_000)
        expect(page.locator(".so-far:visible")).to_have_count(1, timeout=30_000)
        expect(page.locator(".begun")).to_have_count(0)
        go.set()
        is_whole(page)
