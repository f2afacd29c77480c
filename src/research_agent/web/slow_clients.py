"""uvicorn's HTTP protocol with an end to its patience: with who does not say a head, or does not read an answer."""

from __future__ import annotations

import asyncio
import socket
from typing import ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["protocol_with_timeouts"]

TOO_LATE = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class TimeoutProtocol(H11Protocol):
    """
    Closes a connection on which no whole head has come after `seconds`, or nothing was read for `unread_seconds`.

    uvicorn alone waits for ever for both; a thousand such clients would take every connection.
    """

    seconds: ClassVar[float] = 10.0
    unread_seconds: ClassVar[float] = 30.0
    _waiting: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a head."""
        assert isinstance(transport, asyncio.Transport)
        super().connection_made(transport)
        # asyncio does it only for sockets that say they are TCP, which those of a listener made by hand do not. Without
        # it the second write of an answer waits for the client's delayed acknowledgement: 40 ms a request.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait on while it is idle: between two requests, or in the middle of a head."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self._wait()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()
        self._is_read()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client does not read: it is given up when it still does not after `unread_seconds`."""
        super().pause_writing()
        self._unread = self.loop.call_later(self.unread_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads again."""
        self._is_read()
        super().resume_writing()

    def _is_read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _wait(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(self.seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.write(TOO_LATE)
            self.transport.close()


def protocol_with_timeouts(limit: float, unread_limit: float) -> type[TimeoutProtocol]:
    """The protocol with that many seconds of patience: for a head, and for an answer to be read."""

    class Given(TimeoutProtocol):
        seconds = limit
        unread_seconds = unread_limit

    return Given
