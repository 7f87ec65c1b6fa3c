"""Tiny webs written as text, made into real snapshots through the real intake and build.

One fact per line; ``#`` starts a comment; URLs without scheme mean https:

    a.com/ -> b.com/x 'words of the link' nofollow footer
    b.com/x status=404 title='Not here'
    a.com/ noindex
    old.com/ redirect new.com/
    x.com/a canonical x.com/b
    x.com/c known sitemap log n_visits=3     # read or not
    x.com/d known unseen=robots
    x.com/a dead script 'javascript:go()' 'words of it' nav

A page that has a line of its own, or links, was fetched (status 200 unless said otherwise). After
the words of a link: rel tokens, a placement, a kind (``image``, ``area``, ``canonical`` ...), or
``name=value`` for any other column of a link row.
"""

from __future__ import annotations

import shlex
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from linkshed.schema import (
    DEAD_END_ROW,
    KNOWN_ROW,
    LINK_ROW,
    PAGE_ROW,
    REJECT_ROW,
    AnchorKind,
    DeadEnd,
    Indexability,
    KnownFrom,
    LinkKind,
    Placement,
    Rel,
)
from linkshed.snapshot.build import build
from linkshed.snapshot.intake import Intake
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from linkshed.urls.parse import parse_url

FETCHED_AT = 1_700_000_000
_NUMBERS = {column.name for column in (*PAGE_ROW, *LINK_ROW) if column.type not in ("string",)}


def web(text: str, folder: Path, **facts: Any) -> Snapshot:
    """The snapshot of a web; ``facts`` are given to every page. The store lies in ``folder``."""
    return publish(folder, rows(text, **facts))


def publish(folder: Path, *batches: SimpleNamespace, **options: Any) -> Snapshot:
    """Build a snapshot of batches, one chunk each, into the store in ``folder``."""
    store = Store.create(folder / "store")
    recipe = folder / f"input-{len(list(folder.glob('input-*')))}"
    recipe.write_text("\n".join(str(vars(batch)) for batch in batches))
    intake = Intake.start(store, "webs", [recipe], {})
    for number, chunk in enumerate(batches):
        intake.write(0, number, chunk)
    intake.finish()
    return build(store, **options)


def rows(text: str, fetched_at: int = FETCHED_AT, **facts: Any) -> SimpleNamespace:
    """The batch of rows that a reader would make of a web."""
    pages: dict[str, dict[str, Any]] = {}
    links: list[dict[str, Any]] = []
    known: list[dict[str, Any]] = []
    dead_ends: list[dict[str, Any]] = []
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        if not words:
            continue
        url = _url(words[0])
        if words[1:2] == ["known"]:
            known.append(_known(url, words[2:]))
            continue
        page = pages.setdefault(url, _page(url, fetched_at) | facts)
        if words[1:2] == ["->"]:
            links.append(_link(url, words[2], words[3:], fetched_at))
        elif words[1:2] == ["dead"]:
            dead_ends.append(_dead_end(url, words[2:], fetched_at))
        elif words[1:2] == ["redirect"]:
            page |= {"status": 301, "indexability": Indexability.REDIRECTED}
            links.append(_link(url, words[2], ["", "redirect"], fetched_at))
        elif words[1:2] == ["canonical"]:
            links.append(_link(url, words[2], ["", "canonical"], fetched_at))
        else:
            _describe(page, words[1:])
    order = list(pages)
    links.sort(key=lambda link: order.index(link["source_url"]))
    ordinals: Counter[str] = Counter()
    for link in links:
        link["ordinal"] = ordinals[link["source_url"]]
        ordinals[link["source_url"]] += 1
    return batch(list(pages.values()), links, known, dead_ends)


def batch(
    pages: list[dict[str, Any]],
    links: list[dict[str, Any]],
    known: list[dict[str, Any]] = (),
    dead_ends: list[dict[str, Any]] = (),
) -> SimpleNamespace:
    """A batch from rows given as dicts; absent columns are null."""
    return SimpleNamespace(
        pages={c.name: [row.get(c.name) for row in pages] for c in PAGE_ROW},
        links={c.name: [row.get(c.name) for row in links] for c in LINK_ROW},
        known={c.name: [row.get(c.name) for row in known] for c in KNOWN_ROW},
        dead_ends={c.name: [row.get(c.name) for row in dead_ends] for c in DEAD_END_ROW},
        rejects={c.name: [] for c in REJECT_ROW},
        n_records=len(pages),
        n_links=len(links),
        refused_records=Counter(),
        refused_links=Counter(),
    )


def _known(url: str, words: list[str]) -> dict[str, Any]:
    row: dict[str, Any] = {"url": url, "known_from": 0}
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            row[name] = int(value) if name.startswith("n_") else value
        else:
            row["known_from"] |= KnownFrom[name.upper()]
    return row


def _dead_end(url: str, words: list[str], fetched_at: int) -> dict[str, Any]:
    reason, href, anchor, place = [*words, *["", "", "unknown"][len(words) - 1 :]]
    return {
        "source_url": url,
        "seen_at": fetched_at,
        "reason": DeadEnd[reason.upper()],
        "href": href or None,
        "anchor": anchor,
        "placement": Placement[place.upper()],
        "path": "main>a",
    }


def _url(text: str) -> str:
    return parse_url(text if "://" in text else f"https://{text}")


def _page(url: str, fetched_at: int) -> dict[str, Any]:
    return {
        "url": url,
        "fetched_at": fetched_at,
        "status": 200,
        "content_type": "text/html",
        "is_noindex": False,
        "is_nofollow": False,
        "indexability": Indexability.INDEXABLE,
        "canonical_issue": 0,
        "is_revisit": False,
        "n_refused_links": 0,
    }


def _describe(page: dict[str, Any], words: list[str]) -> None:
    for word in words:
        name, equals, value = word.partition("=")
        if name == "noindex":
            page |= {"is_noindex": True, "indexability": Indexability.NOINDEX_META}
        elif name == "nofollow":
            page["is_nofollow"] = True
        elif equals:
            page[name] = _value(name, value)
    status = page["status"]
    if status >= 500 or status == 429:
        page["indexability"] = Indexability.SERVER_ERROR
    elif status >= 400:
        page["indexability"] = Indexability.CLIENT_ERROR
    elif status >= 300:
        page["indexability"] = Indexability.REDIRECTED


def _link(source: str, target: str, words: list[str], fetched_at: int) -> dict[str, Any]:
    anchor = words[0] if words else "link"
    link: dict[str, Any] = {
        "source_url": source,
        "target_url": _url(target),
        "kind": LinkKind.TEXT,
        "rel": 0,
        "placement": Placement.CONTENT,
        "anchor": anchor,
        "anchor_kind": AnchorKind.DESCRIPTIVE if anchor else AnchorKind.EMPTY,
        "first_seen": fetched_at,
        "last_seen": fetched_at,
        "last_verified": fetched_at,
    }
    for word in words[1:]:
        name, equals, value = word.partition("=")
        if equals:
            link[name] = _value(name, value)
        elif name.upper() in Rel.__members__ and name != "unknown":
            link["rel"] |= Rel[name.upper()]
        elif name.upper() in Placement.__members__:
            link["placement"] = Placement[name.upper()]
        else:
            link["kind"] = LinkKind[name.upper()]
    return link


def _value(name: str, value: str) -> Any:
    if name not in _NUMBERS:
        return value
    return float(value) if "." in value else int(value)
