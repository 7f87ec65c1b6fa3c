"""Findings on anchors, counted again in plain Python; gains against webs with better words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from plain import Plain, Row

from linkshed.api import Linkshed
from snapshots import random_text, scored_web

SILENT = {"empty": 3, "generic": 2, "bare address": 1}
WORDS = ("Green tea", "green tea ", "black tea", "oolong", "cups", "bowls")


def worded(seed: int) -> str:
    """A random web whose links have one of a few anchors each."""
    rng = np.random.default_rng(seed)
    lines = random_text(seed, n=40, n_links=250).splitlines()
    return "\n".join(line.replace(" words ", f" '{rng.choice(WORDS)}' ") for line in lines)


def counted(links: list[Row]) -> tuple[int, int, int, int]:
    names = {link["anchor"].strip().lower() for link in links}
    return (len(links), len({link["source"] for link in links}),
            len({link["end"]["id"] for link in links}), len(names))  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_findings_are_those_of_a_count_in_plain_python(seed: int, tmp_path: Path) -> None:
    snapshot = scored_web(worded(seed), tmp_path)
    plain = Plain(snapshot)
    inner = [link for link in plain.links if link["is_inner"] and link["end"]["is_node"]]
    expected: dict[tuple[str, str], list[Row]] = {}
    for kind, number in SILENT.items():
        for link in (link for link in inner if link["anchor_kind"] == number):
            expected.setdefault((kind, link["end"]["url"]), []).append(link)
    named = [link for link in inner if link["anchor_kind"] == 0]
    for name in {link["anchor"].strip().lower() for link in named}:
        links = [link for link in named if link["anchor"].strip().lower() == name]
        if counted(links)[2] >= 3:
            expected["one anchor for many pages", name] = links
    for target in {link["end"]["url"] for link in named}:
        links = [link for link in named if link["end"]["url"] == target]
        if counted(links)[3] >= 3:
            expected["many anchors for a page", target] = links
    rows = Linkshed(snapshot).anchorissues("*", select="*", targets=3, names=3, each=0).to_dicts()
    found = {(row["kind"], row["url"] or row["anchor"].strip().lower()): row for row in rows}
    assert len(found) == len(rows)
    assert found.keys() == expected.keys()
    for key, row in found.items():
        numbers = (row["n_links"], row["n_pages"], row["n_targets"], row["n_anchors"])
        assert numbers == counted(expected[key])
        carried = sum(link["equity"] for link in expected[key])
        assert row["stake"] == pytest.approx(carried, rel=1e-5, abs=1e-12)


def test_the_gain_is_that_of_the_web_with_words(tmp_path: Path) -> None:
    text = random_text(5, n=40, n_links=250)
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
    snapshot = scored_web(text, tmp_path / "before")
    plain = Plain(snapshot)
    web = Linkshed(snapshot)
    rows = web.anchorissues("*", select="*", where='kind = "empty"', each=99).to_dicts()
    row = max(rows, key=lambda row: row["stake"])
    pairs = {(link["from"]["url"], link["to"]["url"]) for link in plain.links
             if link["is_inner"] and link["anchor_kind"] == 3
             and link["end"]["url"] == row["url"]}  # fmt: skip
    lines = []
    for line in text.splitlines():
        ends = [f"https://{end}" for end in line.split(" words")[0].split(" -> ")]
        is_mended = len(ends) == 2 and tuple(ends) in pairs
        lines.append(line.replace("anchor_kind=3", "anchor_kind=0") if is_mended else line)
    after = Linkshed(scored_web("\n".join(lines), tmp_path / "after"))
    held = [one.pages(row["url"], mode="url").to_dicts()[0]["equity"] for one in (web, after)]
    assert row["gain"] == pytest.approx(held[1] - held[0], abs=1e-5)
    assert row["gain"] > 0


@pytest.mark.parametrize(
    ("link", "is_finding"),
    [
        ("a.com/1 -> a.com/ Home nav", False),
        ("a.com/1 -> a.com/ Home", False),
        ("a.com/1 -> a.com/2 Home", True),
        ("a.com/1 -> a.com/2 'Next »' pagination", False),
        ("a.com/1 -> a.com/2 → nav", False),
        ("a.com/1 -> a.com/2 Zurück breadcrumb", False),
        ("a.com/1 -> a.com/2 3 pagination", False),
        ("a.com/1 -> a.com/2 Next next", False),
        ("a.com/1 -> a.com/2 Next", True),
        ("a.com/1 -> a.com/2 3", True),
        ("a.com/1 -> a.com/2 'read more' nav", True),
    ],
)
def test_words_for_a_step_are_no_finding_where_readers_look_for_them(
    link: str, is_finding: bool, tmp_path: Path
) -> None:
    text = f"a.com/ -> a.com/1 one\na.com/ -> a.com/2 two\n{link} anchor_kind=2"
    rows = Linkshed(scored_web(text, tmp_path)).anchorissues("*", select="*").to_dicts()
    assert [row["kind"] for row in rows] == ["generic"] * is_finding
