"""A budget: how much may be wrong before a build fails.

[findings]          # at most so many certain findings of an audit
orphans = 0
[added]             # at most so many that are added or new, against another snapshot
redirects = 5
[stake]             # at most so much equity, inconclusive findings left out
waste = 1.5
[lost]              # at most so much equity lost by a page, against another snapshot
"https://example.com/tea" = 0.2
[lost_percent]      # the same as a share of what it held
"https://example.com/" = 10
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from linkshed.errors import FormatError, UrlError
from linkshed.report.answers.audits import AUDITS
from linkshed.report.answers.compared import Part
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.parse import parse_url

OF_AUDITS = ("findings", "added", "stake")
OF_PAGES = ("lost", "lost_percent")
COMPARING = ("added", *OF_PAGES)
ARRIVED = ("added", "new")


@dataclass(frozen=True)
class Limit:
    """``name`` (an audit, or the address of a page) of a section may come to ``most``."""

    section: str
    name: str
    most: float
    line: int

    def __str__(self) -> str:
        return f"line {self.line}: {self.section} {self.name} = {self.most:g}"


def read_budget(text: str, against: str | None) -> list[Limit]:
    """The limits of a budget. Raises FormatError, which names the line and what is allowed."""
    try:
        stored = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FormatError(f"the budget is no TOML: {error}", repair="mend that line") from None
    limits = [limit for name, values in stored.items() for limit in _section(text, name, values)]
    if not limits:
        raise FormatError("the budget has no limit", allowed=", ".join((*OF_AUDITS, *OF_PAGES)))
    for limit in limits:
        if limit.section in COMPARING and against is None:
            raise FormatError(f"budget {limit} needs another snapshot", repair="--against latest~1")
    return limits


def exceeded(
    limits: Iterable[Limit], parts: Sequence[Part], snapshot: Snapshot, against: str | None
) -> list[str]:
    """The limits that are not kept, each with what was found. Raises FormatError for a page the
    other snapshot does not have.
    """
    before = None if against is None else Store.open(snapshot.store_path).snapshot(against)
    told = []
    for limit in limits:
        if limit.section in OF_AUDITS:
            found = _of_audit(limit, parts)
        else:
            assert before is not None
            found = _lost(limit, before, snapshot)
        if found > limit.most:
            told.append(f"{limit}, found {found:.6g}")
    return told


def _section(text: str, name: str, values: Any) -> list[Limit]:
    line = _line_of(text, name, None)
    allowed = ", ".join((*OF_AUDITS, *OF_PAGES))
    if name not in (*OF_AUDITS, *OF_PAGES) or not isinstance(values, dict):
        raise FormatError(f"budget line {line}: section {name!r}", allowed=allowed)
    return [_limit(text, name, key, value) for key, value in values.items()]


def _limit(text: str, section: str, name: str, value: Any) -> Limit:
    line = _line_of(text, section, name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        raise FormatError(f"budget line {line}: {name} = {value!r}", allowed="a number from 0 on")
    if section in OF_AUDITS and name not in AUDITS:
        raise FormatError(f"budget line {line}: no audit {name!r}", allowed=", ".join(AUDITS))
    if section in OF_PAGES:
        try:
            name = parse_url(name)
        except UrlError as error:
            raise FormatError(f"budget line {line}: {error}") from None
    return Limit(section, name, float(value), line)


def _line_of(text: str, section: str, name: str | None) -> int:
    """The line on which a section, or a name in it, stands; 1 where the spelling hides it."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"\s*\[\s*[\"']?([^\]\"']+?)[\"']?\s*\]", line)
        inside = head[1] == section if head else inside
        if name is None and head and inside:
            return number
        written = re.match(r"\s*[\"']?(.+?)[\"']?\s*=", line)
        if inside and not head and written and written[1] == name:
            return number
    return 1


def _of_audit(limit: Limit, parts: Sequence[Part]) -> float:
    found = 0.0
    for part in parts:
        if part.audit.name == limit.name:
            values = part.audit.stake if limit.section == "stake" else np.ones(part.audit.frame.n)
            found += float(values[part.rows[_counted(limit, part)]].sum())
    return found


def _counted(limit: Limit, part: Part) -> np.ndarray[Any, np.dtype[np.bool_]]:
    if limit.section == "added":
        return np.array([change in ARRIVED for change in part.change], bool)
    is_now = np.array([change not in ("removed", "missing") for change in part.change], bool)
    return is_now & part.audit.is_sure[part.rows]


def _lost(limit: Limit, before: Snapshot, now: Snapshot) -> float:
    held = _equity(before, limit.name)
    if held is None:
        raise FormatError(
            f"budget {limit}: the snapshot compared with does not have the page",
            repair="correct the address, or take the line out",
        )
    lost = held - (_equity(now, limit.name) or 0.0)
    return lost if limit.section == "lost" else 100 * lost / held if held else 0.0


def _equity(snapshot: Snapshot, url: str) -> float | None:
    page = snapshot.page_id(url)
    return None if page is None else float(np.nan_to_num(snapshot.array("pages", "equity")[page]))


def sentences(limits: Sequence[Limit], failures: Sequence[str]) -> tuple[str, ...]:
    """What is to be said of a budget."""
    if not failures:
        return (f"Budget: all {len(limits)} limits are kept.",)
    return tuple(f"Over budget, {failure}" for failure in failures)
