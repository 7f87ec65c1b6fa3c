"""Settings that come from the environment; options on the command line win over them."""

from __future__ import annotations

import os
from pathlib import Path

STORE_VARIABLE = "LINKSHED_STORE"
PROGRESS_VARIABLE = "LINKSHED_PROGRESS"
"""Set to ``json``, a command that crawls or reads tells its progress in lines of JSON."""
DEFAULT_STORE = "linkshed-store"
DEFAULT_MEMORY = "2GB"


def store_path(given: str | Path | None = None) -> Path:
    """The store to use: the one given, else LINKSHED_STORE, else ./linkshed-store."""
    return Path(given or os.environ.get(STORE_VARIABLE) or DEFAULT_STORE)
