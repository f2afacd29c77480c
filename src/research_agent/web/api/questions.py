"""Routes that answer questions: ask and wait, or start a run, follow its events and stop it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Header, Path, Request
from starlette.responses import Response

from research_agent.messages import request_refusals
from research_agent.text.ask_options import read_options
from research_agent.text.restriction import read_restriction
from research_agent.web.api import schemas
from research_agent.web.api.router import ERRORS, api_router
from research_agent.web.error_handlers import NotFoundError
from research_agent.web.event_stream import check_stream_limit, stream_events, wait_for_answer
from research_agent.web.runs import Run, Runs
from research_agent.web.serialization import AsciiJsonResponse
from research_agent.web.state import caller_of, state_of

__all__ = ["router"]

SSE = {"text/event-stream": {"schema": {"type": "string"}, "example": 'id: 1\nevent: Begun\ndata: {"run":"..."}\n\n'}}
STREAM: dict[int | str, dict[str, Any]] = {200: {"description": "The events, as they come.", "content": SSE}}

RunId = Annotated[str, Path(description="The run's id.", max_length=64)]

router = api_router()


@router.post("/ask", response_model=schemas.AnswerModel, responses=STREAM | dict(ERRORS), tags=["questions"])
async def ask(request: Request, payload: schemas.AskModel) -> Response:
    """
    Answer a question: whole, or with `"stream": true` (or `Accept: text/event-stream`) event by event.

    The answer is on disk when it is given. A client that leaves before stops the work; what was written is kept as an
    interrupted turn.
    """
    state, user = state_of(request), caller_of(request).user
    streams = payload.stream or "text/event-stream" in request.headers.get("accept", "")
    if streams:
        check_stream_limit(state, user)
    run = await _start(state.runs, user, payload)
    if streams:
        return stream_events(request, run)
    return AsciiJsonResponse((await wait_for_answer(request, run)).as_json())


@router.post("/runs", status_code=202, response_model=schemas.BegunModel, tags=["questions"])
async def begin(request: Request, payload: schemas.AskModel) -> Response:
    """Begin to answer, and say where to follow it. It is stopped when nobody does for a few seconds."""
    run = await _start(state_of(request).runs, caller_of(request).user, payload)
    return AsciiJsonResponse(_begun(run), 202, {"Location": f"/api/runs/{run.id}/events"})


@router.get("/runs/{run}", response_model=schemas.RunModel, tags=["questions"])
async def run_state(request: Request, run: RunId) -> Response:
    """How far a question is."""
    current = _run(request, run)
    fields = {
        **_begun(current),
        "state": current.ended.how if current.ended else "running",
        "numbered": len(current.events),
        "answer": current.answer.as_json() if current.answer else None,
        "error": dict(current.ended.error) if current.ended and current.ended.error else None,
    }
    return AsciiJsonResponse(fields)


@router.get("/runs/{run}/events", responses=STREAM | dict(ERRORS), response_class=Response, tags=["questions"])
async def events(
    request: Request,
    run: RunId,
    last_event_id: Annotated[str, Header(description="The number of the last event that was seen.")] = "",
) -> Response:
    """The events of a question from its beginning, or those behind `Last-Event-ID`, to its last (`Ended`)."""
    is_number = last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 10
    return stream_events(request, _run(request, run), int(last_event_id) if is_number else 0)


@router.delete("/runs/{run}", status_code=204, response_class=Response, tags=["questions"])
async def stop(request: Request, run: RunId) -> Response:
    """Stop a question. What was written is kept, as an interrupted turn; the stream says when."""
    _run(request, run).cancel()
    return Response(status_code=204)


async def _start(runs: Runs, user: str, payload: schemas.AskModel) -> Run:
    restriction = read_restriction(
        sites=payload.sites,
        excluded=payload.exclude_sites,
        since=payload.since,
        until=payload.until,
        libraries=payload.libraries,
        files=payload.only,
    )
    options = read_options(
        model=payload.model,
        sources=payload.sources,
        offline=payload.offline,
        strict=payload.strict,
        lang=payload.lang,
        replaces=payload.replaces,
    )
    return await runs.start(
        user,
        payload.question,
        payload.session,
        keep_unsupported=payload.keep_unsupported,
        restriction=restriction,
        options=options,
    )


def _run(request: Request, run_id: str) -> Run:
    run = state_of(request).runs.get(caller_of(request).user, run_id)
    if run is None:
        raise NotFoundError(request_refusals.NO_RUN(), hint=request_refusals.RUNS_KEPT())
    return run


def _begun(run: Run) -> dict[str, str]:
    return {"run": run.id, "session": run.session, "events": f"/api/runs/{run.id}/events"}
