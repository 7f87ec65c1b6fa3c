"""Real snapshots of small webs given as page facts and link rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from linkshed.ingest.reader import Batch
from linkshed.schema import AnchorKind, Indexability, LinkKind, Placement, Rel
from linkshed.snapshot.build import build
from linkshed.snapshot.intake import Intake
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot

PAGE = {
    "status": 200,
    "fetched_at": 1_700_000_000,
    "is_noindex": False,
    "is_nofollow": False,
    "indexability": Indexability.INDEXABLE,
    "canonical_issue": 0,
    "is_revisit": False,
    "n_refused_links": 0,
}
NOINDEX = {"is_noindex": True, "indexability": Indexability.NOINDEX_META}
GONE = {"status": 404, "indexability": Indexability.CLIENT_ERROR}
MOVED = {"status": 301, "indexability": Indexability.REDIRECTED}
LINK = {
    "kind": LinkKind.TEXT,
    "rel": 0,
    "placement": Placement.CONTENT,
    "anchor": "words",
    "anchor_kind": AnchorKind.DESCRIPTIVE,
    "ordinal": 0,
}


def link(source: str, target: str, **facts: Any) -> dict[str, Any]:
    """A link row between two addresses without their scheme."""
    ends = {"source_url": f"https://{source}", "target_url": f"https://{target}"}
    return LINK | ends | facts


def snapshot_of(
    folder: Path, pages: dict[str, dict[str, Any]], links: list[dict[str, Any]]
) -> tuple[Store, Snapshot]:
    """A built snapshot; pages that only links name are pages never fetched."""
    batch = Batch()
    for address, facts in pages.items():
        batch.add_page(PAGE | {"url": f"https://{address}"} | facts)
        batch.n_records += 1
    for ordinal, row in enumerate(links):
        batch.add_link(row | {"ordinal": ordinal})
        batch.n_links += 1
    store = Store.create(folder / "store")
    named = folder / "web"
    named.write_text("a web")
    intake = Intake.start(store, "links", [named], {})
    intake.write(0, 0, batch)
    intake.finish()
    return store, build(store)


def random_snapshot(folder: Path, seed: int, n: int = 40, n_links: int = 300) -> Any:
    """Store and snapshot of a web with everything in it."""
    rng = np.random.default_rng(seed)
    urls = [f"s{k % 5}.com/{k // 5 or ''}" for k in range(n)]
    role = rng.choice(["plain", "gone", "noindex", "moved", "canonical", "unknown"], n,
                      p=[0.6, 0.08, 0.08, 0.1, 0.07, 0.07])  # fmt: skip
    facts: dict[str, dict[str, Any]] = {"gone": GONE, "noindex": NOINDEX, "moved": MOVED}
    pages = {
        url: facts.get(r, {}) | {"is_nofollow": bool(rng.random() < 0.1)}
        for url, r in zip(urls, role, strict=True)
        if r != "unknown"
    }
    links = [
        link(
            urls[rng.integers(n)],
            urls[rng.integers(n)],
            rel=int(rng.choice([0, 0, 0, Rel.NOFOLLOW, Rel.UGC])),
            placement=int(rng.integers(0, 12)),
            anchor_kind=int(rng.integers(0, 4)),
            kind=int(rng.choice([LinkKind.TEXT, LinkKind.IMAGE, LinkKind.FORM], p=[0.8, 0.1, 0.1])),
            position=float(rng.random()),
            n_block=int(rng.integers(1, 50)) if rng.random() < 0.7 else None,
        )
        for _ in range(n_links)
    ]
    pointers = {"moved": LinkKind.REDIRECT, "canonical": LinkKind.CANONICAL}
    links += [
        link(url, urls[rng.integers(n)], kind=pointers[r])
        for url, r in zip(urls, role, strict=True)
        if r in pointers
    ]
    links = [row for row in links if row["source_url"][8:] in pages]
    return snapshot_of(folder, pages, links)
