"""The runtime of one question: sources, model, language and strictness are its own, all else is shared."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from research_agent import llm
from research_agent.errors import UnknownModelError, UnknownSourceError
from research_agent.llm import AvailableModel, AvailableModels
from research_agent.pipeline import research
from research_agent.runtime import Runtime, open_runtime
from research_agent.runtime import options as room
from research_agent.runtime.models import LoadedChat
from research_agent.runtime.options import with_options
from research_agent.settings import load_settings
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import USUAL, AskOptions

pytestmark = pytest.mark.anyio

LISTED = AvailableModels(models=(AvailableModel(id="ollama:qwen3:4b", place="here"),))


@asynccontextmanager
async def running(home: Path, monkeypatch: pytest.MonkeyPatch, **environ: str) -> AsyncIterator[Runtime]:
    async def listed(_: Any) -> AvailableModels:
        return LISTED

    monkeypatch.setattr(llm, "available_models", listed)
    settings = load_settings({"RESEARCH_AGENT_HOME": str(home), **environ})
    sources = [FakeSource("notes", ["The Lumen is 412 kilometres long."]), FakeSource("other", ["It is deep."])]
    chat = FakeChat(replies=("Lumen", "The Lumen is 412 kilometres long [e1].") * 4)
    async with open_runtime(settings, sources=sources, chat=chat) as runtime:
        yield runtime


async def test_the_defaults_are_the_runtime_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path, monkeypatch) as runtime:
        assert await with_options(runtime, USUAL) is runtime
        assert await with_options(runtime, AskOptions(replaces=2)) is runtime


async def test_options_are_of_one_question_and_stored_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path, monkeypatch) as runtime:
        options = AskOptions(sources=("notes",), strict=True, lang="de", replaces=1)
        told: dict[str, Any] = {"session": "s", "runtime": runtime}
        first = await research("How long is the Lumen?", **told)
        second = await research("How long is the Lumen?", options=options, **told)
        assert [one.name for one in first.sources] == ["notes", "other"]
        assert [one.name for one in second.sources] == ["notes"]
        assert (first.replaces, second.replaces) == (0, 1)
        shown = second.settings
        assert (shown["strict"], shown["lang"], shown["sources"]) == (True, "de", "notes")
        assert first.settings["strict"] is False
        stored = await runtime.memory.turns("s")
        assert [turn.answer.replaces for turn in stored] == [0, 1]
        assert (await runtime.memory.recall("s")).turns[-1].answer.replaces == 1


async def test_what_is_not_here_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path, monkeypatch) as runtime:
        with pytest.raises(UnknownSourceError, match="no source 'arxiv' here"):
            await with_options(runtime, AskOptions(sources=("notes", "arxiv")))
        for model in ("llamacpp:/etc/passwd", "openai:gpt", "ollama:other"):
            with pytest.raises(UnknownModelError, match="There is no model"):
                await with_options(runtime, AskOptions(model=model))


async def test_a_model_is_opened_once_and_one_that_failed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def load(settings: Any, _: Any) -> LoadedChat:
        asked.append(settings.chat.model)
        return LoadedChat(FakeChat(replies=("x",)) if len(asked) > 1 else None)

    monkeypatch.setattr(room, "load_chat", load)
    async with running(tmp_path, monkeypatch) as runtime:
        options = AskOptions(model="ollama:qwen3:4b")
        assert await (await with_options(runtime, options)).chat_ready() is None
        chats = [await (await with_options(runtime, options)).chat_ready() for _ in range(3)]
        assert chats[0] is chats[2]
        assert chats[0] is not runtime.chat
        assert asked == ["ollama:qwen3:4b"] * 2


async def test_offline_asks_nobody_and_keeps_a_model_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path, monkeypatch) as runtime:
        other = await with_options(runtime, AskOptions(offline=True))
        assert other.settings.flags.offline
        assert other.tools.client._flags.offline
        assert not runtime.tools.client._flags.offline
        assert await other.chat_ready() is runtime.chat
        answer = await research("How long is the Lumen?", runtime=runtime, options=AskOptions(offline=True))
        assert {one.status for one in answer.sources} == {"skipped"}


async def test_what_the_settings_turn_on_stays_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path, monkeypatch) as runtime:
        runtime.settings = runtime.settings.with_changes(strict=True, offline=True)
        other = await with_options(runtime, AskOptions(lang="fr", strict=False, offline=False))
        assert (other.settings.flags.strict, other.settings.flags.offline) == (True, True)
