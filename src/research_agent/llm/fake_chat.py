"""A chat model for tests: says what it is told to, word by word."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, Field, PrivateAttr

__all__ = ["FakeChat"]


class FakeChat(BaseChatModel):
    """
    Gives `replies` in turn, the last one again and again; an exception among them is raised, a function is given the
    prompt as text and says the reply.

    `delay` is seconds before each word. `prompts` holds what it was asked, as text.
    """

    replies: tuple[str | BaseException | Callable[[str], str], ...] = ("",)
    delay: float = 0.0
    num_ctx: int = 8192
    prompts: list[str] = Field(default_factory=list)
    _given: int = PrivateAttr(default=0)

    model_config = ConfigDict(arbitrary_types_allowed=True)

    @property
    def _llm_type(self) -> str:
        return "fake-chat"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage("".join(self._words(messages))))])

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        for word in self._words(messages):
            await asyncio.sleep(self.delay)
            yield ChatGenerationChunk(message=AIMessageChunk(content=word))

    def _words(self, messages: list[BaseMessage]) -> Iterator[str]:
        self.prompts.append("\n".join(str(message.text) for message in messages))
        reply = self.replies[min(self._given, len(self.replies) - 1)]
        self._given += 1
        if isinstance(reply, BaseException):
            raise reply
        if callable(reply):
            reply = reply(self.prompts[-1])
        return iter(re.findall(r"\s*\S+\s*$|\s*\S+", reply) or [""])
