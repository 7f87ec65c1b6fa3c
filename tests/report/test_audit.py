"""The summary counts what the reports list."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkshed.api import Linkshed
from linkshed.report import REPORTS
from linkshed.report.answers.audits import AUDITS, NAMED
from linkshed.report.answers.finding import SEVERITIES as LEVELS
from snapshots import random_text, scored_web


@pytest.mark.parametrize("seed", range(3))
def test_it_counts_what_each_report_lists(seed: int, tmp_path: Path) -> None:
    web = Linkshed(scored_web(random_text(seed, n=60, n_links=300), tmp_path))
    summary = {row["report"]: row for row in web.audit("*", select="*").to_dicts()}
    for name in AUDITS:
        options = {
            option.name: 0 for option in REPORTS.load(name).REPORT.options if option.name == "each"
        }
        listed = web.report(name, "*", select="*", **options).to_dicts()
        assert (name in summary) == bool(listed)
        if not listed:
            continue
        row, stake = summary[name], NAMED["stake"].get(name, "stake")
        n_sure = sum(finding.get("verdict") != "inconclusive" for finding in listed)
        assert (row["findings"], row["inconclusive"]) == (n_sure, len(listed) - n_sure)
        assert row["stake"] == pytest.approx(sum(finding[stake] for finding in listed))
        by_level = {level: [f for f in listed if f["severity"] == level] for level in LEVELS}
        assert row["severity"] == next((level for level in LEVELS if by_level[level]), None)
        assert [row[level] for level in LEVELS] == [len(by_level[level]) for level in LEVELS]
        severe = by_level[row["severity"]] if row["severity"] else listed
        largest = max(finding[stake] for finding in severe)
        assert row["worst_stake"] == largest
        assert row["worst_url"] in {f["url"] for f in severe if f[stake] == largest}
    places = [(LEVELS.index(row["severity"]), -row["worst_stake"]) for row in summary.values()
              if row["severity"]]  # fmt: skip
    assert places == sorted(places)


def test_breakage_comes_before_a_larger_stake(tmp_path: Path) -> None:
    text = "\n".join(
        [f"a.com/ -> a.com/{n} n\na.com/{n} -> a.com/ home" for n in range(4)]
        + ["a.com/3 -> a.com/gone spring", "a.com/gone status=404", "a.com/0 known sitemap"]
    )
    web = Linkshed(scored_web(text, tmp_path))
    rows = web.findings("*").to_dicts()
    missing = [row for row in rows if row["kind"] == "missing from the sitemap"]
    assert missing[0]["stake"] > rows[0]["stake"] > 0
    assert (rows[0]["report"], rows[0]["url"]) == ("brokenlinks", "https://a.com/gone")
    assert [row["report"] for row in web.audit("*").to_dicts()][:2] == ["brokenlinks", "waste"]


def test_every_audit_says_how_severe_what_is_certain_is(tmp_path: Path) -> None:
    web = Linkshed(scored_web(random_text(5, n=60, n_links=300), tmp_path))
    assert all(REPORTS.load(name).REPORT.column("severity") for name in AUDITS)
    for row in web.findings("*", select="*").to_dicts():
        is_sure = row["verdict"] in ("certain", "orphan")
        assert row["severity"] in (LEVELS if is_sure else (None,))
        assert (row["reason"] is None) == is_sure
