"""A snapshot is read by many threads at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from linkshed.snapshot.tables import Snapshot
from webs import web

TEXTS = (("pages", "title"), ("pages", "language"), ("links", "anchor"), ("contexts", "path"))


def test_many_threads_decode_the_same_files(tmp_path: Path) -> None:
    lines = [f"a{i % 9}.com/{i} -> b{i % 5}.org/{i % 7} 'words {i}'" for i in range(3_000)]
    made = web("\n".join(lines), tmp_path)
    rows = {table: np.arange(made.n_rows(table))[::-3] for table, _ in TEXTS}
    wanted = {key: made.take(key[0], [key[1]], rows[key[0]]).to_pydict() for key in TEXTS}
    for _ in range(10):
        again = Snapshot(made.store_path, made.manifest)
        with ThreadPoolExecutor(8) as pool:
            asked = [(key, pool.submit(again.take, key[0], [key[1]], rows[key[0]]))
                     for key in TEXTS * 4]  # fmt: skip
            assert all(answer.result().to_pydict() == wanted[key] for key, answer in asked)
