"""A run of deep research under signals: the first Ctrl-C has the report written, the second one ends at once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from research_agent.cli.research_progress import ResearchProgress
from research_agent.cli.signals import STOPS
from research_agent.engine import load_engine, open_engine
from research_agent.messages import research_lines

if TYPE_CHECKING:
    from research_agent.deep_research.research_runs import Report
    from research_agent.settings import Settings

__all__ = ["replay_research", "run_research", "suggest_plan_lines"]


async def run_research(run: str, settings: Settings) -> tuple[Report | None, dict[str, str]]:
    """The report, None when it was ended before there was one, and the sources' titles by name."""
    from research_agent.deep_research.research_runs import run_to_end

    progress, stopping = ResearchProgress(), asyncio.Event()
    titles: dict[str, str] = {}
    report = None
    with _stopped(stopping, progress):
        async with open_engine(settings, load=load_engine) as engine:
            titles = engine.runtime.source_titles
            report = await run_to_end(run, engine.runtime, on_event=progress, stopping=stopping)
    progress.close()
    return report, titles


async def suggest_plan_lines(run: str, settings: Settings) -> str:
    """What a large chat model did to the plan of a run, in a line; "" when there is none, and nothing is opened."""
    from research_agent.deep_research.model_plan import suggest_lines
    from research_agent.llm import LARGE, choose_model, size_of

    choice = await choose_model(settings)
    if choice is None or (size_of(choice.id) or LARGE) < LARGE:
        return ""
    async with open_engine(settings, load=load_engine) as engine:
        return await suggest_lines(run, engine.runtime)


async def replay_research(run: str, settings: Settings) -> Report:
    """The report of a run that repeats another one, from what is stored of it alone."""
    from research_agent.deep_research.research_runs import replay

    async with open_engine(settings, load=load_engine) as engine:
        return await replay(run, engine.runtime)


@contextmanager
def _stopped(stopping: asyncio.Event, progress: ResearchProgress) -> Iterator[None]:
    """Context in which the first signal sets `stopping`, and the second cancels the block."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None
    ended: list[bool] = []

    def stop() -> None:
        if stopping.is_set():
            ended.append(True)
            task.cancel()
        else:
            stopping.set()
            progress.note(research_lines.WRITING_NOW())

    before = {number: signal.getsignal(number) for number in STOPS}
    for number in before:
        loop.add_signal_handler(number, stop)
    try:
        yield
    except asyncio.CancelledError:
        if not ended:
            raise
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)
        for _ in ended:
            task.uncancel()
