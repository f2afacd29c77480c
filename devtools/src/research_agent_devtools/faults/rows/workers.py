"""F1, F2, F4, F6: the process pool, whatever becomes of what runs in it."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import signal
import threading
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from research_agent.errors import WorkerCrashError, WorkerTimeoutError
from research_agent.workers.pool import WorkerPool
from research_agent_devtools.faults.children import pool as pool_child
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.harness.pool_functions import meet, work
from research_agent_devtools.harness.processes import are_gone

ITEMS = 400
USABLE = 2.0  # seconds
OVERDUE = 0.5  # seconds after the deadline
FOR_EVER = 60.0  # seconds: longer than anything takes that does not hang
SOON = 2.0  # the same for a twin, whose hang is certain


class StandardPool(ProcessPoolExecutor):
    """The twin: the standard library's, with a timeout that only stops waiting."""

    def __init__(self, workers: int, method: str = "spawn") -> None:
        super().__init__(workers, mp_context=multiprocessing.get_context(method))

    @property
    def pids(self) -> tuple[int, ...]:
        return tuple(self._processes or ())

    async def run(self, fn: Callable[..., Any], /, *args: Any, timeout: float | None = None) -> Any:
        try:
            return await asyncio.wait_for(asyncio.wrap_future(self.submit(fn, *args)), timeout)
        except TimeoutError as error:
            raise WorkerTimeoutError("too long") from error

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        for process in list((self._processes or {}).values()):
            process.kill()  # what hangs would not end by itself
        super().shutdown(wait, cancel_futures=cancel_futures)


Pool = WorkerPool | StandardPool
Make = Callable[[int], Pool]


