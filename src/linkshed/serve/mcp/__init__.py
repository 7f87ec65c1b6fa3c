"""The server for agents (Model Context Protocol): a few tools that only read, over stdio.

May import what ``serve`` may; the package ``mcp`` comes with the extra of that name.
"""

from __future__ import annotations

from linkshed.serve.mcp.answers import Answers


def run(store: str, max_seconds: float) -> None:
    """Answer the agent at the other end of standard input and output until it closes them."""
    import anyio

    from linkshed.serve.mcp.server import over_stdio

    anyio.run(over_stdio, Answers(store), max_seconds)
