"""Fixtures shared by all stages."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("linkshed", deadline=None)  # a busy machine is not a wrong answer
settings.load_profile("linkshed")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data that nobody in this project wrote; where it is absent, its tests are skipped."""
    folder = Path(os.environ.get("LINKSHED_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real test data not found at {folder} (set LINKSHED_TEST_DATA)")
    return folder


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let another writer check its snapshots: pytest tests/format --snapshot STORE."""
    parser.addoption("--snapshot", help="store whose latest snapshot tests/format checks")
