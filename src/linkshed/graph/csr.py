"""Adjacency over link columns: who links to whom after pages are folded into their receivers.

Links are rows sorted by target; ``in_offsets[j]:in_offsets[j + 1]`` are the links to page j. A page
may hand everything it receives to another page, its *receiver*; the in-links of a receiver are then
the rows of all its *members*, the pages folded into it, itself included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkshed.graph.kernel import kernel, row
from linkshed.graph.shelf import Shelf

I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]
F64 = NDArray[np.float64]
Floats = NDArray[np.floating[Any]]


def signed(offsets: NDArray[Any]) -> I64:
    """Eight-byte offsets as signed numbers, which kernels can do arithmetic with; no copy."""
    return np.asarray(offsets).view(np.int64)


@dataclass(frozen=True)
class Members:
    """Pages by receiver: ``pages[offsets[j]:offsets[j + 1]]`` are folded into page j, ascending."""

    offsets: I64
    pages: U32

    def of(self, page: int) -> U32:
        """The pages folded into ``page``; itself alone when nothing is, empty when it is folded."""
        return self.pages[self.offsets[page] : self.offsets[page + 1]]


def members_of(receiver: U32) -> Members:
    """Group pages by receiver."""
    n_pages = len(receiver)
    counts = np.bincount(receiver, minlength=n_pages)
    offsets = np.zeros(n_pages + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    return Members(offsets, np.argsort(receiver, kind="stable").astype(np.uint32))


@dataclass(frozen=True)
class InLinks:
    """In-link CSR: page ``sources[k]`` links to page j with amount ``amounts[k]``, k in row j."""

    offsets: I64
    sources: U32
    amounts: Floats

    @property
    def n_pages(self) -> int:
        return len(self.offsets) - 1


def fold(
    in_offsets: NDArray[Any],
    sources: U32,
    weight: Floats,
    passes: Floats,
    members: Members,
    shelf: Shelf | None = None,
) -> InLinks:
    """In-links of receivers with ``amount = weight * passes``; links of amount 0 are left out.

    Amounts stay f32 when every pass factor is 0 or 1, because the products are then exact;
    otherwise they are f64 products of the f32 columns. ``shelf`` says where they are put.
    """
    shelf = shelf or Shelf()
    in_offsets = signed(in_offsets)
    offsets = np.zeros(len(members.offsets), np.int64)
    plain = _count(in_offsets, weight, passes, members.offsets, members.pages, offsets[1:])
    np.cumsum(offsets, out=offsets)
    kept = shelf.empty(int(offsets[-1]), np.uint32)
    amounts: Floats = shelf.empty(int(offsets[-1]), np.float32 if plain else np.float64)
    columns = (in_offsets, sources, weight, passes)
    _fill(*columns, members.offsets, members.pages, kept, amounts)
    return InLinks(offsets, kept, amounts)


def scale_of(damping: float, out: NDArray[Any]) -> F64:
    """What a row hands on of each unit of its links' amounts, d / A; 0 for rows without links.

    ``out`` holds the sum of the amounts of the links of each row.
    """
    return np.asarray(np.divide(damping, out, out=np.zeros(len(out)), where=out > 0))


def transpose(links: InLinks) -> InLinks:
    """The same links read from their other end: row i holds the pages that page i links to."""
    counts = np.bincount(links.sources, minlength=links.n_pages)
    offsets = np.zeros(links.n_pages + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    targets, amounts = np.empty_like(links.sources), np.empty_like(links.amounts)
    _turn(links.offsets, links.sources, links.amounts, offsets[:-1].copy(), targets, amounts)
    return InLinks(offsets, targets, amounts)


@kernel
def _turn(offsets, sources, amounts, at, targets, turned):  # type: ignore[no-untyped-def]
    for page in range(len(offsets) - 1):
        for k in row(offsets, page):
            source = sources[k]
            targets[at[source]], turned[at[source]] = page, amounts[k]
            at[source] += 1


@kernel
def _count(in_offsets, weight, passes, member_offsets, member_pages, counts):  # type: ignore[no-untyped-def]
    plain = True
    for page in range(len(counts)):
        n = 0
        for m in row(member_offsets, page):
            member = member_pages[m]
            for k in row(in_offsets, member):
                if weight[k] * passes[k] > 0:
                    n += 1
                    plain = plain and passes[k] == 1
        counts[page] = n
    return plain


@kernel
def _fill(in_offsets, sources, weight, passes, member_offsets, member_pages, kept, amounts):  # type: ignore[no-untyped-def]
    at = 0
    for page in range(len(member_offsets) - 1):
        for m in row(member_offsets, page):
            member = member_pages[m]
            for k in row(in_offsets, member):
                if weight[k] * passes[k] > 0:
                    kept[at] = sources[k]
                    amounts[at] = np.float64(weight[k]) * np.float64(passes[k])
                    at += 1


@kernel
def sum_by_source(sources, weight, n_pages):  # type: ignore[no-untyped-def]
    """f64 sum of ``weight`` per source, added in row order."""
    total = np.zeros(n_pages)
    for k in range(len(sources)):
        total[sources[k]] += weight[k]
    return total


def repeat_factors(
    in_offsets: NDArray[Any],
    sources: U32,
    weight: Floats,
    members: Members,
    *,
    each: float,
    cap: float,
    shelf: Shelf,
) -> NDArray[np.float32]:
    """Factor of each link among the links of one source to one receiver.

    The heaviest (the first of equals) keeps 1. Every other gets ``each``, or less when together
    they would exceed ``cap`` times the heaviest: ``min(each, cap * heaviest / sum of the others)``.
    """
    factor = shelf.empty(len(sources), np.float32)
    factor.fill(1)
    groups = (members.offsets, members.pages)
    _damp(signed(in_offsets), sources, weight, *groups, each, cap, factor)
    return factor


def repeat_factors_of_one(
    sources: U32, weight: Floats, *, each: float, cap: float
) -> NDArray[np.float32]:
    """As ``repeat_factors``, for links that all end at one receiver."""
    factor = np.ones(len(sources), np.float32)
    rows = np.argsort(sources, kind="stable")
    _damp_rows(rows, sources, weight, each, cap, factor)
    return factor


def repeat_factors_of_rows(
    offsets: I64, targets: NDArray[Any], weight: Floats, *, each: float, cap: float
) -> NDArray[np.float32]:
    """As ``repeat_factors``, for all links of some pages, those of page n in row n of a CSR."""
    factor = np.ones(len(targets), np.float32)
    _damp_each(offsets, targets, weight, each, cap, factor)
    return factor


def grouped(keys: NDArray[Any], n_keys: int) -> tuple[I64, I64]:
    """Offsets of the keys 0..n_keys - 1, and the places of ``keys`` by key, in order."""
    offsets = np.zeros(n_keys + 1, np.int64)
    np.cumsum(np.bincount(keys, minlength=n_keys), out=offsets[1:])
    order = np.empty(len(keys), np.int64)
    _deal(keys, offsets[:-1].copy(), order)
    return offsets, order


@kernel
def _deal(keys, at, order):  # type: ignore[no-untyped-def]
    for place in range(len(keys)):
        order[at[keys[place]]] = place
        at[keys[place]] += 1


@kernel
def _damp_each(offsets, targets, weight, each, cap, factor):  # type: ignore[no-untyped-def]
    for page in range(len(offsets) - 1):
        lo, hi = offsets[page], offsets[page + 1]
        rows = lo + np.argsort(targets[lo:hi], kind="mergesort")
        _damp_rows(rows, targets, weight, each, cap, factor)


@kernel
def _damp(in_offsets, sources, weight, member_offsets, member_pages, each, cap, factor):  # type: ignore[no-untyped-def]
    for page in range(len(member_offsets) - 1):
        lo, hi = member_offsets[page], member_offsets[page + 1]
        if hi - lo == 1:
            first, last = in_offsets[member_pages[lo]], in_offsets[member_pages[lo] + 1]
            _damp_rows(np.arange(first, last), sources, weight, each, cap, factor)
        elif hi - lo > 1:
            _damp_rows(
                _rows_by_source(in_offsets, sources, member_pages[lo:hi]),
                sources, weight, each, cap, factor,
            )  # fmt: skip


@kernel
def _rows_by_source(in_offsets, sources, pages):  # type: ignore[no-untyped-def]
    n = 0
    for page in pages:
        n += in_offsets[page + 1] - in_offsets[page]
    rows = np.empty(n, np.int64)
    at = 0
    for page in pages:
        for k in range(in_offsets[page], in_offsets[page + 1]):
            rows[at] = k
            at += 1
    return rows[np.argsort(sources[rows], kind="mergesort")]


@kernel
def _damp_rows(rows, sources, weight, each, cap, factor):  # type: ignore[no-untyped-def]
    start = 0
    while start < len(rows):
        stop = start + 1
        best = rows[start]
        total = weight[best]
        while stop < len(rows) and sources[rows[stop]] == sources[rows[start]]:
            link = rows[stop]
            total += weight[link]
            if weight[link] > weight[best]:
                best = link
            stop += 1
        others = total - weight[best]
        if stop > start + 1 and others > 0:
            share = min(each, cap * weight[best] / others)
            for k in range(start, stop):
                factor[rows[k]] = share
            factor[best] = 1
        start = stop
