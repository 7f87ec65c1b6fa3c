"""How values are written on a page."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linkshed import api
from linkshed.serve.web.cells import kinds_of
from linkshed.serve.web.grid import drawn
from linkshed.serve.web.marks import breakable
from linkshed.serve.web.target import Target
from linkshed.serve.web.view import View
from linkshed.serve.web.words import in_address, switched


@given(
    st.text(
        st.sampled_from("aZ09_.~/-:?&=%+ 茶é\u202e\0") | st.characters(exclude_categories=["Cs"])
    )
)
@example("https://a.com/x?y=1&z=%20#top")
def test_addresses_hold_texts_as_the_standard_library_quotes_them(text: str) -> None:
    assert in_address(text) == quote(text)


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        ("timeout (", "or tuple) of seconds", "timeout (float or tuple) of seconds"),
        ("any", "(or a tuple)", "any float (or a tuple)"),
        ("a", ", say", "a float, say"),
        (None, None, "float"),
    ],
)
def test_words_around_an_anchor_stand_as_far_from_it_as_in_their_sentence(
    left: str | None, right: str | None, told: str
) -> None:
    column = api.REPORTS.load("backlinks").REPORT.column("anchor")
    row = {"anchor": "float", "context_left": left, "context_right": right}
    view = View(api.REPORTS.load("backlinks").REPORT, Target("tea.com"), "/reports/backlinks")
    cell = drawn(view, [column], [row]).lines[0]
    assert "".join(re.split("<[^>]+>", cell)) == told


@pytest.mark.parametrize(
    ("reason", "kind"), [("page found", "word"), ("said at length " * 9, "prose")]
)
def test_prose_has_its_room_only_where_some_is_long(reason: str, kind: str) -> None:
    column = api.REPORTS.load("newlost").REPORT.column("reason")
    assert kinds_of([column], [{"reason": None}, {"reason": reason}]) == {"reason": kind}


def test_an_address_is_broken_after_slashes_within_only() -> None:
    assert breakable("tea.com/a/b/") == "tea.com/<wbr>a/<wbr>b/"


def test_every_switch_with_words_of_its_own_is_one_of_a_report() -> None:
    reports = [api.REPORTS.load(name).REPORT for name in api.REPORTS]
    switches = {option.name for report in reports for option in report.options
                if option.kind == "switch"}  # fmt: skip
    assert switches
    assert all(switched(name) != name.replace("_", " ") for name in switches)
