"""
Runs the jobs of a store in processes that are killed: `jobs.py`, which has imported all it needs and forks.

It reads lines "COMMAND PATH SESSION KILL" and answers each with the lines of the process it forked and "exit N" (N < 0:
ended by that signal). KILL is "-"; a number n, for SIGKILL before the n-th statement from the claim on; or seconds with
a point in them, for an alarm that nobody handles. COMMAND is "fill", "work", or the twins "mark-first", "effect-first".
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import apsw  # noqa: F401 - before the fork, since every process needs it

from research_agent.memory import Job, Memory, open_memory, writer
from research_agent.memory.connection import connect
from research_agent.memory.digest import seal_session
from research_agent.memory.jobs import _close
from research_agent.memory.mapping import pack
from research_agent.prompts import Prompt
from research_agent.stages.condense import condense
from research_agent.types import Answer

CLAIM = "UPDATE jobs SET state = 'running'"
CONDENSE_AFTER = 4


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


class Told:
    """The memory, which says what becomes of its jobs."""

    def __init__(self, memory: Memory, finish: str) -> None:
        self._memory, self._finish, self._attempt = memory, finish, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._memory, name)

    async def claim_job(self) -> Job | None:
        job = await self._memory.claim_job()
        if job is not None:
            self._attempt = job.attempts
            say(f"claimed {job.attempts}")
        return job

    async def finish_job(self, job: Job, summary: str) -> bool:
        if self._finish == "work":
            stored = await self._memory.finish_job(job, summary)
        else:
            stored = await in_two(self._memory, job, summary, mark_first=self._finish == "mark-first")
        say(f"finished {stored}")
        return stored

    async def ask(self, prompt: Prompt) -> str:
        say("asked")
        await asyncio.sleep(0.002)
        return f"summary of attempt {self._attempt}"


async def in_two(memory: Any, job: Job, summary: str, *, mark_first: bool) -> bool:
    """The twin: the job is marked in one commit, its effect stored in another."""

    def mark(db: Any) -> None:
        _close(db, job, "done", None)

    def take_effect(db: Any) -> None:
        db.execute(
            "UPDATE sessions SET summary = ?, summarised_to = ?, version = version + 1 WHERE id = ?",
            (pack(summary), job.upto_turn, job.session),
        )
        seal_session(db, job.session)

    for step in (mark, take_effect) if mark_first else (take_effect, mark):
        await memory._writer.run("write", step)
    return True


def kill_before_statement(number: int) -> None:
    """Count from the claim on."""
    left, begun = number, False

    def traced(path: Path, **given: Any) -> Any:
        db = connect(path, **given)

        def look(cursor: object, sql: str, bindings: object) -> bool:
            nonlocal begun, left
            begun = begun or sql.startswith(CLAIM)
            left -= begun
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return True

        db.exec_trace = look
        return db

    mock.patch.object(writer, "connect", traced).start()


async def fill(path: Path, session: str) -> None:
    turn = Answer(session=session, turn=0, question="q", text="a", answer_from="floor", status="extracts")
    async with open_memory(path, condense_after=CONDENSE_AFTER) as memory:
        for _ in range(3):
            await memory.remember(turn)


async def work(path: Path, finish: str) -> None:
    async with open_memory(path, condense_after=CONDENSE_AFTER) as memory:
        told = Told(memory, finish)
        await condense(told, ask=told.ask)


def do(command: str, path: str, session: str, kill: str) -> None:
    if "." in kill:
        signal.setitimer(signal.ITIMER_REAL, float(kill))
    elif kill != "-":
        kill_before_statement(int(kill))
    asyncio.run(fill(Path(path), session) if command == "fill" else work(Path(path), command))


def main() -> None:
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                do(*line.split())
                code = 0
            finally:
                os._exit(code)
        say(f"exit {os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}")


if __name__ == "__main__":
    main()
