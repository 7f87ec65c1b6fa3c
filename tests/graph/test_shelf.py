"""Arrays beyond a memory budget: same bits, and no memory taken for links."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from linkshed.errors import ResourceError
from linkshed.graph.csr import InLinks, fold, members_of
from linkshed.graph.shelf import Shelf
from linkshed.graph.walk import Solution, solve

D = 0.85
N_PAGES = 100_000
N_LINKS = 8_000_000
LINK_BYTES = 8 * N_LINKS
MORE_MEMORY = LINK_BYTES * 3 // 4  # 48 MB: less than the links alone, or than their blocks alone


def write_links(folder: Path, n_pages: int, n_links: int, seed: int = 1) -> None:
    """Two in three links stay near their page, the others lead anywhere."""
    rng = np.random.default_rng(seed)
    target = np.sort(rng.integers(0, n_pages, n_links))
    near = np.clip(target + rng.integers(-500, 500, n_links), 0, n_pages - 1)
    source = np.where(rng.random(n_links) < 0.67, near, rng.integers(0, n_pages, n_links))
    weight = rng.random(n_links, np.float32)
    np.save(folder / "offsets.npy", np.searchsorted(target, np.arange(n_pages + 1)))
    np.save(folder / "sources.npy", source.astype(np.uint32))
    np.save(folder / "amounts.npy", weight)
    np.save(folder / "out.npy", np.bincount(source, weights=weight, minlength=n_pages))


def settle(folder: Path, shelf: Shelf | None) -> Solution:
    """Equity of the links in ``folder``, read as memory-mapped columns."""
    names = ("offsets", "sources", "amounts")
    links = InLinks(*(np.asarray(np.load(folder / f"{n}.npy", mmap_mode="r")) for n in names))
    out = np.load(folder / "out.npy")
    scale = np.divide(D, out, out=np.zeros(len(out)), where=out > 0)
    return solve(links, np.full(len(out), 1 - D), scale, threads=2, shelf=shelf)


def limited(folder: str, small: str, budget: str) -> None:
    """Runs in a process of its own, which may take MORE_MEMORY beside what it has by then."""
    settle(Path(small), Shelf(Path(folder), 0))
    account = dict(row.split(":", 1) for row in Path("/proc/self/status").read_text().splitlines())
    limit = int(account["VmData"].split()[0]) * 1024 + MORE_MEMORY
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    found = settle(Path(folder), Shelf(Path(folder), int(budget)))
    sys.stdout.buffer.write(found.values.tobytes())


def run_limited(folder: Path, small: Path, budget: int) -> subprocess.CompletedProcess[bytes]:
    command = f"import test_shelf; test_shelf.limited({str(folder)!r}, {str(small)!r}, {budget})"
    given = {"cwd": Path(__file__).parent, "capture_output": True, "timeout": 300}
    return subprocess.run([sys.executable, "-c", command], check=False, **given)  # type: ignore[call-overload,no-any-return]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's own account")
def test_solves_a_graph_larger_than_the_memory_it_may_take(tmp_path: Path) -> None:
    folder, small = tmp_path / "large", tmp_path / "small"
    for place, n_pages, n_links in ((folder, N_PAGES, N_LINKS), (small, 50_000, 300_000)):
        place.mkdir()
        write_links(place, n_pages, n_links)
    beyond = run_limited(folder, small, 0)
    assert beyond.returncode == 0, beyond.stderr.decode()
    assert beyond.stdout == settle(folder, None).values.tobytes()
    within = run_limited(folder, small, 10 * LINK_BYTES)
    assert b"MemoryError" in within.stderr
    assert sorted(path.suffix for path in folder.iterdir()) == [".npy"] * 4


@pytest.mark.parametrize("budget", [0, 150_000, 10**9])
def test_the_place_of_arrays_does_not_change_a_bit(tmp_path: Path, budget: int) -> None:
    write_links(tmp_path, 5000, 40_000)
    assert (
        settle(tmp_path, Shelf(tmp_path, budget)).values.tobytes()
        == settle(tmp_path, None).values.tobytes()
    )


def test_folds_onto_the_shelf(tmp_path: Path) -> None:
    write_links(tmp_path, 300, 4000)
    offsets, sources, weight = (
        np.load(tmp_path / f"{name}.npy") for name in ("offsets", "sources", "amounts")
    )
    receiver = np.arange(300, dtype=np.uint32)
    receiver[100:110] = 7
    columns = (offsets, sources, weight, np.ones_like(weight), members_of(receiver))
    plain, shelved = fold(*columns), fold(*columns, Shelf(tmp_path, 0))
    assert shelved.sources.tolist() == plain.sources.tolist()
    assert shelved.amounts.tolist() == plain.amounts.tolist()


def is_mapped(array: np.ndarray) -> bool:
    return isinstance(array.base, np.memmap)


def test_memory_is_given_back(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, 1000)
    first = shelf.empty(100, np.float64)
    assert not is_mapped(first)
    assert is_mapped(shelf.empty(100, np.float64))
    del first
    assert not is_mapped(shelf.empty(100, np.float64))


def test_without_room_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="no room for 1,152,921,504,606,846,976 bytes"):
        Shelf(tmp_path, 0).empty(1 << 60, np.uint8)


def test_a_folder_that_cannot_be_written_leaves_memory(tmp_path: Path) -> None:
    made = Shelf(tmp_path / "missing", 0).empty(3, np.float32)
    made.fill(2)
    assert made.tolist() == [2, 2, 2]
