"""Runs: counts that add up, work on all cores, stopping and going on, bad inputs."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from archives import gzip_members, http, warc, written
from folder_sink import FolderSink

from linkshed.errors import (
    FormatError,
    NotFoundError,
    ParameterError,
    ResourceError,
    StoreError,
    UnknownName,
)
from linkshed.ingest import run as runs
from linkshed.ingest import warc as reader
from linkshed.ingest.reader import Batch, Item, Refused
from linkshed.ingest.run import IngestResult, Interrupted, Progress, chunks, run
from linkshed.ingest.run.chunks import chunked

HERE = Path(__file__).parent


def page(number: int) -> bytes:
    rng = random.Random(number)
    links = "".join(f"<a href='/{rng.randrange(500)}'>to {n}</a> " for n in range(20))
    body = f"<title>{number}</title><p>{links}<a href='mailto:me'>me</a></p>".encode()
    return warc(f"http://h{number % 7}.example/{number}", http(body))


def archive(folder: Path, n_pages: int, name: str = "a.warc.gz") -> Path:
    members = [warc(block=b"software: test", kind="warcinfo"), *map(page, range(n_pages))]
    return written(folder, gzip_members(members), name)


def sink(folder: Path, **more: Any) -> FolderSink:
    folder.mkdir(exist_ok=True)
    return FolderSink(folder, **more)


@pytest.fixture
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "MAX_ITEMS", 10)


def adds_up(result: IngestResult) -> bool:
    return (
        result.n_records == result.n_kept_records + sum(result.refused_records.values())
        and result.n_links == result.n_kept_links + sum(result.refused_links.values())
    )  # fmt: skip


@pytest.mark.usefixtures("_small_chunks")
def test_counts_add_up_and_say_what_the_sink_holds(tmp_path: Path) -> None:
    store = sink(tmp_path / "s")
    result = run("warc", [archive(tmp_path, 55)], {}, store, workers=0)
    assert (result.n_records, result.n_pages, result.refused_records) == (
        56,
        55,
        {"not_a_response": 1},
    )
    assert adds_up(result)
    assert result.n_kept_links == len(store.rows("links")) == 55 * 20
    assert result.refused_links == {"bad_scheme": 55}
    assert len(store.rows("pages")) == 55
    assert len(store.batches()) == 6


@pytest.mark.usefixtures("_small_chunks")
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_workers_change_nothing(tmp_path: Path, workers: int) -> None:
    path = archive(tmp_path, 95)
    alone, many = sink(tmp_path / "alone"), sink(tmp_path / "many")
    first = run("warc", [path], {}, alone, workers=0)
    second = run("warc", [path], {}, many, workers=workers)
    assert facts(first) == facts(second)
    for table in ("pages", "links", "rejects"):
        assert alone.rows(table) == many.rows(table)


def facts(result: IngestResult) -> dict[str, Any]:
    return vars(result) | {"seconds": 0, "n_resumed_chunks": 0}


@pytest.mark.usefixtures("_small_chunks")
def test_what_is_done_is_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, store = archive(tmp_path, 55), sink(tmp_path / "s")
    run("warc", [path], {}, store, workers=0)
    rows = store.rows("links")
    (store.folder / "0000-000003.chunk").unlink()
    seen: list[int] = []
    monkeypatch.setattr(
        reader, "rows", lambda path, items, options, rows=reader.rows: (
            seen.append(len(items)) or rows(path, items, options)
        )
    )  # fmt: skip
    result = run("warc", [path], {}, store, workers=0)
    assert seen == [10]
    assert result.n_resumed_chunks == 5
    assert store.rows("links") == rows


@pytest.mark.usefixtures("_small_chunks")
def test_a_record_that_fails_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def extract(response: Any, extract: Any = reader.extract) -> Any:
        if response.url.endswith("/13"):
            raise RecursionError("too deep")
        return extract(response)

    monkeypatch.setattr(reader, "extract", extract)
    store = sink(tmp_path / "s")
    result = run("warc", [archive(tmp_path, 30)], {}, store, workers=0)
    assert (result.n_pages, result.refused_records) == (29, {"not_a_response": 1, "unreadable": 1})
    assert adds_up(result)
    [row] = [row for row in store.rows("rejects") if row[1] == "unreadable"]
    assert row[3].startswith("record 15 at byte ")
    assert row[4] == "RecursionError: too deep"


@pytest.mark.usefixtures("_small_chunks")
@pytest.mark.parametrize("workers", [0, 2])
def test_a_full_disk_is_told_and_the_run_goes_on_later(tmp_path: Path, workers: int) -> None:
    path = archive(tmp_path, 55)
    with pytest.raises(ResourceError, match=r"disk of the store is full.*same command again"):
        run("warc", [path], {}, sink(tmp_path / "s", full_from=3), workers=workers)
    store = sink(tmp_path / "s")
    assert len(store.batches()) == 3
    run("warc", [path], {}, store, workers=workers)
    assert len(store.rows("pages")) == 55


def test_a_store_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    store = FolderSink(tmp_path / "missing")
    with pytest.raises(StoreError, match="cannot be written"):
        run("warc", [archive(tmp_path, 5)], {}, store)


def test_a_worker_that_dies_is_named_with_its_chunk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "MAX_ITEMS", 10)
    path = archive(tmp_path, 500)
    store = SuicidalSink(sink(tmp_path / "s").folder)
    with pytest.raises(ResourceError, match=r"killed by signal 9 at chunk 4 of .*a\.warc\.gz"):
        run("warc", [path], {}, store, workers=2)
    assert (store.folder / "0000-000003.chunk").exists()
    result = run("warc", [path], {}, sink(tmp_path / "s"), workers=2)
    assert len(sink(tmp_path / "s").rows("pages")) == 500
    assert result.n_resumed_chunks >= 3


class SuicidalSink(FolderSink):
    """Its worker is killed, as for lack of memory, when it writes chunk 4."""

    def write(self, input_no: int, chunk_no: int, batch: Batch) -> None:
        if chunk_no == 4:
            os.kill(os.getpid(), signal.SIGKILL)
        super().write(input_no, chunk_no, batch)


def test_inputs_named_twice_are_read_once(tmp_path: Path) -> None:
    path = archive(tmp_path, 3)
    archive(tmp_path, 2, "b.warc.gz")
    written(tmp_path, b"not looked at", "notes.txt")
    (tmp_path / "link.warc.gz").symlink_to(path)
    same = tmp_path / "." / ".." / tmp_path.name / "a.warc.gz"
    result = run("warc", [path, same, tmp_path], {}, sink(tmp_path / "s"))
    assert [file.name for file in result.inputs] == ["a.warc.gz", "b.warc.gz"]
    assert result.n_pages == 5


def test_one_damaged_input_of_several_does_not_stop_the_others(tmp_path: Path) -> None:
    first, second = archive(tmp_path, 5), archive(tmp_path, 5, "b.warc.gz")
    first.write_bytes(first.read_bytes()[:-60])
    result = run("warc", [first, second], {}, sink(tmp_path / "s"))
    assert result.n_pages == 9
    assert result.refused_records == {"not_a_response": 2, "truncated": 1}
    assert adds_up(result)


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (None, NotFoundError, "no file .*check the path"),
        (b"", FormatError, "is empty.*download it again"),
        (b"just some text\n", FormatError, "is not a web archive.*linkshed ingest html"),
        (b"\x1f\x8b\x08\x00", FormatError, "is not a web archive"),
        (bytes(range(256)) * 100, FormatError, "is not a web archive"),
    ],
)
def test_what_is_no_archive_is_told_before_anything_is_written(
    tmp_path: Path, content: bytes | None, error: type[Exception], words: str
) -> None:
    path = tmp_path / "bad.warc.gz"
    if content is not None:
        path.write_bytes(content)
    store = sink(tmp_path / "s")
    with pytest.raises(error, match=words) as caught:
        run("warc", [archive(tmp_path, 2), path], {}, store)
    assert "\n" not in str(caught.value)
    assert not store.batches()


def test_a_folder_without_archives_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"no archive in .*\*\.warc"):
        run("warc", [tmp_path], {}, sink(tmp_path / "s"))


def test_names_and_numbers_that_make_no_sense(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="warc, html, links"):
        run("wark", [tmp_path], {}, sink(tmp_path / "s"))
    with pytest.raises(ParameterError, match="0 or more"):
        run("warc", [archive(tmp_path, 1)], {}, sink(tmp_path / "s"), workers=-1)


@pytest.mark.usefixtures("_small_chunks")
@pytest.mark.parametrize("workers", [0, 2])
def test_progress_grows_to_the_whole(tmp_path: Path, workers: int) -> None:
    path = archive(tmp_path, 300)
    seen: list[Progress] = []
    run("warc", [path], {}, sink(tmp_path / "s"), workers=workers, on_progress=seen.append)
    for before, after in pairwise(seen):
        assert before.n_bytes <= after.n_bytes
        assert before.n_pages <= after.n_pages
    assert all(after.seconds - before.seconds >= 0.19 for before, after in pairwise(seen[:-1]))
    last = seen[-1]
    assert last.is_done
    assert (last.n_bytes, last.n_records, last.n_pages) == (path.stat().st_size, 301, 300)
    assert last.seconds_left == 0
    assert last.pages_per_second > 0


def test_chunk_borders_depend_on_the_input_alone() -> None:
    items: list[Item | Refused] = [Item(str(n), b"x" * 900_000, n * 1_000) for n in range(30)]
    items += [Refused("damaged", str(n)) for n in range(1_500)]
    sizes = [len(chunk.items) for chunk in chunked(iter(items))]
    assert sizes == [9, 9, 9, 1_024, 479]


def test_a_disk_that_fails_half_way_refuses_the_rest() -> None:
    def failing() -> Any:
        yield Item("1", b"", 100)
        raise OSError(5, "Input/output error")

    [chunk] = chunked(failing())
    assert chunk.items[1:] == [Refused("unreadable", "from byte 100 on", "Input/output error")]


CHILD = """
import sys
from pathlib import Path
sys.path.insert(0, {here!r})
from folder_sink import FolderSink
from linkshed.ingest.run import run, chunks
chunks.MAX_ITEMS = 10
try:
    print("started", flush=True)
    run("warc", [Path({path!r})], {{}}, FolderSink(Path({folder!r})), workers=2)
