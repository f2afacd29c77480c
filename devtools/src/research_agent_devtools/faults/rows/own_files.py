"""D23, D26: the user's own files, damaged or made to do harm."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial

from research_agent.documents.file_text import FileText
from research_agent.documents.formats.by_format import read_any, read_unguarded
from research_agent.documents.formats.text_builder import CHARACTERS, TextBuilder
from research_agent.documents.isolated_files import MEMORY, IsolatedFileReader
from research_agent.documents.read_file import FileReader, read_file
from research_agent.errors import BodyError
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.samples.fuzzed_files import fuzzed
from research_agent_devtools.samples.office_files import SAMPLES

SECONDS = 20.0  # for one file
STOPPED = "its reader was stopped"
CHECKED = 500  # files after which a whole one is read


class InProgram:
    """The naive way: the same readers in the program itself, with whatever their parsers raise."""

    async def other_file(self, body: bytes, name: str) -> FileText:
        told = TextBuilder()
        try:
            read_unguarded(body, name, told)
        except ValueError as error:
            raise BodyError(str(error), hint="None.") from error
        return told.file_text()

    async def pdf_file(self, body: bytes) -> FileText:
        raise BodyError("is not tried in the program", hint="It would end it.")

    async def close(self) -> None:
        """Nothing to end."""


def files(run: Run, *, isolated: bool) -> None:
    asyncio.run(_files(run, IsolatedFileReader(seconds=SECONDS) if isolated else InProgram()))


async def _files(run: Run, reader: IsolatedFileReader | InProgram) -> None:
    try:
        for number, rng in run.trials():
            name, body = fuzzed(rng)
            await _read(run, reader, f"{number} ({name}, {len(body):,} bytes)", name, body)
            if number % CHECKED == CHECKED - 1:
                whole = await read_file(SAMPLES["a.docx"], "a.docx", reader=reader)
                run.check("1895" in whole.text, f"after {number}: a whole file is not read")
    finally:
        await reader.close()


async def _read(run: Run, reader: FileReader, tried: str, name: str, body: bytes) -> None:
    start = time.perf_counter()
    try:
        content = await read_file(body, name, reader=reader)
    except BodyError as error:
        run.count("refused")
        run.count("of them by the end of their process", STOPPED in error.message)
        said = f"{error.message} {error.hint}"
        run.check(error.hint and "\n" not in said and len(said) < 500, f"{tried}: no line for the user: {said[:200]!r}")
    except Exception as error:  # noqa: BLE001 - what a program would end by
        run.fail(f"{tried}: {type(error).__name__}: {str(error)[:100]}")
    else:
        run.count("read" if content.text else "read, without words")
        run.check(len(content.text) <= CHARACTERS, f"{tried}: {len(content.text):,} characters")
    took = time.perf_counter() - start
    run.worst("seconds to a verdict", round(took, 2))
    run.check(took < SECONDS + 5, f"{tried}: {took:.1f} s")


def unlocked(run: Run, read: Callable[[bytes, str], object]) -> None:
    """Many more files by the same readers in this process: what they raise, and how much they tell of."""
    for number, rng in run.trials():
        name, body = fuzzed(rng, besides=("a.pdf",))
        try:
            read(body, name)
        except ValueError as error:
            run.count("refused")
            run.check(str(error).strip(), f"{number} ({name}): refused without a word")
        except Exception as error:  # noqa: BLE001 - that there is none is what is tried
            run.fail(f"{number} ({name}): {type(error).__name__}: {error}"[:400])


def by_parsers_alone(body: bytes, name: str) -> object:
    """The naive way: whatever the parsers raise."""
    told = TextBuilder()
    read_unguarded(body, name, told)
    return told


ROWS = (
    Row(
        id="D23",
        fault="fuzzed DOCX, XLSX, PPTX, ODT, EPUB, zip, RTF, mail, CSV, notebooks, HTML, Markdown and PDF",
        guarantee=f"a text within its limit or one line with what to do, within {SECONDS:g} s; "
        f"a process of {MEMORY >> 20} MiB at most; the next file is read",
        quick=40,
        full=5000,
        try_it=partial(files, isolated=True),
        twin=partial(files, isolated=False),
        twin_is="the same readers in the program, with what their parsers raise",
        twin_trials=130,
        unit="files",
    ),
    Row(
        id="D26",
        fault="the same files but PDF, read in the program itself",
        guarantee="a text, or an error with a reason; no other error",
        quick=60,
        full=10_000,
        try_it=partial(unlocked, read=read_any),
        twin=partial(unlocked, read=by_parsers_alone),
        twin_is="the parsers by themselves",
        twin_trials=200,
        unit="files",
    ),
)
