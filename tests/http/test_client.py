"""The client gives what was asked for, whole, or says in plain words why not."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import aiohttp
import brotli
import pytest
from aiohttp import abc, web

from research_agent.errors import (
    BodyError,
    HttpConnectionError,
    HttpStatusError,
    HttpTimeoutError,
    SettingsError,
    SourceError,
)
from research_agent.http import Client, Limits, open_client, user_agent
from research_agent.http.errors import MEANINGS, translate
from research_agent.settings import Settings
from research_agent.testing.loopback_server import serve
from research_agent_devtools.harness.quickest import quickest
from research_agent_devtools.harness.unwritable_home import NOWHERE
from research_agent_devtools.samples.wrong_bodies import CHECKS, CONSENTS, INNOCENT, Odd

pytestmark = pytest.mark.anyio

SETTINGS = Settings.of(home=NOWHERE, deadline=60.0)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def serving(handler: Handler) -> AbstractAsyncContextManager[str]:
    """A loopback server that answers every path with `handler`."""
    app = web.Application()
    app.router.add_get("/{path:.*}", handler)
    return serve(app)


@asynccontextmanager
async def saying(*pieces: bytes, pause: float = 0.0) -> AsyncIterator[str]:
    """A server below HTTP: it reads a request, sends the bytes as they are, and closes."""
    ending = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await ending.wait()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        yield f"http://{host}:{port}"
    finally:
        ending.set()
        server.close()
        await server.wait_closed()


def always(response: Callable[[], web.Response]) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        return response()

    return handler


async def get(response: Callable[[], web.Response], **limits: Any) -> Any:
    async with serving(always(response)) as url, open_client(SETTINGS, trusted=[url], **limits) as client:
        return await client.get_json(f"{url}/")


async def echo(request: web.Request) -> web.Response:
    return web.json_response({"query": dict(request.query), "path": request.path, "headers": dict(request.headers)})


# What is sent


async def test_parameters_arrive_as_they_were_given() -> None:
    params: dict[str, str | int] = {"q": "a&b=c d/é?#%41 \N{SNOWMAN}", "n": 3}
    async with serving(echo) as url, open_client(SETTINGS, trusted=[url]) as client:
        echoed = await client.get_json(f"{url}/api", params=params)
    assert echoed["query"] == {"q": params["q"], "n": "3"}


async def test_a_percent_encoded_path_is_not_encoded_twice() -> None:
    async with serving(echo) as url, open_client(SETTINGS, trusted=[url]) as client:
        echoed = await client.get_json(f"{url}/page/AC%2FDC%3F", params={"redirect": "true"})
    assert echoed["path"] == "/page/AC/DC?"
    assert echoed["query"] == {"redirect": "true"}


async def test_lone_surrogates_and_nul_do_not_break_the_request() -> None:
    async with serving(echo) as url, open_client(SETTINGS, trusted=[url]) as client:
        echoed = await client.get_json(url, params={"q": "a\ud800b\x00c"})
    assert echoed["query"] == {"q": "a?b\x00c"}


async def test_the_users_own_contact_is_sent_and_none_is_made_up() -> None:
    """Wikimedia counts requests by contact: the project's own would make all its users one."""
    assert user_agent("") == "research-agent/0.1.0"
    settings = SETTINGS.with_changes(contact="me@example.org")
    async with serving(echo) as url, open_client(settings, trusted=[url]) as client:
        echoed = await client.get_json(url)
    assert echoed["headers"]["User-Agent"] == f"research-agent/0.1.0 (me@example.org) aiohttp/{aiohttp.__version__}"


@pytest.mark.parametrize("contact", ["a\r\nX-Evil: 1", "bell\x07", "ü@example.org"])
async def test_a_contact_that_no_header_can_hold_is_refused(contact: str) -> None:
    with pytest.raises(SettingsError, match="contact"):
        user_agent(contact)


