"""Words that announce links to elsewhere, beside sentences that only sound like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkshed.extract.cues import is_call, is_cue, is_label, may_be_label

CUES = [
    "Related", "Related Roundup:", "More great tea stories", "Don’t miss:", "TAGS", "Filed under –",
    "Siehe auch", "Das könnte Sie auch interessieren", "À lire aussi :", "Te puede interesar",
    "Leggi anche:", "Lees ook", "Czytaj też:", "Leia também", "Читайте также:", "Läs också",
    "İlgili haberler", "相关阅读：", "関連記事", "관련 기사", "اقرأ أيضا",
]  # fmt: skip
NO_CUES = ["", "The more", "Tagged along to the old town", "More and more people now drink their tea in"
           " the street", "Relatedness", "See the manual", "Themen der Zeit und ihre Folgen"]  # fmt: skip


@pytest.mark.parametrize("words", CUES)
def test_a_cue_is_known(words: str) -> None:
    assert is_cue(words)


@pytest.mark.parametrize("words", NO_CUES)
def test_what_only_begins_like_one_is_no_cue(words: str) -> None:
    assert not is_cue(words)


@pytest.mark.parametrize(
    "words", [*CUES, "Close", "Back to top", "« Zurück", "Fechar", "Войти", "閉じる"]
)
def test_a_label_is_a_cue_or_something_to_press(words: str) -> None:
    assert is_label(words)
    assert may_be_label(words)


@pytest.mark.parametrize(
    "words", [*NO_CUES, "Close friends", "Back then", "Printed tea", "Retour au pays"]
)
def test_a_word_to_press_may_begin_a_title(words: str) -> None:
    assert not is_label(words)


@pytest.mark.parametrize("words", ["Close", "Advertisement", "Subscribe now", "Zurück", "コメント"])
def test_something_to_press_announces_nothing(words: str) -> None:
    assert not is_cue(words)


CALLS = [
    "Follow us for more.", "The tea is hot. Follow her @tea.", "Follow the Old Town on Facebook.",
    "Subscribe to our letter.", "Sign up for the weekly newsletter!", "Sign up here",
    "Ann may be reached at tea@town.example.", "Subscribe to tea.example’s newsletters.",
    "Write to Ann Tea at ann@tea.example", "Follow our full coverage of the tea fair", "Reach the reporters at tea@town.example",
    "Write to Ann or follow her on Twitter", "Additional reporting by Ann Tea",
    "Folgen Sie uns", "Suivez-nous", "Síguenos", "Подписывайтесь на нас", "フォローする",
]  # fmt: skip
NO_CALLS = [
    "Follow the steps of the guide.", "Sign up with the same address as before.",
    "He said that they follow us. Then he left.", "Subscribe to the event and handle it.",
    "Follow the river, not the coverage.", "Reach the tower by noon.", "They ran to follow him on foot.",
    "Join two tables on their key.", "Register a handler for each signal.", "",
]  # fmt: skip


@pytest.mark.parametrize("words", CALLS)
def test_a_sentence_that_asks_for_company(words: str) -> None:
    assert is_call(words, len(words) - 1)


@pytest.mark.parametrize("words", NO_CALLS)
def test_a_sentence_that_tells_something(words: str) -> None:
    assert not is_call(words, max(len(words) - 1, 0))


def test_only_the_sentence_at_the_place_counts() -> None:
    words = "Follow us. The tea was served in cups. Follow him on Twitter."
    assert [is_call(words, place) for place in (3, 20, 50)] == [True, False, True]


@given(st.text(max_size=80), st.integers(0, 80))
def test_any_words_are_judged(words: str, place: int) -> None:
    assert isinstance(is_cue(words), bool)
    assert is_label(words) or not is_cue(words)
    assert may_be_label(words) or not is_label(words)
    assert isinstance(is_call(words, min(place, len(words))), bool)
