"""What every page needs: templates, the store, the menu, sessions."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from linkshed.api import Linkshed
from linkshed.errors import Forbidden, TooLarge
from linkshed.serve.http.sessions import COOKIE, DAYS, FIELD, Sessions, session_in
from linkshed.serve.http.settings import Settings
from linkshed.serve.http.shelf import Shelf
from linkshed.serve.jobs.runner import Jobs
from linkshed.serve.options import MODES
from linkshed.serve.watch.folder import Folder
from linkshed.serve.web.conditions import ops_kind
from linkshed.serve.web.files import Files
from linkshed.serve.web.marks import badge, breakable, out, page_link, trusted, words
from linkshed.serve.web.menu import Menu
from linkshed.serve.web.offered import column_boxes, column_options
from linkshed.serve.web.snapshots import Snapshots
from linkshed.serve.web.target import Target, address, read
from linkshed.serve.web.words import FILTERS, is_link, is_number

TEMPLATES = Path(__file__).parent / "templates"
FRESH = {"Cache-Control": "private, no-cache", "Vary": "Accept, Cookie"}
MOST_FIELDS = 10_000
MODE_WORDS = {
    "": "automatic scope", "domain": "whole domain", "subdomains": "host and subdomains",
    "host": "this host only", "prefix": "this folder", "url": "this page", "set": "several",
}  # fmt: skip


class Desk:
    """Where pages are made. ``shelf`` holds the snapshots, ``known`` says which there are, ``menu``
    leads to the pages; ``jobs`` None when the server runs none.
    """

    def __init__(
        self, shelf: Shelf, settings: Settings, sessions: Sessions, jobs: Jobs | None = None
    ) -> None:
        self.shelf, self.settings, self.sessions = shelf, settings, sessions
        self.jobs = jobs
        self.files, self.menu, self.known = Files(), Menu(), Snapshots(shelf)
        self._env = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._env.filters |= {**FILTERS, "ops_kind": ops_kind, "breakable": trusted(breakable)}
        self._env.tests |= {"link": is_link, "number_column": is_number}
        self._env.globals |= {
            "waiting": False, "static": self.files.address, "address": address,
            "token_field": self._token_field,
            "modes": {mode: MODE_WORDS[mode] for mode in ("", *MODES)},
            "has_charts": self.files.has_charts, "page_link": page_link, "out": trusted(out),
            "words": trusted(words), "badge": trusted(badge), "watch_lists": self._watch_lists,
            "column_options": column_options, "column_boxes": column_boxes,
        }  # fmt: skip

    def page(
        self, request: Request, template: str, *, target: Target | None = None, status: int = 200,
        **context: Any,
    ) -> HTMLResponse:  # fmt: skip
        """A page. ``target`` is the one in its address unless another is given."""
        answer = HTMLResponse(self.text(request, template, target=target, **context), status, FRESH)
        self.begin(request, answer)
        return answer

    def begin(self, request: Request, answer: Response) -> None:
        """Let the browser keep the session that its request began, if it did."""
        session = self.session(request)
        if session != session_in(request.headers):
            self.keep(answer, session)

    def text(
        self, request: Request, template: str, *, target: Target | None = None, **context: Any
    ) -> str:
        """The text of a page or of a part of one."""
        return self._env.get_template(template).render(
            path=request.url.path,
            target=target or read(request),
            groups=self.menu.groups(),
            unfolded=self.menu.unfolded(request.url.path),
            known=self.known.state(),
            session=self.session(request),
            is_known=self.sessions.key_of(session_in(request.headers)) is not None,
            **context,
        )

    def web(self, target: Target) -> Linkshed:
        """The snapshot that a target is asked of. Raises StoreNotFound, NotFoundError."""
        return self.shelf.web(self.known.id_of(target.snapshot))

    def _watch_lists(self) -> list[str]:
        """The names of watches, for those who may change them."""
        return [] if self.jobs is None else Folder(self.shelf.store).names()

    def session(self, request: Request) -> str:
        """The session of a request; one that brings none begins one, the same in all its parts."""
        given = session_in(request.headers)
        if self.sessions.is_valid(given):
            return given
        begun = request.scope.setdefault("state", {})
        return str(begun.setdefault("session", self.sessions.begin()))

    def keep(self, answer: Any, session: str) -> None:
        """Let the browser bring a session with its next requests."""
        answer.set_cookie(COOKIE, session, DAYS * 86_400, httponly=True, samesite="strict")

    async def form(self, request: Request) -> dict[str, str]:
        """The fields of a form that came from a page of this session. Raises Forbidden."""
        return dict(await self.fields(request))

    async def fields(self, request: Request) -> list[tuple[str, str]]:
        """The same with those that are given several times. Raises Forbidden, TooLarge."""
        body = (await request.body()).decode("utf-8", "replace")
        try:
            fields = parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError:
            raise TooLarge("the fields of a form", allowed=f"{MOST_FIELDS:,} of them") from None
        token = dict(fields).get(FIELD, "")
        if not self.sessions.is_token(session_in(request.headers), token):
            raise Forbidden(
                "a form without the token of its page",
                allowed="forms of our own pages, within a week",
                repair="load the page again and repeat",
            )
        return [(name, text) for name, text in fields if name != FIELD]

    def _token_field(self, session: str) -> Markup:
        """The hidden field that lets a form change something."""
        field = Markup('<input type="hidden" name="{}" value="{}">')
        return field.format(FIELD, self.sessions.token(session))
