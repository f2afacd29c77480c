"""
The routes of the page: server-rendered HTML with plain links and forms; a script only enhances it.

Session ids are in the query or in the form body: some of them would have a meaning in a path.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from research_agent.errors import UnknownSessionError
from research_agent.memory import SessionInfo, check_session_id
from research_agent.memory.versions import root_of
from research_agent.messages import page_lines, request_refusals
from research_agent.rendering import FORMATS
from research_agent.text.restriction import read_restriction
from research_agent.text.sanitize import one_line
from research_agent.types import Turn
from research_agent.types.topic import split_names
from research_agent.web.error_handlers import NotFoundError
from research_agent.web.page.addresses import page_url
from research_agent.web.page.ask_form import choice_of, form_view, keep_choice, models_view, options_of
from research_agent.web.page.history import by_day
from research_agent.web.page.html_responses import PageRoute
from research_agent.web.page.html_responses import form as _form
from research_agent.web.page.html_responses import redirect as _redirect
from research_agent.web.page.html_responses import render as _render
from research_agent.web.page.views import run_view, session_view, titles_of, turn_views
from research_agent.web.runs import Run
from research_agent.web.state import ServerState, caller_of, memory_of, state_of
from research_agent.web.user_stores import load_session

__all__ = ["router"]

MAX_RECENT = 5
EXAMPLES = (
    "How does photosynthesis turn light into sugar?",
    "Why did the Library of Alexandria decline?",
    "What makes the sky blue, and the sunset red?",
)
NUMBER = re.compile(r"\d{1,6}")
SEPARATED = re.compile(r"[^\s,;]+")

Id = Annotated[str, Query(max_length=400)]
Number = Annotated[int, Query(ge=0, le=1_000_000)]


router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/")
async def home(request: Request, models: Number = 0) -> Response:
    """The home page: the question form and recent sessions; with `models`, servers are asked for theirs first."""
    infos = await (await memory_of(request)).sessions()
    if models:
        await (await state_of(request).runtime()).available_models()
    return _render(
        "home.html",
        here="/",
        form=await form_view(request),
        history=by_day(infos) or None,
        recent=[session_view(info) for info in infos[:MAX_RECENT]],
        more=len(infos) if len(infos) > MAX_RECENT else 0,
        examples=EXAMPLES,
        problem=state_of(request).failure,
    )


@router.get("/ask/models")
async def models(request: Request) -> Response:
    """The models to choose from as a fragment, once their servers were asked; at most a second."""
    found = await (await state_of(request).runtime()).available_models()
    return _render("models.html", models=models_view(found, choice_of(request)))


@router.post("/ask")
async def ask(request: Request) -> Response:
    """Start a run and redirect to its session."""
    form = await _form(request)
    session = form.get("session") or None
    restriction = read_restriction(
        sites=SEPARATED.findall(form.get("sites", "")),
        excluded=SEPARATED.findall(form.get("exclude_sites", "")),
        since=form.get("since"),
        until=form.get("until"),
        libraries=filter(None, form.get("libraries", "").split(",")),
        files=split_names(form.get("only", "")),
    )
    choice, replaces = choice_of(request, form), form.get("replaces", "0")
    user = caller_of(request).user
    options = await options_of(
        state_of(request), choice, user=user, replaces=int(replaces) if NUMBER.fullmatch(replaces) else 0
    )
    run = await state_of(request).runs.start(
        user, form.get("question", ""), session, restriction=restriction, options=options
    )
    return keep_choice(request, _redirect(page_url("/session", id=run.session, run=run.id) + "#run"), choice)


@router.post("/run/stop")
async def stop(request: Request) -> Response:
    """Cancel a run; what was written is saved."""
    run = _run(request, (await _form(request)).get("id", ""))
    run.cancel()
    await run.wait()
    return _redirect(page_url("/session", id=run.session, run=run.id))


@router.get("/run/wait")
async def wait(request: Request, id: Id) -> Response:  # noqa: A002 - the query's name
    """For browsers without scripts: wait for the end of a run, then redirect to its session."""
    run = _run(request, id)
    await run.wait()
    return _redirect(page_url("/session", id=run.session, run=run.id))


@router.get("/session")
async def session(request: Request, id: Id, run: Id = "", show: Number = 0) -> Response:  # noqa: A002
    """A session: the latest version of each question, or the one to `show`, and the run in progress in its place."""
    name = check_session_id(id)
    state, user = state_of(request), caller_of(request).user
    current = _current_run(state, user, name, run)
    try:
        info, turns = await _load(request, name)
    except UnknownSessionError:
        if current is None:
            raise
        info, turns = None, ()
    titles = await titles_of(request)
    infos = await (await memory_of(request)).sessions()
    return _render(
        "session.html",
        session=name,
        title=one_line(info.title) if info else one_line(current.question if current else name),
        info=info,
        here=name,
        form=await form_view(request),
        history=by_day(infos),
        links={
            "export": page_url("/session/export", id=name),
            "rename": page_url("/session/rename", id=name),
            "delete": page_url("/session/delete", id=name),
        },
        turns=turn_views(turns, titles, show=show),
        run=run_view(current, titles) if current else None,
        replaced=_replaced(current, turns),
        formats=FORMATS,
    )


@router.get("/session/turn")
async def turn(request: Request, id: Id, turn: Number) -> Response:  # noqa: A002 - the query's name
    """One turn as a fragment, by which the script replaces the streamed draft."""
    turns = await (await memory_of(request)).turns(check_session_id(id))
    views = turn_views(turns, await titles_of(request), show=turn)
    view = next((one for one in views if one["number"] == turn), None)
    if view is None:
        raise NotFoundError(page_lines.NO_QUESTION(n=turn), hint=request_refusals.MAY_BE_DELETED())
    is_last = turns[-1].number == turn
    if is_last and state_of(request).ready and await state_of(request).suggestions.are_made(turns[-1].answer):
        view["next"] = page_url("/session/next", id=id, turn=turn)
    return _render("turn.html", turn=view, formats=FORMATS)


@router.get("/session/next")
async def suggested(request: Request, id: Id, turn: Number) -> Response:  # noqa: A002 - the query's name
    """The suggestions below a turn as a fragment, once the idle model has made some."""
    turns = await (await memory_of(request)).turns(check_session_id(id))
    answer = next((one.answer for one in turns if one.number == turn), None)
    if answer is None:
        raise NotFoundError(page_lines.NO_QUESTION(n=turn), hint=request_refusals.MAY_BE_DELETED())
    found = await state_of(request).suggestions.of(caller_of(request).user, answer)
    return _render("next.html", turn={"number": turn, "session": answer.session, "follow_ups": found, "next": ""})


@router.get("/settings")
async def settings(request: Request) -> Response:
    """All settings and their origin; secrets are hidden."""
    from research_agent.doctor.checks import setting_states
    from research_agent.settings import config_path

    states = [*setting_states(state_of(request).settings)]
    return _render("settings.html", here="/settings", states=states, file=config_path())


@router.get("/doctor")
async def doctor(request: Request, now: Number = 0) -> Response:
    """The doctor's page, at once; it loads the report when that is ready, or includes it with `now`."""
    report = await _diagnosis(request) if now else None
    return _render("doctor.html", here="/doctor", report=report)


