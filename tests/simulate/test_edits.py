"""Scripts of edits: what is understood, and what is said of the rest."""

from __future__ import annotations

import json
import shlex
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linkshed.api import Linkshed
from linkshed.errors import FormatError, InputError, LinkshedError, NotFoundError
from linkshed.schema import Placement, Rel
from linkshed.simulate.edits import VERBS, parse_edits, written
from linkshed.simulate.web import Web
from linkshed.simulate.whatif import what_if
from snapshots import scored_web

TEXT = """
a.com/ -> a.com/b tea
a.com/ -> b.com/ cups nofollow
b.com/ -> a.com/ tea
b.com/ -> a.com/ pots
c.com/ redirect a.com/b
d.com/ status=404
"""


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Web:
    return Web(scored_web(TEXT, tmp_path_factory.mktemp("web")))


@given(words=st.lists(st.text(st.characters(codec="utf-8"), max_size=6), max_size=5))
@example(words=["a.com/#part", "it's", "a\\ b", "x\x0by", '"q"'])
def test_words_are_parted_as_a_shell_does(words: list[str]) -> None:
    line = " ".join(["add a.com/ -> b.com/", *words])
    with suppress(ValueError, FormatError):
        split = shlex.split(line.splitlines()[0], comments=True)
        quoted = " ".join(shlex.quote(word) if word != "->" else word for word in split)
        assert parse_edits(line.splitlines()[0])[0].facts == parse_edits(quoted)[0].facts


def test_both_forms_say_the_same() -> None:
    lines = """
    # a comment
    add https://a.com/?x=1 -> b.com/ anchor='more tea' placement=footer position=0.25 rel=nofollow,ugc
    noindex a.com/
    backlink -> a.com/b rating=30 links=40
    """
    objects = [
        {"edit": "add", "source": "https://a.com/?x=1", "target": "b.com/", "anchor": "more tea",
         "placement": "footer", "position": 0.25, "rel": "nofollow ugc"},
        {"edit": "noindex", "source": "a.com/"},
        {"edit": "backlink", "target": "a.com/b", "rating": 30, "links": 40},
    ]  # fmt: skip
    one, other = parse_edits(lines), parse_edits(json.dumps(objects))
    assert [(e.verb, e.source, e.target, e.facts) for e in one] == [
        (e.verb, e.source, e.target, e.facts) for e in other
    ]
    assert one[0].facts == {
        "anchor": "more tea", "placement": Placement.FOOTER, "position": 0.25,
        "rel": Rel.NOFOLLOW | Rel.UGC,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("", "without edits"),
        ("# nothing", "without edits"),
        ("wish a -> b", r"line 1: edit 'wish'; allowed: add, remove"),
        ("add a", r"without a target; allowed: add A -> B"),
        ("noindex a -> b", r"with a target; allowed: noindex A"),
        ("backlink a -> b", r"with a source; allowed: backlink -> B"),
        ("add a -> b c", r"'c' in 'add a -> b c'; allowed: VERB SOURCE"),
        ("add a -> b colour=red", r"'colour' in"),
        ("add a -> b placement=attic", r"placement 'attic'; allowed: unknown, content"),
        ("add a -> b position=2", r"position '2'; allowed: 0 to 1"),
        ("add a -> b rel=friend", r"rel 'friend'"),
        ("move a -> b", r"without placement="),
        ("backlink -> b links=0.5", r"links '0.5'"),
        ("add a -> 'b", "close the quotes"),
        ('["add"]', "other things than edits"),
        ("[{]", "not JSON"),
    ],
)
def test_what_is_not_understood_is_named(script: str, said: str) -> None:
    with pytest.raises(FormatError, match=said):
        parse_edits(script)


@given(
    st.text()
    | st.lists(st.sampled_from([*VERBS, "->", "a", "b=1", "'", "\n", "{", "["])).map(" ".join)
)
@example("-> ->")
@example("add -> -> b")
def test_any_text_gives_edits_or_a_format_error(script: str) -> None:
    with suppress(FormatError):
        assert all(edit.verb in VERBS for edit in parse_edits(script))


