"""The summary counts what the reports list."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkshed.api import Linkshed
from linkshed.report import REPORTS
from linkshed.report.answers.audits import AUDITS, NAMED
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
        largest = max(finding[stake] for finding in listed)
        assert row["worst_stake"] == largest
        assert row["worst_url"] in {f["url"] for f in listed if f[stake] == largest}
    stakes = [row["stake"] for row in summary.values()]
    assert stakes == sorted(stakes, reverse=True)
