"""Writes the demonstration web as one web archive (WARC 1.0, ISO 28500)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from linkshed.demo.layouts import LAYOUTS, article, document, listings
from linkshed.demo.site import Page, Site, load_sites

FETCHED = "2025-06-01T12:00:00Z"
"""When the pages pretend to have been fetched."""


@dataclass(frozen=True)
class Response:
    """What a server of the demonstration web answers at one URL."""

    url: str
    status: int
    body: str
    location: str = ""


def write(path: Path) -> Path:
    """Write the archive to ``path`` and return it. The same bytes and time of change every time,
    so that reading it again is known to be the same work.

    Raises OSError when the file cannot be written.
    """
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.0")
        for response in responses():
            writer.write_record(_record(writer, response))
    changed = datetime.fromisoformat(FETCHED).timestamp()
    os.utime(path, (changed, changed))
    return path


def responses() -> Iterator[Response]:
    """Every page of every site, in the order of the archive."""
    for site in load_sites():
        for page in (*listings(site), *site.pages):
            yield _response(site, page)


def _response(site: Site, page: Page) -> Response:
    url = f"https://{site.host}{page.path}"
    if page.location:
        return Response(url, page.status, "", page.location)
    if page.status >= 400:
        phrase = escape(HTTPStatus(page.status).phrase)
        return Response(url, page.status, f"<html><body><h1>{phrase}</h1></body></html>")
    layout = LAYOUTS[site.layout] if page in site.pages else article
    return Response(url, page.status, document(site, page, layout(site, page)))


def _record(writer: WARCWriter, response: Response) -> object:
    body = response.body.encode()
    fields = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    if response.location:
        fields.append(("Location", response.location))
    status = f"{response.status} {HTTPStatus(response.status).phrase}"
    return writer.create_warc_record(
        response.url,
        "response",
        payload=BytesIO(body),
        http_headers=StatusAndHeaders(status, fields, protocol="HTTP/1.1"),
        warc_headers_dict={
            "WARC-Record-ID": f"<urn:uuid:{uuid5(NAMESPACE_URL, response.url)}>",
            "WARC-Date": FETCHED,
        },
    )
