"""Packages that come with an extra."""

from __future__ import annotations

from importlib.util import find_spec

from linkshed.errors import MissingExtra


def need(package: str, extra: str | None = None) -> None:
    """Raise MissingExtra, with the command that installs it, when a package is absent."""
    if find_spec(package) is None:
        raise MissingExtra(
            f"{package} is not installed", repair=f"pip install 'linkshed[{extra or package}]'"
        )
