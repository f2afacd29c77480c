"""
OpenAI's chat completions API for chat front ends: /v1/models and /v1/chat/completions.

Only checked text is sent as `content`: a front end cannot take back a draft that the check then rejects. Until it is
there, a stream reports progress as `reasoning_content`.
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from itertools import pairwise
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request
from fastapi.sse import EventSourceResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from research_agent.errors import UsageError
from research_agent.events import Answered, Drafted, Event, Planned, Ranked, SourceFinished
from research_agent.text.sanitize import printable
from research_agent.types import Answer
from research_agent.web.error_handlers import NotFoundError, openai_error, status_of
from research_agent.web.event_stream import HEARTBEAT, check_stream_limit, counted_stream, wait_for_answer
from research_agent.web.openai.completion import Completion, compose
from research_agent.web.openai.conversation import Exchange, find_session
from research_agent.web.runs import Ended, Run
from research_agent.web.serialization import AsciiJsonResponse, dumps, error_fields
from research_agent.web.state import ServerState, caller_of, memory_of, state_of

__all__ = ["MODEL", "router"]

MODEL = "research-agent"
MODEL_JSON = {"id": MODEL, "object": "model", "created": int(time.time()), "owned_by": MODEL}
PIECE = re.compile(r".{1,400}?(?:(?<=[.!?\]])\s+|\n+|\Z)|.{400}", re.DOTALL)
"""Splits the checked text into chunks of about a sentence."""

router = APIRouter(prefix="/v1", tags=["OpenAI"])


class Message(BaseModel):
    """A message; parts of its content are put together, texts only."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[dict[str, Any]] | None = None

    def text(self) -> str:
        """The text. Raises `UsageError` for images and other parts, which would have to be fetched."""
        if self.content is None or isinstance(self.content, str):
            return self.content or ""
        if any(part.get("type") not in ("text", "input_text") for part in self.content):
            raise UsageError("Only text can be asked.", hint="Leave images, sound and files out.")
        return "\n".join(str(part.get("text", "")) for part in self.content)


class StreamOptions(BaseModel):
    """Whether a last chunk says how much there was."""

    include_usage: bool = False


