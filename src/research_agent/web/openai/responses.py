"""
OpenAI's Responses API, which newer clients speak: POST /v1/responses, whole or as events.

The id of a response names the session that it is kept in, so `previous_response_id` goes on there, after a restart too.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.responses import Response

from research_agent.errors import UsageError
from research_agent.events import Answered
from research_agent.memory import Memory
from research_agent.messages import openai_refusals, request_refusals
from research_agent.types import AskOptions
from research_agent.web.error_handlers import NotFoundError, openai_error, status_of
from research_agent.web.event_stream import HEARTBEAT, check_stream_limit, counted_stream, wait_for_answer
from research_agent.web.openai.answer_format import write
from research_agent.web.openai.chat_request import (
    MODEL,
    Asked,
    Message,
    check_model,
    check_parameters,
    checked,
    ignored,
    messages_of_input,
    read_messages,
)
from research_agent.web.openai.completion import Completion
from research_agent.web.openai.conversation import find_session
from research_agent.web.openai.housekeeping_reply import reply_to
from research_agent.web.openai.kept_response import kept_response, parts_of, response_id
from research_agent.web.openai.pieces import progress_line
from research_agent.web.openai.response_events import (
    ResponseHead,
    ResponseWriter,
    function_item,
    message_item,
    response_json,
    response_usage,
)
from research_agent.web.runs import Ended, Run
from research_agent.web.serialization import AsciiJsonResponse, error_fields
from research_agent.web.state import ServerState, caller_of, memory_of, state_of

__all__ = ["ResponseModel", "ResponsesModel", "read_input", "router"]

router = APIRouter(prefix="/v1", tags=["OpenAI"])

MESSAGES = TypeAdapter(list[Message])


class ResponsesModel(BaseModel):
    """The request. Each parameter of OpenAI's API has a defined answer; one that OpenAI does not have is ignored."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"model": MODEL, "input": "What is photosynthesis?", "stream": False}]}
    )

    model: str | None = Field(MODEL, max_length=200, description="Honoured: research-agent; another is 404.")
    input: str | list[Any] = Field(
        min_length=1, description="Honoured: the question, or messages of which the last is the question."
    )
    instructions: str | list[Any] | None = ignored("as system messages; a title asked by them is housekeeping.")
    stream: bool | None = Field(False, description="Honoured: checked text alone is streamed.")
    previous_response_id: str | None = Field(
        None, max_length=5000, description="Honoured: the question goes on with that response's session."
    )
    text: dict[str, Any] | None = checked("format: text, json_object, and schemas with a place for the answer.")
    tools: list[Any] | None = ignored("no tool of a client is ever called; a forced one is 400.")
    tool_choice: Any = checked("auto and none; required or a name is 400, but for housekeeping.")
    top_logprobs: Any = checked("0; more is 400, since checked text is not sampled.")
    background: Any = checked("false; true is 400.")
    conversation: Any = checked("null; conversation objects are not served, 400.")
    prompt: Any = checked("null; stored prompts are not served, 400.")
    store: Any = Field(
        None,
        description="Honoured: false is not given again by its id; the turn is in the asker's sessions all the same.",
    )
    metadata: dict[str, Any] | None = Field(None, description="Honoured: said back.")
    include: Any = ignored("there is nothing more to include.")
    parallel_tool_calls: Any = ignored("no tool is called.")
    max_tool_calls: Any = ignored("no tool is called.")
    max_output_tokens: Any = ignored("an answer is never cut: its sentences would lose their sources.")
    truncation: Any = ignored("a question is never cut.")
    context_management: Any = ignored("earlier turns are those of the session.")
    temperature: Any = ignored("the draft is sampled as the settings say, and checked.")
    top_p: Any = ignored("as temperature.")
    reasoning: Any = ignored("how much is done depends on the question.")
    stream_options: Any = ignored("a response always says its usage.")
    background_options: Any = ignored("as background.")
    image: Any = ignored("only text is written.")
    user: Any = ignored("the token says who asks.")
    safety_identifier: Any = ignored("as user.")
    access_programs: Any = ignored("as user.")
    service_tier: Any = ignored("there is one.")
    moderation: Any = ignored("nothing is sent to a moderator.")
    prompt_cache_key: Any = ignored("the cache needs no key.")
    prompt_cache_options: Any = ignored("as prompt_cache_key.")
    prompt_cache_retention: Any = ignored("as prompt_cache_key.")


class ResponseModel(BaseModel):
    """A response. `usage` is an estimate: four characters a token."""

    model_config = ConfigDict(extra="allow")

    id: str
    object: str = Field(examples=["response"])
    created_at: int
    status: str = Field(examples=["completed"])
    model: str
    output: list[dict[str, Any]]
    usage: dict[str, Any] | None
    research_agent: dict[str, Any] = Field(
        description="The answer, as `/api/ask` gives it; of housekeeping its kind, such as `title`."
    )


