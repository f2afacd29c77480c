"""Routes of deep research: planned, edited, run, followed and read; a run goes on whoever looks at it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import Header, Path, Query, Request
from fastapi.sse import EventSourceResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from research_agent.errors import UsageError
from research_agent.messages import command_results, request_refusals
from research_agent.text.restriction import read_restriction
from research_agent.web.api.router import api_router
from research_agent.web.event_stream import HEARTBEAT, check_stream_limit, counted_stream
from research_agent.web.serialization import AsciiJsonResponse, dumps
from research_agent.web.state import caller_of, memory_of, state_of
from research_agent.web.user_stores import load_session

__all__ = ["router", "run_options"]

RunId = Annotated[str, Path(max_length=200)]
Version = Annotated[str, Header(alias="If-Match", max_length=40, description="The version that was edited.")]

SSE = {
    "text/event-stream": {"schema": {"type": "string"}, "example": 'id: 1\nevent: StepStarted\ndata: {"step":1}\n\n'}
}
STREAM: dict[int | str, dict[str, Any]] = {200: {"description": "The events, as they come.", "content": SSE}}

router = api_router()


class ResearchModel(BaseModel):
    """A question for deep research, its budget, and what it may rest on."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1, max_length=208_000)
    budget: str | None = Field(None, max_length=100, description="quick, standard, long, or parts: 5m,120req,20ktok.")
    start: bool = Field(False, description="Begin at once; without, the plan waits to be read and started.")
    sources: list[Annotated[str, Field(max_length=100)]] = Field([], max_length=40)
    model: str | None = Field(None, max_length=200)
    offline: bool = False
    sites: list[Annotated[str, Field(max_length=300)]] = Field([], max_length=20)
    exclude_sites: list[Annotated[str, Field(max_length=300)]] = Field([], max_length=20)
    since: str | None = Field(None, max_length=40)
    until: str | None = Field(None, max_length=40)
    libraries: list[Annotated[str, Field(max_length=64)]] = Field([], max_length=20)
    only: list[Annotated[str, Field(max_length=4096)]] = Field([], max_length=100)


