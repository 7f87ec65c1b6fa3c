"""The loops of local solving, which run in a room (``rooms``).

Whoever has more left than a threshold waits in a queue and hands it on in turn. The links of a page
lie anywhere in memory, and waiting for them would be most of the work; so what pages further back
in the queue will need is fetched beforehand. A queue's unused places hold pages of earlier turns,
which are fetched in vain. What a turn does is written out twice, because it is slower as one part.
"""

from __future__ import annotations

import numpy as np

from linkshed.graph.kernel import fetch, kernel
from linkshed.graph.rooms import ENTERED, PATCHED, REACHED, WAITING

STEP = 0.1  # each threshold as a share of the one before
START = 0.5  # the first as a share of the largest disturbance
FAR, NEAR = 6, 3  # places ahead in the queue at which a page, and its links, are fetched
LINE = 16  # entries of four bytes that memory hands over at once
MOST_FETCHED = 64  # links of a page whose ends are fetched


@kernel
def most_left(left, reached, n_reached):  # type: ignore[no-untyped-def]
    """The most that any page reached has left, without sign."""
    most = 0.0
    for n in range(n_reached):
        most = max(most, abs(left[reached[n]]))
    return most


@kernel
def _enqueue(left, marks, reached, n_reached, queue, threshold):  # type: ignore[no-untyped-def]
    n_waiting = 0
    for n in range(n_reached):
        page = reached[n]
        if abs(left[page]) > threshold:
            queue[n_waiting] = page
            marks[page] |= WAITING
            n_waiting += 1
    return n_waiting


@kernel
def _fetch_later(offsets, ends, amounts, left, passed, queue, head):  # type: ignore[no-untyped-def]
    """Fetch what pages further back in the queue will need, themselves and their links."""
    later = queue[head + FAR]
    fetch(offsets, later)
    fetch(left, later)
    fetch(passed, later)
    start = offsets[queue[head + NEAR]]
    fetch(ends, start)
    fetch(amounts, start)
    fetch(ends, start + LINE)
    fetch(amounts, start + LINE)


@kernel
def _hand_over(  # type: ignore[no-untyped-def]
    ends, shares, lo, hi, amount, left, marks, reached, n_reached, queue, n_queued, threshold
):  # fmt: skip
    """Hand on along one row; pages given something are reached, and wait when they have too much
    left. How many pages are reached then, and where the queue ends.
    """
    for k in range(np.uint64(lo), np.uint64(hi)):
        page = ends[k]
        left[page] += amount * shares[k]
        mark = marks[page]
        if not mark & REACHED:
            mark |= REACHED
            marks[page] = mark
            reached[n_reached] = page
            n_reached += 1
        if not mark & WAITING and abs(left[page]) > threshold:
            marks[page] = mark | WAITING
            queue[n_queued] = page
            n_queued = n_queued + 1 if n_queued + 1 < len(queue) else 0
    return n_reached, n_queued


@kernel
def out(  # type: ignore[no-untyped-def]
    offsets, targets, amounts, scale, patch_pages, patch_offsets, patch_targets, patch_shares,
    left, passed, marks, reached, n_reached, queue, floor, most_visits,
):  # fmt: skip
    """Push along links until nobody has more than ``floor`` left, or ``most_visits`` links were
    visited; how many pages were reached, how many links visited, and whether it is done.
    """
    visits = 0
    most = most_left(left, reached, n_reached)
    threshold = max(most * START, floor)
    while most > floor:
        head, end = 0, _enqueue(left, marks, reached, n_reached, queue, threshold)
        while head != end:
            if visits > most_visits:
                return n_reached, visits, False
            page = queue[head]
            head = head + 1 if head + 1 < len(queue) else 0
            if head + FAR < len(queue):
                _fetch_later(offsets, targets, amounts, left, passed, queue, head)
                fetch(scale, queue[head + FAR])
                following = queue[head]
                start = offsets[following]
                for k in range(start, min(offsets[following + 1], start + MOST_FETCHED)):
                    target = targets[k]
                    fetch(left, target)
                    fetch(marks, target)
            amount = left[page]
            left[page] = 0.0
            passed[page] += amount
            mark = marks[page] & ~WAITING
            marks[page] = mark
            if mark & PATCHED:
                row = np.searchsorted(patch_pages, page)
                lo, hi = patch_offsets[row], patch_offsets[row + 1]
                n_reached, end = _hand_over(
                    patch_targets, patch_shares, lo, hi, amount,
                    left, marks, reached, n_reached, queue, end, threshold,
                )  # fmt: skip
                visits += hi - lo
                continue
            amount *= scale[page]
            lo, hi = offsets[page], offsets[page + 1]
            visits += hi - lo
            for k in range(np.uint64(lo), np.uint64(hi)):
                target = targets[k]
                has = left[target] + amount * amounts[k]
                left[target] = has
                mark = marks[target]
                if not mark & REACHED:
                    mark |= REACHED
                    marks[target] = mark
                    reached[n_reached] = target
                    n_reached += 1
                if not mark & WAITING and abs(has) > threshold:
                    marks[target] = mark | WAITING
                    queue[end] = target
                    end = end + 1 if end + 1 < len(queue) else 0
        most = most_left(left, reached, n_reached)
        threshold = max(threshold * STEP, floor)
    return n_reached, visits, True


@kernel
def back(  # type: ignore[no-untyped-def]
    offsets, sources, amounts, scale, patch_into, patch_offsets, patch_sources, patch_shares,
    left, passed, marks, reached, n_reached, queue, floor, most_visits,
):  # fmt: skip
    """The same against links."""
    visits = 0
    most = most_left(left, reached, n_reached)
    threshold = max(most * START, floor)
    while most > floor:
        head, end = 0, _enqueue(left, marks, reached, n_reached, queue, threshold)
        while head != end:
            if visits > most_visits:
                return n_reached, visits, False
            page = queue[head]
            head = head + 1 if head + 1 < len(queue) else 0
            if head + FAR < len(queue):
                _fetch_later(offsets, sources, amounts, left, passed, queue, head)
                following = queue[head]
                start = offsets[following]
                for k in range(start, min(offsets[following + 1], start + MOST_FETCHED)):
                    source = sources[k]
                    fetch(left, source)
                    fetch(marks, source)
                    fetch(scale, source)
            amount = left[page]
            left[page] = 0.0
            passed[page] += amount
            mark = marks[page] & ~WAITING
            marks[page] = mark
            lo, hi = offsets[page], offsets[page + 1]
            visits += hi - lo
            for k in range(np.uint64(lo), np.uint64(hi)):
                source = sources[k]
                of_source = marks[source]
                if of_source & PATCHED:
                    continue
                has = left[source] + amount * amounts[k] * scale[source]
                left[source] = has
                if not of_source & REACHED:
                    of_source |= REACHED
                    marks[source] = of_source
                    reached[n_reached] = source
                    n_reached += 1
                if not of_source & WAITING and abs(has) > threshold:
                    marks[source] = of_source | WAITING
                    queue[end] = source
                    end = end + 1 if end + 1 < len(queue) else 0
            if mark & ENTERED:
                row = np.searchsorted(patch_into, page)
                lo, hi = patch_offsets[row], patch_offsets[row + 1]
                visits += hi - lo
                n_reached, end = _hand_over(
                    patch_sources, patch_shares, lo, hi, amount,
                    left, marks, reached, n_reached, queue, end, threshold,
                )  # fmt: skip
        most = most_left(left, reached, n_reached)
        threshold = max(threshold * STEP, floor)
    return n_reached, visits, True
