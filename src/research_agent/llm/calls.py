"""
Chat calls, and the one place where the errors of providers become `ChatError`s.

Each call is messages -> chat -> text. Messages are built directly: text from outside never meets a template. The chat
is iterated itself, not through a LangChain pipe: a pipe runs each step in its own task, and a call cancelled between
two steps left the connection open, and the model working, until the end of the answer (3.1 s of 3.1 s,
langchain-core 1.7.2).
"""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing, nullcontext, suppress
from typing import TYPE_CHECKING, Any, cast

from research_agent.errors import ChatError, ChatResponseError, ChatUnavailableError, ModelNotFoundError
from research_agent.llm.model_info import ModelInfo, chat_id, context_size, estimate_tokens, info_of
from research_agent.llm.reasoning_filter import ReasoningFilter
from research_agent.prompts import Prompt
from research_agent.settings import quiet_tracing, without_client_variables
from research_agent.text.sanitize import clean

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk, BaseMessage

    from research_agent.llm.llamacpp import ChatLlamaCpp

__all__ = ["ask", "first_words", "import_quietly", "prime", "stream"]

SEED = 1
HIGHEST_RATIO = 4.0  # actual tokens to estimated ones; a server that claims more does not count tokens
EXTRA_CHUNKS = 8  # of a stream that carry no token: a role, a finish reason, a count
TRY_AGAIN = "Try again; if it stays, look at the server's own log."
HOW_TO_START = {
    "ollama": "Start it with: ollama serve, or set OLLAMA_HOST.",
    "openai": "Set OPENAI_BASE_URL to where the server listens.",
}
# Metadata by which a provider marks the end of an answer; a stream that ends without it was cut.
END_MARK = {"chat-ollama": "done", "openai-chat": "finish_reason"}
# Class names of connection errors: the libraries need not be imported to recognise them.
UNREACHABLE = frozenset(
    {"ConnectError", "ConnectTimeout", "ConnectionError", "ClientConnectorError", "APIConnectionError", "PoolTimeout"}
)
CUT_SHORT = frozenset({"ConnectionResetError", "BrokenPipeError", "ConnectionAbortedError"})


async def ask(chat: BaseChatModel, prompt: Prompt, *, max_tokens: int, timeout: float, temperature: float = 0.0) -> str:
    """The complete answer, within `timeout` seconds. Raises a `ChatError`."""
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
    Stream the answer in pieces, without the model's reasoning.

    `timeout` is in seconds without a token. Closing the stream, or cancelling, closes the connection, which stops the
    model. A model that does not stop after `max_tokens` is cut off. Raises a `ChatError`.
    """
    info, reasoning, ended = info_of(chat), ReasoningFilter(), False
    info.prompt_tokens = 0
    try:
        messages = await _messages(prompt)
        async with aclosing(_limited(chat, max_tokens, temperature).astream(messages)) as chunks:  # type: ignore[type-var]
            for _ in range(max_tokens + EXTRA_CHUNKS):
                async with asyncio.timeout(timeout):
                    chunk = await anext(chunks, None)
                if chunk is None:
                    break
                ended = ended or bool(chunk.response_metadata.get(END_MARK.get(chat._llm_type, "")))
                _update_usage(info, chunk, prompt)
                if piece := reasoning.feed(str(chunk.text)):
                    yield piece
            else:  # it ignores its limit
                ended = True
        if piece := reasoning.end():
            yield piece
    except Exception as exc:
        raise _translate(exc, chat) from exc
    if chat._llm_type in END_MARK and not ended:
        raise ChatResponseError(f"The stream of {chat_id(chat)} ended before the answer did.", hint=TRY_AGAIN)


async def prime(chat: BaseChatModel, prompt: Prompt) -> None:
    """
    Fill the embedded model's prompt cache with what later prompts begin with (`prompts.synthesis_start`).

    Does nothing for other providers: there it would be somebody else's machine and time. Errors are suppressed; the
    next call reports them.
    """
    if chat._llm_type != "llamacpp-chat":
        return
    with suppress(ChatError):
        await cast("ChatLlamaCpp", chat).read_ahead(await _messages(prompt))


async def import_quietly(module: str) -> Any:
    """Import a module in a thread, with tracing switched off and without proxies: LangChain takes seconds of CPU."""
    quiet_tracing()
    return await asyncio.to_thread(_import, module)


def _import(module: str) -> Any:
    with nullcontext() if module in sys.modules else without_client_variables():
        return importlib.import_module(module)  # waits for another thread that is at it


async def _messages(prompt: Prompt) -> list[BaseMessage]:
    module = await import_quietly("langchain_core.messages")
    return [module.SystemMessage(prompt.system), module.HumanMessage(prompt.user)]


def _update_usage(info: ModelInfo, chunk: AIMessageChunk, prompt: Prompt) -> None:
    """Record the server's token count: it shows whether the prompt was cut, and corrects later estimates."""
    if chunk.usage_metadata and (count := chunk.usage_metadata["input_tokens"]):
        info.prompt_tokens = count
        estimate = estimate_tokens(prompt.system) + estimate_tokens(prompt.user)
        info.ratio = min(HIGHEST_RATIO, max(info.ratio, count / max(estimate, 1)))


def _limited(chat: BaseChatModel, max_tokens: int, temperature: float) -> BaseChatModel:
    """A copy of the chat with the limits of this call. A model passed in by the caller keeps its own settings."""
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
    """Map an error of a model, its client library or its transport to a `ChatError` with a hint."""
    if isinstance(exc, ChatError):
        return exc
    model = chat_id(chat)
    provider, _, name = model.partition(":")
    names = {kind.__name__ for kind in type(exc).__mro__}
    status, message = getattr(exc, "status_code", None), first_words(exc)
    if isinstance(exc, TimeoutError) or "TimeoutException" in names or "APITimeoutError" in names:
        return ChatUnavailableError(
            f"{model} gave no token in time.", hint="A larger RESEARCH_AGENT_CHAT_TIMEOUT waits longer."
        )
    if (proxy := info_of(chat).proxy) and (status == 407 or names & {*UNREACHABLE, "ProxyError"}):
        return ChatUnavailableError(
            f"{model} could not be reached by the proxy: {proxy}.",
            hint="Check that proxy and its login, or add the host of the model's server to NO_PROXY.",
        )
    if names & UNREACHABLE and not names & CUT_SHORT:
        return ChatUnavailableError(f"Nothing answers for {model}.", hint=HOW_TO_START.get(provider, TRY_AGAIN))
    if status == 404 and "model" in message.lower():
        hint = f"Run: ollama pull {name}" if provider == "ollama" else "Ask the server for the names of its models."
        return ModelNotFoundError(f"The server has no model {name!r}.", hint=hint)
    if status in {401, 403}:
        return ChatUnavailableError(f"The server of {model} refuses access: {message}", hint="Check its key.")
    if "JSONDecodeError" in names or "ValidationError" in names or message.startswith("<"):
        return ChatResponseError(f"The server of {model} did not speak its protocol.", hint="Is the address right?")
    return ChatResponseError(f"{model} failed: {message}", hint=TRY_AGAIN)


def first_words(exc: BaseException) -> str:
    """The beginning of an error's message, fit to be shown; its class when it says nothing."""
    words = " ".join(clean(str(exc)[:1000]).split()) or type(exc).__name__
    return words if len(words) <= 200 else f"{words[:200]}..."
