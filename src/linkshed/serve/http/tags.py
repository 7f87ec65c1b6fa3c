"""Tags of answers: whoever brings one back need not be sent the same again (RFC 9110, 13.1.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from linkshed.serve.http.cursors import digest


def tagged(*parts: Any) -> dict[str, str]:
    """The header with the tag of an answer that hangs on some values."""
    return {"ETag": f'"{digest(*parts)}"'}


def unchanged(request: Request, headers: Mapping[str, str]) -> Response | None:
    """That an answer is the same, to who brings its tag, or a star for any, with a GET; None when
    it must be made. ``headers`` are those of the answer.
    """
    brought = request.headers.get("if-none-match", "").split(",")
    known = [part.strip().removeprefix("W/") for part in brought]
    is_same = headers["ETag"] in known or known == ["*"]
    if request.method != "GET" or not is_same:
        return None
    return Response(status_code=304, headers=headers)