class PlanModel(BaseModel):
    """An edited plan: a step a line, as `GET` gives it in `plan_text`."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=200_000)


class BudgetModel(BaseModel):
    """A new budget of a run, also while it is at work."""

    model_config = ConfigDict(extra="forbid")

    budget: str = Field(max_length=100)


def run_options(payload: ResearchModel) -> dict[str, Any]:
    """What is kept with a run, to be resumed with. Raises `UsageError` for a restriction that cannot be met."""
    restriction: dict[str, Any] = {
        "sites": payload.sites,
        "excluded": payload.exclude_sites,
        "since": payload.since,
        "until": payload.until,
        "libraries": payload.libraries,
        "files": payload.only,
    }
    given = {name: value for name, value in restriction.items() if value}
    read_restriction(**given)
    options = {"sources": payload.sources, "model": payload.model, "offline": payload.offline, "restriction": given}
    return {name: value for name, value in options.items() if value}


@router.post("/research", status_code=202, response_class=Response, tags=["research"])
async def plan(request: Request, payload: ResearchModel) -> Response:
    """Plan a question. Nothing is searched for before the run is started, by `start` here or later."""
    from research_agent.deep_research.budget import parse_budget

    limits = parse_budget(payload.budget) if payload.budget else None
    runs, user = state_of(request).deep_runs, caller_of(request).user
    run = await runs.plan(user, payload.question, budget=limits, options=run_options(payload))
    if payload.start:
        await runs.begin(user, run.id)
    return AsciiJsonResponse(await _run_json(request, run.id), 202, {"Location": f"/api/research/{run.id}"})


@router.get("/research", response_class=Response, tags=["research"])
async def list_runs(request: Request) -> Response:
    """All runs, the newest first."""
    runs = await (await memory_of(request)).research.all()
    fields = ("id", "question", "shape", "state", "created", "turn", "resumed", "note")
    return AsciiJsonResponse({"runs": [{name: getattr(run, name) for name in fields} for run in runs]})


@router.get("/research/{run}", response_class=Response, tags=["research"])
async def show(request: Request, run: RunId) -> Response:
    """A run: state, plan, sections, gaps, conflicts, what was spent of the budget."""
    found = await _run_json(request, run)
    return AsciiJsonResponse(found, headers={"ETag": f'"{found["run"]["plan_version"]}"'})


@router.put("/research/{run}/plan", response_class=Response, tags=["research"])
async def edit(request: Request, run: RunId, payload: PlanModel, if_match: Version = "") -> Response:
    """Put an edited plan in place of that of the version in `If-Match`; 412 when another edit came first."""
    from research_agent.deep_research.research_runs import edit_plan

    memory = await memory_of(request)
    known = await memory.research.get(run)
    version = if_match.strip().removeprefix("W/").strip('"')
    if not version.isdecimal():
        raise UsageError(request_refusals.BAD_VERSION(), hint=request_refusals.VERSION_IS())
    changed = await edit_plan(known.id, memory, int(version), payload.text)
    return AsciiJsonResponse(await _run_json(request, changed.id), headers={"ETag": f'"{changed.plan_version}"'})


@router.put("/research/{run}/budget", response_class=Response, tags=["research"])
async def budget(request: Request, run: RunId, payload: BudgetModel) -> Response:
    """Raise or lower the budget, also while it runs."""
    from research_agent.deep_research.budget import parse_budget

    runs = (await memory_of(request)).research
    known = await runs.get(run)
    await runs.set_budget(known.id, parse_budget(payload.budget))
    return AsciiJsonResponse(await _run_json(request, known.id))


@router.post("/research/{run}/start", status_code=202, response_class=Response, tags=["research"])
async def start(request: Request, run: RunId) -> Response:
    """Begin what was planned."""
    return await _begin(request, run)


@router.post("/research/{run}/resume", status_code=202, response_class=Response, tags=["research"])
async def resume(request: Request, run: RunId) -> Response:
    """Go on with what was stopped, or whose server ended; nothing is asked twice."""
    return await _begin(request, run)


@router.post("/research/{run}/stop", status_code=202, response_class=Response, tags=["research"])
async def stop(request: Request, run: RunId) -> Response:
    """Have the report of what is there written now."""
    stopped = await state_of(request).deep_runs.stop(caller_of(request).user, run)
    return AsciiJsonResponse(await _run_json(request, stopped.id), 202)


@router.delete("/research/{run}", status_code=204, response_class=Response, tags=["research"])
async def remove(request: Request, run: RunId) -> Response:
    """Forget a run with its report."""
    runs = (await memory_of(request)).research
    known = await runs.get(run)
    if state_of(request).deep_runs.is_active(caller_of(request).user, known.id):
        raise UsageError(request_refusals.RUN_ACTIVE(), hint=request_refusals.STOP_FIRST())
    await runs.remove(known.id)
    return Response(status_code=204)


@router.get("/research/{run}/events", response_class=Response, responses=STREAM, tags=["research"])
async def events(
    request: Request, run: RunId, last_event_id: Annotated[str, Header(alias="Last-Event-ID", max_length=20)] = ""
) -> Response:
    """Events of a run (text/event-stream), those behind `Last-Event-ID`; it ends when nobody works on the run."""
    state, user = state_of(request), caller_of(request).user
    known = await (await memory_of(request)).research.get(run)
    check_stream_limit(state, user)
    after = int(last_event_id) if last_event_id.isdecimal() else 0

    async def lines() -> AsyncIterator[bytes]:
        with counted_stream(state, user):
            heartbeat = state.run_limits.heartbeat
            async with aclosing(state.deep_runs.follow(user, known.id, after, heartbeat=heartbeat)) as followed:
                async for event in followed:
                    if event is None:
                        yield HEARTBEAT
                    else:
                        yield f"id: {event.seq}\nevent: {event.kind}\ndata: {dumps(dict(event.data))}\n\n".encode()

    return EventSourceResponse(lines(), headers={"X-Accel-Buffering": "no"})


@router.get("/research/{run}/report", response_class=Response, tags=["research"])
async def report(
    request: Request,
    run: RunId,
    format: Annotated[str, Query(max_length=20)] = "json",  # noqa: A002 - the query's name
) -> Response:
    """The newest report: json, or as sessions are exported (markdown, html, pdf, bibtex, csl)."""
    from research_agent.deep_research.research_runs import report_json, report_of
    from research_agent.rendering import FORMATS, export

    memory = await memory_of(request)
    found = await report_of((await memory.research.get(run)).id, memory)
    if format == "json" or found.answer is None:
        return AsciiJsonResponse(report_json(found))
    if format not in FORMATS:
        raise UsageError(
            command_results.NO_FORMAT(form=format), hint=request_refusals.FORMATS_ARE(formats=", ".join(FORMATS))
        )
    info, turns = await load_session(memory, found.rows.run.id, found.rows.run.turn)
    return Response(export(format, info, turns), media_type=FORMATS[format].media_type)


async def _begin(request: Request, run: str) -> Response:
    begun = await state_of(request).deep_runs.begin(caller_of(request).user, run)
    return AsciiJsonResponse(await _run_json(request, begun.id), 202)


async def _run_json(request: Request, run: str) -> dict[str, Any]:
    """A run with the text of its plan, and whether this server is at work on it."""
    from research_agent.deep_research.plan_text import plan_text
    from research_agent.deep_research.research_runs import run_json

    memory = await memory_of(request)
    rows = await memory.research.load((await memory.research.get(run)).id)
    state, user = state_of(request), caller_of(request).user
    failure = state.deep_runs.failure(user, rows.run.id)
    return {
        **run_json(rows.run, rows),
        "plan_text": plan_text(rows.steps),
        "active": state.deep_runs.is_active(user, rows.run.id),
        "failure": None if failure is None else f"{failure.message} {failure.hint}".strip(),
    }
