"""Web graphs: nodes become home pages, edges links; what cannot be one is refused and counted."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed import api
from linkshed.errors import (
    FormatError,
    NotFoundError,
    ParameterError,
    ResourceError,
    UrlError,
)
from linkshed.ingest import lines, stream, webgraph
from linkshed.ingest.reader import INPUTS, Item, Refused
from linkshed.ingest.webgraph import names
from linkshed.ingest.webgraph.files import graph_files
from linkshed.ingest.webgraph.rows import home_of
from linkshed.schema import LinkKind, Placement, Rel
from linkshed.urls.domain import registrable_domain
from linkshed.urls.key import host_of, url_key
from linkshed.urls.parse import parse_url

Pair = tuple[str, str]
DOMAINS = ("com.example\t3", "com.rival\t2", "io.github\t9", "org.blog\t1", "org.directory\t1")
EDGES = ((0, 2), (3, 0), (3, 1), (4, 1), (4, 3))


def numbered(lines: Sequence[str], first: int = 0) -> str:
    return "".join(f"{n}\t{line}\n" for n, line in enumerate(lines, first))


def paired(ends: Sequence[tuple[int, int]]) -> str:
    return "".join(f"{source}\t{target}\n" for source, target in ends)


def written(
    folder: Path, vertices: str | bytes = numbered(DOMAINS), ends: str | bytes = paired(EDGES)
) -> list[Path]:
    folder.mkdir(exist_ok=True)
    paths = [folder / "g-domain-vertices.txt", folder / "g-domain-edges.txt"]
    for path, text in zip(paths, (vertices, ends), strict=True):
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return paths


def read(
    named: Sequence[Path], near: str | None = None
) -> tuple[set[str], list[Pair], Counter[Any]]:
    """Home pages, links and reasons of refusal; and the counts must add up."""
    options: dict[str, Any] = {"near": near}
    paths = webgraph.inputs(named, options)
    pages, links, refused = set(), [], Counter()
    for path in paths:
        for item in webgraph.items(path, options | {INPUTS: paths}):
            if isinstance(item, Refused):
                refused[item.reason] += 1
                continue
            batch = webgraph.rows(path, [item], options)
            pages |= set(batch.pages["url"])
            links += zip(batch.links["source_url"], batch.links["target_url"], strict=True)
            refused += batch.refused_records
            n_kept = len(batch.pages["url"]) + batch.n_links
            assert batch.n_records == n_kept + batch.refused_records.total()
            assert sum(batch.rejects["n"]) == batch.refused_records.total()
    return pages, links, refused


def home(*hosts: str) -> list[str]:
    return [f"https://{host}/" for host in hosts]


EVERY = [
    ("https://example.com/", "https://github.io/"), ("https://blog.org/", "https://example.com/"),
    ("https://blog.org/", "https://rival.com/"), ("https://directory.org/", "https://rival.com/"),
    ("https://directory.org/", "https://blog.org/"),
]  # fmt: skip


def test_nodes_become_home_pages_and_edges_links_between_them(tmp_path: Path) -> None:
    pages, links, refused = read(written(tmp_path))
    names_ = ("example.com", "rival.com", "github.io", "blog.org", "directory.org")
    assert pages == set(home(*names_))
    assert links == EVERY
    assert not refused


def test_a_link_says_nothing_that_a_graph_does_not_know(tmp_path: Path) -> None:
    paths = written(tmp_path)
    options = {INPUTS: paths}
    [item] = webgraph.items(paths[1], options)
    links = webgraph.rows(paths[1], [item], options).links
    told = {name: set(cells) for name, cells in links.items()}
    known = {"source_url", "target_url", "kind", "rel", "placement", "anchor", "anchor_kind"}
    assert {name for name, cells in told.items() if cells != {None}} == known | {"ordinal"}
    assert told["kind"] == {LinkKind.UNKNOWN}
    assert told["rel"] == {Rel.UNKNOWN}
    assert told["placement"] == {Placement.UNKNOWN}
    assert told["anchor"] == {""}


@pytest.mark.parametrize("form", ["plain", "gzip", "members", "crlf", "no end of line", "folder"])
def test_the_form_of_the_files_does_not_matter(tmp_path: Path, form: str) -> None:
    texts = [numbered(DOMAINS).encode(), paired(EDGES).encode()]
    if form == "gzip":
        texts = [gzip.compress(text) for text in texts]
    elif form == "members":
        texts = [gzip.compress(text[:9]) + gzip.compress(text[9:]) for text in texts]
    elif form == "crlf":
        texts = [text.replace(b"\n", b"\r\n") for text in texts]
    elif form == "no end of line":
        texts = [text.removesuffix(b"\n") for text in texts]
    paths = written(tmp_path / "graph", *texts)
    assert read([tmp_path / "graph"] if form == "folder" else paths[::-1]) == (
        {url for pair in EVERY for url in pair}, EVERY, Counter(),
    )  # fmt: skip


def test_parts_are_read_in_the_order_of_their_ids_whatever_their_names(tmp_path: Path) -> None:
    for folder in ("vertices", "edges", "logs"):
        (tmp_path / folder).mkdir()
    (tmp_path / "vertices/part-00001.txt.gz").write_bytes(
        gzip.compress(numbered(DOMAINS[:2]).encode())
    )
    (tmp_path / "vertices/part-00000.txt.gz").write_bytes(
        gzip.compress(numbered(DOMAINS[2:], 2).encode())
    )
    (tmp_path / "edges/part-00000.txt.gz").write_bytes(gzip.compress(paired(EDGES[:2]).encode()))
    (tmp_path / "edges/part-00001.txt.gz").write_bytes(gzip.compress(paired(EDGES[2:]).encode()))
    (tmp_path / "logs/run.log").write_text("nothing of a graph")
    (tmp_path / "g-host-ranks.txt.gz").write_bytes(b"")
    found = [path.relative_to(tmp_path).as_posix() for path in graph_files([tmp_path])]
    assert found == [
        "vertices/part-00001.txt.gz", "vertices/part-00000.txt.gz",
        "edges/part-00000.txt.gz", "edges/part-00001.txt.gz",
    ]  # fmt: skip
    assert read([tmp_path])[1] == EVERY


@pytest.mark.parametrize(("old", "new"), [
    ("com.example", "com.example.www"),
    ("uk.co.example", "uk.co.example.www"),
    ("io.github.someone", "io.github.someone.www"),
])  # fmt: skip
def test_a_host_with_and_without_www_has_the_key_of_one_domain(old: str, new: str) -> None:
    """Releases until spring 2026 leave a leading www out, later ones keep it."""
    hosts = [host_of(home_of(name)) for name in (old, new)]
    assert hosts[1] == f"www.{hosts[0]}"
    domains = {registrable_domain(host) for host in hosts}
    assert domains == {hosts[0]}
    keys = [url_key(home_of(name))[0] for name in (old, new)]
    assert [key.partition(")")[0].removesuffix("www,") for key in keys] == [keys[0][:-2]] * 2


def test_www_alone_below_a_suffix_is_a_domain_of_its_own() -> None:
    assert registrable_domain(host_of(home_of("com.www"))) == "www.com"
    assert registrable_domain(host_of(home_of("uk.co.www"))) == "www.co.uk"


def test_names_of_other_scripts_are_written_as_the_web_asks_for_them() -> None:
    assert home_of("de.b\u00fccher") == "https://xn--bcher-kva.de/"
    assert home_of("de.xn--bcher-kva") == "https://xn--bcher-kva.de/"
    assert home_of("COM.Example") == "https://example.com/"


@pytest.mark.parametrize("name", [
    "com..example", ".com", "com.", "com.example.www,", "com.exa mple", "com.example/path",
    "com.example:8080", "com.user@example", "1.0.168.192", "com.xn--a-\u00e4", "com.ex%2fample",
    "com.[::1]", "com.example?q", "com.example#", "com.ex\\ample", "com." + "a" * 300 + ".b*",
])  # fmt: skip
def test_what_is_no_host_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UrlError):
        home_of(name)
    paths = written(tmp_path, numbered(("com.a", name, "com.b")), paired(((0, 1), (0, 2), (1, 2))))
    pages, links, refused = read(paths)
    assert links == [("https://a.com/", "https://b.com/")]
    assert pages == {"https://a.com/", "https://b.com/"}
    assert refused.total() == 3
    assert set(refused) <= {"bad_host", "bad_url"}


@given(st.from_regex(r"[a-z0-9_.-]{1,30}\.[a-z]{2,9}", fullmatch=True))
def test_the_short_way_to_an_address_gives_what_parsing_gives(host: str) -> None:
    name = ".".join(reversed(host.split(".")))
    try:
        expected = parse_url(f"https://{host}/")
    except UrlError:
        with pytest.raises(UrlError):
            home_of(name)
    else:
        assert home_of(name) == expected


def test_lines_that_are_no_edge_are_refused_with_the_first_of_them(tmp_path: Path) -> None:
    text = "0\t2\nfrom\tto\n\n3 0\n3\t0\n3\t1\t7\n-1\t2\n4\t99\n99\t0\n4\t1\n4\t1\n3\t2\n4\t3"
    paths = written(tmp_path, ends=text)
    _, links, refused = read(paths)
    assert links == [EVERY[0], EVERY[1], EVERY[3], EVERY[4]]
    assert refused == {"bad_row": 4, "unknown_id": 2, "unsorted": 2}
    options = {INPUTS: paths}
    [item] = webgraph.items(paths[1], options)
    rejects = webgraph.rows(paths[1], [item], options).rejects
    assert list(zip(rejects["reason"], rejects["locator"], rejects["value"], strict=True)) == [
        ("bad_row", "line 2", "from\tto"),
        ("unknown_id", "line 8", "4\t99"),
        ("unsorted", "line 11", "4\t1"),
    ]


def test_lines_that_are_no_node_are_refused_and_their_edges_too(tmp_path: Path) -> None:
    vertices = (
        "0\tcom.a\nx\tcom.b\n2\tcom.c\n1\tcom.d\n\n2\tcom.c\n4\tcom.e\t5\n9999999999\tcom.f\n6\n"
    )
    pages, links, refused = read(written(tmp_path, vertices, paired(((0, 1), (0, 2), (2, 4)))))
    assert pages == {"https://a.com/", "https://c.com/", "https://e.com/"}
    assert links == [("https://a.com/", "https://c.com/"), ("https://c.com/", "https://e.com/")]
    assert refused == {"bad_row": 2, "unsorted": 2, "bad_value": 1, "unknown_id": 1}


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    vertices = b"0\tcom.a\n1\tcom.\xff\xfe\n2\tcom.b\n"
    pages, links, refused = read(written(tmp_path, vertices, b"0\t1\n0\t2\n\x00\xff\n"))
    assert links == [("https://a.com/", "https://b.com/")]
    assert pages == {"https://a.com/", "https://b.com/"}
    assert refused["bad_row"] == 1
    assert refused.total() == 3


@pytest.mark.parametrize("number", [0, 1])
def test_a_cut_file_is_read_up_to_there(tmp_path: Path, number: int) -> None:
    """What the whole part says is kept; edges to nodes whose names were cut off are refused."""
    rng = np.random.default_rng(number)
    nodes = [f"com.{rng.integers(1 << 40):x}" for _ in range(4000)]
    ends = [(n, int(rng.integers(4000))) for n in range(4000)]
    texts = [numbered(nodes).encode(), paired(ends).encode()]
    paths = written(tmp_path, *(gzip.compress(text) for text in texts))
    whole = paths[number].read_bytes()
    paths[number].write_bytes(whole[: len(whole) // 2])
    pages, links, refused = read(paths)
    assert refused["truncated"] == 1
    assert 500 < len(links) < 4000
    if number == 0:
        assert len(pages) < 4000
        assert refused["unknown_id"] == 4000 - len(links)


def test_edges_alone_and_vertices_alone_are_told(tmp_path: Path) -> None:
    vertices, ends = written(tmp_path)
    with pytest.raises(ParameterError, match=r"edges alone.*name the files of vertices"):
        webgraph.inputs([ends], {})
    with pytest.raises(ParameterError, match=r"vertices alone.*name the files of edges"):
        webgraph.inputs([vertices], {})


def test_two_graphs_at_once_are_told(tmp_path: Path) -> None:
    paths = [*written(tmp_path / "a"), *written(tmp_path / "b")]
    with pytest.raises(ParameterError, match="begin with the same id"):
        webgraph.inputs(paths, {})


@pytest.mark.parametrize(("text", "words"), [
    ("#harmonicc_pos\t#harmonicc_val\t#pr_pos\t#pr_val\t#host_rev\n1\t2.0\t1\t.1\tcom.a\n", "ranks"),
    ("projects/hyperlinkgraph/x/host/vertices/part-00000.txt.gz\n", "list of files"),
    ("nodes=5\narcs=9\n", "name the text files"),
])  # fmt: skip
def test_other_files_of_a_release_are_told_apart(tmp_path: Path, text: str, words: str) -> None:
    other = tmp_path / "other.txt"
    other.write_text(text)
    with pytest.raises(FormatError, match=words):
        webgraph.inputs([*written(tmp_path), other], {})


def test_a_folder_without_a_graph_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="name the files"):
        webgraph.inputs([tmp_path], {})


def test_near_keeps_the_links_to_and_from_some_domains_and_counts_the_rest(tmp_path: Path) -> None:
    pages, links, refused = read(written(tmp_path), near="rival.com")
    assert pages == {"https://rival.com/"}
    assert links == [EVERY[2], EVERY[3]]
    assert refused == {"not_near": 7}


def test_near_takes_all_hosts_below_a_name_and_none_that_only_begins_so(tmp_path: Path) -> None:
    hosts = ("com.example", "com.example-shop", "com.example.www", "com.examples", "org.a")
    paths = written(tmp_path, numbered(hosts), paired(((0, 4), (1, 4), (2, 4), (3, 4), (4, 2))))
    pages, links, refused = read(paths, near="example.com")
    assert pages == {"https://example.com/", "https://www.example.com/"}
    assert [source for source, _ in links] == home("example.com", "www.example.com", "a.org")
    assert refused == {"not_near": 5}


@pytest.mark.parametrize("near", ["", " , ", "a b", "example.com,http://"])
def test_near_what_is_no_domain_is_told(tmp_path: Path, near: str) -> None:
    with pytest.raises(ParameterError, match="allowed"):
        webgraph.inputs(written(tmp_path), {"near": near})


def test_near_what_the_graph_does_not_know_is_told_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"no node.*nowhere\.example"):
        api.ingest("webgraph", written(tmp_path), store=tmp_path / "s", near="nowhere.example")
    assert not (tmp_path / "s").exists()


NODES = st.lists(st.integers(0, 400), min_size=1, max_size=60, unique=True).map(sorted)


@settings(max_examples=60, deadline=None)
@given(NODES, st.data())
def test_every_edge_is_kept_or_refused_as_its_definition_says(
    tmp_path_factory: pytest.TempPathFactory, ids: list[int], data: st.DataObject
) -> None:
    """Against a plain reading line by line; ids with gaps, edges in any order, some domains near."""
    number = st.integers(0, 400) if data.draw(st.booleans()) else st.sampled_from(ids)
    ends = data.draw(st.lists(st.tuples(number, number), min_size=1, max_size=80))
    wanted = data.draw(st.sets(st.sampled_from(ids), max_size=3))
    near = ",".join(f"n{n}.com" for n in sorted(wanted)) or None
    folder = tmp_path_factory.mktemp("graph")
    vertices = "".join(f"{n}\tcom.n{n}\n" for n in ids)
    _, links, refused = read(written(folder, vertices, paired(ends)), near)
    expected, reasons, last = [], Counter(), (-1, -1)
    for source, target in ends:
        if source not in ids or target not in ids:
            reasons["unknown_id"] += 1
        elif (source, target) <= last:
            reasons["unsorted"] += 1
        else:
            last = (source, target)
            if wanted and not {source, target} & wanted:
                reasons["not_near"] += 1
            else:
                expected.append((f"https://n{source}.com/", f"https://n{target}.com/"))
    assert links == expected
    if wanted:
        reasons["not_near"] += len(ids) - len(wanted)
    assert refused == reasons


def test_blocks_and_parts_meet_without_loss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many blocks give what one gives, and a repeat is seen across their border."""
    ends = sorted({(n // 6, n * 13 % 500) for n in range(3000)})
    texts = numbered([f"com.n{n:03}" for n in range(500)]), paired([*ends, ends[-1]])
    paths = written(tmp_path, *texts)
    whole = read(paths)
    monkeypatch.setattr(lines, "BLOCK_BYTES", 500)
    monkeypatch.setattr(stream, "_READ_BYTES", 97)
    options = {INPUTS: paths}
    assert sum(isinstance(item, Item) for item in webgraph.items(paths[1], options)) > 20
    assert read(paths) == whole
    assert whole[2] == {"unsorted": 1}
    assert len(whole[1]) == len(ends)


def test_a_full_disk_is_told_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no device that is always full")
    monkeypatch.setattr(names, "TemporaryFile", partial(open, "/dev/full", "w+b"))
    with pytest.raises(ResourceError, match="TMPDIR"):
        webgraph.inputs(written(tmp_path), {})


def test_an_interrupted_run_and_a_whole_one_give_the_same(tmp_path: Path) -> None:
    paths = written(tmp_path / "graph")
    first = api.ingest("webgraph", paths, store=tmp_path / "s")
    again = api.ingest("webgraph", [tmp_path / "graph"], store=tmp_path / "s")
    assert again.pop("already_read")
    assert not first.pop("already_read")
    assert first == again
    assert first["read"] == first["kept"] == 10
    assert first["links"]["kept"] == 5


def test_names_are_mapped_and_their_files_are_closed(tmp_path: Path) -> None:
    made = names.Names(written(tmp_path)[:1], ())
    texts, ends = made.texts(np.array([4, 0]))
    assert texts.tobytes() == b"org.directorycom.example"
    assert ends.tolist() == [13, 24]
    assert made.places(np.array([0, 4, 5, 1 << 60])).tolist() == [0, 4, -1, -1]
