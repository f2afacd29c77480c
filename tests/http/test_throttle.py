"""Waiting for one's turn: the right time, woken by who leaves, and freed when its process dies."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientConnectorDNSError
from aiohttp.client_reqrep import ConnectionKey

from research_agent.errors import HttpLimitError
from research_agent.http.clock import Clock
from research_agent.http.rate_limits import Limits
from research_agent.http.throttle import Throttle
from research_agent_devtools.harness.fake_clock import FakeClock
from research_agent_devtools.harness.quickest import quickest

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def opened(home: Path, clock: Clock | None = None) -> AsyncIterator[Throttle]:
    throttle = Throttle(home, clock=clock or Clock())
    try:
        yield throttle
    finally:
        await throttle.close()


async def take(throttle: Throttle, limits: Limits, left: float = 60.0, clock: Clock | None = None) -> None:
    async with throttle.admit("s", "h", limits, until=(clock or Clock()).now() + left) as reply:
        reply.status(200, {})


async def test_a_waiting_request_sleeps_exactly_until_its_turn(tmp_path: Path) -> None:
    clock, limits = FakeClock(), Limits(spacing=3.0)
    async with opened(tmp_path, clock) as throttle:
        times = []
        for _ in range(4):
            await take(throttle, limits, clock=clock)
            times.append(clock.now())
    assert times == pytest.approx([0, 3.05, 6.1, 9.15], abs=0.001)


async def test_one_that_would_be_too_late_fails_at_once_and_says_when(tmp_path: Path) -> None:
    clock, limits = FakeClock(), Limits(per_minute=1)
    async with opened(tmp_path, clock) as throttle:
        await take(throttle, limits, clock=clock)
        clock.seconds += 18.5
        with pytest.raises(HttpLimitError, match="its limit allows the next request in 42 s") as caught:
            await take(throttle, limits, left=10, clock=clock)
        assert clock.now() == 18.5
        assert caught.value.seconds == pytest.approx(41.55)


async def test_what_waits_for_a_slot_is_woken_by_the_one_that_leaves(tmp_path: Path) -> None:
    """In the order in which they came, and no more at once than declared."""
    limits, order, flying, most = Limits(at_once=2), [], 0, 0
    async with opened(tmp_path) as throttle:

        async def one(number: int) -> None:
            nonlocal flying, most
            async with throttle.admit("s", "h", limits, until=Clock().now() + 60) as reply:
                flying += 1
                most = max(most, flying)
                order.append(number)
                await asyncio.sleep(0)
                flying -= 1
                reply.status(200, {})

        async with asyncio.TaskGroup() as group:
            for number in range(20):
                group.create_task(one(number))
    assert most <= 2
    assert sorted(order) == list(range(20))


async def test_a_slot_that_another_process_leaves_is_found(tmp_path: Path) -> None:
    limits = Limits(at_once=1)
    async with opened(tmp_path) as mine, opened(tmp_path) as other:
        held = asyncio.Event()

        async def hold() -> None:
            async with other.admit("s", "h", limits, until=Clock().now() + 60):
                held.set()
                await asyncio.sleep(0.1)

        async with asyncio.TaskGroup() as group:
            group.create_task(hold())
            await held.wait()
            group.create_task(take(mine, limits))


async def test_a_cancelled_request_gives_its_slot_back_waiting_or_sent(tmp_path: Path) -> None:
    limits = Limits(at_once=1)
    async with opened(tmp_path) as throttle:
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05), throttle.admit("s", "h", limits, until=Clock().now() + 60):
                    await take(throttle, limits)
        await take(throttle, limits)


HOLD = """
import asyncio, sys
from pathlib import Path
from research_agent.http.clock import Clock
from research_agent.http.rate_limits import Limits
from research_agent.http.throttle import Throttle

