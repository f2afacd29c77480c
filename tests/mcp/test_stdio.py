"""The MCP server as clients start it: a child process, real pipes, the official client; the world is on loopback."""

from __future__ import annotations

import asyncio
import hashlib
import json
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import anyio
import pytest
from click.testing import CliRunner
from mcp.shared.exceptions import MCPError

from helpers.mcp_client import COMMAND, MODES, QUESTION, client, environment, kept
from research_agent.cli import cli
from research_agent.installation import extra_hint
from research_agent.testing import FakeOllama
from research_agent_devtools.harness.processes import are_gone, family
from research_agent_devtools.world import World

pytestmark = pytest.mark.anyio

MORE = partial(pytest.param, marks=pytest.mark.variant)
GREETING = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}


@pytest.fixture
def world() -> Iterator[World]:
    with World().in_thread() as opened:
        yield opened


@pytest.fixture
def ollama() -> Iterator[FakeOllama]:
    with FakeOllama().in_thread() as opened:
        yield opened


@pytest.mark.parametrize("mode", MODES)
async def test_a_client_finds_sources_reads_one_and_has_a_question_answered(
    world: World, ollama: FakeOllama, mode: str
) -> None:
    async with client(environment(world.environ, ollama.environ), mode) as agent:
        assert agent.protocol_version == {"auto": "2026-07-28", "legacy": "2025-11-25"}[mode]
        assert "never instructions" in (agent.instructions or "")
        tools = {tool.name: tool for tool in (await agent.list_tools()).tools}
        runs = ["research_start", "research_plan", "research_status", "research_report"]
        assert list(tools) == ["search", "fetch", "library_search", "research", *runs]
        for name, tool in tools.items():
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint is (name not in runs[:3])
            assert tool.annotations.destructive_hint is False
            assert tool.output_schema is not None
            assert "never instructions" in (tool.description or "") or name in runs[:3]
        worlds = [tool.annotations.open_world_hint for tool in tools.values() if tool.annotations]
        assert worlds == [True, False, False, True, True, True, False, False]

        found = await agent.call_tool("search", {"query": QUESTION})
        assert not found.is_error
        assert json.loads(found.content[0].text) == found.structured_content  # type: ignore[union-attr]
        results = found.structured_content["results"]
        assert set(found.structured_content) == {"results"}
        assert {frozenset(result) for result in results} == {frozenset({"id", "title", "url"})}
        assert "Transformer (deep learning architecture)" in [result["title"] for result in results]
        assert not ollama.requests, "a search needs no chat model"

        for result in results:
            document = await agent.call_tool("fetch", {"id": result["id"]})
            assert json.loads(document.content[0].text) == document.structured_content  # type: ignore[union-attr]
            told = document.structured_content
            assert set(told) == {"id", "title", "text", "url", "metadata"}
            assert (told["id"], told["url"]) == (result["id"], result["url"])
            assert hashlib.sha256(told["text"].encode()).hexdigest() == result["id"]
            assert told["metadata"]["source"] in {"wikipedia", "hackernews"}
            assert "never instructions" in told["metadata"]["note"]

        lines: list[tuple[float, str | None]] = []

        async def heard(progress: float, total: float | None, message: str | None) -> None:
            lines.append((progress, message))

        answered = await agent.call_tool("research", {"question": QUESTION, "session": "s"}, progress_callback=heard)
        answer = answered.structured_content
        assert (answered.is_error, answer["session"], answer["turn"], answer["status"]) == (False, "s", 1, "complete")
        assert [progress for progress, _ in lines] == list(range(1, len(lines) + 1))
        assert [line for _, line in lines if line == "checking each sentence against its source"]
        assert answer["citations"]
        text = answered.content[0].text  # type: ignore[union-attr]
        for citation in answer["citations"]:
            cited = (await agent.call_tool("fetch", {"id": citation["document"]})).structured_content
            assert cited["text"][citation["start"] : citation["end"]] == citation["quote"]
            assert f"[{citation['n']}]" in text
            assert f'"{citation["quote"]}"' in text
    (turn,) = await kept("s")  # its timings end before it was written
    assert {**turn.answer.as_json(), "timings": None} == {**answer, "timings": None}


async def test_what_a_turn_cited_can_be_fetched_by_another_process(world: World, ollama: FakeOllama) -> None:
    environ = environment(world.environ, ollama.environ)
    async with client(environ) as agent:
        answer = (await agent.call_tool("research", {"question": QUESTION})).structured_content
        searched = (await agent.call_tool("search", {"query": QUESTION})).structured_content["results"]
    cited = {citation["document"] for citation in answer["citations"]}
    async with client(environ) as agent:
        for key in cited:
            assert (await agent.call_tool("fetch", {"id": key})).structured_content["id"] == key
        for key in {result["id"] for result in searched} - cited:
            assert (await agent.call_tool("fetch", {"id": key})).is_error, "nothing is made up"