async def test_the_users_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async def proxy(request: web.Request) -> web.Response:
        return web.json_response({"asked_for": str(request.url)})

    async with serving(proxy) as url:
        monkeypatch.setenv("HTTP_PROXY", url)
        async with open_client(SETTINGS) as client:
            assert await client.get_json("http://wiki.example/page") == {"asked_for": "http://wiki.example/page"}


async def test_a_proxy_that_is_not_there_is_told_from_a_service_that_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://me:canary-pw@127.0.0.1:9")
    async with open_client(SETTINGS) as client:
        with pytest.raises(HttpConnectionError, match="the proxy does not answer") as caught:
            await client.get_json("http://wiki.example/page")
    assert caught.value.message.endswith("(HTTP_PROXY = http://127.0.0.1:9)")
    assert "canary" not in f"{caught.value.message} {caught.value.hint}"


async def test_the_proxy_of_all_is_used_with_its_login(monkeypatch: pytest.MonkeyPatch) -> None:
    async def proxy(request: web.Request) -> web.Response:
        return web.json_response({"login": request.headers.get("Proxy-Authorization"), "own": str(request.headers)})

    async with serving(proxy) as url:
        monkeypatch.setenv("all_proxy", url.replace("://", "://me:p%40ss@"))
        async with open_client(SETTINGS) as client:
            sent = await client.get_json("http://wiki.example/page")
    assert sent["login"] == "Basic bWU6cEBzcw=="  # me:p@ss
    assert "'Authorization'" not in sent["own"]


async def test_a_proxy_that_wants_a_login_is_told_from_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    async def proxy(request: web.Request) -> web.Response:
        return web.Response(status=407)

    async with serving(proxy) as url:
        monkeypatch.setenv("HTTP_PROXY", url)
        async with open_client(SETTINGS) as client:
            with pytest.raises(HttpStatusError, match="the proxy wants a login"):
                await client.get_json("http://wiki.example/page")


async def test_one_that_cannot_be_used_is_not_gone_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:7891")
    async with serving(echo) as url, open_client(SETTINGS, trusted=[url]) as client:
        assert await client.get_json(url)
        with pytest.raises(HttpConnectionError, match="ALL_PROXY names a SOCKS proxy"):
            await client.get_json("http://wiki.example/page")


@pytest.mark.parametrize("place", ["127.0.0.1:9", "nowhere.invalid", "[bad", "127.0.0.1:x"])
async def test_what_stands_in_an_address_as_password_or_query_is_not_said(place: str) -> None:
    url = f"http://me:canary-pw@{place}/feed?token=canary-key#canary"
    async with open_client(SETTINGS, trusted=[url]) as client:
        with pytest.raises(SourceError) as caught:
            await client.get_json(url)
    assert "canary" not in f"{caught.value.message} {caught.value.hint}"


async def test_a_key_goes_before_the_login_in_the_address() -> None:
    async with serving(echo) as url:
        mine = url.replace("://", "://me:pw@")
        async with open_client(SETTINGS, trusted=[mine]) as client:
            keyed = await client.get_json(mine, headers={"Authorization": "Bearer canary"})
            plain = await client.get_json(mine)
    assert keyed["headers"]["Authorization"] == "Bearer canary"
    assert plain["headers"]["Authorization"].startswith("Basic ")


async def test_offline_sends_nothing() -> None:
    paths: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        paths.append(request.path)
        return web.json_response({})

    async with serving(handler) as url, open_client(SETTINGS.with_changes(offline=True)) as client:
        with pytest.raises(SourceError, match="offline"):
            await client.get_json(url)
        with pytest.raises(SourceError, match="offline"):
            await client.get_text(url)
    assert paths == []


@pytest.mark.parametrize("url", ["", "nonsense", "file:///etc/passwd", "ftp://127.0.0.1/x", "http://", "http://[::1"])
async def test_what_is_no_web_address_is_a_source_error(url: str) -> None:
    async with open_client(SETTINGS) as client:
        with pytest.raises(SourceError, match="address"):
            await client.get_json(url)


