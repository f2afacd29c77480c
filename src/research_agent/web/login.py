"""Password login and logout, for browsers on other machines; without a configured password /login is a 404."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from research_agent.messages import request_refusals
from research_agent.web.middleware import cookie_name
from research_agent.web.plain_page import plain_page
from research_agent.web.quotas import BusyError
from research_agent.web.state import state_of

__all__ = ["form_of", "router"]

router = APIRouter(include_in_schema=False)

FORM = """<form method="post" action="/login"><label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required autofocus>
<button>Sign in</button></form>"""


@router.get("/login")
async def form(request: Request) -> Response:
    """The login form."""
    _require_password_is_set(request)
    return _page()


@router.post("/login")
async def login(request: Request) -> Response:
    """Check the password and set the session cookie."""
    _require_password_is_set(request)
    state = state_of(request)
    address = request.client.host if request.client else ""
    if wait := state.login_limiter.take(address, asyncio.get_running_loop().time()):
        raise BusyError(request_refusals.TOO_MANY_PASSWORDS(), hint=request_refusals.WAIT(), seconds=wait)
    value = state.auth.login((await form_of(request)).get("password", ""))
    if value is None:
        return _page(request_refusals.WRONG_PASSWORD(), status=401)
    response = RedirectResponse("/", 303)
    response.set_cookie(_cookie_name(request), value, httponly=True, samesite="strict", path="/")
    return response


def _page(message: str = "", status: int = 200) -> Response:
    html, headers = plain_page("Sign in", message, form=FORM)
    return HTMLResponse(html, status, headers)


@router.post("/logout")
async def logout(request: Request) -> Response:
    """End the browser's session and delete its cookie."""
    state_of(request).auth.logout(request.cookies.get(_cookie_name(request), ""))
    response = RedirectResponse("/", 303)
    response.delete_cookie(_cookie_name(request), path="/")
    return response


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a urlencoded form body, the last of each name. Raises `HTTPException` 400 and 415."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415, request_refusals.WANTS_FORM())
    try:
        return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=100))
    except ValueError as error:
        raise HTTPException(400, request_refusals.BROKEN_FORM()) from error


def _cookie_name(request: Request) -> str:
    return cookie_name((request.scope.get("server") or ("", 0))[1] or 0)


def _require_password_is_set(request: Request) -> None:
    if not state_of(request).auth.password:
        raise HTTPException(404, request_refusals.NO_PASSWORD_SET())
