"""What a page is about: scope, mode and snapshot. All of it is in the address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote_plus

from starlette.requests import Request

from linkshed.errors import ParameterError
from linkshed.serve.options import MODES

LONGEST = 8_000
LATEST = "latest"
_PLAIN = re.compile("[A-Za-z0-9_.~-]*")


@dataclass(frozen=True)
class Target:
    """``scope`` as written, empty when nothing was asked yet; ``mode`` None for the one that
    follows from its form; ``snapshot`` a ref, an id or the start of one.
    """

    scope: str = ""
    mode: str | None = None
    snapshot: str = LATEST

    @cached_property
    def query(self) -> str:
        """What stands in an address about the same target behind the path, with its mark."""
        return self.address("")

    @cached_property
    def page_prefix(self) -> str:
        """The beginning of the address of the page about a URL, which follows encoded."""
        return f"/page{self.query}{'&' if self.query else '?'}url="

    def address(self, path: str, **more: Any) -> str:
        """The address of a page about the same target."""
        own = {"scope": self.scope, "mode": self.mode}
        own["snapshot"] = None if self.snapshot == LATEST else self.snapshot
        return address(path, **(own | more))


def address(path: str, **parameters: Any) -> str:
    """A path with its parameters; those that are None or empty are left out."""
    pairs = [f"{name}={encoded(value)}" for name, value in parameters.items()
             if value is not None and value != ""]  # fmt: skip
    return f"{path}?{'&'.join(pairs)}" if pairs else path


def encoded(value: Any) -> str:
    """A value as it stands in an address."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if _PLAIN.fullmatch(text) else quote_plus(text, errors="replace")


def read(request: Request) -> Target:
    """The target in an address. Raises ParameterError."""
    asked = request.query_params
    mode = asked.get("mode") or None
    if mode not in (None, *MODES):
        raise ParameterError(f"mode {mode[:100]!r}", allowed=", ".join(MODES))
    scope = asked.get("scope", "").strip()
    if len(scope) > LONGEST:
        raise ParameterError(f"a scope of {len(scope):,} characters", allowed=f"{LONGEST:,}")
    return Target(scope, mode, asked.get("snapshot") or LATEST)
