"""What servers really do wrong."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

__all__ = ["FAULTS", "answer_badly"]

Fault = Callable[[web.Request, web.Response, asyncio.Event], Awaitable[web.StreamResponse]]

DRIP = 0.2  # seconds between two bytes


async def answer_badly(
    fault: str, request: web.Request, whole: web.Response, ending: asyncio.Event
) -> web.StreamResponse:
    """Answer with one of `FAULTS` in place of `whole`; `ending` is set when the server goes down."""
    try:
        if fault in RESPONSES:
            return RESPONSES[fault](request, whole)
        return await BEHAVIOURS[fault](request, whole, ending)
    except ConnectionError:  # whoever asked has had enough, as people have of these answers
        return _hang_up(request)


async def _cut(request: web.Request, whole: web.Response, ending: asyncio.Event) -> web.Response:
    """Half of the body that `Content-Length` promised, then the end."""
    response = await _begin(request, whole)
    await response.write(_half(whole))
    return _hang_up(request)


async def _hang(request: web.Request, whole: web.Response, ending: asyncio.Event) -> web.Response:
    """Nothing, until the server goes down."""
    await ending.wait()
    return _hang_up(request)


async def _drip(request: web.Request, whole: web.Response, ending: asyncio.Event) -> web.StreamResponse:
    """A byte now and then: no read ever times out by itself."""
    response = await _begin(request, whole)
    for byte in _body(whole):
        if ending.is_set():
            return _hang_up(request)
        await response.write(bytes([byte]))
        await asyncio.sleep(DRIP)
    return response


# The length of "broken" fits: only the parser can tell.
RESPONSES: Mapping[str, Callable[[web.Request, web.Response], web.Response]] = {
    "429": lambda *_: web.Response(status=429, text="Too many requests", headers={"Retry-After": "7"}),
    "500": lambda *_: web.Response(status=500, text="upstream connect error"),
    "broken": lambda _, whole: web.Response(body=_half(whole), content_type=whole.content_type),
    "empty": lambda _, whole: web.Response(body=b"", content_type=whole.content_type),
    "garbage": lambda *_: web.Response(body=b"\xff\xfe\x00{]", content_type="application/json"),
    "html": lambda *_: web.Response(text="<!DOCTYPE html><title>Are you human?</title>", content_type="text/html"),
    "loop": lambda request, _: web.Response(status=302, headers={"Location": request.path_qs}),
    "other": lambda *_: web.json_response({"ok": True}),  # valid JSON of another shape
    "reset": lambda request, _: _hang_up(request),  # before a byte was answered
}
BEHAVIOURS: Mapping[str, Fault] = {"cut": _cut, "drip": _drip, "hang": _hang}
FAULTS = tuple(sorted({*RESPONSES, *BEHAVIOURS}))


def _body(whole: web.Response) -> bytes:
    return whole.body if isinstance(whole.body, bytes) and whole.body else b'{"status": 404}'


def _half(whole: web.Response) -> bytes:
    return _body(whole)[: len(_body(whole)) // 2]


async def _begin(request: web.Request, whole: web.Response) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={"Content-Type": whole.content_type, "Content-Length": str(len(_body(whole)))}
    )
    await response.prepare(request)
    return response


def _hang_up(request: web.Request) -> web.Response:
    """Reset the connection. What is returned is never sent: aiohttp finds nobody to send it to."""
    if request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response()
