"""A store keeps its word: atomic, verified, and clear about what is wrong."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from linkshed.errors import (
    DamagedFile,
    NewerFormat,
    NotFoundError,
    StoreError,
    StoreNotFound,
)
from linkshed.score.run import score
from linkshed.snapshot.build import build
from linkshed.snapshot.intake import Intake
from linkshed.snapshot.store import Store
from webs import publish, rows, web

N_KILLS = 25
BUILDER = """
import sys
from linkshed.snapshot.build import build
from linkshed.snapshot.store import Store
print("ready", flush=True)
build(Store.open(sys.argv[1]))
print("done", flush=True)
"""


def big_web(n: int, day: int) -> object:
    lines = [f"s{i % 97}.com/{i} -> t{i % 31}.org/{i % 53} 'words {i}'" for i in range(n)]
    return rows("\n".join(lines), fetched_at=day * 86_400)


def add_intake(store: Store, folder: Path, day: int) -> None:
    marker = folder / f"day-{day}"
    marker.write_text(str(day))
    intake = Intake.start(store, "webs", [marker], {})
    intake.write(0, 0, big_web(3_000, day))
    intake.finish()


def test_a_killed_build_leaves_the_old_snapshot_whole(tmp_path: Path) -> None:
    publish(tmp_path, big_web(3_000, 1))
    store = Store.open(tmp_path / "store")
    chance = random.Random(1)
    typical = 1.0
    for day in range(2, N_KILLS + 2):
        before = store.snapshot().id
        add_intake(store, tmp_path, day)
        process = subprocess.Popen(
            [sys.executable, "-c", BUILDER, str(store.path)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(chance.random() * typical)
        process.send_signal(signal.SIGKILL)
        finished = process.stdout.read() == "done\n"
        process.wait()
        after = store.verify().id
        assert finished or after == before or store.snapshot().manifest.parents == (before,)
    final = build(store)
    assert len(final.manifest.inputs) == N_KILLS + 1
    assert [p for p in (store.path / "tmp").iterdir() if p.is_dir()] == []
    store.verify()


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    made = web("a.com/ -> b.com/", tmp_path)
    store = Store.open(tmp_path / "store")
    path = made.path_of("links", "target")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(DamagedFile, match=rf"{path.name}.*'links'"):
        store.verify()
    path.write_bytes(content[:-10])
    with pytest.raises(DamagedFile, match=path.name):
        store.snapshot()
    path.unlink()
    with pytest.raises(DamagedFile, match="missing"):
        store.snapshot()


def test_a_damaged_file_found_while_reading_is_named(tmp_path: Path) -> None:
    made = web("a.com/ -> b.com/ 'some words'", tmp_path)
    path = made.path_of("pages", "key")
    path.write_bytes(b"x" * path.stat().st_size)
    with pytest.raises(DamagedFile, match=path.name):
        Store.open(tmp_path / "store").snapshot().columns("pages", ["key"])


def test_a_newer_format_is_refused_with_the_repair(tmp_path: Path) -> None:
    made = web("a.com/ -> b.com/", tmp_path)
    path = tmp_path / "store" / "manifests" / f"{made.id}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format_version": 99}))
    with pytest.raises(NewerFormat, match="newer linkshed"):
        Store.open(tmp_path / "store").snapshot()


def test_a_folder_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(StoreError, match="not empty"):
        Store.create(tmp_path)
    with pytest.raises(StoreNotFound, match="linkshed ingest"):
        Store.open(tmp_path)
    with pytest.raises(StoreError, match="not a folder"):
        Store.create(tmp_path / "thesis.txt")


def test_an_empty_store_and_an_unknown_snapshot_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(StoreNotFound, match="linkshed build"):
        Store.create(tmp_path / "empty").snapshot()
    web("a.com/ -> b.com/", tmp_path)
    with pytest.raises(NotFoundError, match="linkshed snapshots"):
        Store.open(tmp_path / "store").snapshot("nonsense")


def test_an_id_may_be_shortened(tmp_path: Path) -> None:
    made = web("a.com/ -> b.com/", tmp_path)
    assert Store.open(tmp_path / "store").snapshot(made.id[:6]).id == made.id


def test_writers_take_turns(tmp_path: Path) -> None:
    web("a.com/ -> b.com/", tmp_path)
    store = Store.open(tmp_path / "store")
    with store.writing(), pytest.raises(StoreError, match="another process"), store.writing():
        pass


def test_scores_are_new_files_beside_the_old(tmp_path: Path) -> None:
    bare = web("a.com/ -> b.com/", tmp_path)
    scored = score(Store.open(tmp_path / "store"), bare)
    old = {entry.sha256 for entry in bare.manifest.files}
    assert old < {entry.sha256 for entry in scored.manifest.files}
    assert scored.has("pages", "equity")
    assert not bare.has("pages", "equity")


def test_an_unwritable_store_is_named() -> None:
    with pytest.raises(StoreError, match="cannot write /proc/store"):
        Store.create(Path("/proc/store"))


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    publish(tmp_path, big_web(2_000, 1))
    store = Store.open(tmp_path / "store")
    before = store.snapshot().id
    add_intake(store, tmp_path, 2)
    program = f"""
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
from linkshed.errors import ResourceError
from linkshed.snapshot.build import build
from linkshed.snapshot.store import Store
try:
    build(Store.open({str(store.path)!r}))
except ResourceError as error:
    print("ResourceError", error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.startswith("ResourceError"), done.stdout + done.stderr
    assert store.verify().id == before
    assert build(store).id != before
