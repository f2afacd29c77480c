"""Authorization of the stand-alone MCP server: each request is let in by all of its headers or by none."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from starlette.responses import PlainTextResponse

from research_agent.mcp.authorization import require_token

pytestmark = pytest.mark.anyio

PORT, TOKEN = 4711, "t" * 43
GOOD = {"authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (GOOD, 200),
        ({**GOOD, "host": f"localhost:{PORT}"}, 200),
        ({**GOOD, "origin": f"http://localhost:{PORT}"}, 200),
        ({}, 401),
        ({"authorization": TOKEN}, 401),
        ({"authorization": f"Bearer {TOKEN[:-1]}"}, 401),
        ({"authorization": "Bearer \xff".encode("latin-1")}, 401),
        ({**GOOD, "host": "evil.example"}, 421),
        ({**GOOD, "host": f"evil.example:{PORT}"}, 421),
        ({**GOOD, "host": f"127.0.0.1:{PORT}.evil.example"}, 421),
        ({**GOOD, "host": "127.0.0.1"}, 421),
        ({**GOOD, "origin": "https://evil.example"}, 403),
        ({**GOOD, "origin": "null"}, 403),
        ({**GOOD, "origin": f"http://localhost:{PORT}.evil.example"}, 403),
    ],
)
async def test_a_request_needs_its_token_and_names_of_this_machine(headers: dict[str, Any], status: int) -> None:
    app = require_token(PlainTextResponse("in"), path="/mcp", port=PORT, token=TOKEN)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{PORT}") as http:
        reply = await http.post("/mcp", headers=headers)
        assert reply.status_code == status
        assert TOKEN not in reply.text + str(reply.headers)
        assert (await http.post("/mcpx", headers=GOOD)).status_code == 404