@pytest.mark.parametrize("mode", [MODES[0], *map(MORE, MODES[1:])])
async def test_a_client_that_cancels_stops_the_turn_and_what_was_streamed_is_kept(world: World, mode: str) -> None:
    with FakeOllama(rate=2).in_thread() as ollama:
        async with client(environment(world.environ, ollama.environ), mode) as agent:
            with anyio.CancelScope() as scope:

                async def heard(progress: float, total: float | None, message: str | None) -> None:
                    if "pieces so far" in (message or ""):
                        scope.cancel()

                await agent.call_tool("research", {"question": QUESTION, "session": "s"}, progress_callback=heard)
            assert scope.cancelled_caught
            assert (await agent.call_tool("fetch", {"id": "x"})).is_error, "it goes on serving"
            turns = await _as_soon_as_kept("s")
            assert [turn.answer.status for turn in turns] == ["interrupted"]
            assert turns[0].answer.text
            assert not ollama.requests[-1].complete, "the model is not left working"


async def _as_soon_as_kept(session: str) -> Any:
    """The turns of a session that another process is about to write; fails by the test's own limit."""
    from research_agent.errors import UnknownSessionError

    while True:
        try:
            return await kept(session)
        except UnknownSessionError:
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("end", ["eof", signal.SIGTERM, MORE(signal.SIGINT), MORE(signal.SIGHUP)])
async def test_a_turn_that_runs_when_the_client_ends_it_is_kept_and_no_process_stays(
    world: World, end: signal.Signals | str
) -> None:
    with FakeOllama(rate=2).in_thread() as ollama, started(world, ollama) as server:
        arguments = {"question": QUESTION, "session": "s"}
        call = {"name": "research", "arguments": arguments, "_meta": {"progressToken": 7}}
        for message in (GREETING, INITIALIZED, {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call}):
            server.say(message)
        while "pieces so far" not in json.dumps(server.hear()):
            pass
        everyone = [server.process.pid, *family(server.process.pid)]
        server.end(end)
        assert await asyncio.to_thread(server.process.wait) == 0
        assert are_gone(everyone)
    assert [turn.answer.status for turn in await kept("s")] == ["interrupted"]


class Started:
    """A server that is spoken to by hand."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def say(self, message: Any) -> None:
        """Send one message, or bytes as they are."""
        assert self.process.stdin is not None
        self.process.stdin.write(message if isinstance(message, bytes) else json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def hear(self) -> Any:
        """The next message."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "it has ended"
        return json.loads(line)

    def end(self, how: signal.Signals | str) -> None:
        """Close its input, or send a signal."""
        if isinstance(how, signal.Signals):
            self.process.send_signal(how)
        else:
            assert self.process.stdin is not None
            self.process.stdin.close()


@contextmanager
def started(*parts: World | FakeOllama, command: Sequence[str] = COMMAND) -> Iterator[Started]:
    environ = environment(*(part.environ for part in parts))
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ
    ) as process:
        reading = threading.Thread(target=process.stderr.read, daemon=True)  # type: ignore[union-attr]
        reading.start()
        try:
            yield Started(process)
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, MORE(signal.SIGINT), MORE(signal.SIGHUP)])
async def test_a_signal_ends_it_although_the_client_neither_writes_nor_reads(
    world: World, ollama: FakeOllama, number: signal.Signals
) -> None:
    with started(world, ollama) as server:
        server.say(GREETING)
        server.hear()
        server.say(INITIALIZED)
        # More answers than a pipe holds, and nobody reads them.
        for n in range(100):
            server.say({"jsonrpc": "2.0", "id": f"{n}" * 1000, "method": "tools/list"})
        everyone = [server.process.pid, *family(server.process.pid)]
        server.end(number)
        assert await asyncio.to_thread(server.process.wait) == 0
        assert are_gone(everyone)


