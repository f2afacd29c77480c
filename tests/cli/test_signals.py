"""Signals cancel the task once, and afterwards everything is as it was before."""

from __future__ import annotations

import asyncio
import signal

import pytest

from research_agent.cli.signals import STOPS, stoppable

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("number", STOPS)
async def test_a_signal_cancels_the_task_which_then_goes_on(number: signal.Signals) -> None:
    before, stops = signal.getsignal(number), list[None]()
    with stoppable(*STOPS, on_stop=lambda: stops.append(None)):
        assert not stops
        signal.raise_signal(number)
        with pytest.raises(asyncio.CancelledError):
            await asyncio.sleep(60)
        signal.raise_signal(number)  # a second one right away changes nothing
        await asyncio.sleep(0)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    assert len(stops) == 1
    assert signal.getsignal(number) is before


async def test_a_block_that_a_signal_cancelled_ends_and_the_task_goes_on_behind_it() -> None:
    with stoppable(*STOPS):
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(60)
        pytest.fail("the block went on")
    await asyncio.sleep(0)


async def test_a_cancellation_by_anybody_else_goes_on() -> None:
    with pytest.raises(asyncio.CancelledError), stoppable(*STOPS):
        raise asyncio.CancelledError


async def test_an_ignored_hangup_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stoppable(*STOPS, on_stop=pytest.fail):
            signal.raise_signal(signal.SIGHUP)
            await asyncio.sleep(0)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
