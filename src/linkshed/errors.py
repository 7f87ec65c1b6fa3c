"""Every error linkshed raises on purpose, in one tree.

LinkshedError                 exit 1, HTTP 500   anything below
├── UsageError                exit 2, HTTP 400   what was asked for cannot be understood
│   ├── ScopeError                               a scope that names no set of pages
│   ├── FilterError                              a broken --where filter
│   ├── ColumnError                              an unknown column in select, where or order_by
│   ├── ParameterError                           any other bad option or setting
│   │   └── OptionNeeded                         a report was not told what it cannot do without
│   └── TooLarge               HTTP 413          a request larger than the server reads
├── InputError                exit 3, HTTP 422   the data handed in is not what it should be
│   ├── UrlError                                 a text that is not a URL linkshed can identify
│   └── FormatError                              a file that is not of the format it was given as
├── NotFoundError             exit 4, HTTP 404   a named thing does not exist
│   ├── StoreNotFound                            no store, or a store with no snapshot yet
│   ├── UnknownName                              no such report, score, reader or profile
│   ├── MissingScore                             the snapshot lacks a score a report reads
│   └── NothingEarlier                           no earlier snapshot to compare with
├── StoreError                exit 5, HTTP 500   the store cannot be read or written
│   ├── DamagedFile                              a file's bytes do not match its hash
│   └── NewerFormat                              the snapshot was written by a newer linkshed
├── ResourceError             exit 6, HTTP 507   disk, memory or time ran out
├── MissingExtra              exit 7, HTTP 501   an optional package is not installed
├── DeliveryError             exit 9, HTTP 502   a message was not delivered; it is kept
├── BudgetExceeded            exit 10, HTTP 409  an audit finds more than its budget allows
└── AccessError               exit 8, HTTP 401   the server does not know who asks
    ├── Forbidden              HTTP 403          the server does not answer under that address
    └── TooManyRequests        HTTP 429          one client asked too often

A message names the value received, then what is allowed, then how to repair it.
"""

from __future__ import annotations

from typing import ClassVar


class LinkshedError(Exception):
    """Base of the tree.

    ``received``, ``allowed`` and ``repair`` are the three parts of every message; an empty part is
    left out. ``str(error)`` is one line.
    """

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    def __init__(self, received: str, *, allowed: str = "", repair: str = "") -> None:
        self.received = received
        self.allowed = allowed
        self.repair = repair
        super().__init__(self._line())

    def _line(self) -> str:
        parts = [self.received]
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.repair:
            parts.append(f"repair: {self.repair}")
        return " ".join("; ".join(parts).split())


class UsageError(LinkshedError):
    """What was asked for cannot be understood."""

    exit_code = 2
    http_status = 400


class ScopeError(UsageError):
    """A scope that names no set of pages."""


class FilterError(UsageError):
    """A broken ``--where`` filter."""


class ColumnError(UsageError):
    """An unknown column in select, where or order_by."""


class ParameterError(UsageError):
    """Any other bad option or setting."""


class OptionNeeded(ParameterError):
    """A report was not told what it cannot do without; ``option`` names it."""

    def __init__(self, received: str, option: str, *, allowed: str = "", repair: str = "") -> None:
        self.option = option
        super().__init__(received, allowed=allowed, repair=repair)


class TooLarge(UsageError):
    """A request larger than the server reads."""

    http_status = 413


class InputError(LinkshedError):
    """The data handed in is not what it should be."""

    exit_code = 3
    http_status = 422


class UrlError(InputError):
    """A text that is not a URL linkshed can identify.

    ``reason`` is the short word under which rejects are counted (``schema.Reason``).
    """

    def __init__(self, received: str, reason: str, *, allowed: str = "", repair: str = "") -> None:
        self.reason = reason
        super().__init__(received, allowed=allowed, repair=repair)


class FormatError(InputError):
    """A file that is not of the format it was given as."""


class NotFoundError(LinkshedError):
    """A named thing does not exist."""

    exit_code = 4
    http_status = 404


class StoreNotFound(NotFoundError):
    """No store at that path, or a store with no snapshot yet."""


class UnknownName(NotFoundError):
    """No such report, score, reader or profile."""


class MissingScore(NotFoundError):
    """The snapshot lacks a score column that a report reads."""


class NothingEarlier(NotFoundError):
    """No earlier snapshot to compare with."""


class StoreError(LinkshedError):
    """The store cannot be read or written."""

    exit_code = 5


class DamagedFile(StoreError):
    """A file's bytes do not match the hash in the manifest."""


class NewerFormat(StoreError):
    """The snapshot was written in a newer format than this linkshed reads."""


class ResourceError(LinkshedError):
    """Disk, memory or time ran out; nothing half-written is left."""

    exit_code = 6
    http_status = 507


class MissingExtra(LinkshedError):
    """An optional package is not installed."""

    exit_code = 7
    http_status = 501


class DeliveryError(LinkshedError):
    """A message was not delivered; it is kept and sent by the next run."""

    exit_code = 9
    http_status = 502


class BudgetExceeded(LinkshedError):
    """An audit finds more than its budget allows; each limit is named with its line."""

    exit_code = 10
    http_status = 409


class AccessError(LinkshedError):
    """The server does not know who asks: a key is missing or unknown."""

    exit_code = 8
    http_status = 401


class Forbidden(AccessError):
    """The server does not answer under the address that was asked."""

    http_status = 403


class TooManyRequests(AccessError):
    """One client asked too often; ``wait`` is the number of seconds until it may ask again."""

    http_status = 429

    def __init__(self, received: str, wait: int, *, allowed: str = "", repair: str = "") -> None:
        self.wait = wait
        super().__init__(received, allowed=allowed, repair=repair)
