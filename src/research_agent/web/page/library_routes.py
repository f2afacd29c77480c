"""The routes of the user's own documents: what is there, adding and uploading, searching, and pages as they look."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from research_agent.documents.archives import is_archive
from research_agent.errors import BodyError, UsageError
from research_agent.library.added_paths import added_path, find_added
from research_agent.library.database import library_path
from research_agent.library.libraries import DEFAULT
from research_agent.library.open_store import open_library
from research_agent.library.protocol import LibraryStore
from research_agent.messages import page_lines
from research_agent.text.sanitize import one_line
from research_agent.web.auth import MAIN
from research_agent.web.error_handlers import NotFoundError
from research_agent.web.library_syncs import keep_upload, uploads_folder
from research_agent.web.page.addresses import page_url
from research_agent.web.page.html_responses import PageRoute, form, redirect, render
from research_agent.web.state import caller_of, state_of

if TYPE_CHECKING:
    from research_agent.library.protocol import FileRecord, OwnDocument
    from research_agent.runtime import Runtime

__all__ = ["router"]

SHOWN_FILES = 200
FOUND = 10
MOST_FILES = 100  # in one upload
STATES = {"queued": "waiting", "failed": "not readable", "no text": "no text", "away": "away", "ready": "ready"}

Name = Annotated[str, Query(max_length=64)]
Offset = Annotated[int, Query(ge=0, le=2**40)]

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/library")
async def library(request: Request, q: Annotated[str, Query(max_length=2000)] = "", name: Name = "") -> Response:
    """The libraries with the state of their files, and passages for `q`."""
    runtime = await _runtime(request)
    opened = runtime.tools.libraries
    stores, failures = ([], []) if opened is None else await opened.reachable()
    shown = [store for store in stores if store.name == name] if name else stores
    return render(
        "library.html",
        here="/library",
        libraries=[await _library_view(request, store, runtime.tools.embedding) for store in shown],
        unreachable=[one_line(f"{error.message} {error.hint}") for error in failures],
        found=await _found(runtime, q) if q.strip() and stores else None,
        query=q,
        name=name or DEFAULT,
    )


@router.get("/library/progress")
async def progress(request: Request, name: Name) -> Response:
    """The state of one library, as a fragment that is asked for again while it is brought in step."""
    runtime = await _runtime(request)
    assert runtime.tools.libraries is not None
    (store,) = await runtime.tools.libraries.chosen([name])
    return render("library_state.html", one=await _library_view(request, store, runtime.tools.embedding))


@router.post("/library/add")
async def add(request: Request) -> Response:
    """Add a folder, a file or a page of the web, and begin to read it."""
    await _runtime(request)
    fields = await form(request)
    name = fields.get("name", "").strip() or DEFAULT
    path = await asyncio.to_thread(added_path, fields.get("path", "").strip())
    async with open_library(library_path(state_of(request).settings.home, name)) as store:
        await store.add_folder(path)
    state_of(request).library_syncs.begin(name, [path])
    return redirect(page_url("/library", name=name))


@router.post("/library/upload")
async def upload(request: Request) -> Response:
    """Keep uploaded files below the program's own folder, and begin to read them."""
    await _runtime(request)
    home = state_of(request).settings.home
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FILES) as fields:
        name = str(fields.get("name") or DEFAULT).strip()
        path = library_path(home, name)
        files = [file for file in fields.getlist("files") if isinstance(file, UploadFile) and file.filename]
        if not files:
            raise UsageError(page_lines.NO_FILES_CHOSEN(), hint=page_lines.CHOOSE_FILES())
        folder = await asyncio.to_thread(uploads_folder(home, name).resolve)
        for file in files:
            await asyncio.to_thread(keep_upload, folder, file.filename or "", await file.read())
    async with open_library(path) as store:
        await store.add_folder(str(folder))
    state_of(request).library_syncs.begin(name, [str(folder)])
    return redirect(page_url("/library", name=name))


@router.post("/library/sync")
async def sync(request: Request) -> Response:
    """Bring a library in step with its folders."""
    store = await _store(await _runtime(request), (await form(request)).get("name", DEFAULT))
    state_of(request).library_syncs.begin(store.name)
    return redirect(page_url("/library", name=store.name))


@router.post("/library/remove")
async def remove(request: Request) -> Response:
    """Take a folder, a file or a page out of a library; the user's own file stays where it is."""
    runtime = await _runtime(request)
    fields = await form(request)
    store = await _store(runtime, fields.get("name", DEFAULT))
    added = [folder.path for folder in await store.folders()]
    await store.remove_folder(await asyncio.to_thread(find_added, fields.get("path", ""), added))
    return redirect(page_url("/library", name=store.name))


@router.get("/library/document")
async def document(request: Request, name: Name, id: Name, start: Offset = 0, end: Offset = 0) -> Response:  # noqa: A002
    """A document's text, with the picture of the page that a span is on where it has pages."""
    store = await _store(await _runtime(request), name)
    own = await store.document(id)
    return render("library_document.html", here="/library", **_document_view(name, own, start, end))


