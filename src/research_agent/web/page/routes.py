"""
The page: plain links and forms, rendered here whole; a script may follow a stream and open a source beside the answer.

Names of sessions come in the query, and in the body of forms.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from research_agent.errors import ResearchAgentError, UnknownSessionError, UsageError
from research_agent.memory import SessionInfo, check_session_id
from research_agent.rendering import FORMATS, export
from research_agent.rendering.jinja import environment
from research_agent.rendering.view import AnswerView, safe_link
from research_agent.text.sanitize import one_line
from research_agent.types import Answer, Document, Turn
from research_agent.web.error_handlers import NotFoundError, status_of
from research_agent.web.page.assets import asset
from research_agent.web.page.source_panel import cut, places
from research_agent.web.page.views import address, run_view, session_view, turn_view
from research_agent.web.runs import Run
from research_agent.web.state import ServerState, caller_of, state_of
from research_agent.web.user_stores import search_sessions

__all__ = ["router"]

RECENT = 5
EXAMPLES = (
    "How does photosynthesis turn light into sugar?",
    "Why did the Library of Alexandria decline?",
    "What makes the sky blue, and the sunset red?",
)
FIELDS = 20
# Under no-referrer a browser sends its forms with `Origin: null`, which nobody should trust; nothing leaves this way.
HEADERS = {"Referrer-Policy": "same-origin"}

Id = Annotated[str, Query(max_length=400)]
Number = Annotated[int, Query(ge=0, le=1_000_000)]


class Page(APIRoute):
    """A route whose errors are pages too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with what a user can do something about as a page that says it."""
        handle = super().get_route_handler()

        async def handle_page(request: Request) -> Response:
            try:
                return await handle(request)
            except ResearchAgentError as error:
                return _problem(request, status_of(error), error.message, error.hint)
            except RequestValidationError:
                return _problem(request, 400, "This address is not one of the page's.", "Follow a link instead.")
            except HTTPException as error:
                return _problem(request, error.status_code, str(error.detail), "")

        return handle_page


router = APIRouter(route_class=Page, include_in_schema=False)


@router.get("/")
async def home(request: Request) -> Response:
    """The place to ask, and what was asked last."""
    found = await (await _memory(request)).sessions()
    return _page(
        request,
        "home.html",
        here="/",
        recent=[session_view(info) for info in found[:RECENT]],
        more=len(found) if len(found) > RECENT else 0,
        examples=EXAMPLES,
        problem=state_of(request).failure,
    )


@router.post("/ask")
async def ask(request: Request) -> Response:
    """Begin to answer and go where the answer will be."""
    form = await _form(request)
    session = form.get("session") or None
    run = await state_of(request).runs.start(caller_of(request).user, form.get("question", ""), session)
    return _go(address("/session", id=run.session, run=run.id) + "#run")


@router.post("/run/stop")
async def stop(request: Request) -> Response:
    """Stop a question; what was written is kept."""
    run = _run(request, (await _form(request)).get("id", ""))
    run.cancel()
    await run.wait()
    return _go(address("/session", id=run.session, run=run.id))


@router.get("/run/wait")
async def wait(request: Request, id: Id) -> Response:  # noqa: A002 - the query's name
    """For browsers without a script: the answer's page, when there is an answer."""
    run = _run(request, id)
    await run.wait()
    return _go(address("/session", id=run.session, run=run.id))


@router.get("/session")
async def session(request: Request, id: Id, run: Id = "") -> Response:  # noqa: A002 - the query's name
    """A session whole, and below it a question on its way."""
    name = check_session_id(id)
    state, user = state_of(request), caller_of(request).user
    running = _running(state, user, name, run)
    try:
        info, turns = await _load(request, name)
    except UnknownSessionError:
        if running is None:
            raise
        info, turns = None, ()
    titles = await _titles(state)
    return _page(
        request,
        "session.html",
        session=name,
        title=one_line(info.title) if info else one_line(running.question if running else name),
        info=info,
        links={
            "export": address("/session/export", id=name),
            "delete": address("/session/delete", id=name),
        },
        turns=[turn_view(turn, titles) for turn in turns],
        run=run_view(running, titles) if running else None,
        formats=FORMATS,
    )


@router.get("/session/turn")
async def turn(request: Request, id: Id, turn: Number) -> Response:  # noqa: A002 - the query's name
    """One turn of a session, to be put where it was written."""
    found = await _turn(request, id, turn)
    view = turn_view(found, await _titles(state_of(request)))
    return _page(request, "turn.html", turn=view, formats=FORMATS)


@router.get("/session/export")
async def exported(request: Request, id: Id, format: Id, turn: Number = 0) -> Response:  # noqa: A002
    """A session, or one turn of it, as a file."""
    if format not in FORMATS:
        raise UsageError(f"There is no format {format!r}.", hint=f"There are: {', '.join(FORMATS)}.")
    info, turns = await _load(request, check_session_id(id))
    turns = tuple(one for one in turns if turn in (0, one.number))
    if not turns:
        raise NotFoundError(f"Session {id!r} has no turn {turn}.")
    data = await asyncio.to_thread(export, format, info, turns)
    kind = FORMATS[format]
    headers = {"Content-Disposition": f'attachment; filename="research{kind.suffix}"'}
    return Response(data, media_type=kind.media_type, headers=headers)


