"""Fixtures shared by all stages."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data that nobody in this project wrote; tests that need it are skipped by name."""
    folder = Path(os.environ.get("LINKSHED_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real test data not found at {folder} (set LINKSHED_TEST_DATA)")
    return folder
