"""Internal links, outgoing links and their words, counted a second time in plain Python."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from linkshed.api import Linkshed
from linkshed.snapshot.tables import Snapshot
from report.plain import Plain, Row
from snapshots import random_text, scored_web

SCOPES = ("s1.com", "s2.com/3", "s3.com, s4.com/1", "nowhere.example", "*")


@pytest.fixture(scope="module", params=[1, 2])
def snapshot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return scored_web(random_text(request.param), tmp_path_factory.mktemp("links"))


def is_inside(page: Row, scope: str) -> bool:
    if scope == "*":
        return True
    members = [member.strip() for member in scope.split(",")]
    return any(
        page["url"] == f"https://{member}" if "/" in member else page["domain"] == member
        for member in members
    )


def is_own(page: Row, scope: str) -> bool:
    """Whether a page stands on a domain that holds a page of the scope."""
    members = [member.strip().partition("/")[0] for member in scope.split(",")]
    return scope == "*" or page["domain"] in members


def clicks(snapshot: Snapshot) -> list[Row]:
    return [link for link in Plain(snapshot).links if link["is_clickable"]]


def counted(links: list[Row]) -> Counter[tuple[str, str, str]]:
    return Counter((link["from"]["url"], link["to"]["url"], link["anchor"]) for link in links)


def told(web: Linkshed, name: str, scope: str, **options: object) -> Counter[tuple[str, str, str]]:
    found = web.report(
        name, scope, grouping="all", select="source_url,target_url,anchor", **options
    )
    return Counter((r["source_url"], r["target_url"], r["anchor"]) for r in found.to_dicts())


@pytest.mark.parametrize("scope", SCOPES)
def test_internal_links_have_both_ends_on_one_domain(snapshot: Snapshot, scope: str) -> None:
    web = Linkshed(snapshot)
    links = clicks(snapshot)
    own = [link for link in links if link["from"]["domain"] == link["to"]["domain"]]
    assert told(web, "internal", scope) == counted([k for k in own if is_inside(k["to"], scope)])
    assert told(web, "internal", scope, way="out") == counted(
        [link for link in own if is_inside(link["from"], scope)]
    )
    assert told(web, "internal", scope, way="within") == counted(
        [k for k in links if is_inside(k["from"], scope) and is_inside(k["to"], scope)]
    )


@pytest.mark.parametrize("scope", SCOPES)
def test_outgoing_links_lead_to_other_domains(snapshot: Snapshot, scope: str) -> None:
    leaving = [
        link
        for link in clicks(snapshot)
        if is_inside(link["from"], scope) and not is_own(link["to"], scope)
    ]
    web = Linkshed(snapshot)
    assert told(web, "outgoing", scope) == counted(leaving)
    dead = [link for link in leaving if link["to"]["resolution"] >= 4]
    assert told(web, "outgoing", scope, broken=True) == counted(dead)
    by_domain = web.outgoing(scope, grouping="domain", select="target_domain,links_in_group")
    assert {r["target_domain"]: r["links_in_group"] for r in by_domain.to_dicts()} == Counter(
        link["to"]["domain"] for link in leaving
    )


@pytest.mark.parametrize("scope", SCOPES)
def test_backlinks_come_from_other_domains(snapshot: Snapshot, scope: str) -> None:
    arriving = [
        link
        for link in clicks(snapshot)
        if is_inside(link["to"], scope) and not is_own(link["from"], scope)
    ]
    web = Linkshed(snapshot)
    assert told(web, "backlinks", scope) == counted(arriving)
    figures = {row["name"]: row["value"] for row in web.overview(scope).to_dicts()}
    assert figures["backlinks"] == len(arriving)


@pytest.mark.parametrize("scope", ["s2.com/3", "s4.com/1", "s1.com"])
def test_a_link_is_a_backlink_or_an_internal_link(snapshot: Snapshot, scope: str) -> None:
    web = Linkshed(snapshot)
    every = counted([link for link in clicks(snapshot) if is_inside(link["to"], scope)])
    assert told(web, "backlinks", scope) + told(web, "internal", scope) == every
    leaving = counted([k for k in clicks(snapshot) if is_inside(k["from"], scope)])
    assert told(web, "outgoing", scope) + told(web, "internal", scope, way="out") == leaving


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("to", ["external", "internal"])
def test_words_of_links_are_counted(snapshot: Snapshot, scope: str, to: str) -> None:
    mine = [link for link in clicks(snapshot) if is_inside(link["from"], scope)]
    if to == "external":
        mine = [link for link in mine if not is_own(link["to"], scope)]
    else:
        mine = [link for link in mine if link["from"]["domain"] == link["to"]["domain"]]
    found = {r["anchor"]: r for r in Linkshed(snapshot).linkedanchors(scope, to=to, select="*")
             .to_dicts()}  # fmt: skip
    assert set(found) == {link["anchor"] for link in mine}
    for words, row in found.items():
        links = [link for link in mine if link["anchor"] == words]
        assert row["links"] == len(links)
        assert row["followed_links"] == sum(link["is_followed"] for link in links)
        assert row["linking_pages"] == len({link["source"] for link in links})
        assert row["linked_pages"] == len({link["target"] for link in links})
        assert row["linked_domains"] == len({link["to"]["domain"] for link in links})


def test_internal_links_of_a_page_are_those_its_row_counts(tmp_path: Path) -> None:
    web = Linkshed(scored_web(random_text(3), tmp_path))
    for row in web.pages("*", select="url,n_internal_inlinks").to_dicts():
        found = web.internal(row["url"], mode="url", grouping="all").total
        assert found == row["n_internal_inlinks"], row


def test_ends_of_links_show_their_own_rating(snapshot: Snapshot) -> None:
    web = Linkshed(snapshot)
    ratings = {r["url"]: r["rating"] for r in web.pages("*", select="url,rating").to_dicts()}
    rows = web.outgoing("s1.com", grouping="all", select="target_url,target_rating").to_dicts()
    assert rows
    assert all(row["target_rating"] == ratings[row["target_url"]] for row in rows)
