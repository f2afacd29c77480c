"""The routes of watched questions: list, changes, adding, removing, and the feed. Plain forms, as the other pages."""

from __future__ import annotations

import asyncio
import hashlib
import time
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from research_agent.memory import Change, Said, Watch, check_session_id
from research_agent.messages import page_lines, request_refusals
from research_agent.rendering.answer_html import answer_html
from research_agent.rendering.view import AnswerView
from research_agent.text.sanitize import one_line
from research_agent.types import Answer, History, Turn
from research_agent.watch.atom import MEDIA_TYPE, atom_feed
from research_agent.watch.change_text import dated, headline, last_asking, next_asking, own_words
from research_agent.watch.intervals import DEFAULT, parse_interval
from research_agent.web.error_handlers import NotFoundError
from research_agent.web.page.addresses import page_url, source_url
from research_agent.web.page.html_responses import PageRoute, form, redirect, render
from research_agent.web.page.source_panel import quote_id
from research_agent.web.state import caller_of, memory_of, state_of

__all__ = ["router"]

NEWEST, IN_FEED = 20, 100  # changes
INTERVALS = {"1h": "every hour", "6h": "every 6 hours", "1d": "every day", "1w": "every week"}

Id = Annotated[str, Query(max_length=400)]
Number = Annotated[int, Query(ge=0, le=1_000_000)]

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/watch")
async def watch(request: Request) -> Response:
    """Watched questions, and what was new of late."""
    store = (await memory_of(request)).watches
    watches, changes = await store.all(), await store.changes(newest=NEWEST)
    questions = {one.id: one.question for one in watches}
    return render(
        "watch.html",
        here="/watch",
        watches=[_watch_view(one) for one in watches],
        changes=[_change_view(one, questions.get(one.watch, "")) for one in changes],
        form=_form_view("", "", 0),
        feed=_feed_url(request),
    )


@router.get("/watch/show")
async def show(request: Request, id: Id) -> Response:  # noqa: A002 - the query's name
    """A watched question, its newest answer, and every change."""
    store = (await memory_of(request)).watches
    known = await store.get(id)
    answers, changes = await store.answers(id, 1), await store.changes(id, IN_FEED)
    return render(
        "watched.html",
        watch=_watch_view(known),
        answer=_answer_view(answers[-1]) if answers else None,
        changes=[_change_view(one, known.question) for one in changes],
        feed=_feed_url(request, id),
    )


@router.get("/watch/add")
async def offer(request: Request, id: Id, turn: Number) -> Response:  # noqa: A002 - the query's name
    """Ask how often the question of a turn is to be asked anew."""
    question, _ = await _of_turn(request, id, turn)
    return render("watch_add.html", form=_form_view(question, id, turn), back=page_url("/session", id=id))


@router.post("/watch/add")
async def add(request: Request) -> Response:
    """Watch a question; unless it was changed, the answer of its turn is what is compared."""
    from research_agent.pipeline.asking import read_question  # not at the top: the server is up before the engine

    fields = await form(request)
    question = (await read_question(fields.get("question", ""))).question
    every = parse_interval(fields.get("every", DEFAULT))
    first: Answer | None = None
    if (name := fields.get("session", "")) and (number := fields.get("turn", "")).isdecimal():
        asked, answer = await _of_turn(request, name, int(number[:6]))
        first = answer if asked == question and answer.citations and answer.status != "unanswered" else None
    store = (await memory_of(request)).watches
    added = await store.add(question, every=every, first=first)
    state_of(request).watch_timer.wake()
    return redirect(page_url("/watch/show", id=added.id))


@router.post("/watch/ask")
async def ask(request: Request) -> Response:
    """Have a question asked now, by the timer."""
    name = (await form(request)).get("id", "")
    await (await memory_of(request)).watches.hasten(name)
    state_of(request).watch_timer.wake()
    return redirect(page_url("/watch/show", id=name))


@router.post("/watch/pause")
async def pause(request: Request) -> Response:
    """Pause a question, or go on with it."""
    fields = await form(request)
    name = fields.get("id", "")
    await (await memory_of(request)).watches.pause(name, fields.get("paused") == "1")
    state_of(request).watch_timer.wake()
    return redirect(page_url("/watch/show", id=name))


@router.get("/watch/remove")
async def ask_remove(request: Request, id: Id) -> Response:  # noqa: A002 - the query's name
    """Ask for confirmation before a watched question is removed."""
    return render("watch_remove.html", watch=_watch_view(await (await memory_of(request)).watches.get(id)))


