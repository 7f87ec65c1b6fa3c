"""A 64-bit SimHash of a text: alike texts differ in few bits (Charikar, 2002)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MAX_CHARACTERS = 10_000
_MAX_BYTES = 4 * MAX_CHARACTERS
_BASE = 0x9E3779B97F4A7C15
_GROUP = 255
"""Bits that add up to one byte at most."""


def sketch(text: str) -> int | None:
    """The sketch of the distinct words of a text, that is of its first MAX_CHARACTERS; None
    without words. Words stand between spaces and line breaks; letter case does not count.

    The share of equal bits estimates the angle between the word sets: likeness is
    ``cos(pi * differing bits / 64)``.
    """
    data = text[:MAX_CHARACTERS].lower().encode("utf-8", "replace")[:_MAX_BYTES]
    hashes = _distinct(_word_hashes(np.frombuffer(data, np.uint8)))
    if not len(hashes):
        return None
    bits = np.unpackbits(hashes.view(np.uint8)).reshape(-1, 64)
    n_set = np.add.reduceat(bits, np.arange(0, len(bits), _GROUP), axis=0).sum(axis=0)
    return int(np.packbits(n_set * 2 > len(bits)).view(np.uint64)[0])


def _word_hashes(data: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """For each word, the polynomial whose coefficients are its bytes, at _BASE modulo 2**64, mixed.

    A word's share of the sum up to its end, over the power of _BASE where it begins.
    """
    is_letter = np.zeros(len(data) + 2, np.bool_)
    np.greater(data, ord(" "), out=is_letter[1:-1])
    edges = np.flatnonzero(is_letter[1:] != is_letter[:-1])
    starts, ends = edges[::2], edges[1::2]
    sums = np.zeros(len(data) + 1, np.uint64)
    np.cumsum(data * _POWERS[: len(data)], out=sums[1:])
    return _mixed((sums[ends] - sums[starts]) * _INVERSE_POWERS[starts])


def _mixed(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Every bit made to depend on all (the end of SplitMix64: Steele, Lea and Flood, 2014)."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        hashes = (hashes ^ (hashes >> np.uint64(shift))) * np.uint64(factor)
    return hashes ^ (hashes >> np.uint64(31))


def _distinct(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each value once; ``np.unique`` takes several times as long on short arrays."""
    hashes.sort()
    is_first = np.ones(len(hashes), np.bool_)
    np.not_equal(hashes[1:], hashes[:-1], out=is_first[1:])
    return hashes[is_first]


def _powers(base: int) -> NDArray[np.uint64]:
    factors = np.full(_MAX_BYTES + 1, base, np.uint64)
    factors[0] = 1
    return np.cumprod(factors)


_POWERS, _INVERSE_POWERS = _powers(_BASE), _powers(pow(_BASE, -1, 2**64))
