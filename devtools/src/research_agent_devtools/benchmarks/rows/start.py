"""What the command line costs before it does anything."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from research_agent_devtools.benchmarks.homes import a_home
from research_agent_devtools.benchmarks.measurement import Result, Row, Run, Side, at_most, compared, interleave

CLI = ("-m", "research_agent")
SIDES = {
    "python -c pass": ("-c", "pass"),
    "--help": (*CLI, "--help"),
    "--version": (*CLI, "--version"),
    "sessions list": (*CLI, "sessions", "list"),
    "import langchain_ollama": ("-c", "import langchain_ollama"),
}
HEAVY = "import langchain_ollama"


def starting(home: Path, *argv: str) -> Side:
    environ = {**os.environ, "RESEARCH_AGENT_HOME": str(home)}

    async def start() -> None:
        quiet = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(sys.executable, *argv, stdout=quiet, stderr=quiet, env=environ)
        assert await process.wait() == 0, argv

    return start


async def start_up(run: Run) -> Result:
    with a_home(parts=False) as home:
        sides = {name: starting(home, *argv) for name, argv in SIDES.items()}
        samples = await interleave(run.pick(7, 21), sides, warm=2)
    result = Result()
    result.add(samples)
    bare = samples["python -c pass"]
    for name in ("--help", "--version", "sessions list", HEAVY):
        goal = at_most(12) if name == "--help" else None
        result.lines.append(
            compared(f"`{name}`, CPU" if name != HEAVY else f"`{name}` alone, CPU", samples[name], bare, key="cpu",
                     unit="ms", scale=1000, is_="`python -c pass`", goal=goal)
        )  # fmt: skip
    result.notes = ["Processes of their own, the files warm in the page cache; CPU of the process and its children."]
    return result


ROWS = [
    Row(
        name="start",
        title="Start-up",
        about="`--help`, `--version` and `sessions list` import no model library.",
        run=start_up,
    )
]
