"""Responses of OpenAI's Responses API by their ids: read again, with what was asked, and deleted with their turns."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from research_agent.errors import UnknownSessionError
from research_agent.memory import Memory
from research_agent.messages import openai_refusals
from research_agent.types import Turn
from research_agent.web.error_handlers import NotFoundError, NotYetError
from research_agent.web.openai.kept_response import parts_of, rewritten
from research_agent.web.openai.response_events import (
    ResponseHead,
    ResponseWriter,
    Status,
    message_item,
    response_json,
    response_usage,
)
from research_agent.web.openai.responses import ResponseModel
from research_agent.web.serialization import AsciiJsonResponse
from research_agent.web.state import caller_of, memory_of, state_of

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["OpenAI"])

Id = Annotated[str, Path(max_length=5000, description="The response's id.", examples=["resp_" + "0" * 32])]


@router.get("/responses/{response}", response_model=ResponseModel)
async def retrieve(
    request: Request,
    response: Id,
    stream: Annotated[bool, Query(description="As the events of a stream.")] = False,
    starting_after: Annotated[int, Query(description="Of a stream, the events after that number.")] = -1,
) -> Response:
    """Give a response again, from its stored turn; one that is still being made is `in_progress`."""
    if (making := _in_progress(request, response)) is not None:
        return AsciiJsonResponse(making)
    turn = await _turn_of(await memory_of(request), response)
    answer = turn.answer
    titles = (await state_of(request).runtime()).source_titles
    head, completion = rewritten(answer, response, titles)
    interrupted = answer.status == "interrupted"
    more = {"usage": response_usage(answer.question, completion.text), "research_agent": answer.as_json()}
    if not stream:
        status: Status = "incomplete" if interrupted else "completed"
        details = {"incomplete_details": {"reason": "interrupted"}} if interrupted else {}
        output = [message_item(head, completion)]
        return AsciiJsonResponse(response_json(head, status, output, **details, **more))
    writer = ResponseWriter(head)
    events = [*writer.begin(), *writer.message(completion)]  # each takes the next number
    events.append(writer.incomplete("interrupted", **more) if interrupted else writer.completed(**more))
    return Response(b"".join(events[max(0, starting_after + 1) :]), media_type="text/event-stream")


@router.delete("/responses/{response}")
async def delete(request: Request, response: Id) -> Response:
    """Delete a response with the turn that it was, from the disk too; its session goes with its only turn."""
    memory = await memory_of(request)
    _check_ended(request, response)
    turn = await _turn_of(memory, response)
    await memory.delete_turn(turn.answer.session, turn.number)
    return AsciiJsonResponse({"id": response, "object": "response", "deleted": True})


@router.get("/responses/{response}/input_items")
async def input_items(request: Request, response: Id) -> Response:
    """What was asked."""
    _check_ended(request, response)
    turn = await _turn_of(await memory_of(request), response)
    item: dict[str, Any] = {
        "type": "message",
        "id": f"msg_in_{parts_of(response)[0]}",
        "status": "completed",
        "role": "user",
        "content": [{"type": "input_text", "text": turn.question}],
    }
    ends = {"first_id": item["id"], "last_id": item["id"], "has_more": False}
    return AsciiJsonResponse({"object": "list", "data": [item], **ends})


def _in_progress(request: Request, response: str) -> dict[str, Any] | None:
    """The response while its question is being answered; None when it is not."""
    run_id, session = parts_of(response)
    run = state_of(request).runs.get(caller_of(request).user, run_id)
    if run is None or run.session != session or run.ended is not None or run.options.response is None:
        return None
    head = ResponseHead(response, run.created, run.options.response["echo"])
    return response_json(head, "in_progress", [], research_agent={"session": run.session})


def _check_ended(request: Request, response: str) -> None:
    """Raise `NotYetError` for a response that is still being made: there is no turn yet."""
    if _in_progress(request, response) is not None:
        raise NotYetError(openai_refusals.RESPONSE_BEGUN(id=response[:80]), hint=openai_refusals.WAIT_FOR_END())


async def _turn_of(memory: Memory, response: str) -> Turn:
    """The turn of the caller that an id names. Raises `NotFoundError`."""
    run, session = parts_of(response)
    try:
        turns = await memory.turns(session) if session else ()
    except UnknownSessionError:
        turns = ()
    for turn in turns:
        if (turn.answer.response or {}).get("run") == run:
            return turn
    raise NotFoundError(openai_refusals.NO_RESPONSE(id=response[:80]), hint=openai_refusals.RESPONSES_KEPT())
