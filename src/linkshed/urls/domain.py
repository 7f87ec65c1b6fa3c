"""Registrable domain of a host, by the Public Suffix List (https://publicsuffix.org/list/).

One rule differs from the list: a suffix counts only when every name above it is a suffix too.
``github.io`` counts, so ``a.github.io`` is a domain of its own; ``s3.amazonaws.com`` does not,
because ``amazonaws.com`` is an ordinary domain. Thereby a domain is always a whole branch of the
tree of names, hence one interval of keys (``urls.key``); by the letter of the list,
``amazonaws.com`` would be a branch with holes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from publicsuffixlist import PSLFILE, PublicSuffixList

from linkshed.urls.key import is_address


@lru_cache(maxsize=262_144)
def registrable_domain(host: str, *, icann_only: bool = False) -> str:
    """The domain under which a host was registered; ``host`` is part of a normalised URL.

    An address, a single label and a public suffix are their own domain. ``icann_only`` leaves out
    the list's private section: ``a.github.io`` then belongs to ``github.io``.
    """
    if is_address(host):
        return host
    rules = _rules(icann_only)
    start = host.rfind(".")
    while start > 0:
        start = host.rfind(".", 0, start)
        if not rules.is_public(host[start + 1 :]):
            return host[start + 1 :]
    return host


def is_public_suffix(host: str, *, icann_only: bool = False) -> bool:
    """Whether anybody may register names directly below ``host``; true for a single label."""
    if is_address(host):
        return False
    rules = _rules(icann_only)
    labels = host.split(".")
    return all(rules.is_public(".".join(labels[i:])) for i in range(len(labels)))


@lru_cache(maxsize=2)
def _rules(icann_only: bool) -> PublicSuffixList:
    return PublicSuffixList(only_icann=icann_only)


def _date_of_list() -> str:
    """The day of the VERSION line in the list's head; empty when it has none."""
    with Path(PSLFILE).open(encoding="utf-8") as lines:
        head = "".join(line for line, _ in zip(lines, range(20), strict=False))
    match = re.search(r"VERSION: (\d{4}-\d{2}-\d{2})", head)
    return match[1] if match else ""


PSL_DATE: str = _date_of_list()
"""Date of the Public Suffix List in use, ``YYYY-MM-DD``; part of the recipe of a snapshot."""
