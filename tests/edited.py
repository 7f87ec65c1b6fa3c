"""Random edits of webs written as text, and the text in which they were made by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from linkshed.errors import LinkshedError
from snapshots import PLACES


def possible(edits: Iterable[str], tried: Callable[[list[str]], object]) -> list[str]:
    """Those edits that can be made together, each tried with those before it."""
    made: list[str] = []
    for edit in edits:
        try:
            tried([*made, edit])
        except LinkshedError:
            continue
        made.append(edit)
    return made


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
