"""The API under /api/: questions, their events, sessions, documents, citations, sources, settings, health, metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query, Request, Security
from fastapi.security import HTTPBearer
from starlette.responses import Response

from research_agent.errors import UsageError
from research_agent.memory import check_session_id
from research_agent.memory.verification.bundle_writer import pack_bundle
from research_agent.rendering import markdown
from research_agent.types import Turn
from research_agent.web import schemas
from research_agent.web.error_handlers import NotFoundError, error_response
from research_agent.web.event_stream import check_stream_limit, stream_events, wait_for_answer
from research_agent.web.metrics import CONTENT_TYPE
from research_agent.web.runs import Run
from research_agent.web.serialization import AsciiJsonResponse, document_json, session_json
from research_agent.web.state import caller_of, state_of

__all__ = ["BEARER", "DESCRIPTION", "public", "router"]

DESCRIPTION = """Answers in which every sentence is tied to the exact words of a source it fetched.

Every route but `/api/health` wants `Authorization: Bearer TOKEN`, with the token of the address that
`research-agent serve` printed, or one that `serve --add-token NAME` made. Bodies are JSON. Errors are
`{"error": {"type", "message", "hint"}}`."""

ERRORS: Mapping[int | str, dict[str, Any]] = {
    400: {"model": schemas.ErrorModel, "description": "The call was wrong; nothing was done."},
    401: {"model": schemas.ErrorModel, "description": "No token, or one that is not known."},
    404: {"model": schemas.ErrorModel, "description": "There is nothing of that name, for you."},
    413: {"model": schemas.ErrorModel, "description": "The body is too large."},
    422: {"model": schemas.ErrorModel, "description": "The request has not the shape of this route."},
    429: {"model": schemas.ErrorModel, "description": "Too much at once; see Retry-After."},
}
SSE = {"text/event-stream": {"schema": {"type": "string"}, "example": 'id: 1\nevent: Begun\ndata: {"run":"..."}\n\n'}}
STREAM: dict[int | str, dict[str, Any]] = {200: {"description": "The events, as they come.", "content": SSE}}

BEARER = HTTPBearer(auto_error=False, description="The token. It is checked before any route is looked for.")

public = APIRouter(prefix="/api")
router = APIRouter(prefix="/api", responses=dict(ERRORS), dependencies=[Security(BEARER)])

Id = Annotated[str, Path(description="The session's id.", examples=[schemas.SESSION])]
RunId = Annotated[str, Path(description="The run's id.", max_length=64)]


@public.get("/health", response_model=schemas.HealthModel, tags=["server"])
async def health() -> Response:
    """Whether the server answers. Needs no token and says nothing else."""
    return AsciiJsonResponse({"status": "ok"})


@router.post("/ask", response_model=schemas.AnswerModel, responses=STREAM | dict(ERRORS), tags=["questions"])
async def ask(request: Request, asked: schemas.AskModel) -> Response:
    """
    Answer a question: whole, or with `"stream": true` (or `Accept: text/event-stream`) event by event.

    The answer is on disk when it is given. A client that leaves before stops the work; what was written is kept as an
    interrupted turn.
    """
    state, user = state_of(request), caller_of(request).user
    streams = asked.stream or "text/event-stream" in request.headers.get("accept", "")
    if streams:
        check_stream_limit(state, user)
    run = await state.runs.start(user, asked.question, asked.session)
    if streams:
        return stream_events(request, run)
    return AsciiJsonResponse((await wait_for_answer(request, run)).as_json())


@router.post("/runs", status_code=202, response_model=schemas.BegunModel, tags=["questions"])
async def begin(request: Request, asked: schemas.AskModel) -> Response:
    """Begin to answer, and say where to follow it. It is stopped when nobody does for a few seconds."""
    run = await state_of(request).runs.start(caller_of(request).user, asked.question, asked.session)
    return AsciiJsonResponse(_begun(run), 202, {"Location": f"/api/runs/{run.id}/events"})


@router.get("/runs/{run}", response_model=schemas.RunModel, tags=["questions"])
async def run_state(request: Request, run: RunId) -> Response:
    """How far a question is."""
    found = _run(request, run)
    told = {
        **_begun(found),
        "state": found.ended.how if found.ended else "running",
        "numbered": len(found.events),
        "answer": found.answer.as_json() if found.answer else None,
        "error": dict(found.ended.error) if found.ended and found.ended.error else None,
    }
    return AsciiJsonResponse(told)


@router.get("/runs/{run}/events", responses=STREAM | dict(ERRORS), response_class=Response, tags=["questions"])
async def events(
    request: Request,
    run: RunId,
    last_event_id: Annotated[str, Header(description="The number of the last event that was seen.")] = "",
) -> Response:
    """The events of a question from its beginning, or those behind `Last-Event-ID`, to its last (`Ended`)."""
    found = _run(request, run)
    after = int(last_event_id) if last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 10 else 0
    return stream_events(request, found, after)


@router.delete("/runs/{run}", status_code=204, response_class=Response, tags=["questions"])
async def stop(request: Request, run: RunId) -> Response:
    """Stop a question. What was written is kept, as an interrupted turn; the stream says when."""
    _run(request, run).cancel()
    return Response(status_code=204)


@router.get("/sessions", response_model=schemas.SessionsModel, tags=["sessions"])
async def sessions(
    request: Request,
    q: Annotated[str, Query(max_length=200, description="Words that the title or id holds.")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Your sessions, the latest first."""
    memory = await state_of(request).memory(caller_of(request))
    words = q.casefold().split()
    found = [
        info for info in await memory.sessions() if all(word in f"{info.title} {info.id}".casefold() for word in words)
    ]
    page = found[offset : offset + limit]
    return AsciiJsonResponse({"sessions": [session_json(info) for info in page], "total": len(found)})


