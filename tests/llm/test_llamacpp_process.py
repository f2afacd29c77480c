"""The embedded model for real: llama.cpp in a child process, SmolLM2-135M."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from research_agent import llm
from research_agent.errors import ChatResponseError, ChatUnavailableError
from research_agent.llm.llamacpp_process import EmbeddedServer, require_processor
from research_agent.prompts import Prompt
from research_agent.settings import Settings
from research_agent_devtools.harness.processes import are_gone
from research_agent_devtools.harness.quickest import quickest

pytestmark = [pytest.mark.anyio, pytest.mark.parts]

SettingsFor = Callable[..., Settings]
LONG = Prompt("You are a story teller.", "Question: Tell a long story of a whale.")


async def test_it_answers_the_same_each_time_and_says_who_it_is(open_embedded: Any, question: Prompt) -> None:
    async with open_embedded() as chat:
        assert (llm.chat_id(chat), llm.context_size(chat)) == ("llamacpp:smollm2-135m-instruct", 4096)
        first = await llm.ask(chat, question, max_tokens=12, timeout=100)
        pieces = [piece async for piece in llm.stream(chat, question, max_tokens=12, timeout=100)]
    assert "Paris" in first
    assert "".join(pieces) == first
    assert len(pieces) > 3


async def test_its_process_has_gone_a_second_after_the_end(open_embedded: Any) -> None:
    async def seconds() -> float:
        async with open_embedded() as chat:
            pid = _pid(chat)
            assert _command(pid)
            begun = time.perf_counter()
        assert are_gone([pid])
        return time.perf_counter() - begun

    assert await quickest(seconds, limit=1) < 1


async def test_its_key_stands_in_no_command_line_and_without_it_nobody_is_served(open_embedded: Any) -> None:
    import aiohttp

    async with open_embedded() as chat, aiohttp.ClientSession() as session:
        assert chat.server.key not in _command(_pid(chat))
        assert chat.server.key not in _environment(_pid(chat))
        for path in ("/v1/chat/completions", "/tokenize"):
            async with session.post(f"{await chat.server.url()}{path}", json={"content": "x"}) as response:
                assert response.status == 401
        async with session.get(f"{await chat.server.url()}/slots") as response:
            assert response.status in {401, 501}


async def test_a_prompt_beyond_the_window_is_refused_not_cut(open_embedded: Any) -> None:
    async with open_embedded() as chat:
        with pytest.raises(ChatResponseError, match="exceeds the available context size"):
            await llm.ask(chat, Prompt("", "whale " * 5000), max_tokens=3, timeout=100)
        assert await llm.ask(chat, LONG, max_tokens=3, timeout=100)


async def test_a_crash_in_mid_answer_is_an_error_and_the_next_call_starts_it_again(open_embedded: Any) -> None:
    async with open_embedded() as chat:
        pid = _pid(chat)
        with pytest.raises(ChatResponseError, match="died"):
            await _kill_while_streaming(chat)
        assert await llm.ask(chat, LONG, max_tokens=3, timeout=100)
        assert _pid(chat) != pid


async def test_a_model_that_keeps_crashing_is_given_up_for_that_call(open_embedded: Any) -> None:
    async with open_embedded() as chat:
        for _ in range(2):
            with pytest.raises(ChatResponseError):
                await _kill_while_streaming(chat)
        with pytest.raises(ChatUnavailableError, match="keeps crashing: killed by SIGKILL"):
            await llm.ask(chat, LONG, max_tokens=3, timeout=100)
        assert await llm.ask(chat, LONG, max_tokens=3, timeout=100)  # a conversation may go on for days


async def test_a_process_that_dies_while_it_starts_again_is_started_by_the_call_after(
    open_embedded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    launch = EmbeddedServer.launch

    async def launch_and_kill(server: EmbeddedServer) -> None:
        await launch(server)
        assert server._process is not None
        os.kill(server._process.pid, signal.SIGKILL)

    async with open_embedded() as chat:
        with pytest.raises(ChatResponseError, match="died"):
            await _kill_while_streaming(chat)
        with monkeypatch.context() as patch:
            patch.setattr(EmbeddedServer, "launch", launch_and_kill)
            with pytest.raises(ChatUnavailableError, match="could not be started: killed by SIGKILL"):
                await llm.ask(chat, LONG, max_tokens=3, timeout=100)
        with pytest.raises(ChatUnavailableError, match="keeps crashing"):
            await llm.ask(chat, LONG, max_tokens=3, timeout=100)
        assert await llm.ask(chat, LONG, max_tokens=3, timeout=100)


async def test_an_abandoned_answer_leaves_the_model_free_for_the_next(open_embedded: Any) -> None:
    async with open_embedded() as chat:
        async with aclosing(llm.stream(chat, LONG, max_tokens=2000, timeout=100)) as pieces:
            await anext(pieces)
            begun = time.perf_counter()
            for _ in range(20):
                await anext(pieces)
            of_one = (time.perf_counter() - begun) / 20
        begun = time.perf_counter()
        await llm.ask(chat, LONG, max_tokens=2, timeout=100)
        assert time.perf_counter() - begun < 1000 * of_one  # who waited would wait for 1,980 more


async def test_cancelling_while_it_starts_leaves_no_process(
    open_embedded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    launched, launch = asyncio.Event(), EmbeddedServer.launch
    pids: list[int] = []

    async def launch_and_tell(server: EmbeddedServer) -> None:
        await launch(server)
        assert server._process is not None
        pids.append(server._process.pid)
        launched.set()

    async def start() -> None:
        async with open_embedded():
            pytest.fail("it was cancelled")

    monkeypatch.setattr(EmbeddedServer, "launch", launch_and_tell)
    async with asyncio.TaskGroup() as group:
        starting = group.create_task(start())
        await launched.wait()
        starting.cancel()
    assert are_gone(pids)


@asynccontextmanager
async def _broken(file: Path, settings: Settings) -> Any:
    async with llm.open_chat(f"llamacpp:{file}", settings) as chat:
        yield chat


@pytest.fixture
def bad_model(request: pytest.FixtureRequest, gguf: Path, tmp_path: Path) -> Path:
    file = tmp_path / "model.gguf"
    with gguf.open("rb") as whole:
        file.write_bytes(whole.read(3_000_000) if request.param == "cut" else request.param.encode())
    return file


@pytest.mark.parametrize(
    ("bad_model", "reason"),
    [("cut", "corrupted or incomplete"), ("text", "invalid magic"), ("", "model")],
    indirect=["bad_model"],
)
async def test_a_file_that_is_no_whole_model_is_refused_with_the_reason(
    bad_model: Path, reason: str, settings_for: SettingsFor, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ChatUnavailableError, match=reason):
        async with _broken(bad_model, settings_for()):
            pass
    assert capfd.readouterr() == ("", "")  # what llama.cpp prints is not for the user's terminal


def test_a_processor_without_the_instructions_is_told_so(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor : 0\nflags\t\t: fpu sse4_2 avx f16c\n")
    if os.uname().machine == "x86_64":
        with pytest.raises(ChatUnavailableError, match="lacks avx2, fma,"):
            require_processor(cpuinfo)
    cpuinfo.write_text("processor : 0\nflags\t\t: fpu avx avx2 fma f16c\n")
    require_processor(cpuinfo)


async def _kill_while_streaming(chat: Any) -> None:
    killed = False
    async for _ in llm.stream(chat, LONG, max_tokens=500, timeout=100):
        if not killed:  # what was sent before its death may still come
            os.kill(_pid(chat), signal.SIGKILL)
            killed = True


def _pid(chat: Any) -> int:
    server: EmbeddedServer = chat.server
    assert server._process is not None
    return server._process.pid


def _command(pid: int) -> str:
    """The command line of a living process; empty for none, and for one that is only waiting to be collected."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _environment(pid: int) -> str:
    return Path(f"/proc/{pid}/environ").read_text()
