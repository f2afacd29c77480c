"""Every recorded body of Ollama and of a server that imitates it, read by the real client and by our probe."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from research_agent import llm
from research_agent.errors import ChatError
from research_agent.prompts import Prompt
from research_agent.settings import Settings
from research_agent.testing.loopback_server import serve

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("patient_probe")]


def _bodies(recorded: Path) -> dict[str, tuple[int, bytes]]:
    responses = {}
    for folder in ("ollama", "ollama_compat"):
        for entry in json.loads((recorded / folder / "index.json").read_text("utf-8")):
            body = (recorded / folder / entry["file"]).read_bytes()
            if entry["file"].startswith("doc_"):  # printed over many lines in the manual, sent on one
                body = _compact(body)
            responses[f"{folder}/{entry['file']}"] = (entry["status"], body)
    return responses


def _compact(body: bytes) -> bytes:
    try:
        return json.dumps(json.loads(body)).encode()
    except ValueError:
        return body


@pytest.fixture
def bodies(recorded: Path) -> dict[str, tuple[int, bytes]]:
    return _bodies(recorded)


def _replay(current: dict[str, tuple[int, bytes]]) -> web.Application:
    """Answer everything with `current["body"]`, behind a path as a reverse proxy has it."""

    async def answer(request: web.Request) -> web.Response:
        status, body = current["body"]
        return web.Response(status=status, body=body, content_type="application/x-ndjson")

    app = web.Application()
    app.router.add_route("*", "/behind/a/path/{rest:.*}", answer)
    return app


async def test_every_body_as_a_chat_answer_is_text_or_a_chat_error(
    bodies: Mapping[str, tuple[int, bytes]], settings_for: Callable[..., Settings]
) -> None:
    current = {"body": (404, b"{}")}
    read = 0
    refused: dict[str, ChatError] = {}
    async with serve(_replay(current)) as url:
        settings = settings_for(ollama_host=f"{url}/behind/a/path/")
        async with llm.open_chat("ollama:any", settings) as chat:
            for name, current["body"] in bodies.items():
                expected = _answer_in(*current["body"])
                try:
                    got = await llm.ask(chat, Prompt("", "Hello"), max_tokens=999, timeout=100)
                except ChatError as error:
                    refused[name] = error
                else:
                    read += bool(got)
                    assert expected is None or got == expected, name
                assert name not in refused or expected is None, f"{name}: {refused[name]}"
    assert read >= 30
    assert all(error.message and error.hint for error in refused.values())


async def test_every_body_as_version_tags_and_show_is_a_state(
    bodies: Mapping[str, tuple[int, bytes]], settings_for: Callable[..., Settings]
) -> None:
    current = {"body": (404, b"{}")}
    states = {}
    async with serve(_replay(current)) as url:
        settings = settings_for(ollama_host=f"{url}/behind/a/path/")
        for name, current["body"] in bodies.items():
            states[name] = await llm.probe_ollama(settings)
            async with llm.open_chat("ollama:any", settings) as chat:
                assert 0 < llm.context_size(chat) <= settings.chat.num_ctx
    assert {model.name for model in states["ollama/doc_31_list_local_models_response.json"].models} == {
        "deepseek-r1:latest",
        "llama3.2:latest",
    }
    assert len(states["ollama_compat/tags.json"].models) > 20
    assert states["ollama/doc_44_version_response.json"].version
    assert all(state.reason for state in states.values() if not state.reachable)


def _answer_in(status: int, body: bytes) -> str | None:
    """What the body says, None when it is no complete chat answer with text."""
    try:
        lines: list[Any] = [json.loads(line) for line in body.splitlines()]
        text = "".join(line["message"]["content"] for line in lines)
    except (ValueError, KeyError, TypeError):
        return None
    whole = status == 200 and lines and lines[-1].get("done") is True and text.strip()
    return re.sub(r"(?s)<think>.*?(</think>|\Z)", "", text) if whole else None
