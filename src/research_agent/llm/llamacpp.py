"""LangChain chat model of the embedded llama.cpp server: OpenAI's protocol over aiohttp, on loopback."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import Field

from research_agent.errors import ChatResponseError
from research_agent.messages import chat_failures

__all__ = ["ChatLlamaCpp"]


class ChatLlamaCpp(BaseChatModel):
    """Chat model of the embedded llama.cpp server; it only streams."""

    model: str
    num_ctx: int
    max_tokens: int = 512
    temperature: float = 0.0
    seed: int = 1
    server: Any = Field(exclude=True, repr=False)  # an `EmbeddedServer`

    @property
    def _llm_type(self) -> str:
        return "llamacpp-chat"

    def _generate(self, *args: Any, **kwargs: Any) -> ChatResult:
        raise NotImplementedError("The embedded model only streams: use astream.")

    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        payload = [_message(message) for message in messages]
        body = {
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": self.max_tokens,
            "temperature": self.temperature,
            "seed": self.seed,
            **({"stop": stop} if stop else {}),
            **kwargs,
        }
        finished = False
        async with self._completion(payload, body) as response:
            async for event in _events(response.content):
                finished = finished or bool(_choice(event).get("finish_reason"))
                yield _chunk(event)
        if not finished:
            raise ChatResponseError(chat_failures.BUILT_IN_ENDED(), hint=chat_failures.RESTARTED())
        self.server.answered()

    async def read_ahead(self, messages: Sequence[BaseMessage]) -> None:
        """Evaluate the common beginning of later prompts, so that it is cached. Raises a `ChatError`."""
        payload = [_message(message) for message in messages]
        async with self._completion(payload, {"max_tokens": 1}, ahead=True) as response:
            await response.read()

    @asynccontextmanager
    async def _completion(
        self, messages: list[dict[str, str]], body: dict[str, Any], *, ahead: bool = False
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The HTTP response of the slot that has cached most of the prompt; leaving the context stops the model."""
        with self.server.slots.taken([message["content"] for message in messages], ahead=ahead) as slot:
            whole = {"messages": messages, "cache_prompt": True, "id_slot": slot, **body}
            async with self._session() as session, await self._post(session, "/v1/chat/completions", whole) as response:
                yield response

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Token counts of `texts` by the model's own tokenizer."""
        async with self._session() as session:
            counts = []
            for text in texts:
                body = {"content": text.encode("utf-8", "replace").decode(), "add_special": False}
                async with await self._post(session, "/tokenize", body) as response:
                    counts.append(len((await response.json())["tokens"]))
            return counts

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[aiohttp.ClientSession]:
        # No total timeout: the caller limits the seconds between tokens. No proxy on loopback.
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None), trust_env=False) as session:
                yield session
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, ConnectionError) as error:
            await self.server.settle()
            raise ChatResponseError(chat_failures.BUILT_IN_DIED(), hint=chat_failures.RESTARTED()) from error

    async def _post(self, session: aiohttp.ClientSession, path: str, body: object) -> aiohttp.ClientResponse:
        headers = {"Authorization": f"Bearer {self.server.key}"}
        response = await session.post(f"{await self.server.url()}{path}", json=body, headers=headers)
        if response.status != 200:
            raise ChatResponseError(_error(await response.text()), hint=chat_failures.ASK_SHORTER())
        return response


def _message(message: BaseMessage) -> dict[str, str]:
    role = {"human": "user", "ai": "assistant"}.get(message.type, message.type)
    # Lone surrogates cannot be sent as UTF-8.
    return {"role": role, "content": str(message.text).encode("utf-8", "replace").decode()}


async def _events(content: aiohttp.StreamReader) -> AsyncIterator[dict[str, Any]]:
    """Parse server-sent events into JSON objects. Raises `ChatResponseError` for an error event."""
    async for line in content:
        name, _, data = line.decode("utf-8", "replace").strip().partition(":")
        if name == "error" or (name == "data" and data.lstrip().startswith('{"error"')):
            raise ChatResponseError(_error(data))
        if name == "data" and data.strip() != "[DONE]":
            yield json.loads(data)


def _choice(event: dict[str, Any]) -> dict[str, Any]:
    choices: list[dict[str, Any]] = event.get("choices") or [{}]
    return choices[0]


def _chunk(event: dict[str, Any]) -> ChatGenerationChunk:
    choice = _choice(event)
    message = AIMessageChunk(content=(choice.get("delta") or {}).get("content") or "")
    if usage := event.get("usage"):
        message.usage_metadata = {
            "input_tokens": usage["prompt_tokens"],
            "output_tokens": usage["completion_tokens"],
            "total_tokens": usage["total_tokens"],
        }
    reason = choice.get("finish_reason")
    return ChatGenerationChunk(message=message, generation_info={"finish_reason": reason} if reason else None)


def _error(body: str) -> str:
    try:
        error = json.loads(body)
        return chat_failures.BUILT_IN_REFUSED(reason=error.get("error", error).get("message", body)[:200])
    except (ValueError, AttributeError, TypeError):
        return chat_failures.BUILT_IN_REFUSED(reason=body[:200])
