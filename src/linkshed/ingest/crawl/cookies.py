"""Cookies as browsers keep them, with nothing fetched to know how.

Scrapy sends the cookies of a host to the hosts below it too, unless told otherwise, and asks the
network for the list of public suffixes at the first cookie. Neither is wanted: a login belongs to
the host it was given for, and the list comes with the package that reads it.
"""

from __future__ import annotations

from collections import defaultdict
from http.cookiejar import DefaultCookiePolicy

from scrapy.downloadermiddlewares import cookies
from scrapy.http.cookies import CookieJar
from tldextract import TLDExtract

cookies._split_domain = TLDExtract(suffix_list_urls=(), include_psl_private_domains=True)


class Cookies(cookies.CookiesMiddleware):
    """Scrapy's middleware; a cookie set without a domain goes back to its own host only."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self.jars = defaultdict(_jar)


def _jar() -> CookieJar:
    strictness = DefaultCookiePolicy.DomainStrictNonDomain
    return CookieJar(DefaultCookiePolicy(strict_ns_domain=strictness))
