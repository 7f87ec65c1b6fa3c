"""The part of the page a link stands in: every part, every trap, and the gate over real pages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkshed.extract.content import find_content, main_text
from linkshed.extract.document import read
from linkshed.extract.lists import block_sizes
from linkshed.extract.placement import judge
from linkshed.extract.regions import region_of_names
from linkshed.schema import Placement

ROOT = Path(__file__).resolve().parents[2]
PROSE = "<p>This is a paragraph of running text, long enough to be read by people.</p>" * 10
LINK = "<a href=/x>some link</a>"
LIST = "<ul>" + "<li><a href=/x>one entry here</a>" * 5 + "</ul>"


def placed(html: str) -> list[Placement]:
    return judge(read(html))


AROUND_AN_ARTICLE = {
    f"<p>Some words before {LINK} and many more words after it, as texts have.</p>": Placement.CONTENT,
    f"<nav>{LIST}</nav>": Placement.NAV,
    f"<div class='site-nav'>{LIST}</div>": Placement.NAV,
    f"<div role=navigation>{LIST}</div>": Placement.NAV,
    f"<footer><nav>{LIST}</nav></footer>": Placement.FOOTER,
    f"<div id=footer>{LIST}</div>": Placement.FOOTER,
    f"<aside>{LIST}</aside>": Placement.SIDEBAR,
    f"<div class=sphinxsidebar>{LIST}</div>": Placement.SIDEBAR,
    f"<div class='breadcrumbs'>{LINK} &gt; here</div>": Placement.BREADCRUMB,
    f"<div class='related-posts'>{LIST}</div>": Placement.RELATED,
    f"<div class=pagination>{LINK}</div>": Placement.PAGINATION,
    f"<div class='story-next'>{LINK}</div>": Placement.PAGINATION,
    f"<div class=entry-meta>{LINK}</div>": Placement.RELATED,
    f"<div role=dialog>{LINK}</div>": Placement.SIDEBAR,
    f"<div class=video-player>{LINK}</div>": Placement.UNKNOWN,
    f"<ol class=references><li>{LINK} a source of this text</ol>": Placement.REFERENCES,
    f"<div id=comments><p>I disagree, see {LINK} for why this is so wrong.</p></div>": Placement.COMMENTS,
    f"<div style='display:none'>{LINK}</div>": Placement.HIDDEN,
    f"<div class='navy unavailable header-less'><p>The navy has {LINK} many ships in harbour.</p></div>":
        Placement.CONTENT,
    "<p><a href=/x>The headline of another page of this site</a></p>": Placement.RELATED,
    "<p>Related: <a href=/x>The headline of another page of this site</a></p>": Placement.RELATED,
    LIST: Placement.RELATED,
}  # fmt: skip


@pytest.mark.parametrize(("html", "placement"), AROUND_AN_ARTICLE.items())
def test_parts_around_an_article(html: str, placement: Placement) -> None:
    found = placed(f"<body><div class=page><article>{PROSE}{html}{PROSE}</article></div></body>")
    assert set(found) == {placement}


def test_the_header_of_a_page_is_not_the_header_of_its_article() -> None:
    html = (
        f"<body><header>{LINK}</header><article><header>By {LINK}</header>{PROSE}</article></body>"
    )
    assert placed(html) == [Placement.HEADER, Placement.CONTENT]


def test_a_page_that_is_a_list_has_it_as_content() -> None:
    entries = "".join(
        f"<li><a href=/{i}>Tea house number {i}</a> in the old town</li>" for i in range(30)
    )
    html = f"<body><nav>{LIST}</nav><main><h1>Tea houses</h1><ul>{entries}</ul></main></body>"
    assert placed(html)[5:] == [Placement.CONTENT] * 30


def test_a_documentation_page() -> None:
    html = f"""<body><div class=related role=navigation>{LIST}</div><div class=document>
    <div class=documentwrapper><div class=bodywrapper><div class=body role=main>{PROSE}
    <p>See also {LINK} for what the function does with its arguments.</p></div></div></div>
    <div class=sphinxsidebar role=navigation>{LIST}</div></div></body>"""
    found = placed(html)
    assert found[5] == Placement.CONTENT
    assert Placement.CONTENT not in found[:5] + found[6:]


def test_a_layout_of_tables() -> None:
    html = f"""<body><table><tr><td>{"<a href=/x>Menu entry</a><br>" * 8}</td><td>{PROSE}
    <p>And here stands {LINK} inside a sentence that goes on.</p></td></tr></table></body>"""
    found = placed(html)
    assert found[-1] == Placement.CONTENT
    assert Placement.CONTENT not in found[:-1]


def test_names_are_read_word_by_word() -> None:
    assert region_of_names("top-nav") == Placement.NAV
    assert region_of_names("navy unavailable renavigate") is None
    assert region_of_names("content-with-sidebar") is None
    assert region_of_names("twitter-embed") is None
    assert region_of_names("__next") is None
    assert region_of_names("metaphor nextdoor video-playlist player-10 tooltip") is None


def test_an_element_with_the_bulk_of_the_text_is_no_aside() -> None:
    assert placed(
        f"<body><div class='sidebar header'>{PROSE}<p>Words {LINK} words and words.</p></div>"
    ) == [Placement.CONTENT]


def test_the_main_text_is_the_article() -> None:
    document = read(
        f"<body><nav>{LIST}</nav><article>{PROSE}</article><footer>{LIST}</footer></body>"
    )
    text = main_text(document.outline, document.words, find_content(document.outline))
    assert (
        text.splitlines()
        == ["This is a paragraph of running text, long enough to be read by people."] * 10
    )


def test_blocks_are_counted() -> None:
    outline = read(
        f"<body><nav>{LIST}</nav><p>Words {LINK} and more words {LINK} here.</p></body>"
    ).outline
    assert block_sizes(outline) == [5] * 5 + [2, 2]


PIECES = ["<nav>", "</nav>", "<div class=sidebar>", "</div>", "<p>", "words and words ", "<a href=/x>link</a>",
          "<ul><li>", "</ul>", "<article>", "</article>", "<footer>", "<table><td>", "<div hidden>"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@settings(max_examples=150, deadline=None)
def test_any_page_is_judged_whole(html: str) -> None:
    document = read(html)
    outline = document.outline
    assert len(judge(document)) == len(block_sizes(outline)) == len(outline.links)


def test_the_gate_over_hand_marked_pages_holds(shared_data: Path) -> None:
    command = [sys.executable, str(ROOT / "evals" / "eval_placement.py"), "--gate"]
    done = subprocess.run([*command, "--data", str(shared_data / "placement")],
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "holds" in done.stdout
