"""Blocks against the templates a web was made of, and gains against webs without them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from plain import Plain

from linkshed.api import Linkshed
from snapshots import random_text, scored_web

Block = tuple[str, frozenset[int], frozenset[str]]


def templates(seed: int) -> tuple[str, set[Block]]:
    """A web of 30 pages made of blocks: place, pages, targets; and links that stand once."""
    rng = np.random.default_rng(seed)
    blocks: set[Block] = set()
    used: set[int] = set()
    for n, place in enumerate(("nav", "nav", "footer", "sidebar", "content")):
        pages = frozenset(rng.choice(30, rng.integers(12, 30), replace=False).tolist())
        free = rng.choice(sorted(pages - used), 2, replace=False).tolist()
        used |= set(free)
        members = [f"a.com/{page}" for page in free]
        blocks.add((place, pages, frozenset([*members, f"x{n}.com/", f"y{n}.com/"])))
    lines = [
        f"a.com/{page} -> {target} words {place}"
        for place, pages, targets in sorted(blocks, key=str)
        for page in sorted(pages)
        for target in sorted(targets)
        if target != f"a.com/{page}"
    ]
    lines += [f"a.com/{page} -> once.com/{page} once" for page in range(30)]
    return "\n".join(lines), blocks


@pytest.mark.parametrize("seed", range(5))
def test_each_template_is_found_once_whole(seed: int, tmp_path: Path) -> None:
    text, blocks = templates(seed)
    web = Linkshed(scored_web(text, tmp_path))
    rows = web.dilution("a.com", select="*", each=0).to_dicts()
    found = sorted((r["placement"], r["n_targets"], r["n_pages"], r["n_links"]) for r in rows)
    expected = [
        (place, len(targets), len(pages),
         sum(target != f"a.com/{page}" for target in targets for page in pages))
        for place, pages, targets in blocks
    ]  # fmt: skip
    assert found == sorted(expected)
    assert {row["kind"] for row in rows} == {"template"}


@pytest.mark.parametrize("seed", range(4))
def test_reach_and_stake_are_counted_link_by_link(seed: int, tmp_path: Path) -> None:
    snapshot = scored_web(random_text(seed, n=30, n_links=600), tmp_path)
    plain = Plain(snapshot)
    standing = [link for link in plain.links if link["counts"]]
    rows = (
        Linkshed(snapshot).dilution("*", select="*", links=0, each=0, reach=0, pages=2).to_dicts()
    )
    pages = {row["url"]: row for row in rows if row["kind"] == "page"}
    for page in plain.pages:
        links = [link for link in standing if link["from"] is page]
        assert (page["url"] in pages) == bool(links)
        if links:
            row = pages[page["url"]]
            assert (row["n_links"], row["n_targets"]) == (
                len(links), len({link["end"]["id"] for link in links}))  # fmt: skip
            taken = sum((page["equity"] or 0) * 0.85 * link["weight"] / page["out_weight"]
                        for link in links if page["out_weight"])  # fmt: skip
            assert row["stake"] == pytest.approx(taken, rel=1e-5)
            assert row["lost"] <= row["stake"] + 1e-9
    recurring: dict[tuple[int, int], set[int]] = {}
    for link in standing:
        entry = (link["end"]["id"], link["placement"])
        recurring.setdefault(entry, set()).add(link["source"])
    expected = sum(len(sources) >= 2 for sources in recurring.values())
    assert sum(row["n_targets"] for row in rows if row["kind"] == "template") == expected


def test_the_gain_is_that_of_the_web_without_the_block(tmp_path: Path) -> None:
    text, _ = templates(1)
    whole, rest = tmp_path / "whole", tmp_path / "rest"
    whole.mkdir()
    rest.mkdir()
    web = Linkshed(scored_web(text, whole))
    rows = web.dilution("a.com", select="*", each=9).to_dicts()
    (footer,) = [row for row in rows if row["placement"] == "footer"]
    lines = [line for line in text.splitlines() if not line.endswith("footer")]
    without = Linkshed(scored_web("\n".join(lines), rest))
    held = [sum(p["equity"] or 0 for p in one.pages("a.com").to_dicts()) for one in (web, without)]
    assert footer["gain"] == pytest.approx(held[1] - held[0], abs=1e-4)
