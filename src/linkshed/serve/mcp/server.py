"""The protocol: tools are listed, arguments checked, answers and errors given their form."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any

from jsonschema import Draft202012Validator
from mcp.server import Server
from mcp.server.stdio import stdio_server
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    TextContent,
    Tool,
    ToolAnnotations,
)

from linkshed.errors import LinkshedError, ParameterError, ResourceError, UnknownName
from linkshed.serve.mcp.answers import Answers
from linkshed.serve.mcp.loose import plain
from linkshed.serve.mcp.marked import as_text, problem
from linkshed.serve.mcp.tools import INSTRUCTIONS, TOOLS

AT_ONCE = 2
"""Questions that are worked on at once; one that took too long keeps its place until it ends."""
SHOWN = 200
_LOG = logging.getLogger(__name__)
_VALIDATORS = {tool["name"]: Draft202012Validator(tool["schema"]) for tool in TOOLS}


async def over_stdio(answers: Answers, max_seconds: float) -> None:
    """Serve one agent over standard input and output."""
    server = create_server(answers, max_seconds)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def create_server(answers: Answers, max_seconds: float) -> Server[Any]:
    """The server that answers with ``answers``; no question takes longer than ``max_seconds``."""
    pool = ThreadPoolExecutor(AT_ONCE)

    async def list_tools(_context: Any, _params: Any) -> ListToolsResult:
        return ListToolsResult(tools=listed())

    async def call_tool(_context: Any, params: CallToolRequestParams) -> CallToolResult:
        try:
            ask = _checked(answers, params.name, params.arguments or {})
            return _result(await _within(max_seconds, pool, ask))
        except LinkshedError as error:
            return _result(problem(error), is_error=True)
        except MemoryError:
            full = ResourceError("memory ran out", repair="ask for fewer rows or a smaller scope")
            return _result(problem(full), is_error=True)
        except Exception:
            _LOG.exception("tool %r failed", params.name[:SHOWN])
            failed = LinkshedError("the server failed while answering", repair="its log says more")
            return _result(problem(failed), is_error=True)

    return Server("linkshed", version=version("linkshed"), instructions=INSTRUCTIONS,
                  on_list_tools=list_tools, on_call_tool=call_tool)  # fmt: skip


def listed() -> list[Tool]:
    """The tools as the protocol shows them."""
    hints = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    return [
        Tool(name=tool["name"], description=tool["description"], input_schema=tool["schema"],
             annotations=hints)
        for tool in TOOLS
    ]  # fmt: skip


def _checked(answers: Answers, name: str, given: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    """The question, ready to be asked. Raises UnknownName, ParameterError."""
    if name not in _VALIDATORS:
        raise UnknownName(f"unknown tool {name[:SHOWN]!r}", allowed=", ".join(_VALIDATORS))
    validator = _VALIDATORS[name]
    given = plain(given, validator.schema["properties"])
    for error in validator.iter_errors(given):
        where = ".".join(str(part) for part in error.path) or "arguments"
        allowed = {n: rule for n, rule in error.schema.items() if n != "properties"}
        names = ", ".join(error.schema.get("properties", ()))
        raise ParameterError(
            f"{where}: {error.message[:SHOWN]}",
            allowed=names or as_text(allowed)[: 2 * SHOWN],
            repair=f"see the schema of {name}",
        )
    return lambda: dict(getattr(answers, name)(**given))


async def _within(
    seconds: float, pool: ThreadPoolExecutor, ask: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """The answer of a thread. Raises ResourceError when it takes too long."""
    try:
        return await asyncio.wait_for(asyncio.wrap_future(pool.submit(ask)), seconds)
    except TimeoutError:
        raise ResourceError(
            f"a question of more than {seconds:g} s",
            allowed=f"{seconds:g} s, and {AT_ONCE} questions at once",
            repair="ask for a smaller scope, or start the server with another --max-seconds",
        ) from None


def _result(told: dict[str, Any], *, is_error: bool = False) -> CallToolResult:
    text = TextContent(type="text", text=as_text(told))
    return CallToolResult(content=[text], structured_content=told, is_error=is_error)
