"""A crawl that is stopped or killed goes on, and ends as if nothing had happened."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from crawling import QUICK, Crawled, crawl
from hostile import Handler, Server, links, moved, serving

from linkshed.errors import StoreError
from linkshed.ingest.crawl.database import Database, FoundBy
from linkshed.ingest.crawl.discover import Address
from linkshed.ingest.crawl.job import Job
from linkshed.ingest.crawl.settings import settings_of
from linkshed.report.columns import by_liveness

N_PAGES = 400
N_KILLS = 4
OPTIONS: dict[str, Any] = {"sitemaps": False, "max_per_pattern": 3}


def page(handler: Handler) -> Any:
    """A site of N_PAGES pages, the same at every look; some move, some fail, some are gone."""
    number = int(handler.path[1:] or 0)
    time.sleep(0.004)
    if number and number % 17 == 0:
        return moved(f"/{number // 2}")
    if number % 23 == 22:
        return (404, {}, b"gone")
    below = [f"/{n}" for n in range(3 * number + 1, 3 * number + 4) if n < N_PAGES]
    return links(*below, f"/{random.Random(number).randrange(N_PAGES)}", words=f"page {number}")


def command(server: Server, store: Path) -> list[str]:
    words = ["crawl", server.url(), "--store", str(store), "--allow-private", "--delay", "0",
             "--no-sitemaps", "--look-again-after", "0.2", "--resolve", "site.test=127.0.0.1",
             "--workers", "1", "--timeout", "5", "--max-per-pattern", "3"]  # fmt: skip
    return [sys.executable, "-m", "linkshed", *words]


def facts(crawled: Crawled) -> tuple[Any, ...]:
    record = {name: crawled.record[name] for name in ("pages", "by_status", "unseen", "liveness",
                                                      "is_complete")}  # fmt: skip
    pages = {name: (row["status"], row["title"]) for name, row in crawled.pages.items()}
    return record, pages, crawled.links()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """The site crawled without interruption."""
    with serving({"/robots.txt": (404, {}, b""), "/**": page}) as server:
        return crawl(server, tmp_path_factory.mktemp("whole"), **OPTIONS)


def test_killed_at_any_instant_it_ends_the_same(whole: Crawled, tmp_path: Path) -> None:
    with serving({"/robots.txt": (404, {}, b""), "/**": page}) as server:
        chance = random.Random(4)
        for number in range(N_KILLS):
            n_before = server.requests.total()
            with subprocess.Popen(command(server, tmp_path / "store"), start_new_session=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # fmt: skip
                wait_for_requests(server, n_before + chance.randrange(5, 50), process)
                os.kill(process.pid if number % 2 else child_of(process), signal.SIGKILL)
        requests_of_killed = server.requests.total()
        resumed = crawl(server, tmp_path, **OPTIONS)
        assert facts(resumed) == facts(whole)
        repeated = server.requests.total() - server.requests["/robots.txt"] - whole.record["pages"]
    assert requests_of_killed < whole.record["pages"]
    assert 0 <= repeated <= N_KILLS * 2 * 4 * 2
    assert resumed.counts["kept"] == whole.counts["kept"]


def child_of(process: subprocess.Popen[bytes]) -> int:
    """The process that crawls for another."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return int(children[0])


def wait_for_requests(server: Server, n: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while server.requests.total() < n and process.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    assert process.poll() is None


def test_interrupted_by_hand_it_says_how_to_go_on_and_goes_on(tmp_path: Path) -> None:
    with serving({"/robots.txt": (404, {}, b""), "/**": page}) as server:
        told = command(server, tmp_path / "store")
        with subprocess.Popen(told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              start_new_session=True) as process:  # fmt: skip
            wait_for_requests(server, 60, process)
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=60)
        assert process.returncode == 130
        assert output == ""
        assert "run the same command again" in errors
        n_before = server.requests.total()
        done = subprocess.run(told, capture_output=True, text=True, timeout=120, check=True)
        assert "0 rejected" in done.stdout
        assert server.requests.total() - server.requests["/robots.txt"] == int(
            done.stdout.partition("crawled: ")[2].partition(" pages")[0]
        )
    assert n_before > 60 - 1


