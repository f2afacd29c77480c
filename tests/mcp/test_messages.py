"""What is no message of JSON-RPC gets the right error by both transports, and what comes behind it is read."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.errors import ResearchAgentError
from research_agent.mcp import http_app, server, stdio
from research_agent.mcp.messages import screen
from research_agent.settings import load_settings
from research_agent_devtools.checkout import ROOT

pytestmark = pytest.mark.anyio

FIELD = ROOT.parent / "shared" / "field" / "mcp"
PARSE, REQUEST, METHOD, PARAMS = -32700, -32600, -32601, -32602
BOM = b"\xef\xbb\xbf"
INITIALIZE = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}


def message(**fields: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", **fields}).encode()


def call(key: Any, **params: Any) -> bytes:
    return message(id=key, method="tools/call", params=params)


# Bytes, the code of the error, and its id.
BAD: dict[str, tuple[bytes, int, Any]] = {
    "no JSON": (b"{ not json !!", PARSE, None),
    "cut": (b'{"jsonrpc": "2.0", "id": 1, "method": "pi', PARSE, None),
    "single quotes": (b"{'jsonrpc': '2.0', 'id': 1, 'method': 'ping'}", PARSE, None),
    "two in one": (message(id=1, method="ping") * 2, PARSE, None),
    "text": (b"Content-Length: 52", PARSE, None),
    "NaN": (b'{"jsonrpc": "2.0", "id": NaN, "method": "ping"}', PARSE, None),
    "latin-1": ('{"jsonrpc": "2.0", "id": "\xe9", "method": "ping"}'.encode("latin-1"), PARSE, None),
    "UTF-16": (message(id=1, method="ping").decode().encode("utf-16"), PARSE, None),
    "a byte": (b"\xff", PARSE, None),
    "deep": (b"[" * 100_000, PARSE, None),
    "a long number": (b"1" * 5000, PARSE, None),
    "an array": (b"[]", REQUEST, None),
    "a batch": (b"[" + message(id=1, method="ping") + b"]", REQUEST, None),
    "a number": (b"7", REQUEST, None),
    "null": (b"null", REQUEST, None),
    "a string": (b'"ping"', REQUEST, None),
    "an empty object": (b"{}", REQUEST, None),
    "no version": (b'{"id": 8, "method": "ping"}', REQUEST, 8),
    "an old version": (b'{"jsonrpc": "1.0", "id": 8, "method": "ping"}', REQUEST, 8),
    "a version that is a number": (b'{"jsonrpc": 2.0, "id": 8, "method": "ping"}', REQUEST, 8),
    "no method": (message(id=7), REQUEST, 7),
    "a method that is a number": (message(id=7, method=7), REQUEST, 7),
    "no id": (message(method="tools/list"), REQUEST, None),
    "a null id": (message(id=None, method="ping"), REQUEST, None),
    "a fraction for an id": (message(id=1.5, method="ping"), REQUEST, 1.5),
    "a float for an id": (message(id=1.0, method="ping"), REQUEST, 1.0),
    "true for an id": (message(id=True, method="ping"), REQUEST, None),
    "an object for an id": (message(id={}, method="ping"), REQUEST, None),
    "half a character for an id": (b'{"jsonrpc": "2.0", "id": "\\ud800", "method": "ping"}', REQUEST, None),
    "a number without an end for an id": (b'{"jsonrpc": "2.0", "id": 1e999, "method": "ping"}', REQUEST, None),
    "an odd error": (message(id=11, error=7), REQUEST, 11),
    "params in an array": (message(id=6, method="tools/call", params=[1]), PARAMS, 6),
    "params that are a number": (message(id=6, method="tools/list", params=7), PARAMS, 6),
    "params that are text": (message(id="s", method="tools/list", params="x"), PARAMS, "s"),
}
REFUSED: dict[str, tuple[bytes, int, Any]] = {
    "an unknown method": (message(id=2, method="nope"), METHOD, 2),
    "an empty method": (message(id=2, method=""), METHOD, 2),
    "a method of others": (message(id="r", method="resources/list"), METHOD, "r"),
    "a notification with an id": (message(id=3, method="notifications/foo"), METHOD, 3),
    "an unknown tool": (call(4, name="shell", arguments={}), PARAMS, 4),
    "no tool": (call(4, arguments={}), PARAMS, 4),
    "a tool that is a number": (call(4, name=4), PARAMS, 4),
    "arguments in an array": (call(5, name="fetch", arguments=[]), PARAMS, 5),
    "arguments that are text": (call(5, name="fetch", arguments="x"), PARAMS, 5),
    "odd _meta": (message(id=9, method="ping", params={"_meta": 7}), PARAMS, 9),
    "an odd cursor": (message(id=9, method="tools/list", params={"cursor": 7}), PARAMS, 9),
}
SILENT = {
    "nothing": b"",
    "white space": b" \t\r",
    "a BOM": BOM,
    "an unknown notification": message(method="notifications/foo"),
    "an odd notification": message(method="notifications/cancelled", params=[]),
    "an odd cancelling": message(method="notifications/cancelled", params={"requestId": []}),
    "a response to nothing": message(id=10, result={}),
    "an error to nothing": message(id=None, error={"code": 1, "message": "x"}),
}
READ = {
    "a BOM": BOM + message(id=1, method="ping"),
    "two BOMs": BOM * 2 + message(id=1, method="ping"),
    "CRLF": message(id=1, method="ping") + b"\r",
    "white space": b"  " + message(id=1, method="ping") + b"\t",
    "null params": message(id=1, method="ping", params=None),
    "more fields": message(id=1, method="ping", more=[1]),
    "an odd order": b'{"method": "ping", "id": 1, "jsonrpc": "2.0"}',
}
KEYS = [0, -1, 10**30, "", "7", "a\n\u2028b", "\u00e9" * 300]


@asynccontextmanager
async def runtime(_: Any) -> AsyncIterator[Any]:
    yield None


class Client:
    """Writes lines to a server on pipes and reads its lines."""

    def __init__(self, write: int, read: int) -> None:
        self._write, self._read, self._rest = write, read, b""

    def say(self, line: bytes) -> None:
        os.write(self._write, line + b"\n")

    async def hear(self) -> Any:
        async with asyncio.timeout(60):
            while b"\n" not in self._rest:
                self._rest += await asyncio.to_thread(os.read, self._read, 65536)
        line, _, self._rest = self._rest.partition(b"\n")
        return json.loads(line)


@pytest.fixture
async def client(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    monkeypatch.setattr(stdio, "open_runtime", runtime)
    (taken, given), (heard, said) = os.pipe(), os.pipe()
    async with asyncio.TaskGroup() as group:
        group.create_task(stdio._serve(load_settings(), stdio.Pipes(taken, said)))
        yield Client(given, heard)
        os.close(given)
    for descriptor in (taken, heard, said):
        os.close(descriptor)


async def initialized(client: Client) -> None:
    client.say(message(id="first", method="initialize", params=INITIALIZE))
    assert (await client.hear())["id"] == "first"
    client.say(message(method="notifications/initialized"))


def told(answer: Any) -> tuple[int, Any]:
    assert answer["jsonrpc"] == "2.0"
    assert answer["error"]["message"]
    return answer["error"]["code"], answer["id"]


async def test_each_bad_line_gets_its_error_and_the_next_is_read(client: Client) -> None:
    await initialized(client)
    for name, (line, code, key) in {**BAD, **REFUSED}.items():
        client.say(line)
        assert told(await client.hear()) == (code, key), name
        client.say(message(id=name, method="ping"))
        assert await client.hear() == {"jsonrpc": "2.0", "id": name, "result": {}}
    for name, line in SILENT.items():
        client.say(line)
        client.say(message(id=name, method="ping"))
        assert (await client.hear())["id"] == name
    for name, line in READ.items():
        client.say(line)
        assert await client.hear() == {"jsonrpc": "2.0", "id": 1, "result": {}}, name
    for key in KEYS:
        client.say(message(id=key, method="ping"))
        assert (await client.hear())["id"] == key


async def test_a_line_that_is_too_long_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stdio, "MAX_LINE", 2**20)
    await initialized(client)
    await asyncio.to_thread(client.say, message(id=1, method="ping", params={"x": "x" * 2**20}))
    assert told(await client.hear()) == (PARSE, None)
    client.say(message(id=2, method="ping"))
    assert (await client.hear())["id"] == 2


async def test_a_request_before_initialize_is_answered(client: Client) -> None:
    for key, method in enumerate(("tools/list", "prompts/list", "nope")):
        client.say(message(id=key, method=method))
        answer = await client.hear()
        assert answer["id"] == key
        assert answer["error"]["code"] in {REQUEST, METHOD, PARAMS}
    client.say(message(id="p", method="ping"))
    assert (await client.hear())["id"] == "p"
    await initialized(client)


@pytest.mark.parametrize("version", ["2024-11-05", "2025-03-26", "2025-11-25", "1999-01-01", "2099-01-01", "", "x"])
async def test_an_old_or_future_version_is_met_with_one_that_is_spoken(version: str, client: Client) -> None:
    client.say(BOM + message(id=1, method="initialize", params={**INITIALIZE, "protocolVersion": version}))
    spoken = (await client.hear())["result"]["protocolVersion"]
    assert spoken == (version if version.startswith("202") and version < "2026" else "2025-11-25")


@pytest.mark.parametrize("version", [7, None, {}])
async def test_a_version_that_is_no_text_is_refused(version: Any, client: Client) -> None:
    client.say(message(id=1, method="initialize", params={**INITIALIZE, "protocolVersion": version}))
    assert told(await client.hear()) == (PARAMS, 1)
    await initialized(client)


async def test_an_id_that_is_in_use_is_refused_until_its_request_is_answered(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go = asyncio.Event(), asyncio.Event()

    async def slow(arguments: Any, context: Any, report: Any) -> Any:
        begun.set()
        await go.wait()
        raise ResearchAgentError("done")

    monkeypatch.setitem(server.HANDLERS, "fetch", slow)
    await initialized(client)
    client.say(call(7, name="fetch", arguments={}))
    await begun.wait()
    client.say(call(7, name="fetch", arguments={}))
    assert told(await client.hear()) == (REQUEST, 7)
    client.say(call("7", name="shell", arguments={}))
    assert told(await client.hear()) == (PARAMS, "7")
    go.set()
    assert (await client.hear())["result"]["isError"]
    client.say(message(id=7, method="ping"))
    assert await client.hear() == {"jsonrpc": "2.0", "id": 7, "result": {}}


@pytest.mark.skipif(not FIELD.is_dir(), reason="the shared data are not here")
async def test_recorded_first_lines_are_answered(client: Client) -> None:
    client.say((FIELD / "not_json_line.jsonl").read_bytes().strip())
    assert told(await client.hear()) == (PARSE, None)
    client.say((FIELD / "bom_first_line.jsonl").read_bytes().strip())
    assert (await client.hear())["result"]["protocolVersion"] == "2024-11-05"


async def test_over_http_the_same_errors_come_with_a_status() -> None:
    async def none() -> Any:
        raise AssertionError

    app = http_app(none)
    transport = httpx2.ASGITransport(app=app)
    headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    async with app.run(), httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as http:

        async def post(body: bytes, **more: str) -> httpx2.Response:
            return await http.post("/mcp", content=body, headers={**more})

        begun = await post(BOM + message(id=1, method="initialize", params=INITIALIZE))
        assert begun.status_code == 200
        session = {"mcp-session-id": begun.headers["mcp-session-id"], "mcp-protocol-version": "2025-06-18"}
        for name, (body, code, key) in {**BAD, "nothing": (b" ", REQUEST, None)}.items():
            for more in ({}, session, {"mcp-protocol-version": "2026-07-28"}):
                refused = await post(body, **more)
                assert refused.status_code == 400, name
                assert told(refused.json()) == (code, key), name
        for name, (body, code, key) in REFUSED.items():
            refused = await post(body, **session)
            assert refused.status_code == 200, name
            assert told(json.loads(refused.text.partition("data: ")[2])) == (code, key), name
        for body in READ.values():
            answer = await post(body, **session)
            assert json.loads(answer.text.partition("data: ")[2]) == {"jsonrpc": "2.0", "id": 1, "result": {}}
        assert (await post(message(method="notifications/foo"), **session)).status_code == 202
        assert (await post(message(id=1, method="ping"), **{"mcp-session-id": "x"})).status_code == 404
        assert (await post(message(id=1, method="ping") + b" " * 2**20, **session)).status_code == 413


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.fixed_dictionaries(
    {}, optional={"jsonrpc": st.just("2.0") | JSON, "id": JSON, "method": st.just("ping") | JSON, "params": JSON}
)


@given(st.binary(max_size=40) | (JSON | FIELDS).map(lambda value: json.dumps(value).encode()))
def test_whatever_comes_is_a_message_an_error_or_nothing(data: bytes) -> None:
    screened = screen(data)
    assert not (screened.text and screened.error)
    if screened.error is not None:
        assert screened.error["error"]["code"] in {PARSE, REQUEST, PARAMS}
        json.dumps(screened.error, allow_nan=False)
    if screened.request is not None:
        assert isinstance(screened.request, str | int)


def test_the_library_alone_says_nothing_to_a_line_it_cannot_read() -> None:
    """The broken twin: what screening has to say is dropped there."""
    from mcp_types.jsonrpc import JSONRPCNotification, jsonrpc_message_adapter

    dropped = 0
    for line, _, _ in BAD.values():
        try:
            read = jsonrpc_message_adapter.validate_json(line)
        except ValueError:
            dropped += 1
        else:
            assert isinstance(read, JSONRPCNotification), "an odd id makes of a request what nobody answers"
    assert dropped > 20


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"null", -32600),
        (b"5", -32600),
        (b'"x"', -32600),
        (b"[]", -32600),
        (b"{}", -32600),
        (b'[{"jsonrpc":"2.0","id":5,"method":"ping"}]', -32600),
        (b'{"jsonrpc":"1.0","id":4,"method":"ping"}', -32600),
        (b'{"id":3,"method":"ping"}', -32600),
        (b'{"jsonrpc":"2.0","id":2}', -32600),
        (b'{"jsonrpc":"2.0","id":7.5,"method":"ping"}', -32600),
        (b'{"jsonrpc":"2.0","id":true,"method":"ping"}', -32600),
        (b'{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}', -32600),
        (b'{"jsonrpc":"2.0","id":22,"method":5}', -32600),
        (b'{"jsonrpc":"2.0","method":"ping"}', -32600),
        (b'{"jsonrpc":"2.0","id":15,"method":"tools/call","params":[1]}', -32602),
        (b'{"jsonrpc":"2.0","id":28,"method":"ping","params":NaN}', -32700),
        (b"Content-Length: 52", -32700),
        (b"\xff\xfe{}", -32700),
        (b"[" * 3000, -32700),
        (b'{"jsonrpc":"2.0","id":23,"result":{}}', None),
        (b'{"jsonrpc":"2.0","id":26,"method":"ping","extra":1}', None),
        (b'{"jsonrpc":"2.0","id":27,"method":"ping"}\r', None),
        (b'{"jsonrpc":"2.0","method":"notifications/nope"}', None),
        (b'\xef\xbb\xbf{"jsonrpc":"2.0","id":1,"method":"ping"}', None),
        (b'{"jsonrpc":"2.0","id":123456789012345678901234567890,"method":"ping"}', None),
    ],
)
def test_each_line_is_handed_on_or_has_the_right_error(line: bytes, code: int | None) -> None:
    screened = screen(line)
    assert (screened.error or {}).get("error", {}).get("code") == code
    assert bool(screened.text) == (code is None)
