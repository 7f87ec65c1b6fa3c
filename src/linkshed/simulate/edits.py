"""What a change of the web is written as: one edit per line, or a JSON list of objects.

    add A -> B [anchor='words'] [placement=content] [position=0.5] [n_block=1] [rel=nofollow]
    remove A -> B [anchor='words']          all links from A to B, or those with these words
    nofollow A -> B [anchor='words']        follow A -> B takes nofollow, ugc and sponsored away
    move A -> B placement=footer [position=0.5] [n_block=1] [anchor='words']
    redirect A -> B                         canonical A -> B
    noindex A        index A        delete A        restore A
    backlink -> B [rating=30] [links=50]    a link from a page the snapshot does not know
    lose example.com -> B                   every link from pages of a scope to a scope

``#`` starts a comment. In JSON an edit is ``{"edit": "add", "source": "A", "target": "B", ...}``.
A script is a set: its order does not matter, and two edits of one thing contradict each other.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from linkshed.errors import FormatError
from linkshed.schema import Placement, Rel

_REL = [token.name.lower() for token in Rel if token.name]
_PLACES = [place.name.lower() for place in Placement]
_PLAIN = re.compile(r"[ \t!$%&(-\[\]-~]*")  # nothing quoted, no comment: words are split alike
_LINK = ("placement", "position", "n_block", "rel")


@dataclass(frozen=True)
class Verb:
    """What an edit needs and what else it may say."""

    has_source: bool = True
    has_target: bool = True
    may: tuple[str, ...] = ()
    must: tuple[str, ...] = ()


VERBS = {
    "add": Verb(may=("anchor", *_LINK)),
    "remove": Verb(may=("anchor",)),
    "nofollow": Verb(may=("anchor",)),
    "follow": Verb(may=("anchor",)),
    "move": Verb(may=("anchor", "position", "n_block"), must=("placement",)),
    "redirect": Verb(),
    "canonical": Verb(),
    "noindex": Verb(has_target=False),
    "index": Verb(has_target=False),
    "delete": Verb(has_target=False),
    "restore": Verb(has_target=False),
    "backlink": Verb(has_source=False, may=("rating", "links")),
    "lose": Verb(),
}


@dataclass(frozen=True)
class Edit:
    """One edit. ``facts`` are its checked attributes; ``text`` is how it was written."""

    verb: str
    source: str
    target: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""

    def __str__(self) -> str:
        return self.text


def written(verb: str, source: str = "", target: str = "", **facts: object) -> str:
    """An edit as a line of a script; facts that are None or empty are left out, and runs of white
    space become one space.
    """
    ends = [source] * bool(source) + ["->", target] * bool(target)
    told = {
        name: " ".join(str(value).split()) for name, value in facts.items() if value is not None
    }
    words = [verb, *ends, *(f"{name}={value}" for name, value in told.items() if value)]
    return " ".join(word if word == "->" else shlex.quote(word) for word in words)


def parse_edits(text: str) -> list[Edit]:
    """The edits of a script. Raises FormatError, which names the line."""
    if text.lstrip().startswith(("[", "{")):
        return _of_json(text)
    lines = enumerate(text.splitlines(), 1)
    edits = [edit for n, line in lines if (edit := _of_line(line, f"line {n}")) is not None]
    if not edits:
        raise FormatError("a script without edits", allowed=", ".join(VERBS), repair=_EXAMPLE)
    return edits


_EXAMPLE = "write one edit per line, as in: add https://a.example/ -> https://b.example/"


def _of_line(line: str, where: str) -> Edit | None:
    try:
        words = line.split() if _PLAIN.fullmatch(line) else shlex.split(line, comments=True)
    except ValueError as error:
        raise FormatError(
            f"{where}: {line.strip()!r}: {error}", repair="close the quotes"
        ) from None
    if not words:
        return None
    ends, given = _ends(words[1:]), {}
    for word in words[1 + len([*filter(None, ends)]) + ("->" in words) :]:
        key, is_fact, given[key] = word.partition("=")
        if not is_fact:
            form = "VERB SOURCE -> TARGET name=value"
            raise FormatError(f"{where}: {word!r} in {line.strip()!r}", allowed=form)
    edit = {"edit": words[0], "source": ends[0], "target": ends[1], **given}
    return _checked(edit, line, where)


def _ends(words: list[str]) -> tuple[str, str]:
    """Source and target at the head of the words; empty when absent."""
    if words[:1] == ["->"]:
        return "", words[1] if len(words) > 1 else ""
    target = words[2] if words[1:2] == ["->"] and len(words) > 2 else ""
    return (words[0] if words else ""), target


def _of_json(text: str) -> list[Edit]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise FormatError(f"a script that is not JSON: {error}", repair=_EXAMPLE) from None
    items = found if isinstance(found, list) else [found]
    if not items or not all(isinstance(item, dict) for item in items):
        raise FormatError("a script of other things than edits", allowed="a list of JSON objects")
    return [_checked(item, json.dumps(item), f"edit {n}") for n, item in enumerate(items, 1)]


def _checked(given: Mapping[str, Any], line: str, where: str) -> Edit:
    facts = {k: v for k, v in given.items() if k not in ("edit", "source", "target")}
    name, line = str(given.get("edit", "")), " ".join(line.split())
    if name not in VERBS:
        raise FormatError(f"{where}: edit {name!r}", allowed=", ".join(VERBS))
    verb = VERBS[name]
    ends = {"source": verb.has_source, "target": verb.has_target}
    for end, needed in ends.items():
        if bool(given.get(end)) != needed:
            form = f"{name} {'A ' * verb.has_source}{'-> B' * verb.has_target}".strip()
            fault = f"without a {end}" if needed else f"with a {end}"
            raise FormatError(f"{where}: {line!r} {fault}", allowed=form)
    allowed = (*verb.must, *verb.may)
    for key in facts:
        if key not in allowed:
            raise FormatError(f"{where}: {key!r} in {line!r}", allowed=", ".join(allowed) or "none")
    for key in verb.must:
        if key not in facts:
            raise FormatError(f"{where}: {line!r} without {key}=", allowed=", ".join(allowed))
    checked = {key: _value(key, value, f"{where}: {line!r}") for key, value in facts.items()}
    return Edit(name, str(given.get("source") or ""), str(given.get("target") or ""), checked, line)


def _value(key: str, value: Any, where: str) -> Any:
    if key == "anchor":
        return str(value)
    if key == "placement":
        return Placement[_one_of(key, str(value).lower(), _PLACES, where).upper()]
    if key == "rel":
        names = str(value).lower().replace(",", " ").split()
        return sum(Rel[_one_of(key, name, _REL, where).upper()] for name in set(names))
    lowest, highest = _RANGES[key]
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not lowest <= number <= highest or (key in ("links", "n_block") and number % 1):
        raise FormatError(f"{where}: {key} {value!r}", allowed=f"{lowest:g} to {highest:g}")
    return number


_RANGES = {"position": (0, 1), "rating": (0, 100), "links": (1, 1e6), "n_block": (1, 65535)}


def _one_of(key: str, value: str, allowed: list[str], where: str) -> str:
    if value not in allowed:
        raise FormatError(f"{where}: {key} {value!r}", allowed=", ".join(allowed))
    return value
