"""The explorer: pages for people over every report, rendered on the server.

How to add a page:

1. Write ``serve/web/<family>.py`` with a function ``routes(desk) -> list[Route]`` and, when the
   menu should lead to it, ``ENTRIES``: a tuple of ``menu.Entry(title, path, group)``. Name it in
   FAMILIES below; that is the only line outside the file.
2. A route's function takes the request and gives ``desk.page(request, "<family>.html", ...)``.
   Plain ``def`` runs in a thread, so it may compute; ``async def`` must not, but may hand long
   work to ``patience.patient``. Pages are asked with
   GET, and their address says everything they show: ``target.read(request)`` gives scope, mode
   and snapshot, ``target.address("/path", name=value)`` writes them on.
3. The template lies in ``templates/``, begins with ``{% extends "base.html" %}`` and fills the
   blocks ``title``, ``heading``, ``main``, and ``scripts`` for scripts of its own:
   ``<script src="{{ static('x.js') }}" defer></script>``. What pages share are macros in
   ``parts.html`` (numbers, empty states, tables of figures) and functions of ``marks`` (links to
   strangers' pages, their words, badges).
4. Style with the properties at the head of ``static/base.css`` (``--ink``, ``--accent``,
   ``--space-2`` ...), never with colours of your own; both themes then work. Styles and scripts of
   your own are files in ``static/``; the policy of content forbids style and event attributes.
5. Text from strangers goes through ``| shown`` (marks what is invisible) inside ``<bdi>``, and
   their addresses through ``page_link``: only http and https become links. Escaping is always on;
   ``| safe`` is not used, and what ``marks`` and ``grid`` write is escaped there.
6. Numbers go through ``| count``, ``| amount``, ``| rating``, ``| share``; times through ``| day``.
   Null is shown as a dash with the reason in its title, never as 0.
7. Errors are raised, as classes of ``linkshed.errors``: ``problems`` shows them in this design.
8. What changes anything is a form with method post, ``{{ token_field(session) }}`` inside it, and
   ``await desk.form(request)`` in an ``async def`` route, which checks the token.
9. A picture is a drawing, ``web.chart(name, scope, mode)``, shown by the macro ``chart`` of
   ``parts.html`` with a table of the same numbers below it. The page's block ``scripts`` then has
   the macro ``chart_scripts``: ``static/charts.js`` draws it, in the colours of the theme.
10. Every page is in ``tests/web/`` with its journeys and is checked by axe in both themes.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from starlette.routing import Route

from linkshed.serve.web.desk import Desk

FAMILIES = (
    "files",
    "login",
    "start",
    "overview",
    "page",
    "tables",
    "whatif",
    "audit",
    "linkshed",
    "graph",
    "compare",
    "jobs",
    "watches",
)


def routes(desk: Desk) -> list[Route]:
    """The addresses of all pages, and what the menu says of them."""
    families: list[Any] = [import_module(f"{__name__}.{name}") for name in FAMILIES]
    desk.menu.add(*(entry for family in families for entry in getattr(family, "ENTRIES", ())))
    return [route for family in families for route in family.routes(desk)]
