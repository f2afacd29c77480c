"""A program runs in the strongest level that knows it; where there is none it does not run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from research_agent.errors import ProgramError, SandboxError
from research_agent.sandbox import Level, Limits, Outcome, Sandbox, open_sandbox
from research_agent.sandbox.locked_process import open_locked_process
from research_agent.sandbox.protocol import LevelName
from research_agent_devtools.harness import unlocked_process

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def sandbox(anyio_backend: str) -> AsyncIterator[Sandbox]:
    async with open_sandbox(Limits(seconds=0.5)) as opened:
        yield opened


async def test_the_interpreter_runs_what_it_knows(sandbox: Sandbox) -> None:
    outcome = await sandbox.run("print('so')\nresult = values['a'] / 4", {"a": 10})
    assert outcome == Outcome(2.5, "so\n", "interpreter")


@pytest.mark.parametrize(
    ("program", "result"),
    [
        ("import numpy\nresult = numpy.arange(5).mean()", 2.0),
        ("import numpy\nresult = {'list': numpy.arange(3)}", {"list": [0, 1, 2]}),
        ("def f():\n    yield 1\nresult = list(f())", [1]),
    ],
    ids=["numpy", "an array", "a generator"],
)
async def test_what_the_interpreter_does_not_know_runs_in_a_locked_process(
    sandbox: Sandbox, program: str, result: object
) -> None:
    assert await sandbox.run(program) == Outcome(result, "", "locked process")


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("result = values['no']", "KeyError"),
        ("while True:\n    pass", r"longer than 0\.5 s"),
        ("x = [0] * 10**9", "64 MB"),
        ("result = float('nan')", "nan"),
        ("def f(:", "Syntax|syntax"),
        ("x" * 30_000, "characters"),
    ],
)
async def test_what_a_program_does_wrong_is_said(sandbox: Sandbox, program: str, said: str) -> None:
    with pytest.raises(ProgramError, match=said):
        await sandbox.run(program)


async def test_a_second_run_gives_the_same(sandbox: Sandbox) -> None:
    program = "import random, datetime\nresult = [random.random(), str(datetime.datetime.now())]"
    assert await sandbox.run(program) == await sandbox.run(program)
    program = "import numpy, random\nresult = [random.random(), float(numpy.random.rand())]"
    assert await sandbox.run(program) == await sandbox.run(program)


async def test_programs_run_side_by_side_and_know_nothing_of_one_another(sandbox: Sandbox) -> None:
    async with asyncio.TaskGroup() as group:
        runs = [group.create_task(sandbox.run(f"x = {number}\nresult = x")) for number in range(6)]
    assert [run.result().result for run in runs] == list(range(6))
    with pytest.raises(ProgramError, match="NameError"):
        await sandbox.run("result = x")


async def test_the_levels_say_what_holds(sandbox: Sandbox) -> None:
    held = {level.name: level.holds for level in await sandbox.levels()}
    assert held["interpreter"].startswith("pydantic-monty 1.")
    assert "landlock" in held["locked process"]
    assert "seccomp" in held["locked process"]


class Never:
    """Level that counts what it was given."""

    name: LevelName = "locked process"
    holds = ""

    def __init__(self) -> None:
        self.programs: list[str] = []

    async def run(self, program: str, values: Mapping[str, Any], limits: Limits) -> Outcome:
        self.programs.append(program)
        return Outcome(None, "", self.name)

    async def warm(self) -> None:
        """Nothing."""


@asynccontextmanager
async def refused(limits: Limits) -> AsyncIterator[Level]:
    raise SandboxError("pydantic-monty is not installed")
    yield


async def test_without_a_level_nothing_runs_and_each_reason_is_said(tmp_path: Path) -> None:
    levels = {"interpreter": refused, "locked process": refused}
    program = f"open({str(tmp_path / 'made')!r}, 'w')"
    async with open_sandbox(levels=levels) as sandbox:  # type: ignore[arg-type]
        with pytest.raises(SandboxError, match=r"interpreter: pydantic-monty is not installed.*none is run"):
            await sandbox.run(program)
    assert not (tmp_path / "made").exists()


async def test_without_the_interpreter_the_locked_process_runs() -> None:
    level = Never()

    @asynccontextmanager
    async def there(limits: Limits) -> AsyncIterator[Level]:
        yield level

    async with open_sandbox(levels={"interpreter": refused, "locked process": there}) as sandbox:
        await sandbox.run("result = 1")
    assert level.programs == ["result = 1"]


async def test_no_process_is_still_being_started_when_its_level_is_closed() -> None:
    """Started for a next run, it would outlive the pool that has it."""
    told: list[str] = []

    class Slow(Never):
        async def warm(self) -> None:
            told.append("starts")
            try:
                await asyncio.Event().wait()
            finally:
                told.append("ended")

    @asynccontextmanager
    async def there(limits: Limits) -> AsyncIterator[Level]:
        yield Slow()
        told.append("closed")

    async with open_sandbox(levels={"locked process": there}) as sandbox:
        await sandbox.run("result = 1")
        await asyncio.sleep(0)
    assert told == ["starts", "ended", "closed"]


async def test_a_process_that_the_kernel_does_not_hold_is_sent_no_program(tmp_path: Path) -> None:
    """The child says what is in force; one without Landlock is refused before it has read a program."""
    script = tmp_path / "child.py"
    answer = 'b\'{"locked": ["seccomp"]}\''
    script.write_text(
        "import os, sys\n"
        "sys.stdin.buffer.read(int.from_bytes(sys.stdin.buffer.read(4), 'big'))\n"
        f"answer = {answer}\n"
        "sys.stdout.buffer.write(len(answer).to_bytes(4, 'big') + answer)\n"
        "sys.stdout.buffer.flush()\n"
        "sys.stdin.buffer.read(4)\n"
    )
    with pytest.raises(SandboxError, match="lacks Landlock"):
        async with open_locked_process(Limits(), script):
            pytest.fail("it was opened")


async def test_the_twin_without_a_lock_would_be_caught() -> None:
    """What a lock keeps from happening does happen without one: the twin of the attacks in the battery."""
    async with open_locked_process(Limits(), Path(unlocked_process.__file__)) as level:
        outcome = await level.run("result = open('/etc/hostname').read()", {}, Limits())
    assert outcome.result
