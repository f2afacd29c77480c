"""
Asking a chat model, and the one place where other people's errors become ours.

Each call is messages -> chat -> text. Messages are built directly: text from outside never meets a template. The chat
is iterated itself, not as a link of a piped LangChain sequence: that runs each step in a task of its own, and a call
cancelled between two of them left the connection open, and the model working, until the answer's
end (3.1 s of 3.1 s, langchain-core 1.7.2).
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any

from research_agent.errors import ChatError, ChatResponseError, ChatUnavailableError, ModelNotFoundError
from research_agent.llm.model_info import Facts, chat_id, context_size, estimate_tokens, facts_of
from research_agent.llm.reasoning_filter import ThoughtFilter
from research_agent.prompts import Prompt
from research_agent.settings import quiet_tracing
from research_agent.text.sanitize import clean

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk, BaseMessage

__all__ = ["ask", "import_quietly", "prime", "stream"]

SEED = 1
HIGHEST_RATIO = 4.0  # of real tokens to estimated ones; a server that claims more does not count tokens
ENDINGS = 8  # chunks of a stream that carry no token: a role, a reason, a count
TRY_AGAIN = "Try again; if it stays, look at the server's own log."
# By what a provider says that an answer is whole. A stream of theirs that ends without it was cut.
END_MARK = {"chat-ollama": "done", "openai-chat": "finish_reason"}
# The names of errors that mean "nobody is there"; their libraries need not be imported to know them.
UNREACHABLE = frozenset(
    {"ConnectError", "ConnectTimeout", "ConnectionError", "ClientConnectorError", "APIConnectionError", "PoolTimeout"}
)
CUT_SHORT = frozenset({"ConnectionResetError", "BrokenPipeError", "ConnectionAbortedError"})


async def ask(chat: BaseChatModel, prompt: Prompt, *, max_tokens: int, timeout: float, temperature: float = 0.0) -> str:
    """The whole answer, within `timeout` seconds. Raises a `ChatError`."""
    pieces = stream(chat, prompt, max_tokens=max_tokens, timeout=timeout, temperature=temperature)
    try:
        async with asyncio.timeout(timeout), aclosing(pieces):
            return "".join([piece async for piece in pieces])
    except TimeoutError as exc:
        raise _translate(exc, chat) from exc


async def stream(
    chat: BaseChatModel, prompt: Prompt, *, max_tokens: int, timeout: float, temperature: float = 0.0
) -> AsyncGenerator[str, None]:
    """
    The answer in pieces as the model makes it, thoughts left out.

    `timeout` is seconds without a token. Closing the stream, or cancelling, closes the connection, which is what ends
    the model's work. A model that does not stop by itself after `max_tokens` is stopped. Raises a `ChatError`.
    """
    facts, thoughts, ended = facts_of(chat), ThoughtFilter(), False
    facts.prompt_tokens = 0
    try:
        messages = await _messages(prompt)
        async with aclosing(_limited(chat, max_tokens, temperature).astream(messages)) as chunks:  # type: ignore[type-var]
            for _ in range(max_tokens + ENDINGS):
                async with asyncio.timeout(timeout):
                    chunk = await anext(chunks, None)
                if chunk is None:
                    break
                ended = ended or bool(chunk.response_metadata.get(END_MARK.get(chat._llm_type, "")))
                _learn(facts, chunk, prompt)
                if piece := thoughts.feed(str(chunk.text)):
                    yield piece
            else:  # it does not keep to its limit: enough
                ended = True
        if piece := thoughts.end():
            yield piece
    except Exception as exc:
        raise _translate(exc, chat) from exc
    if chat._llm_type in END_MARK and not ended:
        raise ChatResponseError(f"The stream of {chat_id(chat)} ended before the answer did.", hint=TRY_AGAIN)


async def prime(chat: BaseChatModel, prompt: Prompt) -> None:
    """
    Let the model read now what later prompts begin with (`prompts.synthesis_start`), so that they are answered sooner.

    Only the embedded model does: elsewhere it is somebody else's machine and time. What goes wrong is not told here;
    whoever asks next hears of it.
    """
    if chat._llm_type != "llamacpp-chat":
        return
    from research_agent.llm.llamacpp import ChatLlamaCpp

    assert isinstance(chat, ChatLlamaCpp)
    with suppress(ChatError):
        await chat.read_ahead(await _messages(prompt))


async def import_quietly(module: str) -> Any:
    """Import in a thread, so that the event loop goes on: LangChain takes seconds of CPU."""
    quiet_tracing()
    return await asyncio.to_thread(importlib.import_module, module)


async def _messages(prompt: Prompt) -> list[BaseMessage]:
    module = await import_quietly("langchain_core.messages")
    return [module.SystemMessage(prompt.system), module.HumanMessage(prompt.user)]


def _learn(facts: Facts, chunk: AIMessageChunk, prompt: Prompt) -> None:
    """Keep what the server counted: it says whether the prompt was cut, and makes estimates better."""
    if chunk.usage_metadata and (count := chunk.usage_metadata["input_tokens"]):
        facts.prompt_tokens = count
        estimate = estimate_tokens(prompt.system) + estimate_tokens(prompt.user)
        facts.ratio = min(HIGHEST_RATIO, max(facts.ratio, count / max(estimate, 1)))


def _limited(chat: BaseChatModel, max_tokens: int, temperature: float) -> BaseChatModel:
    """The chat with this call's limits. A model of the caller's own keeps its settings: its arguments are not known."""
    match chat._llm_type:
        case "chat-ollama":
            limits = {"num_ctx": context_size(chat), "num_predict": max_tokens}
            return chat.model_copy(update={**limits, "temperature": temperature, "seed": SEED})
        case "llamacpp-chat":
            return chat.model_copy(update={"max_tokens": max_tokens, "temperature": temperature})
        case "openai-chat":  # temperature and seed are set when it is built: some models take none
            return chat.model_copy(update={"max_tokens": max_tokens})
        case _:
            return chat


def _translate(exc: Exception, chat: BaseChatModel) -> ChatError:
    """Any error of a model, its client library or its transport -> the `ChatError` that says what to do."""
    if isinstance(exc, ChatError):
        return exc
    model = chat_id(chat)
    provider, _, name = model.partition(":")
    names = {kind.__name__ for kind in type(exc).__mro__}
    status, said = getattr(exc, "status_code", None), _first_words(exc)
    if isinstance(exc, TimeoutError) or "TimeoutException" in names or "APITimeoutError" in names:
        return ChatUnavailableError(
            f"{model} gave no token in time.", hint="A larger RESEARCH_AGENT_CHAT_TIMEOUT waits longer."
        )
    if names & UNREACHABLE and not names & CUT_SHORT:
        return ChatUnavailableError(f"Nothing answers for {model}.", hint=_how_to_start(provider))
    if status == 404 and "model" in said.lower():
        hint = f"Run: ollama pull {name}" if provider == "ollama" else "Ask the server for the names of its models."
        return ModelNotFoundError(f"The server has no model {name!r}.", hint=hint)
    if status in {401, 403}:
        return ChatUnavailableError(f"The server of {model} refuses access: {said}", hint="Check its key.")
    if "JSONDecodeError" in names or "ValidationError" in names or said.startswith("<"):
        return ChatResponseError(f"The server of {model} did not speak its protocol.", hint="Is the address right?")
    return ChatResponseError(f"{model} failed: {said}", hint=TRY_AGAIN)


def _first_words(exc: Exception) -> str:
    words = " ".join(clean(str(exc)[:1000]).split()) or type(exc).__name__
    return words if len(words) <= 200 else f"{words[:200]}..."


def _how_to_start(provider: str) -> str:
    return {
        "ollama": "Start it with: ollama serve, or set OLLAMA_HOST.",
        "openai": "Set OPENAI_BASE_URL to where the server listens.",
    }.get(provider, TRY_AGAIN)
