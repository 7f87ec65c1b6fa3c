"""What a watch is, and its TOML."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar

from linkshed.errors import ParameterError
from linkshed.serve.watch.batch import KINDS
from linkshed.serve.watch.chosen import MOST, Chosen
from linkshed.serve.watch.file import File
from linkshed.serve.watch.mail import Mail
from linkshed.serve.watch.webhook import Webhook

Destination = File | Mail | Webhook
DESTINATIONS: dict[str, type[Destination]] = {"file": File, "mail": Mail, "webhook": Webhook}
DEFAULT_KINDS = ("new", "lost", "changed", "falling", "broken")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_Made = TypeVar("_Made")


@dataclass(frozen=True)
class Watch:
    """A stored question. ``kinds`` are names of KINDS; ``where`` filters links (the columns of
    ``newlost``), ``where_pages`` pages (those of ``movers``); ``points`` is the least change of
    rating that counts as rising or falling. With ``chosen``, only these are told of.
    """

    name: str
    scope: str
    mode: str | None = None
    kinds: tuple[str, ...] = DEFAULT_KINDS
    where: str | None = None
    where_pages: str | None = None
    points: float = 1.0
    file: File | None = None
    mail: Mail | None = None
    webhook: Webhook | None = None
    chosen: tuple[Chosen, ...] = ()

    def __post_init__(self) -> None:
        check_name(self.name)
        unknown = [kind for kind in self.kinds if kind not in KINDS]
        if unknown or not self.kinds:
            given = ", ".join(map(repr, unknown)) or "none"
            raise ParameterError(f"kinds: {given}", allowed=", ".join(KINDS))
        if len(self.chosen) > MOST:
            raise ParameterError(f"{len(self.chosen):,} chosen rows", allowed=f"up to {MOST:,}")
        if not self.destinations:
            raise ParameterError(
                f"watch {self.name!r} tells nobody",
                allowed="one or more of a file, mail and a webhook",
                repair="--file PATH, --mail-to ADDRESS or --webhook URL",
            )

    @property
    def destinations(self) -> dict[str, Destination]:
        """Where to send, by kind."""
        named = {name: getattr(self, name) for name in DESTINATIONS}
        return {name: found for name, found in named.items() if found is not None}


def check_name(name: str) -> str:
    """The name of a watch, which is also that of its files. Raises ParameterError."""
    if not _NAME.fullmatch(name):
        raise ParameterError(
            f"watch {name[:100]!r}", allowed="up to 63 of a-z, 0-9 and -, not a - first"
        )
    return name


def read_watch(name: str, text: str) -> Watch:
    """A watch from its TOML. Raises ParameterError."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ParameterError(f"watch {name!r} is not TOML: {error}") from None
    for kind, form in DESTINATIONS.items():
        if kind in table:
            table[kind] = made(form, table[kind], f"{name}.{kind}")
    rows = table.pop("chosen", [])
    if not isinstance(rows, list):
        raise ParameterError(f"{name}.chosen: {rows!r}", allowed="tables [[chosen]]")
    table["chosen"] = [made(Chosen, row, f"{name}.chosen") for row in rows]
    return made(Watch, {"name": name} | table, name)


def made(form: type[_Made], table: Any, place: str) -> _Made:
    """A table of settings as one of our classes. Raises ParameterError."""
    names = [item.name for item in fields(form)]  # type: ignore[arg-type]
    if not isinstance(table, Mapping) or set(table) - set(names):
        given = sorted(set(table) - set(names)) if isinstance(table, Mapping) else table
        raise ParameterError(f"{place}: {given!r}", allowed=", ".join(names))
    values = {n: tuple(v) if isinstance(v, list) else v for n, v in table.items()}
    try:
        return form(**values)
    except (TypeError, AttributeError) as error:
        raise ParameterError(f"{place}: {error}", allowed=", ".join(names)) from None


def as_toml(watch: Watch) -> str:
    """The TOML of a watch, without its name and what is not given."""
    plain, tables = [], []
    for name, value in asdict(watch).items():
        if name == "chosen":
            tables += [_table("[[chosen]]", row) for row in value]
        elif name in DESTINATIONS and value is not None:
            tables.append(_table(f"[{name}]", value))
        elif name != "name" and value is not None:
            plain.append(f"{name} = {_value(value)}")
    return "\n".join([*plain, *tables]) + "\n"


def _table(head: str, values: Mapping[str, Any]) -> str:
    lines = [f"{name} = {_value(value)}" for name, value in values.items() if value is not None]
    return "\n".join([f"\n{head}", *lines])


def _value(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
