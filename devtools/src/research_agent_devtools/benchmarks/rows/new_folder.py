"""What a user waits for a new folder of 1,000 pages: until its words answer, and until the first of them do."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import time
from contextlib import closing
from pathlib import Path

from research_agent.library.database import library_path
from research_agent.library.sqlite_store import open_library
from research_agent_devtools.benchmarks.homes import a_home, without_parts
from research_agent_devtools.benchmarks.measurement import Result, Row, Run, at_most, of_value
from research_agent_devtools.checkout import ROOT
from research_agent_devtools.kernel.statistics import summary

REPORTS = ROOT.parent / "shared" / "documents" / "pdfs"
PAGES = 1_000
QUESTION = "What were the net sales?"
LOOK = 0.1  # seconds between two looks whether something is found


def needed() -> str:
    """Why the row cannot be run."""
    return without_parts() or ("" if any(REPORTS.glob("*.pdf")) else f"there are no reports in {REPORTS}")


def a_folder(folder: Path, pages: int) -> int:
    """Copy reports into a folder until they have so many pages; how many they have."""
    import pypdfium2

    folder.mkdir()
    held = 0
    for file in sorted(REPORTS.glob("*.pdf")):
        if held >= pages:
            break
        with closing(pypdfium2.PdfDocument(file)) as document:  # type: ignore[no-untyped-call]
            held += len(document)
        shutil.copy(file, folder)
    return held


async def command(home: Path, *argv: str) -> str:
    """Standard output of the program."""
    environ = {**os.environ, "RESEARCH_AGENT_HOME": str(home)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "research_agent", "library", *argv),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=environ,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, argv
    return output.decode()


async def first_found(path: Path) -> float:
    """When the first passage is found by its words, while the folder is being read (`time.perf_counter`)."""
    async with open_library(path) as store:  # whoever opens it first makes it
        while True:
            if await store.search(QUESTION):
                return time.perf_counter()
            await asyncio.sleep(LOOK)


async def new_folder(run: Run) -> Result:
    with a_home() as home:
        folder = home / "reports"
        pages = await asyncio.to_thread(a_folder, folder, run.pick(PAGES, PAGES))
        start = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            adding = group.create_task(command(home, "add", str(folder), "--later"))
            first = await first_found(library_path(home, "library"))
            await adding
        read = time.perf_counter()
        told = json.loads(await command(home, "search", QUESTION, "--json"))
        answered = time.perf_counter()
    assert told["results"]
    result = Result()
    result.lines = [
        of_value(f"`library add` of {pages:,} pages, then `library search`", summary([answered - start]), unit="s",
                 goal=at_most(10, "s")),
        of_value("until all of it can be searched by words", summary([read - start]), unit="s"),
        of_value("until the first words of it are found", summary([first - start]), unit="s"),
        of_value("`library search`, with the embedding model and the reader started for it",
                 summary([answered - read]), unit="s"),
    ]  # fmt: skip
    result.notes = ["Annual reports as PDF, read by the locked processes, which are started for it; processes of the "
                    "command line, by the clock: the machine must have nothing else to do."]  # fmt: skip
    return result


ROWS = [
    Row(
        name="new-folder",
        title="A new folder",
        about="How long a new folder of 1,000 pages takes until it answers.",
        run=new_folder,
        needs=needed,
    )
]
