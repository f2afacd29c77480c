"""The whole program: killed in mid-answer, and ended while saves are on their way."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from research_agent.cli import cli
from research_agent.errors import UnknownSessionError
from research_agent.memory import open_memory
from research_agent.testing import FakeOllama
from research_agent.types import Turn
from research_agent_devtools.faults.children.saves import SAVES, answer
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.kernel.statistics import median
from research_agent_devtools.world import World

__all__ = ["ROWS"]

QUESTIONS = (
    "What is the transformer architecture in machine learning?",
    "What is attention in machine learning?",
    "What is a recurrent neural network?",
)
RATE = 200.0  # tokens a second: an answer streams for about a third of a second
TELL = re.compile(r"^session (\S+), turn (\d+)\b.*\n", re.MULTILINE)
SECONDS = 100.0


def kill_the_app(run: Run) -> None:
    """`research-agent`, mostly as a conversation, now and then as one question."""
    _kill_the_app(run, "research_agent")


def kill_the_careless_app(run: Run) -> None:
    """The same, but it saves behind "done"."""
    _kill_the_app(run, "research_agent_devtools.faults.children.app")


def _kill_the_app(run: Run, program: str) -> None:
    with World().in_thread() as world, FakeOllama(rate=RATE).in_thread() as ollama:
        environ = {**world.environ, **ollama.environ, "RESEARCH_AGENT_HOME": str(run.folder / "home"),
                   "RESEARCH_AGENT_SOURCES": "wikipedia,hackernews", "XDG_CONFIG_HOME": str(run.folder)}  # fmt: skip
        started: dict[int, subprocess.Popen[str]] = {}
        try:
            for number, rng in run.trials():
                for one in (number, number + 1):  # the next one starts while this one answers
                    if one not in started and one < run.wanted:
                        started[one] = _start(program, one, environ)
                with started.pop(number) as app:
                    told = _until_killed(run, app, ollama, number, rng)
                _judge(run, f"s{number}", told, environ)
        finally:
            for app in started.values():
                with app:
                    app.kill()


def _turns(number: int) -> int:
    """In which turn it is killed: the first, second or third of a conversation, or the only one of `ask`."""
    return 1 if _is_one_question(number) else number % 3 + 1


def _is_one_question(number: int) -> bool:
    return number % 5 == 4


def _start(program: str, number: int, environ: Mapping[str, str]) -> subprocess.Popen[str]:
    """It waits at its prompt, or for the question on its standard input."""
    asked = ["ask", "-"] if _is_one_question(number) else []
    return subprocess.Popen(
        [sys.executable, "-m", program, *asked, "--session", f"s{number}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, **environ},
    )  # fmt: skip


def _until_killed(run: Run, app: subprocess.Popen[str], ollama: FakeOllama, number: int, rng: random.Random) -> str:
    """What the program had printed when it was killed, at a random moment from the first word of a turn's answer on."""
    turns, one_question = _turns(number), _is_one_question(number)
    before = len(ollama.requests)
    assert app.stdin is not None
    assert app.stdout is not None
    app.stdin.write("".join(f"{question}\n" for question in QUESTIONS[: 1 if one_question else None]))
    app.stdin.flush()
    if one_question:  # else it stays open: its end would be the end of the conversation
        app.stdin.close()
    end = time.monotonic() + SECONDS
    while sum(request.kind == "synthesis" for request in ollama.requests[before:]) < turns:
        if app.poll() is not None or time.monotonic() > end:
            run.fail(f"it ended by itself, exit {app.poll()}")
            break
        time.sleep(0.005)
    time.sleep(rng.uniform(0, 0.4))  # the moment of the kill is what is tried
    streaming = ollama.requests[before:] and ollama.requests[-1].kind == "synthesis" and not ollama.requests[-1].end
    run.count("kills while an answer streamed" if streaming else "kills just behind an answer")
    app.kill()
    return app.stdout.read()


