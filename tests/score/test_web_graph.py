"""A web graph from its files to ratings and reports, against networkx and answers by hand."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

import linkshed
from linkshed import api
from linkshed.api import Linkshed
from linkshed.errors import InputError, NotFoundError
from linkshed.score.scale import rating
from serve.served import client
from webs import web as written

D = 0.85
HUBS = ("com.googleapis", "com.facebook", "org.wikipedia", "net.jsdelivr", "de.b-u", "de.b")
Ends = list[tuple[int, int]]


def graph_of(seed: int, n: int, n_links: int) -> tuple[list[str], Ends]:
    """Reversed names in order, and edges: most go to a few, as they do; none to itself."""
    rng = np.random.default_rng(seed)
    suffixes = ("com", "org", "uk.co", "de", "io.github")
    made = {f"{suffixes[k % 5]}.site{k}" for k in range(n - len(HUBS))}
    names = sorted({*HUBS, *made})
    target = np.minimum((n * rng.random(n_links) ** 4).astype(int), n - 1)
    source = rng.integers(0, n, n_links)
    return names, sorted({(s, t) for s, t in zip(source.tolist(), target.tolist(), strict=True)
                          if s != t})  # fmt: skip


def scored(
    folder: Path, names: list[str], ends: Ends, near: str | None = None, profile: str | None = None
) -> Linkshed:
    """The scored snapshot of a graph; its store lies in ``folder/store``."""
    folder.mkdir(exist_ok=True)
    (folder / "vertices.txt").write_text("".join(f"{n}\t{x}\t1\n" for n, x in enumerate(names)))
    (folder / "edges.txt").write_text("".join(f"{s}\t{t}\n" for s, t in ends))
    api.ingest("webgraph", [folder], store=folder / "store", near=near)
    api.build(folder / "store")
    return api.score(folder / "store", profile)


def domains(names: list[str]) -> list[str]:
    return [".".join(reversed(name.split("."))) for name in names]


def networkx_equity(n: int, ends: Ends, base: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """E = (1-d) b + d sum E_A / L_A: PageRank that leads back where the bases are."""
    graph = nx.DiGraph(ends)
    graph.add_nodes_from(range(n))
    share = dict(enumerate((base / base.sum()).tolist()))
    rank = nx.pagerank(
        graph, D, personalization=share, dangling=share, tol=1e-15 / n, max_iter=1000
    )
    found = np.array([rank[k] for k in range(n)])
    dangling = sum(rank[k] for k in range(n) if not graph.out_degree(k))
    return found * base.sum() * (1 - D) / (1 - D + D * dangling)


@pytest.mark.parametrize("seed", range(3))
def test_ratings_of_domains_are_those_of_the_equation(tmp_path: Path, seed: int) -> None:
    names, ends = graph_of(seed, 300, 1500)
    web = scored(tmp_path, names, ends)
    base = np.where(np.isin(np.arange(300), [t for _, t in ends]), 1.0, 0.05)
    expected = dict(zip(domains(names), networkx_equity(300, ends, base), strict=True))
    table = web._snapshot.columns("domains", ["domain", "equity", "rating"]).to_pylist()
    assert len(table) == 300
    for row in table:
        assert row["equity"] == pytest.approx(expected[row["domain"]], rel=1e-8)
        assert row["rating"] == pytest.approx(float(rating(expected[row["domain"]])), abs=1e-4)


def test_both_conventions_of_www_give_the_same_domains(tmp_path: Path) -> None:
    """Of hosts: a leading www is left out in older releases, and kept in newer ones."""
    older = ["com.example", "com.example.shop", "com.www", "org.blog", "uk.co.fan"]
    newer = ["com.example.shop", "com.example.www", "com.www", "org.blog.www", "uk.co.fan.www"]
    named = {name.removesuffix(".www") if name != "com.www" else name: n
             for n, name in enumerate(newer)}  # fmt: skip
    ends = [(1, 0), (2, 0), (3, 0), (3, 2), (4, 0)]
    moved = sorted((named[older[s]], named[older[t]]) for s, t in ends)
    tables = []
    for folder, names, links in (("older", older, ends), ("newer", newer, moved)):
        web = scored(tmp_path / folder, names, links)
        tables.append(web._snapshot.columns("domains", ["domain", "equity", "rating"]).to_pylist())
        found = web.refdomains("example.com", select="domain").to_dicts()
        assert {row["domain"] for row in found} == {"www.com", "blog.org", "fan.co.uk"}
    assert tables[0] == tables[1]
    assert [row["domain"] for row in tables[0]] == [
        "example.com", "www.com", "blog.org", "fan.co.uk",
    ]  # fmt: skip


@pytest.mark.parametrize("profile", ["reasonable-v1", "classic", "uniform-position", "hint"])
def test_home_pages_hold_what_pagerank_says_under_every_profile(
    tmp_path: Path, profile: str
) -> None:
    """All links are alike, so all profiles are the textbook's."""
    names, ends = graph_of(7, 200, 900)
    web = scored(tmp_path, names, ends, profile=profile)
    expected = networkx_equity(200, ends, np.ones(200))
    found = {row["url"]: row["equity"] for row in web.pages("*", select="url,equity").to_dicts()}
    assert found == {
        f"https://{domain}/": pytest.approx(equity, rel=1e-8)
        for domain, equity in zip(domains(names), expected, strict=True)
    }