@pytest.mark.parametrize(
    ("script", "kind", "said"),
    [
        ("add a.com/ -> nowhere.com/", NotFoundError, "page 'nowhere.com/' is not in snapshot"),
        ("remove a.com/b -> a.com/", NotFoundError, "no such link"),
        ("remove b.com/ -> a.com/ anchor=mugs", NotFoundError, "no such link"),
        ("lose c.com -> b.com", NotFoundError, "no page of 'c.com' links to 'b.com'"),
        ("redirect a.com/b -> c.com/", InputError, "ends in: loop"),
        ("redirect a.com/b -> d.com/", InputError, "ends in: dead"),
        ("canonical a.com/b -> d.com/", InputError, "would not be honoured: target not alive"),
        ("restore a.com/", InputError, "alive and its own"),
        ("index a.com/", InputError, "does not say noindex"),
        ("noindex d.com/", InputError, "holds no equity"),
        ("backlink -> d.com/", InputError, "the target is dead"),
        ("noindex a.com/\ndelete a.com/", InputError, "another edit changes the same page"),
        ("remove b.com/ -> a.com/\nmove b.com/ -> a.com/ placement=nav", InputError,
         "another edit removes a link"),
        ("nofollow b.com/ -> a.com/\nfollow a.com/ -> b.com/\nfollow b.com/ -> a.com/", InputError,
         "another edit sets rel"),
        ("add a.com/ -> http://[", LinkshedError, "http://"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(
    script: str, kind: type[LinkshedError], said: str, web: Web
) -> None:
    with pytest.raises(kind, match=said):
        what_if(web, parse_edits(script))


@pytest.mark.parametrize(
    ("script", "repair"),
    [
        ("add nowhere.com/ -> a.com/", "backlink -> a.com/ rating=30"),
        ("add a.com/ -> nowhere.com/", "look for it with: linkshed pages"),
        ("delete nowhere.com/", "look for it with: linkshed pages"),
        ("redirect a.com/b -> nowhere.com/", "look for it with: linkshed pages"),
    ],
)
def test_an_unknown_page_is_mended_by_what_it_was_meant_for(
    script: str, repair: str, web: Web
) -> None:
    with pytest.raises(NotFoundError) as raised:
        what_if(web, parse_edits(script))
    assert repair in raised.value.repair


def test_a_scope_of_which_nothing_is_known_is_said(web: Web) -> None:
    shed = Linkshed(web.snapshot)
    for found in (shed.whatif("nowhere.com", edits="delete a.com/b"), shed.waste("nowhere.com")):
        assert found.total == 0
        assert found.remarks[0] == "scope 'nowhere.com': no page is known"


def test_a_link_through_a_redirect_is_found_by_where_it_leads(tmp_path: Path) -> None:
    web = Web(scored_web(f"{TEXT}\na.com/ -> c.com/ old", tmp_path))
    assert len(what_if(web, parse_edits("remove a.com/ -> c.com/")).pages)
    with pytest.raises(NotFoundError):
        what_if(web, parse_edits("remove b.com/ -> c.com/"))


def test_a_page_alone_in_the_world(tmp_path: Path) -> None:
    web = Web(scored_web("a.com/ title=alone", tmp_path))
    found = what_if(web, parse_edits("backlink -> a.com/ rating=0 links=1"))
    assert found.gain.tolist() == [pytest.approx(0.85 * 0.15)]
    assert what_if(web, parse_edits("noindex a.com/")).after.tolist() == [pytest.approx(0.0)]


@given(st.text(max_size=40), st.sampled_from([place.name.lower() for place in Placement]))
@example('it\'s # a "quoted" -> link', "nav")
def test_a_line_that_is_written_is_read_as_it_was_meant(words: str, place: str) -> None:
    line = written(
        "add", "https://a.com/#x", "https://b.com/?a=1&b='2'", anchor=words, placement=place
    )
    (edit,) = parse_edits(line)
    assert (edit.verb, edit.source, edit.target) == (
        "add",
        "https://a.com/#x",
        "https://b.com/?a=1&b='2'",
    )
    assert edit.facts.get("anchor", "") == " ".join(words.split())
    assert edit.facts["placement"] == Placement[place.upper()]
