"""What an element's names and tag say of the part of the page it is."""

from __future__ import annotations

import re
from functools import lru_cache

from linkshed.schema import Placement

_WORD = re.compile(r"[a-z]+")
_WORDS: dict[Placement, frozenset[str]] = {
    Placement.COMMENTS: frozenset(
        ["comment", "comments", "commentlist", "disqus", "replies", "respond"]
    ),
    Placement.REFERENCES: frozenset(
        "references reference reflist footnotes footnote endnotes bibliography citations".split()
    ),
    Placement.BREADCRUMB: frozenset(
        ["breadcrumb", "breadcrumbs", "crumb", "crumbs", "breadcrumblist"]
    ),
    Placement.PAGINATION: frozenset(
        "pagination pager paging paginator pagenav prevnext next prev previous".split()
    ),
    Placement.RELATED: frozenset(
        "related recommended recommendations recommendation recirc recirculation trending "
        "popular similar outbrain taboola readmore alsoread tags taglist topics teaser "
        "teasers carousel promo promos byline author authors bio authorbio credits labels meta "
        "metadata postmeta entrymeta postinfo".split()
    ),
    Placement.SIDEBAR: frozenset(
        "sidebar sidebars aside rail siderail sidenav widget widgets sphinxsidebar secondary "
        "complementary social share sharing sharebar sharetools follow newsletter subscribe signup "
        "disclaimer callout cookie cookies consent gdpr modal dialog popup rollover hovercard "
        "advert advertisement ad ads sponsored sponsor toc".split()
    ),
    Placement.FOOTER: frozenset(
        ["footer", "foot", "colophon", "contentinfo", "copyright", "legal"]
    ),
    Placement.NAV: frozenset(
        "nav navbar navigation navi menu menubar topnav subnav mainnav submenu sitenav tabs "
        "toolbar skip navheader navfooter".split()
    ),
    Placement.UNKNOWN: frozenset(["videoplayer", "audioplayer", "mediaplayer"]),
    Placement.HEADER: frozenset(
        ["header", "masthead", "topbar", "banner", "siteheader", "pageheader"]
    ),
}
_BY_WORD = {word: placement for placement, words in _WORDS.items() for word in words}
REGION_OF_TAG = {
    "nav": Placement.NAV,
    "footer": Placement.FOOTER,
    "header": Placement.HEADER,
    "aside": Placement.SIDEBAR,
    "dialog": Placement.SIDEBAR,
    "figcaption": Placement.UNKNOWN,
}
"""The part a sectioning tag stands for (HTML standard, section 4.3)."""
_BODY_WORDS = frozenset(["articlebody", "storybody", "postbody", "entrycontent", "articlecontent"])
_NEUTRAL = frozenset("embed embedded with has no without enabled".split())
_SPACES = re.compile(r"[\s]+")


@lru_cache(maxsize=32_768)
def region_of_names(names: str) -> Placement | None:
    """The part that ids, classes, roles and labels name, word by word; None when they name none.

    Words are runs of letters: ``nav`` is in ``top-nav`` and not in ``navy``. The last word of a
    compound decides, as in ``article-header``. Names such as ``__next`` are roots of frameworks.
    """
    for token in _SPACES.split(names):
        words = _WORD.findall(token)
        if token.startswith("__") or _NEUTRAL.intersection(words):
            continue
        for word in ("".join(words[-2:]), *words[-2:][::-1], *words[:1]):
            if word in _BY_WORD:
                return _BY_WORD[word]
    return None


@lru_cache(maxsize=32_768)
def is_body(tag: str, names: str) -> bool:
    """Whether an element declares itself the main content."""
    if tag in ("article", "main"):
        return True
    compact = {"".join(_WORD.findall(token)) for token in _SPACES.split(names)}
    return bool(compact & _BODY_WORDS)
