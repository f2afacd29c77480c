"""Errors come out as they are, and nothing is left running."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest

from research_agent.concurrency import (
    BackgroundContext,
    as_result,
    cooperative,
    gather_results,
    open_in_background,
    task_group,
    unwrap,
)

pytestmark = pytest.mark.anyio


async def for_ever(ended: asyncio.Event) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        ended.set()


async def fail(error: Exception) -> None:
    raise error


async def test_the_error_of_the_block_comes_out_and_its_tasks_end() -> None:
    ended = asyncio.Event()
    with pytest.raises(ValueError, match="own") as caught:  # noqa: PT012
        async with task_group() as group:
            group.create_task(for_ever(ended))
            await asyncio.sleep(0)
            raise ValueError("own") from KeyError("why")
    assert ended.is_set()
    assert isinstance(caught.value.__cause__, KeyError)


async def test_the_error_of_a_task_ends_the_block_and_comes_out() -> None:
    with pytest.raises(ValueError, match="task"):  # noqa: PT012
        async with task_group() as group:
            group.create_task(fail(ValueError("task")))
            await asyncio.Event().wait()


async def test_the_error_of_the_block_wins_over_those_of_its_tasks() -> None:
    with pytest.raises(KeyError):  # noqa: PT012
        async with task_group() as group:
            group.create_task(fail(ValueError("task")))
            raise KeyError


async def test_being_cancelled_is_no_error() -> None:
    ended, begun = asyncio.Event(), asyncio.Event()

    async def block() -> None:
        async with task_group() as group:
            group.create_task(for_ever(ended))
            begun.set()
            await asyncio.Event().wait()

    async with asyncio.TaskGroup() as outer:
        task = outer.create_task(block())
        await begun.wait()
        await asyncio.sleep(0)
        task.cancel()
    assert task.cancelled()
    assert ended.is_set()


async def one() -> int:
    return 1


async def test_a_result_is_the_value_or_the_error() -> None:
    async with asyncio.TaskGroup() as group:  # which no error of them ends
        tasks = [group.create_task(as_result(call, ValueError)) for call in (one, partial(fail, ValueError("task")))]
    assert unwrap(tasks[0].result()) == 1
    with pytest.raises(ValueError, match="task"):
        unwrap(tasks[1].result())


async def test_an_error_of_another_type_is_raised() -> None:
    with pytest.raises(KeyError):
        await as_result(partial(fail, KeyError("other")), ValueError)


async def test_a_result_that_is_cancelled_before_it_begins_leaves_nothing_unawaited() -> None:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(as_result(one, ValueError))
        task.cancel()
    assert task.cancelled()


async def work(passes: list[int], done: list[int]) -> None:
    async with cooperative():
        done.append(passes[0])


async def test_one_piece_of_work_a_pass_of_the_loop() -> None:
    """However many wait, the loop is free between two of them."""
    passes, done = [0], list[int]()
    async with asyncio.TaskGroup() as group:
        working = [group.create_task(work(passes, done)) for _ in range(20)]
        while not all(task.done() for task in working):
            await asyncio.sleep(0)
            passes[0] += 1
    assert len(set(done)) == 20


async def test_the_twin_without_turns_does_all_in_one_pass() -> None:
    passes, done = [0], list[int]()

    async def loose() -> None:
        done.append(passes[0])

    async with asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(loose())
        await asyncio.sleep(0)
        passes[0] += 1
    assert len(set(done)) == 1


@asynccontextmanager
async def resource(log: list[str], name: str = "one", error: Exception | None = None) -> AsyncIterator[str]:
    task = asyncio.current_task()
    await asyncio.sleep(0)
    if error is not None:
        raise error
    log.append(f"open {name}")
    try:
        yield name
    finally:
        log.append(f"close {name}")
        assert asyncio.current_task() is task


async def test_a_background_context_gives_its_value_to_all_and_is_closed_at_the_end_of_the_block() -> None:
    log: list[str] = []
    async with open_in_background(partial(resource, log)) as background:
        assert not background.ready
        assert [await background.get() for _ in range(2)] == ["one", "one"]
        assert background.ready
        assert log == ["open one"]
    assert log == ["open one", "close one"]


async def test_a_background_context_is_opened_anew() -> None:
    log: list[str] = []
    async with asyncio.TaskGroup() as group:
        background = BackgroundContext(group, partial(resource, log))
        await background.get()
        await background.reopen(partial(resource, log, "two"))
        assert await background.get() == "two"
        await background.close()
    assert log == ["open one", "close one", "open two", "close two"]


async def test_a_background_context_that_is_still_opening_is_given_up() -> None:
    log: list[str] = []
    async with asyncio.TaskGroup() as group:
        background = BackgroundContext(group, partial(resource, log))
        waiting = group.create_task(background.get())
        await asyncio.sleep(0)
        await background.close()
    assert (log, waiting.cancelled(), background.failed) == ([], True, False)


async def test_an_error_while_opening_ends_the_group() -> None:
    with pytest.raises(ExceptionGroup) as caught:  # noqa: PT012
        async with asyncio.TaskGroup() as group:
            background = BackgroundContext(group, partial(resource, [], error=ValueError("opening")))
            await background.get()
    assert caught.group_contains(ValueError, match="opening")
    assert background.failed


async def test_an_error_of_the_given_type_is_raised_to_each_who_waits_and_the_group_goes_on() -> None:
    async with open_in_background(partial(resource, [], error=ValueError("opening")), errors=ValueError) as background:
        for _ in range(2):
            with pytest.raises(ValueError, match="opening"):
                await background.get()
        assert not background.failed


async def test_an_error_that_nobody_waited_for_is_no_unheard_one() -> None:
    async with open_in_background(partial(resource, [], error=ValueError("opening")), errors=ValueError) as background:
        for _ in range(3):
            await asyncio.sleep(0)
        assert background.ready


async def test_an_error_of_closing_ends_the_group_unless_a_function_takes_it() -> None:
    @asynccontextmanager
    async def breaks() -> AsyncIterator[int]:
        yield 1
        raise ValueError("closing")

    with pytest.raises(ExceptionGroup):
        async with open_in_background(breaks, errors=ValueError) as background:
            await background.get()
    errors: list[ValueError] = []
    async with asyncio.TaskGroup() as group:
        background = BackgroundContext(group, breaks, errors=ValueError, on_error=errors.append)
        await background.get()
        await background.close()
    assert [str(error) for error in errors] == ["closing"]


async def test_results_of_calls_at_the_same_time_keep_their_order() -> None:
    started = asyncio.Event()

    async def first() -> int:
        await started.wait()
        return 1

    async def second() -> int:
        started.set()
        raise ValueError("second")

    one, two = await gather_results((first, second), ValueError)
    assert one == 1
    assert isinstance(two, ValueError)
