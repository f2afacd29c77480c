"""Routes over the caller's store: sessions, exports, citations and documents."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import Path, Query, Request
from starlette.responses import Response

from research_agent.errors import UsageError
from research_agent.memory import check_session_id
from research_agent.memory.verification.bundle_writer import pack_bundle
from research_agent.rendering import FORMATS, export
from research_agent.rendering.session_json import document_json, info_json
from research_agent.web.api import schemas
from research_agent.web.api.router import api_router
from research_agent.web.error_handlers import NotFoundError
from research_agent.web.serialization import AsciiJsonResponse
from research_agent.web.state import memory_of, state_of
from research_agent.web.user_stores import load_session, search_sessions

__all__ = ["router"]

Id = Annotated[str, Path(description="The session's id.", examples=[schemas.SESSION])]

router = api_router()


@router.get("/sessions", response_model=schemas.SessionsModel, tags=["sessions"])
async def sessions(
    request: Request,
    q: Annotated[str, Query(max_length=200, description="Words that the title or id holds.")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Your sessions, the latest first."""
    matches = await search_sessions(await memory_of(request), q)
    page = matches[offset : offset + limit]
    return AsciiJsonResponse({"sessions": [info_json(info) for info in page], "total": len(matches)})


@router.get("/sessions/{session:path}", response_model=schemas.TurnsModel, tags=["sessions"])
async def session(request: Request, session: Id) -> Response:
    """A session with all its turns and the documents they cite."""
    return await exported(request, session, "json", None)


@router.delete("/sessions/{session:path}", status_code=204, response_class=Response, tags=["sessions"])
async def delete(request: Request, session: Id) -> Response:
    """Remove a session, from the disk too."""
    await (await memory_of(request)).delete(check_session_id(session))
    return Response(status_code=204)


@router.patch("/sessions/{session:path}", status_code=204, response_class=Response, tags=["sessions"])
async def label(request: Request, session: Id, payload: schemas.LabelModel) -> Response:
    """Give a session another title, pin or unpin it."""
    memory, name = await memory_of(request), check_session_id(session)
    await load_session(memory, name)  # raises for one that is not there, whatever the payload is
    if payload.title is not None:
        await memory.rename(name, payload.title)
    if payload.pinned is not None:
        await memory.pin(name, payload.pinned)
    return Response(status_code=204)


@router.get("/export/{session:path}", response_class=Response, tags=["sessions"])
async def exported(
    request: Request,
    session: Id,
    format: Annotated[Literal["json", "markdown", "bundle"], Query()] = "markdown",  # noqa: A002 - the query's name
    turn: Annotated[int | None, Query(ge=1, le=1_000_000, description="This turn only.")] = None,
) -> Response:
    """A session as a file: Markdown to read, JSON to work with, or a bundle that `verify` checks anywhere."""
    info, turns = await load_session(await memory_of(request), session, turn)
    if format == "bundle":
        secrets = state_of(request).settings.secrets
        data = await asyncio.to_thread(pack_bundle, session, turns, secrets=secrets)
        return Response(data, media_type="application/json")
    data = await asyncio.to_thread(export, format, info, turns)
    return Response(data, media_type=FORMATS[format].media_type)


@router.get("/citations/{session:path}", response_model=schemas.CitedModel, tags=["documents"])
async def citations(
    request: Request,
    session: Id,
    turn: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Response:
    """The citations of a turn, each held against the stored text now."""
    _, [stored] = await load_session(await memory_of(request), session, turn)
    texts = {document.id: document.text for document in stored.answer.documents}
    cited = [
        {
            **citation,
            "verified": texts.get(citation["document"], "")[citation["start"] : citation["end"]] == citation["quote"],
        }
        for citation in stored.answer.as_json()["citations"]
    ]
    return AsciiJsonResponse({"session": session, "turn": turn, "citations": cited})


@router.get("/documents/{document}", response_model=schemas.DocumentModel, tags=["documents"])
async def document(request: Request, document: Annotated[str, Path(max_length=200)]) -> Response:
    """A stored text, as it was fetched: offsets of citations point into `text`."""
    try:
        return AsciiJsonResponse(document_json(await (await memory_of(request)).document(document)))
    except UsageError as error:
        raise NotFoundError(error.message, hint=error.hint) from error
