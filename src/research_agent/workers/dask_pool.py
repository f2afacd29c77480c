"""
Dask executor: the interface of `WorkerPool` on the machines of a cluster.

Dask itself retries the calls of a lost worker on another. Added here: the files that a call needs travel by content
(`dask_files.py`), nothing waits for ever on a cluster that is gone, and whatever is wrong with it is a `ClusterError`.
`distributed` takes most of a second to import: nothing imports it unless a cluster is set.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import asynccontextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from research_agent.errors import ClusterError, WorkerCrashError
from research_agent.installation import extra_hint
from research_agent.messages import worker_failures

__all__ = ["DaskPool", "open_dask_pool"]

P = ParamSpec("P")
T = TypeVar("T")

CONNECT = 10.0
HEALTH_CHECK = 10.0  # seconds without a result between two looks at whether there are workers left
RETRIES = 2  # of a call whose worker died: Dask's own count of suspects comes on top


class DaskPool(Executor):
    """
    Executor over the workers of one scheduler; made by `open_dask_pool`.

    Functions must be importable by name on the workers too: they have the same version of this package. Unlike
    `WorkerPool` nothing is killed when it takes long; a call whose workers die again and again is a `WorkerCrashError`.
    """

    def __init__(self, client: Any, address: str, files: Mapping[Path, Any]) -> None:
        self._client, self._address, self._files = client, address, files
        self._executor = client.get_executor(pure=False, retries=RETRIES)
        self.workers: int = sum(client.nthreads().values())

    def warm(self) -> None:
        """Do nothing: each worker ran the model when it was tried."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run `fn(*args, **kwargs)` on a worker; the path of a file that was sent becomes the worker's own."""
        from research_agent.workers import dask_files

        future: Future[T] = self._executor.submit(dask_files.call, fn, self._with_files(args), kwargs)
        return future

    async def run(self, fn: Callable[..., T], /, *args: Any, timeout: float | None = None) -> T:
        """`submit` for asyncio, without `timeout`: others may be ahead. Raises `ClusterError`, `WorkerCrashError`."""
        from distributed import KilledWorker
        from distributed.comm import CommClosedError

        future = self.submit(fn, *args)
        waiting = asyncio.wrap_future(future)
        try:
            while not (await asyncio.wait({waiting}, timeout=HEALTH_CHECK))[0]:
                await asyncio.to_thread(self._check_workers)
        except BaseException:
            waiting.cancel()
            raise
        if future.cancelled():
            raise self._gone(worker_failures.LET_GO())
        try:
            return future.result()
        except KilledWorker as error:
            raise WorkerCrashError(worker_failures.WORKERS_DIED(error=_one_line(error))) from error
        except CommClosedError as error:
            raise self._gone(_one_line(error)) from error

    async def everywhere(self, fn: Callable[..., T], /, *args: Any) -> dict[str, T]:
        """The results of `fn` on all workers, by address. Raises `ClusterError` when one of them fails."""
        from research_agent.workers import dask_files

        try:
            call = partial(self._client.run, dask_files.call, fn, self._with_files(args), {})
            results: dict[str, T] = await asyncio.to_thread(call)
        except Exception as error:  # whatever the workers raise comes through here
            raise self._gone(worker_failures.CANNOT_COMPUTE(error=_one_line(error))) from error
        return results

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster. Its workers keep running and keep their files."""
        self._executor.shutdown(wait=wait and not cancel_futures)
        self._client.close(timeout=2)

    def _with_files(self, args: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(self._files.get(arg, arg) if isinstance(arg, Path) else arg for arg in args)

    def _check_workers(self) -> None:
        """Raise `ClusterError` when no workers are left."""
        try:
            is_empty = not self._client.nthreads()
        except Exception as error:  # many kinds: closed, cancelled, reset, timed out
            raise self._gone(_one_line(error)) from error
        if is_empty:
            raise self._gone(worker_failures.NO_WORKERS_LEFT())

    def _gone(self, why: str) -> ClusterError:
        return ClusterError(
            worker_failures.CLUSTER_UNUSABLE(address=self._address, why=why),
            hint=worker_failures.CHECK_CLUSTER(),
        )


@asynccontextmanager
async def open_dask_pool(address: str, files: Sequence[Path], key: str) -> AsyncIterator[DaskPool]:
    """Join the cluster at `address` and send its workers `files`, under the id `key`. Raises `ClusterError`."""
    if find_spec("distributed") is None:
        raise ClusterError(
            worker_failures.NO_PACKAGE(address=address),
            hint=await asyncio.to_thread(extra_hint, "cluster"),
        )
    pool = await asyncio.to_thread(_join, address, files, key)
    try:
        yield pool
    finally:
        await asyncio.to_thread(pool.shutdown, cancel_futures=True)


def _join(address: str, files: Sequence[Path], key: str) -> DaskPool:
    import distributed

    from research_agent.workers.dask_files import RemoteFile

    connect: Any = distributed.Client  # it has no types
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # we report errors, once
    try:
        client: Any = connect(address, timeout=CONNECT, set_as_default=False, name="research-agent")
    except (OSError, ValueError, RuntimeError) as error:  # TimeoutError is an OSError
        raise ClusterError(
            worker_failures.NO_CLUSTER(address=address, error=_one_line(error)),
            hint=worker_failures.START_CLUSTER(),
        ) from error
    try:
        if not client.nthreads():
            raise ClusterError(
                worker_failures.NO_WORKERS(address=address), hint=worker_failures.RUN_WORKER(address=address)
            )
        _send(client, files, key)
        return DaskPool(client, address, {file: RemoteFile(key, file.name) for file in files})
    except BaseException:
        client.close(timeout=2)
        raise


def _send(client: Any, files: Sequence[Path], key: str) -> None:
    """Send the files unless all workers have them; workers that join later get them too."""
    import hashlib

    from research_agent.workers import dask_files

    bodies = {file.name: file.read_bytes() for file in files}
    sums = {name: hashlib.sha256(body).hexdigest() for name, body in bodies.items()}
    try:
        have_files = client.run(dask_files.has_files, key, sums)
        if not all(have_files.values()):
            client.register_plugin(dask_files.FilePlugin(key, bodies))
            have_files = client.run(dask_files.has_files, key, sums)
    except Exception as error:  # a worker without this package, a full disk: whatever it raises comes through here
        raise ClusterError(
            worker_failures.CANNOT_TAKE_MODEL(error=_one_line(error)),
            hint=worker_failures.EACH_NEEDS(),
        ) from error
    if lacking := [worker for worker, has_files in have_files.items() if not has_files]:
        raise ClusterError(worker_failures.LACKS_MODEL(worker=lacking[0]), hint=worker_failures.RESTART_WORKER())


def _one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__} {error}".split())[:200]
