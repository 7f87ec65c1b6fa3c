"""Who receives a page's equity, case by case (model, section 5)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from linkshed.schema import Canonical, Indexability, Resolution
from linkshed.snapshot.build import resolve_again
from linkshed.snapshot.resolve import ResolveSettings
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from webs import web


def resolved(snapshot: Snapshot, url: str) -> dict[str, object]:
    page = snapshot.page_id(f"https://{url}")
    assert page is not None
    names = ["receiver", "resolution", "n_hops", "canonical", "final_indexability"]
    row = snapshot.take("resolution", names, np.array([page])).to_pylist()[0]
    return row | {"receiver": snapshot.urls([row["receiver"]])[0].removeprefix("https://")}


def test_a_chain_ends_at_its_last_page(tmp_path: Path) -> None:
    made = web("a.com/1 redirect a.com/2\na.com/2 redirect a.com/3\na.com/3 -> b.com/", tmp_path)
    assert resolved(made, "a.com/1") == {
        "receiver": "a.com/3", "resolution": Resolution.REDIRECT, "n_hops": 2,
        "canonical": Canonical.NONE, "final_indexability": Indexability.REDIRECTED,
    }  # fmt: skip


def test_ten_hops_arrive_and_eleven_do_not(tmp_path: Path) -> None:
    chain = [f"a.com/{i} redirect a.com/{i + 1}" for i in range(11)]
    made = web("\n".join([*chain, "a.com/11 -> b.com/"]), tmp_path)
    assert resolved(made, "a.com/1")["receiver"] == "a.com/11"
    assert resolved(made, "a.com/0")["resolution"] == Resolution.TOO_MANY_HOPS


@pytest.mark.parametrize(
    "loop", ["a.com/ redirect a.com/", "a.com/ redirect b.com/\nb.com/ redirect a.com/"]
)
def test_a_loop_loses_everything_sent_into_it(loop: str, tmp_path: Path) -> None:
    made = web(f"{loop}\nin.com/ redirect a.com/", tmp_path)
    for url in ("a.com/", "in.com/"):
        assert resolved(made, url)["resolution"] == Resolution.LOOP
        assert resolved(made, url)["receiver"] == url


def test_a_redirect_to_a_dead_page_is_dead(tmp_path: Path) -> None:
    made = web("a.com/ redirect b.com/\nb.com/ status=410", tmp_path)
    assert resolved(made, "a.com/")["resolution"] == Resolution.DEAD


def test_a_redirect_without_target_is_dead(tmp_path: Path) -> None:
    assert resolved(web("a.com/ status=302", tmp_path), "a.com/")["resolution"] == Resolution.DEAD


def test_a_server_error_is_not_death(tmp_path: Path) -> None:
    made = web("a.com/ status=503\nb.com/ status=429", tmp_path)
    for url in ("a.com/", "b.com/"):
        assert resolved(made, url)["resolution"] == Resolution.SELF


def test_an_honoured_canonical_contracts_the_page_and_its_redirects(tmp_path: Path) -> None:
    made = web("a.com/1 canonical a.com/2\na.com/2 -> b.com/\nold.com/ redirect a.com/1", tmp_path)
    assert resolved(made, "a.com/1") == {
        "receiver": "a.com/2", "resolution": Resolution.CANONICAL, "n_hops": 1,
        "canonical": Canonical.HONOURED, "final_indexability": Indexability.CANONICALISED,
    }  # fmt: skip
    assert resolved(made, "old.com/")["receiver"] == "a.com/2"
    assert resolved(made, "old.com/")["n_hops"] == 2


REFUSED = {
    "a.com/1 canonical a.com/2\na.com/2 status=404": Canonical.TARGET_NOT_ALIVE,
    "a.com/1 canonical a.com/2\na.com/2 noindex": Canonical.TARGET_NOT_INDEXABLE,
    "a.com/1 canonical a.com/2": Canonical.TARGET_UNKNOWN,
    "a.com/1 canonical a.com/2\na.com/2 canonical a.com/1": Canonical.TARGET_CANONICALISED,
    "a.com/1 canonical a.com/2\na.com/2 canonical a.com/3\na.com/3 canonical a.com/4\n"
    "a.com/4 -> b.com/": Canonical.TARGET_CANONICALISED,
    "a.com/1 canonical a.com/2\na.com/1 text_sketch=0\na.com/2 text_sketch=4294967295":
        Canonical.DISSIMILAR,
    "a.com/1 canonical a.com/2\na.com/1 canonical_issue=6\na.com/2 -> b.com/": Canonical.SEVERAL,
}  # fmt: skip


@pytest.mark.parametrize(("text", "verdict"), REFUSED.items())
def test_a_canonical_is_refused_with_its_reason(
    text: str, verdict: Canonical, tmp_path: Path
) -> None:
    found = resolved(web(text, tmp_path), "a.com/1")
    assert found["canonical"] == verdict
    assert found["receiver"] == "a.com/1"
    assert found["final_indexability"] == Indexability.INDEXABLE


def test_a_canonical_may_go_one_page_further(tmp_path: Path) -> None:
    made = web("a.com/1 canonical a.com/2\na.com/2 canonical a.com/3\na.com/3 -> b.com/", tmp_path)
    assert resolved(made, "a.com/1")["receiver"] == "a.com/3"
    assert resolved(made, "a.com/1")["n_hops"] == 2


def test_alike_texts_are_merged(tmp_path: Path) -> None:
    made = web("a.com/1 canonical a.com/2\na.com/1 text_sketch=7\na.com/2 text_sketch=1", tmp_path)
    assert resolved(made, "a.com/1")["canonical"] == Canonical.HONOURED


def test_decisions_can_be_undone_and_made_again(tmp_path: Path) -> None:
    before = web("a.com/1 canonical a.com/2\na.com/2 -> b.com/\nc.com/ redirect b.com/", tmp_path)
    store = Store.open(tmp_path / "store")
    undone = resolve_again(store, before, ResolveSettings(False, False))
    assert resolved(undone, "a.com/1")["canonical"] == Canonical.IGNORED
    assert resolved(undone, "a.com/1")["receiver"] == "a.com/1"
    assert resolved(undone, "c.com/")["receiver"] == "c.com/"
    again = resolve_again(store, undone, ResolveSettings())
    files = {e.table: e.sha256 for e in before.manifest.files}
    assert {e.table: e.sha256 for e in again.manifest.files} == files
