"""Watches that are restricted to chosen rows: what they tell, and what they do not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkshed import api
from linkshed.errors import ParameterError
from linkshed.serve.watch.batch import KINDS
from linkshed.serve.watch.chosen import MOST, Chosen
from linkshed.serve.watch.definition import Watch, as_toml, read_watch
from linkshed.serve.watch.file import File
from linkshed.serve.watch.folder import Folder
from serve.watching import FIRST, SECOND, hook, look, watch

LINK = Chosen(source_url="https://news.org/", target_url="https://tea.com/new")
DOMAIN = Chosen(source_domain="blog.org")
PAGE = Chosen(target_url="https://tea.com/cups")
CHOICES = ((LINK,), (DOMAIN,), (PAGE,), (LINK, DOMAIN), (LINK, DOMAIN, PAGE))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    look(tmp_path, FIRST)
    return tmp_path


def add(folder: Path, name: str, *chosen: Chosen) -> Path:
    """Where a new watch of all kinds tells of what was chosen."""
    told = folder / f"{name}.ndjson"
    watched = Watch(name, "tea.com", None, tuple(KINDS), points=0.1, chosen=chosen,
                    file=File(str(told)))  # fmt: skip
    Folder(folder / "store").add(watched, api.snapshot_id(folder / "store"))
    return told


def events(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [{n: json.loads(line)[n] for n in ("kind", "row")} for line in lines]


def is_of(choice: Chosen, row: dict[str, Any], domains: dict[str, str]) -> bool:
    """Whether a choice means an event, by what the words say."""
    if "url" in row:
        return choice.given == {"target_url": row["url"]}
    of = {"source_domain": domains[row["source_url"]], **row}
    return all(of[name] == value for name, value in choice.given.items())


def test_only_what_was_chosen_is_told(folder: Path) -> None:
    whole = add(folder, "all")
    paths = {chosen: add(folder, f"some-{i}", *chosen) for i, chosen in enumerate(CHOICES)}
    since = api.snapshot_id(folder / "store")
    look(folder, SECOND, 1)
    assert watch(folder, "run").exit_code == 0
    links = api.open(folder / "store").newlost("tea.com", since=since, select="*").to_dicts()
    domains = {row["source_url"]: row["source_domain"] for row in links}
    assert len(events(whole)) > 5
    for chosen, path in paths.items():
        wanted = [e for e in events(whole) if any(is_of(c, e["row"], domains) for c in chosen)]
        assert wanted
        assert events(path) == wanted, chosen


def test_a_trial_names_exactly_what_was_chosen(folder: Path) -> None:
    with hook() as server:
        watch(folder, "add", "mine", "tea.com", "--webhook", server.url, "--allow-private",
              "--file", str(folder / "told.md"))  # fmt: skip
        store = Folder(folder / "store")
        store.change("mine", lambda old: replace(old, chosen=(LINK, DOMAIN, PAGE)))
        told = watch(folder, "try", "mine").output.splitlines()
        assert told == [
            "mine: a trial; 2 sent",
            "only https://news.org/ -> https://tea.com/new",
            "only blog.org -> any page",
            "only https://tea.com/cups",
        ]
        chosen = [choice.given for choice in (LINK, DOMAIN, PAGE)]
        assert [one["chosen"] for one in server.told] == [chosen]
        look(folder, SECOND, 1)
        watch(folder, "run")
        assert server.told[-1]["chosen"] == []
        assert "mine  tea.com  3 chosen rows  new, lost" in watch(folder, "list").output


def test_the_events_before_a_change_still_wait(folder: Path) -> None:
    with hook() as server:
        watch(folder, "add", "mine", "tea.com", "--webhook", server.url, "--allow-private")
        server.status = lambda n: 500
        look(folder, SECOND, 1)
        watch(folder, "run")
        store = Folder(folder / "store")
        store.change("mine", lambda old: replace(old, chosen=(DOMAIN,)))
        assert len(store.state("mine").waiting) == 1
        assert store.watch("mine").webhook is not None


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(st.lists(st.builds(Chosen, TEXTS, st.none() | TEXTS, st.none() | TEXTS), max_size=5))
def test_what_was_chosen_is_read_back_as_written(chosen: list[Chosen]) -> None:
    watched = Watch("mine", "tea.com", chosen=tuple(chosen), file=File("/x"))
    assert read_watch("mine", as_toml(watched)) == watched


@pytest.mark.parametrize(
    "text",
    ["chosen = 3", "chosen = ['x']", "[[chosen]]", "[[chosen]]\nurl = 'https://a.com/'",
     "[[chosen]]\ntarget_url = ''", "[[chosen]]\ntarget_url = 3", "[chosen]\ntarget_url = 'x'",
     "\n".join("[[chosen]]\ntarget_url = 'x'" for _ in range(MOST + 1))],
)  # fmt: skip
def test_a_wrong_choice_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="chosen"):
        read_watch("mine", f"scope = 'tea.com'\n{text}\n[file]\npath = '/x'")
