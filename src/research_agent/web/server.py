"""The server process: uvicorn on one socket, signal handling, a graceful shutdown, and logging without secrets."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import logging
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn
from fastapi import FastAPI

from research_agent import logs
from research_agent.errors import UsageError
from research_agent.messages import request_refusals
from research_agent.settings import Settings, has_display
from research_agent.web.app import create_app
from research_agent.web.auth import Authenticator
from research_agent.web.quotas import RequestLimits
from research_agent.web.slow_clients import protocol_with_timeouts
from research_agent.web.state import ServerState

__all__ = ["USUAL_PORT", "Server", "base_url", "bind", "bind_usual", "open_browser", "serve", "uvicorn_config"]

USUAL_PORT = 8765
NEXT_PORTS = 20  # that are tried behind it
INTERRUPTED = 130
MAX_HEAD_BYTES = 32 * 1024
GRACE = 3  # seconds in which clients may still read the responses of cancelled runs


class Server(uvicorn.Server):
    """
    uvicorn's server, which leaves signals to its caller (`should_exit`), and cancels runs before it closes connections.

    In the other order their streams would delay the shutdown, and be cut off without their last event.
    """

    def __init__(
        self, config: uvicorn.Config, state: ServerState, *, on_start: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(config)
        self._state, self._on_start = state, on_start

    async def run_on(self, sock: socket.socket) -> None:
        """Serve until `should_exit`."""
        with contextlib.closing(sock):
            await self.serve(sockets=[sock])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then call `on_start`."""
        await super().startup(sockets=sockets)
        self._on_start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Cancel all runs and let them save, then close the connections."""
        await self._state.runs.shutdown()
        await super().shutdown(sockets=sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture no signals."""
        yield


def uvicorn_config(app: FastAPI, limits: RequestLimits) -> uvicorn.Config:
    """uvicorn's configuration: no access log (addresses hold tokens), no WebSockets, no trust in proxy headers."""
    return uvicorn.Config(
        app,
        http=protocol_with_timeouts(limits.read_timeout, limits.write_timeout),
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=limits.connections,
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=GRACE,
    )


async def serve(
    settings: Settings,
    auth: Authenticator,
    sock: socket.socket,
    *,
    hosts: tuple[str, ...] = (),
    on_start: Callable[[], None],
    **options: Any,
) -> int:
    """
    Serve on `sock` until a signal; returns the exit code: 130 after SIGINT, else 0.

    `options` go to `create_app`. Raises `ResearchAgentError` when stores, sources or models cannot be opened.
    """
    app = create_app(settings, auth, hosts=hosts, **options)
    state: ServerState = app.state.server
    _configure_logging(state)
    server = Server(uvicorn_config(app, state.request_limits), state, on_start=on_start)
    with _stop_on_signals(server) as received:
        async with app.router.lifespan_context(app):
            state.on_failure = lambda: setattr(server, "should_exit", True)
            if state.failure is None:
                await server.run_on(sock)
    if state.failure is not None:
        raise state.failure
    return INTERRUPTED if signal.SIGINT in received else 0


def bind(host: str, port: int, *, password: str) -> socket.socket:
    """
    A listening socket; port 0 chooses a free one.

    Raises `UsageError` for an address reachable from other machines without a password, or one that cannot be bound.
    """
    if not _is_loopback(host) and not password:
        raise UsageError(
            request_refusals.OPEN_TO_OTHERS(host=host),
            hint=request_refusals.SET_PASSWORD(),
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, UnicodeError) as error:
        reason = request_refusals.NOT_A_NAME()
        if isinstance(error, OSError):  # `create_server` adds the address, which is said already
            reason = str(error.strerror).partition(" (while")[0]
        raise UsageError(
            request_refusals.CANNOT_LISTEN(host=host, port=port, reason=reason), hint=request_refusals.OTHER_PORT()
        ) from error


def bind_usual(host: str, *, password: str) -> socket.socket:
    """A listening socket at `USUAL_PORT`, at the next free one where that is taken. Raises `UsageError` as `bind`."""
    for port in range(USUAL_PORT, USUAL_PORT + NEXT_PORTS):
        try:
            return bind(host, port, password=password)
        except UsageError as error:
            if not (isinstance(error.__cause__, OSError) and error.__cause__.errno == errno.EADDRINUSE):
                raise
    return bind(host, 0, password=password)


def base_url(sock: socket.socket) -> str:
    """The URL to open in a browser on this machine."""
    host, port = sock.getsockname()[:2]
    if ipaddress.ip_address(host).is_unspecified:
        host = "::1" if ":" in host else "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def open_browser(address: str, *, always: bool = False) -> None:
    """Open the address if there is a display, or `always`, in a thread: starting a browser can be slow."""
    if always or has_display():
        threading.Thread(target=webbrowser.open, args=(address,), name="open the browser", daemon=True).start()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextlib.contextmanager
def _stop_on_signals(server: Server) -> Iterator[list[signal.Signals]]:
    """Stop the server on a signal; yields those received. The second one does not wait for open connections."""
    loop = asyncio.get_running_loop()
    received: list[signal.Signals] = []

    def stop(number: signal.Signals) -> None:
        server.force_exit = bool(received)
        received.append(number)
        server.should_exit = True

    handled = [
        number
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN
    ]
    for number in handled:
        loop.add_signal_handler(number, stop, number)
    try:
        yield received
    finally:
        for number in handled:
            loop.remove_signal_handler(number)


class RedactingFormatter(logging.Formatter):
    """A log formatter that hides secrets, in tracebacks too."""

    def __init__(self, state: ServerState) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")
        self._state = state

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._state.secrets:
            line = line.replace(secret, "(hidden)")
        return line


def _configure_logging(state: ServerState) -> None:
    logs.configure(state.settings.home, secrets=lambda: state.secrets, terminal=RedactingFormatter(state))
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # malformed requests are not worth a warning
