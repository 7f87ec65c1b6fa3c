"""Who asks in a hurry is not kept waiting for what takes long, and may have what is begun of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, TypeVar

Value = TypeVar("Value")


class Sized(Protocol):
    """Something whose memory is known."""

    @property
    def nbytes(self) -> int: ...


class NotAtHand(Exception):
    """What takes long was not made lately, and who asks is in a hurry. ``name`` is the same for all
    who ask for it.
    """

    def __init__(self, name: Hashable) -> None:
        self.name = name
        super().__init__(name)


_HURRIED: ContextVar[bool] = ContextVar("hurried", default=False)
_TAKES_BEGUN: ContextVar[bool] = ContextVar("takes what is begun", default=False)
_NEWS: ContextVar[Callable[[], None] | None] = ContextVar("news", default=None)
_KEEP: ContextVar[Callable[[Sized], None] | None] = ContextVar("keep", default=None)


@contextmanager
def hurried(*, takes_begun: bool = False) -> Iterator[None]:
    """Within it NotAtHand is raised in place of making what takes long; who ``takes_begun`` has
    what was ``begun`` of it.
    """
    with _set(_HURRIED, True), _set(_TAKES_BEGUN, takes_begun):
        yield


def is_hurried() -> bool:
    """Whether who asks is not to wait for what takes long."""
    return _HURRIED.get()


def takes_begun() -> bool:
    """Whether who asks takes what is begun of it."""
    return _TAKES_BEGUN.get()


@contextmanager
def heard(news: Callable[[], None]) -> Iterator[None]:
    """Within it ``news`` is called whenever something that takes long was ``begun``."""
    with _set(_NEWS, news):
        yield


@contextmanager
def kept_by(keep: Callable[[Sized], None]) -> Iterator[None]:
    """Within it ``keep`` is given what is ``begun``."""
    with _set(_KEEP, keep):
        yield


def begun(make: Callable[[], Sized]) -> None:
    """Let those who wait for the thing that is being made have what is known of it: what is missing
    in it, or may change, is being worked out. Nothing is made where nobody waits.
    """
    keep, news = _KEEP.get(), _NEWS.get()
    if keep is not None and news is not None:
        keep(make())
        news()


@contextmanager
def _set(variable: ContextVar[Value], value: Value) -> Iterator[None]:
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)