@router.get("/doctor/checks")
async def checks(request: Request) -> Response:
    """The doctor's report as a fragment."""
    return _render("checks.html", report=await _diagnosis(request))


async def _diagnosis(request: Request) -> Any:
    from research_agent.doctor import diagnose

    return await diagnose(state_of(request).settings)


async def _load(request: Request, name: str) -> tuple[SessionInfo, tuple[Turn, ...]]:
    return await load_session(await memory_of(request), name)


def _replaced(run: Run | None, turns: Sequence[Turn]) -> int:
    """The place, by its first turn, that the run in progress takes; 0 for one that is below all turns."""
    number = run.options.replaces if run is not None else 0
    return next((root_of(turn, turns) for turn in turns if number and turn.number == number), 0)


def _run(request: Request, run_id: str) -> Run:
    run = state_of(request).runs.get(caller_of(request).user, run_id)
    if run is None:
        raise NotFoundError(page_lines.NO_SUCH_RUN(), hint=page_lines.IN_SESSIONS())
    return run


def _current_run(state: ServerState, user: str, session: str, run_id: str) -> Run | None:
    """The run that the session's page shows: the named one, or an active one; None for one that ended with a turn."""
    named = state.runs.get(user, run_id) if run_id else None
    active = (one for one in state.runs.active if (one.user, one.session) == (user, session))
    run = named if named is not None and named.session == session else next(active, None)
    return run if run is not None and not (run.ended and run.ended.turn) else None
