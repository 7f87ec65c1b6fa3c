"""The audit as one file: whole, self-contained, escaped, small, and drawn by a browser."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from linkshed import api
from linkshed.serve.cli import cli
from linkshed.serve.handout import drawings, written
from snapshots import random_text, scored_web

VOID = {"meta", "br", "img", "input"}
BAD = "<script>alert(1)</script>"
TEXT = f"""
a.com/ -> a.com/1 '{BAD}' path='"><img src=x onerror=alert(2)>'
a.com/ -> a.com/gone '{BAD}'
a.com/ dead script 'javascript:alert(3)' '{BAD}\u202e'
a.com/1 -> a.com/ home
a.com/gone status=404
"""


class Checked(HTMLParser):
    """Elements opened and closed, and every address."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.open += [] if tag in VOID else [tag]
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def checked(page: str) -> Checked:
    parser = Checked()
    parser.feed(page)
    assert parser.open == []
    return parser


def test_it_is_one_file_without_scripts_and_strangers_words_are_escaped(tmp_path: Path) -> None:
    page = written(api.Linkshed(scored_web(TEXT, tmp_path)), "a.com", None, None, 25, f"{BAD} & Co")
    found = checked(page)
    assert not found.tags & {"script", "img", "iframe", "link", "object"}
    assert all(re.match(r"https?://|#[a-z]", address) for address in found.addresses)
    assert "&lt;script&gt;alert(1)" in page
    assert "\u202e" not in page


def test_it_begins_with_how_much_was_read(tmp_path: Path) -> None:
    page = written(api.Linkshed(scored_web(TEXT, tmp_path)), "a.com", None, None, 25)
    assert page.index("2 of 2 pages") < page.index("What was found")


@pytest.mark.parametrize("scope", ["*", "s1.com", "nowhere.com"])
def test_it_can_be_written_of_any_scope(scope: str, tmp_path: Path) -> None:
    page = written(api.Linkshed(scored_web(random_text(3), tmp_path)), scope, None, "latest", 25)
    checked(page)
    assert len(page) < 2_000_000


def test_the_command_writes_it_whole(tmp_path: Path) -> None:
    scored_web(TEXT, tmp_path)
    out = tmp_path / "a.html"
    arguments = ["handout", "a.com", "--store", str(tmp_path / "store"), "--output", str(out)]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    assert f"{out.stat().st_size:,} bytes" in result.output
    assert out.read_text().rstrip().endswith("</html>")


def test_bands_end_where_their_sections_do() -> None:
    ends = [
        ("a", "b", 3.0),
        ("a", "c", 1.0),
        ("b", "a", 2.0),
        *((f"s{n}", "a", 0.1) for n in range(20)),
    ]
    rows = [
        {"from_section": one, "to_section": other, "equity": value} for one, other, value in ends
    ]
    flow = drawings.bands(rows)
    assert len(flow["left"]) <= drawings.MOST_NODES
    assert sum(node["share"] for node in flow["left"]) == pytest.approx(1)
    assert sum(band["equity"] for band in flow["bands"]) == pytest.approx(8)
    for node in (*flow["left"], *flow["right"]):
        assert node["filled"] <= node["y"] + node["height"] + 0.2
    assert max(node["y"] + node["height"] for node in flow["right"]) <= drawings.FLOW_HEIGHT + 5


def test_many_depths_end_in_one_column() -> None:
    rows = [{"depth": n, "pages": 1, "equity": 1.0} for n in range(40)]
    shapes = drawings.columns(rows)
    assert len(shapes) == drawings.MOST_COLUMNS
    assert shapes[-1]["label"] == f"{drawings.MOST_COLUMNS - 1}+"
    assert sum(shape["pages"] for shape in shapes) == 40


def test_pages_that_no_clicks_lead_to_keep_a_column_with_a_name_that_fits() -> None:
    rows = [{"depth": n, "pages": 1, "equity": 1.0} for n in range(40)]
    shapes = drawings.columns([*rows, {"depth": None, "pages": 3, "equity": 2.0}])
    assert (shapes[-1]["label"], shapes[-1]["pages"]) == ("no way", 3)
    assert (shapes[-2]["label"], shapes[-2]["pages"]) == ("15+", 25)
    assert all(len(str(shape["label"])) <= len("no way") for shape in shapes)


@pytest.mark.parametrize("small", [1e-6, 0.01, 1.0])
def test_names_beside_the_flow_do_not_overlap(small: float) -> None:
    names = ["a/", *(f"a/{n}/" for n in range(6))]
    rows = [{"from_section": "a/", "to_section": name, "equity": small} for name in names[1:]]
    rows += [{"from_section": name, "to_section": "a/", "equity": small} for name in names[1:]]
    flow = drawings.bands([*rows, {"from_section": "a/", "to_section": "a/", "equity": 9.0}])
    for side in ("left", "right"):
        places = [node["name_at"] for node in flow[side]]
        assert len(places) == 7
        assert all(b - a >= drawings.LINE - 0.11 for a, b in itertools.pairwise(places))
        assert places[0] >= 0
        assert places[-1] <= drawings.FLOW_HEIGHT