WEB = "mine.com/ -> rival.com/"
NAMES = ["com.mine", "com.rival", "com.rival2", "net.cdn", "org.blog", "org.dir", "org.fan"]
ENDS = [(0, 3), (1, 3), (4, 0), (4, 1), (4, 2), (5, 1), (5, 2), (6, 2)]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Linkshed:
    return scored(tmp_path_factory.mktemp("small"), NAMES, ENDS)


def test_who_links_to_my_rivals_and_not_to_me(small: Linkshed) -> None:
    found = small.intersect("mine.com", rivals="rival.com, rival2.com").to_dicts()
    assert {(row["domain"], row["n_rivals"]) for row in found} == {("dir.org", 2), ("fan.org", 1)}


def test_reports_over_a_graph_give_its_edges(small: Linkshed) -> None:
    linking = small.refdomains("rival2.com", select="domain,links,followed_links").to_dicts()
    assert {(row["domain"], row["links"]) for row in linking} == {
        ("blog.org", 1), ("dir.org", 1), ("fan.org", 1),
    }  # fmt: skip
    linked = small.linkeddomains("blog.org", select="domain").to_dicts()
    assert {row["domain"] for row in linked} == {"mine.com", "rival.com", "rival2.com"}
    near = small.competitors("rival.com", select="domain,shared").to_dicts()
    assert {"domain": "rival2.com", "shared": 2} in near


def test_what_a_graph_does_not_know_is_null_and_never_nought(small: Linkshed) -> None:
    (link, *_) = small.backlinks("rival.com", select="*").to_dicts()
    names = ("is_followed", "is_nofollow", "is_ugc", "is_sponsored", "position", "first_seen")
    assert [link[name] for name in names] == [None] * len(names)
    assert (link["kind"], link["placement"], link["anchor"]) == ("unknown", "unknown", "")
    (domain, *_) = small.refdomains("rival.com", select="*").to_dicts()
    assert (domain["links"], domain["followed_links"]) == (1, None)
    (row,) = small.batch("rival.com", select="*").to_dicts()
    names = (
        "followed_links",
        "unfollowed_links",
        "followed_share",
        "followed_refdomains",
        "unfollowed_refdomains",
        "followed_outgoing_links",
        "followed_linked_domains",
    )
    assert [row[name] for name in names] == [None] * len(names)
    assert (row["backlinks"], row["refdomains"], row["outgoing_links"]) == (2, 2, 1)
    (page,) = small.pages("rival.com", select="*").to_dicts()
    assert (page["n_backlinks"], page["n_followed_backlinks"]) == (2, None)
    assert (page["n_refdomains"], page["n_followed_refdomains"]) == (2, None)
    (lonely,) = small.pages("fan.org", select="n_backlinks,n_followed_backlinks").to_dicts()
    assert list(lonely.values()) == [0, 0]


