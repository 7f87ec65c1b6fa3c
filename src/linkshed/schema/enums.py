"""The closed vocabularies. Numbers are stored, names are shown; neither is ever reused."""

from __future__ import annotations

from enum import IntEnum, IntFlag, StrEnum


class Scheme(IntEnum):
    """URL scheme of a page; the tie-break of the sort order."""

    HTTP = 0
    HTTPS = 1


class LinkKind(IntEnum):
    """What makes the link. Only TEXT, IMAGE and AREA can be clicked and carry attention;
    UNKNOWN counts as one that can."""

    TEXT = 0  # <a href> with words
    IMAGE = 1  # <a href> whose only content is an image
    AREA = 2  # <area href> of an image map
    REDIRECT = 3  # HTTP 3xx Location
    REFRESH = 4  # instant meta refresh or Refresh header (delay of at most one second)
    DELAYED_REFRESH = 5
    CANONICAL = 6  # rel=canonical, in the head or the Link header
    ALTERNATE = 7  # rel=alternate without hreflang: other media, AMP
    HREFLANG = 8
    FEED = 9  # rel=alternate of an RSS, Atom or JSON feed
    NEXT = 10
    PREV = 11
    FRAME = 12  # frame, iframe
    FORM = 13  # form action
    UNKNOWN = 14  # the input does not say: counts as TEXT, and may also be no link one can click


CLICKABLE = (LinkKind.TEXT, LinkKind.IMAGE, LinkKind.AREA, LinkKind.UNKNOWN)
"""Kinds of links that a reader can click, or that may be such."""
STEPS = (LinkKind.REDIRECT, LinkKind.REFRESH)
"""Kinds of links that lead a reader on by themselves."""


class Rel(IntFlag):
    """Tokens of the rel attribute that linkshed keeps (HTML standard, section 4.6.7)."""

    NOFOLLOW = 1
    UGC = 2
    SPONSORED = 4
    NOOPENER = 8
    NOREFERRER = 16
    ME = 32
    TAG = 64
    EXTERNAL = 128
    AUTHOR = 256
    LICENSE = 512
    BOOKMARK = 1024
    NEXT = 2048
    PREV = 4096
    COMMA = 8192  # not a token: the author separated tokens by commas
    UNKNOWN = 16384  # not a token: the input does not say whether there are any


NO_TOKENS = (Rel.COMMA, Rel.UNKNOWN)
"""What is kept of a rel attribute besides its tokens."""


class Placement(IntEnum):
    """The part of the page a link stands in."""

    UNKNOWN = 0
    CONTENT = 1
    NAV = 2
    HEADER = 3
    FOOTER = 4
    SIDEBAR = 5
    BREADCRUMB = 6
    RELATED = 7
    PAGINATION = 8
    REFERENCES = 9
    COMMENTS = 10
    HIDDEN = 11


class AnchorKind(IntEnum):
    """What the words of a link say about its target."""

    DESCRIPTIVE = 0
    NAKED_URL = 1
    GENERIC = 2  # "click here", "read more"
    EMPTY = 3  # no words, no alt, no aria-label, no title


class Indexability(IntEnum):
    """Whether a search engine may keep the page, or the first reason why not."""

    UNKNOWN = 0  # never fetched: nobody looked
    INDEXABLE = 1
    NOINDEX_META = 2
    NOINDEX_HEADER = 3
    REDIRECTED = 4  # HTTP 3xx
    REFRESHED = 5  # instant meta refresh
    CANONICALISED = 6  # an honoured canonical points elsewhere
    CLIENT_ERROR = 7  # 4xx except 429
    SERVER_ERROR = 8  # 5xx and 429
    EMPTY = 9  # 204, or 200 with no bytes
    NOT_FOUND_TEXT = 10  # says 200 and "not found"


class Resolution(IntEnum):
    """How the page that receives a page's equity was decided."""

    SELF = 0
    REDIRECT = 1  # contracted into the last page of its redirect chain
    REFRESH = 2
    CANONICAL = 3
    DEAD = 4  # the page, or the end of its chain, is an error: equity sent here is lost
    LOOP = 5  # the chain comes back: as DEAD
    TOO_MANY_HOPS = 6  # more than ten: as DEAD


class Canonical(IntEnum):
    """What became of a page's declared canonical."""

    NONE = 0  # nothing declared, or the page itself
    HONOURED = 1
    TARGET_NOT_ALIVE = 2
    TARGET_NOT_INDEXABLE = 3
    TARGET_CANONICALISED = 4  # the target points further than one extra hop
    DISSIMILAR = 5  # main texts are less than 0.8 alike
    SEVERAL = 6  # more than one different canonical
    MALFORMED = 7
    IGNORED = 8  # switched off for this snapshot
    TARGET_UNKNOWN = 9  # the target was never read: nothing shows that it lives


