"""The browser that the tests of the explorer share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from web.browsing import chromium


@pytest.fixture(autouse=True)
def patience(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a browser a busy machine changes no answer: what takes long has the same status."""
    if "browser" not in request.fixturenames:
        monkeypatch.setattr("linkshed.serve.web.patience.SECONDS", 60)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found
