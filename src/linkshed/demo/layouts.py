"""How each kind of site lays out its pages: what surrounds the text, and which lists lead to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape

from linkshed.demo.markup import blocks, inline, link_list, plain
from linkshed.demo.site import Page, Site

PER_PAGE = 6
"""Entries on one page of a list."""


def document(site: Site, page: Page, main: str) -> str:
    """A whole HTML document around the main part."""
    robots = f'<meta name="robots" content="{page.robots}">' if page.robots else ""
    canonical = f'<link rel="canonical" href="{page.canonical}">' if page.canonical else ""
    author = f'<meta name="author" content="{escape(page.author)}">' if page.author else ""
    aside = f'<aside class="sidebar">{link_list(site.aside)}</aside>' if site.aside else ""
    return f"""<!DOCTYPE html>
<html lang="{site.language}">
<head><meta charset="utf-8"><title>{escape(page.title)} | {escape(site.name)}</title>
<meta name="description" content="{escape(plain(page.text or site.about))}">
<meta property="article:published_time" content="{page.date}T08:00:00Z">{author}{robots}{canonical}
</head>
<body>
<header class="masthead"><a href="/">{escape(site.name)}</a></header>
<nav class="menu">{link_list(site.menu)}</nav>
<main>
{main}
</main>
{aside}
<footer>{link_list(site.footer)}<p>{escape(site.about)}</p></footer>
</body>
</html>
"""


def article(site: Site, page: Page) -> str:
    """A dated text with an author, tags and comments."""
    byline = f'<p class="byline">{escape(page.author)}, {page.date}</p>' if page.author else ""
    tags = link_list((f"[{tag}](/tags/{tag}/ tag)" for tag in page.tags), "tags")
    said = "".join(f"<li><p>{inline(comment)}</p></li>" for comment in page.comments)
    return (
        f"<article><h1>{escape(page.title)}</h1>{byline}\n{blocks(page.text)}\n</article>"
        + (tags if page.tags else "")
        + (f'<section class="comments"><ol>{said}</ol></section>' if said else "")
    )


def product(site: Site, page: Page) -> str:
    """A thing for sale, and others like it."""
    others = [other for other in site.shown if other.price and other is not page][:4]
    price = f'<p class="price">{page.price}</p>' if page.price else ""
    similar = link_list((f"[{other.title}]({other.path})" for other in others), "related")
    return f"<article><h1>{escape(page.title)}</h1>{price}\n{blocks(page.text)}</article>{similar}"


def lesson(site: Site, page: Page) -> str:
    """A page of a manual: the way up, the text, and the way on."""
    order = site.shown
    place = order.index(page) if page in order else -1
    crumbs = f'<nav class="breadcrumb"><a href="/">{escape(site.name)}</a></nav>'
    steps = [] if place < 1 else [f"[Previous: {order[place - 1].title}]({order[place - 1].path})"]
    if 0 <= place < len(order) - 1:
        steps.append(f"[Next: {order[place + 1].title}]({order[place + 1].path})")
    body = f"<article><h1>{escape(page.title)}</h1>\n{blocks(page.text)}\n</article>"
    return f"{crumbs}{body}{link_list(steps, 'pagination')}"


def thread(site: Site, page: Page) -> str:
    """A question and its answers; every link in them is marked as written by a visitor."""
    posts = (page.text, *page.comments)
    shown = "".join(f'<div class="post">{blocks(post)}</div>' for post in posts)
    return f'<h1>{escape(page.title)}</h1><section class="thread">{shown}</section>'


LAYOUTS: dict[str, Callable[[Site, Page], str]] = {
    "article": article,
    "product": product,
    "lesson": lesson,
    "thread": thread,
}


def listings(site: Site) -> Iterator[Page]:
    """The home page, its further pages, and one page for each tag."""
    entries = site.shown
    pages = [entries[start : start + PER_PAGE] for start in range(0, len(entries), PER_PAGE)]
    if not any(page.path == "/" for page in site.pages):
        for number, part in enumerate(pages or [[]], 1):
            yield _listing(_path(number), site.name, site.about, part, _pager(number, len(pages)))
    for tag in sorted({tag for page in entries for tag in page.tags}):
        tagged = [page for page in entries if tag in page.tags]
        yield _listing(f"/tags/{tag}/", tag.capitalize(), f"Everything on {tag}.", tagged, "")


def _listing(path: str, title: str, about: str, entries: list[Page], pager: str) -> Page:
    lines = "\n".join(f"- [{page.title}]({page.path}): {plain(page.text, 90)}" for page in entries)
    return Page(path, title, f"{about}\n\n{lines}\n\n{pager}", listed=False)


def _path(number: int) -> str:
    return "/" if number == 1 else f"/page/{number}/"


def _pager(number: int, last: int) -> str:
    words = {number - 1: "Newer entries", number + 1: "Older entries"}
    steps = [f"[{word}]({_path(to)})" for to, word in words.items() if 1 <= to <= last]
    return " ".join(steps)
