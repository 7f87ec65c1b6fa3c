"""Errors as answers: what was received, what is allowed, and the repair; never a traceback."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from linkshed.errors import (
    AccessError,
    LinkshedError,
    NotFoundError,
    ParameterError,
    ResourceError,
    TooManyRequests,
    UsageError,
)

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
    507: "Disk, memory or time ran out.",
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": text} for status, text in STATUSES.items()
}


def told(error: LinkshedError, status: int | None = None) -> JSONResponse:
    """An error as an answer."""
    content = {
        "error": type(error).__name__,
        "received": error.received,
        "allowed": error.allowed,
        "repair": error.repair,
    }
    headers = {}
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.wait)
    elif type(error) is AccessError:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(content, status or error.http_status, headers)


def install(app: FastAPI) -> None:
    """Let an app answer every error in this form."""
    app.add_exception_handler(LinkshedError, _of_ours)
    app.add_exception_handler(RequestValidationError, _of_parameters)
    app.add_exception_handler(HTTPException, _of_routes)
    app.add_exception_handler(MemoryError, _of_memory)
    app.add_exception_handler(Exception, _of_others)


def _of_ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, LinkshedError)
    return told(error)


def _of_parameters(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    first = found[0]
    if first["type"] == "json_invalid":
        return told(ParameterError("a body that is not JSON", allowed="a JSON object"))
    name = first["loc"][1] if len(first["loc"]) > 1 else first["loc"][0]
    same = [e for e in found if e["loc"][:2] == first["loc"][:2]]
    allowed = "; ".join(dict.fromkeys(_allowed(e) for e in same))
    if first["type"] == "missing":
        return told(ParameterError(f"no {name}", allowed=allowed))
    given = repr(first.get("input"))[:SHOWN]
    return told(ParameterError(f"{name} {given}", allowed=allowed))


def _allowed(error: dict[str, Any]) -> str:
    if error["type"] == "extra_forbidden":
        return "the parameters that /openapi.json names"
    if error["type"] == "missing":
        return "a value; it is required"
    return str(error["msg"])


def _of_routes(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    asked = f"{request.method} {request.url.path}"[:SHOWN]
    if error.status_code == 404:
        return told(NotFoundError(f"no {asked}", allowed="the addresses that /openapi.json names"))
    allowed = (error.headers or {}).get("Allow", str(error.detail))
    answer = told(UsageError(asked, allowed=allowed), error.status_code)
    answer.headers.update(error.headers or {})
    return answer


def _of_memory(request: Request, error: Exception) -> JSONResponse:
    return told(ResourceError("memory ran out", repair="ask for fewer rows or a smaller scope"))


def _of_others(request: Request, error: Exception) -> JSONResponse:
    return told(LinkshedError("the server failed while answering", repair="its log says more"))
