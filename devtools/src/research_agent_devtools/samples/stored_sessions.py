"""
What the files of released versions hold: the same sessions, made by the version itself.

Run as a program (`python -m ... FILE`) it makes such a file with the installed version; one is added for each version
of the store that is released, and never made again.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import cast

from research_agent.memory import open_memory
from research_agent.types import Answer, Citation, Document, Finding, SourceReport, Span

RELEASED = Path(__file__).with_name("released")
"""Stores as released versions made them, `version-N.db`."""
TEXTS = {
    "lumen": "The Lumen is 412 kilometres long. It rises in the Vail hills and does not freeze in winter.",
    "vail": "The Vail hills are made of slate.\n\nNobody has lived there since 1931: \u202eodd\u202c \x00 text.",
}
# Version 1 was filled with its fields in this order, and stored values never change.
SPAN = Span(*cast("tuple[str, float, float, str]", ("fetch", "source", 0.0, 0.5)))
SUMMARY = "They spoke of the river Lumen, which is 412 kilometres long."


def document(name: str) -> Document:
    return Document(
        source="notes", title=name.title(), url=f"https://notes.example/{name}", text=TEXTS[name],
        retrieved="2026-01-02T00:00:00+00:00", licence="CC BY-SA 4.0", details={"revision": 7},
    )  # fmt: skip


def answer(session: str, number: int) -> Answer:
    name = "lumen" if number % 2 else "vail"
    held = document(name)
    quote = TEXTS[name].split(". ")[0].split("\n")[0].rstrip(".") + "."
    text = f"{quote} [1]"
    cited = Citation(
        n=1, sentence=(0, len(quote)), document=held.id, title=held.title, url=held.url, source=held.source,
        quote=quote, start=0, end=len(quote), score=0.5 + number / 100, site="notes.example",
    )  # fmt: skip
    return Answer(
        session=session, turn=0, question=f"Question {number} of {session}: what of the {name}?", text=text,
        answer_from="model" if number % 3 else "floor", status="complete", citations=(cited,), documents=(held,),
        sources=(SourceReport(name="notes", status="ok", documents=1, ms=12),), model="fake:model",
        finding=Finding(report={"words": 17}), timings={"total": 1.25}, spans=(SPAN,),
        notes=("A note.",), settings={"lang": "en"},
    )  # fmt: skip


SESSIONS = {"river": 7, "hills 'n' \"quotes\"": 1, "Zürich": 2}


async def fill(path: Path) -> None:
    """Three sessions, one of them summarised, with a job that its process left running."""
    async with open_memory(path, condense_after=4) as memory:
        for session, turns in SESSIONS.items():
            for number in range(1, turns + 1):
                await memory.remember(answer(session, number))
        job = await memory.claim_job()
        assert job
        assert await memory.finish_job(job, SUMMARY)
        for number in (8, 9):
            await memory.remember(answer("river", number))
        assert await memory.claim_job()
        vars(memory)["_claimed"] = False  # as when its process is killed: nothing gives the job back


if __name__ == "__main__":
    asyncio.run(fill(Path(sys.argv[1])))
