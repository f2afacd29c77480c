"""Routes about the user's own documents: the libraries of this server, and passages in them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

from fastapi import Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from research_agent.web.api.router import api_router
from research_agent.web.auth import MAIN
from research_agent.web.serialization import AsciiJsonResponse
from research_agent.web.state import caller_of, state_of

if TYPE_CHECKING:
    from research_agent.runtime import Runtime

__all__ = ["router"]

router = api_router()


class LibraryModel(BaseModel):
    """A library: its files by state, its passages, and how many of them can be found by meaning."""

    name: str
    files: int
    ready: int
    queued: int
    failed: int
    without_text: int
    away: int
    passages: int
    embedded: int


class LibrariesModel(BaseModel):
    """The libraries."""

    libraries: list[LibraryModel]


class LibraryPassageModel(BaseModel):
    """A passage of one of the user's documents: `text` is `text[start:end]` of the document that was read."""

    library: str
    document: str
    path: str
    title: str
    page: str
    section: str
    start: int
    end: int
    text: str
    score: float


class LibraryPassagesModel(BaseModel):
    """Passages, the best first."""

    results: list[LibraryPassageModel]


async def _runtime(request: Request) -> Runtime:
    """The runtime; without the libraries for whoever is not the server's owner."""
    runtime = await state_of(request).runtime()
    return runtime if caller_of(request).user == MAIN else runtime.without_libraries()


@router.get("/library", response_model=LibrariesModel, tags=["library"])
async def libraries(request: Request) -> Response:
    """The libraries of this server, with the state of their files and how far their meaning is read."""
    runtime = await _runtime(request)
    opened = runtime.tools.libraries
    stores = [] if opened is None else (await opened.reachable())[0]
    entries = [{"name": store.name, **asdict(await store.progress(runtime.tools.embedding))} for store in stores]
    return AsciiJsonResponse({"libraries": entries})


@router.get("/library/search", response_model=LibraryPassagesModel, tags=["library"])
async def search_library(
    request: Request,
    q: Annotated[str, Query(max_length=10_000, description="A question, or a few keywords.")],
    library: Annotated[list[str], Query(max_length=20, description="Of these libraries only.")] = [],  # noqa: B006
    only: Annotated[list[str], Query(max_length=100, description="Of these files or folders only.")] = [],  # noqa: B006
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> Response:
    """Passages of the user's own documents, the best first."""
    from research_agent.sources.library import search_own  # not at the top: the server is up before the sources

    runtime = await _runtime(request)
    await runtime.embed_ready()
    await runtime.rerank_ready()
    found = await search_own(q, runtime.tools, libraries=library, files=only, limit=limit, read=True)
    return AsciiJsonResponse({"results": [{"library": store.name, **asdict(passage)} for store, passage in found]})
