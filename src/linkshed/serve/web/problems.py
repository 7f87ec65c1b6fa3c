"""Errors as pages for people, and as JSON for programs."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from linkshed.errors import (
    AccessError,
    LinkshedError,
    MissingScore,
    NotFoundError,
    StoreNotFound,
    TooManyRequests,
)
from linkshed.serve.http import errors
from linkshed.serve.http.headers import SAFE
from linkshed.serve.web.desk import Desk
from linkshed.serve.web.target import Target, address, read

PROGRAMS = ("/v1/", "/v3/", "/openapi.json", "/static/")
TITLES = {
    400: "That cannot be understood", 401: "A key is needed", 403: "Not from here",
    404: "Not found", 413: "Too large", 422: "Not what it should be", 429: "A little slower",
    500: "Something failed", 501: "A package is missing", 507: "Out of room or time",
}  # fmt: skip


def teller(desk: Desk) -> errors.Tell:
    """How errors are answered: as a page where a browser asks for a page."""

    def tell(request: Request, error: LinkshedError, status: int | None = None) -> Response:
        if not wants_page(request):
            return errors.told(request, error, status)
        if type(error) is AccessError:
            return RedirectResponse(address("/login", next=_asked(request)), 303)
        if "endpoint" not in request.scope and isinstance(error, NotFoundError):
            error = _no_page(request)
        return problem(desk, request, error, status)

    return tell


def _no_page(request: Request) -> NotFoundError:
    """An address that leads nowhere, as people are told it."""
    return NotFoundError(
        f"no page {request.url.path[:200]}",
        allowed="the pages of the menu",
        repair="choose one there, or name a domain above",
    )


def wants_page(request: Request) -> bool:
    """Whether a person asks with a browser."""
    is_page = not request.url.path.startswith(PROGRAMS)
    return is_page and "text/html" in request.headers.get("accept", "")


def problem(
    desk: Desk, request: Request, error: LinkshedError, status: int | None = None
) -> Response:
    """An error in the design of all pages."""
    code, target = status or error.http_status, _target(request)
    is_new = isinstance(error, StoreNotFound)
    is_early = isinstance(error, MissingScore) and not _is_scored(desk, target)
    template = "empty.html" if is_new else "unscored.html" if is_early else "problem.html"
    answer = desk.page(
        request, template, target=target, problem=error, code=code,
        status=200 if is_early or (is_new and request.url.path == "/") else code,
        heading=TITLES.get(code, TITLES[500]), store=desk.shelf.store,
        asked=request.query_params.get("url", ""),
    )  # fmt: skip
    answer.headers.update(SAFE)
    if isinstance(error, TooManyRequests):
        answer.headers["Retry-After"] = str(error.wait)
    return answer


def _is_scored(desk: Desk, target: Target) -> bool:
    asked = desk.known.id_of(target.snapshot)
    return any(known.id == asked for known in desk.known.state().scored)


def _target(request: Request) -> Target:
    try:
        return read(request)
    except LinkshedError:
        return Target()


def _asked(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return request.url.path + query if request.method == "GET" else "/"
