"""Domain ratings that are foreseen against snapshots that were really changed, built and scored."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edited import edited, possible, random_edits
from linkshed.api import Linkshed
from linkshed.score.scale import rating
from linkshed.simulate.domainif import DomainOutcome, domains_if
from linkshed.simulate.domainlinks import graph_of
from linkshed.simulate.edits import parse_edits
from linkshed.simulate.plan import plan
from linkshed.simulate.rows import changes_of
from linkshed.simulate.web import Web
from linkshed.snapshot.tables import Snapshot
from snapshots import random_text, scored_web

ROUNDING = 1e-7  # of the solver of domains, to a share of 1e-9 of each


def equity_of_domains(snapshot: Snapshot) -> dict[str, float]:
    names = snapshot.texts("domains", "domain").take(np.arange(snapshot.n_domains))
    return dict(zip(names, snapshot.array("domains", "equity").tolist(), strict=True))


def foreseen(web: Web, edits: list[str], tolerance: float | None = None) -> DomainOutcome:
    made = plan(web, parse_edits("\n".join(edits)))
    return domains_if(web, made, changes_of(web, made).after.pages, tolerance)


def same(before: Snapshot, after: Snapshot, found: DomainOutcome) -> None:
    """A domain that only one snapshot knows has no referring domain."""
    real, held = equity_of_domains(after), equity_of_domains(before)
    names = list(held)
    moved = {names[n]: k for k, n in enumerate(found.domains.tolist())}
    for name, was in held.items():
        at = moved.get(name)
        told = was if at is None else float(found.after[at])
        share = found.doubt.share + found.published_error
        error = share * told if at is None else float(found.error[at])
        assert abs(told - real.get(name, 0.15 * 0.05)) <= error + ROUNDING * told
        if at is not None and name in real:
            off = abs(float(rating(told)) - float(rating(real[name])))
            assert off <= found.rating_error[at] + 1e-5


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**31), n=st.integers(1, 6))
def test_domains_are_foreseen_as_the_snapshot_that_follows_rates_them(
    seed: int, n: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text, rng = random_text(seed, n=25, n_links=40), np.random.default_rng(seed)
    before = scored_web(text, tmp_path_factory.mktemp("before"))
    web = Web(before)
    edits = possible(random_edits(rng, text, n), lambda some: foreseen(web, some))
    if not edits:
        return
    after = text
    for edit in edits:
        after = edited(after, edit)
    real = scored_web(after, tmp_path_factory.mktemp("after"))
    for tolerance in (None, 0.1, 1e-3):
        same(before, real, foreseen(web, edits, tolerance))
    counted = {name: n for n, name in enumerate(equity_of_domains(before))}
    then = dict(zip(equity_of_domains(real), graph_of(Web(real)).n_referring, strict=True))
    found = foreseen(web, edits)
    numbers = dict(zip(found.pointed.tolist(), found.n_referring[1].tolist(), strict=True))
    known = dict(enumerate(graph_of(web).n_referring.tolist()))
    told = known | numbers
    assert {name: told[n] for name, n in counted.items() if name in then} == {
        name: int(then[name]) for name in counted if name in then
    }


def test_only_the_first_link_to_a_domain_and_the_last_change_domains(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    text = "a.com/ -> b.com/ x\na.com/1 -> a.com/ x\nb.com/ -> c.com/ x"
    web = Web(scored_web(text, tmp_path_factory.mktemp("web")))
    assert not len(foreseen(web, ["remove a.com/1 -> a.com/"]).domains)
    assert not len(foreseen(web, ["add a.com/1 -> b.com/"]).domains)
    assert len(foreseen(web, ["remove a.com/ -> b.com/"]).domains)


def test_the_report_tells_the_ratings_of_domains(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    text = (
        random_text(3, n=25, n_links=40)
        + "\nnew.org/ -> s1.com/ x\nnew.org/ -> other.org/ x\nother.org/ -> x.org/ x"
    )
    edit = "add other.org/ -> new.org/"
    web = Linkshed(scored_web(text, tmp_path_factory.mktemp("before")))
    real = equity_of_domains(scored_web(edited(text, edit), tmp_path_factory.mktemp("after")))
    found = web.whatif("new.org", edits=edit, select="*")
    for row in found.to_dicts():
        assert row["domain"] == "new.org"
        assert row["domain_rating_after"] == pytest.approx(float(rating(real["new.org"])), abs=1e-4)
        assert row["domain_rating_after"] > row["domain_rating_before"]
    assert found.total == 1
    assert any(
        "new.org" in remark and "1 domain instead of 0" in remark for remark in found.remarks
    )
