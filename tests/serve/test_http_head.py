"""HEAD and If-None-Match: what GET would say of its answer, without the answer."""

from __future__ import annotations

import http.client
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from fastapi.testclient import TestClient

from linkshed import api
from linkshed.serve.http import streams
from serve.served import DOMAIN, client, make
from serve.test_http_process import serving
from serve.test_http_reports import NEEDED
from serve.test_http_schemas import DOCUMENT

GETS = [path for path, methods in DOCUMENT["paths"].items() if "get" in methods and "{" not in path]
PAGES = ["/", "/openapi.json", "/overview", "/reports/backlinks", "/page", "/snapshots", "/jobs",
         "/v1/nothing", "/v3/site-explorer/metrics-history", "/v1/jobs/none"]  # fmt: skip
OF_TIME = ("date", "set-cookie")
ONCE_MORE = ("content-length", "transfer-encoding")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("head"))


@pytest.fixture(scope="module")
def http_(store: Path) -> TestClient:
    return client(store)


def asked(path: str) -> dict[str, str]:
    name = path.rpartition("/")[2]
    if path.startswith("/v1/reports/"):
        return {"scope": DOMAIN} | NEEDED.get(name, {})
    if path.startswith("/v3/"):
        return {"target": DOMAIN}
    return {"url": f"https://{DOMAIN}/"} if name in ("explain", "page") else {"scope": DOMAIN}


def given(path: str) -> dict[str, str]:
    told = DOCUMENT["paths"].get(path, {}).get("get", {}).get("parameters", [])
    wanted = asked(path)
    return wanted if told or not path.startswith("/v1") else {}


def headers_of(answer: Any) -> dict[str, str]:
    return {n: v for n, v in answer.headers.items() if n not in (*OF_TIME, *ONCE_MORE)}


def check_head(http: TestClient, path: str, params: dict[str, str], **headers: str) -> Any:
    """Check that HEAD is as GET is, but for the body; gives the answer to GET."""
    got = http.get(path, params=params, headers=headers)
    told = http.head(path, params=params, headers=headers)
    assert (told.status_code, told.content) == (got.status_code, b"")
    assert headers_of(told) == headers_of(got)
    length = told.headers.get("content-length", got.headers.get("content-length"))
    assert length == got.headers.get("content-length")
    return got


@pytest.mark.parametrize("path", GETS)
def test_every_address_answers_head_as_get_and_spares_what_is_known(
    path: str, http_: TestClient
) -> None:
    got = check_head(http_, path, given(path))
    if "304" in DOCUMENT["paths"][path]["get"]["responses"]:
        assert got.status_code == 200, got.text
        known = {"if-none-match": f'"other", W/{got.headers["etag"]}'}
        again = check_head(http_, path, given(path), **known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == got.headers["etag"]
        assert again.headers["cache-control"] == got.headers["cache-control"]


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_and_errors_answer_head_as_get(path: str, accept: str, http_: TestClient) -> None:
    check_head(http_, path, asked(path), accept=accept)


def test_static_files_answer_head_with_their_length(http_: TestClient) -> None:
    page = http_.get("/").text
    path = page[page.index("/static/") :].partition('"')[0]
    assert check_head(http_, path, {}).status_code == 200
    assert int(http_.head(path).headers["content-length"]) == len(http_.get(path).content)


@pytest.mark.parametrize("form", ["csv", "json", "ndjson", "parquet", "xlsx"])
def test_exports_of_the_explorer_are_not_sent_again_while_they_are_the_same(
    form: str, http_: TestClient
) -> None:
    path, params = "/reports/backlinks/file", {"scope": DOMAIN, "format": form}
    got = check_head(http_, path, params)
    assert got.status_code == 200
    assert got.headers["vary"] == "Accept, Cookie"
    known = check_head(http_, path, params, **{"if-none-match": got.headers["etag"]})
    assert known.status_code == 304
    others = (params | {"scope": "pots.net"}, params | {"where": "is_followed"},
              params | {"format": "csv" if form == "json" else "json"})  # fmt: skip
    for other in others:
        answer = http_.get(path, params=other, headers={"if-none-match": got.headers["etag"]})
        assert answer.status_code == 200
        assert answer.headers["etag"] != got.headers["etag"]


@pytest.mark.parametrize(
    ("limit", "offset"), [("1", "0"), ("all", "0"), ("1000", "0"), ("0", "0"), ("5", "2"), ("5", "900")]
)  # fmt: skip
def test_head_tells_the_total_and_the_next_page(limit: str, offset: str, http_: TestClient) -> None:
    if offset == "0":
        params = {"scope": DOMAIN, "limit": limit, "format": "csv", "grouping": "all"}
        check_head(http_, "/v1/reports/backlinks", params)
    if limit != "all":
        params = {"target": DOMAIN, "limit": limit, "offset": offset, "aggregation": "all"}
        check_head(http_, "/v3/site-explorer/all-backlinks", params)


def test_head_asks_for_no_row(http_: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def made(*_: Any) -> Any:
        raise AssertionError("rows were made")

    monkeypatch.setattr(streams, "answered", made)
    params = {"scope": DOMAIN, "limit": "all", "format": "csv"}
    told = http_.head("/v1/reports/backlinks", params=params)
    assert (told.status_code, int(told.headers["linkshed-total"]) > 10) == (200, True)
    assert "content-length" not in told.headers


def test_what_is_wrong_is_told_by_the_status_alone(http_: TestClient) -> None:
    for path, params, status in (
        ("/v1/reports/backlinks", {"scope": DOMAIN, "where": "nonsense > 1"}, 400),
        ("/v1/reports/backlinks", {}, 400),
        ("/v1/reports/backlinks", {"scope": DOMAIN, "snapshot": "ffff"}, 404),
        ("/v1/explain", {"url": "https://nowhere.example/"}, 404),
        ("/v3/batch-analysis/batch-analysis", {}, 405),
    ):
        got = check_head(http_, path, params)
        assert got.status_code == status
        assert got.headers["cache-control"] == "no-store"
    assert http_.head("/v3/batch-analysis/batch-analysis").headers["allow"] == "POST"
    assert http_.delete("/v1/reports").headers["allow"] == "GET, HEAD"
    assert http_.put("/v1/reports/pages").headers["allow"] == "GET, HEAD, POST"


def test_a_new_snapshot_makes_answers_new(tmp_path: Path) -> None:
    store = make(tmp_path)
    http = client(store)
    tags = {path: http.get(path, params=given(path)).headers.get("etag") for path in GETS}
    api.score(store, "classic")
    for path, tag in tags.items():
        if tag is not None and path != "/v1/reports":
            answer = http.get(path, params=given(path), headers={"if-none-match": tag})
            assert answer.status_code != 304, path


def test_a_real_server_answers_head_on_one_connection(store: Path) -> None:
    with serving(store) as base:
        place = urlsplit(base)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
        paths = {"/v1/reports/backlinks": {"scope": DOMAIN, "limit": "all", "format": "csv"},
                 "/v1/explain": {"url": f"https://{DOMAIN}/"}, "/": {}, "/v1/nothing": {}}  # fmt: skip
        for path, params in paths.items():
            address = f"{path}?{urlencode(params)}"
            connection.request("HEAD", address)
            told = connection.getresponse()
            assert told.read() == b""
            connection.request("GET", address)
            got = connection.getresponse()
            assert got.read()
            assert (told.status, told.headers["content-type"]) == (
                got.status, got.headers["content-type"],
            )  # fmt: skip
            assert told.headers["etag"] == got.headers["etag"]
        connection.close()
