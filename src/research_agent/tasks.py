"""A task group whose errors come out as they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

__all__ = ["task_group"]


@asynccontextmanager
async def task_group() -> AsyncIterator[asyncio.TaskGroup]:
    """
    `asyncio.TaskGroup`, but out of it comes the error of the block itself, else that of the task that failed first.

    For a block that is one story with helpers beside it: its callers know its errors, not that it had helpers.
    """
    raised: BaseException | None = None
    try:
        async with asyncio.TaskGroup() as group:
            try:
                yield group
            except BaseException as error:
                raised = error
                raise
    except BaseExceptionGroup as errors:
        # A block that is cancelled because a task failed is not what went wrong.
        first = errors.exceptions[0] if raised is None or isinstance(raised, asyncio.CancelledError) else raised
        raise first from first.__cause__