def test_the_account_of_a_page_says_so_of_every_link(small: Linkshed) -> None:
    account = small.explain("https://rival.com/")
    reasons = {line["factors"]["passes"]["reason"] for line in account["ledger"]}
    assert reasons == {"passes: no input tells whether it is followed"}
    made_of = account["ledger"][0]["factors"]["attention"]["made_of"]
    assert made_of["kind"] == {"value": 1, "reason": "a link of a kind not known"}
    assert account["is_exact"]


def test_every_report_says_that_its_ratings_count_all_links(small: Linkshed) -> None:
    for name in ("overview", "refdomains", "backlinks", "intersect", "batch"):
        options = {"rivals": "rival2.com"} if name == "intersect" else {}
        (remark,) = small.report(name, "rival.com", **options).remarks
        assert (
            "count all links of this snapshot without knowing whether they are followed" in remark
        )


def test_the_overview_tells_how_many_are_not_known(small: Linkshed) -> None:
    found = {row["name"]: row for row in small.overview("rival.com").to_dicts()}
    assert found["backlinks, rel unknown"] | {"section": ""} == {
        "section": "", "name": "backlinks, rel unknown", "value": 2, "share": 1,
    }  # fmt: skip
    assert found["followed backlinks"]["value"] is None
    drawing = small.chart("followed", "rival.com")
    assert drawing.sentence == "Of 2 of 2 backlinks it is not known."
    assert [line[:2] for line in drawing.lines] == [
        ("followed", 0), ("not followed", 0), ("unknown", 2),
    ]  # fmt: skip


@pytest.mark.parametrize(("where", "n"), [
    ("is_followed", 0), ("is_followed = false", 0), ("is_followed is null", 2), ("kind = unknown", 2),
])  # fmt: skip
def test_a_filter_does_not_take_unknown_for_yes_or_no(small: Linkshed, where: str, n: int) -> None:
    assert small.backlinks("rival.com", where=where).total == n
    assert len(rows_of(small, "backlinks", where)) == n


def test_the_sql_of_a_report_knows_as_little(small: Linkshed) -> None:
    for name in ("backlinks", "refdomains", "anchors"):
        found = getattr(small, name)("rival.com", select="*").to_dicts()
        names = [column for column in found[0] if "followed" in column or column.startswith("is_")]
        told = rows_of(small, name, None, ",".join(names))
        assert told == [tuple(row[column] for column in names) for row in found]


def rows_of(web: Linkshed, name: str, where: str | None, select: str | None = None) -> list[Any]:
    import duckdb

    statement = web.sql(name, "rival.com", where=where, select=select)
    assert statement is not None
    return duckdb.connect().sql(statement).fetchall()


def test_known_and_unknown_links_side_by_side(tmp_path: Path) -> None:
    """A count of followed links leaves the unknown ones out, and is null where there are no
    others."""
    table = tmp_path / "links.csv"
    rows = ("https://x.org/,https://rival.com/,", "https://y.org/,https://rival.com/,nofollow")
    table.write_text("url_from,url_to,rel\n" + "\n".join(rows) + "\n")
    api.ingest("links", [table], store=tmp_path / "store")
    web = scored(tmp_path, NAMES, ENDS)
    (row,) = web.batch("rival.com", select="*").to_dicts()
    names = (
        "backlinks",
        "followed_links",
        "unfollowed_links",
        "followed_share",
        "refdomains",
        "followed_refdomains",
        "unfollowed_refdomains",
    )
    assert [row[name] for name in names] == [4, 1, 1, 0.5, 4, 1, 1]
    found = web.refdomains("rival.com", select="domain,followed_links").to_dicts()
    assert {row["domain"]: row["followed_links"] for row in found} == {
        "x.org": 1, "y.org": 0, "blog.org": None, "dir.org": None,
    }  # fmt: skip
    (page,) = web.pages("rival.com", select="n_backlinks,n_followed_backlinks").to_dicts()
    assert list(page.values()) == [4, 1]
    assert "8 of 10 links" in web.overview("rival.com").remarks[0]


