"""Mapped arrays at hand: what the system says of their pages."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from linkshed.snapshot import near as module
from linkshed.snapshot.near import near

SMAPS = Path("/proc/self/smaps")
BYTES = 4_000_000

pytestmark = pytest.mark.skipif(not SMAPS.exists(), reason="only Linux tells of mapped pages")


def _mapped(path: Path) -> np.ndarray:
    np.save(path, np.arange(BYTES // 8))
    return np.asarray(np.load(path, mmap_mode="r"))


def _at_hand(values: np.ndarray) -> int:
    """How many bytes around an array the process need not ask the system for."""
    address, is_inside = values.ctypes.data, False
    for line in SMAPS.read_text().splitlines():
        if found := re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line):
            is_inside = int(found[1], 16) <= address < int(found[2], 16)
        elif is_inside and line.startswith("Rss:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("the array is not mapped")


def test_all_pages_of_a_mapped_array_are_at_hand(tmp_path: Path) -> None:
    values = _mapped(tmp_path / "a.npy")
    before = _at_hand(values)
    found = near({"a": values, "b": np.arange(3)})
    assert before < BYTES / 2
    assert _at_hand(found["a"]) >= BYTES
    assert np.array_equal(found["a"], np.arange(BYTES // 8))
    assert list(found["b"]) == [0, 1, 2]


def test_what_is_large_for_the_memory_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SHARE", 10**9)
    values = _mapped(tmp_path / "a.npy")
    near({"a": values})
    assert _at_hand(values) < BYTES / 2
