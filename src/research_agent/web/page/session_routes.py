"""The routes of stored sessions: search, rename, pin, delete, export. Plain forms, as the other pages."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from research_agent.errors import UsageError
from research_agent.memory import check_session_id
from research_agent.messages import command_results, page_lines
from research_agent.rendering import FORMATS, export
from research_agent.text.sanitize import one_line
from research_agent.web.page.addresses import page_url
from research_agent.web.page.history import by_day
from research_agent.web.page.html_responses import PageRoute, form, redirect, render
from research_agent.web.state import memory_of
from research_agent.web.user_stores import load_session, search_sessions

__all__ = ["router"]

LISTED = 500
NO_FILE_NAME = re.compile(r"[^a-z0-9]+")

Id = Annotated[str, Query(max_length=400)]
Number = Annotated[int, Query(ge=0, le=1_000_000)]

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/sessions")
async def sessions(request: Request, q: Id = "") -> Response:
    """All sessions, or those whose title or id contains the words of `q`."""
    found = await search_sessions(await memory_of(request), q)
    return render("sessions.html", here="/sessions", days=by_day(found, most=LISTED), q=q)


@router.get("/session/export")
async def exported(request: Request, id: Id, format: Id, turn: Number = 0) -> Response:  # noqa: A002
    """A session, or one turn of it, as a file to download."""
    if format not in FORMATS:
        raise UsageError(
            command_results.NO_FORMAT(form=format), hint=page_lines.FORMATS_ARE(formats=", ".join(FORMATS))
        )
    info, turns = await load_session(await memory_of(request), id, turn or None)
    data = await asyncio.to_thread(export, format, info, turns)
    kind = FORMATS[format]
    name = _file_name(turns[0].question if turn else info.title)
    headers = {"Content-Disposition": f'attachment; filename="{name}{kind.suffix}"'}
    return Response(data, media_type=kind.media_type, headers=headers)


@router.get("/session/rename")
async def ask_title(request: Request, id: Id) -> Response:  # noqa: A002 - the query's name
    """The form for another title."""
    info, _ = await load_session(await memory_of(request), id)
    return render("rename.html", info=info, title=one_line(info.title), back=page_url("/session", id=info.id))


@router.post("/session/rename")
async def rename(request: Request) -> Response:
    """Give a session another title."""
    fields = await form(request)
    name = check_session_id(fields.get("id", ""))
    await (await memory_of(request)).rename(name, fields.get("title", ""))
    return redirect(page_url("/session", id=name))


@router.post("/session/pin")
async def pin(request: Request) -> Response:
    """Pin a session, or unpin it, and go back to where that was done."""
    fields = await form(request)
    name = check_session_id(fields.get("id", ""))
    await (await memory_of(request)).pin(name, fields.get("pinned") == "1")
    return redirect(_came_from(request) or page_url("/session", id=name))


@router.get("/session/delete")
async def ask_delete(request: Request, id: Id) -> Response:  # noqa: A002 - the query's name
    """Ask for confirmation before a session is deleted."""
    info, _ = await load_session(await memory_of(request), id)
    return render("delete.html", info=info, title=one_line(info.title), back=page_url("/session", id=info.id))


@router.post("/session/delete")
async def delete(request: Request) -> Response:
    """Delete a session."""
    name = check_session_id((await form(request)).get("id", ""))
    await (await memory_of(request)).delete(name)
    return redirect("/sessions")


def _came_from(request: Request) -> str:
    """The page of this server that a form was sent from, without its origin; "" when that is not known."""
    place = urlsplit(request.headers.get("referer", ""))
    if not place.netloc or place.netloc != request.headers.get("host"):
        return ""
    path = "/" + place.path.lstrip("/\\")  # never //host
    return f"{path}?{place.query}" if place.query else path


def _file_name(title: str) -> str:
    """A file name of a title: its Latin letters and figures, at most eight words; "research" for one without any."""
    words = NO_FILE_NAME.sub(" ", one_line(title).lower()).split()
    return "-".join(words[:8])[:60].strip("-") or "research"
