"""The models that can be chosen: all servers at once, the embedded one, what fits the memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from research_agent.llm import available_models
from research_agent.llm.available_models import memory_bytes
from research_agent.settings import Settings
from research_agent.testing.loopback_server import serve

pytestmark = pytest.mark.anyio

SettingsFor = Callable[..., Settings]
TAGS = [
    {"model": "old:8b", "modified_at": "2026-01-01", "size": 5_000_000_000, "details": {"parameter_size": "8.0B"}},
    {"model": "new:1b", "modified_at": "2026-05-01", "size": 800_000_000, "details": {"parameter_size": "1.2B"}},
    {"model": "nomic-embed-text", "modified_at": "2026-06-01", "details": {"family": "nomic-bert"}},
    {"model": "huge:latest", "modified_at": "2025-01-01", "size": 10**15, "details": {}},
]


def replies(**bodies: Any) -> web.Application:
    app = web.Application()
    for path, body in bodies.items():

        async def reply(_: web.Request, body: Any = body) -> web.Response:
            return web.json_response(body)

        app.router.add_get("/" + path.replace("_", "/"), reply)
    return app


async def test_every_server_is_listed_with_size_and_what_fits(settings_for: SettingsFor) -> None:
    listed = {"data": [{"id": "qwen3:4b"}, {"id": "text-embedding-3-small"}, {"id": 7}, "odd"]}
    app = replies(api_version={"version": "0.6"}, api_tags={"models": TAGS}, v1_models=listed)
    async with serve(app) as url:
        settings = settings_for(ollama_host=url, openai_base_url=f"{url}/v1")
        part = settings.parts / "smollm2"
        part.mkdir(parents=True)
        (part / "m.gguf").write_bytes(b"x" * 100)
        (part / "part.json").write_text(json.dumps({"file": "m.gguf"}))
        found = await available_models(settings)
    assert [one.id for one in found.models] == [
        "ollama:new:1b", "ollama:old:8b", "ollama:huge:latest", "openai:qwen3:4b", "llamacpp:smollm2",
    ]  # fmt: skip
    by_id = {one.id: one for one in found.models}
    assert (by_id["ollama:old:8b"].billions, by_id["ollama:old:8b"].bytes) == (8.0, 5_000_000_000)
    assert (by_id["ollama:huge:latest"].fits, by_id["llamacpp:smollm2"].fits) == (False, True)
    assert (by_id["openai:qwen3:4b"].fits, by_id["openai:qwen3:4b"].billions) == (None, 4.0)
    assert found.problems == ()
    assert found.has("ollama:huge")
    assert not found.has("ollama:none")


@pytest.mark.parametrize(("limit", "known"), [("512000000\n", 512_000_000), ("max\n", None), (None, None)])
def test_a_container_has_less_memory_than_its_machine(
    limit: str | None, known: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "memory.max"
    monkeypatch.setattr(import_module("research_agent.llm.available_models"), "CONTAINER_LIMIT", file)
    whole = memory_bytes()
    if limit is not None:
        file.write_text(limit)
    assert memory_bytes() == (known or whole)


@pytest.mark.parametrize("body", [[], {"data": "x"}, {"error": "no"}])
async def test_a_server_that_lists_nothing_is_a_problem_and_no_error(settings_for: SettingsFor, body: Any) -> None:
    async with serve(replies(models=body)) as url:
        found = await available_models(settings_for(ollama_host="127.0.0.1:9", openai_base_url=url))
    assert found.models == ()
    assert [line.partition(":")[0] for line in found.problems][:1] == ["Ollama at http"]
    assert f"{url} does not list its models." in found.problems
    assert "The built-in model is not downloaded. Run: research-agent setup" in found.problems


async def test_without_server_and_key_nobody_else_is_asked(settings_for: SettingsFor) -> None:
    found = await available_models(settings_for(ollama_host="127.0.0.1:9"))
    assert len(found.problems) == 2