def test_servers_answer_with_null_too(small: Linkshed, tmp_path: Path) -> None:
    scored(tmp_path, NAMES, ENDS)
    asked = client(tmp_path / "store")
    answer = asked.get("/v1/reports/refdomains", params={"scope": "rival.com"}).json()
    (row, *_) = answer["rows"]
    assert (row["links"], row["followed_links"]) == (1, None)
    (*_, manifest) = api.snapshots(tmp_path / "store")
    told = {"target": "blog.org", "mode": "domain", "date": manifest.created_at[:10]}
    found = asked.get("/v3/site-explorer/outlinks-stats", params=told).json()["metrics"]
    assert found == {
        "outgoing_links": 3, "outgoing_links_dofollow": None,
        "linked_domains": 3, "linked_domains_dofollow": None,
    }  # fmt: skip


def test_a_neighbourhood_says_what_of_it_is_whole(tmp_path: Path) -> None:
    web = scored(tmp_path, NAMES, ENDS, near="rival.com,mine.com")
    assert {row["domain"] for row in web.refdomains("rival.com").to_dicts()} == {
        "blog.org", "dir.org",
    }  # fmt: skip
    assert [row["domain"] for row in web.intersect("mine.com", rivals="rival.com").to_dicts()] == [
        "dir.org"
    ]
    assert any(
        "near rival.com,mine.com" in remark for remark in web.refdomains("rival.com").remarks
    )
    assert not web.refdomains("rival2.com").to_dicts()