class ChatModel(BaseModel):
    """The request; what is not named here (temperature, tools, ...) is passed over."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"model": MODEL, "messages": [{"role": "user", "content": "What is photosynthesis?"}]}]
        }
    )

    model: str = Field(MODEL, max_length=200)
    messages: list[Message] = Field(min_length=1, max_length=2000)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = 1


class ModelModel(BaseModel):
    """A model, as OpenAI lists it."""

    id: str = Field(examples=[MODEL])
    object: Literal["model"]
    created: int
    owned_by: str


class ModelsModel(BaseModel):
    """The models: one, whatever chat model answers behind it."""

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
    research_agent: dict[str, Any] = Field(description="The answer, as `/api/ask` gives it.")


@router.get("/models", response_model=ModelsModel)
async def models() -> Response:
    """The one model there is."""
    return AsciiJsonResponse({"object": "list", "data": [MODEL_JSON]})


@router.get("/models/{model}", response_model=ModelModel)
async def model_named(model: Annotated[str, Path(max_length=200)]) -> Response:
    """The one model there is, by its name."""
    if model != MODEL:
        raise NotFoundError(f"There is no model {model!r}.", hint=f"There is {MODEL!r}.")
    return AsciiJsonResponse(MODEL_JSON)


@router.post("/chat/completions", response_model=CompletionModel)
async def complete(request: Request, payload: ChatModel) -> Response:
    """Answer the last message. Earlier ones say which stored session it goes on with; system messages do nothing."""
    state, user = state_of(request), caller_of(request).user
    question, earlier = _parse(payload)
    if payload.stream:
        check_stream_limit(state, user)
    session = await find_session(await memory_of(request), earlier)
    run = await state.runs.start(user, question, session)
    if payload.stream:
        wants_usage = payload.stream_options is not None and payload.stream_options.include_usage
        return EventSourceResponse(_stream(state, run, wants_usage))
    answer = await wait_for_answer(request, run)
    return AsciiJsonResponse(_completion(run, answer, compose(answer, (await state.runtime()).source_titles)))


def _parse(payload: ChatModel) -> tuple[str, list[Exchange]]:
    """The question and the exchanges before it. Raises `UsageError`."""
    if payload.model != MODEL:
        raise NotFoundError(f"There is no model {payload.model!r}.", hint=f"There is {MODEL!r}.")
    if payload.n not in (None, 1):
        raise UsageError("One answer is given (n = 1).")
    messages = [message for message in payload.messages if message.role in ("user", "assistant")]
    if not messages or messages[-1].role != "user":
        raise UsageError("The last message must be the user's: it is what is asked.")
    return messages[-1].text(), _exchanges(messages[:-1])


def _exchanges(messages: Sequence[Message]) -> list[Exchange]:
    pairs = pairwise(messages)
    return [Exchange(one.text(), two.text()) for one, two in pairs if (one.role, two.role) == ("user", "assistant")]


async def _stream(state: ServerState, run: Run, wants_usage: bool) -> AsyncIterator[bytes]:
    with counted_stream(state, run.user):
        yield _chunk(run, {"role": "assistant", "content": ""})
        completion: Completion | None = None
        async with aclosing(run.follow(heartbeat=state.run_limits.heartbeat)) as events:
            async for event in events:
                if event is None:
                    yield HEARTBEAT
                elif isinstance(event, Answered):
                    completion = compose(event.answer, (await state.runtime()).source_titles)
                    for piece in PIECE.findall(completion.text):
                        yield _chunk(run, {"content": piece})
                elif isinstance(event, Ended):
                    for chunk in _last_chunks(run, event, completion, wants_usage):
                        yield chunk
                elif line := _progress(event):
                    yield _chunk(run, {"reasoning_content": f"{line}\n"})


def _last_chunks(run: Run, ended: Ended, completion: Completion | None, wants_usage: bool) -> list[bytes]:
    """The last chunks; `finish_reason` is "stop" only for an answer on disk."""
    if ended.how != "answered" or completion is None:
        error = run.error or UsageError("The question was stopped.", hint="Ask again.")
        return [f"data: {dumps(openai_error(status_of(error), error_fields(error)))}\n\n".encode(), b"data: [DONE]\n\n"]
    chunks = [_chunk(run, {"annotations": completion.annotations})] if completion.annotations else []
    stored = {"session": ended.session, "turn": ended.turn}
    chunks.append(_chunk(run, {}, finish="stop", research_agent=stored))
    if wants_usage:
        chunks.append(_chunk(run, None, usage=_usage(run.question, completion.text)))
    return [*chunks, b"data: [DONE]\n\n"]


def _progress(event: Event) -> str:
    """A line of progress; "" for events without one."""
    if isinstance(event, Planned):
        return printable(f"Searching for: {'; '.join(topic.text for topic in event.topics)}")
    if isinstance(event, SourceFinished):
        report = event.report
        return printable(f"{report.name}: {report.reason or f'{report.documents} documents'}")
    if isinstance(event, Ranked):
        return f"{len(event.evidence)} passages found. Writing."
    return "Checking every sentence." if isinstance(event, Drafted) and event.text else ""


def _chunk(run: Run, delta: Mapping[str, Any] | None, *, finish: str | None = None, **more: Any) -> bytes:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]
    content = {**_common_fields(run), "object": "chat.completion.chunk", "choices": choices, **more}
    return f"data: {dumps(content)}\n\n".encode()


def _completion(run: Run, answer: Answer, completion: Completion) -> dict[str, Any]:
    message = {"role": "assistant", "content": completion.text, "refusal": None, "annotations": completion.annotations}
    return {
        **_common_fields(run),
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": _usage(run.question, completion.text),
        "research_agent": answer.as_json(),
    }


def _common_fields(run: Run) -> dict[str, Any]:
    return {"id": f"chatcmpl-{run.id}", "created": run.created, "model": MODEL}


def _usage(question: str, text: str) -> dict[str, int]:
    """An estimate: the chat model's own token counts, over several calls, are not those of this conversation."""
    prompt, completion = (len(question) + 3) // 4, (len(text) + 3) // 4
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
