"""Whom to trust on the way to a server: the authorities of this machine, and one's own."""

from __future__ import annotations

import ssl

from linkshed.errors import ParameterError


def trusting(ca_file: str | None) -> ssl.SSLContext:
    """What checks the certificate of a server, and that it is in the server's name: by the
    authorities of this machine, or those of the environment's SSL_CERT_FILE; by those of a file
    besides. Raises OSError when the file cannot be used.
    """
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


def check_authorities(ca_file: str | None) -> None:
    """Raise ParameterError when a file holds no certificate of an authority."""
    try:
        trusting(ca_file)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise ParameterError(
            f"CA file {ca_file}: {why}", allowed="a file of certificates in PEM"
        ) from None
