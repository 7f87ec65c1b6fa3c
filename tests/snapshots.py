"""Scored snapshots of webs written as text, and of random webs with everything in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from linkshed.score.profiles import DEFAULT_PROFILE
from linkshed.score.run import score
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from webs import web

PLACES = (
    "content", "nav", "header", "footer", "sidebar", "breadcrumb", "related", "pagination",
    "references", "comments", "hidden", "unknown",
)  # fmt: skip


def scored_web(text: str, folder: Path, profile: str = DEFAULT_PROFILE) -> Snapshot:
    """The scored snapshot of a web; its store lies in ``folder/store``."""
    return score(*built(text, folder), profile)


def built(text: str, folder: Path) -> tuple[Store, Snapshot]:
    """The snapshot of a web, not scored, and its store."""
    snapshot = web(text, folder)
    return Store.open(folder / "store"), snapshot


def random_text(seed: int, n: int = 40, n_links: int = 300) -> str:
    """Redirects, canonicals, dead, noindex, nofollow and unknown pages; links of all sorts."""
    rng = np.random.default_rng(seed)
    urls = [f"s{k % 5}.com/{k // 5 or ''}" for k in range(n)]
    roles = ["", "status=404", "noindex", "nofollow", "redirect", "canonical", "unknown"]
    role = rng.choice(roles, n, p=[0.53, 0.08, 0.08, 0.08, 0.1, 0.06, 0.07])
    known = [url for url, said in zip(urls, role, strict=True) if said != "unknown"]
    lines = [
        f"{url} {said} {rng.choice(urls) if said in ('redirect', 'canonical') else ''}"
        for url, said in zip(urls, role, strict=True)
        if said != "unknown"
    ]
    lines += [_link(rng, rng.choice(known), rng.choice(urls)) for _ in range(n_links)]
    return "\n".join(lines)


def _link(rng: np.random.Generator, source: str, target: str) -> str:
    facts: list[Any] = [
        rng.choice(["", "", "", "nofollow", "ugc"]),
        rng.choice(PLACES),
        rng.choice(["", "", "", "", "image", "form"]),
        f"anchor_kind={rng.integers(0, 4)}",
        f"position={rng.random():.3f}",
        f"n_block={rng.integers(1, 50)}" if rng.random() < 0.7 else "",
    ]
    return f"{source} -> {target} words {' '.join(facts)}"