# Statuses


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "did not accept the request (HTTP 400)"),
        (404, "did not accept the request (HTTP 404)"),
        (500, "had an internal error (HTTP 500)"),
        (503, "had an internal error (HTTP 503)"),
        (304, "did not accept the request (HTTP 304)"),
    ],
)
async def test_a_status_that_is_no_answer_says_which(status: int, message: str) -> None:
    with pytest.raises(HttpStatusError) as caught:
        await get(lambda: web.Response(status=status))
    assert (caught.value.message, caught.value.status) == (message, status)


@pytest.mark.parametrize(
    ("retry_after", "end"),
    [
        ("7", ", try again in 7 s"),
        (" 7 ", ", try again in 7 s"),
        ("0", ""),
        ("soon", ""),
        ("-3", ""),
        ("²", ""),
        ("9" * 5000, ""),
        (None, ""),
        ("Wed, 21 Oct 2015 07:28:00 GMT", ""),
    ],
)
async def test_a_rate_limit_says_when_to_come_back(retry_after: str | None, end: str) -> None:
    headers = {"Retry-After": retry_after} if retry_after else {}
    with pytest.raises(HttpStatusError) as caught:
        await get(lambda: web.Response(status=429, headers=headers))
    assert caught.value.message == f"is limiting requests (HTTP 429){end}"


async def test_a_rate_limit_may_name_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    with pytest.raises(HttpStatusError, match=r"try again in (8\d|90) s"):
        await get(lambda: web.Response(status=429, headers={"Retry-After": later}))


# Bodies


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        (b"<!DOCTYPE html><p>Are you human?", "text/html", "HTML instead of JSON"),
        (b"  <html><p>Hello", "application/json", "HTML instead of JSON"),
        (b"Are you human?", "text/html", "HTML instead of JSON"),
        (b'{"query": {"pages": [{"ti', "application/json", "cut or broken"),
        (b"[1, 2", "application/json", "cut or broken"),
        (b"", "application/json", "an empty body"),
        (b"Rate exceeded.", "text/plain", "not JSON"),
        (b"\xff\xfe\x00{]", "application/json", "not JSON"),
        (b'{"a": "\xff"}', "application/json", "cut or broken"),
        (b"[" * 100_000, "application/json", "cut or broken"),
        (b"[" + b"9" * 100_000 + b"]", "application/json", "cut or broken"),
    ],
)
async def test_what_is_not_json_is_never_an_empty_result(body: bytes, content_type: str, message: str) -> None:
    with pytest.raises(BodyError, match=message):
        await get(lambda: web.Response(body=body, content_type=content_type))


@pytest.mark.parametrize("body", ['{"a": "é"}', "\ufeff[1]", '{"a": "\\ud800"}', "null", " 3 "])
async def test_json_is_given_as_it_is(body: str) -> None:
    expected = json.loads(body.removeprefix("\ufeff"))
    assert await get(lambda: web.Response(body=body.encode(), content_type="text/plain")) == expected


