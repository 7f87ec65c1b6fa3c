"""Marks that pages share, written by functions: a page has thousands of them.

End tags that HTML can do without are left out, and scripts add what all marks of a kind share.
They are plain texts, escaped here, as a type of their own would cost as much again; ``trusted``
hands them to templates.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from html import escape
from typing import Any, ParamSpec

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from linkshed.serve.web.target import Target
from linkshed.serve.web.words import count, cut, in_address, is_link, short_url, shown

P = ParamSpec("P")
TITLE = 120
"""Characters of a title that are shown."""


def trusted(write: Callable[P, str]) -> Callable[P, Markup]:
    """The same for templates, which take it as it is."""

    @wraps(write)
    def written(*given: P.args, **named: P.kwargs) -> Markup:
        return Markup(write(*given, **named))

    return written


def page_links(target: Target, url: str, title: str | None = None) -> str:
    """An address of a stranger's page: to our page about it, and out to the page itself."""
    to = f'href="{escape(target.page_prefix)}{in_address(url)}"'
    plain = breakable(short_url(shown(url)))
    if not title:
        return f"<a {to}><bdi>{plain}</bdi></a>{out(url)}"
    first, rest = cut(shown(title), TITLE)
    return (
        f"<a class=title {to}><bdi>{escape(first)}{'…' if rest else ''}</bdi></a>"
        f"<span class=where><bdi>{plain}</bdi>{out(url)}</span>"
    )


@pass_context
def page_link(context: Context, url: str, title: str | None = None) -> Markup:
    """The same in a frame, about the target of the page."""
    return Markup(f"<span class=url>{page_links(context['target'], url, title)}</span>")


def out(url: str) -> str:
    """The way out to a page; nothing when it may not be followed."""
    if not is_link(url):
        return ""
    return f'\u2060<a class=out href="{escape(url)}" aria-label="Open it">↗</a>'


def breakable(text: str) -> str:
    """An address that may be broken into lines after each slash but the last sign."""
    return escape(text).replace("/", "/<wbr>").removesuffix("<wbr>")


def words(text: Any, n: int = 300) -> str:
    """A stranger's words; long ones are cut, the rest is a click away."""
    first, rest = cut(shown(text), n)
    begun = escape(first)
    if not rest:
        return f"<bdi>{begun}</bdi>"
    more = f'<span class="quiet">{count(len(rest))} more characters</span>'
    summary = f"<summary><bdi>{begun}…</bdi> {more}</summary>"
    return f'<details class="long">{summary}<bdi>{escape(rest)}</bdi></details>'


def badge(text: Any, kind: str = "") -> str:
    """A word of ours in a frame."""
    return f'<span class="badge {kind}">{escape(str(text))}</span>'
