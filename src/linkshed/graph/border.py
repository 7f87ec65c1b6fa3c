"""The links of a part of a graph: those among its own pages, and those that come in from others."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.csr import F64, I64, U32, Floats, InLinks, signed
from linkshed.graph.kernel import kernel, row


def inner_rows(offsets: I64, ends: U32, amounts: Floats, part: I64, scale: F64) -> InLinks:
    """The rows of the pages of a part, numbered as they stand in it, without what leads out of it;
    each amount times the ``scale`` of the row's page.
    """
    place = np.zeros(len(offsets) - 1, np.uint32)
    place[part] = np.arange(1, len(part) + 1)
    n_most = int((offsets[part + 1] - offsets[part]).sum())
    inner, kept, shares = np.zeros(len(part) + 1, np.int64), *_room(n_most, np.uint32)
    n = _cut(offsets, ends, amounts, part, scale, place, inner, kept, shares)
    return InLinks(inner, kept[:n], shares[:n])


def entering(
    offsets: NDArray[Any],
    sources: U32,
    weight: Floats,
    passes: Floats,
    held: tuple[F64, F64],
    is_inside: NDArray[np.bool_],
    pages: I64,
) -> tuple[I64, U32, F64]:
    """The links to ``pages`` that carry something and do not come from inside: rows, in order, the
    page each leads to, and what it carries, ``held`` (two factors) of its source times its own.
    """
    offsets = signed(offsets)
    n_most = int((offsets[pages + 1] - offsets[pages]).sum())
    (rows, carried), ends = _room(n_most, np.int64), np.empty(n_most, np.uint32)
    links = offsets, sources, weight, passes
    n = _enter(*links, *held, is_inside, pages, rows, ends, carried)
    return rows[:n], ends[:n], carried[:n]


def _room(n: int, kind: type) -> tuple[NDArray[Any], F64]:
    return np.empty(n, kind), np.empty(n)


@kernel
def _cut(offsets, ends, amounts, part, scale, place, inner, kept, shares):  # type: ignore[no-untyped-def]
    n, one = np.uint64(0), np.uint64(1)
    for i in range(len(part)):
        page = part[i]
        for k in row(offsets, page):
            end = place[ends[k]]
            if end > 0:
                kept[n], shares[n] = end - 1, amounts[k] * scale[page]
                n += one
        inner[i + 1] = n
    return n


@kernel
def _enter(  # type: ignore[no-untyped-def]
    offsets, sources, weight, passes, equity, scale, is_inside, pages, rows, ends, carried
):
    n, one = np.uint64(0), np.uint64(1)
    for page in pages:
        for k in row(offsets, page):
            source = sources[k]
            if is_inside[source]:
                continue
            own = np.float64(weight[k]) * np.float64(passes[k])
            amount = equity[source] * scale[source] * own
            if amount > 0:
                rows[n], ends[n], carried[n] = k, page, amount
                n += one
    return n