async def main():
    throttle = Throttle(Path(sys.argv[1]), clock=Clock())
    async with throttle.admit("s", "h", Limits(at_once=1), until=Clock().now() + 1.0):
        print("held", flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.fixture
def killed_holder(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    holder.send_signal(signal.SIGKILL)
    holder.communicate()


@pytest.mark.usefixtures("killed_holder")
async def test_the_slot_of_a_killed_process_is_free_again_in_its_time(tmp_path: Path) -> None:
    async with opened(tmp_path) as throttle:
        await take(throttle, Limits(at_once=1))


async def test_an_unwritable_home_keeps_the_limits_within_the_process_and_says_so_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    clock, limits = FakeClock(), Limits(spacing=3.0)
    async with opened(tmp_path / "file" / "home", clock) as throttle:
        for _ in range(3):
            await take(throttle, limits, clock=clock)
        assert clock.now() == pytest.approx(6.1)
        (notice,) = throttle.notices
    assert "within this program only" in notice


async def test_a_file_that_is_damaged_while_it_is_used_costs_a_notice(tmp_path: Path) -> None:
    async with opened(tmp_path) as throttle:
        await take(throttle, Limits())
        for name in ("network.db", "network.db-wal"):
            (tmp_path / name).write_bytes(b"\xff" * 65536)
        async with opened(tmp_path) as other:
            await take(other, Limits())
        await take(throttle, Limits(spacing=0.01))


async def test_a_turn_costs_little_of_a_processor(tmp_path: Path) -> None:
    """Both transactions and both changes of thread."""
    async with opened(tmp_path) as throttle:
        limits = Limits(at_once=4, spacing=0.0, per_minute=100_000, per_day=100_000)

        async def measure() -> float:
            start = time.process_time()
            for _ in range(200):
                await take(throttle, limits)
            return (time.process_time() - start) / 200

        assert await quickest(measure, limit=0.001) < 0.001


def test_all_of_it_stays_out_of_the_way_until_it_is_used() -> None:
    code = "import sys, research_agent.http; print('apsw' in sys.modules)"
    assert json.loads(subprocess.check_output([sys.executable, "-c", code], text=True).lower()) is False


async def test_a_host_that_cannot_be_found_uses_up_no_limit(tmp_path: Path) -> None:
    clock, limits = FakeClock(), Limits(spacing=3.0, per_minute=2)
    key = ConnectionKey("h", 443, True, True, None, None, None)
    async with opened(tmp_path, clock) as throttle:
        for _ in range(3):
            with pytest.raises(ClientConnectorDNSError):
                async with throttle.admit("s", "h", limits, until=clock.now() + 60.0):
                    raise ClientConnectorDNSError(key, OSError("no such host"))
        assert clock.now() == 0, "nothing was sent, so that nothing is waited for"
        await take(throttle, limits, clock=clock)
        await take(throttle, limits, clock=clock)
        assert clock.now() == pytest.approx(3.05, abs=0.001), "what was sent counts as ever"


@pytest.mark.parametrize("unsent", [True, False])
async def test_one_that_never_left_lets_those_behind_it_go_at_once(tmp_path: Path, unsent: bool) -> None:
    """Two searches of one source at once, without a network: the second does not wait for the spacing."""
    limits, admitted, waiting = Limits(spacing=30.0), asyncio.Event(), asyncio.Event()
    key = ConnectionKey("h", 443, True, True, None, None, None)
    error = ClientConnectorDNSError(key, OSError("no such host")) if unsent else ConnectionResetError()

    async def send(throttle: Throttle) -> None:
        async with throttle.admit("s", "h", limits, until=Clock().now() + 60.0):
            waiting.set()
            await asyncio.sleep(0.05)
            raise error

    async def fail(throttle: Throttle) -> None:
        with pytest.raises(type(error)):
            await send(throttle)

    async def follow(throttle: Throttle) -> None:
        await waiting.wait()
        await take(throttle, limits)
        admitted.set()

    async with opened(tmp_path) as throttle, asyncio.TaskGroup() as group:
        group.create_task(fail(throttle))
        following = group.create_task(follow(throttle))
        if unsent:
            await asyncio.wait_for(admitted.wait(), 20.0)
        else:
            await waiting.wait()
            await asyncio.sleep(0.3)
            assert not admitted.is_set(), "what was sent is waited for"
            following.cancel()
