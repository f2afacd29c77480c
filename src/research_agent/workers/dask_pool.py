"""
A Dask cluster in place of the pool: the same face, other machines.

What a lost worker was computing runs again on another; that is Dask's own doing. What is added here: the files a call
needs travel by content (`shipped.py`), nothing waits for ever on a cluster that is gone, and whatever is wrong with it
is one clear error. `distributed` costs most of a second to import: nothing imports it unless a cluster is set.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from research_agent.errors import ClusterError, WorkerCrashError

__all__ = ["ClusterPool", "open_cluster"]

P = ParamSpec("P")
T = TypeVar("T")

CONNECT = 10.0
LOOK = 10.0  # seconds without a result after which one asks whether there is anybody left to give it
RETRIES = 2  # of a call whose worker died: Dask's own count of suspects comes on top


class ClusterPool(Executor):
    """
    The workers of one scheduler; made by `open_cluster`.

    Functions must be importable by name on the workers too: they have the same version of this package. Unlike
    `WorkerPool` nothing is killed when it takes long; a call whose workers die again and again is a `WorkerCrashError`.
    """

    def __init__(self, client: Any, address: str, files: Mapping[Path, Any]) -> None:
        self._client, self._address, self._files = client, address, files
        self._executor = client.get_executor(pure=False, retries=RETRIES)
        self.workers: int = sum(client.nthreads().values())

    def warm(self) -> None:
        """Nothing to do: each worker ran the model when it was tried."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have `fn(*args, **kwargs)` run by a worker; a path of a file that was sent becomes the one it has there."""
        from research_agent.workers import dask_files

        future: Future[T] = self._executor.submit(dask_files.call, fn, self._sent(args), kwargs)
        return future

    async def run(self, fn: Callable[..., T], /, *args: Any, timeout: float | None = None) -> T:
        """
        `submit` for asyncio. `timeout` is of this machine's pool and means nothing here: other people's calls may be
        ahead of ours.

        Raises `ClusterError` when the scheduler or all workers are gone, `WorkerCrashError`, and what `fn` raises.
        """
        future = self.submit(fn, *args)
        waiting = asyncio.wrap_future(future)
        try:
            while not (await asyncio.wait({waiting}, timeout=LOOK))[0]:
                await asyncio.to_thread(self._look)
        except BaseException:
            waiting.cancel()
            raise
        if future.cancelled():
            raise self._gone("it let go of what it was computing")
        return self._result(future)

    async def everywhere(self, fn: Callable[..., T], /, *args: Any) -> dict[str, T]:
        """What `fn` gives on each worker, by its address. Raises `ClusterError` when one cannot be asked."""
        from research_agent.workers import dask_files

        try:
            told: dict[str, T] = await asyncio.to_thread(self._client.run, dask_files.call_on, fn, self._sent(args))
        except Exception as error:  # whatever the workers raise comes through here
            raise self._gone(f"a worker cannot compute: {_words_of(error)}") from error
        return told

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster. Its workers, and the files they have, stay for the next."""
        self._executor.shutdown(wait=wait and not cancel_futures)
        self._client.close(timeout=2)

    def _sent(self, args: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(self._files.get(one, one) if isinstance(one, Path) else one for one in args)

    def _look(self) -> None:
        """Raise `ClusterError` when nobody is left."""
        try:
            nobody = not self._client.nthreads()
        except Exception as error:  # many kinds: closed, cancelled, reset, timed out
            raise self._gone(_words_of(error)) from error
        if nobody:
            raise self._gone("it has no workers any more")

    def _result(self, future: Future[T]) -> T:
        from distributed import KilledWorker
        from distributed.comm import CommClosedError

        try:
            return future.result()
        except KilledWorker as error:
            raise WorkerCrashError(f"Workers of the cluster died of one call: {_words_of(error)}.") from error
        except CommClosedError as error:
            raise self._gone(_words_of(error)) from error

    def _gone(self, why: str) -> ClusterError:
        return ClusterError(
            f"The cluster at {self._address} cannot be used: {why}.",
            hint="Look at its scheduler and workers, or unset RESEARCH_AGENT_CLUSTER to compute on this machine.",
        )


@asynccontextmanager
async def open_cluster(address: str, files: Sequence[Path], key: str) -> AsyncIterator[ClusterPool]:
    """
    Join the cluster at `address` and see to it that each worker has `files`, which together are called `key`.

    Raises `ClusterError`: the extra is not installed, nobody answers, there are no workers, they refuse the files.
    """
    if find_spec("distributed") is None:
        raise ClusterError(
            f"A cluster is set ({address}), but the package for it is not installed.",
            hint="Run: pip install 'research-agent[cluster]'",
        )
    pool = await asyncio.to_thread(_join, address, files, key)
    try:
        yield pool
    finally:
        await asyncio.to_thread(pool.shutdown, cancel_futures=True)


def _join(address: str, files: Sequence[Path], key: str) -> ClusterPool:
    import distributed

    from research_agent.workers.dask_files import Shipped

    connect: Any = distributed.Client  # it has no types
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is said once, by us
    try:
        client: Any = connect(address, timeout=CONNECT, set_as_default=False, name="research-agent")
    except (OSError, ValueError, RuntimeError) as error:  # TimeoutError is an OSError
        raise ClusterError(
            f"There is no cluster at {address}: {_words_of(error)}.",
            hint="Start one (docs/cluster.md), or unset RESEARCH_AGENT_CLUSTER to compute on this machine.",
        ) from error
    try:
        if not client.nthreads():
            raise ClusterError(f"The cluster at {address} has no workers.", hint=f"Run: dask worker {address}")
        _send(client, files, key)
        return ClusterPool(client, address, {file: Shipped(key, file.name) for file in files})
    except BaseException:
        client.close(timeout=2)
        raise


def _send(client: Any, files: Sequence[Path], key: str) -> None:
    """Once a cluster: workers that have the files to the byte are sent nothing, those that come later get them."""
    import hashlib

    from research_agent.workers import dask_files

    bodies = {file.name: file.read_bytes() for file in files}
    sums = {name: hashlib.sha256(body).hexdigest() for name, body in bodies.items()}
    try:
        there = client.run(dask_files.holds, key, sums)
        if not all(there.values()):
            client.register_plugin(dask_files.Files(key, bodies))
            there = client.run(dask_files.holds, key, sums)
    except Exception as error:  # a worker without this package, a full disk: whatever it raises comes through here
        raise ClusterError(
            f"The cluster's workers cannot take the model: {_words_of(error)}.",
            hint="Each needs research-agent[cluster] of the same version, and room for its scratch folder.",
        ) from error
    if lacking := [worker for worker, holds in there.items() if not holds]:
        raise ClusterError(
            f"Worker {lacking[0]} does not hold the model it was sent.", hint="Restart it; its scratch folder is odd."
        )


def _words_of(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__} {error}".split())[:200]
