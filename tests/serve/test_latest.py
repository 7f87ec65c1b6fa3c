"""By one name every surface means the same snapshot: the latest is the newest that is scored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

import linkshed
from linkshed import api
from linkshed.serve.cli import cli
from linkshed.serve.mcp.answers import Answers
from linkshed.snapshot.store import Store
from serve.served import client
from webs import FETCHED_AT, publish, rows


@pytest.fixture
def waiting(tmp_path: Path) -> tuple[Path, str, str]:
    """A store of a scored snapshot, and of a newer one that is not scored yet."""
    publish(tmp_path, rows("x.com/ -> tea.com/ a\ny.com/ -> tea.com/ b"))
    scored = api.score(tmp_path / "store").snapshot
    newer = publish(tmp_path, rows("z.com/ -> tea.com/ c", FETCHED_AT + 1)).id
    return tmp_path / "store", scored, newer


def test_every_surface_answers_from_the_newest_that_is_scored(
    waiting: tuple[Path, str, str],
) -> None:
    store, scored, newer = waiting
    assert (api.snapshot_id(store), api.built_id(store)) == (scored, newer)
    http = client(store)
    asked = http.get("/v1/reports/refdomains", params={"scope": "tea.com"})
    assert asked.headers["linkshed-snapshot"] == scored
    command = ["refdomains", "tea.com", "--format", "json", "--store", str(store)]
    printed = CliRunner().invoke(cli, command)
    assert json.loads(printed.stdout)["rows"] == asked.json()["rows"]
    assert printed.stderr == f"note: snapshot {newer} is newer, but not scored: linkshed score\n"
    stats = http.get("/v3/site-explorer/backlinks-stats", params={"target": "tea.com"}).json()
    assert stats["metrics"]["live"] == 2
    body = {"targets": [{"url": "tea.com"}]}
    batch = http.post("/v3/batch-analysis/batch-analysis", json=body).json()
    assert batch["targets"][0]["backlinks"] == 2
    assert Answers(str(store)).list_snapshots()["latest"] == scored
    assert linkshed.open(store).snapshot == scored
    explained = http.get("/v1/explain", params={"url": "tea.com"})
    assert explained.headers["linkshed-snapshot"] == scored


def test_the_newest_can_still_be_named_and_says_what_it_lacks(
    waiting: tuple[Path, str, str],
) -> None:
    store, _, newer = waiting
    params = {"scope": "tea.com", "snapshot": newer}
    told = client(store).get("/v1/reports/refdomains", params=params).json()
    assert (told["error"], told["repair"]) == ("MissingScore", "linkshed score")
    assert CliRunner().invoke(cli, ["verify", "--store", str(store)]).stdout.startswith(newer)


def test_the_latest_is_what_was_scored_last_once_it_is_scored(
    waiting: tuple[Path, str, str],
) -> None:
    store, scored, newer = waiting
    assert Store.open(store).asked("latest~0") == scored
    made = api.score(store)
    assert list(made.manifest.parents) == [newer]
    assert Store.open(store).asked() == made.snapshot
    assert Store.open(store).asked("latest~1") == scored
    listed = client(store).get("/v1/reports/refdomains", params={"scope": "tea.com"}).json()
    assert len(listed["rows"]) == 3


def test_without_any_score_the_latest_is_the_newest(tmp_path: Path) -> None:
    only = publish(tmp_path, rows("x.com/ -> tea.com/ a")).id
    assert api.snapshot_id(tmp_path / "store") == only
    http: TestClient = client(tmp_path / "store")
    told = http.get("/v1/reports/backlinks", params={"scope": "tea.com"}).json()
    assert told["error"] == "MissingScore"
