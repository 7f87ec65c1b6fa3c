"""Each marker of link risk on a web where it fires and on one where it does not."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from riskwebs import WEEK, assessed, elsewhere, found, of_web, referrers, web

from linkshed.score.run import score
from linkshed.simulate.risk import neighbours
from linkshed.simulate.risk.markers import ABOUT, MARKERS
from linkshed.snapshot.store import Store
from score.requested import requested
from snapshots import scored_web
from webs import batch, publish, rows

FIRST = 1_700_000_000
LIKED = [f"x{k}.org/ -> r{k}.com/ 'good'" for k in range(12)]
BACK = [f"shop.com/ -> r{k}.com/ 'friend'" for k in range(12)]
OVER = ["shop.com/ -> hub.com/ 'hub'", *(f"hub.com/ -> r{k}.com/ 'one'" for k in range(12))]
LIST = [f"{site}/ -> t{k}.net/ 'it'" for site in ("r0.com", "r1.com") for k in range(12)]
OWN = [f"r{n}.com/ -> t{n}x{k}.net/ 'it'" for n in range(2) for k in range(12)]
PAGES = [f"r0.com/{k} -> shop.com/ 'Shop' footer" for k in range(10)]


def ring(n: int) -> list[str]:
    """Twelve domains, each of which links to the ``n`` next ones."""
    shifts = range(1, n + 1)
    return [f"r{k}.com/ -> r{(k + s) % 12}.com/ 'a friend'" for k in range(12) for s in shifts]


def dated(weeks: Iterable[int]) -> list[str]:
    return [
        f"r{k}.com/ -> shop.com/ 'Shop' first_seen={FIRST + week * WEEK}"
        for k, week in enumerate(weeks)
    ]


def wordy(n_words: int, link: str = "r0.com/{} -> shop.com/ 'Shop'") -> list[str]:
    return [line for k in range(5) for line in (f"r0.com/{k} n_words={n_words}", link.format(k))]


STEADY = [week for week in range(20) for _ in range(2)]
BURST = [*range(20), *[15] * 24]
CASES = {
    ("referrer_interlinking", "scope"): (
        # q = 36 of 436 links are theirs; chance makes a domain with 2 captive with q^2
        (web(referrers(12), ring(2), elsewhere()), 2 * (1 - (36 / 436) ** 2)),
        (web(referrers(12), ring(2), LIKED, elsewhere()), 0.0),
    ),
    ("referrer_interlinking", "domain"): (
        (web(referrers(12), ring(4), elsewhere()), 4 * (1 - 12 * (60 / 460) ** 4)),
        (web(referrers(12), ring(4), LIKED, elsewhere()), 0.0),
    ),
    ("reciprocity", "scope"): (
        (web(referrers(12), BACK, elsewhere()), 1 - (1 - np.exp(-12 / 424))),
        (web(referrers(12), BACK[:1], elsewhere()), 1 / 12 - (1 - np.exp(-1 / 413)) / 12),
    ),
    ("triangle_exchange", "scope"): (
        (web(referrers(12), OVER, elsewhere()), np.exp(-12 / 425)),
        (web(referrers(12), OVER[:1], elsewhere()), 0.0),
    ),
    ("anchor_concentration", "scope"): (
        (web(referrers(12, "Cheap Kettles"), [f"q{k}.com/ -> shop.com/ 'w{k}'" for k in range(8)]),
         12 / 20),
        (web(referrers(20, "The Shop")), 0.0),
    ),
    ("velocity_burst", "scope"): (
        (web(dated(BURST)), (25 - 1) / 1.0),
        (web(dated(STEADY)), 0.0),
    ),
    ("weak_referrers", "scope"): (
        (web(referrers(10)), 1.0),
        (web(referrers(10), [f"f{n}x{k}.org/ -> r{k}.com/ 'it'" for k in range(10)
                             for n in range(60)]), 0.0),
    ),
    ("outlink_clone", "domain"): (
        (web(LIST, referrers(2)), 1.0),
        (web(OWN, referrers(2)), 0.0),
    ),
    ("sitewide_template", "domain"): (
        (web(PAGES), 1.0),
        (web(PAGES[:4], [f"r0.com/q{k} status=200" for k in range(6)]), 0.4),
    ),
    ("outlink_density", "domain"): (
        (web(wordy(200), [f"r0.com/0 -> t{k}.net/ 'it'" for k in range(79)]), 80.0),
        (web(wordy(2000)), 0.1),
    ),
    ("thin_host", "domain"): (
        (web(wordy(149)), 1.0),
        (web(wordy(150)), 0.0),
    ),
    ("comment_forum", "link"): (
        ("r.com/ -> shop.com/ 'cheap kettles' comments", 1.0),
        ("r.com/ -> shop.com/ 'Shop of Ann' comments", 0.0),
    ),
    ("unqualified_paid", "link"): (
        ("r.com/ -> shop.com/ 'kettles' context_left='Sponsored  Post: buy'", 1.0),
        ("r.com/ -> shop.com/ 'kettles' sponsored context_left='Sponsored post: buy'", 0.0),
    ),
    ("widget_badge", "link"): (
        (web(referrers(21, "best kettles", "image")), 21.0),
        (web(referrers(21, "best kettles")), 0.0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("key", CASES, ids="-".join)
def test_a_marker_fires_where_its_pattern_is_and_only_there(
    key: tuple[str, str], tmp_path: Path
) -> None:
    for n, ((text, value), fires) in enumerate(zip(CASES[key], (True, False), strict=True)):
        (tmp_path / str(n)).mkdir()
        measured = found(of_web(text, tmp_path / str(n)), *key)
        assert measured.values[0] == pytest.approx(value, abs=1e-9)
        assert (measured.parts[0] > 0) == fires
        evidence = measured.evidence()
        assert not fires or (evidence.subject == 0).any()


def test_spam_mass_is_what_the_good_core_does_not_explain(tmp_path: Path) -> None:
    farm = [f"f{k}.com/ -> shop.com/ 'Shop'" for k in range(20)]
    text = web(farm, [f"g{k}.org/ -> good.com/ 'good'" for k in range(20)],
               ["core.org/ -> good.com/ 'good'", "good.com/ -> shop.com/x 'Shop'",
                "shop.com/ -> far.com/ 'far'", "good.com/ -> far.com/ 'far'"])  # fmt: skip
    snapshot = requested(text, tmp_path, "trust", good="core.org, g0.org")
    scope = {name: found(assessed(snapshot, name), "spam_mass", "scope") for name in
             ("shop.com", "good.com", "core.org")}  # fmt: skip
    n = 46  # pages that make equity: 20 farms, 20 fans, core, good, shop and its page, far
    assert snapshot.n_pages == n - 1
    equity, trust = (snapshot.array("pages", name) for name in ("equity", "trust"))
    page = snapshot.page_id("https://good.com/")
    mass = 1 - 0.85 * (n - 1) / 2 * trust[page] / equity[page]
    assert scope["good.com"].values[0] == pytest.approx(max(mass, 0.0), abs=1e-12)
    assert scope["good.com"].parts[0] == 0
    assert scope["shop.com"].values[0] == 1.0
    assert scope["shop.com"].parts[0] == 0.5
    assert len(scope["shop.com"].evidence().domain) == 20
    assert scope["core.org"].why(0) == "no page holds 10 times the least equity"
    of_far = assessed(snapshot, "far.com")
    names = snapshot.take("domains", ["domain"], of_far.profile.domains)["domain"].to_pylist()
    domains = dict(zip(names, found(of_far, "spam_mass", "domain").parts.tolist(), strict=True))
    assert domains == {"good.com": 0.0, "shop.com": 0.5}


def test_every_marker_has_a_case() -> None:
    assert set(CASES) | {("spam_mass", about) for about in ("scope", "domain")} == {
        (m.name, m.about) for m in MARKERS
    }
    assert {m.about for m in MARKERS} == set(ABOUT)


def test_small_samples_and_missing_evidence_are_not_known(tmp_path: Path) -> None:
    text = "r.com/ -> shop.com/ 'cheap kettles' placement=0 first_seen=1"
    assessment = of_web(text, tmp_path)
    whole = (*assessment.scope, *assessment.domains, *assessment.links)
    assert all(np.isnan(m.values).all() and m.why(0) for m in whole)
    assert np.isnan(assessment.scope_risk)
    assert np.isnan(assessment.domain_risk).all()


@pytest.mark.parametrize(
    "line", ["r0.com/ -> shop.com/ 'Shop'", "shop.com/ -> r0.com/ 'x'", "other.com/ -> r.com/ 'x'"]
)
def test_what_has_no_referring_domain_is_assessed_as_well(tmp_path: Path, line: str) -> None:
    assessment = of_web(line, tmp_path, "r0.com")
    assert len(assessment.domain_risk) == len(assessment.profile.domains) <= 1
    assert np.isnan(assessment.scope_risk)


def test_rings_are_not_known_where_hardly_anybody_else_was_read(tmp_path: Path) -> None:
    measured = found(
        of_web(web(referrers(12), ring(4)), tmp_path), "referrer_interlinking", "scope"
    )
    assert np.isnan(measured.values[0])
    assert "half of all links" in str(measured.why(0))


def test_what_would_take_too_long_is_left_out_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "MOST_WORK", 11 * 2**2)
    measured = found(of_web(CASES["outlink_clone", "domain"][0][0], tmp_path), "outlink_clone",
                     "domain")  # fmt: skip
    assert measured.values.tolist() == [1.0, 1.0]
    assert measured.note == "1 of the commonest linked domains were not compared"


def test_a_domain_without_a_thin_page_that_links_here_shows_its_first_link(tmp_path: Path) -> None:
    others = [f"r0.com/t{k} n_words=10\nr0.com/t{k} -> far.com/ 'it'" for k in range(9)]
    text = web(["r0.com/ n_words=900", "r0.com/ -> shop.com/ 'Shop'"], others)
    measured = found(of_web(text, tmp_path), "thin_host", "domain")
    assert measured.values[0] == 0.9
    assert measured.evidence().link.tolist() == [found_link(tmp_path)]


def found_link(folder: Path) -> int:
    snapshot = Store.open(folder / "store").snapshot()
    page = snapshot.page_id("https://shop.com/")
    assert page is not None
    return snapshot.in_links(page, page + 1)[0]


def test_a_link_whose_rel_nobody_told_is_no_event(tmp_path: Path) -> None:
    text = "r.com/ -> shop.com/ 'a paid link to kettles' comments rel=16384"
    assessment = of_web(text, tmp_path)
    for name in ("comment_forum", "unqualified_paid"):
        measured = found(assessment, name, "link")
        assert np.isnan(measured.values[0])
        assert measured.why(0) == "whether it is followed is not known"


def test_links_without_words_say_nothing_of_words(tmp_path: Path) -> None:
    measured = found(of_web(web(referrers(20, "")), tmp_path), "anchor_concentration", "scope")
    assert measured.why(0) == "no words of its links are known"


def test_a_link_that_is_not_followed_is_no_event(tmp_path: Path) -> None:
    for n, rel in enumerate(("nofollow", "ugc", "sponsored")):
        (tmp_path / str(n)).mkdir()
        text = f"r.com/ -> shop.com/ 'paid link to kettles' comments {rel}"
        assert of_web(text, tmp_path / str(n)).link_risk[0] == 0


def test_names_are_found_behind_spaces_hyphens_and_letters_of_other_scripts(tmp_path: Path) -> None:
    lines = ["r0.com/ -> tee-haus.de/ 'Tee Haus, Berlin' comments",
             "r1.com/ -> tee-haus.de/ 'Berlin' comments",
             "r2.com/ -> xn--mnchen-3ya.de/ 'MÜNCHEN heute' comments",
             "r3.com/ -> xn--mnchen-3ya.de/ 'heute' comments"]  # fmt: skip
    snapshot = scored_web(web(lines), tmp_path)
    for scope in ("tee-haus.de", "xn--mnchen-3ya.de"):
        assessment = assessed(snapshot, scope)
        assert found(assessment, "comment_forum", "link").values.tolist() == [0, 1]


HOSTILE = [
    "' OR 1=1 --", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "\u202eevil", "\x00nul",
    "a" * 100_000, "((((", "\\E\\Q[", "😀" * 500, "sponsored\npost", "ﬁne ｐａｉｄ ｌｉｎｋ",
]  # fmt: skip


def test_words_of_strangers_are_only_words(tmp_path: Path) -> None:
    made = rows("r.com/ -> shop.com/ 'x' comments")
    links = []
    for k, words in enumerate(HOSTILE):
        link = {name: column[0] for name, column in made.links.items()}
        link |= {"anchor": words, "context_left": words, "context_right": None, "ordinal": k}
        links.append(link)
    page = {name: column[0] for name, column in made.pages.items()}
    snapshot = publish(tmp_path, batch([page], links))
    assessment = assessed(score(Store.open(tmp_path / "store"), snapshot))
    paid = found(assessment, "unqualified_paid", "link").values.tolist()
    assert paid == [float("paid" in w.casefold() or "ｐａｉｄ" in w or "sponsored" in w)
                    for w in HOSTILE]  # fmt: skip