@pytest.mark.parametrize(
    "pieces",
    [
        (b'HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"a": 1}',),
        (b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{"a": 1}\r\n',),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n" + b"not gzip!",),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 9\r\n\r\n" + b"not a br!",),
    ],
)
async def test_a_cut_or_undecodable_body_is_no_answer_though_its_json_would_parse(pieces: tuple[bytes, ...]) -> None:
    async with saying(*pieces) as url, open_client(SETTINGS, trusted=[url]) as client:
        with pytest.raises(BodyError, match="cut off or could not be unpacked"):
            await client.get_json(url)


async def test_what_does_not_speak_http_is_said_so() -> None:
    async with saying(b"SSH-2.0-OpenSSH_9.2\r\n") as url, open_client(SETTINGS, trusted=[url]) as client:
        with pytest.raises(BodyError, match="not valid HTTP"):
            await client.get_json(url)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000,
        b"HTTP/1.1 999999 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: \xff; charset=\xff\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\nContent-Length: 3\r\n",
        b"HTTP/1.1 200 OK\r\nSet-Cookie: \x00=;;;;\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe://[\r\n",
        b"HTTP/1.1 302 Found\r\nLocation:\r\n",
        b"HTTP/1.1 302 Found\r\n",
        b"\x00" * 100,
    ],
)
async def test_no_header_however_odd_raises_anything_but_a_source_error(head: bytes) -> None:
    async with (
        saying(head + b"\r\nabc") as url,
        open_client(SETTINGS.with_changes(deadline=1.0), trusted=[url]) as client,
    ):
        with pytest.raises(SourceError):
            await client.get_json(url)


async def test_text_is_decoded_in_the_charset_it_names() -> None:
    handler = always(
        lambda: web.Response(body="é".encode("latin-1"), headers={"Content-Type": "text/plain; charset=latin-1"})
    )
    async with serving(handler) as url, open_client(SETTINGS, trusted=[url]) as client:
        assert await client.get_text(url) == "é"


@pytest.mark.parametrize("charset", ["utf-8", "klingon"])
async def test_text_that_cannot_be_decoded_is_no_answer(charset: str) -> None:
    head = {"Content-Type": f"text/plain; charset={charset}"}
    handler = always(lambda: web.Response(body=b"\xe9\x00\xff\x01", headers=head))
    async with serving(handler) as url, open_client(SETTINGS, trusted=[url]) as client:
        with pytest.raises(BodyError, match="cannot be decoded"):
            await client.get_text(url)


# Limits


def bomb(encoding: str) -> bytes:
    zeros = b"0" * (32 * 1024 * 1024)
    return gzip.compress(zeros) if encoding == "gzip" else brotli.compress(zeros, quality=1)


@pytest.mark.parametrize("encoding", ["gzip", "br"])
async def test_a_small_body_that_unpacks_large_is_not_read(encoding: str) -> None:
    packed = bomb(encoding)
    assert len(packed) < 100_000
    answer = lambda: web.Response(body=packed, headers={"Content-Encoding": encoding})  # noqa: E731
    with pytest.raises(BodyError, match="more than 1 MB"):
        await get(answer, body_limit=1024 * 1024)

    # The naive way takes it all in.
    async with serving(always(answer)) as url, aiohttp.ClientSession() as session, session.get(url) as response:
        assert len(await response.read()) == 32 * 1024 * 1024


async def test_a_large_body_is_refused_by_its_announced_length() -> None:
    async with saying(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n", pause=60) as url:
        async with open_client(SETTINGS, trusted=[url]) as client:
            start = time.perf_counter()
            with pytest.raises(BodyError, match="more than 8 MB"):
                await client.get_json(url)
            assert time.perf_counter() - start < 30


async def test_a_body_without_an_announced_length_is_cut_at_the_limit() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65536)

    async with serving(endless) as url, open_client(SETTINGS, trusted=[url], body_limit=1024 * 1024) as client:
        with pytest.raises(BodyError, match="more than 1 MB"):
            await client.get_json(url)


