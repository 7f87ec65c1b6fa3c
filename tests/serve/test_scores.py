"""Scores on request from the command line and from Python, through to reports and exports."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

import linkshed
from linkshed import api
from linkshed.errors import ColumnError, LinkshedError, MissingScore, ParameterError
from linkshed.serve.cli import cli
from webs import web

WEB = """
    a.com/ -> b.com/ 'tea'
    c.com/ -> b.com/x 'x'
    b.com/ -> b.com/x 'inside'
    b.com/ -> gone.com/ 'gone'
    gone.com/ status=404
"""


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


@pytest.fixture
def store(tmp_path: Path) -> Path:
    web(WEB, tmp_path)
    api.score(tmp_path / "store", "classic")
    return tmp_path / "store"


def test_every_score_on_request_has_a_command_with_its_options() -> None:
    told = run("score", "--help").output
    for name in api.ON_REQUEST:
        assert name in told
        shown = run("score", name, "--help").output
        assert all(f"--{o.name.replace('_', '-')}" in shown for o in api.SCORES.load(name).OPTIONS)
    assert "surfer" not in told


def test_a_score_adds_columns_to_reports_and_exports(store: Path, tmp_path: Path) -> None:
    with pytest.raises(ColumnError, match="linkshed score --help"):
        linkshed.open(store).pages("*", select="harmonic")
    done = run("score", "harmonic", "--log2m", "10", "--store", store)
    assert done.exit_code == 0, done.output
    assert "scored, harmonic" in done.output
    shed = linkshed.open(store)
    rows = shed.pages("*", order_by="harmonic:desc", where="harmonic > 0").to_dicts()
    assert [row["url"] for row in rows] == ["https://b.com/x", "https://b.com/"]
    pages = shed.pages("*", select="url,harmonic").to_dicts()
    assert {row["url"]: row["harmonic"] for row in pages}["https://gone.com/"] is None
    assert shed.refdomains("b.com", select="domain,harmonic").to_dicts()[0]["harmonic"] == 0
    assert shed.backlinks("b.com", select="source_harmonic").to_dicts()[0] == {"source_harmonic": 0}
    assert shed.broken("gone.com", select="source_harmonic").to_dicts() == [{"source_harmonic": 1}]
    told = run("pages", "b.com", "--select", "*", "--format", "csv", "--store", store).output
    assert {"harmonic", "equity"} <= set(next(csv.reader(io.StringIO(told))))
    run("pages", "b.com", "--select", "*", "--output", tmp_path / "p.parquet", "--store", store)
    assert "harmonic" in pq.read_table(tmp_path / "p.parquet").column_names


def test_scoring_anew_says_what_it_drops(store: Path) -> None:
    assert "note" not in run("score", "--store", store).output
    run("score", "harmonic", "--store", store)
    again = run("score", "--store", store)
    assert "note: begun anew without harmonic: ask again" in again.output
    assert not linkshed.open(store).manifest.scores.keys() & set(api.ON_REQUEST)


def test_without_it_nothing_is_added(store: Path) -> None:
    report = api.REPORTS.load("pages").REPORT
    assert linkshed.open(store).pages("*", select="*").columns == report.columns


def test_what_a_person_should_know_is_told(store: Path) -> None:
    done = run("score", "trust", "--good", "c.com, zzz.org", "--store", store)
    assert done.exit_code == 0, done.output
    assert (
        "note: 1 of 2 scopes of the trusted list name no page of the snapshot: zzz.org"
        in done.output
    )
    assert "note: no bad scopes were given" in done.output
    rows = linkshed.open(store).pages("*", where="trust_share > 0", select="url").to_dicts()
    assert [row["url"] for row in rows] == ["https://b.com/x", "https://c.com/"]
    fails = run("score", "trust", "--bad", "zzz.org", "--store", store)
    assert "zzz.org" in str(fails.exception)


MISTAKES = {
    "unknown score": (["score", "magic"], "magic"),
    "always made": (["score", "equity"], "equity"),
    "option before the name": (["score", "--profile", "classic", "harmonic"], "behind 'harmonic'"),
    "out of limits": (["score", "harmonic", "--log2m", "99"], "log2m"),
    "no such method": (["score", "harmonic", "--method", "fast"], "fast"),
}


@pytest.mark.parametrize(("words", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named(words: list[str], told: str, store: Path) -> None:
    done = run(*words, "--store", store)
    assert done.exit_code == 2
    assert told in done.output


def test_mistakes_from_python(store: Path, tmp_path: Path) -> None:
    wrong: list[dict[str, object]] = [
        {"only": "magic"}, {"log2m": 8}, {"only": "harmonic", "profile": "classic"},
        {"only": "harmonic", "words": "x"},
    ]  # fmt: skip
    for options in wrong:
        with pytest.raises(LinkshedError, match="allowed"):
            linkshed.score(store, **options)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="'words'"):
        linkshed.score(store, only="harmonic", words="x")
    web("a.com/ -> b.com/", tmp_path / "bare")
    with pytest.raises(MissingScore, match="linkshed score"):
        linkshed.score(tmp_path / "bare" / "store", only="harmonic")


def test_options_are_checked_by_their_declaration() -> None:
    for name in api.ON_REQUEST:
        for option in api.SCORES.load(name).OPTIONS:
            assert option.meaning
            assert option.check(option.default) == option.default
            with pytest.raises(ParameterError, match=option.name):
                option.check(object())
