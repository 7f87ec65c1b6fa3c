"""Pages that moved: against the figures of both snapshots, asked one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from linkshed import api
from linkshed.errors import MissingScore, NotFoundError
from snapshots import random_text
from webs import FETCHED_AT, publish, rows

DAY_SECONDS = 86_400
DEAD = ("dead", "loop", "too_many_hops")


def looked_at(folder: Path, *texts: str) -> list[str]:
    """The ids of the scored snapshots of looks on following days."""
    ids = []
    for day, text in enumerate(texts):
        publish(folder, rows(text, FETCHED_AT + day * DAY_SECONDS))
        ids.append(api.score(folder / "store").snapshot)
    return ids


def figures(store: Path, snapshot: str, scope: str) -> dict[str, dict[str, Any]]:
    select = "url,rating,equity,status,resolution,fetched_at,n_backlinks,n_refdomains"
    found = api.open(store, snapshot).report("pages", scope, select=select).to_dicts()
    return {row["url"]: row for row in found}


@pytest.mark.parametrize("seed", range(4))
def test_every_page_that_moved_is_shown_with_both_figures(seed: int, tmp_path: Path) -> None:
    ids = looked_at(tmp_path, random_text(seed), random_text(seed + 100))
    store = tmp_path / "store"
    then, now = (figures(store, id_, "s1.com, s2.com") for id_ in ids)
    points = 0.5
    found = api.open(store).movers("s1.com, s2.com", since=ids[0], points=points, select="*")
    told = {row["url"]: row for row in found.to_dicts()}
    for url in then | now:
        before, after = then.get(url, {}), now.get(url, {})
        gain = difference(before.get("rating"), after.get("rating"))
        changed = before.get("resolution") != after.get("resolution")
        assert (url in told) == (changed or abs(gain or 0) >= points), url
        if url not in told:
            continue
        row = told[url]
        assert row["rating_gain"] == pytest.approx(gain)
        assert row["gain"] == pytest.approx(difference(before.get("equity"), after.get("equity")))
        assert (row["status_before"], row["status_after"]) == (
            before.get("status"),
            after.get("status"),
        )
        was_dead, is_dead = (side.get("resolution") in DEAD for side in (before, after))
        assert row["is_newly_dead"] == (is_dead and not was_dead)
        assert row["n_refdomains"] == after.get("n_refdomains")
        assert row["known"] == ("new" if not before else "both" if after else "unseen")


def difference(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before


def test_a_page_that_is_not_there_now_is_unseen_and_not_fallen(tmp_path: Path) -> None:
    ids = looked_at(tmp_path, "tea.com/ -> tea.com/a 'a'", "tea.com/ -> tea.com/b 'b'")
    web = api.open(tmp_path / "store", ids[0])
    (row,) = web.movers("tea.com/b", since=ids[1], select="*").to_dicts()
    assert (row["known"], row["rating_gain"], row["is_newly_dead"]) == ("unseen", None, False)
    assert row["rating_before"] > 0
    assert row["n_backlinks"] is None
    assert not web.movers("tea.com/b", since=ids[1], which="falling").to_dicts()
    assert not web.movers("nowhere.example", since=ids[1]).to_dicts()


def test_which_chooses_among_all(tmp_path: Path) -> None:
    ids = looked_at(tmp_path, random_text(7), random_text(8))
    web = api.open(tmp_path / "store")
    whole = web.movers("*", since=ids[0], select="*").to_dicts()
    chosen = {
        which: {row["url"] for row in web.movers("*", since=ids[0], which=which).to_dicts()}
        for which in ("rising", "falling", "dead")
    }
    assert chosen["rising"] == {r["url"] for r in whole if (r["rating_gain"] or 0) >= 0.1}
    assert chosen["falling"] == {r["url"] for r in whole if (r["rating_gain"] or 0) <= -0.1}
    assert chosen["dead"] == {r["url"] for r in whole if r["is_newly_dead"]}
    assert all(chosen.values())


def test_nothing_moves_between_a_snapshot_and_itself(tmp_path: Path) -> None:
    (id_,) = looked_at(tmp_path, random_text(3))
    web = api.open(tmp_path / "store")
    assert web.movers("*", since=id_, points=0).total == 0


def test_what_cannot_be_compared_is_refused(tmp_path: Path) -> None:
    (id_,) = looked_at(tmp_path, random_text(3))
    store = tmp_path / "store"
    with pytest.raises(NotFoundError, match="no scored snapshot of other inputs"):
        api.open(store).movers("*")
    api.score(store, "classic")
    with pytest.raises(MissingScore, match="linkshed score --profile classic"):
        api.open(store).movers("*", since=id_)
