"""Runs into a real store: kills, going on, and the snapshot built from it."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from archives import gzip_members, http, warc, written

from linkshed.ingest.run import chunks, run
from linkshed.snapshot.build import build
from linkshed.snapshot.intake import Intake
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot

CHILD = """
import sys
from pathlib import Path
from linkshed.ingest.run import run, chunks
from linkshed.snapshot.intake import Intake
from linkshed.snapshot.store import Store
chunks.MAX_ITEMS = 20
path, store = Path(sys.argv[1]), Store.open(Path(sys.argv[2]))
run("warc", [path], {}, Intake.start(store, "warc", [path], {}), workers=2)
"""


def page(number: int) -> bytes:
    rng = random.Random(number)
    links = "".join(f"<p><a href='/{rng.randrange(900)}'>to {n}</a> " for n in range(30))
    return warc(f"http://h{number % 5}.example/{number}", http(links.encode()))


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(chunks, "MAX_ITEMS", 20)
    return written(tmp_path, gzip_members([page(number) for number in range(1_200)]))


def contents(snapshot: Snapshot) -> dict[str, Any]:
    columns = {
        "pages": ["key", "scheme", "status", "content_hash", "last_seen"],
        "links": ["source", "target", "ordinal", "anchor", "last_verified"],
    }
    return {table: snapshot.columns(table, names).to_pylist() for table, names in columns.items()}


def test_a_run_killed_again_and_again_builds_the_same_snapshot(
    tmp_path: Path, archive: Path
) -> None:
    whole = Store.create(tmp_path / "whole")
    started = time.monotonic()
    expected = run("warc", [archive], {}, Intake.start(whole, "warc", [archive], {}), workers=2)
    seconds = time.monotonic() - started
    Intake.start(whole, "warc", [archive], {}).finish()
    store = Store.create(tmp_path / "killed")
    rng = random.Random(9)
    intake = Intake.start(store, "warc", [archive], {})
    for is_last in (False, False, False, False, True):
        command = [sys.executable, "-c", CHILD, str(archive), str(store.path)]
        process = subprocess.Popen(command)
        time.sleep(rng.uniform(0.3, 0.8) * (seconds + 0.5))
        while is_last and process.poll() is None and not intake.chunks():
            time.sleep(0.01)
        process.kill()
        process.wait()
    result = run("warc", [archive], {}, intake, workers=2)
    assert result.n_resumed_chunks > 0
    assert intake.finish() == intake.totals()
    same = {"seconds": 0, "n_resumed_chunks": 0}
    assert vars(result) | same == vars(expected) | same
    assert contents(build(store)) == contents(build(whole))
