"""Link intersection and competitors, counted a second time in plain Python."""

from __future__ import annotations

from collections import Counter
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed.api import Linkshed
from linkshed.errors import ParameterError
from linkshed.snapshot import sitelinks
from linkshed.snapshot.sitelinks import SiteLinks
from linkshed.snapshot.tables import Snapshot
from report.plain import Plain, Row
from snapshots import random_text, scored_web


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return scored_web(random_text(5, 120, 900).replace("s4.com", "s9.net") + MORE,
                      tmp_path_factory.mktemp("rivals"))  # fmt: skip


MORE = "\n".join(
    f"\nfan{k}.org/{n} -> s{(k * n) % 7}.com/ 'w' {'footer' if n % 2 else ''}"
    for k in range(12)
    for n in range(1, 5)
)


def clicks(snapshot: Snapshot) -> list[Row]:
    return [link for link in Plain(snapshot).links if link["is_clickable"]]


def between(snapshot: Snapshot) -> set[tuple[str, str]]:
    """(domain that links, domain it links to)"""
    pairs = {(link["from"]["domain"], link["to"]["domain"]) for link in clicks(snapshot)}
    return {(one, other) for one, other in pairs if one != other}


@pytest.mark.parametrize("chunk", [1, 50, 2_000_000])
def test_pairs_of_domains_are_each_named_once(
    snapshot: Snapshot, chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitelinks, "CHUNK_LINKS", chunk)
    for twin in (snapshot.store_path / "cache").glob("*pairs*"):
        twin.unlink()
    found = SiteLinks(snapshot)
    names = snapshot.columns("domains", ["domain"])["domain"].to_pylist()
    ends = zip(sitelinks.second(found.by_target), sitelinks.first(found.by_target), strict=True)
    pairs = [(names[source], names[target]) for source, target in ends]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == between(snapshot)
    for domain, name in enumerate(names):
        sources = {names[n] for n in found.sources(domain)}
        assert sources == {one for one, other in pairs if other == name}
    some = np.arange(0, len(names), 2)
    ends = zip(sitelinks.first(found.of_sources(some)), sitelinks.second(found.of_sources(some)),
               strict=True)  # fmt: skip
    chosen = {names[n] for n in some}
    assert [(names[a], names[b]) for a, b in ends] == sorted(
        (pair for pair in pairs if pair[0] in chosen),
        key=lambda pair: (names.index(pair[0]), names.index(pair[1])),
    )


@pytest.mark.parametrize("scope", ["s1.com", "s2.com/", "s1.com, s9.net"])
def test_competitors_follow_the_formula(snapshot: Snapshot, scope: str) -> None:
    pairs = between(snapshot)
    own = {member.strip().split("/")[0] for member in scope.split(",")}
    k = Counter(source for source, _ in pairs)
    weight = {domain: 1 / log(1 + n) for domain, n in k.items()}

    def is_target(page: Row) -> bool:
        return page["url"] == f"https://{scope}" if "/" in scope else page["domain"] in own

    mine = {link["from"]["domain"] for link in clicks(snapshot) if is_target(link["to"])} - own
    expected = {}
    for domain in {target for _, target in pairs} - own:
        theirs = {source for source, target in pairs if target == domain}
        if shared := mine & theirs:
            whole = sum(weight[d] for d in mine | theirs)
            similarity = sum(weight[d] for d in shared) / whole
            expected[domain] = (len(shared), len(mine - theirs), len(theirs - mine), similarity)
            assert 0 < similarity <= 1 + 1e-12
    rows = Linkshed(snapshot).competitors(scope, mode=None if "," in scope else
                                          "url" if "/" in scope else "domain",
                                          least=1, select="*").to_dicts()  # fmt: skip
    found = {row["domain"]: row for row in rows}
    assert set(found) == set(expected)
    for domain, (shared_n, here, there, similarity) in expected.items():
        row = found[domain]
        assert (row["shared"], row["only_here"], row["only_there"]) == (shared_n, here, there)
        assert row["similarity"] == pytest.approx(similarity, rel=1e-12)
        assert row["refdomains"] == shared_n + there
        assert set(row["through"]) <= mine
        assert len(row["through"]) == min(3, shared_n)
    few = Linkshed(snapshot).competitors(scope, least=3, mode="url" if "/" in scope else None)
    assert few.total == sum(row[0] >= 3 for row in expected.values())


RIVALS = ("s2.com", "s3.com", "s9.net")


@pytest.mark.parametrize("least", [1, 2, 3])
@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("by", ["domain", "page", "rival"])
def test_intersections_agree_with_a_count_by_hand(
    snapshot: Snapshot, least: int, shared: bool, by: str
) -> None:
    links = [k for k in clicks(snapshot) if k["from"]["domain"] not in ("s1.com", *RIVALS)]
    end = "url" if by == "page" else "domain"
    here = Counter(k["from"][end] for k in links if k["to"]["domain"] == "s1.com")
    groups: dict[str, list[Row]] = {}
    for link in links:
        if link["to"]["domain"] in RIVALS and (shared or not here[link["from"][end]]):
            groups.setdefault(link["from"][end], []).append(link)
    expected = {}
    for site, mine in groups.items():
        counts = Counter(link["to"]["domain"] for link in mine)
        if len(counts) < least:
            continue
        told = [f"{name} {counts[name]}" for name in RIVALS if counts[name]]
        for rival in counts if by == "rival" else [None]:
            kept = [k for k in mine if rival in (None, k["to"]["domain"])]
            best = max(k["equity"] or 0 for k in kept)
            expected[site, rival] = (
                len(counts), told, len(kept), sum(k["is_followed"] for k in kept),
                pytest.approx(best), here[site], {k["from"]["url"] for k in kept},
            )  # fmt: skip
    rows = Linkshed(snapshot).intersect(
        "s1.com", rivals=", ".join(RIVALS), by=by, least=least, shared=shared, select="*"
    )
    assert rows.total == len(expected)
    for row in rows.to_dicts():
        site = row["source_url"] if by == "page" else row["domain"]
        figures = (row["n_rivals"], row["rivals"], row["links"], row["followed_links"],
                   row["best_equity"], row["links_here"])  # fmt: skip
        *wanted, urls = expected[site, row["rival"]]
        assert list(figures) == wanted
        assert row["source_url"] in urls


@pytest.mark.parametrize("rivals", [None, "", " , ", ", ".join(f"r{n}.com" for n in range(101))])
def test_rivals_must_be_named_and_few(snapshot: Snapshot, rivals: str | None) -> None:
    with pytest.raises(ParameterError, match="rivals"):
        Linkshed(snapshot).intersect("s1.com", rivals=rivals)


@settings(max_examples=25, deadline=None)
@given(st.permutations(["s2.com", "s3.com", "s9.net", "nowhere.example"]))
def test_the_order_of_rivals_does_not_matter(snapshot: Snapshot, rivals: list[str]) -> None:
    def rows(names: list[str]) -> list[object]:
        found = Linkshed(snapshot).intersect("s1.com", rivals=", ".join(names),
                                             select="domain,n_rivals,links,best_equity")  # fmt: skip
        return found.to_dicts()

    assert rows(rivals) == rows(sorted(rivals))
