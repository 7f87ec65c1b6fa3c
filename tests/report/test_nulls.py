"""A value is null only where the declaration of its column says what null means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import linkshed
from linkshed import api
from linkshed.api import Linkshed
from linkshed.report import REPORTS
from score.test_web_graph import scored
from serve.served import DOMAIN, make

GIVEN = {"rivals": "pots.net", "edits": f"add https://wiki.net/ -> https://{DOMAIN}/"}
GIVEN_BY_LINKS = GIVEN | {"edits": f"add https://wiki.net/a -> https://{DOMAIN}/"}
NODES = ["com.tea", "net.pots", "net.wiki", "org.blog", "org.news"]
EDGES = [(1, 0), (2, 0), (3, 0), (0, 1), (4, 1), (3, 4)]
COMPARING = ("newlost", "why", "movers")
Way = dict[str, Any]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Linkshed:
    """A web that tells next to nothing of its links."""
    return scored(tmp_path_factory.mktemp("graph"), NODES, EDGES)


def ways(name: str, given: Way, older: list[str]) -> list[Way]:
    """The ways to ask a report: as it is, and with each choice of each option."""
    options = REPORTS.load(name).REPORT.options
    fixed = {option.name: given[option.name] for option in options if option.name in given}
    choices: dict[str, Any] = {o.name: o.choices or (True,) for o in options
                               if o.choices or o.kind == "switch"}  # fmt: skip
    choices |= {"since": older} if any(option.name == "since" for option in options) else {}
    return [fixed, *(fixed | {n: value} for n, values in choices.items() for value in values)]


def check(web: Linkshed, name: str, asked: list[Way]) -> None:
    never = {column.name for column in REPORTS.load(name).REPORT.columns if not column.null}
    for way in asked:
        for row in web.report(name, DOMAIN, select="*", **way).to_dicts():
            assert not [n for n in never & row.keys() if row[n] is None], way


@pytest.mark.parametrize("name", REPORTS.names)
def test_of_pages_a_value_is_null_only_where_its_column_says_so(name: str, pages: Path) -> None:
    scored_before = next(m.id for m in api.snapshots(pages) if api.open(pages, m.id).profile)
    check(linkshed.open(pages), name, ways(name, GIVEN_BY_LINKS, [scored_before]))


@pytest.mark.parametrize("name", [name for name in REPORTS.names if name not in COMPARING])
def test_of_a_graph_a_value_is_null_only_where_its_column_says_so(
    name: str, graph: Linkshed
) -> None:
    check(graph, name, ways(name, GIVEN, []))
