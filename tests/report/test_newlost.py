"""New and lost links: each verdict alone, and all of them against a count in plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linkshed.api import Linkshed
from linkshed.errors import MissingScore, NotFoundError
from linkshed.report.answers.verdicts import EVENTS
from linkshed.schema import Indexability, Resolution
from linkshed.score.run import score
from linkshed.snapshot.diff import ABSENT, same_pages
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from report.plain import Plain, Row
from snapshots import random_text
from webs import publish, rows

THEN, NOW = 1_700_000_000, 1_710_000_000
PARTING = (404, 410)


def two(folder: Path, before: str, after: str, **options: Any) -> tuple[Linkshed, Linkshed]:
    """A web and what a later look at some of its pages made of it, in one store."""
    first = publish(folder, rows(before, THEN))
    store = Store.open(folder / "store")
    one = score(store, first)
    return Linkshed(one), Linkshed(score(store, publish(folder, rows(after, NOW)), **options))


def told(folder: Path, before: str, after: str) -> list[tuple[str, str]]:
    web = two(folder, before, after)[1]
    found = web.newlost("a.com", select="event,reason", order_by="source_url")
    return [(row["event"], row["reason"]) for row in found.to_dicts()]


READ = "x.com/ status=200\na.com/ status=200"
LINK = "x.com/ -> a.com/ tea"


@pytest.mark.parametrize(
    ("before", "after", "event"),
    [
        (READ, LINK, ("new", "link_found")),
        (READ, f"{LINK} first_seen=1690000000", ("new", "link_restored")),
        ("a.com/ status=200", LINK, ("found", "page_found")),
        ("x.com/ status=503", LINK, ("found", "page_found")),
        ("x.com/ status=404", LINK, ("new", "link_found")),
        (LINK, "x.com/ status=200", ("lost", "removed")),
        (LINK, "x.com/ status=404", ("lost", "not_found")),
        (LINK, "x.com/ status=410", ("lost", "not_found")),
        (LINK, "x.com/ redirect y.com/", ("lost", "page_redirected")),
        (LINK, f"{LINK}\nx.com/ noindex", ("lost", "noindex")),
        (f"{LINK}\nx.com/ noindex", LINK, ("new", "indexable")),
        (LINK, f"{LINK}\nx.com/ canonical y.com/\ny.com/ status=200", ("lost", "not_canonical")),
        (LINK, "x.com/ status=503", ("unseen", "page_error")),
        (LINK, "x.com/ status=429", ("unseen", "page_error")),
        (LINK, "x.com/ status=403", ("unseen", "page_error")),
        (LINK, f"{LINK} nofollow", ("changed", "nofollow")),
        (LINK, f"{LINK}\nx.com/ nofollow", ("changed", "nofollow")),
        (f"{LINK} ugc", LINK, ("changed", "followed")),
        (LINK, "x.com/ -> a.com/ coffee", ("changed", "words")),
        (LINK, f"{LINK} footer", ("changed", "moved")),
    ],
)
def test_each_cause_has_its_verdict(
    before: str, after: str, event: tuple[str, str], tmp_path: Path
) -> None:
    assert told(tmp_path, before, after) == [event]


def test_a_page_that_was_not_read_again_keeps_its_links(tmp_path: Path) -> None:
    web = two(tmp_path, f"{LINK}\ny.com/ -> a.com/ tea", "x.com/ status=200")[1]
    found = web.newlost("a.com", standing=True, select="event,source_url").to_dicts()
    assert {(row["event"], row["source_url"]) for row in found} == {
        ("lost", "https://x.com/"), ("stands", "https://y.com/"),
    }  # fmt: skip


def test_what_another_store_of_inputs_does_not_hold_is_unseen(tmp_path: Path) -> None:
    first, second = two(tmp_path, LINK, "b.com/ -> a.com/ tea")
    backwards = first.newlost("a.com", since=second.snapshot, select="event,reason,day").to_dicts()
    assert backwards == [{"event": "unseen", "reason": "not_read", "day": None}]


def test_a_redirect_that_died_loses_its_links(tmp_path: Path) -> None:
    before = "x.com/ -> a.com/old tea\na.com/old redirect a.com/new\na.com/new status=200"
    after = "x.com/ -> a.com/old tea\na.com/old status=404"
    assert told(tmp_path, before, after) == [("lost", "lost_redirect")]


def test_days_choose_the_snapshot_and_the_changes(tmp_path: Path) -> None:
    today = datetime.now(UTC)
    web = two(tmp_path, READ, LINK)[1]
    assert web.newlost("a.com", since=f"{today:%Y-%m-%d}").total == 0
    now = int(today.timestamp())
    third = publish(tmp_path, rows("x.com/ -> a.com/b tea", now))
    later = Linkshed(score(Store.open(tmp_path / "store"), third))
    found = later.newlost("a.com", since=f"{today:%Y-%m-%d}", select="event,target_url,day")
    assert {(r["event"], r["target_url"]) for r in found.to_dicts()} == {
        ("new", "https://a.com/b"), ("lost", "https://a.com/"),
    }  # fmt: skip
    with pytest.raises(NotFoundError, match="1999-01-02"):
        later.newlost("a.com", since="1999-01-02")
    with pytest.raises(NotFoundError, match="nonsense"):
        later.newlost("a.com", since="nonsense")


def test_the_earlier_snapshot_must_be_scored(tmp_path: Path) -> None:
    bare = publish(tmp_path, rows(READ, THEN))
    web = Linkshed(score(Store.open(tmp_path / "store"), publish(tmp_path, rows(LINK, NOW))))
    with pytest.raises(MissingScore, match="linkshed score"):
        web.newlost("a.com", since=bare.id)
    with pytest.raises(NotFoundError, match="--since"):
        web.newlost("a.com")


def worded(seed: int, again: bool) -> str:
    """A random web whose links have different words; later some pages are read otherwise."""
    rng = np.random.default_rng(seed)
    lines = random_text(seed, 60, 500).splitlines()
    lines = [line.replace("words", str(rng.choice(["tea", "cup", "pot"])), 1) for line in lines]
    if not again:
        return "\n".join(lines)
    sources = sorted({line.split()[0] for line in lines})
    is_read = {source: rng.random() < 0.7 for source in sources}
    kept = [line for line in lines if is_read[line.split()[0]] and rng.random() < 0.8]
    marked = [line + " nofollow" if "->" in line and rng.random() < 0.1 else line for line in kept]
    moved = [line.replace("tea", "leaf") if rng.random() < 0.1 else line for line in marked]
    return "\n".join([*moved, "s9.com/ -> s1.com/ tea", "s2.com/1 status=503"])


def expected(before: Snapshot, after: Snapshot, domain: str) -> Counter[tuple[Any, ...]]:
    sides = [Plain(before), Plain(after)]
    pages = [{page["url"]: page for page in side.pages} for side in sides]
    left = []
    for side in sides:
        links = [k for k in side.links if k["is_clickable"] and k["to"]["domain"] == domain]
        left.append([k for k in links if k["from"]["domain"] != domain])
    pairs: list[tuple[Row, Row, bool]] = []
    for with_words in (True, False):
        pairs += pair(left, with_words)
    found = Counter()
    for old, new, is_reworded in pairs:
        found[(*standing(old, new, is_reworded), *names(new))] += 1
    for new in left[1]:
        found[(*fresh(new, pages[0].get(new["from"]["url"])), *names(new))] += 1
    for old in left[0]:
        found[(*gone(old, pages[1].get(old["from"]["url"])), *names(old))] += 1
    return found


def names(link: Row) -> tuple[str, str, str]:
    return link["from"]["url"], link["to"]["url"], link["anchor"]


def pair(left: list[list[Row]], with_words: bool) -> list[tuple[Row, Row, bool]]:
    """Take links off both lists that are the same, in their order."""
    groups: dict[Any, list[list[Row]]] = defaultdict(lambda: [[], []])
    for side, links in enumerate(left):
        for link in links:
            key = (*names(link)[:2], link["kind"], link["anchor"] if with_words else None)
            groups[key][side].append(link)
    both = [p for olds, news in groups.values() for p in zip(olds, news, strict=False)]
    for side in (0, 1):
        taken = {id(p[side]) for p in both}
        left[side] = [link for link in left[side] if id(link) not in taken]
    return [(old, new, not with_words) for old, new in both]


FINE = (Indexability.INDEXABLE, Indexability.UNKNOWN)


def standing(old: Row, new: Row, is_reworded: bool) -> tuple[str, str | None]:
    was, now = (link["from"]["final_indexability"] for link in (old, new))
    if was in FINE and now not in FINE:
        if now in (Indexability.NOINDEX_META, Indexability.NOINDEX_HEADER):
            return "lost", "noindex"
        return "lost", "not_canonical" if now == Indexability.CANONICALISED else "not_found"
    if was not in FINE and now in FINE:
        return "new", "indexable"
    led = old["to"]["resolution"] in (Resolution.REDIRECT, Resolution.REFRESH)
    if led and new["to"]["resolution"] >= Resolution.DEAD:
        return "lost", "lost_redirect"
    if old["is_followed"] != new["is_followed"]:
        return "changed", "followed" if new["is_followed"] else "nofollow"
    if is_reworded:
        return "changed", "words"
    if old["placement"] and new["placement"] and old["placement"] != new["placement"]:
        return "changed", "moved"
    return "stands", None


def is_failed(page: Row) -> bool:
    return page["status"] is not None and page["status"] >= 400 and page["status"] not in PARTING


def fresh(link: Row, page: Row | None) -> tuple[str, str]:
    if page is None or page["fetched_at"] is None or is_failed(page):
        return "found", "page_found"
    if link["from"]["fetched_at"] <= page["fetched_at"]:
        return "found", "not_read"
    return "new", "link_restored" if link["first_seen"] < page["fetched_at"] else "link_found"


def gone(link: Row, page: Row | None) -> tuple[str, str]:
    before = link["from"]["fetched_at"]
    if page is None or page["fetched_at"] is None or page["fetched_at"] <= before:
        return "unseen", "not_read"
    if is_failed(page):
        return "unseen", "page_error"
    if page["status"] in PARTING:
        return "lost", "not_found"
    is_redirect = page["indexability"] == Indexability.REDIRECTED
    return "lost", "page_redirected" if is_redirect else "removed"


@pytest.mark.parametrize("seed", range(3))
def test_all_verdicts_agree_with_a_count_by_hand(seed: int, tmp_path: Path) -> None:
    first, second = two(tmp_path, worded(seed, again=False), worded(seed, again=True))
    seen = set()
    for earlier, later in ((first, second), (second, first)):
        for domain in ("s1.com", "s2.com"):
            found = later.newlost(domain, since=earlier.snapshot, standing=True,
                                  select="event,reason,source_url,target_url,anchor").to_dicts()  # fmt: skip
            counted = Counter(tuple(row.values()) for row in found)
            assert counted == expected(earlier._snapshot, later._snapshot, domain)
            seen |= {row[0] for row in counted}
    assert seen >= {"stands", "changed", "lost"}


@pytest.mark.parametrize("by", ["day", "domain"])
def test_sums_by_day_and_domain_are_those_of_the_links(by: str, tmp_path: Path) -> None:
    web = two(tmp_path, worded(7, again=False), worded(7, again=True))[1]
    key = {"day": "day", "domain": "source_domain"}[by]
    figures = [f"{event}_links" for event in EVENTS[:-1]] + ["equity_before", "equity_after"]
    links = web.newlost("s1.com", select=",".join([key, *figures])).to_dicts()
    sums: dict[Any, list[Any]] = {}
    for row in links:
        part = row[key].date() if by == "day" and row[key] else row[key]
        line = sums.setdefault(part, [None] * len(figures))
        for at, name in enumerate(figures):
            if row[name] is not None:
                line[at] = (line[at] or 0) + row[name]
    rows_ = web.newlost("s1.com", by=by, select=",".join([key, *figures])).to_dicts()
    assert len(rows_) == len(sums)
    for row in rows_:
        part = row[key].date() if by == "day" and row[key] else row[key]
        for name, value in zip(figures, sums[part], strict=True):
            assert row[name] == (None if value is None else pytest.approx(value)), (part, name)


def test_pages_are_found_again_in_another_snapshot(tmp_path: Path) -> None:
    first, second = (w._snapshot for w in two(tmp_path, random_text(1), "a.b/ -> s1.com/9 tea"))
    for one, other in ((first, second), (second, first)):
        urls = one.urls(range(one.n_pages))
        found = same_pages(one, np.arange(one.n_pages), other)
        wanted = [other.page_id(url) for url in urls]
        assert found.tolist() == [ABSENT if page is None else page for page in wanted]
