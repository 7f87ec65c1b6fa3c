"""A 64-bit SimHash of a text: alike texts differ in few bits (Charikar, 2002)."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

MAX_WORDS = 500
_CACHED_WORDS = 200_000
_hashes: dict[str, int] = {}


def sketch(text: str) -> int | None:
    """The sketch of a text's distinct words, the first MAX_WORDS of them; None without words.

    The share of equal bits estimates the angle between the word sets: likeness is
    ``cos(pi * differing bits / 64)``.
    """
    words = list(dict.fromkeys(text.lower().split()))[:MAX_WORDS]
    if not words:
        return None
    if len(_hashes) > _CACHED_WORDS:
        _hashes.clear()
    known = map(_hashes.get, words)
    hashes = [number or _hash(word) for number, word in zip(known, words, strict=True)]
    bits = np.unpackbits(np.array(hashes, np.uint64).view(np.uint8).reshape(-1, 8), axis=1)
    majority = bits.sum(axis=0, dtype=np.uint32) * 2 > len(words)
    return int(np.packbits(majority).view(np.uint64)[0])


def _hash(word: str) -> int:
    digest = blake2b(word.encode("utf-8", "replace"), digest_size=8).digest()
    number = _hashes[word] = int.from_bytes(digest, "little")
    return number
