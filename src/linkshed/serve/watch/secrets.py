"""Secrets: named by where they lie, read when needed, never printed."""

from __future__ import annotations

import os
from pathlib import Path

from linkshed.errors import NotFoundError, ParameterError

ALLOWED = "env:NAME or file:PATH"


def is_reference(text: str) -> bool:
    """Whether a text names a place where a secret lies."""
    return text.startswith(("env:", "file:"))


def check_reference(text: str | None, what: str) -> None:
    """Raise ParameterError, without the text, when it is the secret itself."""
    if text is not None and not is_reference(text):
        raise ParameterError(
            f"{what} written out", allowed=ALLOWED, repair="put it in a file and name the file"
        )


def secret(reference: str, what: str) -> str:
    """What a reference stands for, without line ends. Raises NotFoundError, never naming it."""
    kind, _, place = reference.partition(":")
    try:
        found = os.environ[place] if kind == "env" else Path(place).read_text(encoding="utf-8")
    except (KeyError, OSError, UnicodeDecodeError) as error:
        why = "is not set" if kind == "env" else f"cannot be read: {type(error).__name__}"
        raise NotFoundError(f"{what}: {reference} {why}", allowed=ALLOWED) from None
    if not found.strip():
        raise NotFoundError(f"{what}: {reference} is empty", allowed=ALLOWED)
    return found.strip()
