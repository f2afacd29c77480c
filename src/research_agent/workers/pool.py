"""
Process pool that survives the death of its workers, with the interface of `concurrent.futures.Executor`.

In the standard pool a single worker killed by the kernel fails every pending call and breaks the pool, and a call that
hangs cannot be ended. Here each worker has a thread that feeds it from one shared queue, so a death or a hang costs the
call that was running, nothing else.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, ParamSpec, TypeVar

from research_agent.errors import WorkerCrashError
from research_agent.messages import worker_failures
from research_agent.workers.worker_process import WorkerProcess

__all__ = ["WorkerPool"]

P = ParamSpec("P")
T = TypeVar("T")
START_TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class _Call:
    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    timeout: float | None = None
    future: Future[Any] = field(default_factory=Future)


class WorkerPool(Executor):
    """
    Pool of `workers` warm processes; `initializer(*initargs)` runs first in each, replacements included.

    Functions, arguments and results travel pickled, so functions must be importable by name. A worker that dies is
    replaced and its call retried once; a second death fails that call with `WorkerCrashError`.
    """

    def __init__(
        self,
        workers: int,
        *,
        initializer: Callable[..., object] | None = None,
        initargs: tuple[Any, ...] = (),
    ) -> None:
        self._initializer, self._initargs = initializer, initargs
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._workers: dict[str, WorkerProcess] = {}
        self._started = self._closed = self._killed = False
        # Daemons: a program that forgets to shut down still ends, and its end is the workers' end.
        self._threads = [
            threading.Thread(target=self._work, name=f"worker-{number}", daemon=True)
            for number in range(max(1, workers))
        ]
        self.workers = len(self._threads)

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the current workers."""
        with self._lock:
            return tuple(process.pid for process in self._workers.values())

    def warm(self) -> None:
        """Start all workers and their initializers in the background; returns at once."""
        with self._lock:
            self._start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run `fn(*args, **kwargs)` on the first free worker."""
        return self._enqueue(_Call(fn, args, kwargs))

    async def run(self, fn: Callable[..., T], /, *args: Any, timeout: float | None = None) -> T:
        """
        `submit` for asyncio. `timeout` is in seconds from the moment a worker takes the call.

        Raises `WorkerTimeoutError` when they are over (that worker is killed and replaced), `WorkerCrashError` when
        the call killed two workers, and what `fn` or the initializer raises.
        """
        future: Future[T] = self._enqueue(_Call(fn, args, {}, timeout))
        return await asyncio.wrap_future(future)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """
        End the workers: after the calls submitted so far, or at once with `cancel_futures`.

        Unlike the standard pool, `cancel_futures` also ends calls that are running; they fail with `WorkerCrashError`.
        """
        with self._lock:
            already, self._closed = self._closed, True
            self._killed = self._killed or cancel_futures
            processes = list(self._workers.values()) if cancel_futures else []
        if cancel_futures:
            self._drop_waiting()
        for process in processes:
            process.kill()
        if not already or cancel_futures:
            for _ in self._threads:
                self._calls.put(None)
        if wait and self._started:
            for thread in self._threads:
                thread.join()

    def _enqueue(self, call: _Call) -> Future[Any]:
        with self._lock:
            self._start()
            self._calls.put(call)
        return call.future

    def _start(self) -> None:
        if self._closed:
            raise RuntimeError("the pool has been shut down")
        if not self._started:
            self._started = True
            for thread in self._threads:
                thread.start()

    def _drop_waiting(self) -> None:
        with suppress(Empty):
            while True:
                if (call := self._calls.get_nowait()) is not None:
                    call.future.cancel()

    def _work(self) -> None:
        """Main loop of a thread: keep one worker, run the calls."""
        with suppress(Exception):  # the first call tries again, and raises
            self._worker()
        while (call := self._calls.get()) is not None:
            if call.future.set_running_or_notify_cancel():
                self._execute(call)
        self._discard()

    def _execute(self, call: _Call) -> None:
        try:
            try:
                result = self._call(call)
            except WorkerCrashError:
                # The kernel may have killed this worker for reasons of its own: once more, on a fresh one.
                result = self._call(call)
        except BaseException as error:  # noqa: BLE001 - raised where the future is awaited
            call.future.set_exception(error)
        else:
            call.future.set_result(result)

    def _call(self, call: _Call) -> Any:
        return self._worker().call(call.function, call.args, call.kwargs, timeout=call.timeout)

    def _worker(self) -> WorkerProcess:
        """This thread's live and initialised worker; a dead one is replaced."""
        name = threading.current_thread().name
        process = self._workers.get(name)
        if process is not None and process.alive:
            return process
        self._discard()
        process = WorkerProcess()
        with self._lock:
            self._workers[name] = process
            killed = self._killed
        if killed:
            self._discard()
            raise WorkerCrashError(worker_failures.POOL_CLOSED())
        if self._initializer is not None:
            try:
                process.call(self._initializer, self._initargs, timeout=START_TIMEOUT)
            except BaseException:
                self._discard()
                raise
        return process

    def _discard(self) -> None:
        with self._lock:
            process = self._workers.pop(threading.current_thread().name, None)
        if process is not None:
            process.close()
