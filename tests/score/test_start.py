"""Equity from the equity of another snapshot: fewer sweeps, the same numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from linkshed import api
from linkshed.errors import MissingScore, NotFoundError, ParameterError
from linkshed.serve.cli import cli
from webs import publish, rows

N_PAGES = 3000


def some_web(seed: int, more: str = "") -> str:
    """Pages of some sites that link to near ones, to their home page, and a few to anywhere."""
    rng = np.random.default_rng(seed)
    lines = []
    for page in range(N_PAGES):
        near = np.clip(page + rng.integers(-20, 20, 4), 0, N_PAGES - 1)
        ends = [*near, *rng.integers(0, N_PAGES, 1), page - page % 60]
        lines += [f"{url(page)} -> {url(end)} word" for end in ends]
    return "\n".join(lines) + "\n" + more


def url(page: int) -> str:
    return f"site{page // 60}.com/{page % 60 or ''}"


def test_a_start_saves_sweeps_and_changes_no_number(tmp_path: Path) -> None:
    publish(tmp_path, rows(some_web(1)))
    store = tmp_path / "store"
    before = api.score(store)
    publish(tmp_path, rows(f"new.com/ -> {url(7)} word\n{url(90)} -> new.com/ word"))
    cold = api.score(store)
    warm = api.score(store, start=before.snapshot)
    said = {web.snapshot: web.manifest.scores["equity"] for web in (cold, warm)}
    assert said[warm.snapshot]["sweeps"] < said[cold.snapshot]["sweeps"]
    assert said[warm.snapshot]["params"]["start"] == before.snapshot
    assert "start" not in said[cold.snapshot]["params"]
    one, other = (web.pages("new.com,site0.com,site1.com").to_arrow() for web in (cold, warm))
    assert one["url"] == other["url"]
    held = [np.asarray(table["equity"]) for table in (one, other)]
    assert held[0] == pytest.approx(held[1], rel=1e-8, abs=0)


def test_a_snapshot_can_start_from_itself_and_by_command(tmp_path: Path) -> None:
    publish(tmp_path, rows(some_web(2)))
    store = tmp_path / "store"
    api.score(store)
    told = CliRunner().invoke(cli, ["score", "--start", "latest", "--store", str(store)])
    assert told.exit_code == 0, told.output
    manifest = api.open(store).manifest
    assert manifest.scores["equity"]["params"]["start"] == manifest.parents[0]
    assert manifest.scores["equity"]["sweeps"] <= 3


def test_what_it_cannot_start_from(tmp_path: Path) -> None:
    made = publish(tmp_path, rows("a.com/ -> b.com/ x"))
    store = tmp_path / "store"
    with pytest.raises(MissingScore, match="is not scored"):
        api.score(store, start=made.id)
    with pytest.raises(NotFoundError):
        api.score(store, start="nothing")
    api.score(store)
    with pytest.raises(ParameterError, match="only='harmonic'"):
        api.score(store, only="harmonic", start="latest")