async def test_nothing_but_messages_is_on_standard_output_whatever_comes_in(world: World, ollama: FakeOllama) -> None:
    with started(world, ollama) as server:
        server.say(GREETING)
        assert server.hear()["result"]["protocolVersion"] == "2025-06-18"
        server.say(INITIALIZED)
        for odd in (
            b"\n",
            b"{\n",
            b"\xff\xfe\x00\n",
            b"[]\n",
            b'"x"\n',
            b"[" * 100_000 + b"\n",
            b"x" * 5_000_000 + b"\n",
        ):
            server.say(odd)
        deep: Any = {}
        for _ in range(100):
            deep = {"x": deep}
        calls: list[Any] = [
            {"name": "search", "arguments": {"query": "\x00 transformer \u202e machine learning"}},
            {"name": "search", "arguments": {"query": ""}},
            {"name": "search", "arguments": {"query": "x" * 100_000}},
            {"name": "search", "arguments": {"query": 7}},
            {"name": "search", "arguments": {}},
            {"name": "search"},
            {"name": "search", "arguments": {"query": "a", "more": deep}},
            {"name": "fetch", "arguments": {"id": "\x00"}},
            {"name": "fetch", "arguments": {"id": "../../etc/passwd"}},
            {"name": "fetch", "arguments": {"id": None}},
            {"name": "research", "arguments": {"question": " \n\t"}},
            {"name": "research", "arguments": {"question": QUESTION, "session": "a\x00b"}},
            {"name": "research", "arguments": {"question": QUESTION, "session": ["s"]}},
        ]
        for number, call in enumerate(calls, 100):
            server.say({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": call})
        answers: dict[int, Any] = {}
        while len(answers) < len(calls):
            message = server.hear()
            assert message["jsonrpc"] == "2.0"
            if message.get("id") in range(100, 100 + len(calls)):
                answers[message["id"]] = message
        assert [answers[number]["result"]["isError"] for number in sorted(answers)] == [False, *[True] * 12]
        for number in sorted(answers)[1:]:
            message, _, hint = answers[number]["result"]["content"][0]["text"].partition("\n")
            assert message
            assert hint
        server.end("eof")
        assert await asyncio.to_thread(server.process.wait) == 0


# Whatever runs in the process, or below it, may write to standard output.
NOISY = """
import os, sys
from research_agent.mcp import stdio
real = stdio.open_runtime
def noisy(settings):
    print("noise", flush=True)
    os.write(1, b"noise")
    os.system("echo noise; cat")
    return real(settings)
stdio.open_runtime = noisy
from research_agent.cli import main
sys.argv = ["research-agent", "mcp"]
main()
"""


async def test_what_others_write_to_standard_output_does_not_reach_the_client(world: World, ollama: FakeOllama) -> None:
    with started(world, ollama, command=(COMMAND[0], "-c", NOISY)) as server:
        server.say(GREETING)
        assert server.hear()["id"] == 1
        server.say(
            {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "fetch", "arguments": {"id": "x"}}}
        )
        assert server.hear()["id"] == 2
        server.end("eof")
        assert await asyncio.to_thread(server.process.wait) == 0


async def test_a_tool_that_is_not_there_is_an_error_of_the_protocol(world: World, ollama: FakeOllama) -> None:
    async with client(environment(world.environ, ollama.environ)) as agent:
        with pytest.raises(MCPError, match="There is no tool 'shell'"):
            await agent.call_tool("shell", {})


async def test_sources_that_fail_are_an_error_and_not_nothing_found(ollama: FakeOllama) -> None:
    with World(faults={"all": "500"}).in_thread() as world:
        async with client(environment(world.environ, ollama.environ)) as agent:
            found = await agent.call_tool("search", {"query": QUESTION})
    assert found.is_error
    assert "Wikipedia" in found.content[0].text  # type: ignore[union-attr]


async def test_a_runtime_that_cannot_be_opened_is_told_to_who_asks(world: World) -> None:
    environ = environment(world.environ, {"RESEARCH_AGENT_MODEL": "nonsense"})
    async with client(environ) as agent:
        for _ in range(2):
            answered = await agent.call_tool("research", {"question": QUESTION})
            assert answered.is_error
            assert "nonsense" in answered.content[0].text  # type: ignore[union-attr]


def test_without_the_extra_one_line_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("research_agent.mcp.find_spec", lambda name: None)
    result = CliRunner().invoke(cli, ["mcp"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: The extra `mcp` is not installed.\n{extra_hint('mcp')}\n"


def test_the_library_of_the_protocol_is_imported_by_nothing_else() -> None:
    code = "import sys, research_agent.mcp, research_agent.cli.mcp, research_agent.cli.ask; print('mcp' in sys.modules)"
    done = subprocess.run([COMMAND[0], "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_closed_standard_input_is_one_line() -> None:
    done = subprocess.run(["sh", "-c", f"{' '.join(COMMAND)} <&-"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: Standard input or output is closed.")
