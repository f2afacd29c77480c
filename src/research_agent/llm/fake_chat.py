"""Fake chat model for tests: streams scripted replies word by word."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, Field, PrivateAttr

__all__ = ["FakeChat"]


class FakeChat(BaseChatModel):
    """
    Fake chat model. Returns `replies` in turn and repeats the last; an exception is raised, a function is called with
    the prompt as text and returns the reply.

    `delay` is in seconds before each word. `prompts` records the prompts received, as text. With a `model` name it is
    as large as that says ("fake:8b").
    """

    replies: tuple[str | BaseException | Callable[[str], str], ...] = ("",)
    delay: float = 0.0
    num_ctx: int = 8192
    model: str | None = None
    prompts: list[str] = Field(default_factory=list)
    _calls: int = PrivateAttr(default=0)

    model_config = ConfigDict(arbitrary_types_allowed=True)

    @property
    def _llm_type(self) -> str:
        return "fake-chat"

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage("".join(self._words(messages))))])

    async def _astream(
        self, messages: list[BaseMessage], *args: Any, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        for word in self._words(messages):
            await asyncio.sleep(self.delay)
            yield ChatGenerationChunk(message=AIMessageChunk(content=word))

    def _words(self, messages: list[BaseMessage]) -> Iterator[str]:
        self.prompts.append("\n".join(str(message.text) for message in messages))
        reply = self.replies[min(self._calls, len(self.replies) - 1)]
        self._calls += 1
        if isinstance(reply, BaseException):
            raise reply
        if callable(reply):
            reply = reply(self.prompts[-1])
        return iter(re.findall(r"\s*\S+\s*$|\s*\S+", reply) or [""])
