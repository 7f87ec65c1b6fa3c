"""Every chart: a figure that Plotly accepts, the same numbers as its report, harmless words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from linkshed import api
from linkshed.api import Linkshed
from linkshed.charts.chart import ACCOUNT
from linkshed.charts.theme import THEMES, Role
from linkshed.charts.words import label
from linkshed.errors import ColumnError, ParameterError
from serve.served import DOMAIN, make
from webs import FETCHED_AT, publish, rows

PAGE = "https://tea.com/"
LATER = """
    late.org/ -> tea.com/ 'late'
    wiki.net/a status=200
    wiki.net/b -> tea.com/ 'tea'
    wiki.net/b -> tea.com/green 'tea'
    wiki.net/b -> tea.com/water 'one more'
"""
MOST_MARKS = 200
COUNTED = ("x", "y", "values", "labels")


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Linkshed:
    folder = tmp_path_factory.mktemp("charts")
    store = make(folder)
    publish(folder, rows(LATER, fetched_at=FETCHED_AT + 9 * 86_400))
    return api.score(store)


def drawn(web: Linkshed, name: str, scope: str | None = None) -> Any:
    is_account = api.CHARTS.load(name).CHART.report == ACCOUNT
    return web.chart(name, scope or (PAGE if is_account else DOMAIN))


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", api.CHARTS.names)
def test_a_chart_is_a_figure_in_every_theme(web: Linkshed, name: str, theme: str) -> None:
    drawing = drawn(web, name)
    figure = drawing.figure(theme)
    assert figure.data
    assert figure.layout.title.text == drawing.title
    assert json.loads(json.dumps(drawing.spec(theme))) == drawing.spec(theme)
    assert not set(texts(drawing.spec(theme))) & {f"{role}" for role in Role} - {"text"}


@pytest.mark.parametrize("name", api.CHARTS.names)
def test_a_chart_has_words_and_a_table_and_few_marks(web: Linkshed, name: str) -> None:
    drawing = drawn(web, name)
    assert drawing.sentence.endswith(".")
    assert all(len(line) == len(drawing.header) for line in drawing.lines)
    sizes = [len(mark.get(key, ())) for mark in drawing.data for key in COUNTED]
    assert max([*sizes, len(drawing.lines)]) <= MOST_MARKS


@pytest.mark.parametrize("name", api.CHARTS.names)
def test_nothing_to_draw_is_said_in_words(web: Linkshed, name: str) -> None:
    is_account = api.CHARTS.load(name).CHART.report == ACCOUNT
    drawing = drawn(web, name, f"{PAGE}gone" if is_account else "nobody.example")
    assert drawing.is_empty
    assert drawing.sentence.endswith(".")
    assert drawing.figure().data == ()


@pytest.mark.parametrize("name", [n for n in api.CHARTS.names if n != "ledger"])
def test_any_rows_of_its_report_are_drawn(web: Linkshed, name: str) -> None:
    chart = api.CHARTS.load(name).CHART
    shown = web.report(chart.report, DOMAIN, **chart.options)
    assert shown.chart(name).data == drawn(web, name).data
    narrow = web.report(chart.report, DOMAIN, select=chart.columns[0], **chart.options)
    assert narrow.figure(name).data == shown.figure(name).data


def test_rows_of_another_report_are_refused(web: Linkshed) -> None:
    with pytest.raises(ColumnError, match="report 'backlinks'"):
        web.report("backlinks", DOMAIN).figure("depth")
    with pytest.raises(ParameterError, match="light, dark"):
        web.report("depth", DOMAIN).figure("depth", "neon")


def test_bars_show_what_the_report_counts(web: Linkshed) -> None:
    domains = web.report("refdomains", DOMAIN)
    assert sum(drawn(web, "refdomains_by_rating").data[0]["y"]) == domains.total
    assert drawn(web, "refdomains_growth").lines[-1][1] == domains.total
    links = web.report("backlinks", DOMAIN, grouping="all")
    assert sum(drawn(web, "placements").data[0]["x"]) == links.total
    followed = web.report("backlinks", DOMAIN, grouping="all", where="is_followed").total
    assert [mark["x"] for mark in drawn(web, "followed").data] == [
        [followed],
        [links.total - followed],
    ]
    pages = web.report("pages", DOMAIN, where="rating >= 0").total
    assert sum(drawn(web, "ratings").data[0]["y"]) == pages


def test_new_and_lost_links_are_those_of_the_report(web: Linkshed) -> None:
    drawing = drawn(web, "new_and_lost")
    notes = web.report("newlost", DOMAIN).notes
    assert [sum(mark["y"]) for mark in drawing.data] == [notes["new"], -notes["lost"]]
    assert notes["new"] == notes["lost"] == 1


def test_what_flows_into_the_goal_is_its_equity(web: Linkshed) -> None:
    mark = web.chart("linkshed", PAGE, mode="url").data[0]
    goal = mark["node"]["label"].index("in all")
    flows = list(zip(mark["link"]["target"], mark["link"]["value"], strict=True))
    equity = web.explain(PAGE)["equity"]
    assert sum(value for target, value in flows if target == goal) == pytest.approx(equity)


def test_a_section_holds_what_flows_in_and_what_it_has_of_itself(web: Linkshed) -> None:
    for folders in (0, 1, 2):
        held = {
            r["section"]: r
            for r in web.report("sections", DOMAIN, select="*", folders=folders).to_dicts()
        }
        flows = web.report("flow", DOMAIN, folders=folders).to_dicts()
        pages = web.report("pages", DOMAIN).to_dicts()
        base = {
            page["url"]: web.explain(page["url"])["base"]
            for page in pages
            if page["equity"] is not None
        }
        assert sum(row["pages"] for row in held.values()) == len(base)
        for name, row in held.items():
            own = sum(b for url, b in base.items() if _section(url, folders) == name)
            comes = sum(flow["equity"] for flow in flows if flow["to_section"] == name)
            assert own + comes == pytest.approx(row["equity"])
        assert sum(row["share"] for row in held.values()) == pytest.approx(1)


def _section(url: str, folders: int) -> str:
    host, *path = url.removeprefix("https://").split("/")
    return "/".join([host, *path[:-1]][: folders + 1]) + "/"


def test_areas_of_a_tree_sum_to_those_above(web: Linkshed) -> None:
    mark = drawn(web, "equity_tree").data[0]
    value = dict(zip(mark["ids"], mark["values"], strict=True))
    for name, area in value.items():
        below = [
            value[i] for i, above in zip(mark["ids"], mark["parents"], strict=True) if above == name
        ]
        assert sum(below) <= area * (1 + 1e-9)
    whole = sum(area for name, area in value.items() if name.count("/") == 1)
    assert whole == pytest.approx(
        sum(web.report("pages", DOMAIN, where="equity > 0").to_arrow()["equity"].to_pylist())
    )


def test_the_steps_of_a_ledger_sum_to_what_the_page_holds(web: Linkshed) -> None:
    steps = drawn(web, "ledger").data[0]["x"]
    assert sum(steps[:-1]) == pytest.approx(steps[-1])
    assert steps[-1] == web.explain(PAGE)["equity"]


def test_words_of_strangers_are_shown_as_words(web: Linkshed) -> None:
    drawing = web.report("anchors", DOMAIN, where="anchor ~ script or anchor ~ evil").chart(
        "anchors"
    )
    marks = " ".join((*texts(drawing.data), *texts(drawing.layout)))
    assert "&lt;script&gt;" in marks
    assert "evil" in marks
    assert "<script" not in marks
    assert "\u202e" not in marks


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("tea & <b>cups</b>", "tea &amp; &lt;b&gt;cups&lt;/b&gt;"),
        ("a\u200bb\u202ec\nd", "a\ufffdb\ufffdc\ufffdd"),
        ("https://tea.com/", "tea.com/"),
        ("x" * 10_000, "x" * 23 + "…" + "x" * 24),
        (None, "(none)"),
    ],
)
def test_a_label_is_short_and_without_power(text: str | None, shown: str) -> None:
    assert label(text) == shown