async def test_a_dripping_server_is_left_in_time() -> None:
    """A byte now and then keeps every read short; only a limit on the whole ends it."""
    slow = (b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n", *[b"x"] * 40)
    async with saying(*slow, pause=0.1) as url:
        async with open_client(SETTINGS.with_changes(deadline=0.5), trusted=[url]) as client:

            async def seconds() -> float:
                start = time.perf_counter()
                with pytest.raises(HttpTimeoutError, match=r"timed out after 0\.5 s"):
                    await client.get_json(url)
                return time.perf_counter() - start

            assert await quickest(seconds, limit=1.0) < 1.0

        # The naive way, a limit on each read, waits for the last byte.
        naive = aiohttp.ClientTimeout(total=None, sock_read=5)
        async with aiohttp.ClientSession(timeout=naive) as session, session.get(url) as response:
            start = time.perf_counter()
            assert len(await response.read()) == 40
            assert time.perf_counter() - start > 3.0


async def test_a_silent_server_is_left_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        async with open_client(SETTINGS.with_changes(deadline=0.3), trusted=[url]) as client:
            with pytest.raises(HttpTimeoutError, match="timed out"):
                await client.get_json(url)


async def test_cancelling_from_outside_stays_a_cancellation() -> None:
    """The stage's deadline must not look like a failure of the server."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        async with open_client(SETTINGS, trusted=[url]) as client:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await client.get_json(url)


# Redirects


def redirecting(to: str | Callable[[web.Request], str], status: int = 302) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        if request.path == "/end":
            return web.json_response({"end": True})
        return web.Response(status=status, headers={"Location": to if isinstance(to, str) else to(request)})

    return handler


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_within_the_same_host_is_followed(status: int) -> None:
    async with serving(redirecting("end", status)) as url, open_client(SETTINGS, trusted=[url]) as client:
        assert await client.get_json(f"{url}/start") == {"end": True}


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:1/end", "http://localhost/end", "//example.org/end", "http://169.254.169.254/latest"]
)
async def test_a_redirect_to_another_place_is_not_followed(target: str) -> None:
    """A source may not send the program to other hosts, or to other ports of this machine."""
    async with serving(redirecting(target)) as url, open_client(SETTINGS, trusted=[url]) as client:
        with pytest.raises(BodyError, match="redirected to another place"):
            await client.get_json(url)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "javascript:alert(1)", "data:,x", "http://[bad"])
async def test_a_redirect_to_what_is_no_web_address_is_a_source_error(target: str) -> None:
    async with serving(redirecting(target)) as url, open_client(SETTINGS, trusted=[url]) as client:
        with pytest.raises(SourceError):
            await client.get_json(url)


async def test_redirects_in_a_circle_end() -> None:
    async with serving(redirecting("/again")) as url, open_client(SETTINGS, trusted=[url]) as client:
        with pytest.raises(BodyError, match="redirected more than 5 times"):
            await client.get_json(url)


# At once


class Crowd:
    """Counts how many requests are in the server at once; each waits for `wanted` to be there, and a moment more."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.now = self.most = 0
        self.full = asyncio.Event()

    async def answer(self, request: web.Request) -> web.Response:
        self.now += 1
        self.most = max(self.most, self.now)
        if self.now >= self.wanted:
            self.full.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(30):
                await self.full.wait()
        await asyncio.sleep(0.1)
        self.now -= 1
        return web.json_response({})


async def ask_often(client: Client, url: str, times: int) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(times):
            group.create_task(client.get_json(url))


async def test_requests_run_at_once_unless_asked_to_run_one_by_one() -> None:
    crowd = Crowd(wanted=5)
    async with serving(crowd.answer) as url, open_client(SETTINGS, trusted=[url]) as client:
        await ask_often(client, url, 5)
    assert crowd.most == 5

    crowd = Crowd(wanted=1)
    async with (
        serving(crowd.answer) as url,
        open_client(SETTINGS.with_changes(sequential=True), trusted=[url]) as client,
    ):
        await ask_often(client, url, 5)
    assert crowd.most == 1


class EveryNameIsHere(abc.AbstractResolver):
    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[Any]:
        return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("host", "most"),
    [("en.wikipedia.org", 3), ("commons.wikimedia.org", 3), ("notwikipedia.org", 5), ("wiki.example", 5)],
)
@pytest.mark.parametrize("source", ["", "web"])
async def test_wikimedia_is_asked_at_most_three_things_at_once(
    host: str, most: int, source: str, tmp_path: Path
) -> None:
    crowd, settings = Crowd(wanted=most), SETTINGS.with_changes(home=tmp_path)
    async with serving(crowd.answer) as url:
        url = f"http://{host}:{url.rpartition(':')[2]}/"
        async with open_client(settings, trusted=[url], resolver=EveryNameIsHere()) as client:
            await ask_often(client.of(source, Limits(at_once=5), fresh=0.0) if source else client, url, 5)
    assert crowd.most == most