def test_the_command_reads_a_graph(tmp_path: Path) -> None:
    names, ends = graph_of(1, 50, 200)
    (tmp_path / "v.txt").write_text("".join(f"{n}\t{x}\n" for n, x in enumerate(names)))
    (tmp_path / "e.txt").write_text("".join(f"{s}\t{t}\n" for s, t in ends))
    command = [sys.executable, "-m", "linkshed", "ingest", "webgraph", "v.txt", "e.txt"]
    made = subprocess.run([*command, "--store", "s", "--workers", "2"], cwd=tmp_path,
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert f"links: {len(ends)} read = {len(ends)} kept + 0 rejected" in made.stdout
    api.build(tmp_path / "s")
    assert linkshed.open(str(tmp_path / "s"))._snapshot.n_links == len(ends)


HEADER = "#harmonicc_pos\t#harmonicc_val\t#pr_pos\t#pr_val\t#host_rev\t#n_hosts"


def ranks_file(path: Path, names: list[str], ends: Ends) -> list[str]:
    """Ranks of a graph as they are published: PageRank with a uniform jump, by harmonic rank."""
    graph = nx.DiGraph(ends)
    graph.add_nodes_from(range(len(names)))
    rank = nx.pagerank(graph, D, tol=1e-15 / len(names), max_iter=1000)
    harmonic = nx.harmonic_centrality(graph)
    by_rank = sorted(rank, key=lambda k: -rank[k])
    order = sorted(harmonic, key=lambda k: -harmonic[k])
    lines = [
        f"{n}\t{harmonic[k]}\t{by_rank.index(k) + 1}\t{rank[k]!r}\t{names[k]}\t1"
        for n, k in enumerate(order, 1)
    ]
    path.write_bytes(gzip.compress("\n".join([HEADER, *lines, ""]).encode()))
    return lines


def test_ranks_give_a_neighbourhood_the_ratings_of_the_whole(tmp_path: Path) -> None:
    """E = 0.15 pr / min(pr) is what the home pages hold in a snapshot of the whole graph."""
    names, ends = graph_of(5, 150, 700)
    ranks_file(tmp_path / "ranks.txt.gz", names, ends)
    whole = scored(tmp_path / "whole", names, ends, profile="classic")
    scored(tmp_path / "near", names, ends, near="facebook.com")
    near = api.score(tmp_path / "near/store", only="ranks", ranks_file=tmp_path / "ranks.txt.gz")
    select = "domain,all_links_rating,all_links_equity,all_links_rank"
    found = near.refdomains("facebook.com", select=select).to_dicts()
    assert len(found) > 5
    for row in found:
        (page,) = whole.pages(f"https://{row['domain']}/", select="equity,rating").to_dicts()
        assert row["all_links_equity"] == pytest.approx(page["equity"], rel=1e-8)
        assert row["all_links_rating"] == pytest.approx(page["rating"], abs=1e-4)
    best = min(found, key=lambda row: row["all_links_rank"])
    assert best["all_links_equity"] == max(row["all_links_equity"] for row in found)
    rivals = near.intersect("nobody.org", rivals="facebook.com", order_by="all_links_rating:desc",
                            select="domain,all_links_rating").to_dicts()  # fmt: skip
    assert rivals[0]["domain"] == best["domain"]
    assert len(rivals) == len(found)


def test_domains_without_a_rank_and_without_a_file_are_null(tmp_path: Path) -> None:
    scored(tmp_path, NAMES, ENDS)
    bare = api.score(tmp_path / "store", only="ranks")
    assert set(bare.refdomains("rival.com", select="all_links_rating").to_dicts()[0].values()) == {
        None
    }
    ranks_file(tmp_path / "ranks.txt.gz", NAMES[:5], [(0, 3), (1, 3), (4, 0), (4, 1), (4, 2)])
    made = api.score(tmp_path / "store", only="ranks", ranks_file=tmp_path / "ranks.txt.gz")
    found = made.refdomains("rival.com", select="domain,all_links_equity").to_dicts()
    assert {row["domain"]: row["all_links_equity"] for row in found} == {
        "blog.org": pytest.approx(0.15), "dir.org": None,
    }  # fmt: skip
    assert made.manifest.scores["ranks"]["n_known"] == 5


@pytest.mark.parametrize(("change", "words"), [
    (lambda lines: lines[:2] + lines[3:], "cut short"),
    (lambda lines: lines[1:], "cut short"),
    (lambda lines: [], "cut short"),
    (lambda lines: [*lines[:3], "1\t2", *lines[3:]], "line 5"),
    (lambda lines: ["1\t2\t1\t-0.5\tcom.mine\t1", *lines[1:]], "PageRank -0.5"),
    (lambda lines: ["1\t2\t1\tnan\tcom.mine\t1", *lines[1:]], "PageRank nan"),
    (lambda lines: ["1\t2\t9999999999\t0.5\tcom.mine\t1", *lines[1:]], "place 9999999999"),
], ids=["one", "first", "all", "cells", "negative", "nan", "place"])  # fmt: skip
def test_ranks_that_are_not_whole_are_refused(tmp_path: Path, change: Any, words: str) -> None:
    written(WEB, tmp_path)
    api.score(tmp_path / "store")
    path = tmp_path / "ranks.txt"
    chain = [(k, k + 1) for k in range(6)] + [(k, 6) for k in range(5)]
    whole = ranks_file(path, NAMES, chain)
    assert whole[0].split("\t")[2] == "1"
    path.write_text("\n".join([HEADER, *change(whole)]) + "\n")
    with pytest.raises(InputError, match=words):
        api.score(tmp_path / "store", only="ranks", ranks_file=path)


def test_files_that_are_no_ranks_of_domains_are_refused(tmp_path: Path) -> None:
    written(WEB, tmp_path)
    api.score(tmp_path / "store")
    path = tmp_path / "ranks.txt.gz"
    ranks_file(path, NAMES, ENDS)
    cut = path.read_bytes()[:-20]
    hosts = gzip.compress(HEADER.removesuffix("\t#n_hosts").encode() + b"\n")
    for content in (cut, hosts, b"\x1f\x8bnonsense", b"", b"url_from,url_to\n"):
        path.write_bytes(content)
        with pytest.raises(InputError, match="fetch the whole file"):
            api.score(tmp_path / "store", only="ranks", ranks_file=path)
    with pytest.raises(NotFoundError, match="missing"):
        api.score(tmp_path / "store", only="ranks", ranks_file=tmp_path / "missing")