@contextmanager
def opened(pool: Pool) -> Iterator[Pool]:
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def patience() -> float:
    """How much longer than on a quiet machine something may take here and now."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


# F1


def poisoned(run: Run, make: Make = WorkerPool) -> None:
    """One item kills whoever takes it; in every other trial one more worker is killed from outside."""
    for number, rng in run.trials():
        poison = rng.randrange(ITEMS)
        with opened(make(2)) as pool:
            try:
                futures = [pool.submit(pool_child.work_or_die, item, poison) for item in range(ITEMS)]
                if number % 2:
                    futures[rng.randrange(ITEMS)].exception(FOR_EVER)
                    _kill_one(run, rng, pool)
                killed = futures[poison].exception(FOR_EVER)
                start = time.monotonic()
                _meet(pool, run.folder / str(number), 2)
            except BrokenExecutor:
                run.fail("the pool cannot be used again")
            else:
                seconds = time.monotonic() - start
                run.worst("seconds until all workers work again", seconds)
                run.check(seconds <= USABLE * patience(), f"the pool could be used again after {seconds:.1f} s")
                run.check(isinstance(killed, WorkerCrashError), f"the poison's outcome was {killed!r}")
            outcomes = {item: future.exception(FOR_EVER) or future.result() for item, future in enumerate(futures)}
            lost = [item for item, outcome in outcomes.items() if outcome != work(item)]
            run.count("items lost", len(lost))
            kinds = {repr(outcomes[item]) for item in lost}
            run.check(lost == [poison], f"{len(lost)} items were lost, not the poison alone: {kinds}")


def _kill_one(run: Run, rng: random.Random, pool: Pool) -> None:
    if pids := pool.pids:
        with suppress(ProcessLookupError):
            os.kill(rng.choice(pids), signal.SIGKILL)
            run.count("workers killed from outside")


def _meet(pool: Pool, folder: Path, workers: int) -> None:
    """Return when that many workers are there and have run a call."""
    folder.mkdir()
    for call in [pool.submit(meet, folder, workers) for _ in range(workers)]:
        call.result(FOR_EVER)


# F2


def hanging(run: Run, make: Make = WorkerPool) -> None:
    """A call that never returns, beside 40 that do."""
    for number, _ in run.trials():
        with opened(make(2)) as pool:
            how = pool_child.HANGS[number % len(pool_child.HANGS)]
            _meet(pool, run.folder / f"met-{number}", 2)
            pids = run.folder / f"pids-{number}"
            asyncio.run(_hang(run, pool, how, pids))
            run.check(are_gone([int(pid) for pid in pids.read_text().split()], within=SOON), f"{how}: it still runs")


async def _hang(run: Run, pool: Pool, how: str, pids: Path, deadline: float = 1.0) -> None:
    start = time.monotonic()
    async with asyncio.TaskGroup() as group:
        hung = group.create_task(_timed_out(pool.run(pool_child.hang, how, pids, timeout=deadline)))
        others = [group.create_task(pool.run(work, item)) for item in range(40)]
        await asyncio.wait(others)
        run.check(not hung.done(), f"{how}: the others had to wait for it")
        run.worst("seconds that the others took", time.monotonic() - start)
    late = time.monotonic() - start - deadline
    run.worst("seconds from the deadline to the error", late)
    run.check(hung.result(), f"{how}: it was not ended")
    run.check(late <= OVERDUE * patience(), f"{how}: it was ended {late:.1f} s late")
    run.check([other.result() for other in others] == [work(item) for item in range(40)], "other results")
    run.check(await pool.run(work, 1, timeout=FOR_EVER) == 2, "the pool cannot be used again")


async def _timed_out(call: Awaitable[Any]) -> bool:
    try:
        await call
    except WorkerTimeoutError:
        return True
    return False


# F4


def beside_held_locks(run: Run, make: Make = WorkerPool, limit: float = FOR_EVER) -> None:
    """The pool starts while 50 threads hold a lock each that the first call needs too."""
    with _all_locks_held():
        for _ in run.trials():
            with opened(make(1)) as pool:
                try:
                    taken = pool.submit(pool_child.take_all_locks).result(limit)
                except TimeoutError:
                    run.fail(f"no answer within {limit:g} s")
                else:
                    run.check(taken == len(pool_child.LOCKS), f"{taken} locks")


@contextmanager
def _all_locks_held() -> Iterator[None]:
    over = threading.Event()
    held = threading.Barrier(len(pool_child.LOCKS) + 1)

    def hold(lock: threading.Lock) -> None:
        with lock:
            held.wait()
            over.wait()

    threads = [threading.Thread(target=hold, args=(lock,)) for lock in pool_child.LOCKS]
    for thread in threads:
        thread.start()
    held.wait()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def forked(run: Run) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of just this
        beside_held_locks(run, partial(StandardPool, method="fork"), SOON)


# F6


def odd(run: Run, make: Make = WorkerPool, limit: float = FOR_EVER) -> None:
    """Results, exceptions and arguments that do not travel, each between two calls that do."""
    with opened(make(2)) as pool:
        for number, _ in run.trials():
            kind, (function, arguments, wanted) = list(pool_child.KINDS.items())[number % len(pool_child.KINDS)]
            asyncio.run(_between(run, pool, kind, (function, *arguments()), wanted, limit))
            run.count(f"kinds of {len(pool_child.KINDS)}", number < len(pool_child.KINDS))


async def _between(run: Run, pool: Pool, kind: str, call: tuple[Any, ...], wanted: Any, limit: float) -> None:
    try:
        before = pool.submit(work, 1)
        futures: list[Any] = [pool.submit(*call), asyncio.ensure_future(pool.run(*call))]
        after = pool.submit(work, 2)
    except BrokenExecutor:
        run.fail(f"{kind}: the pool cannot be used any more")
        return
    for future in futures:
        outcome = await _outcome(future, limit)
        came = isinstance(outcome, wanted) if isinstance(wanted, type) else outcome == wanted
        run.check(came, f"{kind}: {type(outcome).__name__} came")
    for neighbour, right in ((before, 2), (after, 4)):
        run.check(await _outcome(neighbour, limit) == right, f"{kind}: a neighbour was lost")


async def _outcome(future: Future[Any] | asyncio.Future[Any], limit: float) -> Any:
    """Its result, or its exception; `TimeoutError` for one that never comes."""
    waiting = asyncio.wrap_future(future) if isinstance(future, Future) else future
    if not (await asyncio.wait({waiting}, timeout=limit))[0]:
        return TimeoutError("a hang")
    try:
        return waiting.result()
    except BaseException as error:  # noqa: BLE001 - each of them is an outcome
        return error


ROWS = (
    Row(
        id="F1",
        fault=f"one of {ITEMS} items kills its worker with SIGKILL; every other time a stranger kills one more",
        guarantee=f"that item alone is lost, and all workers work again within {USABLE:g} s",
        quick=4,
        full=200,
        try_it=poisoned,
        twin=lambda run: poisoned(run, StandardPool),
        twin_is="the standard library's process pool",
        twin_trials=1,
    ),
    Row(
        id="F2",
        fault=f"a call hangs in one of {len(pool_child.HANGS)} ways (it computes, is stopped, ignores SIGTERM, ..)",
        guarantee=f"the others are not held up, and it is killed at most {OVERDUE:g} s after its deadline",
        quick=3,
        full=200,
        try_it=hanging,
        twin=lambda run: hanging(run, StandardPool),
        twin_is="the standard library's process pool, whose timeout only stops waiting",
        twin_trials=1,
    ),
    Row(
        id="F4",
        fault="the pool starts while 50 threads hold locks that the worker needs too",
        guarantee="its first call answers",
        quick=5,
        full=500,
        try_it=beside_held_locks,
        twin=forked,
        twin_is="a pool started by fork",
        twin_trials=1,
        unit="starts",
    ),
    Row(
        id="F6",
        fault=f"{len(pool_child.KINDS)} kinds of results, exceptions and arguments that cannot be sent, or hardly",
        guarantee="each call gets its own outcome, none hangs, and no other call is lost",
        quick=len(pool_child.KINDS),
        full=20 * len(pool_child.KINDS),
        try_it=odd,
        twin=lambda run: odd(run, StandardPool, SOON),
        twin_is="the standard library's process pool",
        twin_trials=3,
        unit="calls",
    ),
)
