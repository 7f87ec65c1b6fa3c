"""URLs of many pages at once: ``urls.key.key_url`` for a whole Arrow array of keys."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkshed.schema import Scheme
from linkshed.urls.key import host_of_key


def addresses(keys: pa.LargeStringArray, schemes: Any) -> pa.StringArray:
    """The URL of each key with its scheme (``schema.Scheme``), none null. Each host is turned
    round once.
    """
    if not len(keys):
        return pa.array([], pa.string())
    parts = _halves(keys)
    coded = parts.take(pa.array(np.arange(0, len(parts), 2))).dictionary_encode()
    hosts = pa.array([host_of_key(host) for host in coded.dictionary.to_pylist()])
    rests = parts.take(pa.array(np.arange(1, len(parts), 2))).cast(pa.string())
    starts = pa.array([f"{scheme.name.lower()}://" for scheme in Scheme])
    return pc.binary_join_element_wise(
        starts.take(pa.array(schemes)), hosts.take(coded.indices), rests, ""
    )


def _halves(keys: pa.LargeStringArray) -> pa.LargeStringArray:
    """By turns the part of each key up to its parenthesis, and the rest: the same bytes."""
    _, borders, content = keys.buffers()
    offsets = np.frombuffer(borders, np.int64)[keys.offset :][: len(keys) + 1]
    ends = pc.find_substring(keys, ")").to_numpy()
    halves = np.empty(2 * len(keys) + 1, np.int64)
    halves[::2] = offsets
    halves[1::2] = offsets[:-1] + ends + 1
    return pa.LargeStringArray.from_buffers(2 * len(keys), pa.py_buffer(halves), content)
