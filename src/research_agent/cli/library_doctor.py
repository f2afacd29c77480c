"""`research-agent library doctor`: what can be read here, what was not, and what to do about it."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from research_agent.cli.table import print_heading, print_line
from research_agent.documents.archives import archive_endings, missing_plugin, package_of
from research_agent.documents.read_file import LARGEST, SUFFIXES
from research_agent.encoders.embedder import EMBEDDING
from research_agent.errors import StoreError
from research_agent.library.open_store import library_place
from research_agent.library.protocol import FileRecord
from research_agent.messages import library_lines

if TYPE_CHECKING:
    from pathlib import Path

    from research_agent.library.protocol import LibraryStore
    from research_agent.settings import Settings

__all__ = ["library_report", "place_of", "print_report", "report", "unreachable"]

SHOWN = 5  # files that are named for one reason
FIGURES = re.compile(r"\d[\d,.]*")
OCR = "tesseract"


async def library_report(store: LibraryStore) -> dict[str, Any]:
    """Of a library where and in what it is, its size, and the files that were not read, or not wholly, by reason."""
    records = await store.files()
    return {
        "name": store.name,
        "file": store.place,
        "store": await store.about(),
        "bytes": await store.size(),
        "files": len(records),
        "problems": _problems(records),
    }


def unreachable(path: Path, error: StoreError) -> dict[str, Any]:
    """Of a library that cannot be opened where it is, and why."""
    told = f"{error.message} {error.hint}".strip()
    problem = {"state": "not reachable", "why": told, "files": []}
    return {"name": path.stem, "file": place_of(path), "store": "", "bytes": 0, "files": 0, "problems": [problem]}


def place_of(path: Path) -> str:
    """Where a library is, without opening it."""
    try:
        return library_place(path)
    except StoreError:  # that is what is wrong
        return str(path)


def report(settings: Settings, libraries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What is there, and the reports of the libraries."""
    own = settings.encoder.file
    meaning = own.exists() if own is not None else (settings.parts / EMBEDDING / "part.json").exists()
    return {
        "tesseract": shutil.which(OCR) or "",
        "embedding": meaning,
        "endings": sorted(SUFFIXES),
        "archives": {ending: package_of(ending) for ending in sorted(archive_endings())},
        "largest": LARGEST,
        "libraries": list(libraries),
    }


def print_report(told: Mapping[str, Any]) -> None:
    """Print the report as lines: what is wrong has what to do behind it."""
    ocr = told["tesseract"]
    print_line(
        f"scans       {library_lines.READ_BY(program=ocr) if ocr else f'no {OCR}: {library_lines.SCANS_NOT_READ()}'}"
    )
    print_line(f"meaning     {library_lines.MODEL_THERE() if told['embedding'] else library_lines.WORDS_ONLY()}")
    print_line(
        "read        " + library_lines.READ_UP_TO(megabytes=told["largest"] / 1e6, endings=" ".join(told["endings"]))
    )
    for ending, package in told["archives"].items():
        print_line(
            f"{ending[1:]:<12}{library_lines.IS_READ_BY(program=package) if package else missing_plugin(ending)}"
        )
    for library in told["libraries"]:
        print_line()
        print_heading(library["name"])
        print_line(f"  {library['file']}{library['store'] and '; ' + library['store']}")
        print_line("  " + library_lines.SIZE_OF(files=library["files"], megabytes=library["bytes"] / 1e6))
        for problem in library["problems"]:
            count = f"{len(problem['files']):,} " if problem["files"] else ""
            print_line(f"  {count}{problem['state']}: {problem['why']}")
            for path in problem["files"][:SHOWN]:
                print_line(f"    {path}")
            if (more := len(problem["files"]) - SHOWN) > 0:
                print_line("    " + library_lines.MORE_FILES(n=more, name=library["name"]))
        if not library["problems"]:
            print_line("  " + library_lines.ALL_READ())


def _problems(records: Sequence[FileRecord]) -> list[dict[str, Any]]:
    """Files by state and reason, the most frequent first; reasons that differ by figures only are one."""
    groups: defaultdict[tuple[str, str], list[FileRecord]] = defaultdict(list)
    for record in records:
        if record.why or record.state in ("no text", "failed"):
            state = "read in part" if record.state == "ready" else record.state
            groups[state, FIGURES.sub("", record.why)].append(record)
    return [
        {"state": state, "why": group[0].why, "files": [record.path for record in group]}
        for (state, _), group in sorted(groups.items(), key=lambda item: -len(item[1]))
    ]
