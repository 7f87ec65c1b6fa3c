"""The sketch of a text, beside one made word by word with numbers of any size."""

from __future__ import annotations

import math
import random

from hypothesis import given
from hypothesis import strategies as st

from linkshed.extract.sketch import MAX_CHARACTERS, sketch

WORDS = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=12)
BASE, SIZE = 0x9E3779B97F4A7C15, 2**64


def mixed(number: int) -> int:
    number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9 % SIZE
    number = (number ^ number >> 27) * 0x94D049BB133111EB % SIZE
    return number ^ number >> 31


def hash_of(word: str) -> int:
    return mixed(sum(byte * BASE**place for place, byte in enumerate(word.encode())) % SIZE)


def by_words(words: set[str]) -> int:
    hashes = {hash_of(word) for word in words}
    ones = [sum(number >> bit & 1 for number in hashes) for bit in range(64)]
    return sum(1 << bit for bit, n in enumerate(ones) if n * 2 > len(hashes))


def test_known_sketches_stay() -> None:
    """Sketches of different days are compared with one another."""
    assert (
        sketch("Oolong is tea.") == by_words({"oolong", "is", "tea."}) == 17_122_705_919_834_550_640
    )


@given(st.lists(WORDS, min_size=1, max_size=60))
def test_it_is_the_majority_of_the_bits_of_each_word(words: list[str]) -> None:
    assert sketch(" ".join(words)) == by_words({*" ".join(words).lower().split()})


@given(st.lists(WORDS, min_size=1, max_size=60), st.randoms())
def test_order_and_repetition_do_not_count(words: list[str], chance: random.Random) -> None:
    again = words + chance.choices(words, k=5)
    chance.shuffle(again)
    assert sketch("\n".join(again)) == sketch(" ".join(words))


def test_more_than_a_byte_of_words() -> None:
    words = {f"word{number}" for number in range(1_000)}
    assert sketch(" ".join(sorted(words))) == by_words(words)


def test_the_share_of_equal_bits_estimates_likeness() -> None:
    chance, errors = random.Random(1), []
    for n_same in range(0, 400, 5):
        one, other = ([f"{side}{n}" for n in range(400 - n_same)] for side in "ab")
        same = [f"w{chance.random()}" for _ in range(n_same)]
        differing = (
            (sketch(" ".join(one + same)) or 0) ^ (sketch(" ".join(other + same)) or 0)
        ).bit_count()
        errors.append(math.cos(math.pi * differing / 64) - n_same / 400)
    assert abs(sum(errors) / len(errors)) < 0.06
    assert sum(map(abs, errors)) / len(errors) < 0.2


def test_only_the_beginning_of_a_long_text_counts() -> None:
    text = "tea " * (MAX_CHARACTERS // 4)
    assert sketch(text + "x" * 1_000_000) == sketch("tea")
    assert sketch("İ" * 1_000_000) is not None


def test_no_words_no_sketch() -> None:
    assert sketch("") is sketch(" \n ") is None
