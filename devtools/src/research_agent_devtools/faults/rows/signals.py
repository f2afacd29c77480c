"""The program ended in every way while all its children live, and its model's process killed in mid-answer."""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from unittest import mock

from research_agent.cli.ask import EXIT_CODES
from research_agent.events import Event, Token
from research_agent.llm.llamacpp_process import EmbeddedServer
from research_agent.pipeline import research
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import load_settings
from research_agent.testing import FakeSource
from research_agent.types import Answer
from research_agent_devtools.checkout import PARTS_HOME
from research_agent_devtools.faults.children import family as family_program
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.harness.processes import adopting, children, family, is_running
from research_agent_devtools.kernel.statistics import median
from research_agent_devtools.samples import onnx_models

__all__ = ["ROWS"]

PATIENCE = 10.0  # seconds: a busy machine may take some of them, an orphan outlives them
SECONDS = 100.0
ENDS = ("SIGKILL", "Ctrl-C", "SIGTERM", "the terminal closed")
NO_MODEL = 4  # the exit code of extracts
SHORT = 24  # tokens of an answer: it is the deaths that are to take the time
DEATHS = (signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL)
QUESTIONS = ("How long is the river Lumen and does the Lumen freeze?", "Does the river Lumen freeze in winter?")
RIVER = "The Lumen is 412 kilometres long. It does not freeze in winter. Its water is clear."


def _model_missing() -> str:
    return (
        ""
        if (PARTS_HOME / "parts" / "smollm2" / "part.json").exists()
        else "the embedded parts are missing: make parts"
    )


def end_the_program(run: Run) -> None:
    """In each way in turn."""
    _end_the_program(run)


def end_without_lifelines(run: Run) -> None:
    """The same with children that nobody tells of their parent's end."""
    _end_the_program(run, "loose")


def _end_the_program(run: Run, *options: str) -> None:
    onnx_models.write_encoder(run.folder)
    seconds: dict[str, list[float]] = {way: [] for way in ENDS}
    with adopting():
        for number, _ in run.trials():
            way = ENDS[number % len(ENDS)]
            with _program(run.folder, *options) as (program, keyboard):
                assert program.stdout is not None
                if program.stdout.readline() != b"ready\n":
                    run.fail("it did not start")
                    continue
                seconds[way].append(_end(run, way, program, keyboard))
    for way, taken in seconds.items():
        if taken:
            run.worst(f"seconds to the end of all by {way}", max(taken))
            run.worst(f"the median by {way}", median(taken))


@contextmanager
def _program(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[bytes], list[int]]]:
    """The program in a terminal of its own, and the keyboard's end of that; whatever is left at the end is killed."""
    keyboard, screen = pty.openpty()
    keyboards = [keyboard]
    program = subprocess.Popen(
        [sys.executable, "-m", family_program.__name__, str(PARTS_HOME), str(folder), *options],
        stdin=screen, stdout=subprocess.PIPE, stderr=screen, start_new_session=True,
    )  # fmt: skip
    os.close(screen)
    try:
        yield program, keyboards
    finally:
        with program:
            program.kill()
        for descriptor in keyboards:
            os.close(descriptor)


def _end(run: Run, way: str, program: subprocess.Popen[bytes], keyboard: list[int]) -> float:
    """End it; seconds until it and all its children have gone."""
    started = family(program.pid)
    run.check(len(started) == family_program.CHILDREN, f"{way}: {len(started)} children were there")
    begun = time.monotonic()
    if way == "Ctrl-C":
        os.write(keyboard[0], b"\x03")
    elif way == "the terminal closed":
        os.close(keyboard.pop())
    else:
        program.send_signal(signal.Signals[way])
    try:
        code = program.wait(SECONDS)
    except subprocess.TimeoutExpired:
        run.fail(f"{way}: it did not end")
        return SECONDS
    killed = way == "SIGKILL"
    run.check(code == (-signal.SIGKILL if killed else 130), f"{way}: exit {code}")
    left = [pid for pid in children() if pid in started]
    if left and not killed:  # it had the time to end and to collect them
        run.fail(f"{way}: {sum(map(is_running, left))} of {len(left)} children that it left are running", len(left))
    while (running := [pid for pid in started if is_running(pid)]) and time.monotonic() < begun + PATIENCE:
        time.sleep(0.002)
    taken = time.monotonic() - begun
    if running:
        run.fail(f"{way}: {len(running)} orphans", len(running))
    _bury(started)
    return taken


