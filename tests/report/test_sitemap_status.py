"""What a report on sitemaps says of pages that answer with an error."""

from __future__ import annotations

from pathlib import Path

from linkshed.api import Linkshed
from snapshots import scored_web

WEB = """
tea.com/ -> tea.com/gone
tea.com/ -> tea.com/shut
tea.com/gone status=404
tea.com/shut status=403
tea.com/odd  status=400
tea.com/down status=503
tea.com/gone known sitemap
tea.com/shut known sitemap
tea.com/odd  known sitemap
tea.com/down known sitemap
"""


def test_only_what_is_gone_is_dead_and_what_is_shut_cannot_be_judged(tmp_path: Path) -> None:
    snapshot = scored_web(WEB, tmp_path)
    found = (
        Linkshed(snapshot)
        .report("sitemaps", "tea.com", select="url,kind,verdict,reason")
        .to_dicts()
    )
    rows = {row["url"].rpartition("/")[2]: row for row in found}
    kinds = {name: row["kind"] for name, row in rows.items() if name}
    assert kinds == {"gone": "dead", "shut": "not read", "odd": "server error",
                     "down": "server error"}  # fmt: skip
    assert (rows["gone"]["verdict"], rows["shut"]["verdict"]) == ("certain", "inconclusive")
    assert rows["shut"]["reason"] == "the page turns robots away"
