"""What was made lately, within a number of bytes; what is being made is made once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from functools import partial
from threading import Lock
from typing import Any, TypeVar

from linkshed.snapshot.haste import NotAtHand, Sized, is_hurried, kept_by, takes_begun

Made = TypeVar("Made")


class Shared:
    """What is being made, by name: who asks for it meanwhile waits, and is given the same."""

    def __init__(self) -> None:
        self._coming: dict[Hashable, Future[Any]] = {}
        self._lock = Lock()

    def made(self, name: Hashable, make: Callable[[], Any]) -> Any:
        """The thing. What ``make`` raises is raised to all."""
        with self._lock:
            is_ours = name not in self._coming
            coming = self._coming.setdefault(name, Future())
        if is_ours:
            try:
                coming.set_result(make())
            except BaseException as error:
                coming.set_exception(error)
            with self._lock:
                del self._coming[name]
        return coming.result()


class Lasting:
    """Things of which there is one of each kind, made once and kept."""

    def __init__(self) -> None:
        self._things: dict[type, Any] = {}
        self._shared = Shared()

    def of(self, kind: type[Made], make: Callable[[], Made]) -> Made:
        """The thing, made when it is first asked for."""
        if kind not in self._things:
            self._shared.made(repr(kind), lambda: self._things.setdefault(kind, make()))
        made: Made = self._things[kind]
        return made


class Recent:
    """Things by name; the one used longest ago goes first when they exceed ``max_bytes``."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.n_bytes = 0
        self._things: OrderedDict[Hashable, Sized] = OrderedDict()
        self._begun: dict[Hashable, Sized] = {}
        self._lock = Lock()
        self._shared = Shared()

    def once(self, name: Hashable, make: Callable[[], Sized], *, takes_long: bool = False) -> Any:
        """The thing, made unless it was made lately or is being made; what is begun of it for who
        takes that. Raises NotAtHand.
        """
        found = self.get(name)
        if found is not None:
            return found
        if takes_long and is_hurried():
            return self._as_begun(name)
        return self._shared.made(name, lambda: self._kept(name, make))

    def _as_begun(self, name: Hashable) -> Any:
        found = self._begun.get(name) if takes_begun() else None
        if found is None:
            raise NotAtHand((id(self), name))
        return found

    def _kept(self, name: Hashable, make: Callable[[], Sized]) -> Any:
        found = self.get(name)
        if found is None:
            try:
                with kept_by(partial(self._begun.__setitem__, name)):
                    found = make()
            finally:
                self._begun.pop(name, None)
            self.put(name, found)
        return found

    def get(self, name: Hashable) -> Any:
        """The thing, or None."""
        with self._lock:
            if name in self._things:
                self._things.move_to_end(name)
            return self._things.get(name)

    def put(self, name: Hashable, thing: Sized) -> None:
        """Keep a thing, unless it alone is too large."""
        with self._lock:
            if name in self._things or thing.nbytes > self.max_bytes:
                return
            self._things[name] = thing
            self.n_bytes += thing.nbytes
            while self.n_bytes > self.max_bytes:
                _, gone = self._things.popitem(last=False)
                self.n_bytes -= gone.nbytes
