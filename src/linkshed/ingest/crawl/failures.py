"""What went wrong with a request, in one word of ``schema.Unseen``."""

from __future__ import annotations

from OpenSSL.SSL import Error as TlsError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from service_identity import VerificationError

from linkshed.ingest.crawl.addresses import CheckedResolver, plain_host
from linkshed.ingest.crawl.robots import Forbidden
from linkshed.schema import Unseen

_WORDS: tuple[tuple[type[BaseException], Unseen], ...] = (
    (DownloadTimeoutError, Unseen.TIMEOUT),
    (DownloadConnectionRefusedError, Unseen.REFUSED),
    (DownloadCancelledError, Unseen.TOO_LARGE),
    (IgnoreRequest, Unseen.TOO_LARGE),
)


def word_for(error: BaseException | None, host: str) -> Unseen:
    """The word for an exception that Scrapy gave for a request to a host."""
    if isinstance(error, Forbidden):
        return error.reason
    if isinstance(error, CannotResolveHostError):
        return _resolver().failures.get(plain_host(host), Unseen.DNS_FAILED)
    for kind, word in _WORDS:
        if isinstance(error, kind):
            return word
    return Unseen.TLS if _is_about_tls(error) else Unseen.CONNECTION


def _is_about_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, TlsError | VerificationError):
            return True
        reasons = getattr(error, "reasons", None) or ()
        if any(_is_about_tls(reason.value) for reason in reasons):
            return True
        error = error.__cause__
    return False


def _resolver() -> CheckedResolver:
    from twisted.internet import reactor

    found: CheckedResolver = reactor.nameResolver
    return found
