"""Jobs over HTTP: a real crawl of a server on this machine, files of an inbox, and what is refused."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from crawl.hostile import Handler, Server, links, serving
from linkshed import api
from linkshed.ingest.crawl import process
from linkshed.ingest.run.progress import Progress
from linkshed.serve.cli import cli
from linkshed.serve.http.app import create_app
from linkshed.serve.http.settings import Settings
from linkshed.serve.jobs.record import DONE, FAILED, INTERRUPTED, RUNNING, STOPPED
from linkshed.serve.jobs.told import Crawling, Reading
from linkshed.serve.web.desk import COOKIE
from linkshed.snapshot.store import Store
from serve.served import problem
from serve.test_http_schemas import check

HOST = "127.0.0.1"
PATIENCE_SECONDS = 90


def slow(handler: Handler) -> Any:
    """A page that takes its time, so that a crawl of it can be watched and stopped."""
    time.sleep(0.3)
    return (200, {}, links(f"{handler.path}0", f"{handler.path}1").encode())


SITE: dict[str, Any] = {
    f"{HOST}/": links("/a", "/b", "/gone"),
    f"{HOST}/a": links("/", words="about tea"),
    f"{HOST}/b": links("/a"),
    f"{HOST}/slow/**": slow,
}


@pytest.fixture(scope="module")
def site() -> Iterator[Server]:
    with serving(SITE) as server:
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return Store.create(tmp_path / "store").path


def asking(store: Path, **settings: Any) -> TestClient:
    app = create_app(Settings(str(store), has_jobs=True, **settings))
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)


def crawl_of(site: Server, path: str = "/", **more: Any) -> dict[str, Any]:
    return {
        "kind": "crawl",
        "urls": [site.url(path, HOST)],
        "delay": 0,
        "no_sitemaps": True,
        **more,
    }


def told_of(client: TestClient, job: str) -> dict[str, Any]:
    """What is told of a job, which is what the document says."""
    answer = client.get(f"/v1/jobs/{job}")
    check("/v1/jobs/{job}", answer)
    return dict(answer.json())


def until(client: TestClient, job: str, *states: str) -> dict[str, Any]:
    end = time.monotonic() + PATIENCE_SECONDS
    while (told := told_of(client, job))["state"] not in states:
        assert time.monotonic() < end, told
        time.sleep(0.1)
    return told


def test_a_crawl_is_started_watched_and_becomes_a_snapshot(store: Path, site: Server) -> None:
    with asking(store, is_private_allowed=True) as client:
        answer = client.post("/v1/jobs", json=crawl_of(site))
        assert answer.status_code == 202
        job = answer.json()["id"]
        told = until(client, job, DONE, FAILED)
        assert (told["state"], told["exit_code"], told["steps"]) == (DONE, 0, ["crawl", "build"])
        assert told["result"]["crawl"]["pages"] == 4
        assert told["result"]["crawl"]["is_complete"]
        assert told["progress"] is not None
        web = api.open(store)
        read = web.pages(site.url("/a", HOST), mode="url", select="status").to_dicts()
        assert read == [{"status": 200}]
        assert client.get("/v1/snapshots").json()[-1]["id"] == web.snapshot == told["snapshot"]
    with asking(store) as later:
        assert [found["id"] for found in later.get("/v1/jobs").json()] == [job]
        assert later.get(f"/v1/jobs/{job}").json()["state"] == DONE


def test_a_job_is_stopped_and_the_next_one_waits_for_its_turn(store: Path, site: Server) -> None:
    with asking(store, is_private_allowed=True) as client:
        first, second = (client.post("/v1/jobs", json=crawl_of(site, f"/slow/{n}/")).json()["id"]
                         for n in (1, 2))  # fmt: skip
        assert [job["id"] for job in client.get("/v1/jobs").json()] == [second, first]
        until(client, first, RUNNING)
        assert client.get(f"/v1/jobs/{second}").json()["state"] == "waiting"
        assert client.delete(f"/v1/jobs/{second}").json()["state"] == STOPPED
        client.delete(f"/v1/jobs/{first}")
        until(client, first, STOPPED)
        problem(client.delete(f"/v1/jobs/{first}"), 400, "ParameterError", "stopped")
        told = client.get(f"/v1/jobs/{first}").json()
        assert told["snapshot"] is None
        assert all(note.strip() for note in told["notes"])


def test_a_job_that_cannot_succeed_says_why(store: Path, site: Server) -> None:
    with asking(store) as client:
        named = {"urls": [site.url("/", "localhost")]}
        job = client.post("/v1/jobs", json=crawl_of(site) | named).json()["id"]
        told = until(client, job, FAILED)
        assert told["exit_code"] not in (0, None)
        assert "private" in " ".join(told["notes"])


def test_a_job_runs_the_watches_when_asked(store: Path, tmp_path: Path) -> None:
    inbox, told = tmp_path / "inbox", tmp_path / "told.ndjson"
    inbox.mkdir()
    head = "url_from,url_to,anchor\n"
    (inbox / "one.csv").write_text(head + "https://a.com/,https://b.com/,tea\n")
    (inbox / "two.csv").write_text(head + "https://c.com/,https://b.com/,tea\n")
    with asking(store, inbox=str(inbox)) as client:
        for name in ("one.csv", "two.csv"):
            asked = {"kind": "ingest", "reader": "links", "files": [name], "watch": name > "p"}
            job = client.post("/v1/jobs", json=asked).json()["id"]
            done = until(client, job, DONE, FAILED)
            assert done["state"] == DONE, done
            if name == "one.csv":
                words = ["watch", "add", "mine", "b.com", "--file", str(told), "--kinds", "found"]
                CliRunner().invoke(cli, [*words, "--store", str(store)])
    (event,) = map(json.loads, told.read_text().splitlines())
    assert event["row"]["source_url"] == "https://c.com/"


def test_a_file_of_the_inbox_is_read_and_no_other(store: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "-links.csv").write_text("url_from,url_to,anchor\nhttps://a.com/,https://b.com/,tea\n")
    (tmp_path / "secret.csv").write_text("url_from,url_to\n")
    (inbox / "way").symlink_to(tmp_path / "secret.csv")
    with asking(store, inbox=str(inbox)) as client:
        asked = {"kind": "ingest", "reader": "links"}
        for name in ("../secret.csv", str(tmp_path / "secret.csv"), "way", "", ".", "no.csv"):
            answer = client.post("/v1/jobs", json={**asked, "files": [name]})
            problem(answer, 404, "NotFoundError", "inbox")
        job = client.post("/v1/jobs", json={**asked, "files": ["-links.csv"]}).json()["id"]
        told = until(client, job, DONE, FAILED)
        assert told["state"] == DONE, told
        assert told["result"]["links"]["kept"] == 1
    with asking(store) as client:
        answer = client.post("/v1/jobs", json={**asked, "files": ["-links.csv"]})
        problem(answer, 403, "Forbidden", "--inbox")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A folder with a list of pages and a web graph."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "pages.csv").write_text("page,visits\n/a,3\n/b,4\n")
    names = ("com.rival", "net.far", "org.fan", "org.other")
    (folder / "vertices.txt").write_text("".join(f"{n}\t{x}\t1\n" for n, x in enumerate(names)))
    (folder / "edges.txt").write_text("2\t0\n3\t1\n")
    return folder


GRAPH: dict[str, Any] = {"kind": "ingest", "reader": "webgraph",
                         "files": ["vertices.txt", "edges.txt"]}  # fmt: skip
LIST: dict[str, Any] = {"kind": "ingest", "reader": "list", "files": ["pages.csv"]}


def test_a_job_sets_the_options_of_its_reader(store: Path, inbox: Path) -> None:
    with asking(store, inbox=str(inbox)) as client:
        for asked in (
            GRAPH | {"options": {"near": "rival.com"}, "build": False},
            LIST | {"options": {"base_url": "https://tea.com/", "kind": "analytics"}},
        ):
            job = client.post("/v1/jobs", json=asked).json()
            assert job["asked"]["options"] == asked["options"]
            told = until(client, job["id"], DONE, FAILED)
            assert told["state"] == DONE, told
    web = api.open(store)
    links = [
        web.backlinks(name, select="source_domain").to_dicts() for name in ("rival.com", "far.net")
    ]
    assert links == [[{"source_domain": "fan.org"}], []]
    assert {row["url"] for row in web.pages("tea.com", select="url").to_dicts()} == {
        "https://tea.com/a", "https://tea.com/b",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "received", "allowed"),
    [
        (LIST | {"options": {"kind": "guess"}}, "options.kind 'guess'", "'search', 'analytics' or 'list'"),
        (LIST | {"options": {"base": "x"}}, "options.base 'x'", "the members base_url, kind"),
        (LIST | {"options": {"base_url": "a\x00b"}}, "options.base_url", "pattern"),
        (LIST | {"options": {"base_url": "\ud800"}}, "options.base_url", "string"),
        (LIST | {"options": {"base_url": ["x"]}}, "options.base_url ['x']", "string"),
        (LIST | {"options": {"base_url": "x" * 3000}}, "options.base_url", "2048 characters"),
        (LIST | {"options": {"store": "/etc"}}, "options.store '/etc'", "the members base_url, kind"),
        (LIST | {"base_url": "x"}, "base_url 'x'", "options"),
        (LIST | {"options": 5}, "options 5", "an object"),
        (LIST | {"reader": "links", "options": {"near": "x"}}, "options.near 'x'", "no members"),
        (LIST | {"reader": "html"}, "reader 'html'", "warc, links, sitemap"),
        (LIST | {"reader": "crawl"}, "reader 'crawl'", "warc, links, sitemap"),
        (LIST | {"reader": ["list"]}, "reader", "warc, links, sitemap"),
        ({"kind": "ingest", "files": ["pages.csv"]}, "no reader", "warc, links, sitemap"),
    ],
)  # fmt: skip
def test_an_option_that_its_reader_has_not_is_refused(
    store: Path, inbox: Path, given: dict[str, Any], received: str, allowed: str
) -> None:
    with asking(store, inbox=str(inbox)) as client:
        head = {"Content-Type": "application/json"}
        answer = client.post("/v1/jobs", content=json.dumps(given), headers=head)
        told = problem(answer, 400, "ParameterError")
        assert received in told["received"]
        assert allowed in told["allowed"]
        assert client.get("/v1/jobs").json() == []


def test_an_option_is_never_taken_for_another_one(store: Path, inbox: Path) -> None:
    with asking(store, inbox=str(inbox)) as client:
        asked = LIST | {
            "options": {"base_url": "https://a.com/ --store=/tmp/elsewhere"},
            "build": False,
        }
        job = client.post("/v1/jobs", json=asked).json()["id"]
        told = until(client, job, DONE, FAILED)
        assert told["state"] == DONE
        assert not Path("/tmp/elsewhere").exists()


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        (LIST | {"options": {"base_url": "--store=/tmp/elsewhere"}}, 400, "base URL '--store="),
        (LIST | {"options": {"base_url": "ftp://tea.com/"}}, 400, "http"),
        (LIST | {"reader": "log", "options": {"base_url": "http://"}}, 400, "base URL"),
        (GRAPH | {"options": {"near": "https://tea.com/"}}, 400, "one or more domains"),
        (GRAPH | {"options": {"near": ","}}, 400, "near ','"),
        (LIST | {"files": ["pages.csv", "other.csv"]}, 404, "other.csv"),
        ({"urls": ["ftp://tea.com/"]}, 400, "an http or https URL"),
        ({"urls": ["https://tea.com/", "https://"]}, 400, "start 'https://'"),
        ({"urls": ["https://tea.com:99999/"]}, 400, "start 'https://tea.com:99999/'"),
        ({"urls": ["https://tea.com/", "http://127.0.0.1:1/"]}, 403, "--allow-private"),
        ({"urls": ["http://[::1]/x"]}, 403, "--allow-private"),
        ({"urls": ["10.0.0.7"]}, 403, "--allow-private"),
        ({"urls": ["https://tea.com/"], "max_seconds": 0}, 400, "greater than 0"),
        ({"urls": ["https://tea.com/"], "max_pages": 0}, 400, "max_pages 0"),
        ({"urls": ["https://tea.com/"], "delay": -1}, 400, "delay -1"),
        ({"urls": ["https://tea.com/"], "max_depth": 1.5}, 400, "max_depth 1.5"),
    ],
)  # fmt: skip
def test_what_can_be_known_to_be_wrong_with_a_job_is_told_at_once(
    store: Path, inbox: Path, given: dict[str, Any], status: int, words: str
) -> None:
    with asking(store, inbox=str(inbox)) as client:
        answer = client.post("/v1/jobs", json=given)
        problem(
            answer, status, {400: "ParameterError", 403: "Forbidden", 404: "NotFoundError"}[status]
        )
        assert words in " ".join(answer.json().values())
        assert client.get("/v1/jobs").json() == []
        page = client.get("/jobs", headers={"accept": "text/html"})
        token = re.search(r'name="token" value="([^"]+)"', page.text)
        assert token
        client.cookies.update({COOKIE: page.cookies[COOKIE]})
        form = {"token": token[1], **form_of(given)}
        refused = client.post("/jobs", data=form, headers={"accept": "text/html"})
        assert refused.status_code == status
        assert "<main" in refused.text
        assert client.get("/v1/jobs").json() == []


def form_of(given: dict[str, Any]) -> dict[str, Any]:
    """The fields in which the page of jobs sends the same."""
    options = {f"{given.get('reader')}.{n}": v for n, v in given.get("options", {}).items()}
    kind = "crawl" if "urls" in given else "ingest"
    rest = {n: v for n, v in given.items() if n not in ("options", "urls", "kind")}
    return {"kind": kind, "urls": "\n".join(given.get("urls", ())), **rest, **options}


def test_progress_is_told_whole() -> None:
    for told, stage in ((Reading, Progress), (Crawling, process.CrawlProgress)):
        assert set(told.model_fields) == {"stage", *(field.name for field in fields(stage))}


def test_a_crawl_without_its_packages_is_refused_at_once(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_PACKAGES", ("a_package_nobody_has",))
    with asking(store) as client:
        answer = client.post("/v1/jobs", json={"urls": ["https://tea.com/"]})
        problem(answer, 501, "MissingExtra", "linkshed[crawl]")


def test_the_document_tells_the_options_of_every_reader(store: Path) -> None:
    document = asking(store).get("/openapi.json").json()
    body = document["paths"]["/v1/jobs"]["post"]["requestBody"]["content"]["application/json"]
    forms = [document["components"]["schemas"][form["$ref"].rpartition("/")[2]]
             for form in body["schema"]["oneOf"]]  # fmt: skip
    told = {}
    for form in forms[1:]:
        name = form["properties"]["options"]["$ref"].rpartition("/")[2]
        options = document["components"]["schemas"][name]["properties"]
        told[form["properties"]["reader"]["const"]] = set(options)
        assert all(option["description"] for option in options.values())
    folders = {"html", "crawl"}
    assert told == {name: {option.name for option in api.READERS.load(name).OPTIONS}
                    for name in api.READERS if name not in folders}  # fmt: skip


def test_a_form_sets_the_options_of_the_reader_chosen(store: Path, inbox: Path) -> None:
    with asking(store, inbox=str(inbox)) as client:
        page = client.get("/jobs")
        token = re.search(r'name="token" value="([^"]+)"', page.text)
        assert token
        client.cookies.update({COOKIE: page.cookies[COOKIE]})
        assert "what the pages are then known from".capitalize() in page.text
        form = {"token": token[1], "kind": "ingest", "reader": "list", "files": "pages.csv",
                "list.base_url": "https://tea.com/", "list.kind": "", "webgraph.near": "x.com"}  # fmt: skip
        assert client.post("/jobs", data=form, follow_redirects=False).status_code == 303
        asked = client.get("/v1/jobs").json()[0]["asked"]
        assert asked["options"] == {"base_url": "https://tea.com/", "kind": None}
        graph = form | {"reader": "webgraph", "files": ["vertices.txt", "edges.txt"]}
        client.post("/jobs", data=graph | {"webgraph.near": "rival.com"})
        job = client.get("/v1/jobs").json()[0]
        assert (job["asked"]["files"], job["asked"]["options"]) == (
            ["vertices.txt", "edges.txt"], {"near": "rival.com"}
        )  # fmt: skip
        until(client, job["id"], DONE)
        wrong = client.post("/jobs", data=form | {"list.kind": "guess"})
        assert wrong.status_code == 400
        assert "options.kind" in wrong.text
        until(client, client.get("/v1/jobs").json()[0]["id"], DONE)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"urls": ["--store=/"]}, "pattern"), ({"urls": ["https://a.com/ --x"]}, "pattern"),
        ({"urls": []}, "1 item"), ({"urls": ["https://a.com/"] * 101}, "100 items"),
        ({"urls": ["https://a.com/"], "max_pages": 10**9}, "1000000"),
        ({"urls": ["https://a.com/"], "resolve": ["a.com=127.0.0.1"]}, "the members build, watch, kind, urls"),
        ({"urls": ["https://a.com/"], "user_agent": "x\r\ny"}, "pattern"),
        ({"urls": ["https://a.com/"], "scope": "everything"}, "domain"),
    ],
)  # fmt: skip
def test_a_job_out_of_bounds_is_refused(store: Path, given: dict[str, Any], word: str) -> None:
    with asking(store) as client:
        answer = client.post("/v1/jobs", json={"kind": "crawl", **given})
        assert answer.status_code == 400
        assert word in answer.text
        assert client.get("/v1/jobs").json() == []


def test_only_who_may_starts_a_job(store: Path, site: Server) -> None:
    app = create_app(Settings(str(store)))
    without = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    problem(without.post("/v1/jobs", json=crawl_of(site)), 403, "Forbidden", "--jobs")
    with asking(store) as client:
        foreign = {"Origin": "https://evil.example"}
        answer = client.post("/v1/jobs", json=crawl_of(site), headers=foreign)
        problem(answer, 403, "Forbidden", "evil.example")
        assert client.post("/jobs", data={"kind": "crawl", "urls": "a.com"}).status_code == 403
        plain = client.post(
            "/v1/jobs", content=json.dumps(crawl_of(site)), headers={"Content-Type": "text/plain"}
        )
        assert plain.status_code == 400
        for name in ("..%2f..%2fetc", "x", "20260101T000000-0000000g"):
            assert client.get(f"/v1/jobs/{name}").status_code == 404
        assert client.get("/v1/jobs").json() == []


def test_a_form_with_its_token_starts_a_job(store: Path, site: Server) -> None:
    with asking(store, is_private_allowed=True) as client:
        page = client.get("/jobs")
        token = re.search(r'name="token" value="([^"]+)"', page.text)
        assert token
        cookies = {COOKIE: page.cookies[COOKIE]}
        form = {"token": token[1], "kind": "crawl", "urls": site.url("/a", HOST), "max_pages": "1"}
        client.cookies.update(cookies)
        answer = client.post("/jobs", data=form, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/jobs")
        found = client.get("/v1/jobs").json()[0]
        assert found["asked"]["urls"] == [site.url("/a", HOST)]
        assert found["asked"]["build"] is False
        until(client, found["id"], DONE)
        wrong = client.post("/jobs", data=form | {"max_pages": "many"})
        assert wrong.status_code == 400


def test_a_killed_server_leaves_a_record_that_the_next_one_tells(store: Path, site: Server) -> None:
    words = ["serve", "--store", str(store), "--port", "0", "--jobs", "--allow-private"]
    command = [sys.executable, "-m", "linkshed", *words]
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found
        asked = json.dumps(crawl_of(site, "/slow/k/")).encode()
        request = Request(f"{found[0]}v1/jobs", asked, {"Content-Type": "application/json"})
        job = json.loads(urlopen(request, timeout=60).read())["id"]
        record = store / "jobs" / job / "job.json"
        while not (told := json.loads(record.read_text()))["pid"]:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    with asking(store) as later:
        assert later.get(f"/v1/jobs/{job}").json()["state"] == INTERRUPTED
        end = time.monotonic() + PATIENCE_SECONDS
        while Path(f"/proc/{told['pid']}").exists() and time.monotonic() < end:
            time.sleep(0.1)
        assert not Path(f"/proc/{told['pid']}").exists()
