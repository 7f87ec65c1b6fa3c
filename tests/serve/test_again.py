"""Commands given again add nothing that is there already."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from linkshed import api
from linkshed.serve.cli import cli
from linkshed.snapshot.store import Store


def run(*words: str | Path) -> str:
    done = CliRunner().invoke(cli, list(map(str, words)), catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def ids(store: Path) -> list[str]:
    return [manifest.id for manifest in api.snapshots(store)]


def test_the_demonstration_given_again_shows_the_same_snapshot(tmp_path: Path) -> None:
    store = tmp_path / "demo"
    first = run("demo", "--store", store)
    made = ids(store)
    (tmp_path / "demo.warc.gz").unlink()
    again = run("demo", "--store", store)
    assert ids(store) == made
    assert len(list((store / "intake").iterdir())) == 1
    assert again == first.replace("records:", "this input was read before; its counts were:\nrecords:")  # fmt: skip


def test_a_build_given_again_scores_only_when_asked_for_another_profile(tmp_path: Path) -> None:
    table, store = tmp_path / "links.csv", tmp_path / "store"
    table.write_text("url_from,url_to\nhttps://a.com/,https://b.com/\n")
    run("ingest", "links", table, "--store", store)
    run("build", "--no-score", "--store", store)
    assert api.open(store).profile is None
    run("build", "--store", store)
    made = ids(store)
    run("build", "--store", store)
    run("build", "--profile", "reasonable-v1", "--store", store)
    assert ids(store) == made
    run("build", "--profile", "classic", "--store", store)
    assert api.open(store).profile == "classic"
    run("build", "--store", store)
    assert api.open(store).profile == "classic"
    assert len(ids(store)) > len(made)


def test_all_scores_appear_at_once(tmp_path: Path) -> None:
    store = tmp_path / "demo"
    run("demo", "--store", store)
    lines = run("snapshots", "--store", store).splitlines()
    assert [line.rpartition(", ")[2] for line in lines] == ["not scored", "scored"]
    assert Store.open(store).snapshot().id in lines[-1]
