"""Ingest jobs: a form for each reader of files, with the options that the reader declares."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, Field, create_model

from linkshed import api
from linkshed.serve.closed import CLOSED

Word = Annotated[str, Field(min_length=1, max_length=2048, pattern=r"^[^\x00-\x1f\x7f]*$")]
Form = TypeVar("Form", bound=BaseModel)


@cache
def readers() -> tuple[str, ...]:
    """The readers of files that can do without options that are paths."""
    found = {name: api.READERS.load(name) for name in api.READERS}
    return tuple(n for n, module in found.items() if _is_of_files(module))


def _is_of_files(module: Any) -> bool:
    needs_path = any(option.required and option.type is Path for option in module.OPTIONS)
    return not needs_path and not getattr(module, "OF_FOLDERS", False)


def options_of(reader: str) -> list[Any]:
    """The options of a reader that a job may set: all that are no paths."""
    return [option for option in api.READERS.load(reader).OPTIONS if option.type is not Path]


def form_of(reader: str, base: type[Form]) -> type[Form]:
    """The form of a job of a reader, made from the form of any ingest."""
    title = reader.title().replace("_", "")
    offered = options_of(reader)
    inner: dict[str, Any] = {option.name: _field(option) for option in offered}
    options = create_model(f"{title}Options", __config__=CLOSED, **inner)
    told = f"What the reader {reader} can be told."
    is_needed = any(option.required for option in offered)
    outer: dict[str, Any] = {
        "reader": (Literal[reader], Field(description="The reader.")),
        "options": (options, Field(description=told) if is_needed
                    else Field(default_factory=options, description=told)),
    }  # fmt: skip
    reads = api.READERS.load(reader).TITLE
    form: type[Form] = create_model(
        f"{title}Ingest", __base__=base, __doc__=f"Read {reads}.", **outer
    )
    return form


def _field(option: Any) -> Any:
    kind: Any = Literal[option.choices] if option.choices else option.type
    kind = Word if kind is str else kind
    told = option.meaning[:1].upper() + option.meaning[1:]
    if option.required:
        return kind, Field(description=told)
    return kind if option.default is not None else kind | None, Field(
        option.default, description=told
    )


def words_of(reader: str, given: BaseModel) -> list[str]:
    """Options as words of the command line."""
    told = []
    for option in options_of(reader):
        value, flag = getattr(given, option.name), f"--{option.name.replace('_', '-')}"
        if option.type is bool:
            told += [flag] * value
        elif value is not None:
            told.append(f"{flag}={value}")
    return told
