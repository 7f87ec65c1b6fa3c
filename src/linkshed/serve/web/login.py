"""The form by which a browser brings a key, and its end."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from linkshed.serve.http.sessions import COOKIE
from linkshed.serve.web.desk import Desk
from linkshed.serve.web.target import Target


def routes(desk: Desk) -> list[Route]:
    """The address of the form, and that of its end."""

    def form(request: Request) -> Response:
        following = _own(request.query_params.get("next", ""))
        return desk.page(
            request, "login.html", target=Target(), following=following, is_wrong=False
        )

    async def enter(request: Request) -> Response:
        given = await desk.form(request)
        following = _own(given.get("next", ""))
        key = desk.settings.key_of(given.get("key", "").strip())
        if key is None:
            return desk.page(request, "login.html", target=Target(), status=401,
                             following=following, is_wrong=True)  # fmt: skip
        answer = RedirectResponse(following, 303)
        desk.keep(answer, desk.sessions.begin(key))
        return answer

    async def leave(request: Request) -> Response:
        await desk.form(request)
        answer = RedirectResponse("/", 303)
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return answer

    return [
        Route("/login", form),
        Route("/login", enter, methods=["POST"]),
        Route("/logout", leave, methods=["POST"]),
    ]


def _own(path: str) -> str:
    """An address of this server: what would lead elsewhere leads to the start."""
    is_own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_own else "/"
