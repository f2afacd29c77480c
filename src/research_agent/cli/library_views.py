"""What `library list`, `show` and the result of a sync print, and the JSON of it."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from research_agent.cli.table import print_heading, print_line, print_rows
from research_agent.errors import UsageError
from research_agent.library.added_paths import absolute
from research_agent.library.libraries import library_command
from research_agent.library.only_files import near_files
from research_agent.library.protocol import FileRecord, OwnDocument
from research_agent.messages import Message, library_lines
from research_agent.text.sanitize import one_line

if TYPE_CHECKING:
    from research_agent.library.file_updates import Outcome
    from research_agent.library.protocol import LibraryStore
    from research_agent.library.sync import SyncReport

__all__ = [
    "document_json",
    "find_file",
    "library_json",
    "outcome_line",
    "print_document",
    "print_library",
    "report_json",
]

STATES = ("ready", "queued", "no text", "failed", "away")
SECTIONS = 20  # that are printed
SHORTEST_ID = 6  # characters of a document's id that name it
WORDS: dict[Outcome, Message] = {
    "read": library_lines.FILES_READ,
    "moved": library_lines.FILES_MOVED,
    "copied": library_lines.COPIES,
    "same": library_lines.FILES_SAME,
    "removed": library_lines.FILES_REMOVED,
    "no text": library_lines.WITHOUT_TEXT,
    "failed": library_lines.NOT_READABLE,
    "kept": library_lines.KEPT_AS_WERE,
}


def outcome_line(report: SyncReport) -> str:
    """What a sync did: "12 files read (340 pages), 2 removed"."""
    told = [f"{report.outcomes[kind]:,} {word()}" for kind, word in WORDS.items() if report.outcomes[kind]]
    counts = ((report.pages, "page"), (report.articles, "article"))
    held = [f"{count:,} {noun}{'s' * (count != 1)}" for count, noun in counts if count]
    if held and report.outcomes["read"]:
        told[0] += f" ({', '.join(held)})"
    return library_lines.FILES_ARE(outcomes=", ".join(told)) if told else library_lines.NOTHING_NEW()


async def report_json(store: LibraryStore, report: SyncReport) -> dict[str, Any]:
    """What a sync did: files by outcome, those with something to say, folders that are away, and what is there now."""
    return {
        "library": store.name,
        "outcomes": {kind: count for kind, count in report.outcomes.items() if count},
        "pages": report.pages,
        "articles": report.articles,
        "problems": [{"path": item.path, "outcome": item.outcome, "why": item.why} for item in report.problems],
        "unseen": [asdict(item) for item in report.unseen],
        "away": [folder.path for folder in report.away],
        "progress": asdict(await store.progress("")),
    }


async def library_json(store: LibraryStore, *, files: bool) -> dict[str, Any]:
    """A library: file, size, what was added with its files by state, progress; with `files` each of them."""
    records = await store.files(inside=None if files else "")
    progress = await store.progress("")
    told: dict[str, Any] = {
        "name": store.name,
        "file": store.place,
        "bytes": await store.size(),
        "added": [
            {
                "path": folder.path,
                "added": folder.added,
                "away": folder.away,
                "files": dict(Counter(record.state for record in records if record.folder == folder.path)),
            }
            for folder in await store.folders()
        ],
        "progress": asdict(progress),
    }
    return {**told, "files": [asdict(record) for record in records]} if files else told


def print_library(told: dict[str, Any]) -> None:
    """Print a library as lines."""
    print_heading(told["name"])
    if "error" in told:
        print_line(f"  {told['file']}")
        print_line(f"  {told['error']}")
        return
    progress = told["progress"]
    print_line(f"  {told['file']}, {told['bytes'] / 1e6:,.1f} MB")
    print_line(f"  {_searchable(told['name'], progress['embedded'], progress['passages'])}")
    rows = [(f"  {item['path']}", _states(item["files"])) for item in told["added"]]
    if rows:
        print_rows(rows)
    for record in told.get("files", ()):
        print_line(f"    {_told(record)}")


def _told(record: dict[str, Any]) -> str:
    """A file with its state, in one line whatever it is called."""
    return one_line(f"{record['path']}: {record['state']}{record['why'] and '; ' + record['why']}")


def _searchable(name: str, embedded: int, passages: int) -> str:
    if not passages:
        return library_lines.NOTHING_YET()
    told = f"{passages:,} passage{'s' * (passages != 1)}, "
    if embedded >= passages:
        return library_lines.ALL_BY_MEANING(passages=told)
    return library_lines.SOME_BY_MEANING(passages=told, embedded=embedded, command=library_command("sync", name))


def _states(counts: dict[str, int]) -> str:
    return ", ".join(f"{counts[state]:,} {state}" for state in STATES if counts.get(state)) or library_lines.NO_FILES()


async def find_file(store: LibraryStore, what: str) -> FileRecord | str:
    """The record of a file, by its path or the end of it, or a document's id. Raises `UsageError`."""
    records = await store.files()
    there = await asyncio.to_thread(absolute, what)
    exact = [record for record in records if record.path in (what, there)]
    ends = exact or [record for record in records if record.path.endswith("/" + what.lstrip("/"))]
    ids = {record.document for record in records if len(what) >= SHORTEST_ID and record.document.startswith(what)}
    if len(ends) == 1:
        return ends[0]
    if not ends and len(ids) == 1:
        return ids.pop()
    if not ends and not ids:
        raise UsageError(library_lines.NO_FILE(name=what), hint=near_files(what, [record.path for record in records]))
    names = ", ".join(record.path for record in ends[:3])
    raise UsageError(library_lines.NAMES_SEVERAL(name=what, names=names), hint=library_lines.MORE_OF_PATH())


async def document_json(store: LibraryStore, found: FileRecord | str) -> tuple[dict[str, Any], str]:
    """What is known of a file or document, and its text."""
    record = found if isinstance(found, FileRecord) else None
    document = found if isinstance(found, str) else found.document
    own = await store.document(document) if document else None
    files = own.files if own is not None else (record,) if record is not None else ()
    return {"document": document, "files": [asdict(file) for file in files], **_content(own)}, (
        own.content.text if own is not None else ""
    )


def _content(own: OwnDocument | None) -> dict[str, Any]:
    if own is None:
        return {}
    content = own.content
    facts = {name: getattr(content, name) for name in ("title", "author", "published", "language", "doi")}
    sections = [
        {"heading": place.label, "level": place.level, "start": place.start, "end": place.end}
        for place in content.places
        if place.kind == "heading"
    ]
    return {
        **facts,
        "characters": len(content.text),
        "pages": len(content.pages),
        "sections": sections,
        "notes": list(content.notes),
    }


def print_document(told: dict[str, Any]) -> None:
    """Print what is known of a file or document."""
    files = told["files"]
    print_heading(told.get("title") or os.path.basename(files[0]["path"]))
    for file in files:
        print_line(f"  {_told(file)}")
    if not told["document"]:
        return
    facts = [told[name] for name in ("author", "published") if told.get(name)]
    pages = [f"{told['pages']:,} pages"] if told["pages"] else []
    size = f"{told['characters']:,} characters"
    print_line(f"  {'; '.join([*facts, *pages, size])}")
    print_line(f"  document {told['document']}")
    for section in told["sections"][:SECTIONS]:
        print_line(f"  {'  ' * section['level']}{section['heading']}")
    if (more := len(told["sections"]) - SECTIONS) > 0:
        print_line("  " + library_lines.MORE_SECTIONS(n=more))
