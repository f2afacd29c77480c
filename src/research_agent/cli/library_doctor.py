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
from research_agent.library.database import library_path
from research_agent.library.libraries import library_size
from research_agent.library.protocol import FileRecord
from research_agent.messages import library_lines

if TYPE_CHECKING:
    from research_agent.settings import Settings

__all__ = ["print_report", "report"]

SHOWN = 5  # files that are named for one reason
FIGURES = re.compile(r"\d[\d,.]*")
OCR = "tesseract"


def report(settings: Settings, files: Mapping[str, Sequence[FileRecord]]) -> dict[str, Any]:
    """What is there, and of each library its size and the files that were not read, or not wholly, by reason."""
    own = settings.encoder.file
    meaning = own.exists() if own is not None else (settings.parts / EMBEDDING / "part.json").exists()
    return {
        "tesseract": shutil.which(OCR) or "",
        "embedding": meaning,
        "endings": sorted(SUFFIXES),
        "archives": {ending: package_of(ending) for ending in sorted(archive_endings())},
        "largest": LARGEST,
        "libraries": [
            {
                "name": name,
                "bytes": library_size(library_path(settings.home, name)),
                "files": len(records),
                "problems": _problems(records),
            }
            for name, records in files.items()
        ],
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
        print_line(f"{ending[1:]:<12}{f'is read by {package}' if package else missing_plugin(ending)}")
    for library in told["libraries"]:
        print_line()
        print_heading(library["name"])
        print_line("  " + library_lines.SIZE_OF(files=library["files"], megabytes=library["bytes"] / 1e6))
        for problem in library["problems"]:
            print_line(f"  {len(problem['files']):,} {problem['state']}: {problem['why']}")
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