@router.post("/responses", response_model=ResponseModel)
async def respond(request: Request, payload: ResponsesModel) -> Response:
    """
    Answer the input. It goes on with the session of `previous_response_id`, or with that of the messages before it.

    A front end's own requests (for a title, tags, follow-up questions, ...) are answered from the conversation.
    """
    state, user = state_of(request), caller_of(request).user
    check_model(payload.model)
    check_parameters(payload)
    form = (payload.text or {}).get("format")
    asked = read_messages(read_input(payload), form, payload.tool_choice, payload.tools)
    if payload.stream:
        check_stream_limit(state, user)
    if asked.task is not None:
        return _housekeeping(asked, payload)
    memory = await memory_of(request)
    if payload.previous_response_id is not None:
        session = await _session_of(memory, payload.previous_response_id)
    else:
        session = await find_session(memory, asked.earlier)
    run_id, echo = secrets.token_hex(16), _echo(payload)
    kept = None if payload.store is False else kept_response(run_id, echo, asked)
    run = await state.runs.start(user, asked.question, session, options=AskOptions(response=kept), run_id=run_id)
    head = ResponseHead(response_id(run.id, run.session), run.created, echo)
    if payload.stream:
        return EventSourceResponse(_stream(state, run, asked, head))
    answer = await wait_for_answer(request, run)
    completion = write(asked.format, answer, (await state.runtime()).source_titles, asked.note)
    usage = response_usage(asked.question, completion.text)
    output = [message_item(head, completion)]
    told = answer.as_json()
    return AsciiJsonResponse(response_json(head, "completed", output, usage=usage, research_agent=told))


def read_input(payload: ResponsesModel) -> list[Message]:
    """The input as messages. Raises `UsageError` for items that are none."""
    try:
        messages = MESSAGES.validate_python(messages_of_input(payload.input, payload.instructions))
    except ValidationError as error:
        raise UsageError(openai_refusals.NOT_MESSAGES(), hint=openai_refusals.INPUT_IS()) from error
    if not messages:
        raise UsageError(openai_refusals.NO_MESSAGE(), hint=openai_refusals.SEND_QUESTION())
    return messages


async def _session_of(memory: Memory, response: str) -> str | None:
    """The session of an earlier response of the caller; None for housekeeping. Raises `NotFoundError`."""
    _, session = parts_of(response)
    if session == "":
        return None
    if session and any(info.id == session for info in await memory.sessions()):
        return session
    raise NotFoundError(openai_refusals.NO_PREVIOUS(), hint=openai_refusals.SEND_CONVERSATION())


def _echo(payload: ResponsesModel) -> dict[str, Any]:
    """The fields of the request that its response says back."""
    echo: dict[str, Any] = {"previous_response_id": payload.previous_response_id, "metadata": payload.metadata or {}}
    if isinstance(payload.instructions, str):
        echo["instructions"] = payload.instructions
    if form := (payload.text or {}).get("format"):
        echo["text"] = {"format": form}
    return echo if payload.store is not False else {**echo, "store": False}


def _housekeeping(asked: Asked, payload: ResponsesModel) -> Response:
    """The answer to a front end's own request: no source is asked, nothing is stored."""
    assert asked.task is not None
    head = ResponseHead(response_id(secrets.token_hex(16)), int(time.time()), {**_echo(payload), "store": False})
    text = reply_to(asked.task, asked.format.kind)
    usage, told = response_usage(asked.question, text), {"research_agent": {"housekeeping": asked.task.kind}}
    completion = Completion(text, [])
    if payload.stream:
        writer = ResponseWriter(head)
        events = writer.begin()
        events += writer.message(completion) if asked.function is None else writer.function_call(asked.function, text)
        events.append(writer.completed(usage, **told))
        return Response(b"".join(events), media_type="text/event-stream")
    item = message_item(head, completion) if asked.function is None else function_item(head, asked.function, text)
    return AsciiJsonResponse(response_json(head, "completed", [item], usage=usage, **told))


async def _stream(state: ServerState, run: Run, asked: Asked, head: ResponseHead) -> AsyncIterator[bytes]:
    writer = ResponseWriter(head)
    text: str | None = None
    with counted_stream(state, run.user):
        yield b"".join(writer.begin())
        async with aclosing(run.follow(heartbeat=state.run_limits.heartbeat)) as events:
            async for event in events:
                if event is None:
                    yield HEARTBEAT
                elif isinstance(event, Answered):
                    titles = (await state.runtime()).source_titles
                    completion = write(asked.format, event.answer, titles, asked.note)
                    text = completion.text
                    yield b"".join(writer.message(completion))
                elif isinstance(event, Ended):
                    yield _last_event(writer, run, event, text)
                elif text is None and (line := progress_line(event)):
                    yield b"".join(writer.progress(line))


def _last_event(writer: ResponseWriter, run: Run, ended: Ended, text: str | None) -> bytes:
    """The last event: `response.completed` only for an answer on disk."""
    if ended.how == "answered" and text is not None:
        told = {"session": ended.session, "turn": ended.turn}
        return writer.completed(response_usage(run.question, text), research_agent=told)
    error = run.error or UsageError(openai_refusals.QUESTION_STOPPED(), hint=request_refusals.ASK_AGAIN())
    status = status_of(error)
    code = "rate_limit_exceeded" if status == 429 else "server_error" if status >= 500 else "invalid_prompt"
    message = openai_error(status, error_fields(error))["error"]["message"]
    return writer.failed({"code": code, "message": message})
