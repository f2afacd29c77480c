"""Many sessions in one process, all asking at once."""

from __future__ import annotations

import asyncio
import json
import sys

from research_agent_devtools.benchmarks.homes import a_home
from research_agent_devtools.benchmarks.measurement import (
    Curve,
    Plot,
    Result,
    Row,
    Run,
    Samples,
    Side,
    at_least,
    at_most,
    compared,
    interleave,
    measured,
)
from research_agent_devtools.kernel.statistics import Summary, summary

SESSIONS = 500
ROOMS = (1, 10, 30, 100, 250)


async def at_once(run: Run) -> Result:
    most = run.pick(SESSIONS, SESSIONS)
    rooms = [number for number in (ROOMS if run.level == "full" else ROOMS[::2]) if number < most]
    by_number = await interleave(run.pick(1, 3), {f"{number}": _side(number) for number in rooms}, warm=0)
    samples = await interleave(run.pick(1, 5), {"all at once": _side(most)}, warm=0)
    mine = samples["all at once"]
    ideal: Samples = [{"turns/s": each["turns/s of the ideal"]} for each in mine]
    result = Result()
    result.add(samples)
    result.lines = [
        compared(f"{most} sessions at once", mine, ideal, key="turns/s", unit="turns/s",
                 is_="as if each were alone", goal=at_least(0.9)),
        measured("lag of the event loop, p99", mine, key="lag", unit="ms", scale=1000, goal=at_most(50, "ms")),
        measured("memory a session", mine, key="KiB a session", unit="KiB", goal=at_most(200, "KiB")),
        measured("CPU of a turn", mine, key="CPU of a turn", unit="ms", scale=1000),
    ]  # fmt: skip
    result.plots = [_plot(by_number | {f"{most}": mine})]
    result.notes = [
        "One process, one runtime, a turn in each session: a model that thinks for 1 s and then writes 40 words, one "
        "source with four documents, ranking by words (vectors are made in other processes), each turn checked and "
        "stored. The ideal is that each takes what one alone takes. The lag is that of a task that sleeps for 5 ms.",
    ]
    return result


def _side(number: int) -> Side:
    async def ask() -> dict[str, float]:
        with a_home(parts=False) as home:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "research_agent_devtools.benchmarks.children.sessions", home, str(number),
                stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            out, _ = await process.communicate()
        assert process.returncode == 0
        figures: dict[str, float] = json.loads(out)
        return figures | {"turns/s": number / figures["seconds"], "turns/s of the ideal": number / figures["alone"]}

    return ask


def _plot(by_number: dict[str, Samples]) -> Plot:
    def points(key: str) -> list[tuple[float, Summary]]:
        return [(int(number), summary(each[key] for each in rounds)) for number, rounds in by_number.items()]

    return Plot(
        name="sessions",
        alt="Seconds until all sessions have their answer, by their number; beside it what one alone takes.",
        x="sessions asking at once",
        y="seconds until all are answered",
        curves=[Curve("ours", points("seconds")), Curve("one alone", points("alone"), ours=False)],
        log=True,
    )


ROWS = [
    Row(
        name="sessions",
        title="Many sessions at once",
        about="What is left of the throughput, how long the event loop is held, and what a session takes of memory.",
        run=at_once,
    )
]
