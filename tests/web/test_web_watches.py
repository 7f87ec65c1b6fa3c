"""Rows are chosen on the screen, and a watch tells about exactly those."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, expect
from selectolax.lexbor import LexborHTMLParser as Html
from starlette.requests import Request

from linkshed import api
from linkshed.serve.cli import cli
from linkshed.serve.http.app import create_app
from linkshed.serve.http.sessions import Sessions
from linkshed.serve.http.settings import Settings
from linkshed.serve.http.shelf import Shelf
from linkshed.serve.watch.chosen import Chosen
from linkshed.serve.watch.definition import read_watch
from linkshed.serve.watch.folder import Folder
from linkshed.serve.web.choices import box_of, choice_of, chosen_by, needed, ways_of
from linkshed.serve.web.desk import Desk
from serve.watching import FIRST, SECOND, look
from web.browsing import page_of, serving

LINKS = ["link https://news.org/ https://tea.com/", "link https://blog.org/ https://tea.com/"]
PAGES = ["page https://tea.com/", "page https://tea.com/cups"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    look(tmp_path, FIRST)
    return tmp_path


@pytest.fixture
def http(folder: Path) -> Iterator[TestClient]:
    with client(folder, has_jobs=True) as found:
        yield found


def client(folder: Path, **settings: Any) -> TestClient:
    made = TestClient(create_app(Settings(str(folder / "store"), **settings)),
                      base_url="http://127.0.0.1", follow_redirects=False)  # fmt: skip
    made.headers["accept"] = "text/html"
    return made


def cli_says(folder: Path, *words: str) -> str:
    done = CliRunner().invoke(cli, ["watch", *words, "--store", str(folder / "store")])
    assert done.exit_code == 0, done.output
    return done.output


def token(http: TestClient) -> str:
    page = Html(http.get("/reports/pages?scope=tea.com").text)
    return page.css_first("#watch [name=token]").attributes["value"] or ""  # type: ignore[union-attr]


def put(http: TestClient, *rows: str, path: str = "/watches", **fields: str) -> Any:
    given = {"token": token(http), "name": "mine", "scope": "tea.com", **fields}
    return http.post(path, data=given | {"row": list(rows)})


def list_of(folder: Path, name: str = "mine") -> list[str]:
    return [str(box_of(row)) for row in Folder(folder / "store").watch(name).chosen]


def test_ticked_rows_are_watched_and_nothing_else(browser: Browser, folder: Path) -> None:
    with serving(folder / "store", has_jobs=True) as address, page_of(browser) as page:
        page.goto(f"{address}/reports/backlinks?scope=tea.com&grouping=all")
        for url in ("https://news.org/", "https://blog.org/"):
            row = page.locator(".rows tbody tr", has=page.locator(f'[href="{url}"]')).first
            row.get_by_role("checkbox").check()
        panel = page.locator("#watching > summary")
        expect(panel).to_have_text("Watch2 chosen")
        panel.click()
        page.get_by_label("Name of the list").fill("My links!")
        page.get_by_role("button", name="Watch these").click()
        expect(page.get_by_role("heading", name="my-links")).to_be_visible()
        rows = page.locator("#my-links .chosen-row")
        expect(rows).to_have_count(2)
        assert violations(page) == []
        chosen = [row.told for row in Folder(folder / "store").watch("my-links").chosen]
        assert rows.all_inner_texts() == chosen
    assert cli_says(folder, "try", "my-links").splitlines()[1:] == [f"only {c}" for c in chosen]
    look(folder, SECOND, 1)
    assert cli_says(folder, "run") == "my-links: 1 changed; 1 sent\n"
    with serving(folder / "store", has_jobs=True) as address, page_of(browser) as page:
        page.goto(f"{address}/watches")
        with page.expect_download() as loaded:
            page.get_by_role("link", name="What it told").click()
        told = loaded.value.path().read_text()
        assert "blog\\.org" in told
        assert "tea\\.com/new" not in told


def test_rows_are_ticked_with_keys_alone_and_all_at_once(browser: Browser, folder: Path) -> None:
    with serving(folder / "store", has_jobs=True) as address, page_of(browser, 360) as page:
        page.goto(f"{address}/reports/pages?scope=tea.com")
        boxes = page.get_by_role("checkbox", name=re.compile("^Choose row"))
        boxes.first.focus()
        page.keyboard.press("Space")
        expect(page.locator("[data-chosen]")).to_have_text("1 chosen")
        page.locator("#watching > summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        every = page.get_by_role("button", name="Tick all rows of this page")
        expect(every).to_be_focused()
        page.keyboard.press("Space")
        expect(page.locator("[data-chosen]")).to_have_text(f"{boxes.count()} chosen")
        assert violations(page) == []
        page.keyboard.press("Tab")
        page.keyboard.type("pages")
        page.keyboard.press("Enter")
        expect(page.locator("#pages .chosen-row")).to_have_count(2)
    assert list_of(folder, "pages") == PAGES


def test_without_scripts_the_boxes_are_a_plain_form(browser: Browser, folder: Path) -> None:
    store = folder / "store"
    with serving(store) as address, page_of(browser, java_script_enabled=False) as page:
        page.goto(f"{address}/reports/pages?scope=tea.com&where=url~tea&limit=100")
        page.locator("#watching > summary").click()
        page.get_by_role("link", name="Tick all rows of this page").click()
        expect(page.locator(".choice > :checked")).to_have_count(2)
        assert "where=url~tea&limit=100" in page.url.replace("%7E", "~")
        page.locator("#watching > summary").click()
        page.get_by_label("Name of the list").fill("mine")
        page.get_by_role("button", name="Watch these").click()
        assert not (store / "watches").exists()
        with page.expect_download() as loaded:
            page.get_by_role("button", name="Save mine.toml").click()
        (store / "watches").mkdir()
        loaded.value.save_as(store / "watches" / loaded.value.suggested_filename)
    assert list_of(folder) == PAGES
    assert "mine: nothing new" in cli_says(folder, "run", "mine")
    look(folder, SECOND, 1)
    assert "1 broken" in cli_says(folder, "run", "mine")
    assert "cups" in (store / "watches" / "mine.md").read_text()


def test_rows_are_added_to_a_list_once_and_taken_off(http: TestClient, folder: Path) -> None:
    for rows in ([LINKS[0]], LINKS, LINKS):
        assert put(http, *rows).headers["location"] == "/watches#mine"
    assert list_of(folder) == LINKS
    assert Folder(folder / "store").watch("mine").kinds == ("new", "lost", "changed")
    put(http, "domain wiki.net", *PAGES)
    assert list_of(folder) == [*LINKS, "domain wiki.net", *PAGES]
    kinds = Folder(folder / "store").watch("mine").kinds
    assert set(kinds) == {"new", "lost", "changed", "found", "falling", "broken"}
    for row in [*LINKS, *PAGES]:
        given = {"token": token(http), "name": "mine", "row": row}
        assert http.post("/watches/take-away", data=given).status_code == 303
    assert list_of(folder) == ["domain wiki.net"]
    assert http.post("/watches/take-away", data=given).status_code == 404
    given["row"] = "domain wiki.net"
    assert http.post("/watches/take-away", data=given).status_code == 303
    assert Folder(folder / "store").names() == []


def test_a_list_is_not_mixed_with_another_question(http: TestClient, folder: Path) -> None:
    cli_says(folder, "add", "whole", "tea.com", "--file", str(folder / "x"))
    assert put(http, *LINKS).status_code == 303
    for fields in ({"name": "whole"}, {"scope": "https://tea.com/", "mode": "url"}):
        refused = put(http, LINKS[0], **fields)
        assert refused.status_code == 400
        assert "take another name" in refused.text
    given = {"token": token(http), "name": "whole"}
    assert http.post("/watches/take-away", data=given).status_code == 404
    assert Folder(folder / "store").names() == ["mine", "whole"]


def test_a_page_that_takes_long_can_be_watched_from_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linkshed.serve.web.patience.SECONDS", 0)
    with client(folder, has_jobs=True) as http:
        assert put(http, *LINKS).status_code == 303


def test_a_request_begins_one_session_in_all_its_threads(folder: Path) -> None:
    settings = Settings(str(folder / "store"))
    desk = Desk(Shelf(settings.store), settings, Sessions(()))

    with ThreadPoolExecutor(8) as pool:
        for _ in range(100):
            request = Request({"type": "http", "headers": []})
            assert len(set(pool.map(desk.session, [request] * 8))) == 1


WRONG = [
    ((), {}, 400), (["page https://other.org/"], {}, 400), (["page not-a-url"], {}, 422),
    (["link https://a.org/"], {}, 400), (["nothing x"], {}, 400), ([""], {}, 400),
    (LINKS, {"name": "../../etc/passwd"}, 303), (LINKS, {"name": "茶"}, 400),
    (LINKS, {"name": "x" * 64}, 400), (LINKS, {"scope": "http://"}, 400),
    (LINKS, {"mode": "no"}, 400), (LINKS, {"token": "forged"}, 403),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "fields", "status"), WRONG)
def test_what_cannot_be_watched_is_refused(
    http: TestClient, folder: Path, rows: list[str], fields: dict[str, str], status: int
) -> None:
    for path in ("/watches", "/watches/file"):
        answer = put(http, *rows, path=path, **fields)
        assert answer.status_code in (status, 200 if status == 303 else status), answer.text
    if status == 303:
        assert Folder(folder / "store").names() == ["etc-passwd"]
    else:
        assert not (folder / "store" / "watches").exists()


def test_no_path_from_outside_is_read_and_no_page_of_others_changes_a_list(
    http: TestClient, folder: Path
) -> None:
    (folder / "store" / "secret.md").write_text("secret")
    put(http, *LINKS)
    for name in ("mine", "..%2Fsecret", "%2e%2e/secret", "../secret", "%00"):
        answer = http.get(f"/watches/{name}.md")
        assert answer.status_code in (400, 404), name
        assert "secret" not in answer.text or "page" in answer.text
    foreign = {"origin": "https://evil.example"}
    for path in ("/watches", "/watches/take-away"):
        given = {"token": token(http), "name": "mine", "scope": "tea.com", "row": LINKS[0]}
        assert http.post(path, data=given, headers=foreign).status_code == 403
    assert list_of(folder) == LINKS


def test_a_server_without_jobs_shows_and_changes_no_watch(folder: Path) -> None:
    cli_says(folder, "add", "whole", "tea.com", "--file", "/tmp/private-name")
    with client(folder) as http:
        assert "private-name" not in http.get("/watches").text
        shown = Html(put(http, *LINKS).text).css_first("pre")
        assert shown is not None
        assert read_watch("mine", shown.text()).chosen == chosen_by(LINKS)
        given = {"token": token(http), "name": "whole"}
        assert http.post("/watches/take-away", data=given).status_code == 403
        assert http.get("/watches/mine.md").status_code == 403
        saved = put(http, *LINKS, path="/watches/file")
        assert saved.headers["content-disposition"] == 'attachment; filename="mine.toml"'
        assert tomllib.loads(saved.text)["chosen"][0]["source_url"] == "https://news.org/"
    assert Folder(folder / "store").names() == ["whole"]


def test_a_broken_file_of_a_watch_is_told_beside_the_others(http: TestClient, folder: Path) -> None:
    put(http, *LINKS)
    (folder / "store" / "watches" / "odd.toml").write_text("scope = <script>")
    page = Html(http.get("/watches").text)
    assert len(page.css(".job")) == 2
    assert "is not TOML" in page.css_first("#odd").text()  # type: ignore[union-attr]


@pytest.mark.parametrize("name", [n for n in api.REPORTS if api.REPORTS.load(n).REPORT.watchable])
def test_every_report_that_can_be_watched_says_what_of_its_rows(folder: Path, name: str) -> None:
    report = api.REPORTS.load(name).REPORT
    assert tuple(ways_of(report)) == report.watchable
    look(folder, SECOND, 1)
    options = {"rivals": "pots.net"} if name == "intersect" else {}
    select = ",".join(needed(report, []))
    rows = api.open(folder / "store").report(name, "tea.com", select=select, **options).to_dicts()
    boxes = [choice_of(ways_of(report), row) for row in rows]
    assert all(boxes)
    assert [box_of(row) for row in chosen_by(map(str, boxes))] == list(dict.fromkeys(boxes))
    assert choice_of(ways_of(report), dict.fromkeys(c.name for c in report.columns)) is None


def test_rows_that_stand_for_days_have_no_box(http: TestClient, folder: Path) -> None:
    look(folder, SECOND, 1)
    for by, words in (("link", "link "), ("domain", "domain "), ("day", None)):
        page = Html(http.get(f"/reports/newlost?scope=tea.com&by={by}").text)
        boxes = [str(box.attributes["value"]) for box in page.css(".choice > input")]
        rows = page.css(".rows tbody tr")
        assert len(boxes) == (len(rows) if words else 0)
        assert rows
        assert all(text.startswith(str(words)) for text in boxes)
        assert bool(page.css("#watching")) == bool(words)
        heads = [head.text().rstrip("↓↑").lower() for head in page.css(".rows thead th")]
        assert heads[0] == {"link": "event", "day": "day", "domain": "source domain"}[by]
        assert ("lost links" in heads) == (by != "link")


def test_a_choice_of_no_box_has_none() -> None:
    assert box_of(Chosen(source_domain="a.org", target_url="https://b.org/")) is None


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{item['id']}: {node['html'][:160]}" for item in found for node in item["nodes"]]