# Every exception of aiohttp's has a meaning of ours


def subclasses(kind: type[Exception]) -> Iterator[type[Exception]]:
    for sub in kind.__subclasses__():
        yield sub
        yield from subclasses(sub)


NEVER_RAISED_BY_A_GET = {"WSServerHandshakeError", "WSMessageTypeError", "UploadAbortedError", "TooManyRedirects"}


RAISED = sorted(
    (
        kind
        for kind in {*subclasses(aiohttp.ClientError)}
        if kind.__module__.partition(".")[0] == "aiohttp" and kind.__name__ not in NEVER_RAISED_BY_A_GET
    ),
    key=lambda kind: kind.__name__,
)


@pytest.mark.parametrize("kind", RAISED)
async def test_every_aiohttp_exception_is_translated_on_purpose(kind: type[Exception]) -> None:
    """A new one in a later aiohttp fails here, and asks for a line of its own."""
    error = kind.__new__(kind)
    first = next(known for known, _, _ in MEANINGS if isinstance(error, known))
    assert first is not aiohttp.ClientError or kind in {aiohttp.ClientConnectionError, aiohttp.ServerConnectionError}
    assert isinstance(translate(error, "http://x.example/", timeout=1.0), SourceError)


async def test_a_refused_connection_is_said_so() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # the port is taken, and nobody listens there
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        async with open_client(SETTINGS, trusted=[url]) as client:
            with pytest.raises(HttpConnectionError, match="refused the connection"):
                await client.get_json(url)


async def test_https_to_a_server_without_it_is_said_so() -> None:
    async with serving(echo) as url:
        secure = url.replace("http:", "https:")
        async with open_client(SETTINGS, trusted=[secure]) as client:
            with pytest.raises(HttpConnectionError, match="TLS"):
                await client.get_json(secure)


# Bytes, and what stands in the way


async def test_bytes_come_with_what_the_header_said() -> None:
    answer = always(lambda: web.Response(body=b"\x00\xff", headers={"Content-Type": "Application/PDF; charset=x"}))
    async with serving(answer) as url, open_client(SETTINGS, trusted=[url]) as client:
        body = await client.get_bytes(f"{url}/a", params={"b": "c"})
    assert (body.data, body.content_type, body.charset, body.url) == (
        b"\x00\xff",
        "application/pdf",
        "x",
        f"{url}/a?b=c",
    )
    assert datetime.fromisoformat(body.retrieved_at).tzinfo is not None


@pytest.mark.parametrize("odd", [pytest.param(odd, id=odd.name) for odd in (*CHECKS, *CONSENTS)])
async def test_a_page_in_the_way_is_a_failure_with_a_reason(odd: Odd) -> None:
    kind = "consent" if odd in CONSENTS else "bot check"
    answer = always(lambda: web.Response(body=odd.body, status=odd.status, headers={"Content-Type": odd.content_type}))
    async with serving(answer) as url, open_client(SETTINGS, trusted=[url]) as client:
        for get in (client.get_json, client.get_text, client.get_bytes):
            with pytest.raises(SourceError, match=kind):
                await get(url)


@pytest.mark.parametrize("odd", [pytest.param(odd, id=odd.name) for odd in INNOCENT])
async def test_a_page_that_only_speaks_of_it_is_read(odd: Odd) -> None:
    answer = always(lambda: web.Response(body=odd.body, headers={"Content-Type": odd.content_type}))
    async with serving(answer) as url, open_client(SETTINGS, trusted=[url]) as client:
        assert (await client.get_bytes(url)).data == odd.body


