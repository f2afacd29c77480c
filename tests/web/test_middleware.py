"""The door: tokens, names, origins, bodies, rates, and what leaves. The fault rows try the same at length."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from research_agent.web import RequestLimits
from research_agent.web.middleware import cookie_name
from research_agent_devtools.harness.scripted_engine import QUESTION
from research_agent_devtools.harness.web_server import Served, serving

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
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(slow_body(served))
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")
        writer.close()


def slow_body(served: Served) -> bytes:
    """A head that promises more than comes."""
    head = f"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nAuthorization: {served.bearer['Authorization']}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{{".encode()


async def test_who_asks_too_often_waits_and_others_do_not(tmp_path: Path) -> None:
    limits = RequestLimits(rate=0.001, burst=3)
    async with serving(tmp_path, limits=limits, users=("ada",)) as served:
        replies = [await served.get("/api/sessions") for _ in range(5)]
        assert [reply.status for reply in replies] == [200, 200, 200, 429, 429]
        assert int(replies[-1].headers["Retry-After"]) >= 1
        assert (await served.http.get(f"{served.url}/api/sessions", headers=served.of("ada"))).status == 200
        strangers = [(await served.http.get(f"{served.url}/api/sessions")).status for _ in range(5)]
        assert strangers == [401, 401, 401, 429, 429]


async def test_tokens_that_cannot_be_read_let_nobody_in(tmp_path: Path) -> None:
    async with serving(tmp_path, users=("ada",)) as served:
        served.state.auth.tokens.path.write_text("[]")
        for headers in (served.bearer, served.of("ada")):
            reply = await served.http.get(f"{served.url}/api/sessions", headers=headers)
            assert reply.status == 503
            assert "cannot be read" in (await reply.json())["error"]["message"]
        assert (await served.http.get(f"{served.url}/api/health")).status == 200


async def test_nothing_is_answered_without_a_token(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        reply = await served.http.get(f"{served.url}/api/sessions")
        assert reply.status == 401
        assert (await served.http.get(f"{served.url}/api/health")).status == 200
