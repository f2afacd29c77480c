"""Login by password, and logout."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent_devtools.harness.web_server import serving

pytestmark = pytest.mark.anyio


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
