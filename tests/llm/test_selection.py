"""Which model answers: ids, `OLLAMA_HOST`, the default."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from research_agent import llm
from research_agent.errors import ChatUnavailableError, UnknownModelError
from research_agent.settings import Settings
from research_agent.testing import FakeOllama
from research_agent.testing.loopback_server import serve

pytestmark = pytest.mark.anyio

SettingsFor = Callable[..., Settings]


@pytest.mark.parametrize(
    ("model", "parsed"),
    [
        ("ollama:llama3.2", ("ollama", "llama3.2")),
        ("ollama:llama3.2:3b", ("ollama", "llama3.2:3b")),
        (" llamacpp:/models/a b.gguf ", ("llamacpp", "/models/a b.gguf")),
        ("openai:gpt-5", ("openai", "gpt-5")),
    ],
)
def test_a_model_is_provider_and_name_split_at_the_first_colon(model: str, parsed: tuple[str, str]) -> None:
    assert llm.parse_model_id(model) == parsed


@pytest.mark.parametrize("model", ["llama3.2", "ollama:", ":llama", "", "gpt:4", "Ollama:x", "\x00"])
async def test_any_other_id_is_unknown_and_the_forms_are_shown(model: str, settings_for: SettingsFor) -> None:
    with pytest.raises(UnknownModelError) as caught:
        llm.parse_model_id(model)
    assert "ollama:llama3.2" in caught.value.hint
    with pytest.raises(UnknownModelError):
        async with llm.open_chat(model, settings_for()):
            pass


async def test_the_named_model_wins_and_nothing_is_asked(settings_for: SettingsFor) -> None:
    async with FakeOllama() as ollama:
        settings = settings_for(model="openai:gpt-5", ollama_host=ollama.url, origins={"model": "RESEARCH_AGENT_MODEL"})
        choice = await llm.choose_model(settings)
    assert choice == llm.ModelChoice("openai:gpt-5", "named by RESEARCH_AGENT_MODEL")


def _tags(*models: dict[str, Any]) -> web.Application:
    async def version(request: web.Request) -> web.Response:
        return web.json_response({"version": "0.6.0"})

    async def tags(request: web.Request) -> web.Response:
        return web.json_response({"models": models})

    app = web.Application()
    app.router.add_get("/api/version", version)
    app.router.add_get("/api/tags", tags)
    return app


def _entry(name: str, modified: str, family: str = "llama", **more: object) -> dict[str, Any]:
    return {"name": name, "model": name, "modified_at": modified, "details": {"family": family}, **more}


@pytest.mark.usefixtures("patient_probe")
async def test_ollamas_newest_model_that_can_chat_is_the_default(settings_for: SettingsFor) -> None:
    app = _tags(
        _entry("old", "2024-01-01T00:00:00Z"),
        _entry("new", "2025-01-01T00:00:00.5+02:00", details={"family": "qwen2", "context_length": 4096}),
        _entry("embeds", "2026-01-01T00:00:00Z", capabilities=["embedding"]),
        _entry("embeds-too", "2026-01-01T00:00:00Z", family="nomic-bert"),
        {"broken": True},
    )
    async with serve(app) as url:
        choice = await llm.choose_model(settings_for(ollama_host=url))
        state = await llm.probe_ollama(settings_for(ollama_host=url))
    assert [model.context for model in state.models] == [None, 4096, None, None]
    assert choice == llm.ModelChoice("ollama:new", f"newest of 2 chat models at {url}")


@pytest.mark.usefixtures("patient_probe")
async def test_without_a_usable_ollama_it_is_the_embedded_model_and_the_reason_says_why(
    settings_for: SettingsFor, tmp_path: Path
) -> None:
    assert await llm.choose_model(settings_for()) is None
    folder = tmp_path / "home" / "parts" / "smollm2"
    folder.mkdir(parents=True)
    (folder / "part.json").write_text(json.dumps({"file": "model.gguf"}))
    assert await llm.choose_model(settings_for()) is None, "the part's file is missing"
    (folder / "model.gguf").touch()
    choice = await llm.choose_model(settings_for())
    assert choice is not None
    assert choice.id == "llamacpp:smollm2"
    assert "nothing listens there" in choice.reason
    async with serve(_tags(_entry("embeds", "2026-01-01T00:00:00Z", family="bert"))) as url:
        choice = await llm.choose_model(settings_for(ollama_host=url))
    assert choice is not None
    assert choice.id == "llamacpp:smollm2"
    assert "no model that can chat" in choice.reason


@pytest.mark.parametrize("part", ["", "[]", "{}", '{"file": 3}', "\x00"])
async def test_a_damaged_part_counts_as_none(part: str, settings_for: SettingsFor, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "parts" / "smollm2"
    folder.mkdir(parents=True)
    (folder / "part.json").write_text(part)
    assert await llm.choose_model(settings_for()) is None


@pytest.mark.usefixtures("patient_probe")
async def test_offline_allows_an_ollama_on_this_machine_and_no_other(settings_for: SettingsFor) -> None:
    async with FakeOllama() as ollama:
        choice = await llm.choose_model(settings_for(ollama_host=ollama.url, offline=True))
    assert choice is not None
    assert choice.id == "ollama:llama3.2:latest"
    remote = settings_for(ollama_host="http://user:s3cret@ollama.example", offline=True, openai_api_key="k")
    state = await llm.probe_ollama(remote)
    assert (state.reachable, state.reason) == (False, "not on this machine, and --offline was given")
    assert "s3cret" not in state.url
    for model in ("ollama:llama3.2", "openai:gpt-5"):
        with pytest.raises(ChatUnavailableError, match="--offline"):
            async with llm.open_chat(model, remote):
                pass


def test_nothing_heavy_is_imported_before_a_model_is_opened() -> None:
    import subprocess
    import sys

    heavy = "langchain_core", "langchain_ollama", "langchain_openai", "httpx", "pydantic", "aiohttp", "numpy"
    code = f"import sys, research_agent.llm; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