def _judge(run: Run, session: str, told: str, environ: Mapping[str, str]) -> None:
    """Every turn that was shown as kept is there, and nothing that is there is half a turn."""
    shown = [int(match[2]) for match in TELL.finditer(told) if match[1] == session]
    run.count("turns that were shown as kept", len(shown))
    code, listed = _run(["sessions", "show", session, "--json"], environ)
    unknown = code == UnknownSessionError.exit_code
    run.check(code == 0 or (unknown and not shown), f"{session} cannot be shown: {listed}")
    turns: list[dict[str, Any]] = json.loads(listed)["turns"] if code == 0 else []
    numbers = [turn["turn"] for turn in turns]
    run.check(numbers == list(range(1, len(turns) + 1)), f"{session}: turns {numbers}")
    if lost := set(shown) - set(numbers):
        run.fail(f"{session}: turns {sorted(lost)} were shown as kept and are gone", len(lost))
    for turn in turns:
        whole = turn["status"] == "complete" and turn["answer"] and turn["citations"]
        run.check(whole, f"{session}: half a turn is shown: {turn['status']} {turn['answer'][:60]!r}")
        if turn["turn"] in shown:
            run.check(turn["answer"] in told, f"{session}: turn {turn['turn']} is not what was shown")
    run.count("turns that were kept, but not shown as kept any more", len(set(numbers) - set(shown)))
    if turns:
        run.check(_run(["verify", session], environ)[0] == 0, f"{session}: a stored quote does not hold")


def _run(argv: Sequence[str], environ: Mapping[str, str]) -> tuple[int, str]:
    """Exit code and output of a command; it opens the store anew."""
    result = CliRunner(env=dict(environ)).invoke(cli, list(argv))
    return result.exit_code, result.output


def exit_while_saving(run: Run) -> None:
    """Each of the three exits in turn."""
    _exit_while_saving(run, "return")


def exit_and_forget(run: Run) -> None:
    """The same with saves that nobody waits for."""
    _exit_while_saving(run, "loose")


def _exit_while_saving(run: Run, returning: str) -> None:
    seconds = []
    for number, rng in run.trials():
        store = run.folder / f"{number}.db"
        sign = (None, signal.SIGINT, signal.SIGTERM)[number % 3]
        way = "signal" if sign else returning
        with subprocess.Popen(
            [sys.executable, "-m", "research_agent_devtools.faults.children.saves", str(store), way],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        ) as child:  # fmt: skip
            assert child.stdout is not None
            run.check(child.stdout.readline() == "ready\n", "it did not start")
            if sign is not None:
                time.sleep(rng.uniform(0, 0.04))  # the moment of the signal is what is tried
                child.send_signal(sign)
            begun = time.monotonic()
            acknowledged = {int(line) for line in child.stdout}
            code = child.wait(SECONDS)
            seconds.append(time.monotonic() - begun)
        run.check(code == (130 if sign else 0), f"{way}: exit {code}")
        kept = {int(turn.question.split()[1]): turn for turn in _stored(store)}
        run.count("saves acknowledged", len(acknowledged))
        run.count("saves on their way at the exit and not acknowledged", SAVES - len(acknowledged))
        expected = acknowledged if sign else set(range(SAVES))  # who leaves in order leaves nothing behind
        if lost := expected - set(kept):
            run.fail(f"{way}: {len(lost)} saves are lost", len(lost))
        run.check(all(_whole(number, turn) for number, turn in kept.items()), f"{way}: half a save")
    run.worst("seconds to the exit", max(seconds))
    run.worst("the median of them", median(seconds))


def _whole(number: int, turn: Turn) -> bool:
    return (turn.answer.text, turn.answer.documents) == (answer(number).text, answer(number).documents)


def _stored(path: Path) -> tuple[Turn, ...]:
    async def read() -> tuple[Turn, ...]:
        async with open_memory(path) as memory:
            try:
                return await memory.turns("s")
            except UnknownSessionError:
                return ()

    return asyncio.run(read())


ROWS = (
    Row(
        id="A2",
        fault="kill -9 of the whole program while its answer streams, or just behind it",
        guarantee="every turn shown as kept is there, none is shown by half, the store opens again",
        quick=2,
        full=600,
        seconds=3600.0,
        try_it=kill_the_app,
        twin=kill_the_careless_app,
        twin_is='the same program, saving behind "done"',
        twin_trials=2,
        unit="kills",
    ),
    Row(
        id="A10",
        fault="exit while 100 saves are on their way: return, Ctrl-C, SIGTERM",
        guarantee="what was acknowledged is there, the rest whole or not at all; who returns leaves nothing behind",
        quick=6,
        full=300,
        try_it=exit_while_saving,
        twin=exit_and_forget,
        twin_is="tasks that nobody waits for, under asyncio.run",
        twin_trials=1,
        unit="exits",
    ),
)