def _bury(pids: list[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            if is_running(pid):
                os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)


def kill_the_model(run: Run) -> None:
    """A conversation in which the model's process dies in every other answer."""
    with mock.patch("research_agent.stages.synthesize.MOST_ANSWER_TOKENS", SHORT):
        asyncio.run(_kill_the_model(run))


def kill_the_only_model(run: Run) -> None:
    """The same with a process that is started once."""

    async def url(server: EmbeddedServer) -> str:
        server._url = server._url or await server._wait_ready()
        return server._url

    with mock.patch.object(EmbeddedServer, "url", url):
        kill_the_model(run)


async def _kill_the_model(run: Run) -> None:
    settings = load_settings(
        {"RESEARCH_AGENT_HOME": str(run.folder), "XDG_CONFIG_HOME": str(run.folder)}, model="llamacpp:smollm2"
    )
    with suppress(FileExistsError):
        (run.folder / "parts").mkdir()
    (run.folder / "parts" / "smollm2").symlink_to(PARTS_HOME / "parts" / "smollm2")
    async with open_runtime(settings, sources=[FakeSource("notes", [RIVER])]) as runtime:
        await runtime.ready()
        for number, rng in run.trials():
            sign, session = DEATHS[number % len(DEATHS)], f"s{number}"
            before = _pid(runtime)
            killed: list[float] = []
            hook = _killing(runtime, sign, at=rng.randint(1, 6), killed=killed)
            first = await research(QUESTIONS[0], session=session, runtime=runtime, on_event=hook)
            run.check(killed, "the answer was shorter than the moment of the death")
            as_extracts = EXIT_CODES[first.status] == NO_MODEL and first.citations
            run.check(as_extracts, f"{sign.name}: the turn ended as {first.status}")
            begun = time.monotonic()
            second = await research(QUESTIONS[1], session=session, runtime=runtime)
            run.worst("seconds of the next turn, the model's start included", time.monotonic() - begun)
            run.check(second.status == "complete", f"{sign.name}: the next turn ended as {second.status}")
            run.check(_pid(runtime) != before, f"{sign.name}: it was not started again")
            await _look(run, runtime, session, first, second)
    run.check(not children(), f"processes {children()} are left")


async def _look(run: Run, runtime: Runtime, session: str, *told: Answer) -> None:
    kept = await runtime.memory.turns(session)
    run.check([turn.answer.text for turn in kept] == [answer.text for answer in told], "a turn is not as it was told")


def _killing(runtime: Runtime, sign: signal.Signals, *, at: int, killed: list[float]) -> Callable[[Event], None]:
    """Kill the model's process at that word of the answer."""
    words = iter(range(1, 10_000))

    def hook(event: Event) -> None:
        if isinstance(event, Token) and next(words) == at:
            os.kill(_pid(runtime), sign)
            killed.append(time.monotonic())

    return hook


def _pid(runtime: Runtime) -> int:
    assert runtime.chat is not None
    process = runtime.chat.server._process  # type: ignore[attr-defined]
    return int(process.pid)


ROWS = (
    Row(
        id="E6",
        fault="the embedded model's process dies in mid-answer: SEGV, ABRT, KILL",
        guarantee="the turn ends as extracts, the next turn of the conversation has a new process and an answer",
        quick=1,
        full=60,
        try_it=kill_the_model,
        twin=kill_the_only_model,
        twin_is="a process that is started once",
        twin_trials=1,
        unit="deaths",
        needs=_model_missing,
    ),
    Row(
        id="F3",
        fault="Ctrl-C, SIGTERM, SIGKILL, terminal closed, with two busy pool workers, the model and an analysis alive",
        guarantee="no child outlives the program, none is left uncollected",
        quick=4,
        full=400,
        try_it=end_the_program,
        twin=end_without_lifelines,
        twin_is="children without the lifeline",
        twin_trials=1,
        unit="ends",
        needs=_model_missing,
    ),
)
