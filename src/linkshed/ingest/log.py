"""Server logs: the pages that were asked for.

The common and the combined format of web servers, with or without the virtual host in front, plain
or gzip. A page counts when it was asked for by GET and the answer was no error; files that are no
pages by their ending are left out. ``n_visits`` counts the requests, those of robots included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from linkshed.errors import FormatError, ParameterError, UrlError
from linkshed.ingest import lines
from linkshed.ingest.reader import Batch, Item, Option, Refused
from linkshed.ingest.tally import Tally
from linkshed.schema import KnownFrom, Reason
from linkshed.urls.parse import parse_url

TITLE = "server logs (common or combined format): the pages that were asked for"
OPTIONS = (
    Option("base_url", str, "site the log is of, as https://example.com/; needed unless each line"
           " begins with host:port"),
)  # fmt: skip

_LINE = re.compile(
    r"(?:([A-Za-z0-9.-]+):(\d{1,5}) )?[^\[\]]{3,400}\[[^\]]{8,60}\]"
    r' "([A-Z]{1,20}) ([^\s"]{1,8192})(?: [^"\s]{1,20})?" (\d{3}) '
)
_FILES = re.compile(
    r"\.(?:css|js|mjs|map|json|xml|txt|png|jpe?g|gif|webp|avif|svg|ico|bmp|woff2?|ttf|eot|otf|mp[34]"
    r"|webm|ogg|wav|avi|mov|zip|gz|bz2|xz|tar|7z|rar|exe|dmg|iso|deb|rpm|wasm|webmanifest)$",
    re.IGNORECASE,
)


def check(options: dict[str, Any]) -> None:
    """Raises ParameterError for a base URL that is none."""
    _base(options)


def inputs(named: Sequence[Path], options: dict[str, Any]) -> list[Path]:
    """The files named. Raises ParameterError, NotFoundError, FormatError."""
    base = _base(options)
    found = lines.require_files(list(named), "logs in the common or combined format, also gzip")
    for path in found:
        _check(path, base)
    return found


def _check(path: Path, base: str) -> None:
    matches = [m for line in lines.head_of(path).splitlines() if (m := _LINE.match(line))]
    if not matches:
        raise FormatError(
            f"{str(path)!r} has no line of a log at its beginning",
            allowed="the common or combined format",
        )
    if not base and not any(match[1] for match in matches):
        raise ParameterError(
            f"the lines of {str(path)!r} name no host", repair="--base-url https://example.com/"
        )


def size(path: Path) -> int:
    """Bytes of the file."""
    return path.stat().st_size


def items(path: Path, options: dict[str, Any]) -> Iterator[Item | Refused]:
    """Blocks of lines."""
    return lines.blocks(path)


def rows(path: Path, items: Sequence[Item], options: dict[str, Any]) -> Batch:
    """The pages asked for in some blocks."""
    batch, base = Batch(), _base(options)
    for item in items:
        tally = Tally(batch, str(path), KnownFrom.LOG, base)
        for number, line, reason in lines.lines_of(item):
            _read(tally, f"line {number}", line, reason, base)
        tally.close()
    return batch


def _read(tally: Tally, place: str, line: str, reason: Reason | None, base: str) -> None:
    match = None if reason else _LINE.match(line)
    if match is None:
        tally.refuse(reason or Reason.BAD_ROW, place, line)
    elif match[3] != "GET":
        tally.refuse(Reason.OTHER_METHOD, place, line)
    elif match[5] >= "400" or match[5] < "200":
        tally.refuse(Reason.FAILED_REQUEST, place, line)
    elif _FILES.search(match[4].partition("?")[0]):
        tally.refuse(Reason.NOT_A_PAGE, place, line)
    else:
        tally.name(_origin(match, base) + match[4], place, visits=1)


def _origin(match: re.Match[str], base: str) -> str:
    """Where the path belongs, unless the log is of one site or the line has the whole address."""
    if match[4].startswith(("http://", "https://")):
        return ""
    if not match[1]:
        return base.rstrip("/") if base else "//"
    scheme = base.partition(":")[0] or ("https" if match[2] == "443" else "http")
    port = "" if match[2] in ("80", "443") else f":{match[2]}"
    return f"{scheme}://{match[1]}{port}"


def _base(options: dict[str, Any]) -> str:
    """The site, ``https://example.com/``, or nothing. Raises ParameterError."""
    text = str(options.get("base_url") or "")
    if not text:
        return ""
    try:
        url = parse_url(text)
    except UrlError as error:
        raise ParameterError(
            f"base URL {text!r}", allowed=error.allowed, repair="--base-url https://example.com/"
        ) from None
    return "/".join(url.split("/")[:3]) + "/"
