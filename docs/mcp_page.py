"""The reference of the MCP server, from the tools it declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from linkshed.serve.mcp.marked import MAX_CHARACTERS, WARNING
from linkshed.serve.mcp.tools import INSTRUCTIONS, TOOLS
from linkshed.serve.strangers import MAX_TEXT

START = f"""
`linkshed mcp` answers one agent over standard input and output (Model Context Protocol). It only
reads, and no argument is taken for a file. Every answer is one JSON object of at most about
{MAX_CHARACTERS:,} characters, as structured content and as text; texts are cut at {MAX_TEXT:,}
characters, and characters that are not seen are shown as `�`.

What came from web pages stands under `untrusted`, and nowhere else, with the words "{WARNING}"
Null is unknown, never 0. A page of rows holds `total` (all rows there are), `counts`, the
definitions of its `columns` (on the first page), and `next_cursor` while more follow; the next page
comes from the same snapshot, whatever was built since.

An error is an answer with `isError` and an object with `error`, `received`, `allowed` and `repair`,
as in [errors](errors.md). A question that takes longer than `--max-seconds` is one of them.

What an agent is told first: "{INSTRUCTIONS}"
"""


def mcp_parts() -> list[str]:
    """The parts of the page."""
    return [START.strip(), *(part for tool in TOOLS for part in _tool(tool))]


def _tool(tool: dict[str, Any]) -> Iterator[str]:
    yield f"## {tool['name']}"
    yield tool["description"]
    schema = tool["schema"]
    rows = [
        f"| `{name}` | {_kind(told)} | {_default(name, told, schema)} | {_plain(told)} |"
        for name, told in schema["properties"].items()
    ]
    if rows:
        yield "\n".join(["| argument | value | default | meaning |", "|---|---|---|---|", *rows])


def _kind(told: dict[str, Any]) -> str:
    if "enum" in told:
        return ", ".join(f"`{value}`" for value in told["enum"])
    bounds = f" from {told['minimum']:,} to {told['maximum']:,}" if "minimum" in told else ""
    longest = f" up to {told['maxLength']:,}" if "maxLength" in told else ""
    return told["type"] + bounds + longest


def _default(name: str, told: dict[str, Any], schema: dict[str, Any]) -> str:
    if name in schema["required"]:
        return "required"
    return f"`{told['default']}`" if "default" in told else ""


def _plain(told: dict[str, Any]) -> str:
    return str(told["description"]).replace("|", "\\|")
