"""The members of answers as rows of a table, from the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
Row = tuple[str, str, str]
ROWS = ("member", "value", "meaning")


def members(document: Schema, path: str) -> list[Row]:
    """The members of what an address answers, those inside of others below them."""
    answer = document["paths"][path]["get"]["responses"]["200"]
    schema = answer["content"]["application/json"]["schema"]
    found: dict[str, tuple[list[str], list[str]]] = {}
    for place, kind, meaning in Members(document["components"]["schemas"]).inside(schema, ""):
        kinds, meanings = found.setdefault(place, ([], []))
        kinds += kind.split(", ")
        meanings.append(meaning)
    return [(f"`{at}`", ", ".join(dict.fromkeys(kinds)), _told(meanings))
            for at, (kinds, meanings) in found.items()]  # fmt: skip


def _told(meanings: list[str]) -> str:
    """The meaning of a member in all the forms that its object has."""
    several = [text.removeprefix("always ") for text in meanings] if meanings[1:] else meanings
    shorter = {text for text in several if any(o.startswith(text) and o != text for o in several)}
    return "; ".join(text for text in dict.fromkeys(several) if text not in shorter)


class Members:
    """Members of answers; those of an object that stands in several places are told once."""

    def __init__(self, schemas: Schema) -> None:
        self.schemas = schemas
        self.told: dict[str, str] = {}

    def inside(self, schema: Schema, place: str) -> Iterator[Row]:
        """The members of an object, of the items of a list, or of each form that a value has."""
        name = schema.get("$ref", "").rpartition("/")[2]
        if name and name not in self.told:
            self.told[name] = place
            yield from self._members(self.schemas[name], place)
        for form in schema.get("anyOf", ()):
            yield from self.inside(form, place)
        if "items" in schema:
            yield from self.inside(schema["items"], f"{place}[]")

    def _members(self, whole: Schema, place: str) -> Iterator[Row]:
        for member, told in whole.get("properties", {}).items():
            at = f"{place}.{member}".lstrip(".").removeprefix("[].")
            yield at, self._kind(told, at), told["description"]
            yield from self.inside(told, at)

    def _kind(self, schema: Schema, place: str) -> str:
        """What a value is, in words."""
        if "anyOf" in schema:
            return ", ".join(dict.fromkeys(self._kind(part, place) for part in schema["anyOf"]))
        if "enum" in schema or "const" in schema:
            return ", ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
        if name := schema.get("$ref", "").rpartition("/")[2]:
            as_told = self.told.get(name, place)
            return "object" if as_told == place else f"as `{as_told}`"
        if "items" in schema:
            return f"list: {self._kind(schema['items'], f'{place}[]')}"
        if isinstance(schema.get("additionalProperties"), dict):
            return f"object: {self._kind(schema['additionalProperties'], place)} by name"
        return "time" if schema.get("format") == "date-time" else str(schema["type"])
