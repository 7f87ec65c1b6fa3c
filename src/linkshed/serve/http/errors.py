"""Errors as answers: what was received, what is allowed, and the repair; never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from linkshed.errors import (
    AccessError,
    LinkshedError,
    NotFoundError,
    ParameterError,
    ResourceError,
    TooManyRequests,
    UsageError,
)
from linkshed.serve.http.hints import hints, members, parameters
from linkshed.serve.jobs.asked import FORMS

Tell = Callable[[Request, LinkshedError, int | None], Response]
"""How an error is answered; the number is a status other than its own."""
Told = tuple[LinkshedError, int | None]
Read = Callable[[Request, Any], Told]
SHOWN = 200
"""Characters of a received value that an answer repeats."""


class Problem(BaseModel):
    """Why a request was not answered."""

    error: str = Field(description="Class of the error, as in the reference of errors.")
    received: str = Field(description="What was received.")
    allowed: str = Field(description="What is allowed; empty when there is nothing to choose.")
    repair: str = Field(description="How to repair it; empty when nothing is known.")


STATUSES = {
    400: "A parameter cannot be understood.",
    401: "The key is missing or unknown.",
    403: "The server does not answer under that address.",
    404: "A named thing does not exist.",
    413: "The request is too large.",
    422: "A text is not a URL, or data are not what they should be.",
    429: "Too many requests; Retry-After says when to come back.",
    500: "The server failed.",
    501: "An optional package is not installed.",
    507: "Disk, memory or time ran out.",
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": text} for status, text in STATUSES.items()
}


def told(request: Request, error: LinkshedError, status: int | None = None) -> Response:
    """An error as an answer for programs."""
    content = {
        "error": type(error).__name__,
        "received": error.received,
        "allowed": error.allowed,
        "repair": error.repair,
    }
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.wait)
    elif type(error) is AccessError:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(content, status or error.http_status, headers)


def install(app: FastAPI, tell: Tell) -> None:
    """Let an app answer every error in one form."""
    for kind, read in _READ.items():
        app.add_exception_handler(kind, _handler(read, tell))


def _handler(read: Read, tell: Tell) -> Callable[[Request, Exception], Response]:
    def handle(request: Request, error: Exception) -> Response:
        answer = tell(request, *read(request, error))
        if isinstance(error, HTTPException):
            answer.headers.update(error.headers or {})
        if isinstance(error, HTTPException) and error.status_code == 405:
            answer.headers["Allow"] = _methods(request, error)
        return answer

    return handle


def meant(request: Request, error: Exception) -> LinkshedError:
    """What an exception means to whoever asked."""
    kinds = [kind for kind in type(error).__mro__ if kind in _READ]
    return _READ[kinds[0]](request, error)[0]


def _of_ours(request: Request, error: Any) -> Told:
    return error, None


def _of_parameters(request: Request, error: Any) -> Told:
    found = error.errors()
    first = found[0]
    if first["type"] == "json_invalid":
        return ParameterError("a body that is not JSON", allowed="a JSON object"), None
    known = parameters(request)
    repair = hints(found, known)
    name = _place(first["loc"], known)
    same = [e for e in found if e["loc"][:2] == first["loc"][:2]]
    inside = members(request, first["loc"])
    allowed = "; ".join(dict.fromkeys(_allowed(e, known, inside) for e in same))
    if first["type"] == "missing":
        return ParameterError(f"no {name}", allowed=allowed, repair=repair), None
    if isinstance(first.get("input"), bytes):
        kind = request.headers.get("content-type", "none")[:SHOWN]
        return ParameterError(
            f"a body of the type {kind}", allowed="a JSON object",
            repair="send it with the header Content-Type: application/json",
        ), None  # fmt: skip
    given = repr(first.get("input"))[:SHOWN]
    return ParameterError(f"{name[:SHOWN]} {given}", allowed=allowed, repair=repair), None


def _place(place: tuple[Any, ...], known: dict[str, str]) -> str:
    """The name of a parameter, or of what is inside a body, whatever form of it is meant; a
    parameter of several forms has no inside.
    """
    inner = place[1:] or place
    if len(place) > 2 and place[1] in FORMS and place[1] not in known:
        return ".".join(map(str, place[2:]))
    if len(place) > 2 and place[1] in known and not isinstance(place[2], int):
        inner = place[1:2]
    return ".".join(map(str, inner))


def _allowed(error: dict[str, Any], known: dict[str, str], inside: list[str]) -> str:
    if error["type"] == "extra_forbidden":
        if len(error["loc"]) > 2:
            return f"the members {', '.join(inside)}" if inside else "no members"
        return f"the parameters {', '.join(known)}"
    if error["type"] == "missing":
        about = known.get(str(error["loc"][-1]), "").partition(".")[0] or "a value"
        return f"{about[:1].lower()}{about[1:]}; it is required"
    if error["type"] in ("model_attributes_type", "union_tag_invalid"):
        return "an object"
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return str(error["msg"])


def _of_routes(request: Request, error: Any) -> Told:
    asked = f"{request.method} {request.url.path}"[:SHOWN]
    if error.status_code == 404:
        allowed = "the addresses that /openapi.json names"
        return NotFoundError(f"no {asked}", allowed=allowed), None
    return UsageError(asked, allowed=_methods(request, error)), error.status_code


def _methods(request: Request, error: HTTPException) -> str:
    """The methods that an address answers; HEAD goes wherever GET does."""
    told = (error.headers or {}).get("Allow", "").split(", ")
    known = request.app.openapi()["paths"].get(request.url.path, told)
    found = {method.upper() for method in known}
    return ", ".join(sorted(found | {"HEAD"} if "GET" in found else found))


def _of_memory(request: Request, error: Any) -> Told:
    return ResourceError("memory ran out", repair="ask for fewer rows or a smaller scope"), None


def _of_others(request: Request, error: Any) -> Told:
    return LinkshedError("the server failed while answering", repair="its log says more"), None


_READ: dict[type[Exception], Read] = {
    LinkshedError: _of_ours,
    RequestValidationError: _of_parameters,
    HTTPException: _of_routes,
    MemoryError: _of_memory,
    Exception: _of_others,
}
"""What each kind of exception means."""
