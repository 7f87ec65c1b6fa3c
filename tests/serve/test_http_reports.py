"""Every report over HTTP: the same as from the command line, in pages, with tags and typed errors."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from linkshed import api
from linkshed.serve.cli import cli
from linkshed.serve.pieces import FORMS
from serve.served import DOMAIN, HOSTILE, client, make, problem
from webs import publish, rows

NEEDED = {
    "whatif": {"edits": "noindex tea.com/green\nadd blog.org/ -> tea.com/water"},
    "suggest": {"floor": 0},
    "optimise": {"floor": 0},
    "intersect": {"rivals": "tea.com/green, pots.net", "shared": True},
    "competitors": {"least": 1},
    "compare": {"rivals": "pots.net, nowhere.example"},
    "batch": {"targets": "tea.com/green url\npots.net host"},
}
"""What a report must be told besides its scope."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("http"))


@pytest.fixture(scope="module")
def http(store: Path) -> TestClient:
    return client(store)


FAULTS_IT_LACKS = {
    "brokenlinks", "orphans", "redirects", "dilution", "anchorissues", "headlinks", "sitemaps", "uncrawlable",
    "unfollowed", "variants",
}  # fmt: skip


def printed(store: Path, name: str, form: str, **options: Any) -> bytes:
    words = [
        f"--{key.replace('_', '-')}" + f"={value}" * (value is not True)
        for key, value in options.items()
    ]
    command = [name, DOMAIN, "--store", str(store), "--format", form, *words]
    done = CliRunner().invoke(cli, command, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout_bytes


def without_cursor(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body)
    assert found.pop("cursor") is None
    return found


@pytest.mark.parametrize("name", api.REPORTS.names)
def test_every_report_gives_what_the_command_line_gives(
    name: str, store: Path, http: TestClient
) -> None:
    needed = NEEDED.get(name, {})
    for form in FORMS:
        given = {"scope": DOMAIN, "limit": "all", "format": form} | needed
        answer = http.get(f"/v1/reports/{name}", params=given)
        assert answer.status_code == 200, answer.text
        by_post = http.post(f"/v1/reports/{name}", json=given)
        assert by_post.content == answer.content
        expected = printed(store, name, form, **needed)
        if form == "json":
            assert without_cursor(answer.content) == json.loads(expected)
        elif form == "parquet":
            found, wanted = (pq.read_table(io.BytesIO(b)) for b in (answer.content, expected))
            assert found.equals(wanted)
        else:
            assert answer.content == expected
        assert answer.headers["linkshed-snapshot"] == api.snapshot_id(store)


def test_every_report_has_rows_here_but_those_of_faults_the_site_lacks(http: TestClient) -> None:
    answers = {
        name: http.get(f"/v1/reports/{name}", params={"scope": DOMAIN} | NEEDED.get(name, {}))
        for name in api.REPORTS.names
    }
    totals = {name: int(answer.headers["linkshed-total"]) for name, answer in answers.items()}
    assert {name for name, total in totals.items() if not total} == FAULTS_IT_LACKS


def test_every_report_is_listed_with_columns_and_options(http: TestClient) -> None:
    listed = {item["name"]: item for item in http.get("/v1/reports").json()}
    assert list(listed) == list(api.REPORTS)
    for name, item in listed.items():
        report = api.REPORTS.load(name).REPORT
        assert [c["name"] for c in item["columns"]] == [c.name for c in report.columns]
        assert [o["name"] for o in item["options"]] == [o.name for o in report.options]
        assert all(c["meaning"] for c in item["columns"])


def test_the_openapi_document_is_valid_and_names_every_report(http: TestClient) -> None:
    document = http.get("/openapi.json").json()
    validate(document)
    for name in api.REPORTS.names:
        asked = document["paths"][f"/v1/reports/{name}"]
        parameters = {p["name"]: p for p in asked["get"]["parameters"]}
        options = {option.name for option in api.REPORTS.load(name).REPORT.options}
        assert options | {"scope", "mode", "where", "order_by", "select", "limit", "cursor",
                          "snapshot", "format"} == set(parameters)  # fmt: skip
        assert all(p["description"] for p in parameters.values())
        assert "post" in asked


@pytest.mark.parametrize("size", [1, 3, 7, 50])
@pytest.mark.parametrize(
    "asked",
    [
        {"name": "backlinks", "grouping": "all"},
        {"name": "backlinks", "order_by": "source_domain:desc"},
        {"name": "backlinks", "grouping": "domain", "order_by": "links_in_group:desc"},
        {"name": "backlinks", "grouping": "all", "where": "is_followed"},
        {"name": "refdomains"},
        {"name": "anchors", "order_by": "anchor"},
        {"name": "overview"},
        {"name": "newlost", "standing": "true"},
        {"name": "internal", "way": "out"},
        {"name": "intersect", "rivals": "tea.com/green", "shared": "true", "by": "page"},
        {"name": "batch", "targets": "tea.com/green\npots.net\nblog.org"},
    ],
    ids=lambda asked: "-".join(asked.values()).replace("\n", "+"),
)
def test_pages_hold_every_row_exactly_once(
    asked: dict[str, str], size: int, http: TestClient
) -> None:
    options = {key: value for key, value in asked.items() if key != "name"} | {"scope": DOMAIN}
    path = f"/v1/reports/{asked['name']}"
    whole = http.get(path, params=options | {"limit": "all"}).json()
    found: list[Any] = []
    cursor = None
    while True:
        given = options | {"limit": str(size)} | ({"cursor": cursor} if cursor else {})
        page = http.get(path, params=given)
        assert page.json()["cursor"] == page.headers.get("linkshed-cursor")
        found += page.json()["rows"]
        cursor = page.json()["cursor"]
        if cursor is None:
            break
    assert found == whole["rows"]
    assert len(found) == whole["total"]


def test_a_cursor_stays_with_its_snapshot(tmp_path: Path) -> None:
    store = make(tmp_path)
    http = client(store)
    given = {"scope": DOMAIN, "limit": 5}
    whole = http.get("/v1/reports/refdomains", params=given | {"limit": "all"}).json()
    first = http.get("/v1/reports/refdomains", params=given).json()
    publish(tmp_path, rows("late.org/ -> tea.com/ 'tea'"))
    api.score(store)
    rest = {**given, "limit": "all", "cursor": first["cursor"]}
    second = http.get("/v1/reports/refdomains", params=rest).json()
    assert first["rows"] + second["rows"] == whole["rows"]
    assert second["snapshot"] == whole["snapshot"] != api.snapshot_id(store)


def test_a_cursor_of_another_question_is_refused(http: TestClient) -> None:
    page = http.get("/v1/reports/refdomains", params={"scope": DOMAIN, "limit": 2}).json()
    for other in ({"scope": "blog.org"}, {"scope": DOMAIN, "order_by": "domain"},
                  {"scope": DOMAIN, "snapshot": page["snapshot"]}):  # fmt: skip
        answer = http.get("/v1/reports/refdomains", params=other | {"cursor": page["cursor"]})
        problem(answer, 400, "ParameterError", "cursor")
    for text in ("x", "\u00e9", "W10", "bnVsbA", page["cursor"] + "AAAA"):
        answer = http.get("/v1/reports/refdomains", params={"scope": DOMAIN, "cursor": text})
        problem(answer, 400, "ParameterError", "cursor")


def test_an_answer_that_is_known_is_not_sent_again(http: TestClient) -> None:
    asked = {"scope": DOMAIN, "limit": 5}
    first = http.get("/v1/reports/backlinks", params=asked)
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again = http.get("/v1/reports/backlinks", params=asked, headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    by_post = http.post("/v1/reports/backlinks", json=asked, headers={"if-none-match": tag})
    assert (by_post.status_code, by_post.json()) == (200, first.json())
    tags = {tag}
    for change in ({"limit": 6}, {"format": "csv"}, {"where": "is_followed"}, {"best": True},
                   {"cursor": first.json()["cursor"]}):  # fmt: skip
        answer = http.get("/v1/reports/backlinks", params=asked | change,
                          headers={"if-none-match": tag})  # fmt: skip
        assert answer.status_code == 200
        tags.add(answer.headers["etag"])
    assert len(tags) == 6


def test_explain_gives_what_the_command_line_gives(store: Path, http: TestClient) -> None:
    command = ["explain", "https://tea.com/", "--store", str(store), "--format", "json"]
    told = CliRunner().invoke(cli, command, catch_exceptions=False)
    answer = http.get("/v1/explain", params={"url": "tea.com"})
    assert answer.json() == json.loads(told.stdout)
    known = {"if-none-match": answer.headers["etag"]}
    assert http.get("/v1/explain", params={"url": "tea.com"}, headers=known).status_code == 304
    few = http.get("/v1/explain", params={"url": "tea.com", "limit": 2}).json()
    assert few["ledger"] == answer.json()["ledger"][:2]


def test_snapshots_are_those_of_the_command_line(store: Path, http: TestClient) -> None:
    command = ["snapshots", "--store", str(store), "--format", "json"]
    told = CliRunner().invoke(cli, command, catch_exceptions=False)
    listed = http.get("/v1/snapshots").json()
    assert listed == json.loads(told.stdout)
    first = next(item["id"] for item in listed if "structure" in item["scores"])
    old = http.get("/v1/reports/refdomains", params={"scope": DOMAIN, "snapshot": first})
    assert old.json()["snapshot"] == first
    assert int(old.headers["linkshed-total"]) == 2


def test_hostile_words_come_through_json_whole_and_csv_guarded(http: TestClient) -> None:
    asked = {"scope": DOMAIN, "grouping": "all", "limit": "all", "select": "anchor"}
    found = [
        row["anchor"] for row in http.get("/v1/reports/backlinks", params=asked).json()["rows"]
    ]
    assert set(HOSTILE) <= set(found)
    answer = http.get("/v1/reports/backlinks", params=asked | {"format": "csv"})
    assert "\n'=HYPERLINK(1)\r\n" in answer.text
    assert not any(line.startswith(("=", "+", "@")) for line in answer.text.splitlines())
    assert answer.headers["content-disposition"] == 'attachment; filename="backlinks.csv"'
    assert answer.headers["x-content-type-options"] == "nosniff"


MISTAKES: dict[str, tuple[str, dict[str, Any], int, str, str]] = {
    "no scope": ("reports/backlinks", {}, 400, "ParameterError", "no scope"),
    "bad scope": ("reports/backlinks", {"scope": "https://["}, 400, "ScopeError", "https://["),
    "bad mode": ("reports/backlinks", {"scope": "a.com", "mode": "x"}, 400, "ParameterError", "subdomains"),
    "bad filter": ("reports/backlinks", {"scope": "a.com", "where": "anchor ~"}, 400, "FilterError", "at character"),
    "bad column": ("reports/backlinks", {"scope": "a.com", "select": "colour"}, 400, "ColumnError", "source_url"),
    "bad order": ("reports/backlinks", {"scope": "a.com", "order_by": "anchor:up"}, 400, "ParameterError", "anchor:up"),
    "bad limit": ("reports/backlinks", {"scope": "a.com", "limit": "-1"}, 400, "ParameterError", "limit"),
    "bad format": ("reports/backlinks", {"scope": "a.com", "format": "xlsx"}, 400, "ParameterError", "ndjson"),
    "bad choice": ("reports/backlinks", {"scope": "a.com", "grouping": "x"}, 400, "ParameterError", "similar"),
    "bad number": ("reports/optimise", {"scope": "a.com", "links": "5000"}, 400, "ParameterError", "1000"),
    "bad edits": ("reports/whatif", {"scope": "a.com", "edits": "burn a.com"}, 422, "FormatError", "burn"),
    "no edits": ("reports/whatif", {"scope": "a.com"}, 400, "OptionNeeded", "edits"),
    "unknown parameter": ("reports/backlinks", {"scope": "a.com", "colour": "1"}, 400, "ParameterError", "colour"),
    "unknown report": ("reports/colours", {"scope": "a.com"}, 404, "NotFoundError", "/v1/reports/colours"),
    "unknown snapshot": ("reports/backlinks", {"scope": "a.com", "snapshot": "zzz"}, 404, "NotFoundError", "'zzz'"),
    "path as snapshot": ("reports/backlinks", {"scope": "a.com", "snapshot": "../refs/latest"}, 404, "NotFoundError", "../refs"),
    "unknown page": ("explain", {"url": "nowhere.example"}, 404, "NotFoundError", "nowhere.example"),
    "no URL": ("explain", {"url": "http://[/"}, 422, "UrlError", "http://["),
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "given", "status", "error", "word"), MISTAKES.values(), ids=MISTAKES
)
def test_a_mistake_is_named_with_its_status(
    path: str, given: dict[str, Any], status: int, error: str, word: str, http: TestClient
) -> None:
    problem(http.get(f"/v1/{path}", params=given), status, error, word)


def test_a_file_on_the_server_is_not_read(tmp_path: Path, http: TestClient) -> None:
    script = tmp_path / "edits.txt"
    script.write_text("noindex tea.com/")
    given = {"scope": DOMAIN, "edits": str(script)}
    problem(http.post("/v1/reports/whatif", json=given), 422, "FormatError", "edits.txt")


def test_bodies_that_are_no_question_are_named(http: TestClient) -> None:
    path, kind = "/v1/reports/whatif", {"content-type": "application/json"}
    problem(http.post(path, content=b"{", headers=kind), 400, "ParameterError", "JSON")
    problem(http.post(path, content=b"[1]", headers=kind), 400, "ParameterError", "body")
    problem(http.post(path, content=b"", headers=kind), 400, "ParameterError", "body")
    problem(http.post(path, json={"scope": 5}), 400, "ParameterError", "scope")
    problem(http.post(path, json={"scope": "a.com", "x": 1}), 400, "ParameterError", "x")
    problem(http.put(path, json={}), 405, "UsageError", "PUT", "GET")


def test_a_damaged_store_is_named(tmp_path: Path) -> None:
    store = make(tmp_path)
    for path in (store / "objects").iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    answer = client(store).get("/v1/reports/refdomains", params={"scope": DOMAIN})
    problem(answer, 500, "DamagedFile")


def test_health_tells_whether_there_is_a_snapshot(http: TestClient, tmp_path: Path) -> None:
    assert http.get("/v1/health").json() == {"status": "ok"}
    nothing = client(tmp_path).get("/v1/health")
    assert (nothing.status_code, nothing.json()) == (503, {"status": "no snapshot"})
    problem(client(tmp_path).get("/v1/snapshots"), 404, "StoreNotFound")


def test_what_nobody_foresaw_is_told_without_a_traceback(store: Path) -> None:
    http = client(store)

    def fail() -> None:
        raise RuntimeError("inner secret")

    http.app.add_api_route("/fail", fail)  # type: ignore[attr-defined]
    told = problem(http.get("/fail"), 500, "LinkshedError")
    assert "secret" not in str(told)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.fixed_dictionaries(
        {"scope": st.one_of(TEXT, st.sampled_from([DOMAIN, "*", "tea.com/green"]))},
        optional={
            "mode": st.one_of(TEXT, st.sampled_from(["url", "prefix", "host", "set"])),
            "where": st.one_of(TEXT, st.sampled_from(["is_followed", "equity > 0", '{"not": 1}'])),
            "order_by": st.one_of(TEXT, st.sampled_from(["anchor:desc", "links_in_group"])),
            "select": st.one_of(TEXT, st.sampled_from(["*", "anchor,anchor", ",", "url_from"])),
            "limit": st.one_of(TEXT, st.integers(-5, 10**20).map(str)),
            "cursor": TEXT,
            "snapshot": st.one_of(TEXT, st.just("latest")),
            "format": st.sampled_from(["csv", "json", "ndjson", "parquet", "xml"]),
            "best": TEXT,
        },
    )
)
def test_any_question_is_answered_or_refused_in_words(
    http: TestClient, asked: dict[str, str]
) -> None:
    answer = http.get("/v1/reports/backlinks", params=asked)
    assert answer.status_code in (200, 400, 404), answer.text
    if answer.status_code != 200:
        assert set(answer.json()) == {"error", "received", "allowed", "repair"}
