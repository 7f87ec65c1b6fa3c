"""The commands that the documents show run, and print what the documents show."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs"))

from snippets import DOCUMENTS, refreshed  # noqa: E402


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_output_shown_is_the_output_given(document: Path, tmp_path: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert refreshed(text, tmp_path) == text, "old output: run `make docs`"