class Liveness(IntEnum):
    """Whether an address still leads somewhere, by the looks a crawl took at it."""

    UNKNOWN = 0  # not looked at, or failed in a way that may pass
    ALIVE = 1  # it answered with a page, a file or a redirect
    BLOCKED = 2  # it answers, but not to us: 401, 403, 429, 451, a challenge
    DEAD = 3  # 404, 410, no such host; anything else only after failing for days


GONE_STATUSES = frozenset((404, 410))
"""Statuses that say by themselves that nothing is there."""
BLOCKED_STATUSES = frozenset((401, 402, 403, 407, 429, 451, 999))
"""Statuses that say that somebody is there who does not answer us."""
CHALLENGE = "challenge"
"""The outcome of a look at which one had to prove oneself human."""


class Unseen(StrEnum):
    """Why a crawl did not see a page it knew of. The words are part of the contract."""

    ROBOTS = "robots"
    ROBOTS_UNREACHABLE = "robots_unreachable"  # robots.txt could not be read: all is forbidden
    NOFOLLOW = "nofollow"  # found behind nofollow only, and the crawl was told to obey it
    DEPTH = "depth"
    MAX_PAGES = "max_pages"
    MAX_TIME = "max_time"
    STOPPED = "stopped"  # the crawl was interrupted and not continued
    TOO_MANY_HOPS = "too_many_hops"  # more redirects in a row than are followed
    PRIVATE_ADDRESS = "private_address"
    LONG_URL = "long_url"
    REPEATED_PATH = "repeated_path"  # the same folders again and again
    MANY_PARAMETERS = "many_parameters"
    SESSION = "session"  # the same page under another session id
    CALENDAR = "calendar"  # a date no calendar needs
    PATTERN = "pattern"  # more addresses of one shape than are followed
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    REFUSED = "refused"  # nobody listens at that port
    NO_SUCH_HOST = "no_such_host"
    DNS_FAILED = "dns_failed"  # names could not be looked up just then
    TLS = "tls"  # no secure connection: certificate, protocol
    CONNECTION = "connection"  # broken off, or nonsense instead of HTTP
    BLOCKED = "blocked"  # it answered, but not to us: 401, 403, 429, 451, a challenge
    ERROR = "error"  # it answered with an error that may pass, such as 500


class KnownFrom(IntFlag):
    """The kinds of lists that name a page, besides links and the look at it."""

    SITEMAP = 1  # a file, or one that a crawl read
    SEARCH = 2  # pages shown in search results, as a search engine's console lists them
    ANALYTICS = 4  # pages that visitors opened
    LOG = 8  # pages a server was asked for
    LIST = 16  # any other list of pages


class DeadEnd(IntEnum):
    """Why a place on a page that looks like a link leads a crawler nowhere."""

    SCRIPT = 0  # javascript:
    NO_HREF = 1  # an a element without an address
    ONCLICK = 2  # leads on by a script alone
    FRAGMENT = 3  # a fragment that names no place on its page, or a route only a script knows
    SCHEME = 4  # neither http nor https, nor one that calls up a person or a program
    MALFORMED = 5  # no address, or one without a valid host
    TOO_LONG = 6


class Reason(StrEnum):
    """Why an input row was refused. The words are part of the contract: scripts count by them."""

    BAD_URL = "bad_url"
    BAD_HOST = "bad_host"
    BAD_SCHEME = "bad_scheme"  # mailto:, tel:, ftp:, data: and the like
    SCRIPT = "javascript"
    NO_HREF = "no_href"
    URL_TOO_LONG = "url_too_long"
    SELF_FRAGMENT = "fragment"  # points into its own page
    NOT_A_RESPONSE = "not_a_response"  # WARC request, metadata, warcinfo, conversion records
    NOT_HTTP = "not_http"  # dns: and other non-web records
    NOT_A_PAGE = "not_a_page"  # of a log or a sitemap: a file by its ending, another sitemap
    OTHER_METHOD = "other_method"  # of a log: a request that asks for no page
    FAILED_REQUEST = "failed_request"  # of a log: answered by an error
    NOT_HTML = "not_html"  # a file of a folder that holds no HTML
    DAMAGED = "damaged"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    BAD_HTTP = "bad_http"
    BAD_ROW = "bad_row"
    BAD_VALUE = "bad_value"
    UNREADABLE = "unreadable"
    UNKNOWN_ID = "unknown_id"  # of a web graph: an edge whose node has no name
    UNSORTED = "unsorted"  # of a web graph: a line that repeats one before it, or stands too late
    NOT_NEAR = "not_near"  # of a web graph: not at a domain that was asked for
    SUPERSEDED = "superseded"  # a later look at the same page replaced it
