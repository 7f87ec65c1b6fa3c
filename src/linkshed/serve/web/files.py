"""Styles, scripts and pictures: their address holds the hash of their content, so that browsers
keep them for a year.
"""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

if TYPE_CHECKING:
    from linkshed.serve.web.desk import Desk

FOLDER = Path(__file__).parent / "static"
KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}
MEDIA = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
CHARTS = "plotly.js"


class Files:
    """The files of the explorer by their address. ``has_charts`` when plotly is installed."""

    def __init__(self) -> None:
        found = {path.name: path for path in FOLDER.iterdir() if path.suffix in MEDIA}
        if plotly := _plotly():
            found[CHARTS] = plotly
        self.has_charts = plotly is not None
        self._paths = {name: _hashed(name, path) for name, path in found.items()}
        self._files = {self._paths[name]: path for name, path in found.items()}

    def address(self, name: str) -> str:
        """The address of a file. Raises KeyError for one that is not there."""
        return f"/static/{self._paths[name]}"

    def path(self, hashed: str) -> Path:
        """Where the file of an address lies. Raises KeyError."""
        return self._files[hashed]


def _hashed(name: str, path: Path) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}{dot}{ending}"


def _plotly() -> Path | None:
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "package_data" / "plotly.min.js"
    return path if path.is_file() else None


def routes(desk: Desk) -> list[Route]:
    """The address of each file."""

    def file(request: Request) -> Response:
        try:
            path = desk.files.path(request.path_params["name"])
        except KeyError:
            raise HTTPException(404) from None
        return Response(path.read_bytes(), media_type=MEDIA[path.suffix], headers=KEPT)

    return [Route("/static/{name}", file)]
