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
import logging
import sys
import warnings
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, nullcontext, suppress
from typing import TYPE_CHECKING, Any, cast

from research_agent.errors import (
    ChatError,
    ChatResponseError,
    ChatUnavailableError,
    ModelNotFoundError,
)
from research_agent.llm.model_info import chat_id, context_size, info_of
from research_agent.llm.reply import Reply
from research_agent.llm.reply_reader import UnreadableReplyError
from research_agent.llm.reply_stream import CutReplyError
from research_agent.messages import chat_failures
from research_agent.prompts import Prompt
from research_agent.settings import quiet_tracing, without_client_variables
from research_agent.text.sanitize import clean

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

    from research_agent.llm.llamacpp import ChatLlamaCpp

__all__ = ["ask", "first_words", "import_quietly", "prime", "stream"]

SEED = 1
LIBRARIES = (
    "langchain_core",
    "langchain_ollama",
    "langchain_openai",
    "openai",
    "ollama",
    "httpx",
    "httpx2",
    "pydantic",
)
AFTER_END = 2.0  # seconds in which a count of tokens may follow the end of a reply
LONGEST_TOKEN = 16  # characters on average, of any reply: one with more ignores its limit
EXTRA_CHUNKS = 8  # of a stream that carry no token: a role, a finish reason, a count
NO_STATUS = " (status code: -1)"  # of an error in mid-stream, as Ollama's client tells it
HOW_TO_START = {
    "ollama": chat_failures.START_OLLAMA,
    "openai": chat_failures.SET_BASE_URL,
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
    got: list[str] = []
    pieces = stream(chat, prompt, max_tokens=max_tokens, timeout=timeout, temperature=temperature, on_restart=got.clear)
    try:
        async with asyncio.timeout(timeout), aclosing(pieces):
            async for piece in pieces:
                got.append(piece)  # noqa: PERF401 - what is there is cleared when the answer restarts
        return "".join(got)
    except TimeoutError as exc:
        raise _translate(exc, chat) from exc


async def stream(
    chat: BaseChatModel,
    prompt: Prompt,
    *,
    max_tokens: int,
    timeout: float,
    temperature: float = 0.0,
    on_restart: Callable[[], None] = lambda: None,
) -> AsyncGenerator[str, None]:
    """
    Stream the answer in pieces, without the model's reasoning.

    `timeout` is in seconds without a token. Closing the stream, or cancelling, closes the connection, which stops the
    model. A model that does not stop after `max_tokens` is cut off. `on_restart` is called when all pieces so far turn
    out to be reasoning. Raises a `ChatError`; `EmptyReplyError` when the reply ends without an answer.
    """
    info = info_of(chat)
    reply = Reply(info, prompt, END_MARK.get(chat._llm_type, ""))
    info.prompt_tokens, room = 0, max_tokens * LONGEST_TOKEN
    try:
        messages = await _messages(prompt)
        async with aclosing(_limited(chat, max_tokens, temperature).astream(messages)) as chunks:  # type: ignore[type-var]
            for _ in range(max_tokens + EXTRA_CHUNKS):
                chunk = await _next(chunks, timeout, ended=reply.ended)
                if chunk is None or not room:  # all that it may say can come in one piece
                    break
                piece = reply.add(chunk, on_restart)[:room]
                room -= len(piece)
                if piece:
                    yield piece
            else:  # it ignores its limit
                reply.ended = True
        if piece := reply.end(on_restart):
            yield piece
    except Exception as exc:
        raise _translate(exc, chat) from exc
    if chat._llm_type in END_MARK and not reply.ended and room:
        raise ChatResponseError(chat_failures.ENDED_EARLY(model=chat_id(chat)), hint=chat_failures.TRY_AGAIN())
    if not reply.wrote:
        raise reply.nothing(chat_id(chat))


async def _next(chunks: AsyncIterator[Any], timeout: float, *, ended: bool) -> Any:
    """The next chunk, None without one; when the reply has ended nobody waits long for it."""
    try:
        async with asyncio.timeout(min(timeout, AFTER_END) if ended else timeout):
            return await anext(chunks, None)
    except TimeoutError:
        if ended:
            return None
        raise


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
    """
    Import a module in a thread: LangChain takes seconds of CPU.

    Tracing and the libraries' warnings are switched off, and no proxy is read.
    """
    quiet_tracing()
    _quiet_warnings()
    return await asyncio.to_thread(_import, module)


def _import(module: str) -> Any:
    with nullcontext() if module in sys.modules else without_client_variables():
        return importlib.import_module(module)  # waits for another thread that is at it


def _quiet_warnings() -> None:
    """Keep the client libraries from talking to the user: what goes wrong is told once, by us."""
    warnings.filterwarnings("ignore", module=rf"({'|'.join(LIBRARIES)})")
    for name in LIBRARIES:
        if not (logger := logging.getLogger(name)).level:  # else a caller of ours has chosen
            logger.setLevel(logging.ERROR)


async def _messages(prompt: Prompt) -> list[BaseMessage]:
    module = await import_quietly("langchain_core.messages")
    return [module.SystemMessage(prompt.system), module.HumanMessage(prompt.user)]


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
        return ChatUnavailableError(chat_failures.TOO_SLOW(model=model), hint=chat_failures.WAIT_LONGER())
    if (proxy := info_of(chat).proxy) and (status == 407 or names & {*UNREACHABLE, "ProxyError"}):
        return ChatUnavailableError(
            chat_failures.NOT_BY_PROXY(model=model, proxy=proxy),
            hint=chat_failures.CHECK_PROXY(),
        )
    if names & UNREACHABLE and not names & CUT_SHORT:
        return ChatUnavailableError(
            chat_failures.NOBODY_THERE(model=model), hint=HOW_TO_START.get(provider, chat_failures.TRY_AGAIN)()
        )
    if status == 404 and "model" in message.lower():
        hint = chat_failures.PULL_MODEL(name=name) if provider == "ollama" else chat_failures.ASK_NAMES()
        return ModelNotFoundError(chat_failures.NO_SUCH_MODEL(name=name), hint=hint)
    if status in {401, 403}:
        return ChatUnavailableError(
            _sentence(chat_failures.ACCESS_REFUSED(model=model, reason=message)), hint=chat_failures.CHECK_KEY()
        )
    if isinstance(exc, CutReplyError):
        return ChatResponseError(chat_failures.ENDED_EARLY(model=model), hint=chat_failures.TRY_AGAIN())
    if isinstance(exc, UnreadableReplyError):
        return ChatResponseError(chat_failures.ODD_REPLY(model=model, reply=exc), hint=chat_failures.CHECK_ADDRESS())
    if "JSONDecodeError" in names or "ValidationError" in names or message.startswith("<"):
        return ChatResponseError(chat_failures.NOT_ITS_PROTOCOL(model=model), hint=chat_failures.CHECK_ADDRESS())
    return ChatResponseError(
        _sentence(chat_failures.FAILED(model=model, reason=message)), hint=chat_failures.TRY_AGAIN()
    )


def first_words(exc: BaseException) -> str:
    """The beginning of an error's message, fit to be shown; its class when it says nothing."""
    words = " ".join(clean(str(exc)[:1000]).split()).removesuffix(NO_STATUS) or type(exc).__name__
    return words if len(words) <= 200 else f"{words[:200]}..."


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "。")) else f"{text}."
