"""A sandboxed process can reach no files of the user's, no network and no new process."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.workers.isolated_process import IsolatedProcess

pytestmark = pytest.mark.anyio

ATTEMPTS = Path(__file__).with_name("sandbox_attempts.py")
SOURCE = Path(__file__).parents[2] / "src"


async def successes(*, locked: bool) -> set[str]:
    process = await IsolatedProcess.start(ATTEMPTS, memory=2**29, seconds=20, output=10_000)
    try:
        return set((await process.ask(f"{int(locked)} {SOURCE}".encode(), timeout=60)).decode().split())
    finally:
        await process.end()


async def test_a_locked_process_reaches_nothing() -> None:
    """And the broken twin, the same process without the lock."""
    in_lock = await successes(locked=True)
    if "unlocked" in in_lock:
        pytest.skip("this kernel has neither Landlock nor seccomp")
    assert in_lock == set()
    assert {"passwd", "home", "socket", "fork", "exec", "kill"} <= await successes(locked=False)
