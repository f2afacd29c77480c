"""Sizes of chat models: what the server says, else the name; who is large enough to judge."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from research_agent import llm
from research_agent.llm.model_size import is_large, is_large_model, parse_size
from research_agent.settings import Settings
from research_agent.testing import FakeChat, FakeOllama

SettingsFor = Callable[..., Settings]


@pytest.mark.parametrize(
    ("text", "billions"),
    [
        ("8.0B", 8.0), ("134.52M", 0.13452), ("llama3.1:8b", 8.0), ("qwen2.5-0.5b-instruct", 0.5),
        ("SmolLM2-360M", 0.36), ("Mixtral-8x7B-Instruct", 56.0), ("gemma3n:e4b", 4.0), ("qwen3:30b-a3b", 30.0),
        ("Llama-3.2-1B-Q4_K_M.gguf", 1.0), ("llama2-7b-128k", 7.0), ("llama3.2:latest", None), ("gpt-4-32k", None),
        ("sonnet-1m", None), ("q8_0", None), ("model-4bit", None), ("", None),
    ],
)  # fmt: skip
def test_the_size_in_a_name(text: str, billions: float | None) -> None:
    assert parse_size(text) == (None if billions is None else pytest.approx(billions))


@pytest.mark.parametrize(
    ("model", "told", "large"),
    [
        ("ollama:llama3.1:8b", None, True),
        ("ollama:llama3.2:latest", 3.2, True),
        ("ollama:llama3.2:latest", 1.2, False),
        ("ollama:llama3.2:latest", None, False),
        ("ollama:mine-8b", 0.5, False),  # the server knows better than the name
        ("ollama:hf.co/70b-club/Llama-3.2-1B-GGUF:Q4_K_M", None, False),  # an owner is no size
        ("openai:gpt-5", None, True),
        ("openai:qwen2.5-1.5b-instruct", None, False),
        ("openai:smollm2", None, False),
        ("langchain:claude-opus", None, True),
        ("llamacpp:smollm2", None, False),
        ("llamacpp:smollm2", 8.0, False),
        ("llamacpp:/models/Llama-3.1-8B-Q4_K_M.gguf", None, True),
        ("llamacpp:/models/mine.gguf", None, False),
    ],
)
def test_who_is_large_enough_to_judge(model: str, told: float | None, large: bool) -> None:
    assert is_large_model(model, told) is large


def test_a_callers_own_model_is_as_large_as_its_name_says() -> None:
    assert is_large(FakeChat(model="fake:8b"))
    assert not is_large(FakeChat(model="fake:1b"))
    assert not is_large(FakeChat())


@pytest.mark.anyio
@pytest.mark.parametrize(("parameters", "large"), [("8.0B", True), ("1.2B", False), ("", False)])
async def test_ollama_says_how_large_its_models_are(settings_for: SettingsFor, parameters: str, large: bool) -> None:
    async with FakeOllama(parameters=parameters) as ollama:
        settings = settings_for(ollama_host=ollama.url)
        (model,) = (await llm.probe_ollama(settings)).models
        assert model.billions == parse_size(parameters)
        async with llm.open_chat("ollama:llama3.2:latest", settings) as chat:
            assert is_large(chat) is large
