from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from research_agent.errors import StoreError
from research_agent.memory import open_memory
from research_agent.memory.process_lock import ProcessLock
from research_agent_devtools.samples.stored_sessions import answer

HOLD = """
import sys
from pathlib import Path
from research_agent.memory.process_lock import ProcessLock
held = ProcessLock(Path(sys.argv[1]))
held.acquire_shared(1.0)
print("held", flush=True)
sys.stdin.read()
"""


def test_one_can_be_alone_only_while_nobody_else_is_there(tmp_path: Path) -> None:
    one, two = ProcessLock(tmp_path / "s.db"), ProcessLock(tmp_path / "s.db")
    assert one.try_exclusive()
    assert not two.try_exclusive()
    with pytest.raises(StoreError, match="repaired or upgraded"):
        two.acquire_shared(0.0)
    one.acquire_shared(0.0)
    two.acquire_shared(0.0)
    assert not one.try_exclusive()
    two.close()
    assert one.try_exclusive()
    one.close()


def test_a_process_that_is_killed_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    argv = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        assert child.stdout.readline() == "held\n"
        mine = ProcessLock(path)
        assert not mine.try_exclusive()
        child.kill()
        child.wait()
        assert mine.try_exclusive()
        mine.close()


@pytest.mark.anyio
async def test_the_lock_file_is_the_users_alone_and_no_child_inherits_it(tmp_path: Path) -> None:
    path = tmp_path / "home" / "s.db"
    async with open_memory(path):
        assert stat.S_IMODE(path.with_name("s.db.lock").stat().st_mode) == 0o600
        held = [number for number in os.listdir("/proc/self/fd") if _points_to(number).endswith("s.db.lock")]
        assert held
        assert not any(os.get_inheritable(int(number)) for number in held)
    assert not [number for number in os.listdir("/proc/self/fd") if _points_to(number).endswith("s.db.lock")]


@pytest.mark.anyio
async def test_the_second_to_open_it_is_still_there_when_the_first_has_gone(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    async with AsyncExitStack() as first:
        await first.enter_async_context(open_memory(path))
        async with open_memory(path):
            await first.aclose()
            third = ProcessLock(path)
            assert not third.try_exclusive()
        assert third.try_exclusive()
        third.close()


@pytest.mark.anyio
@pytest.mark.parametrize("reason", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS])
async def test_a_file_system_without_locks_holds_up_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: int
) -> None:
    def refuse(file: int, kind: int) -> None:
        raise OSError(reason, os.strerror(reason))

    monkeypatch.setattr("fcntl.flock", refuse)
    for turn in (1, 2):
        async with open_memory(tmp_path / "s.db") as memory:
            assert await memory.remember(answer("s", turn)) == turn


def _points_to(number: str) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        return ""
