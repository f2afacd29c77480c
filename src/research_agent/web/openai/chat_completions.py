"""
OpenAI's chat completions API for chat front ends: /v1/models and /v1/chat/completions.

Only checked text is sent as `content`: a front end cannot take back a draft that the check then rejects. Until it is
there, a stream reports progress as `reasoning_content`. Housekeeping is answered here, at once, and not stored.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import aclosing
from typing import Annotated, Any, Literal, NamedTuple

from fastapi import APIRouter, Path, Request
from fastapi.sse import EventSourceResponse
from pydantic import BaseModel, Field
from starlette.responses import Response

from research_agent.errors import ResearchAgentError, UsageError
from research_agent.events import Answered
from research_agent.messages import openai_refusals, request_refusals
from research_agent.types import Answer
from research_agent.web.error_handlers import openai_error, status_of
from research_agent.web.event_stream import HEARTBEAT, check_stream_limit, counted_stream, wait_for_answer
from research_agent.web.openai.answer_format import write
from research_agent.web.openai.chat_request import (
    DEEP_MODEL,
    MODEL,
    Asked,
    ChatModel,
    check_model,
    check_parameters,
    read_messages,
)
from research_agent.web.openai.completion import Completion
from research_agent.web.openai.conversation import find_session
from research_agent.web.openai.deep_completion import begin_research, finished_report, follow_research
from research_agent.web.openai.housekeeping_reply import reply_to
from research_agent.web.openai.pieces import PIECE, progress_line, usage_of
from research_agent.web.runs import Ended, Run
from research_agent.web.serialization import AsciiJsonResponse, dumps, error_fields
from research_agent.web.state import ServerState, caller_of, memory_of, state_of

__all__ = ["router"]

MODELS = [
    {"id": name, "object": "model", "created": int(time.time()), "owned_by": MODEL} for name in (MODEL, DEEP_MODEL)
]
DONE = b"data: [DONE]\n\n"

router = APIRouter(prefix="/v1", tags=["OpenAI"])


class ModelModel(BaseModel):
    """A model, as OpenAI lists it."""

    id: str = Field(examples=[MODEL])
    object: Literal["model"]
    created: int
    owned_by: str


class ModelsModel(BaseModel):
    """The models: one that answers and one that researches, whatever chat model is behind them."""

    object: Literal["list"]
    data: list[ModelModel]


class CompletionModel(BaseModel):
    """A chat completion. `usage` is an estimate: four characters a token."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[dict[str, Any]]
    usage: dict[str, int]
    research_agent: dict[str, Any] = Field(
        description="The answer, as `/api/ask` gives it; of housekeeping its kind, such as `title`."
    )


@router.get("/models", response_model=ModelsModel)
async def models() -> Response:
    """The models there are."""
    return AsciiJsonResponse({"object": "list", "data": MODELS})


@router.get("/models/{model}", response_model=ModelModel)
async def model_named(model: Annotated[str, Path(max_length=200)]) -> Response:
    """One of the models, by its name."""
    check_model(model, deep=True)
    return AsciiJsonResponse(next(one for one in MODELS if one["id"] == model))


@router.post("/chat/completions", response_model=CompletionModel)
async def complete(request: Request, payload: ChatModel) -> Response:
    """
    Answer the last message. Earlier ones say which stored session it goes on with; system messages do nothing.

    A front end's own requests (for a title, tags, follow-up questions, ...) are answered from the conversation.
    """
    state, user = state_of(request), caller_of(request).user
    check_model(payload.model, deep=True)
    check_parameters(payload)
    asked = read_messages(payload.messages, payload.response_format, payload.tool_choice, payload.tools)
    wants_usage = payload.stream_options is not None and bool(payload.stream_options.include_usage)
    if payload.stream:
        check_stream_limit(state, user)
    if asked.task is not None:
        return _housekeeping(asked, payload.stream, wants_usage)
    if payload.model == DEEP_MODEL:
        return await _deep(request, asked, stream=bool(payload.stream), wants_usage=wants_usage)
    session = await find_session(await memory_of(request), asked.earlier)
    run = await state.runs.start(user, asked.question, session)
    if payload.stream:
        return EventSourceResponse(_stream(state, run, asked, wants_usage))
    answer = await wait_for_answer(request, run)
    completion = write(asked.format, answer, (await state.runtime()).source_titles, asked.note)
    return AsciiJsonResponse(_completion(_Head(run.id, run.created), asked.question, completion, answer))


class _Head(NamedTuple):
    """What all chunks of a completion have in common."""

    id: str
    created: int
    model: str = MODEL

    def fields(self) -> dict[str, Any]:
        return {"id": f"chatcmpl-{self.id}", "created": self.created, "model": self.model}