@router.post("/watch/remove")
async def remove(request: Request) -> Response:
    """Remove a watched question with its answers and changes."""
    await (await memory_of(request)).watches.remove((await form(request)).get("id", ""))
    return redirect("/watch")


@router.get("/watch.atom")
async def feed(request: Request, id: Id = "") -> Response:  # noqa: A002 - the query's name
    """The feed of all changes, or of those of one question."""
    store = (await memory_of(request)).watches
    watches = (await store.get(id),) if id else await store.all()
    token = _feed_token(request)
    own = hashlib.sha256(token.encode()).hexdigest()
    data = atom_feed(
        watches,
        await store.changes(id or None, IN_FEED),
        title=watches[0].question if id else page_lines.WHAT_IS_NEW(),
        name=f"{id}/{watches[0].created}" if id else f"all/{own}",
        base=str(request.base_url).rstrip("/"),
        itself=page_url("/watch.atom", **({"id": id} if id else {})),
        page=page_url("/watch/show", id=id) if id else "/watch",
    )
    return Response(data, media_type=MEDIA_TYPE)


async def _of_turn(request: Request, name: str, number: int) -> tuple[str, Answer]:
    """The question of a turn as it is understood without the conversation, and its answer."""
    turns = await (await memory_of(request)).turns(check_session_id(name))
    turn = next((one for one in turns if one.number == number), None)
    if turn is None:
        raise NotFoundError(page_lines.NO_QUESTION(n=number), hint=request_refusals.MAY_BE_DELETED())
    before = tuple(one for one in turns if one.number < number)
    return await asyncio.to_thread(_standalone, turn, before), turn.answer


def _standalone(turn: Turn, before: tuple[Turn, ...]) -> str:
    from research_agent.stages.plan import known_topics  # not at the top: the server is up before the engine

    return known_topics(turn.question, History(session="", turns=before))[0].question


def _form_view(question: str, session: str, turn: int) -> dict[str, Any]:
    return {"question": one_line(question), "session": session, "turn": turn, "intervals": INTERVALS, "every": DEFAULT}


def _watch_view(watch: Watch) -> dict[str, Any]:
    now = time.time()
    tried = datetime.fromisoformat(watch.tried).timestamp() if watch.tried else None
    changes = f"{watch.changes} change{'s' * (watch.changes != 1)}" if watch.changes else ""
    sources = f"asks {', '.join(watch.sources)}" if watch.sources else ""
    told = (next_asking(watch, now), last_asking(watch, now, tried), changes, sources)
    return {
        "id": watch.id,
        "question": one_line(watch.question) or "Untitled",
        "paused": watch.paused,
        "told": " · ".join(filter(None, told)),
        "href": page_url("/watch/show", id=watch.id),
        "remove": page_url("/watch/remove", id=watch.id),
    }


def _change_view(change: Change, question: str) -> dict[str, Any]:
    sides = [("Before", change.old), ("Now", change.new)]
    return {
        "number": change.number,
        "headline": headline(change),
        "noticed": change.noticed,
        "question": one_line(question),
        "href": f"{page_url('/watch/show', id=change.watch)}#c{change.number}",
        "sides": [_side_view(change, label, said) for label, said in sides if said is not None],
    }


def _side_view(change: Change, label: str, said: Said) -> dict[str, Any]:
    session = f"watch:{change.watch}"
    return {
        "label": label,
        "text": one_line(said.text) if own_words(said) else "",
        "quotes": [
            {
                "quote": quote.quote,
                "title": one_line(quote.title) or "Untitled",
                "dated": dated(quote),
                "href": f"{page_url('/source', id=session, turn=quote.turn, document=quote.document)}"
                f"#{quote_id(quote.start, quote.end)}",
            }
            for quote in said.quotes
        ],
    }


def _answer_view(answer: Answer) -> dict[str, Any]:
    view = AnswerView(answer)
    return {
        "html": answer_html(
            answer,
            lambda cited: source_url(answer, cited.n, cited.document, cited.start, cited.end),
            prefix=f"t{answer.turn}",
        ),
        "status": view.status,
        "references": [
            (one, source_url(answer, one.n, one.document.id, one.quotes[0].start, one.quotes[0].end))
            for one in view.references
        ],
    }


def _feed_token(request: Request) -> str:
    return state_of(request).auth.feed_token(caller_of(request).user)


def _feed_url(request: Request, watch: str = "") -> str:
    """The address for a feed reader, with the token of the feed."""
    query = {"id": watch} if watch else {}
    return page_url("/watch.atom", **query, token=_feed_token(request))
