"""The first question of a newcomer: nothing runs yet, and the embedded model answers."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time

from research_agent_devtools.benchmarks.homes import PARTS, a_home
from research_agent_devtools.benchmarks.measurement import Result, Row, Run, at_most, interleave, measured
from research_agent_devtools.benchmarks.outside_world import serving

DELAY = 0.4
QUESTION = "What is photosynthesis?"
SOURCES = ("wikipedia", "hackernews")
NOBODY = "http://127.0.0.1:9"  # where no Ollama listens
# What a user waits for until the first word, in order: a part, and the moment it ends with.
PARTS_OF_IT = {
    "process": "python runs",
    "imports, memory, runtime": "Started",
    "topics": "Planned",
    "sources": "fetch ends",
    "splitting, embedding, ranking": "Ranked",
    "prompt to first token": "Token",
}


async def first_word(run: Run) -> Result:
    with serving("world", sources=SOURCES, delay=DELAY) as world, a_home() as home:
        environ = {
            **os.environ, **world, "OLLAMA_HOST": NOBODY, "RESEARCH_AGENT_HOME": str(home),
            "RESEARCH_AGENT_SOURCES": ",".join([*SOURCES, "encyclopedia"]),
        }  # fmt: skip

        async def ask() -> dict[str, float]:
            start = time.perf_counter()
            moments = await _ask(environ)
            told, before = {"first word": moments["Token"] - start}, start
            for part, ends in PARTS_OF_IT.items():
                end = max(before, moments[ends])  # what ended earlier was not waited for
                told[part], before = end - before, end
            return told

        samples = await interleave(run.pick(3, 9), {"ask": ask})
    result = Result()
    result.add(samples)
    result.lines = [
        measured("cold `ask`, time to the first word", samples["ask"], key="first word", goal=at_most(4, "s")),
        measured("its CPU to the end", samples["ask"], key="cpu"),
    ]
    result.notes = [
        "`ask` in a new process, files warm in the page cache, the embedded models; Wikipedia and Hacker News of "
        f"{DELAY} s a request on loopback, and the encyclopedia. Each part is what was still waited for when the one "
        "before it had ended; what overlaps counts in the earlier.",
    ]
    return result


async def _ask(environ: dict[str, str]) -> dict[str, float]:
    """One `ask`; the moments of its life."""
    argv = ("-m", "research_agent_devtools.benchmarks.children.cold", "ask", QUESTION, "--json", "--fresh")
    process = await asyncio.create_subprocess_exec(sys.executable, *argv, stdout=asyncio.subprocess.PIPE, env=environ)
    out, _ = await process.communicate()
    answer, moments = out.splitlines()[-2:]
    assert process.returncode == 0, answer
    return dict(json.loads(moments))


def _needs() -> str:
    ready = (PARTS / "smollm2").is_dir() and (PARTS / "minilm").is_dir()
    return "" if ready else "the embedded parts are missing; run: make parts"


ROWS = [
    Row(
        name="cold",
        title="The first question",
        about="From the return key to the first word, with nothing running and the model that is brought along.",
        run=first_word,
        needs=_needs,
    )
]