def _housekeeping(asked: Asked, stream: bool | None, wants_usage: bool) -> Response:
    """The answer to a front end's own request: no source is asked, nothing is stored."""
    assert asked.task is not None
    head, text = _Head(secrets.token_hex(16), int(time.time())), reply_to(asked.task, asked.format.kind)
    told = {"research_agent": {"housekeeping": asked.task.kind}}
    message: dict[str, Any] = {"role": "assistant", "content": text}
    finish = "stop"
    if asked.function is not None:
        call = {"id": f"call_{head.id}", "type": "function", "function": {"name": asked.function, "arguments": text}}
        message, finish = {"role": "assistant", "content": None, "tool_calls": [call]}, "tool_calls"
    usage = usage_of(asked.question, text)
    if stream:
        if asked.function is not None:
            message["tool_calls"][0]["index"] = 0
        chunks = [_chunk(head, message), _chunk(head, {}, finish=finish, **told)]
        return EventSourceResponse(_all([*chunks, *([_chunk(head, None, usage=usage)] if wants_usage else []), DONE]))
    choice = {"index": 0, "message": {**message, "refusal": None}, "logprobs": None, "finish_reason": finish}
    return AsciiJsonResponse(
        {**head.fields(), "object": "chat.completion", "choices": [choice], "usage": usage, **told}
    )


async def _all(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def _stream(state: ServerState, run: Run, asked: Asked, wants_usage: bool) -> AsyncIterator[bytes]:
    head = _Head(run.id, run.created)
    with counted_stream(state, run.user):
        yield _chunk(head, {"role": "assistant", "content": ""})
        completion: Completion | None = None
        async with aclosing(run.follow(heartbeat=state.run_limits.heartbeat)) as events:
            async for event in events:
                if event is None:
                    yield HEARTBEAT
                elif isinstance(event, Answered):
                    titles = (await state.runtime()).source_titles
                    completion = write(asked.format, event.answer, titles, asked.note)
                    for piece in PIECE.findall(completion.text):
                        yield _chunk(head, {"content": piece})
                elif isinstance(event, Ended):
                    for chunk in _last_chunks(run, event, completion, wants_usage):
                        yield chunk
                elif line := progress_line(event):
                    yield _chunk(head, {"reasoning_content": f"{line}\n"})


async def _deep(request: Request, asked: Asked, *, stream: bool, wants_usage: bool) -> Response:
    """Deep research within the standard budget: its steps as reasoning, its report as the answer."""
    state, user = state_of(request), caller_of(request).user
    run = await begin_research(state, user, asked.question)
    head = _Head(run, int(time.time()), DEEP_MODEL)
    if stream:
        return EventSourceResponse(_deep_stream(state, user, head, asked, wants_usage))
    async for _ in follow_research(state, user, run):
        pass
    answer = await finished_report(state, user, run)
    completion = write(asked.format, answer, (await state.runtime()).source_titles, asked.note)
    return AsciiJsonResponse(_completion(head, asked.question, completion, answer))


async def _deep_stream(
    state: ServerState, user: str, head: _Head, asked: Asked, wants_usage: bool
) -> AsyncIterator[bytes]:
    with counted_stream(state, user):
        yield _chunk(head, {"role": "assistant", "content": ""})
        async with aclosing(follow_research(state, user, head.id)) as lines:
            async for line in lines:
                yield HEARTBEAT if line is None else _chunk(head, {"reasoning_content": f"{line}\n"})
        try:
            answer = await finished_report(state, user, head.id)
        except ResearchAgentError as error:
            yield f"data: {dumps(openai_error(status_of(error), error_fields(error)))}\n\n".encode()
            yield DONE
            return
        completion = write(asked.format, answer, (await state.runtime()).source_titles, asked.note)
        for piece in PIECE.findall(completion.text):
            yield _chunk(head, {"content": piece})
        if completion.annotations:
            yield _chunk(head, {"annotations": completion.annotations})
        yield _chunk(head, {}, finish="stop", research_agent={"session": answer.session, "turn": answer.turn})
        if wants_usage:
            yield _chunk(head, None, usage=usage_of(asked.question, completion.text))
        yield DONE


def _last_chunks(run: Run, ended: Ended, completion: Completion | None, wants_usage: bool) -> list[bytes]:
    """The last chunks; `finish_reason` is "stop" only for an answer on disk."""
    head = _Head(run.id, run.created)
    if ended.how != "answered" or completion is None:
        error = run.error or UsageError(openai_refusals.QUESTION_STOPPED(), hint=request_refusals.ASK_AGAIN())
        return [f"data: {dumps(openai_error(status_of(error), error_fields(error)))}\n\n".encode(), DONE]
    chunks = [_chunk(head, {"annotations": completion.annotations})] if completion.annotations else []
    stored = {"session": ended.session, "turn": ended.turn}
    chunks.append(_chunk(head, {}, finish="stop", research_agent=stored))
    if wants_usage:
        chunks.append(_chunk(head, None, usage=usage_of(run.question, completion.text)))
    return [*chunks, DONE]


def _chunk(head: _Head, delta: Mapping[str, Any] | None, *, finish: str | None = None, **more: Any) -> bytes:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]
    content = {**head.fields(), "object": "chat.completion.chunk", "choices": choices, **more}
    return f"data: {dumps(content)}\n\n".encode()


def _completion(head: _Head, question: str, completion: Completion, answer: Answer) -> dict[str, Any]:
    message = {"role": "assistant", "content": completion.text, "refusal": None, "annotations": completion.annotations}
    return {
        **head.fields(),
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": usage_of(question, completion.text),
        "research_agent": answer.as_json(),
    }
