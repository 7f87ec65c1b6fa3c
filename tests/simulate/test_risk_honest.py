"""Honest sites are hardly ever called high, and no real input is too odd to be assessed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from linkshed import api
from linkshed.demo.archive import write
from linkshed.simulate.risk.assess import Assessment
from linkshed.simulate.risk.markers import levels
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from simulate.riskwebs import assessed


def of_archives(store: Path, archives: list[Path]) -> Snapshot:
    api.ingest("warc", archives, store=store, workers=1)
    api.build(store)
    api.score(store)
    return Store.open(store).snapshot()


def of_all(snapshot: Snapshot) -> list[Assessment]:
    names = snapshot.columns("domains", ["domain"])["domain"].to_pylist()
    into = snapshot.array("domains", "n_refdomains")
    return [assessed(snapshot, name) for name, n in zip(names, into, strict=True) if n]


def said(found: list[Assessment]) -> Counter[str]:
    return Counter(level for one in found for level in levels(one.domain_risk))


def test_no_site_of_the_demonstration_is_high(tmp_path: Path) -> None:
    found = of_all(of_archives(tmp_path / "store", [write(tmp_path / "demo.warc.gz")]))
    counts = said(found)
    assert counts.total() >= 90
    assert counts["high"] <= 0.02 * counts.total()
    assert all(np.isnan(one.scope_risk) for one in found)  # too few referring domains


def test_real_archives_are_assessed_and_hardly_ever_high(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "archives"
    archives = sorted(p for p in folder.rglob("*") if {".arc", ".warc"} & set(p.suffixes))
    found = of_all(of_archives(tmp_path / "store", archives))
    counts = said(found)
    assert counts.total() >= 20
    assert counts["high"] <= 0.02 * counts.total()
