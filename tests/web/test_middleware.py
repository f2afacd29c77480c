"""The door: tokens, names, origins, bodies, rates, and what leaves. The fault rows try the same at length."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.responses import StreamingResponse

from research_agent.web import RequestLimits
from research_agent.web.middleware import cookie_name
from research_agent.web.quotas import RateLimiter
from research_agent_devtools.harness.scripted_engine import QUESTION
from research_agent_devtools.harness.web_server import PLENTY, Served, serving

pytestmark = pytest.mark.anyio

ASK = {"question": QUESTION}


async def came_in(served: Served, **headers: str) -> dict[str, str]:
    """The cookie that a browser has after opening the address that was printed."""
    address = f"{served.url}/?token={served.state.auth.token}"
    reply = await served.http.get(address, allow_redirects=False, headers=headers)
    assert reply.status in (200, 303)
    cookie = reply.headers["Set-Cookie"].partition(";")[0]
    await reply.release()
    return {"Cookie": cookie}


async def test_the_printed_address_becomes_a_cookie_and_leaves_the_bar(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        reply = await served.http.get(f"{served.url}/?token={served.state.auth.token}", allow_redirects=False)
        assert (reply.status, reply.headers["Location"]) == (303, "/")
        cookie = reply.headers["Set-Cookie"]
        assert served.state.auth.token not in cookie
        assert cookie.startswith(f"{cookie_name(served.port)}=")
        assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Path=/"))
        browser = await came_in(served)
        assert (await served.http.get(f"{served.url}/api/sessions", headers=browser)).status == 200
        # By a link on another site: a redirect would arrive without the Strict cookie, so the page goes on by itself.
        linked = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
        reply = await served.http.get(f"{served.url}//evil.example/?token={served.state.auth.token}", headers=linked)
        assert reply.status == 200
        assert 'content="0;url=/evil.example/"' in await reply.text()


async def test_a_wrong_token_is_not_made_good_by_a_right_cookie(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        browser = await came_in(served)
        wrong = {**browser, "Authorization": "Bearer wrong"}
        assert (await served.http.get(f"{served.url}/api/sessions", headers=wrong)).status == 401
        for odd in ("Basic " + served.state.auth.token, "Bearer", served.state.auth.token):
            reply = await served.http.get(f"{served.url}/api/sessions", headers={"Authorization": odd})
            assert reply.status == 401
        key = {"X-Api-Key": served.state.auth.token}
        assert (await served.http.get(f"{served.url}/api/sessions", headers=key)).status == 401
        place = f"{served.url}/api/sessions?token={served.state.auth.token}"
        assert (await served.http.get(place)).status == 401, "the API takes no token from an address"


async def test_a_browser_writes_from_its_own_page_alone(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        browser = await came_in(served)
        own, other = served.url, "http://127.0.0.1:1"
        tries = [
            ({}, 403),
            ({"Origin": "null"}, 403),
            ({"Origin": other}, 403),
            ({"Origin": "http://evil.example"}, 403),
            ({"Origin": own, "Sec-Fetch-Site": "same-site"}, 403),
            ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Origin": own}, 200),
            ({"Origin": own, "Sec-Fetch-Site": "same-origin"}, 200),
        ]
        for headers, status in tries:
            reply = await served.http.post(f"{served.url}/api/ask", json=ASK, headers={**browser, **headers})
            assert reply.status == status, headers
        for headers in ({"Origin": other}, {"Sec-Fetch-Site": "same-site"}):
            for path in ("/api/sessions", "/api/runs/x/events"):
                reply = await served.http.get(served.url + path, headers={**browser, **headers})
                assert reply.status == 403, "reading, streams too"


async def test_only_json_is_taken_from_programs(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        body = json.dumps(ASK)
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
            headers = {**served.bearer, "Content-Type": kind} if kind else served.bearer
            reply = await served.http.post(
                f"{served.url}/api/ask", data=body.encode(), headers=headers, skip_auto_headers=["Content-Type"]
            )
            assert reply.status == 415, kind
        # A program's token opens no forms: those are for browsers, with an Origin.
        reply = await served.http.post(f"{served.url}/logout", data={"a": "b"}, headers=served.bearer)
        assert reply.status == 403


async def test_named_users_have_stores_of_their_own(tmp_path: Path) -> None:
    async with serving(tmp_path, users=("ada", "bob")) as served:
        reply = await served.http.post(f"{served.url}/api/ask", json={**ASK, "session": "s"}, headers=served.of("ada"))
        answer = await reply.json()
        document = answer["citations"][0]["document"]
        for path in ("/api/sessions/s", "/api/export/s", "/api/citations/s?turn=1", f"/api/documents/{document}"):
            assert (await served.http.get(served.url + path, headers=served.of("ada"))).status == 200, path
            for headers in (served.of("bob"), served.bearer):
                assert (await served.http.get(served.url + path, headers=headers)).status == 404, path
        assert (tmp_path / "users" / "ada" / "sessions.db").exists()
        assert (tmp_path / "users" / "ada").stat().st_mode & 0o077 == 0


def holding(folder: Path, words: bytes) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and words in file.read_bytes()]


async def test_a_deleted_session_is_gone_with_what_services_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[Path] = []
    monkeypatch.setattr("research_agent.http.cache.forget", forgotten.append)
    async with serving(tmp_path, users=("ada",)) as served:
        await served.http.post(f"{served.url}/api/ask", json={**ASK, "session": "s"}, headers=served.of("ada"))
        reply = await served.http.delete(f"{served.url}/api/sessions/s", headers=served.of("ada"))
        assert reply.status == 204
        assert (await served.http.get(f"{served.url}/api/sessions/s", headers=served.of("ada"))).status == 404
        words = b"How long is the river Lumen"
        assert not holding(tmp_path, words)
    assert tmp_path in forgotten, "what services answered is the whole server's, and stays"


async def test_no_secret_leaves_in_any_answer(tmp_path: Path) -> None:
    key = "sk-canary-0123456789"
    odd = 'k"ey<&>-0123456789'
    environ = {"OPENAI_API_KEY": key, "RESEARCH_AGENT_OPENALEX_KEY": 'k"ey<&>-0123456789'}
    async with serving(tmp_path, environ=environ) as served:
        reply = await served.post("/api/ask", {"question": f"Is {key} or {odd} the river Lumen?"})
        text = await reply.text()
        assert reply.status == 200
        assert "*" * len(key) in text
        assert key not in text
        assert json.dumps(odd)[1:-1] not in text
        assert int(reply.headers["Content-Length"]) == len(text.encode())
        settings = await (await served.get("/api/settings")).text()
        assert key not in settings
        assert served.state.auth.token not in settings


async def test_a_body_has_its_size_and_its_time(tmp_path: Path) -> None:
    limits = RequestLimits(rate=1e6, burst=1_000_000, body_bytes=1000, read_timeout=0.2)
    async with serving(tmp_path, limits=limits) as served:
        assert (await served.post("/api/ask", {"question": "x" * 2000})).status == 413

        async def chunks() -> object:
            for _ in range(3):
                yield b"x" * 500

        headers = {**served.bearer, "Content-Type": "application/json"}
        assert (await served.http.post(f"{served.url}/api/ask", data=chunks(), headers=headers)).status == 413
        for sent in (b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Ty", slow_body(served), b""):
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            writer.write(sent)
            assert (await reader.read()).startswith(b"HTTP/1.1 408 "), sent
            writer.close()


def slow_body(served: Served) -> bytes:
    """A head that promises more than comes."""
    head = f"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nAuthorization: {served.bearer['Authorization']}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{{".encode()


async def test_who_does_not_read_is_let_go(tmp_path: Path) -> None:
    gone = asyncio.Event()

    def change(app: FastAPI) -> None:
        async def endless() -> AsyncIterator[bytes]:
            try:
                while True:
                    yield b"x" * 2**20
                    await asyncio.sleep(0)
            finally:
                gone.set()

        app.add_api_route("/api/endless", lambda: StreamingResponse(endless()))

    limits = RequestLimits(rate=1e6, burst=1_000_000, write_timeout=0.1)
    async with serving(tmp_path, limits=limits, change=change) as served:
        _, writer = await asyncio.open_connection("127.0.0.1", served.port, limit=1)
        bearer = served.bearer["Authorization"]
        writer.write(f"GET /api/endless HTTP/1.1\r\nHost: localhost\r\nAuthorization: {bearer}\r\n\r\n".encode())
        await gone.wait()
        writer.close()


async def test_no_answer_waits_for_an_acknowledgement(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await reader.readline()
        assert served.server is not None
        [connection] = served.server.server_state.connections
        sock = connection.transport.get_extra_info("socket")  # type: ignore[union-attr]
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        writer.close()


async def test_who_asks_too_often_waits_and_others_do_not(tmp_path: Path) -> None:
    limits = RequestLimits(rate=0.001, burst=3)
    async with serving(tmp_path, limits=limits, users=("ada",)) as served:
        replies = [await served.get("/api/sessions") for _ in range(5)]
        assert [reply.status for reply in replies] == [200, 200, 200, 429, 429]
        assert int(replies[-1].headers["Retry-After"]) >= 1
        assert (await served.http.get(f"{served.url}/api/sessions", headers=served.of("ada"))).status == 200
        strangers = [(await served.http.get(f"{served.url}/api/sessions")).status for _ in range(5)]
        assert strangers == [401, 401, 401, 429, 429]


def test_a_bucket_fills_with_time_and_no_further_than_its_rim() -> None:
    buckets = RateLimiter(rate=2.0, burst=2.0)
    assert [buckets.take("a", 0.0) for _ in range(3)] == [0.0, 0.0, 0.5]
    assert buckets.take("b", 0.0) == 0.0
    assert buckets.take("a", 0.5) == 0.0
    assert [buckets.take("a", 1000.0) for _ in range(3)] == [0.0, 0.0, 0.5]


async def test_the_door_with_a_password(tmp_path: Path) -> None:
    async with serving(tmp_path, password="correct horse") as served:
        own = {"Origin": served.url}
        place = f"{served.url}/login"
        assert (await served.http.get(place)).status == 200
        assert (await served.http.post(place, data={"password": "correct horse"})).status == 403, "without an Origin"
        assert (await served.http.post(place, data={"password": "wrong"}, headers=own)).status == 401
        reply = await served.http.post(place, data={"password": "correct horse"}, headers=own, allow_redirects=False)
        assert reply.status == 303
        browser = {"Cookie": reply.headers["Set-Cookie"].partition(";")[0]}
        assert (await served.http.get(f"{served.url}/api/sessions", headers=browser)).status == 200
        out = await served.http.post(
            f"{served.url}/logout", data={"x": "y"}, headers={**own, **browser}, allow_redirects=False
        )
        assert out.status == 303
        assert (await served.http.get(f"{served.url}/api/sessions", headers=browser)).status == 401
        tried = [(await served.http.post(place, data={"password": "x"}, headers=own)).status for _ in range(6)]
        assert tried[-1] == 429
        going = {"Sec-Fetch-Mode": "navigate"}
        reply = await served.http.get(f"{served.url}/", headers=going, allow_redirects=False)
        assert (reply.status, reply.headers["Location"]) == (303, "/login")
    async with serving(tmp_path) as served:
        assert (await served.http.get(f"{served.url}/login")).status == 404


async def test_tokens_that_cannot_be_read_let_nobody_in(tmp_path: Path) -> None:
    async with serving(tmp_path, users=("ada",)) as served:
        served.state.auth.tokens.path.write_text("[]")
        for headers in (served.bearer, served.of("ada")):
            reply = await served.http.get(f"{served.url}/api/sessions", headers=headers)
            assert reply.status == 503
            assert "cannot be read" in (await reply.json())["error"]["message"]
        assert (await served.http.get(f"{served.url}/api/health")).status == 200


async def test_every_answer_says_what_a_browser_may_do_with_it(tmp_path: Path) -> None:
    async with serving(tmp_path, limits=PLENTY) as served:
        for path, headers in (("/api/health", {}), ("/", {}), ("/api/sessions", served.bearer), ("/nowhere", {})):
            reply = await served.http.get(served.url + path, headers=headers)
            assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
            assert "unsafe" not in reply.headers["Content-Security-Policy"]
            assert reply.headers["X-Content-Type-Options"] == "nosniff"
            assert reply.headers["Referrer-Policy"] == "no-referrer"
            assert reply.headers["Cache-Control"] == "no-store"
            assert "Server" not in reply.headers
            assert not [name for name in reply.headers if name.lower().startswith("access-control")]
