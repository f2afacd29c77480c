"""
Setup of the embedded parts: download, verify and build them, once.

A run that was interrupted is completed by the next one: a part is built in a scratch folder and renamed when complete.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import IO, ParamSpec, TypeVar

from research_agent.concurrency import gather_results, unwrap
from research_agent.encoders import precision
from research_agent.encoders.embedder import measure_precision, open_embedder
from research_agent.errors import EmbeddingError, SetupError
from research_agent.files import fsync
from research_agent.messages import diagnostics, installing
from research_agent.settings import Settings
from research_agent.setup.download import DOWNLOADS, download_part
from research_agent.setup.parts import (
    EMBEDDING,
    LANGUAGE_PARTS,
    Part,
    PartState,
    part_state,
    part_states,
    select_parts,
    write_part_json,
)
from research_agent.sources.encyclopedia import DATABASE, FOLDER, VIEWS, vectors_made_by

__all__ = ["PartState", "Step", "check", "remove", "setup"]

BENCHMARK_LEADS = 48
LOCK = ".lock"
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """Progress of one part; `done` of `total` are bytes of a download or indexed articles."""

    part: str
    what: str
    done: int = 0
    total: int = 0


OnStep = Callable[[Step], None]


async def setup(
    settings: Settings, *, languages: Iterable[str] = (), on_step: OnStep = lambda step: None
) -> list[PartState]:
    """
    Install every part that is missing, damaged or outdated, and index the encyclopedia; files are verified by hash.

    `languages` are codes of those whose leads are brought as well.

    Downloads run concurrently. Raises `SetupError`; completed parts are kept.
    """
    more = [part for part in LANGUAGE_PARTS if part.lang in set(languages)]
    if not await _is_complete(settings, more):
        try:
            settings.parts.mkdir(parents=True, exist_ok=True, mode=0o700)
            with (settings.parts / LOCK).open("w") as lock:
                for attempt in count():  # a second setup waits, and then finds the work done
                    if _try_lock(lock):
                        break
                    if not attempt:
                        on_step(Step("setup", installing.WAITING()))
                    await asyncio.sleep(0.2)
                await _complete(settings, more, on_step)
        except OSError as error:
            raise _unwritable(settings.parts, error) from error
    return part_states(settings)


async def check(settings: Settings) -> list[PartState]:
    """Verify every part by hash, without changing anything. Vectors of another model make the encyclopedia damaged."""
    states = await asyncio.to_thread(part_states, settings, verify=True)
    if all(state.state == "ready" for state in states) and not await _is_complete(settings):
        return [replace(state, state="damaged") if state.name == FOLDER else state for state in states]
    return states


def remove(settings: Settings, names: Iterable[str] = ()) -> list[PartState]:
    """
    Remove the parts called `names`, or all, with the leftovers of unfinished runs; returns those that existed.

    Raises `UsageError` for an unknown name, `SetupError` when another setup is running or on a disk error.
    """
    names = list(names) or [part.name for part in (*select_parts(), *LANGUAGE_PARTS)]
    wanted = [part.name for part in select_parts(names)]
    existing = [state for state in part_states(settings) if state.name in wanted and os.path.lexists(state.path)]
    leftovers = [scratch for name in wanted if os.path.lexists(scratch := _scratch(settings, name))]
    if not existing and not leftovers:
        return []
    try:
        with (settings.parts / LOCK).open("w") as lock:
            if not _try_lock(lock):
                raise SetupError(installing.SETUP_RUNS(), hint=installing.WAIT_FOR_SETUP())
            for path in (*(state.path for state in existing), *leftovers):
                _discard(path)
    except OSError as error:
        raise _unwritable(settings.parts, error) from error
    return existing


async def _is_complete(settings: Settings, more: Iterable[Part] = ()) -> bool:
    """Whether there is nothing to do; checked before locking, so that it works in a read-only home."""
    states = await asyncio.to_thread(part_states, settings, verify=True)
    if any(state.state != "ready" for state in states) or {part.name for part in more} - {one.name for one in states}:
        return False
    if await asyncio.to_thread(precision.stored_choice, settings.parts / EMBEDDING) is None:
        return False
    try:
        async with open_embedder(settings) as embedder:
            return await asyncio.to_thread(_has_vectors, settings, embedder.id)
    except EmbeddingError:
        return False


async def _complete(settings: Settings, more: Iterable[Part], on_step: OnStep) -> None:
    states = await asyncio.to_thread(part_states, settings, verify=True)
    ready = {state.name for state in states if state.state == "ready"}
    names = dict.fromkeys([*(state.name for state in states), *(part.name for part in more)])
    missing = [part for part in select_parts(names) if part.name not in ready]
    for result in await gather_results([partial(_make, part, settings, on_step) for part in missing], SetupError):
        unwrap(result)
    await _measure(settings, on_step)
    await _index(settings, on_step)


def _try_lock(file: IO[str]) -> bool:
    """Lock an open file until it is closed; False when another process has locked it."""
    with suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


async def _make(part: Part, settings: Settings, on_step: OnStep) -> None:
    """Install one part through its scratch folder, reusing what an interrupted run left there. Raises `SetupError`."""
    scratch = _scratch(settings, part.name)
    try:
        if (await _uninterrupted(part_state, part, scratch, verify=True)).state != "ready":
            await _uninterrupted(_tidy, scratch)
            on_step(Step(part.name, "downloading"))
            await download_part(part, scratch, on_progress=lambda *done: on_step(Step(part.name, "downloading", *done)))
            on_step(Step(part.name, "finishing"))
            await _uninterrupted(_finish, part, scratch)
        await _uninterrupted(_publish, scratch, settings.parts / part.name)
        on_step(Step(part.name, "ready"))
    except OSError as error:
        raise _unwritable(scratch, error) from error


def _tidy(scratch: Path) -> None:
    """Empty the scratch folder except for downloads: partial files of a killed run must not be published."""
    if not scratch.is_dir() or scratch.is_symlink():
        _discard(scratch)
    scratch.mkdir(exist_ok=True)
    for item in scratch.iterdir():
        if item.name != DOWNLOADS:
            _discard(item)


def _finish(part: Part, scratch: Path) -> None:
    """Build the files that are used from the members; `part.json` is written last."""
    if part.name == EMBEDDING:
        from research_agent.encoders.onnx_build import build_model

        weight_only = scratch / "weight-only.onnx"
        build_model(weight_only, scratch)
        weight_only.unlink()
    elif part.name == "smollm2" and part.file != part.members[0].name:
        from research_agent.llm.gguf_quantize import requantise

        shipped = scratch / part.members[0].name
        requantise(shipped, scratch / part.file)
        shipped.unlink()
    elif part.name == FOLDER or part.lang:
        from research_agent.setup.encyclopedia_index import build_database, build_leads

        leads = scratch / "leads.json"
        if part.lang:
            build_leads(leads, scratch / part.file, part.lang)
        else:
            build_database(leads, scratch / part.file)
        leads.unlink()
    write_part_json(part, scratch)


def _publish(scratch: Path, target: Path) -> None:
    """Replace the part by the finished folder, after its bytes are on disk."""
    for item in scratch.iterdir():
        fsync(item)
    _discard(target)
    os.rename(scratch, target)


async def _measure(settings: Settings, on_step: OnStep) -> None:
    """Choose the precision for this machine by a benchmark on leads from all over the encyclopedia."""
    from research_agent.setup.encyclopedia_index import article_texts

    folder = settings.parts / EMBEDDING
    if await asyncio.to_thread(precision.stored_choice, folder):
        return
    on_step(Step(EMBEDDING, installing.MEASURING()))
    texts = await asyncio.to_thread(article_texts, settings.parts / FOLDER / DATABASE)
    leads = texts[: len(texts) // len(VIEWS)]
    try:
        await measure_precision(folder, leads[:: max(1, len(leads) // BENCHMARK_LEADS)][:BENCHMARK_LEADS])
    except EmbeddingError as error:
        raise SetupError(installing.NOT_MEASURED(reason=error.message), hint=error.hint) from error
    on_step(Step(EMBEDDING, "ready"))


async def _index(settings: Settings, on_step: OnStep) -> None:
    """Build the encyclopedia's vectors, unless they exist, intact and of this model."""
    from research_agent.setup.encyclopedia_index import build_vectors

    database = settings.parts / FOLDER / DATABASE
    try:
        async with open_embedder(settings) as embedder:
            if await asyncio.to_thread(_has_vectors, settings, embedder.id):
                return
            on_step(Step(FOLDER, installing.INDEXING()))
            await build_vectors(
                database, embedder, on_progress=lambda *done: on_step(Step(FOLDER, installing.INDEXING(), *done))
            )
    except EmbeddingError as error:
        raise SetupError(installing.NO_VECTORS(reason=error.message), hint=error.hint) from error
    on_step(Step(FOLDER, "ready"))


def _has_vectors(settings: Settings, model: str) -> bool:
    return vectors_made_by(settings.parts / FOLDER, verify=True) == model


async def _uninterrupted(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run in a thread; cancellation waits for it to finish, so that nothing runs after the lock is released."""
    running = asyncio.get_running_loop().run_in_executor(None, partial(work, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        raise


def _discard(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> SetupError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return SetupError(installing.DISK_FULL(path=path), hint=installing.FREE_AND_AGAIN())
    return SetupError(diagnostics.NOT_WRITABLE(path=path, reason=error.strerror), hint=diagnostics.CHOOSE_HOME())


def _scratch(settings: Settings, name: str) -> Path:
    return settings.parts / f".partial-{name}"
