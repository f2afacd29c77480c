"""
Worker process of a pool, called through a pipe. Blocking: `pool.py` gives each its thread.

Not `multiprocessing`: its "spawn" runs the user's main module again in every child (a script without a guard starts
itself over, and the pool breaks), its "fork" deadlocks in a process with threads, and when the parent is killed its
resource tracker prints warnings about semaphores. A child here starts on a file of ours and imports what calls name.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from multiprocessing.connection import Pipe
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

from research_agent.errors import WorkerCrashError, WorkerError, WorkerTimeoutError
from research_agent.messages import worker_failures
from research_agent.settings import child_environment
from research_agent.workers.isolated_process import exit_status
from research_agent.workers.lifeline import open_lifeline
from research_agent.workers.pool_worker import pickled

__all__ = ["WorkerProcess"]

_SCRIPT = Path(__file__).with_name("pool_worker.py")


class WorkerProcess:
    """Warm Python process in a process group of its own, which Ctrl-C does not reach. Raises `WorkerCrashError`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pipe, theirs = Pipe()
        lifeline, self._lifeline = open_lifeline()
        numbers = (theirs.fileno(), lifeline)
        try:
            # -P: the folder of the script is no place to import from.
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(_SCRIPT), *map(str, numbers)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=child_environment(),
                pass_fds=numbers,
                start_new_session=True,
            )
            self._pipe.send(sys.path)
        except OSError as error:
            self._pipe.close()
            os.close(self._lifeline)
            raise WorkerCrashError(worker_failures.WORKER_NOT_STARTED(error=error)) from error
        finally:
            theirs.close()
            os.close(lifeline)

    @property
    def pid(self) -> int:
        """Its process id, which is also its group's."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        with self._lock:
            return self._process.poll() is None

    def call(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
    ) -> Any:
        """
        The result of `function` in the worker. Raises what it raises.

        Raises `WorkerCrashError` when the worker dies meanwhile, `WorkerTimeoutError` after `timeout` seconds, when it
        is killed, and `WorkerError` for a result that cannot be unpickled.
        """
        call = pickled((function, args, dict(kwargs or {})))  # raises here for what cannot be pickled
        overdue = threading.Event()

        def stop() -> None:
            overdue.set()
            self.kill()

        # A timer rather than poll(timeout): sending to, and reading from, a stopped child must end as well.
        timer = threading.Timer(timeout or 0, stop)
        timer.daemon = True
        if timeout is not None:
            timer.start()
        try:
            self._pipe.send_bytes(call)
            answer = self._pipe.recv_bytes()
        except (EOFError, OSError) as error:
            self.kill()
            if overdue.is_set():
                raise WorkerTimeoutError(worker_failures.WORKER_TOO_SLOW(seconds=timeout)) from error
            raise WorkerCrashError(worker_failures.WORKER_DIED(reason=exit_status(self._process.returncode))) from error
        finally:
            timer.cancel()
        return _read(function, answer)

    def kill(self) -> None:
        """Kill it and whatever it started. Calling it again does nothing."""
        with self._lock:
            if self._process.returncode is None:
                # Not reaped yet, so the number is still its own.
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()

    def close(self) -> None:
        """Kill it and close the pipes. Only the thread that makes the calls may close it."""
        self.kill()
        self._pipe.close()
        os.close(self._lifeline)


def _read(function: Callable[..., Any], answer: bytes) -> Any:
    """The result. Raises the exception that was sent in its place."""
    try:
        ok, value = ForkingPickler.loads(answer)  # pickled by our own child
    except BaseException as error:
        raise WorkerError(worker_failures.RESULT_UNREADABLE(function=function, error=error)) from error
    if ok:
        return value
    # An exit of the child must not end the parent. An asyncio future cannot hold StopIteration, so that whoever awaits
    # it would wait for ever, and takes CancelledError for its own cancellation.
    if isinstance(value, Exception) and not isinstance(value, StopIteration | CancelledError):
        raise value
    raise RuntimeError(f"the call raised {value!r}") from (value if isinstance(value, BaseException) else None)
