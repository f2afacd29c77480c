"""The server as a process: one socket, and an end in which nothing is lost."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator

import uvicorn
from fastapi import FastAPI

from research_agent.web.limits import Limits
from research_agent.web.patience import patient_for
from research_agent.web.site import Site

__all__ = ["Server", "configured"]

HEAD_BYTES = 32 * 1024
GRACE = 3  # seconds in which the answers to what was stopped may still be read


class Server(uvicorn.Server):
    """
    uvicorn's server, which leaves signals to its caller (`should_exit`), and stops questions before connections.

    In the other order the streams of these questions would hold the end up, and be cut without their last event.
    """

    def __init__(self, config: uvicorn.Config, site: Site, *, on_start: Callable[[], None] = lambda: None) -> None:
        super().__init__(config)
        self._site, self._on_start = site, on_start

    async def run_on(self, sock: socket.socket) -> None:
        """Serve until `should_exit`."""
        with contextlib.closing(sock):
            await self.serve(sockets=[sock])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn; then say that it has begun."""
        await super().startup(sockets=sockets)
        self._on_start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop every question and let it keep what it has; then as uvicorn."""
        await self._site.runs.stop()
        await super().shutdown(sockets=sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def configured(app: FastAPI, limits: Limits) -> uvicorn.Config:
    """uvicorn as we want it: no logs of addresses (they hold tokens), no WebSockets, no trust in proxy headers."""
    return uvicorn.Config(
        app,
        http=patient_for(limits.patience),
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=limits.connections,
        h11_max_incomplete_event_size=HEAD_BYTES,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=GRACE,
    )
