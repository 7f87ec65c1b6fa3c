"""What is read from the cache is what the snapshot holds, also when the cache is gone."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkshed.snapshot import twins
from linkshed.snapshot.recent import Recent
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import FEW, Snapshot
from webs import batch, publish, web

WORDS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=8)


@given(st.lists(WORDS, max_size=4), st.booleans())
def test_texts_come_back(parts: list[list[str]], is_writable: bool) -> None:
    flat = [word for part in parts for word in part]
    arrays = [pa.array(["left out", *part])[1:] for part in parts]
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / ("twin" if is_writable else "no folder/twin")
        for _ in range(2):
            found = twins.texts(base, len(flat), lambda: arrays)
            assert list(found) == found[:] == flat
            assert found.take(np.arange(len(flat))[::-2]) == flat[::-2]
        written = sorted(path.name for path in Path(folder).iterdir())
        assert written == (["twin.bytes", "twin.offsets.npy"] if is_writable else [])


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    lines = [f"a{i % 9}.com/{i} -> www.b{i % 5}.org/{i % 7} 'é {i}'" for i in range(60)]
    return web("\n".join([*lines, "http://a1.com/1 noindex"]), tmp_path)


def test_urls_and_sites_agree_with_the_tables(snapshot: Snapshot) -> None:
    rows = np.random.default_rng(1).permutation(snapshot.n_pages)
    keys = snapshot.take("pages", ["key"], rows)["key"].to_pylist()
    assert snapshot.texts("pages", "key").take(rows) == keys
    assert [snapshot.page_id(url) for url in snapshot.urls(rows)] == rows.tolist()
    for table, of in (("domains", snapshot.domain_of), ("hosts", snapshot.host_of)):
        lo, hi = (snapshot.array(table, name)[of(rows)] for name in ("page_lo", "page_hi"))
        assert np.all((lo <= rows) & (rows < hi))


@pytest.mark.parametrize("n", [0, FEW // 2, 5 * FEW])
def test_urls_are_the_same_one_by_one_and_all_at_once(snapshot: Snapshot, n: int) -> None:
    rows = np.resize(np.arange(snapshot.n_pages)[::-1], n)
    assert snapshot.url_array(rows).to_pylist() == snapshot.urls(rows)


def test_one_column_agrees_with_the_table(snapshot: Snapshot) -> None:
    for table in ("pages", "links", "contexts", "domains"):
        rows = np.random.default_rng(2).integers(0, snapshot.n_rows(table), 100)
        whole = snapshot.columns(table, snapshot.names(table))
        for name in snapshot.names(table):
            expected = whole[name].to_pylist()
            found = snapshot.pick(table, name, rows).to_pylist()
            assert found == [expected[row] for row in rows], (table, name)
            assert snapshot.take(table, [name], rows)[name].to_pylist() == found


def test_a_lost_cache_is_made_again(snapshot: Snapshot, tmp_path: Path) -> None:
    urls = snapshot.urls(range(snapshot.n_pages))
    shutil.rmtree(tmp_path / "store" / "cache")
    again = Store.open(tmp_path / "store").snapshot()
    assert again.urls(range(again.n_pages)) == urls
    (tmp_path / "store" / "cache").mkdir()
    third = Store.open(tmp_path / "store").snapshot()
    assert third.urls(range(third.n_pages)) == urls
    assert list((tmp_path / "store" / "cache").iterdir())


def test_an_empty_snapshot_has_no_page(tmp_path: Path) -> None:
    empty = publish(tmp_path, batch([], []))
    assert empty.page_id("https://a.com/") is None
    assert empty.urls([]) == []


def test_the_thing_used_longest_ago_goes_first() -> None:
    recent = Recent(100)
    for name in "ab":
        recent.put(name, np.zeros(40, np.uint8))
    assert recent.get("a") is not None
    recent.put("c", np.zeros(40, np.uint8))
    assert recent.get("b") is None
    assert recent.get("a") is not None
    recent.put("d", np.zeros(101, np.uint8))
    assert recent.get("d") is None
    assert recent.n_bytes == 80
