"""Links that could be written: where, with which words, and what they gain."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linkshed.api import Linkshed
from linkshed.errors import FormatError, NotFoundError
from linkshed.report.answers.proposals import beside
from linkshed.score.run import score
from linkshed.simulate.edits import parse_edits
from linkshed.simulate.optimise import Usual
from linkshed.simulate.phrases import sentences, spots, wordings
from linkshed.simulate.relevance import Words
from linkshed.simulate.web import Web
from linkshed.simulate.whatif import what_if
from linkshed.snapshot.store import Store
from linkshed.snapshot.tables import Snapshot
from webs import publish, rows

PAGES = {
    "a.com/": ("Tea notes", "Notes on tea.\nWe write about green tea and about clay pots here."),
    "a.com/green": ("Green tea | Notes", "Green tea is steamed at once and tastes of grass."),
    "a.com/pots": ("Clay pots | Notes", "A clay pot suits green tea brewed with care."),
    "a.com/water": (
        "Soft water | Notes",
        "Soft water helps green tea, and clay pots keep it warm.",
    ),
    "a.com/cars": ("Old cars | Notes", "An engine with six cylinders drinks petrol by the gallon."),
    "a.com/tee": ("Tee | Notizen", "Ein Satz mit green tea mitten in einem deutschen Text."),
}
LINKS = """
a.com/ -> a.com/green 'leaf notes' nav
a.com/ -> a.com/pots 'pot notes' nav
a.com/ -> a.com/water 'water notes' nav
a.com/ -> a.com/cars 'car notes' nav
a.com/ -> a.com/tee 'tee auf deutsch' nav
a.com/green -> a.com/ 'all notes' nav
a.com/pots -> a.com/ 'all notes' nav
a.com/water -> a.com/ 'all notes' nav
a.com/cars -> a.com/ 'all notes' nav
a.com/tee -> a.com/ 'all notes' nav
x.com/ -> a.com/ tea
"""


def noted(folder: Path, links: str = LINKS) -> Snapshot:
    """The site above, with titles, texts and languages."""
    batch = rows(links)
    for n, url in enumerate(batch.pages["url"]):
        path = url.removeprefix("https://").replace("b.com", "a.com")
        title, text = PAGES.get(path, (None, None))
        batch.pages["title"][n], batch.pages["text"][n] = title, text
        batch.pages["language"][n] = "de" if url.endswith("tee") else "en-GB"
    made = publish(folder, batch)
    return score(Store.open(folder / "store"), made)


@pytest.fixture
def web(tmp_path: Path) -> Web:
    return Web(noted(tmp_path))


def pages(web: Web) -> Any:
    return np.arange(web.n_pages)


class TestPhrases:
    def test_prose_is_found_headings_and_scraps_are_not(self) -> None:
        text = "A heading of six words here\nOne sentence of prose here. No.\nThe other one, at 3.5 degrees!"
        found = list(sentences(text))
        assert [sentence for _, sentence in found] == [
            "One sentence of prose here.", "The other one, at 3.5 degrees!",
        ]  # fmt: skip
        assert [text[at:].startswith(sentence) for at, sentence in found] == [True, True]

    def test_words_of_links_come_first_then_runs_of_the_title(self) -> None:
        found = wordings("The green tea of Uji | Shop", ["green leaves", "here", "green leaves"])
        assert found[0] == "green leaves"
        assert "green tea of uji" in found
        assert not {"here", "the green", "tea of", "shop"} & set(found)

    def test_linked_words_are_left_alone(self) -> None:
        text = "We sell green tea and black tea in the shop. A note on green tea by a guest."
        found = list(spots(text, ["green tea"], ["green tea and black tea"]))
        assert [spot.sentence for spot in found] == ["A note on green tea by a guest."]
        assert found[0].anchor == "green tea"
        assert found[0].position == text.rindex("green tea") / len(text)

    def test_only_whole_words_count(self) -> None:
        assert not list(spots("The steamboat went down the river.", ["steam"], []))


class TestRelevance:
    def test_likeness_is_the_cosine_of_weighted_n_grams(self, web: Web) -> None:
        corpus = Words(web, pages(web))
        texts = [f"{title} {text}" for title, text in PAGES.values()]
        urls = [url.removeprefix("https://") for url in web.snapshot.urls(corpus.pages)]
        row = {url: n for n, url in enumerate(PAGES)}
        expected = by_hand(texts)
        target = corpus.pages[urls.index("a.com/green")]
        found = corpus.likeness(int(target), np.arange(len(corpus.pages)))
        for n, url in enumerate(urls):
            if url == "a.com/tee":
                assert np.isnan(found[n])
            else:
                assert found[n] == pytest.approx(expected[row[url]][row["a.com/green"]], abs=1e-6)

    def test_rho_grows_with_likeness_and_stays_unknown(self, web: Web) -> None:
        corpus = Words(web, pages(web))
        found = corpus.rho(np.array([0.0, 0.1, 0.5, 1.1, np.nan]))
        assert (np.diff(found[:4]) >= 0).all()
        assert found[3] == 1
        assert np.isnan(found[4])


def by_hand(texts: list[str]) -> list[list[float]]:
    """Cosines by dictionaries of n-grams as text, without hashing."""
    bags = []
    for text in texts:
        words = "".join(c if c.isalnum() else " " for c in text.casefold()).split()
        line = f" {' '.join(words)} "
        bags.append(Counter(
            line[at : at + size] for size in (3, 4, 5) for at in range(len(line) - size + 1)
            if " " not in line[at + 1 : at + size - 1]
        ))  # fmt: skip
    present = Counter(gram for bag in bags for gram in bag)
    rarity = {gram: math.log((1 + len(bags)) / (1 + n)) for gram, n in present.items()}
    vectors = [{g: (1 + math.log(n)) * rarity[g] for g, n in bag.items()} for bag in bags]
    norms = [math.sqrt(sum(v * v for v in vector.values())) or 1.0 for vector in vectors]
    return [
        [sum(v * b.get(g, 0.0) for g, v in a.items()) / (m * n) for b, n in zip(vectors, norms, strict=True)]
        for a, m in zip(vectors, norms, strict=True)
    ]  # fmt: skip


class TestSuggest:
    def test_sentence_words_and_gain(self, web: Web) -> None:
        found = Linkshed(web.snapshot).suggest("https://a.com/green", floor=0.0, select="*")
        told = {row["source_url"]: row for row in found.to_dicts()}
        assert set(told) == {"https://a.com/pots", "https://a.com/water"}
        row = told["https://a.com/pots"]
        assert (row["anchor"], row["sentence"]) == ("green tea", PAGES["a.com/pots"][1])
        script = f"add a.com/pots -> a.com/green position={row['position']}"
        exact = what_if(web, parse_edits(script), 1e-12)
        page = web.snapshot.page_id("https://a.com/green")
        assert row["gain"] == pytest.approx(exact.gain[exact.pages == page][0], rel=1e-4)

    def test_not_two_way_unless_asked(self, tmp_path: Path) -> None:
        snapshot = noted(tmp_path, LINKS + "a.com/green -> a.com/pots 'a pot of clay'")
        for asked, expected in ((False, {"https://a.com/water"}),
                                (True, {"https://a.com/water", "https://a.com/pots"})):  # fmt: skip
            found = Linkshed(snapshot).suggest("https://a.com/green", floor=0.0, two_way=asked)
            assert {row["source_url"] for row in found.to_dicts()} == expected

    def test_links_on_pages_of_another_site(self, tmp_path: Path) -> None:
        snapshot = noted(tmp_path, LINKS.replace("a.com/pots", "b.com/pots"))
        shed = Linkshed(snapshot)
        found = shed.suggest("https://a.com/green", sources="b.com", floor=0.0).to_dicts()
        assert [row["source_url"] for row in found] == ["https://b.com/pots"]
        best = shed.optimise("https://a.com/green", sources="b.com", floor=0.0).to_dicts()
        assert [row["source_url"] for row in best] == ["https://b.com/pots"]

    def test_a_floor_leaves_the_unrelated_out(self, web: Web) -> None:
        found = Linkshed(web.snapshot).suggest("https://a.com/green", floor=0.99)
        assert all(row["relevance"] >= 0.99 for row in found.to_dicts())


class TestOptimise:
    def test_one_link_is_the_best_of_all(self, web: Web) -> None:
        shed = Linkshed(web.snapshot)
        every = shed.suggest("https://a.com/green", floor=0.0).to_dicts()
        (best,) = shed.optimise("https://a.com/green", links=1, floor=0.0).to_dicts()
        assert best["gain"] == pytest.approx(max(row["gain"] for row in every), rel=1e-4)

    def test_steps_add_up_to_what_all_of_them_do_together(self, web: Web) -> None:
        shed = Linkshed(web.snapshot)
        goal = "https://a.com/green, https://a.com/pots, https://a.com/water"
        steps = shed.optimise(goal, links=5, floor=0.0, per_source=2, select="*").to_dicts()
        assert len(steps) >= 2
        assert [row["step"] for row in steps] == list(range(1, len(steps) + 1))
        assert steps[-1]["total"] == pytest.approx(sum(row["gain"] for row in steps))
        assert all(row["gain"] > 0 for row in steps)
        assert max(Counter(row["source_url"] for row in steps).values()) <= 2
        one = shed.optimise(goal, links=5, floor=0.0).to_dicts()
        assert max(Counter(row["source_url"] for row in one).values()) == 1

    def test_constraints(self, web: Web) -> None:
        shed = Linkshed(web.snapshot)
        goal = "https://a.com/green"
        free = shed.optimise(goal, floor=0.0).to_dicts()
        assert {row["source_url"] for row in free} == {"https://a.com/pots", "https://a.com/water"}
        kept = shed.optimise(goal, floor=0.0, forbid="https://a.com/pots").to_dicts()
        assert {row["source_url"] for row in kept} == {"https://a.com/water"}
        assert shed.optimise(goal, floor=0.0, protect="https://a.com/").to_dicts() == []

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (
                {"forbid": "a.com"},
                "2 could be written; 1 of 1 goal pages were served. 2 are forbidden.",
            ),
            ({"protect": "https://a.com/"}, "Each that is allowed lowers a protected page"),
            ({"sources": "https://a.com/cars"}, "0 could be written"),
        ],
    )
    def test_impossible_constraints_are_told(
        self, web: Web, options: dict[str, str], said: str
    ) -> None:
        found = Linkshed(web.snapshot).optimise("https://a.com/green", floor=0.0, **options)
        assert found.total == 0
        assert found.remarks[0].startswith("No link helps: ")
        assert said in found.remarks[0]

    @pytest.mark.parametrize("option", ["forbid", "protect", "sources"])
    def test_a_constraint_on_unknown_pages_is_refused(self, web: Web, option: str) -> None:
        with pytest.raises(NotFoundError, match=f"{option} 'nowhere.com': no page is known"):
            Linkshed(web.snapshot).optimise("a.com", **{option: "nowhere.com"})

    def test_weighted_goals(self, web: Web) -> None:
        shed = Linkshed(web.snapshot)
        goals = "https://a.com/green 1\na.com/pots 1000  # above all"
        first = shed.optimise("*", goals=goals, floor=0.0).to_dicts()[0]
        assert first["target_url"] == "https://a.com/pots"
        with pytest.raises(FormatError, match="line 1"):
            shed.optimise("*", goals="https://a.com/green much")
        with pytest.raises(FormatError, match="goals without a page"):
            shed.optimise("*", goals="# none")
        with pytest.raises(NotFoundError, match="nowhere"):
            shed.optimise("*", goals="https://nowhere.com/ 1")


@pytest.mark.parametrize(
    ("total", "links", "said"),
    [
        (0.4, 3, "gains 0.4 with 3 links: 0.1 less, 80% of it."),
        (0.55, 3, "gains 0.55 with 3 links: 0.05 more, 110% of it."),
        (0.5, 1, "gains 0.5 with 1 link: the same."),
        (0.001, 2, "gains 0.001 with 2 links: 0.499 less."),
        (-0.3, 3, "gains -0.3 with 3 links: 0.8 less."),
        (0.0, 0, "gains 0 with 0 links: 0.5 less."),
    ],
)
def test_the_usual_rule_is_compared_by_a_share_only_where_a_share_says_something(
    total: float, links: int, said: str
) -> None:
    assert beside(Usual(total, links), 0.5).endswith(said)