async def test_a_status_that_is_no_answer_brings_what_was_said() -> None:
    body = b'{"error": "no such field"}'
    with pytest.raises(HttpStatusError) as caught:
        await get(lambda: web.Response(status=400, body=body))
    assert caught.value.body == body
    with pytest.raises(HttpStatusError) as caught:
        await get(lambda: web.Response(status=500, body=b"x" * 1_000_000))
    assert len(caught.value.body) == 65536


async def test_a_status_is_said_though_its_body_never_ends() -> None:
    slow = (b"HTTP/1.1 404 Not Found\r\nContent-Length: 400\r\n\r\n", *[b"x"] * 400)
    async with saying(*slow, pause=0.05) as url:
        async with open_client(SETTINGS.with_changes(deadline=2.0), trusted=[url]) as client:
            with pytest.raises(HttpStatusError) as caught:
                await client.get_json(url)
    assert caught.value.status == 404


@pytest.mark.parametrize("packing", ["gzip, gzip", "compress", "br, gzip", "aes128gcm"])
async def test_a_packing_that_is_not_undone_is_a_failure(packing: str) -> None:
    with pytest.raises(SourceError):
        await get(lambda: web.Response(body=b"[]", headers={"Content-Encoding": packing}))


# A search that is posted


@asynccontextmanager
async def posted_to(handler: Handler) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/{path:.*}", handler)
    async with serve(app) as url:
        yield url


async def test_a_search_is_posted_as_json_and_kept_as_one(tmp_path: Path) -> None:
    seen: list[tuple[Any, str]] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((await request.json(), request.headers["Content-Type"]))
        return web.json_response({"n": len(seen)})

    settings = Settings.of(home=tmp_path, deadline=60.0)
    async with posted_to(answer) as url, open_client(settings, trusted=[url]) as plain:
        client = plain.of("s", Limits(), fresh=60.0)
        assert client.source_client is not None
        for query, number in (("é", 1), ("b", 2), ("é", 1)):
            assert await client.post_json(f"{url}/search", {"q": query}) == {"n": number}
            client.source_client.end(good=True)
        assert client.source_client.sent == [f'{url}/search {{"q": "é"}}', f'{url}/search {{"q": "b"}}']
        await plain.of("s", Limits(), fresh=-1.0).post_json(f"{url}/search", {"q": "never kept"})
    assert seen[0] == ({"q": "é"}, "application/json")
    assert len(seen) == 3


async def test_what_may_not_be_stored_is_asked_for_each_time(tmp_path: Path) -> None:
    async with serving(echo) as url, open_client(Settings(home=tmp_path), trusted=[url]) as plain:
        for _ in range(2):
            client = plain.of("s", Limits(), fresh=-1.0)
            await client.get_json(f"{url}/")
            assert client.source_client is not None
            client.source_client.end(good=True)
            assert client.source_client.sent == [f"{url}/"]
            assert not await client.source_client.has_stored()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_search_that_is_posted_is_never_sent_on(status: int) -> None:
    async def elsewhere(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": "/other"})

    async with posted_to(elsewhere) as url, open_client(SETTINGS, trusted=[url]) as client:
        with pytest.raises(BodyError, match="redirected a search"):
            await client.post_json(f"{url}/search", {"q": "x"})


async def test_without_retries_a_failure_is_one_request(tmp_path: Path) -> None:
    count = 0

    async def limited(request: web.Request) -> web.Response:
        nonlocal count
        count += 1
        return web.Response(status=429)

    async with serving(limited) as url, open_client(Settings(home=tmp_path), trusted=[url]) as client:
        with pytest.raises(HttpStatusError):
            await client.of("s", Limits(), fresh=0.0, retry=False).get_json(f"{url}/")
    assert count == 1
