"""Responses of the page: templates, redirects, errors as pages, and the fields of a form."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import parse_qs

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from research_agent.errors import ResearchAgentError, UsageError
from research_agent.messages import page_lines, request_refusals
from research_agent.rendering.jinja import environment
from research_agent.rendering.marked_text import markdown_of
from research_agent.web.error_handlers import status_of
from research_agent.web.page.assets import asset
from research_agent.web.request import RequestHead

__all__ = ["PageRoute", "browser_error", "error_page", "form", "load_templates", "redirect", "render"]

PACKAGE = "research_agent.web.page"
MAX_FIELDS = 60
Handler = Callable[[Request, Exception], Coroutine[Any, Any, Response]]
PAGES = (
    ("/", "Ask"),
    ("/sessions", "Sessions"),
    ("/research", "Research"),
    ("/library", "Library"),
    ("/watch", "Watch"),
    ("/settings", "Settings"),
    ("/doctor", "Doctor"),
)
"""Entries of the bar: addresses and labels."""
# With no-referrer a browser sends forms with `Origin: null`, which must not be trusted; this leaks nothing either.
HEADERS = {"Referrer-Policy": "same-origin"}


class PageRoute(APIRoute):
    """A route that renders errors as pages."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the route, wrapped to render errors."""
        handle = super().get_route_handler()

        async def handle_errors(request: Request) -> Response:
            try:
                return await handle(request)
            except ResearchAgentError as error:
                return error_page(status_of(error), error.message, error.hint)
            except RequestValidationError:
                return error_page(400, page_lines.BAD_ADDRESS(), page_lines.FOLLOW_LINK())
            except HTTPException as error:
                return error_page(error.status_code, str(error.detail), "")

        return handle_errors


def load_templates() -> None:
    """Compile the templates, and import what pages need late, so that nobody's first page waits for it."""
    from research_agent.doctor import checks  # noqa: F401

    markdown_of("model")
    templates = environment(PACKAGE)
    for name in templates.list_templates(extensions=("html",)):
        templates.get_template(name)


def render(template: str, *, status: int = 200, here: str = "", **context: Any) -> Response:
    """The page that a template makes; `here` is the address of its entry in the bar."""
    loaded = environment(PACKAGE).get_template(template)
    html = loaded.render(**{"asset": asset, "here": here, "history": None, "pages": PAGES, **context})
    return HTMLResponse(html.encode("utf-8", "replace"), status, headers=HEADERS)


def error_page(status: int, message: str, hint: str) -> Response:
    """The page of an error."""
    title = {404: "Not here", 429: "One moment", 503: "One moment"}.get(status, "That did not work")
    return render("problem.html", status=status, title=title, message=message, hint=hint)


def browser_error(handle: Handler) -> Handler:
    """The handler of errors of no route of the page, with a page for a browser that goes there instead of its JSON."""

    async def handled(request: Request, error: Exception) -> Response:
        response = await handle(request, error)
        if not RequestHead(request.scope).is_navigation:
            return response
        if response.status_code >= 500:
            return error_page(response.status_code, request_refusals.BUG(), request_refusals.SEE_LOG())
        return error_page(response.status_code, page_lines.BAD_ADDRESS(), page_lines.FOLLOW_LINK())

    return handled


def redirect(url: str) -> Response:
    """A redirect of a browser that sent a form."""
    return RedirectResponse(url, 303)


async def form(request: Request) -> dict[str, str]:
    """The fields of a form, the last of each name. Raises `UsageError` for a malformed body."""
    try:
        fields = parse_qs((await request.body()).decode("ascii"), max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise UsageError(request_refusals.BROKEN_FORM(), hint=page_lines.SEND_AGAIN()) from error
    return {name: values[-1] for name, values in fields.items()}
