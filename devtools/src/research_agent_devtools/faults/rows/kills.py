"""A8: a job whose process is killed is resumed at the next start, and has its effect once."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import apsw

from research_agent.memory import jobs
from research_agent_devtools.faults.children import jobs as jobs_child
from research_agent_devtools.faults.row import Row, Run

STATEMENTS = 45  # about as many as there are from the claim to the end
MILLISECONDS = 40
KILLED = (f"exit {-signal.SIGKILL}", f"exit {-signal.SIGALRM}")


@dataclass(frozen=True)
class State:
    """Of the one job of a session, and of the session."""

    job: str
    attempts: int
    error: bytes | None
    version: int
    summary: bytes
    messages: int


class Children:
    """The process that forks one for each start of the program."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "jobs.db"
        self._process = subprocess.Popen(
            [sys.executable, jobs_child.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, command: str, session: str, kill: str = "-") -> list[str]:
        """What it said; the last line is how it ended."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{command} {self.path} {session} {kill}\n")
        self._process.stdin.flush()
        lines: list[str] = []
        while not lines or not lines[-1].startswith("exit"):
            lines.append(self._process.stdout.readline().strip())
        return lines

    def state(self, session: str) -> State:
        db = apsw.Connection(str(self.path))
        try:
            db.set_busy_timeout(5_000)
            return State(*db.execute(
                "SELECT state, attempts, error, version, summary, (SELECT count(*) FROM messages WHERE session = ?1)"
                " FROM jobs JOIN sessions ON sessions.id = session WHERE session = ?1", (session,)
            ).get)  # fmt: skip
        finally:
            db.close()

    def close(self) -> None:
        self._process.communicate()


def killed_in_a_job(run: Run, command: Callable[[int], str] = lambda _: "work") -> None:
    """One job, one to three kills anywhere in it, then a start that nobody disturbs."""
    children = Children(run.folder)
    try:
        for number, rng in run.trials():
            _kill(run, rng, children, f"s{number}", command(number))
    finally:
        children.close()


def _kill(run: Run, rng: random.Random, children: Children, session: str, command: str) -> None:
    children.run("fill", session)
    before = children.state(session)
    for _ in range(rng.randint(1, 3)):
        at = f"{rng.randrange(1, STATEMENTS)}" if rng.random() < 0.7 else f"{rng.random() * MILLISECONDS / 1000:.5f}"
        said = children.run(command, session, at)
        after = children.state(session)
        run.check(said[-1] in {*KILLED, "exit 0"}, f"{session}: it ended by itself: {said}")
        run.count("kills" if said[-1] in KILLED else "kills that came too late")
        run.count("kills with the job claimed", said[-1] in KILLED and any("claimed" in line for line in said))
        claims = sum("claimed" in line for line in said)
        run.check(claims <= after.attempts - before.attempts <= 1, f"{session}: {before}, {said}, {after}")
        _check_effect(run, session, after)
        before = after
    said = children.run(command, session)
    after = children.state(session)
    open_still = before.job in {"queued", "running"} and before.attempts < jobs.MAX_ATTEMPTS
    wanted = [f"claimed {before.attempts + 1}", "asked", "finished True", "exit 0"] if open_still else ["exit 0"]
    run.count("jobs resumed at the next start", open_still)
    run.count("jobs that failed after three kills", before.attempts == jobs.MAX_ATTEMPTS and after.job == "failed")
    run.check(said == wanted, f"{session}: {before} was followed by {said}")
    lost = before.job == "running" and before.attempts == jobs.MAX_ATTEMPTS
    run.check(after.job == ("failed" if lost else "done"), f"{session}: at the end {after}")
    _check_effect(run, session, after)


def _check_effect(run: Run, session: str, state: State) -> None:
    """Once when the job is done, and not at all before."""
    done = state.job == "done"
    summary = f"summary of attempt {state.attempts}".encode() if done else b""
    right = (state.version, state.summary, state.messages) == (int(done), summary, 6)
    run.check(right, f"{session}: an effect without its job, or twice: {state}")


ROWS = (
    Row(
        id="A8",
        fault="the process is killed one to three times in a job, at any statement or moment, and started again",
        guarantee="the next start resumes the job at once, its tries are counted, its effect is there once",
        quick=12,
        full=1_000,
        try_it=killed_in_a_job,
        twin=lambda run: killed_in_a_job(run, lambda number: ("mark-first", "effect-first")[number % 2]),
        twin_is="the job marked as done in one commit, its effect stored in another",
        twin_trials=50,
        unit="jobs",
    ),
)
