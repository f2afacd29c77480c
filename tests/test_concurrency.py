"""Errors come out as they are, and nothing is left running."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from research_agent.concurrency import as_result, cooperative, task_group, unwrap

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