@router.get("/sessions/{session:path}", response_model=schemas.TurnsModel, tags=["sessions"])
async def session(request: Request, session: Id) -> Response:
    """A session with all its turns and the documents they cite."""
    return await exported(request, session, "json", None)


@router.delete("/sessions/{session:path}", status_code=204, response_class=Response, tags=["sessions"])
async def delete(request: Request, session: Id) -> Response:
    """Remove a session, from the disk too."""
    memory = await state_of(request).memory(caller_of(request))
    await memory.delete(check_session_id(session))
    return Response(status_code=204)


@router.get("/export/{session:path}", response_class=Response, tags=["sessions"])
async def exported(
    request: Request,
    session: Id,
    format: Annotated[Literal["json", "markdown", "bundle"], Query()] = "markdown",  # noqa: A002 - the query's name
    turn: Annotated[int | None, Query(ge=1, le=1_000_000, description="This turn only.")] = None,
) -> Response:
    """A session as a file: Markdown to read, JSON to work with, or a bundle that `verify` checks anywhere."""
    state, name = state_of(request), check_session_id(session)
    memory = await state.memory(caller_of(request))
    turns = [one for one in await memory.turns(name) if turn in (None, one.number)]
    if not turns:
        raise NotFoundError(f"Session {name!r} has no turn {turn}.")
    info = next(info for info in await memory.sessions() if info.id == name)
    if format == "bundle":
        data = await asyncio.to_thread(pack_bundle, name, turns, secrets=state.settings.secrets)
        return Response(data, media_type="application/json")
    if format == "json":
        return Response(markdown.as_json(info, turns), media_type="application/json")
    return Response(markdown.as_markdown(info, turns).encode("utf-8", "replace"), media_type="text/markdown")


@router.get("/citations/{session:path}", response_model=schemas.CitedModel, tags=["documents"])
async def citations(
    request: Request,
    session: Id,
    turn: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Response:
    """The citations of a turn, each held against the stored text now."""
    memory = await state_of(request).memory(caller_of(request))
    name = check_session_id(session)
    found: Turn | None = next((one for one in await memory.turns(name) if one.number == turn), None)
    if found is None:
        raise NotFoundError(f"Session {name!r} has no turn {turn}.")
    texts = {document.id: document.text for document in found.answer.documents}
    told = [
        {
            **citation,
            "verified": texts.get(citation["document"], "")[citation["start"] : citation["end"]] == citation["quote"],
        }
        for citation in found.answer.as_json()["citations"]
    ]
    return AsciiJsonResponse({"session": name, "turn": turn, "citations": told})


@router.get("/documents/{document}", response_model=schemas.DocumentModel, tags=["documents"])
async def document(request: Request, document: Annotated[str, Path(max_length=200)]) -> Response:
    """A stored text, as it was fetched: offsets of citations point into `text`."""
    memory = await state_of(request).memory(caller_of(request))
    try:
        found = await memory.document(document)
    except UsageError as error:
        return error_response(request, NotFoundError(error.message, hint=error.hint))
    return AsciiJsonResponse(document_json(found))


@router.get("/sources", response_model=schemas.SourcesModel, tags=["server"])
async def sources(request: Request) -> Response:
    """The sources that can be asked."""
    runtime = await state_of(request).runtime()
    told = [{"name": one.name, "title": one.title, "live": one.live} for one in runtime.sources]
    return AsciiJsonResponse({"sources": told})


@router.get("/settings", response_model=schemas.SettingsModel, tags=["server"])
async def settings(request: Request) -> Response:
    """The settings of this server and who set them; secrets are hidden."""
    from research_agent.doctor.checks import setting_states

    return AsciiJsonResponse({"settings": [_setting(state) for state in setting_states(state_of(request).settings)]})


@router.get("/doctor", response_class=Response, tags=["server"])
async def doctor(request: Request) -> Response:
    """What is there, what is reachable and what to do next, as `doctor --json` says it. Takes a few seconds."""
    from research_agent.doctor import diagnose

    return AsciiJsonResponse((await diagnose(state_of(request).settings)).as_json())


@router.get("/metrics", response_class=Response, tags=["server"])
async def metrics(request: Request) -> Response:
    """Counters, in Prometheus' text format."""
    state = state_of(request)
    text = state.metrics.text(active=len(state.runs.active), ended=state.runs.finished, ready=state.ready)
    return Response(text, media_type=CONTENT_TYPE)


def _run(request: Request, run: str) -> Run:
    found = state_of(request).runs.get(caller_of(request).user, run)
    if found is None:
        raise NotFoundError("There is no such run.", hint="Those that ended are kept for a few minutes.")
    return found


def _begun(run: Run) -> dict[str, str]:
    return {"run": run.id, "session": run.session, "events": f"/api/runs/{run.id}/events"}


def _setting(state: Any) -> dict[str, str]:
    return {
        "name": state.name,
        "variable": state.variable,
        "value": state.value,
        "origin": state.origin,
        "meaning": state.meaning,
    }