@router.get("/library/page")
async def page(request: Request, name: Name, id: Name, page: Offset, start: Offset = 0, end: Offset = 0) -> Response:  # noqa: A002
    """The picture of a page of a PDF, the span's words painted; a header says when they could not be."""
    from research_agent.documents.isolated_files import open_file_reader

    store = await _store(await _runtime(request), name)
    own = await store.document(id)
    body = await asyncio.to_thread(_unchanged_bytes, own)
    async with open_file_reader() as reader:
        picture = await reader.page_picture(body, own.content, page, [(start, end)] if end > start else [])
    headers = {"Cache-Control": "private, max-age=3600", "X-Note": picture.note.encode("ascii", "replace").decode()}
    return Response(picture.png, media_type="image/png", headers=headers)


async def _runtime(request: Request) -> Runtime:
    """The runtime, for the owner of the server. Raises `NotFoundError` for any other user."""
    if caller_of(request).user != MAIN:
        raise NotFoundError(page_lines.OWNERS_DOCUMENTS(), hint=page_lines.ASK_OWNER())
    return await state_of(request).runtime()


async def _store(runtime: Runtime, name: str) -> LibraryStore:
    if runtime.tools.libraries is None:
        raise NotFoundError(page_lines.NO_LIBRARY(), hint=page_lines.ADD_DOCUMENT())
    (store,) = await runtime.tools.libraries.chosen([name])
    return store


async def _library_view(request: Request, store: LibraryStore, model: str) -> dict[str, Any]:
    counts, files = await store.progress(model), await store.files(inside="")
    state = state_of(request).library_syncs.state(store.name)
    share = counts.embedded / counts.passages if counts.passages else 1.0
    worst = sorted(files, key=lambda file: (file.state == "ready", file.path))[:SHOWN_FILES]
    # In a thread: what reads archives is looked up on the disk.
    views = await asyncio.to_thread(lambda: [_file_view(store.name, file) for file in worst])
    return {
        "name": store.name,
        "counts": counts,
        "meaning": f"{share:.0%}" if share < 1 else "",
        "sync": state,
        "busy": state is not None and state.running,
        "folders": [folder.path for folder in await store.folders()],
        "files": views,
        "more": max(0, len(files) - SHOWN_FILES),
        "progress": page_url("/library/progress", name=store.name),
    }


def _file_view(library: str, file: FileRecord) -> dict[str, str]:
    noun = "article" if is_archive(file.path) else "page"
    pages = f"{file.pages:,} {noun}{'s' * (file.pages != 1)}" if file.pages else ""
    told = (STATES[file.state] if file.state != "ready" else "", pages, one_line(file.why))
    return {
        "title": one_line(file.title) or one_line(file.path.rpartition("/")[2]) or one_line(file.path),
        "path": one_line(file.path),
        "told": " · ".join(filter(None, told)),
        "href": page_url("/library/document", name=library, id=file.document) if file.document else "",
    }


async def _found(runtime: Runtime, query: str) -> list[dict[str, str]]:
    from research_agent.sources.library import search_own  # not at the top: the server is up before the sources

    await runtime.embed_ready()
    await runtime.rerank_ready()
    found = await search_own(query, runtime.tools, limit=FOUND, read=True)
    return [
        {
            "title": one_line(one.title) or one_line(one.path.rpartition("/")[2]),
            "place": one_line(one.place),
            "text": one.text,
            "href": page_url("/library/document", name=store.name, id=one.document, start=one.start, end=one.end),
        }
        for store, one in found
    ]


def _document_view(name: str, own: OwnDocument, start: int, end: int) -> dict[str, Any]:
    content = own.content
    end = min(end, len(content.text))
    pages = content.pages
    number = next((at for at, place in enumerate(pages) if place.start <= start < place.end), 0)
    is_pdf = bool(pages) and any(file.path.lower().endswith(".pdf") for file in own.files)
    span = {"start": start, "end": end} if end > start else {}
    steps = [(label, at) for label, at in (("Previous page", number - 1), ("Next page", number + 1)) if is_pdf]
    return {
        "name": name,
        "title": one_line(content.title) or one_line(own.files[0].path.rpartition("/")[2] if own.files else own.id),
        "paths": [one_line(file.path) for file in own.files],
        "notes": [one_line(note) for note in content.notes],
        "before": content.text[:start],
        "quoted": content.text[start:end],
        "after": content.text[max(start, end) :],
        "page": pages[number].label or str(number + 1) if pages else "",
        "picture": page_url("/library/page", name=name, id=own.id, page=number, **span) if is_pdf else "",
        "steps": [
            (label, page_url("/library/document", name=name, id=own.id, start=pages[at].start))
            for label, at in steps
            if 0 <= at < len(pages)
        ],
    }


def _unchanged_bytes(own: OwnDocument) -> bytes:
    """The bytes of the file that was read. Raises `BodyError` when it has changed since, or is gone."""
    from research_agent.library.file_bytes import LargeFileError, read_whole

    for file in own.files:
        try:
            read = read_whole(file.path)
        except (OSError, LargeFileError):
            continue
        if not file.digest or read.digest == file.digest:
            return read.body
    raise BodyError(page_lines.CHANGED_OR_GONE(), hint=page_lines.SYNC_LIBRARY())
