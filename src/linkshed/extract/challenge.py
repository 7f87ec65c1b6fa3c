"""Answers that ask a visitor to prove to be human, told by the headers of those who send them."""

from __future__ import annotations

from collections.abc import Iterable

from linkshed.schema import BLOCKED_STATUSES

_MARKS = {"cf-mitigated": "challenge", "x-amzn-waf-action": "", "x-datadome": "",
          "x-sucuri-block": "", "x-vercel-mitigated": ""}  # fmt: skip


def is_challenge(status: int, headers: Iterable[tuple[str, str]]) -> bool:
    """Whether an answer is a challenge instead of the page."""
    if not (status < 300 or status in BLOCKED_STATUSES or status == 503):
        return False
    for name, value in headers:
        mark = _MARKS.get(name.lower())
        if mark is not None and mark in value.lower():
            return True
    return False