def test_only_what_changed_is_fetched_again(tmp_path: Path) -> None:
    versions = {"/": 1, "/changes": 1, "/same": 1, "/gone": 1}

    def versioned(handler: Handler) -> Any:
        version = versions.get(handler.path)
        if version is None:
            return (404, {}, b"")
        tag = f'"{handler.path}-{version}"'
        if handler.headers["If-None-Match"] == tag:
            return (304, {"ETag": tag}, b"")
        body = {"/": links("/changes", "/same", "/gone"), "/same": links("/far")}
        words = body.get(handler.path, f"<title>{version}</title>")
        return (200, {"ETag": tag}, words.encode())

    with serving({"/robots.txt": (404, {}, b""), "/**": versioned}) as server:
        seen: list[Any] = []
        first = crawl(server, tmp_path, sitemaps=False, on_progress=seen.append)
        versions["/changes"] = 2
        del versions["/gone"]
        second = crawl(server, tmp_path, sitemaps=False)
        third = crawl(server, tmp_path, sitemaps=False)
        afresh = crawl(server, tmp_path / "afresh", sitemaps=False)
    assert first.record["by_status"] == {"200": 4, "404": 1}
    assert (seen[-1].pages, seen[-1].waiting) == (5, 0)
    assert second.record["by_status"] == {"200": 3, "404": 2}
    assert second.record["n_bytes"] < first.record["n_bytes"]
    for crawled in (second, third):
        assert content(crawled) == content(afresh)
        assert crawled.links() == afresh.links()
    names = sorted(path.name for path in (tmp_path / "store" / "crawls").glob("*/????"))
    assert names == ["0001", "0002", "0003"]


def test_a_failing_page_is_dead_only_after_days(tmp_path: Path) -> None:
    """Looks of earlier crawls count: their dates are set back by hand."""
    answers: dict[str, Any] = {"/robots.txt": (404, {}, b""), "/": links("/fails"),
                               "/fails": (500, {}, b"")}  # fmt: skip
    with serving(answers) as server:
        options = {"sitemaps": False, "looks": 2, "look_again_after": 0.05}
        first = crawl(server, tmp_path, **options)
        [folder] = (tmp_path / "store" / "crawls").glob("*/0001")
        database = Database(folder / "crawl.sqlite")
        old = f"[[{int(time.time()) - 5 * 86_400}, 500]]"
        database.db.execute("UPDATE urls SET looks = ? WHERE url LIKE '%/fails'", (old,))
        database.close()
        second = crawl(server, tmp_path, **options)
    assert first.record["liveness"] == {"unknown": 1, "alive": 1, "blocked": 0, "dead": 0}
    assert second.record["liveness"] == {"unknown": 0, "alive": 1, "blocked": 0, "dead": 1}
    assert first.looked_at["/fails"]["n_vain_looks"] == 2
    assert second.looked_at["/fails"]["n_vain_looks"] == 3
    assert broken(first) == {"/fails": "failing"}
    assert broken(second) == {"/fails": "dead"}


def content(crawled: Crawled) -> dict[str, Any]:
    """What was read of the pages; the looks that found them unchanged differ."""
    return {
        url: {**row, "outcome": None, "n_vain_looks": None} for url, row in crawled.pages.items()
    }


def broken(crawled: Crawled) -> dict[str, str]:
    """Links of the site by what the report calls their targets."""
    snapshot = crawled.web._snapshot
    links = np.arange(snapshot.n_links)
    found = by_liveness(snapshot, links)
    target = snapshot.array("links", "target")
    return {crawled.short(url): name for name, rows in found.items()
            for url in snapshot.urls(target[rows])}  # fmt: skip


def test_two_processes_do_not_work_on_one_crawl(
    tmp_path: Path,
) -> None:
    settings = settings_of(["https://a.test/"], {})
    folder = tmp_path / "crawls" / "0001"
    folder.mkdir(parents=True)
    job = Job(folder, settings)
    with pytest.raises(StoreError, match="another process"):
        Job(folder, settings, patience_seconds=0.1)
    job.close(0.0)
    Job(folder, settings).close(0.0)