@router.get("/session/delete")
async def ask_delete(request: Request, id: Id) -> Response:  # noqa: A002 - the query's name
    """Whether it is meant."""
    info, _ = await _load(request, check_session_id(id))
    return _page(request, "delete.html", info=info, title=one_line(info.title), back=address("/session", id=info.id))


@router.post("/session/delete")
async def delete(request: Request) -> Response:
    """Remove a session for good."""
    name = check_session_id((await _form(request)).get("id", ""))
    memory = await state_of(request).memory(caller_of(request))
    await memory.delete(name)
    return _go("/sessions")


@router.get("/sessions")
async def sessions(request: Request, q: Id = "") -> Response:
    """All sessions, or those whose title or name holds the words."""
    recent = [session_view(info) for info in await search_sessions(await _memory(request), q)]
    return _page(request, "sessions.html", here="/sessions", recent=recent, q=q)


@router.get("/source")
async def source(
    request: Request,
    id: Id,  # noqa: A002 - the query's name
    turn: Number,
    document: Id,
    n: Number = 0,
    beside: Number = 0,
) -> Response:
    """A stored text with the words that an answer quotes of it; `beside` gives it alone, for the answer's page."""
    answer = (await _turn(request, id, turn)).answer
    found = _document(answer, n, document)
    titles = await _titles(state_of(request))
    quotes = places(answer, found)
    return _page(
        request,
        "beside.html" if beside else "source.html",
        document=found,
        source=one_line(titles.get(found.source, found.source)),
        link=safe_link(found.url),
        quotes=quotes,
        pieces=cut(found.text, quotes),
        back=f"{address('/session', id=answer.session)}#t{answer.turn}",
    )


@router.get("/settings")
async def settings(request: Request) -> Response:
    """Every setting and who set it; secrets hidden."""
    from research_agent.doctor.checks import setting_states
    from research_agent.settings import config_path

    states = [*setting_states(state_of(request).settings)]
    return _page(request, "settings.html", here="/settings", states=states, file=config_path())


@router.get("/doctor")
async def doctor(request: Request, now: Number = 0) -> Response:
    """What is there and what to do next: at once the page, what was found when it is found."""
    found = await _diagnosis(request) if now else None
    return _page(request, "doctor.html", here="/doctor", found=found)


@router.get("/doctor/checks")
async def checks(request: Request) -> Response:
    """What the doctor found."""
    return _page(request, "checks.html", found=await _diagnosis(request))


async def _diagnosis(request: Request) -> Any:
    from research_agent.doctor import diagnose

    return await diagnose(state_of(request).settings)


def _page(request: Request, template: str, *, status: int = 200, here: str = "", **given: Any) -> Response:
    made = environment("research_agent.web.page").get_template(template)
    html = made.render(asset=asset, here=here, **given).encode("utf-8", "replace")
    return HTMLResponse(html, status, headers=HEADERS)


def _problem(request: Request, status: int, message: str, hint: str) -> Response:
    title = {404: "Not here", 429: "One moment", 503: "One moment"}.get(status, "That did not work")
    return _page(request, "problem.html", status=status, title=title, message=message, hint=hint)


def _go(where: str) -> Response:
    return RedirectResponse(where, 303)


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form, the last of each name. Raises `UsageError` for what is none."""
    try:
        fields = parse_qs((await request.body()).decode("ascii"), max_num_fields=FIELDS)
    except ValueError as error:
        raise UsageError("The form cannot be read.", hint="Send it again from the page.") from error
    return {name: values[-1] for name, values in fields.items()}


async def _memory(request: Request) -> Any:
    return await state_of(request).memory(caller_of(request))


async def _load(request: Request, name: str) -> tuple[SessionInfo, tuple[Turn, ...]]:
    memory = await _memory(request)
    turns: tuple[Turn, ...] = await memory.turns(name)
    info = next((info for info in await memory.sessions() if info.id == name), None)
    if info is None:
        raise UnknownSessionError(f"There is no session {name!r}.", hint="It may have been deleted.")
    return info, turns


async def _turn(request: Request, name: str, number: int) -> Turn:
    _, turns = await _load(request, check_session_id(name))
    found = next((one for one in turns if one.number == number), None)
    if found is None:
        raise NotFoundError(f"The session has no question {number}.", hint="It may have been deleted.")
    return found


def _document(answer: Answer, number: int, document: str) -> Document:
    """The document of that number; one that is only quoted against the answer has none."""
    numbered = {reference.n: reference.document for reference in AnswerView(answer).references}
    found = numbered.get(number) or next((one for one in answer.documents if one.id == document), None)
    if found is None or found.id != document:
        raise NotFoundError("The answer quotes no such text.", hint="It may have been deleted.")
    return found


def _run(request: Request, run: str) -> Run:
    found = state_of(request).runs.get(caller_of(request).user, run)
    if found is None:
        raise NotFoundError("There is no such question on its way.", hint="Its answer is among the sessions.")
    return found


def _running(state: ServerState, user: str, session: str, run: str) -> Run | None:
    """The run that this page is to show: the one that is named, or one under way; none that ended with a turn."""
    named = state.runs.get(user, run) if run else None
    under_way = (one for one in state.runs.active if (one.user, one.session) == (user, session))
    found = named if named is not None and named.session == session else next(under_way, None)
    return found if found is not None and not (found.ended and found.ended.turn) else None


async def _titles(state: ServerState) -> dict[str, str]:
    """The names of the sources as people know them, as soon as the runtime is open."""
    if not state.ready:
        return {}
    return (await state.runtime()).source_titles
