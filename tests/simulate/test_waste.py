"""Losses and the gains of their repairs, against webs in which the repair was made."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkshed.api import Linkshed
from snapshots import random_text, scored_web

SITE = "a.com/ -> a.com/b tea\na.com/b -> a.com/ tea\nx.com/ -> a.com/ tea\n"
PAIRS = {
    "broken page": (
        f"{SITE}a.com/ -> a.com/gone old\na.com/gone status=404",
        f"{SITE}a.com/ -> a.com/gone old\na.com/gone status=200",
        "https://a.com/gone",
    ),
    "broken link": (
        f"{SITE}a.com/ -> x.com/gone old\nx.com/gone status=404",
        SITE,
        "https://x.com/gone",
    ),
    "redirect loop": (
        f"{SITE}a.com/ -> a.com/1 tea\na.com/1 redirect a.com/2\na.com/2 redirect a.com/1",
        f"{SITE}a.com/ -> a.com/1 tea\na.com/1 status=200\na.com/2 redirect a.com/1",
        "https://a.com/1",
    ),
    "nofollow": (
        f"{SITE}a.com/ -> a.com/c tea nofollow",
        f"{SITE}a.com/ -> a.com/c tea",
        "https://a.com/c",
    ),
    "nofollow page": (f"{SITE}a.com/b nofollow", SITE, "https://a.com/b"),
    "noindex": (f"{SITE}a.com/b noindex", SITE, "https://a.com/b"),
    "canonical split": (
        f"{SITE}a.com/ -> a.com/p tea\na.com/p canonical a.com/q\na.com/q noindex",
        f"{SITE}a.com/ -> a.com/p tea\na.com/p redirect a.com/q\na.com/q noindex",
        "https://a.com/p",
    ),
    "dangling page": (
        f"{SITE}a.com/ -> a.com/end tea\na.com/end status=200",
        f"{SITE}a.com/ -> a.com/end tea\na.com/end -> a.com/ home position=0.5 n_block=1",
        "https://a.com/end",
    ),
    "template links": (
        SITE + "\n".join(f"a.com/{n} -> {to}" for n in "bcd" for to in ("p.com/ p footer", "a.com/ h")),
        SITE + "\n".join(f"a.com/{n} -> a.com/ h" for n in "bcd"),
        None,
    ),
    "own template": (
        SITE + "\n".join(f"a.com/{n} -> a.com/{to}" for n in "bcd" for to in ("legal l footer", " h")),
        SITE + "a.com/legal status=200\n" + "\n".join(f"a.com/{n} -> a.com/ h" for n in "bcd"),
        "https://a.com/legal",
    ),
}  # fmt: skip


def held(web: Linkshed) -> float:
    return sum(page["equity"] or 0.0 for page in web.pages("a.com").to_dicts())


@pytest.mark.parametrize("kind", PAIRS)
def test_each_kind_is_found_and_its_gain_is_that_of_the_repaired_web(
    kind: str, tmp_path: Path
) -> None:
    wasted, repaired, url = PAIRS[kind]
    for name in ("wasted", "repaired"):
        (tmp_path / name).mkdir()
    web = Linkshed(scored_web(wasted, tmp_path / "wasted"))
    found = [row for row in web.waste("a.com", select="*").to_dicts() if row["kind"] == kind]
    row = next(row for row in found if row["url"] == url)
    after = held(Linkshed(scored_web(repaired, tmp_path / "repaired")))
    assert row["loss"] > 0
    assert row["gain"] == pytest.approx(after - held(web), abs=1e-5)


def test_losses_of_links_are_what_the_balance_calls_lost(tmp_path: Path) -> None:
    """Over everything, nofollow, broken and noindex losses are those the solver counted."""
    snapshot = scored_web(random_text(3, n=60, n_links=400), tmp_path)
    lost = snapshot.manifest.scores["equity"]["balance"]
    rows = Linkshed(snapshot).waste("*", each=0).to_dicts()
    sums = {kind: sum(row["loss"] for row in rows if row["kind"] == kind)
            for kind in ("broken page", "redirect loop", "nofollow", "nofollow page", "noindex")}  # fmt: skip
    assert sums["broken page"] + sums["redirect loop"] == pytest.approx(lost["broken"], rel=1e-6)
    assert sums["nofollow"] == pytest.approx(lost["nofollow"] + lost["ugc"], rel=1e-6)
    assert sums["nofollow page"] == pytest.approx(lost["nofollow_page"], rel=1e-6)
    assert sums["noindex"] == pytest.approx(lost["noindex"], rel=1e-6)
    assert all(row["gain"] is None for row in rows)


def test_what_own_templates_take_is_not_lost(tmp_path: Path) -> None:
    found = Linkshed(scored_web(PAIRS["own template"][0], tmp_path)).waste("a.com")
    (row,) = (row for row in found.to_dicts() if row["kind"] == "own template")
    others = sum(row["loss"] for row in found.to_dicts() if row["kind"] != "own template")
    assert row["links"] == 3
    assert f"and loses {others:.6g};" in found.remarks[0]


def test_a_sound_site_wastes_nothing(tmp_path: Path) -> None:
    assert Linkshed(scored_web(SITE, tmp_path)).waste("a.com").to_dicts() == []
