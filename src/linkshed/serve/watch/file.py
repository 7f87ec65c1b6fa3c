"""Tell a file: a line of JSON for each event, or a section of Markdown, behind what it holds."""

from __future__ import annotations

import fcntl
import json
import mmap
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from linkshed.errors import DeliveryError, ParameterError
from linkshed.serve.watch import texts
from linkshed.serve.watch.batch import Batch

FORMS = ("ndjson", "markdown")


@dataclass(frozen=True)
class File:
    """An absolute ``path``, and one of FORMS."""

    path: str
    form: str = "ndjson"

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise ParameterError(f"form {self.form!r}", allowed=", ".join(FORMS))
        if not Path(self.path).is_absolute():
            raise ParameterError(f"path {self.path!r}", allowed="an absolute path")

    @property
    def told(self) -> str:
        """Where it sends, without secrets."""
        return f"file {self.path} ({self.form})"

    def parts(self, batch: Batch) -> list[str]:
        """What is delivered one by one: the whole."""
        return ["0"]

    def deliver(self, batch: Batch, pending: Iterable[str]) -> Iterator[str]:
        """Write what is not in the file yet; of a trial nothing, but the file must open. Raises
        DeliveryError.
        """
        text = texts.markdown(batch) if self.form == "markdown" else _lines(batch)
        try:
            with Path(self.path).open("a+b") as stream:
                fcntl.flock(stream, fcntl.LOCK_EX)
                if not batch.is_trial:
                    _append(stream, text.encode("utf-8", "replace"))
        except OSError as error:
            raise DeliveryError(
                f"cannot write {self.path}: {error}", repair="it is tried again by the next run"
            ) from error
        yield from pending


def _lines(batch: Batch) -> str:
    return "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in batch.events)


def _append(stream: IO[bytes], content: bytes) -> None:
    """Append what is missing of a content whose first line is found nowhere else: all, nothing, or
    the rest of what a killed process began to write.
    """
    held = _held(stream, content)
    if held is None:
        stream.seek(0, os.SEEK_END)
        size = stream.tell()
        if size:
            stream.seek(size - 1)
            content = content if stream.read(1) == b"\n" else b"\n" + content
        held = 0
    stream.write(content[held:])
    stream.flush()
    os.fsync(stream.fileno())


def _held(stream: IO[bytes], content: bytes) -> int | None:
    """How many of the first bytes of a content the file holds at its end, or holds whole."""
    size = stream.seek(0, os.SEEK_END)
    if not size:
        return None
    with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as file:
        start = file.rfind(content[: content.index(b"\n") + 1])
        start = file.rfind(b"\n") + 1 if start < 0 else start
        found = file[start : start + len(content)]
    is_begun = bool(found) and content.startswith(found)
    return len(found) if is_begun and (start + len(found) == size or found == content) else None
