"""The page that the demonstration explains has an account worth explaining, and it adds up."""

from __future__ import annotations

from math import fsum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from linkshed import api
from linkshed.demo import SHOW_DOMAIN, SHOW_URL


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder: Path = tmp_path_factory.mktemp("account")
    archive, _, _ = api.write_demo(folder / "store")
    counts = api.ingest("warc", [archive], store=folder / "store")
    assert counts["read"] == counts["kept"]
    api.build(folder / "store", base=None)
    return api.score(folder / "store").explain(SHOW_URL)


def test_the_account_sums_to_the_equity(account: dict[str, Any]) -> None:
    assert account["ledger"]
    total = account["base"] + fsum(line["equity"] for line in account["ledger"])
    assert total + account["residual"] == pytest.approx(account["equity"], rel=1e-12)
    assert total == pytest.approx(account["equity"], rel=1e-9)


def test_several_sites_and_placements_take_part(account: dict[str, Any]) -> None:
    hosts = {urlsplit(line["source_url"]).hostname for line in account["ledger"]}
    assert urlsplit(SHOW_URL).hostname == SHOW_DOMAIN
    assert len(hosts - {SHOW_DOMAIN}) >= 4
    assert len({line["placement"] for line in account["ledger"]}) >= 3


def test_a_nofollow_link_gives_nothing_and_is_still_told(account: dict[str, Any]) -> None:
    forum = [e for e in account["ledger"] if "teahouse-talk.example" in e["source_url"]]
    assert [line["equity"] for line in forum] == [0.0]
