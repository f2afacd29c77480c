"""The routes of a source: a document with the quotes of an answer, and images of its page once they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from research_agent.errors import SourceError
from research_agent.memory import check_session_id
from research_agent.messages import page_lines, request_refusals
from research_agent.rendering.view import AnswerView, facts, safe_link
from research_agent.text.sanitize import one_line
from research_agent.text.sites import host_of
from research_agent.types import Answer, Document
from research_agent.web.error_handlers import NotFoundError
from research_agent.web.page.addresses import page_url
from research_agent.web.page.html_responses import PageRoute, form, redirect, render
from research_agent.web.page.source_panel import highlights, split_text
from research_agent.web.page.views import own_document_url, titles_of, without_site
from research_agent.web.state import memory_of, state_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from research_agent.documents.page_images import PageImage

__all__ = ["router"]

OF_WATCHES = "watch:"
# What a browser may do with an image that is opened by itself: nothing.
IMAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cache-Control": "private, max-age=3600",
}

Id = Annotated[str, Query(max_length=400)]
Number = Annotated[int, Query(ge=0, le=1_000_000)]

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/source")
async def source(
    request: Request,
    id: Id,  # noqa: A002 - the query's name
    turn: Number,
    document: Id,
    n: Number = 0,
    beside: Number = 0,
) -> Response:
    """A document with the quotes of an answer highlighted; with `beside` as a fragment, for the panel."""
    answer = await _answer(request, id, turn)
    return await _shown(request, answer, _document(answer, n, document), n, beside)


@router.post("/source/images")
async def show_images(request: Request) -> Response:
    """Fetch images of the document's page, keep them beside it, and go back to it; or say why there are none."""
    fields = await form(request)
    number, n, beside = (_number(fields.get(name, "")) for name in ("turn", "n", "beside"))
    answer = await _answer(request, fields.get("id", ""), number)
    stored = _document(answer, n, fields.get("document", ""))
    memory = await memory_of(request)
    problem = ""
    if not await memory.images.of(stored.id):
        try:
            images = await _fetched(request, stored)
        except SourceError as error:
            images, problem = [], page_lines.PAGE_FAILED(reason=error.message.rstrip("."))
        if images:  # else those of a second click that came first would go
            await memory.images.keep(stored.id, images)
        problem = problem or (page_lines.NO_IMAGES() if not images else "")
    if problem:
        return await _shown(request, answer, stored, n, beside, problem)
    more = {"beside": 1} if beside else {}
    return redirect(page_url("/source", **_place(answer, stored, n), **more) + "#images")


@router.get("/source/image")
async def image(request: Request, id: Id, turn: Number, document: Id, at: Number, n: Number = 0) -> Response:  # noqa: A002
    """One stored image of a document's page."""
    answer = await _answer(request, id, turn)
    images = await (await memory_of(request)).images.of(_document(answer, n, document).id)
    if at >= len(images):
        raise NotFoundError(page_lines.NO_IMAGE(), hint=page_lines.IMAGES_AGAIN())
    return Response(images[at].data, media_type=images[at].type, headers=IMAGE_HEADERS)


async def _fetched(request: Request, stored: Document) -> list[PageImage]:
    from research_agent.sources.crawler import fetch_images  # not at the top: the server is up before the sources

    runtime = await state_of(request).runtime()
    tools = runtime.tools
    return await fetch_images(stored.url, client=tools.client, read=tools.read, blocked=runtime.settings.sites.block)


async def _shown(
    request: Request, answer: Answer, stored: Document, n: int, beside: int, problem: str = ""
) -> Response:
    titles = await titles_of(request)
    quotes = highlights(answer, stored)
    images = await (await memory_of(request)).images.of(stored.id)
    return render(
        "source_panel.html" if beside else "source.html",
        document=stored,
        facts=facts(stored, AnswerView(answer).site_kind(stored)),
        source=one_line(titles.get(stored.source, stored.source)),
        link=safe_link(stored.url),
        quotes=quotes,
        segments=split_text(stored.text, quotes),
        without=without_site(answer, stored.url),
        own=own_document_url(stored, quotes),
        back=_back(answer),
        images=_images_view(images, _place(answer, stored, n)),
        asks_images=_place(answer, stored, n) if not images and _has_page(request, stored) else None,
        host=host_of(stored.url).removeprefix("www."),
        problem=problem,
    )


def _images_view(images: Sequence[PageImage], place: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "src": page_url("/source/image", **place, at=at),
            "text": one_line(one.text),
            "width": one.width,
            "height": one.height,
            "link": safe_link(one.url),
        }
        for at, one in enumerate(images)
    ]


def _has_page(request: Request, stored: Document) -> bool:
    """Whether there is a page to fetch images from, and a network to do it by."""
    return bool(safe_link(stored.url)) and not state_of(request).settings.flags.offline


def _place(answer: Answer, stored: Document, n: int) -> dict[str, Any]:
    return {"id": answer.session, "turn": answer.turn, "n": n, "document": stored.id}


async def _answer(request: Request, name: str, number: int) -> Answer:
    turns = await (await memory_of(request)).turns(check_session_id(name))  # of a watched question too
    turn = next((one for one in turns if one.number == number), None)
    if turn is None:
        raise NotFoundError(page_lines.NO_QUESTION(n=number), hint=request_refusals.MAY_BE_DELETED())
    return turn.answer


def _back(answer: Answer) -> str:
    """The page that a text was opened from: the session's, or that of the watched question."""
    if answer.session.startswith(OF_WATCHES):
        return page_url("/watch/show", id=answer.session.removeprefix(OF_WATCHES))
    return f"{page_url('/session', id=answer.session, show=answer.turn)}#t{answer.turn}"


def _document(answer: Answer, number: int, document_id: str) -> Document:
    """The document with that number and id; one that only contradicts the answer has no number."""
    numbered = {reference.n: reference.document for reference in AnswerView(answer).references}
    document = numbered.get(number) or next((one for one in answer.documents if one.id == document_id), None)
    if document is None or document.id != document_id:
        raise NotFoundError(page_lines.NO_QUOTE(), hint=request_refusals.MAY_BE_DELETED())
    return document


def _number(field: str) -> int:
    return int(field) if field.isascii() and field.isdigit() and len(field) < 7 else 0
