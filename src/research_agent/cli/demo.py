"""`research-agent --demo`: three questions, three answers, and the timeline of each."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from research_agent.cli.common_options import chat_settings
from research_agent.cli.output import acknowledge_stop, open_progress, show_answer
from research_agent.cli.profile_output import print_timeline
from research_agent.cli.signals import INTERRUPTED, STOPS, stoppable
from research_agent.engine import Engine, OpenEngine, load_engine, open_engine
from research_agent.errors import SourceError
from research_agent.messages import command_line, command_results
from research_agent.settings import Settings
from research_agent.types import Topic

if TYPE_CHECKING:
    from research_agent.cli.progress import Progress
    from research_agent.runtime import Runtime
    from research_agent.sources.protocol import Source

__all__ = ["demo", "run_demo"]

SERIES = (
    "What is the transformer architecture in machine learning?",
    "How does attention mechanism work in transformers?",
    "What are the main differences between GPT and BERT?",
)
LOCAL = (
    "Who was Marie Curie?",
    "What is photosynthesis?",
    "How does it differ from cellular respiration?",
)
CONDENSE_AFTER = 4  # messages, so that three turns show condensing too
PROBE_SECONDS = 5.0


def run_demo(*, session: str | None, newest: bool, **options: Any) -> int:
    """Run the demo and return the exit code."""
    settings = chat_settings(session=session, newest=newest, condense_after=CONDENSE_AFTER, **options)
    return asyncio.run(demo(settings, session=session, newest=newest))


async def demo(
    settings: Settings, *, session: str | None = None, newest: bool = False, load: Callable[[], Engine] = load_engine
) -> int:
    """Ask the series, or what the encyclopedia covers if no live source answers; return the exit code."""
    click.echo(command_results.DEMO_STARTS(), err=True)
    progress = open_progress()
    with stoppable(*STOPS, on_stop=partial(acknowledge_stop, progress)):
        async with open_engine(settings, load=load) as engine:
            session = await engine.runtime.memory.newest() if newest else session
            session = await _ask_series(engine, session, progress)
        click.echo("\n" + command_line.DEMO_SESSION(session=session))
        return 0
    return INTERRUPTED


async def _ask_series(engine: OpenEngine, session: str | None, progress: Progress | None) -> str | None:
    """Ask one question after the other, print each answer with its timeline; return the session."""
    research, runtime = engine
    titles = runtime.source_titles
    if progress is not None:
        progress.titles = titles
    questions = SERIES if await live_source_answers(runtime) else LOCAL
    if questions is LOCAL:
        click.echo(command_results.DEMO_OFFLINE())
    for number, question in enumerate(questions, 1):
        _announce(question, f"{number}/{len(questions)}")
        answer = await research(question, session=session, runtime=runtime, on_event=progress)
        session = answer.session
        show_answer(answer, titles, progress=progress, whole=True)
        print_timeline(answer.spans)
        sys.stdout.flush()
    return session


async def live_source_answers(runtime: Runtime) -> bool:
    """Probe of the live sources: True as soon as one returns a document, False after a few seconds."""
    if runtime.settings.flags.offline:
        return False
    topic = Topic(text="machine learning", question="What is machine learning?")

    async def probe(source: Source) -> bool:
        with suppress(SourceError):  # a source that does not answer is what the probe is for
            return bool((await source.search(topic, tools=runtime.tools, limit=1)).documents)
        return False

    answered = False
    async with asyncio.TaskGroup() as group:
        running = {group.create_task(probe(source)) for source in runtime.sources if source.live}
        with suppress(TimeoutError):
            async with asyncio.timeout(PROBE_SECONDS):
                for first in asyncio.as_completed(running):
                    if answered := await first:
                        break
        for task in running:
            task.cancel()
    return answered


def _announce(question: str, place: str) -> None:
    if not sys.stdout.isatty():
        click.echo(f"\n=== {place} {question}\n")
        return
    from research_agent.cli.terminal import open_console, print_question

    console = open_console(sys.stdout)
    console.print()
    print_question(console, question, label=place)
