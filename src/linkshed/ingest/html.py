"""A folder of saved HTML, such as a mirror or the output of a site generator.

The folder stands for ``--base-url``; a file's URL is that plus its path. Each file has one URL:

* ``index.html`` is the page of its directory, ``https://example.com/docs/``;
* in names as mirroring tools write them, ``?`` begins the query, ``page?x=1.html`` is
  ``page?x=1``, and ``%xx`` is an escape;
* a link to a file of the folder is a link to that file's URL, however the link is written; a
  ``link rel=canonical`` in the file does not change it.

A page's status is 200 and its time of reading the file's modification time. Files that hold no
HTML, cannot be read, are larger than 50 MB, or are symbolic links to a folder or out of the folder
are refused, each with its reason.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from linkshed.errors import FormatError, NotFoundError, ParameterError, UrlError
from linkshed.extract.page import extract
from linkshed.extract.response import Response
from linkshed.extract.rows import add_to
from linkshed.ingest.reader import Batch, Item, Option, Refused, reading
from linkshed.schema import Reason
from linkshed.urls.parse import parse_url

TITLE = "a folder of saved HTML"
OF_FOLDERS = True
OPTIONS = (
    Option("base_url", str, "URL the folder stands for, as https://example.com/", required=True),
)

MAX_FILE_BYTES = 50_000_000

_HTML_SUFFIXES = (".html", ".htm", ".xhtml", ".xht", ".shtml")
_LOOKS_LIKE_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<!--.*?-->|<\?xml[^>]*>)*"
    rb"<(?:!doctype\s+html|html|head|body|title|meta|base|link|h1|div|table|p|a)[\s>/]",
    re.IGNORECASE | re.DOTALL,
)
_SNIFFED_BYTES = 2048
_SAFE = "%!$&'()*+,;=:@-._~"


def inputs(named: Sequence[Path], options: dict[str, Any]) -> list[Path]:
    """The one folder named. Raises NotFoundError, FormatError or ParameterError."""
    _base_url(options)
    if len(named) != 1:
        raise ParameterError(
            f"{len(named)} folders",
            allowed="one, as one base URL stands for it",
            repair="run once per folder",
        )
    folder = named[0]
    with reading(folder):
        if not folder.exists():
            raise NotFoundError(f"no folder {str(folder)!r}", repair="check the path")
        if not folder.is_dir():
            raise FormatError(f"{str(folder)!r} is no folder", allowed="a folder of HTML files")
    return [folder]


def size(path: Path) -> int:
    """Bytes of all files in the folder."""
    return max((item.offset for item in _walk(path) if isinstance(item, Item)), default=0)


def items(path: Path, options: dict[str, Any]) -> Iterator[Item | Refused]:
    """One item per regular file, in the order of names; the files are read in ``rows``."""
    return _walk(path)


def rows(path: Path, items: Sequence[Item], options: dict[str, Any]) -> Batch:
    """Pages and links of some files."""
    batch = Batch()
    base_url = _base_url(options)
    for item in items:
        batch.n_records += 1
        try:
            _add_file(batch, path, item, base_url)
        except OSError as error:
            _refuse(batch, path, item, Reason.UNREADABLE, error.strerror or str(error))
        except UrlError as error:
            _refuse(batch, path, item, error.reason, error.received)
    return batch


def file_url(base_url: str, relative: bytes) -> str:
    """The URL of a file, by its path below the folder. Raises UrlError."""
    folder, slash, name = relative.rpartition(b"/")
    name, question, query = name.partition(b"?")
    if question:
        query = query.removesuffix(b".html")
    if name == b"index.html":
        name = b""
    path = quote_from_bytes(folder + slash + name, safe=_SAFE + "/")
    return parse_url(base_url + path + (question + query).decode("utf-8", "replace"))


def _add_file(batch: Batch, root: Path, item: Item, base_url: str) -> None:
    relative: bytes = item.payload
    with open(os.path.join(os.fsencode(root), relative), "rb") as file:
        facts = os.fstat(file.fileno())
        body = file.read(MAX_FILE_BYTES + 1)
    if len(body) > MAX_FILE_BYTES:
        _refuse(batch, root, item, Reason.TOO_LARGE, f"{facts.st_size} bytes")
        return
    if not _is_html(relative, body):
        _refuse(batch, root, item, Reason.NOT_HTML, "")
        return
    url = file_url(base_url, relative)
    fetched_at = int(facts.st_mtime)
    headers = [("Content-Type", "text/html")]
    extracted = extract(Response(url, 200, headers, body, fetched_at))
    targets = extracted.links["target_url"]
    targets[:] = [_target(base_url, root, target) for target in targets]
    add_to(batch, extracted, fetched_at, str(root))


def _is_html(relative: bytes, body: bytes) -> bool:
    name = relative.rpartition(b"/")[2].partition(b"?")[0].lower()
    if name.endswith(tuple(suffix.encode() for suffix in _HTML_SUFFIXES)):
        return True
    return _LOOKS_LIKE_HTML.match(body[:_SNIFFED_BYTES]) is not None


def _target(base_url: str, root: Path, target: str) -> str:
    """The URL of the file a link leads to, where it leads to a file with another URL."""
    path = target.partition("?")[0]
    if not path.startswith(base_url) or not (path.endswith("/index.html") or "%3F" in path):
        return target
    return _file_target(base_url, root, path) or target


@lru_cache(maxsize=65_536)
def _file_target(base_url: str, root: Path, path: str) -> str:
    relative = unquote_to_bytes(path.removeprefix(base_url))
    if b".." in relative.split(b"/"):
        return ""
    try:
        exists = os.path.isfile(os.path.join(os.fsencode(root), relative))
        return file_url(base_url, relative) if exists else ""
    except (UrlError, ValueError):
        return ""


def _walk(root: Path) -> Iterator[Item | Refused]:
    """Regular files below a folder, depth first, names sorted by bytes."""
    top = os.fsencode(root)
    inside = os.path.join(os.path.realpath(top), b"")
    offset = 0
    waiting = [b""]
    while waiting:
        relative = waiting.pop()
        path = os.path.join(top, relative)
        try:
            kind = _kind(path, inside)
            if kind == "folder":
                below = sorted(os.listdir(path), reverse=True)
                waiting += [os.path.join(relative, name) for name in below]
                continue
            if kind != "file":
                yield Refused(Reason.UNREADABLE, _shown(relative), kind)
                continue
            offset += os.stat(path).st_size
        except OSError as error:
            yield Refused(Reason.UNREADABLE, _shown(relative), error.strerror or str(error))
            continue
        yield Item(_shown(relative), relative, offset)


def _kind(path: bytes, inside: bytes) -> str:
    """``folder``, ``file``, or why it is neither."""
    if os.path.islink(path):
        if not os.path.realpath(path).startswith(inside):
            return "symbolic link out of the folder"
        if not os.path.isfile(path):
            return "symbolic link to no file"
        return "file"
    if os.path.isdir(path):
        return "folder"
    return "file" if os.path.isfile(path) else "neither file nor folder"


def _shown(relative: bytes) -> str:
    return relative.decode("utf-8", "replace")


def _refuse(batch: Batch, root: Path, item: Item, reason: str, value: str) -> None:
    batch.refuse("record", reason, str(root), item.locator, value)


def _base_url(options: dict[str, Any]) -> str:
    """The base URL, ending in a slash. Raises ParameterError."""
    text = str(options.get("base_url") or "")
    repair = "--base-url https://example.com/"
    try:
        url = parse_url(text)
    except UrlError as error:
        raise ParameterError(f"base URL {text!r}", allowed=error.allowed, repair=repair) from None
    if "?" in url:
        raise ParameterError(f"base URL {text!r} has a query", repair=repair)
    return url if url.endswith("/") else url + "/"