def test_what_a_power_failure_took_from_the_archive_is_fetched_again(tmp_path: Path) -> None:
    with serving({"/robots.txt": (404, {}, b""), "/**": page}) as server:
        options = {"sitemaps": False, "max_pages": 60}
        whole = crawl(server, tmp_path, **options)
        [folder] = (tmp_path / "store" / "crawls").glob("*/0001")
        (folder / "completeness.json").unlink()
        (folder.parent / "0001.read").unlink()
        archive = folder / "answers-00000.warc.gz"
        os.truncate(archive, archive.stat().st_size // 2)
        shutil.rmtree(tmp_path / "store" / "intake")
        (tmp_path / "store" / "intake").mkdir()
        again = crawl(server, tmp_path, **options)
    assert facts(again) == facts(whole)


def test_interrupted_while_reading_it_reads_on_and_fetches_nothing(tmp_path: Path) -> None:
    answers: dict[str, Any] = {"/robots.txt": (404, {}, b""), "/": links("/a"), "/a": "a"}
    with serving(answers) as server:
        first = crawl(server, tmp_path, sitemaps=False)
        [mark] = (tmp_path / "store" / "crawls").glob("*/0001.read")
        mark.unlink()
        [intake] = (tmp_path / "store" / "intake").iterdir()
        (intake / "finished.json").unlink()
        server.requests.clear()
        second = crawl(server, tmp_path, sitemaps=False)
    assert not server.requests
    assert second.counts == first.counts
    assert facts(second) == facts(first)


def test_an_archive_that_was_removed_is_not_asked_about(tmp_path: Path) -> None:
    answers: dict[str, Any] = {"/robots.txt": (404, {}, b""),
                               "/": (200, {"ETag": '"1"'}, b"<a href=/a>a</a>"), "/a": "a"}  # fmt: skip
    with serving(answers) as server:
        crawl(server, tmp_path, sitemaps=False)
        [folder] = (tmp_path / "store" / "crawls").glob("*/0001")
        (folder / "answers-00000.warc.gz").unlink()
        second = crawl(server, tmp_path, sitemaps=False)
    assert "If-None-Match" not in server.headers["/"]
    assert second.record["by_status"] == {"200": 2}


def test_a_full_disk_is_told_and_the_crawl_goes_on_afterwards(
    whole: Crawled, tmp_path: Path
) -> None:
    """A limit on the size of files stands for the disk."""
    with serving({"/robots.txt": (404, {}, b""), "/**": page}) as server:
        words = command(server, tmp_path / "store")
        limited = ["bash", "-c", 'ulimit -f 150 && exec "$@"', "-", *words]
        full = subprocess.run(limited, capture_output=True, text=True, timeout=120)
        done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=True)
    assert full.returncode in (5, 6)
    assert "run the same command again" in full.stderr
    assert f"crawled: {whole.record['pages']} pages" in done.stdout


FAULTY = """
import sys
from linkshed.ingest.crawl import __main__ as crawling
from linkshed.ingest.crawl.database import FoundBy
from linkshed.ingest.crawl.discover import Address
from linkshed.ingest.crawl.job import Job

whole = Job.answered

def answered(self, target, received, copy, rendering):
    if target.url.endswith("/faulty"):
        with self.database.transaction():
            found = [Address(target.url.replace("/faulty", "/b"))]
            self.frontier.found(target, found, FoundBy.LINK, depth=2)
            raise ValueError("a mistake of ours")
    whole(self, target, received, copy, rendering)

Job.answered = answered
crawling.main()
"""


def later(handler: Handler) -> str:
    """A page that leads where the faulty one led, and comes after it."""
    time.sleep(0.3)
    return links("/b")


def test_a_mistake_of_ours_loses_one_page_and_not_the_crawl(tmp_path: Path) -> None:
    answers: dict[str, Any] = {"/robots.txt": (404, {}, b""), "/": links("/faulty", "/a"),
                               "/a": later, "/b": "b"}  # fmt: skip
    with serving(answers) as server:
        told = settings_of([server.url()], {**QUICK, "sitemaps": False, "looks": 1, "workers": None,
                                            "resolve": ["site.test=127.0.0.1"]})  # fmt: skip
        words = {"settings": told.as_dict(), "headers": [], "cookies": [], "user": ""}
        folder = tmp_path / "1" / "0001"
        folder.mkdir(parents=True)
        with subprocess.Popen([sys.executable, "-c", FAULTY, str(folder)], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # fmt: skip
            assert process.stdin is not None
            process.stdin.write(json.dumps(words) + "\n")
            process.stdin.flush()
            assert process.wait(timeout=60) == 0
    record = json.loads((folder / "completeness.json").read_text())
    assert record["by_status"] == {"200": 3}
    assert record["unseen"] == {"connection": 1}
    assert "a mistake of ours" in (folder / "scrapy.log").read_text()


def test_what_a_round_took_up_does_not_wait_twice(tmp_path: Path) -> None:
    job = Job(tmp_path, settings_of(["https://a.test/"], {}))
    found = [Address(f"https://a.test/{n}") for n in range(50)]
    with job.database.transaction():
        job.frontier.found(None, found, FoundBy.LINK, depth=1)
    assert (job.frontier.n_waiting, job.frontier.n_later(60)) == (0, 51)
    for waiting, later in ((1, 50), (50, 0)):
        assert job.frontier.open_round()
        assert (job.frontier.n_waiting, job.frontier.n_later(60)) == (waiting, later)
        while job.frontier.take(lambda host: True):
            pass
    job.close(0.0)