except KeyboardInterrupt as stop:
    print(stop)
    sys.exit(130)
"""


def child(path: Path, folder: Path) -> subprocess.Popen[str]:
    """The run in a process of its own, whose main script has no file and no guard."""
    code = CHILD.format(here=str(HERE), path=str(path), folder=str(folder))
    script = folder.parent / "script.py"
    script.write_text(code)
    with script.open() as lines:
        return subprocess.Popen(
            [sys.executable, "-"], stdin=lines, stdout=subprocess.PIPE, text=True
        )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, FolderSink, float]:
    """An archive, its rows from one run without interruption, and how long that took."""
    folder = tmp_path_factory.mktemp("whole")
    path, store = archive(folder, 3_000), sink(folder / "s")
    started = time.monotonic()
    assert child(path, store.folder).wait() == 0
    return path, store, time.monotonic() - started


@pytest.mark.usefixtures("_small_chunks")
def test_killed_at_any_instant_a_run_goes_on_to_the_same_rows(
    tmp_path: Path, whole: tuple[Path, FolderSink, float]
) -> None:
    path, expected, seconds = whole
    rng = random.Random(4)
    store = sink(tmp_path / "s")
    n_kills = 0
    while n_kills < 8:
        process = child(path, store.folder)
        try:
            process.wait(timeout=rng.uniform(0.1, 0.6) * seconds)
            break
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            n_kills += 1
    assert n_kills >= 2
    result = run("warc", [path], {}, store, workers=2)
    assert result.n_resumed_chunks > 0
    assert (result.n_records, result.n_pages, result.n_kept_links) == (3_001, 3_000, 60_000)
    for table in ("pages", "links", "rejects"):
        assert store.rows(table) == expected.rows(table)


def test_no_process_is_left_behind_by_a_kill(
    tmp_path: Path, whole: tuple[Path, FolderSink, float]
) -> None:
    path, _, _ = whole
    process = child(path, sink(tmp_path / "s").folder)
    while len(family := descendants(process.pid)) < 2 and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in family) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert family
    assert not [pid for pid in family if Path(f"/proc/{pid}").exists()]


def descendants(pid: int) -> list[int]:
    """Processes started by a process, and by those."""
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in below] + [n for child in below for n in descendants(int(child))]


@pytest.mark.usefixtures("_small_chunks")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_finishes_what_is_begun_and_says_how_to_go_on(
    tmp_path: Path, whole: tuple[Path, FolderSink, float], number: int
) -> None:
    path, expected, _ = whole
    store = sink(tmp_path / "s")
    process = child(path, store.folder)
    while not any(store.folder.iterdir()) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(number)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "run the same command again" in output
    assert not [file for file in store.folder.iterdir() if file.suffix != ".chunk"]
    result = run("warc", [path], {}, store, workers=2)
    assert result.n_resumed_chunks > 0
    assert store.rows("links") == expected.rows("links")


def test_interrupted_is_a_keyboard_interrupt() -> None:
    assert issubclass(Interrupted, KeyboardInterrupt)
    assert runs.Interrupted is Interrupted


@pytest.mark.usefixtures("_small_chunks")
def test_a_run_in_a_thread_leaves_signals_alone(tmp_path: Path) -> None:
    path, store = archive(tmp_path, 55), sink(tmp_path / "s")
    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=run, args=("warc", [path], {}, store), kwargs={"workers": 2})
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGINT) is before
    assert len(store.rows("pages")) == 55
