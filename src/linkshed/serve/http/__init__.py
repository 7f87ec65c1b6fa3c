"""The HTTP server: every report, explain and snapshots, generated from the registries.

May import what ``serve`` may; FastAPI and uvicorn come with the extra ``serve``.
"""

from __future__ import annotations

import socket

from linkshed.serve.http.settings import Settings


def run(settings: Settings, listener: socket.socket) -> None:
    """Serve until interrupted. Raises StoreNotFound when there is no snapshot to serve."""
    import uvicorn

    from linkshed.serve.http.app import create_app
    from linkshed.serve.http.memory import keep_little

    keep_little()
    config = uvicorn.Config(
        create_app(settings),
        http="h11",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run(sockets=[listener])
