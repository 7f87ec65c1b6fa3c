"""Short questions take turns: threads side by side hand the interpreter to and fro at every call
that lets go of it, and spend up to half as much again on that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

PATIENCE_SECONDS = 0.05
"""After which who waits goes on beside who has the turn: that waits for the disk, or computes
without the interpreter."""


class Turns:
    """Whose turn it is."""

    def __init__(self) -> None:
        self._turn = Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Have the turn, as soon as whoever has it is done or took too long."""
        turn = self._turn
        while not turn.acquire(timeout=PATIENCE_SECONDS):
            if turn is self._turn:
                self._turn = Lock()
            turn = self._turn
        try:
            yield
        finally:
            turn.release()
