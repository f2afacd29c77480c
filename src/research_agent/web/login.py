"""The door with a password, for browsers of other machines; there is none where no password is set."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from research_agent.web.middleware import cookie_name
from research_agent.web.quotas import BusyError, RateLimiter
from research_agent.web.state import state_of

__all__ = ["form_of", "router"]

router = APIRouter(include_in_schema=False)

TRIES, A_SECOND = 5, 0.1
"""Passwords that one address may try at once, and per second after that."""

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>research-agent</title><main><h1>research-agent</h1><form method="post" action="/login">
<p><label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required autofocus></p>
<p><button>Come in</button></p><p role="status">{said}</p></form></main></html>
"""


@router.get("/login")
async def form(request: Request) -> Response:
    """The form."""
    _check_there_is_one(request)
    return HTMLResponse(PAGE.format(said=""))


@router.post("/login")
async def login(request: Request) -> Response:
    """A cookie for who knows the password."""
    _check_there_is_one(request)
    state = state_of(request)
    tries: RateLimiter = request.app.state.tries
    address = request.client.host if request.client else ""
    if wait := tries.take(address, asyncio.get_running_loop().time()):
        raise BusyError("Too many passwords were tried.", hint="Wait a moment.", seconds=wait)
    value = state.auth.login((await form_of(request)).get("password", ""))
    if value is None:
        return HTMLResponse(PAGE.format(said="That is not the password."), 401)
    reply = RedirectResponse("/", 303)
    reply.set_cookie(_name(request), value, httponly=True, samesite="strict", path="/")
    return reply


@router.post("/logout")
async def logout(request: Request) -> Response:
    """End this browser's session."""
    state_of(request).auth.leave(request.cookies.get(_name(request), ""))
    reply = RedirectResponse("/", 303)
    reply.delete_cookie(_name(request), path="/")
    return reply


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form as browsers send them (application/x-www-form-urlencoded), the last of each name."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415, "A form is wanted.")
    try:
        return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=100))
    except ValueError as error:
        raise HTTPException(400, "That is no form.") from error


def _name(request: Request) -> str:
    return cookie_name((request.scope.get("server") or ("", 0))[1] or 0)


def _check_there_is_one(request: Request) -> None:
    if not state_of(request).auth.password:
        raise HTTPException(404, "There is no password.")
