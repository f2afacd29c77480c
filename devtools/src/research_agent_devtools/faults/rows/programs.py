"""B1, B2: a program in the sandbox that attacks what is around it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Any

from research_agent.errors import ProgramError, SandboxError
from research_agent.sandbox import Level, Limits
from research_agent.sandbox.locked_process import open_locked_process
from research_agent.sandbox.protocol import LevelName
from research_agent.sandbox.runner import LEVELS
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.harness import unlocked_process
from research_agent_devtools.harness.sandbox_target import reachable
from research_agent_devtools.samples.attacks import ATTACKS, SURVEY, Attack

LIMITS = Limits(seconds=0.3)
OVERRUN = 0.5
"""Seconds beyond its limit by which a program must be gone."""
UNLOCKED = Path(unlocked_process.__file__)

HARMLESS = (
    Attack("files", "result = open('<file>').read()"),
    Attack("files", "open('<folder>/made', 'w').write('x')"),
    Attack("network", "import socket\nsocket.create_connection(('127.0.0.1', <port>), 1)"),
    Attack("signals", "import os\nos.kill(<self>, 12)"),
    Attack("processes", "import subprocess\nsubprocess.run(['touch', '<folder>/made'])"),
)
"""Attacks whose effect is on the target alone: what has no sandbox is given no others."""
WITHOUT_BUILTINS = (
    Attack(
        "builtins",
        "[k for k in ().__class__.__base__.__subclasses__() if k.__name__ == 'Popen'][0](['touch', '<folder>/made'])"
        ".wait()",
    ),
)


def attacked(
    run: Run, opening: AbstractAsyncContextManager[Level], attacks: Sequence[Attack], values: dict[str, Any]
) -> None:
    """Run the attacks, one a trial, and look at what they could have reached."""
    asyncio.run(_attacked(run, opening, attacks, values))


async def _attacked(
    run: Run, opening: AbstractAsyncContextManager[Level], attacks: Sequence[Attack], values: dict[str, Any]
) -> None:
    with reachable() as place:
        async with opening as level:
            for number, _ in run.trials():
                attack = attacks[number * len(attacks) // run.wanted]
                await level.warm()
                began, outcome = time.monotonic(), ""
                try:
                    outcome = repr(await level.run(attack.against(place.target), values, LIMITS))
                except (ProgramError, SandboxError) as error:
                    outcome = error.message
                seconds = time.monotonic() - began
                run.worst("seconds beyond the limit", max(0.0, seconds - LIMITS.seconds))
                run.check(seconds < LIMITS.seconds + OVERRUN, f"{attack.program!r} took {seconds:.1f} s")
                for effect in place.effects(outcome):
                    run.fail(f"{attack.family}: {attack.program!r}: {effect}")


def _row(row_id: str, level: LevelName, twin_is: str, twin_attacks: Sequence[Attack], **values: Any) -> Row:
    return Row(
        id=row_id,
        fault=f"{len(ATTACKS)} programs that read, write, send, signal, multiply, or take more than they may: {level}",
        guarantee=f"no effect outside, and gone {OVERRUN:g} s after the limit at the latest",
        quick=len(SURVEY) if level == "interpreter" else len(SURVEY) // 2,
        full=len(ATTACKS),
        try_it=lambda run: attacked(run, LEVELS[level](LIMITS), ATTACKS, {}),
        twin=lambda run: attacked(run, open_locked_process(LIMITS, UNLOCKED), twin_attacks, values),
        twin_is=twin_is,
        twin_trials=len(twin_attacks),
        unit="attacks",
        needs=partial(_missing, level),
    )


def _missing(level: LevelName) -> str:
    """Why the level cannot be tried here; "" when it can."""

    async def open_it() -> str:
        try:
            async with LEVELS[level](LIMITS):
                return ""
        except SandboxError as error:
            return error.message

    return asyncio.run(open_it())


ROWS = (
    _row("B1", "interpreter", "exec with empty builtins", WITHOUT_BUILTINS, without_builtins=True),
    _row("B2", "locked process", "a process with limits of the kernel alone", HARMLESS),
)
