"""uvicorn's HTTP protocol with timeouts for slow clients: for request headers, and for reading the response."""

from __future__ import annotations

import asyncio
import socket
from typing import ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["protocol_with_timeouts"]

REQUEST_TIMEOUT = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class TimeoutProtocol(H11Protocol):
    """
    Closes a connection without complete headers after `read_timeout`, or under backpressure for `write_timeout`.

    uvicorn alone waits forever for both; a thousand such clients would exhaust its connections.
    """

    read_timeout: ClassVar[float] = 10.0
    write_timeout: ClassVar[float] = 30.0
    _read_timer: asyncio.TimerHandle | None = None
    _write_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the read timer."""
        assert isinstance(transport, asyncio.Transport)
        super().connection_made(transport)
        # asyncio sets it only on sockets whose `proto` is TCP, which is 0 for those of a listener made by hand. Without
        # it the second write of a response waits for the client's delayed acknowledgement: 40 ms a request.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._start_read_timer()

    def data_received(self, data: bytes) -> None:
        """Run the read timer while no request is complete: between two requests, or in the middle of the headers."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self._start_read_timer()
        else:
            self._stop_read_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop both timers."""
        self._stop_read_timer()
        self._stop_write_timer()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Start the write timer: the client does not read."""
        super().pause_writing()
        self._write_timer = self.loop.call_later(self.write_timeout, self.transport.abort)

    def resume_writing(self) -> None:
        """Stop the write timer: the client reads again."""
        self._stop_write_timer()
        super().resume_writing()

    def _stop_write_timer(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def _start_read_timer(self) -> None:
        if self._read_timer is None:
            self._read_timer = self.loop.call_later(self.read_timeout, self._time_out)

    def _stop_read_timer(self) -> None:
        if self._read_timer is not None:
            self._read_timer.cancel()
            self._read_timer = None

    def _time_out(self) -> None:
        self._read_timer = None
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.write(REQUEST_TIMEOUT)
            self.transport.close()


def protocol_with_timeouts(read: float, write: float) -> type[TimeoutProtocol]:
    """A protocol class for uvicorn with these timeouts in seconds."""
    return type("ConfiguredProtocol", (TimeoutProtocol,), {"read_timeout": read, "write_timeout": write})
