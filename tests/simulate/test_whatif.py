"""What-if answers against snapshots that were really changed, built and scored."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed.errors import LinkshedError
from linkshed.simulate.edits import parse_edits
from linkshed.simulate.web import Web
from linkshed.simulate.whatif import Outcome, what_if
from linkshed.snapshot.tables import Snapshot
from snapshots import PLACES, random_text, scored_web


def equity_of_all(snapshot: Snapshot) -> dict[str, float]:
    urls = snapshot.urls(np.arange(snapshot.n_pages))
    return dict(zip(urls, np.nan_to_num(snapshot.array("pages", "equity")).tolist(), strict=True))


def foreseen(snapshot: Snapshot, outcome: Outcome) -> dict[str, float]:
    moved = dict(zip(snapshot.urls(outcome.pages), np.nan_to_num(outcome.after), strict=True))
    return equity_of_all(snapshot) | moved


ROUNDING = 1e-12
F32 = 5e-7  # weights are stored in f32, and new links stand in another order


def same(foreseen: dict[str, float], real: dict[str, float], outcome: Outcome) -> None:
    """Pages that only one snapshot knows hold what a page without links holds."""
    errors = {url: abs(held - real.get(url, 0.15)) for url, held in foreseen.items()}
    share = outcome.relative_error + F32
    assert not {url: e for url, e in errors.items() if e > share * real.get(url, 0.15) + ROUNDING}
    assert sum(errors.values()) <= outcome.total_error + F32 * sum(real.values())


def edited(text: str, edit: str) -> str:
    """The web's text after one edit, made by hand."""
    verb, *words = edit.split()
    lines = text.splitlines()
    if verb == "add":
        return f"{text}\n{words[0]} -> {words[2]} words position=0.5 n_block=1 anchor_kind=0"
    if verb in ("remove", "nofollow", "move", "follow"):
        return "\n".join(filter(None, (_link(line, verb, words) for line in lines)))
    staying = {"nofollow"} | ({"noindex"} if verb == "canonical" else set())
    kept = [li for li in lines if not _is_role(li, words[0]) or li.split()[-1] in staying]
    role = {"delete": "status=404", "noindex": "noindex", "restore": ""}.get(verb)
    return "\n".join([*kept, f"{words[0]} {role if role is not None else f'{verb} {words[-1]}'}"])


def _link(line: str, verb: str, words: list[str]) -> str:
    head = f"{words[0]} -> {words[2]} "
    if not line.startswith(head) or "form" in line.split():
        return line
    if verb == "remove":
        return ""
    if verb == "nofollow":
        return f"{line} nofollow"
    rest = [w for w in line.removeprefix(head).split() if w not in ("nofollow", "ugc")]
    if verb == "follow":
        return head + " ".join(rest)
    rest = line.removeprefix(head).split()
    rest = [w for w in rest if w not in PLACES and not w.startswith(("position", "n_block"))]
    return f"{head}{' '.join(rest)} {words[3].partition('=')[2]} position=0.5 n_block=1"


def _is_role(line: str, url: str) -> bool:
    return line.split()[0] == url and "->" not in line


def random_edits(rng: np.random.Generator, text: str, n: int) -> list[str]:
    links = [
        line.split()[:3] for line in text.splitlines() if " -> " in line and " form " not in line
    ]
    urls = sorted({word for link in links for word in (link[0], link[2])})
    pages = rng.permutation(sorted({link[0] for link in links})).tolist()
    chosen = rng.permutation(sorted({" ".join(link) for link in links})).tolist()
    made = []
    for verb in rng.choice(["add", "remove", "nofollow", "follow", "move", "redirect", "canonical",
                            "noindex", "delete", "restore"], n):  # fmt: skip
        if verb == "add":
            made.append(f"add {rng.choice(urls)} -> {rng.choice(urls)}")
        elif verb in ("remove", "nofollow", "follow"):
            made.append(f"{verb} {chosen.pop()}")
        elif verb == "move":
            made.append(f"move {chosen.pop()} placement={rng.choice(PLACES)}")
        elif verb in ("redirect", "canonical"):
            made.append(f"{verb} {pages.pop()} -> {rng.choice(urls)}")
        else:
            made.append(f"{verb} {pages.pop()}")
    return made


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31), n=st.integers(1, 6))
def test_what_if_foresees_the_snapshot_that_follows(
    seed: int, n: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text, rng = random_text(seed, n=25, n_links=120), np.random.default_rng(seed)
    before = scored_web(text, tmp_path_factory.mktemp("before"))
    web, possible = Web(before), []
    for edit in random_edits(rng, text, n):
        try:
            what_if(web, parse_edits("\n".join([*possible, edit])))
        except LinkshedError:
            continue
        possible.append(edit)
    if not possible:
        return
    outcome = what_if(web, parse_edits("\n".join(possible)))
    after = text
    for edit in possible:
        after = edited(after, edit)
    real = scored_web(after, tmp_path_factory.mktemp("after"))
    same(foreseen(before, outcome), equity_of_all(real), outcome)
    again = what_if(web, parse_edits("\n".join(rng.permutation(possible))))
    assert np.array_equal(again.pages, outcome.pages)
    assert np.abs(again.gain - outcome.gain).sum() <= 2 * outcome.total_error
