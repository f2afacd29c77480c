"""
`research-agent setup`: bring the embedded parts once, pinned and checked, and finish them.

Whatever ends a run, the next one completes it: a part is made in a folder of its own and takes its name whole.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from research_agent.encoders import precision
from research_agent.encoders.embedder import measure_precision, open_embedder
from research_agent.encoders.onnx_build import build_model
from research_agent.errors import EmbeddingError, SetupError
from research_agent.llm.gguf_quantize import requantise
from research_agent.settings import Settings
from research_agent.setup.download import DOWNLOADS, bring
from research_agent.setup.encyclopedia_index import build_database, build_vectors, texts_of
from research_agent.setup.parts import (
    EMBEDDING,
    PARTS,
    Part,
    PartState,
    chosen_parts,
    part_state,
    part_states,
    sync,
    write_part_json,
)
from research_agent.sources.encyclopedia import DATABASE, FOLDER, VIEWS, vectors_made_by

__all__ = ["PARTS", "Part", "PartState", "Step", "check", "part_states", "remove", "setup"]

INDEXING = "indexing by meaning"
MEASURING = "measuring int8 against fp32"
MEASURED_WITH = 48  # leads
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """How far one part is; `done` of `total` are bytes of a download or articles that have vectors."""

    part: str
    what: str
    done: int = 0
    total: int = 0


OnStep = Callable[[Step], None]


async def setup(settings: Settings, *, on_step: OnStep = lambda step: None) -> list[PartState]:
    """
    Bring what is missing, damaged or outdated, and finish the encyclopedia's index; all there is checked by its hash.

    Downloads run side by side. Raises `SetupError`; parts that were finished stay.
    """
    if not await _is_complete(settings):
        try:
            settings.parts.mkdir(parents=True, exist_ok=True, mode=0o700)
            async with _alone(settings.parts, on_step):
                await _complete(settings, on_step)
        except OSError as error:
            raise _unwritable(settings.parts, error) from error
    return part_states(settings)


async def check(settings: Settings) -> list[PartState]:
    """Every part's state by the hash of every byte, and nothing brought. Vectors that do not fit count as missing."""
    states = await asyncio.to_thread(part_states, settings, verify=True)
    if all(state.state == "ready" for state in states) and not await _is_complete(settings):
        return [replace(state, state="damaged") if state.name == FOLDER else state for state in states]
    return states


def remove(settings: Settings, names: Iterable[str] = ()) -> list[PartState]:
    """
    Remove the parts called `names`, or all, and what unfinished runs left of them; the parts that were there.

    Raises `UsageError` for a name that is none, `SetupError` when another setup is at work or the disk refuses.
    """
    wanted = [part.name for part in chosen_parts(names)]
    there = [state for state in part_states(settings) if state.name in wanted and os.path.lexists(state.path)]
    left = [scratch for name in wanted if os.path.lexists(scratch := _scratch(settings, name))]
    if not there and not left:
        return []
    try:
        with _lock(settings.parts):
            for path in (*(state.path for state in there), *left):
                _discard(path)
    except BlockingIOError as error:
        raise SetupError("Another setup is at work.", hint="Wait until it has ended, or stop it.") from error
    except OSError as error:
        raise _unwritable(settings.parts, error) from error
    return there


async def _is_complete(settings: Settings) -> bool:
    """Whether there is nothing to do; asked before anything is locked, so that a read-only home will do."""
    states = await asyncio.to_thread(part_states, settings, verify=True)
    if any(state.state != "ready" for state in states):
        return False
    if not await asyncio.to_thread(precision.is_measured, settings.parts / EMBEDDING):
        return False
    try:
        async with open_embedder(settings) as embedder:
            return await asyncio.to_thread(_has_vectors, settings, embedder.id)
    except EmbeddingError:
        return False


async def _complete(settings: Settings, on_step: OnStep) -> None:
    states = await asyncio.to_thread(part_states, settings, verify=True)
    there = {state.name for state in states if state.state == "ready"}
    failures: list[SetupError] = []
    async with asyncio.TaskGroup() as group:
        for part in chosen_parts():
            if part.name not in there:
                group.create_task(_make(part, settings, on_step, failures))
    if failures:
        raise failures[0]
    await _measure(settings, on_step)
    await _index(settings, on_step)


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Raises `BlockingIOError` when another process holds it."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


@asynccontextmanager
async def _alone(folder: Path, on_step: OnStep) -> AsyncIterator[None]:
    """One setup at a time: a second one waits, says so, and finds the work done."""
    with ExitStack() as stack:
        waiting = False
        while True:
            try:
                stack.enter_context(_lock(folder))
                break
            except BlockingIOError:
                if not waiting:
                    on_step(Step("setup", "waiting for another setup to finish"))
                waiting = True
                await asyncio.sleep(0.2)
        yield


async def _make(part: Part, settings: Settings, on_step: OnStep, failures: list[SetupError]) -> None:
    """One part, in a folder of its own until it is whole; what another run left there is used or removed."""
    scratch = _scratch(settings, part.name)
    try:
        if (await _to_its_end(part_state, part, scratch, verify=True)).state != "ready":
            await _to_its_end(_tidy, scratch)
            on_step(Step(part.name, "downloading"))
            await bring(
                part, scratch, on_progress=lambda done, all_: on_step(Step(part.name, "downloading", done, all_))
            )
            on_step(Step(part.name, "finishing"))
            await _to_its_end(_finish, part, scratch)
        await _to_its_end(_take_name, scratch, settings.parts / part.name)
        on_step(Step(part.name, "ready"))
    except SetupError as error:
        failures.append(error)
    except OSError as error:
        failures.append(_unwritable(scratch, error))


def _tidy(scratch: Path) -> None:
    """Leave nothing in the folder but downloads: half-made files of a run that was killed would become the part's."""
    if not scratch.is_dir() or scratch.is_symlink():
        _discard(scratch)
    scratch.mkdir(exist_ok=True)
    for item in scratch.iterdir():
        if item.name != DOWNLOADS:
            _discard(item)


def _finish(part: Part, scratch: Path) -> None:
    """Make of the members what is used; `part.json` is written last."""
    if part.name == EMBEDDING:
        weight_only = scratch / "weight-only.onnx"
        build_model(weight_only, scratch / "tokenizer.json", scratch)
        weight_only.unlink()
    elif part.name == "smollm2" and part.file != part.members[0].name:
        shipped = scratch / part.members[0].name
        requantise(shipped, scratch / part.file)
        shipped.unlink()
    elif part.name == FOLDER:
        leads = scratch / "leads.json"
        build_database(leads, scratch / part.file)
        leads.unlink()
    write_part_json(part, scratch)


def _take_name(scratch: Path, target: Path) -> None:
    """The finished folder in place of what is there; its bytes are on the disk before its name is."""
    for item in scratch.iterdir():
        sync(item)
    _discard(target)
    os.rename(scratch, target)


async def _measure(settings: Settings, on_step: OnStep) -> None:
    """Which precision is the better one on this machine, tried with leads from all over the encyclopedia."""
    folder = settings.parts / EMBEDDING
    if await asyncio.to_thread(precision.is_measured, folder):
        return
    on_step(Step(EMBEDDING, MEASURING))
    texts = await asyncio.to_thread(texts_of, settings.parts / FOLDER / DATABASE)
    leads = texts[: len(texts) // len(VIEWS)]
    try:
        await measure_precision(folder, leads[:: max(1, len(leads) // MEASURED_WITH)][:MEASURED_WITH])
    except EmbeddingError as error:
        raise SetupError(f"The embedding model could not be measured: {error.message}", hint=error.hint) from error
    on_step(Step(EMBEDDING, "ready"))


async def _index(settings: Settings, on_step: OnStep) -> None:
    """The encyclopedia's vectors, unless they are there, whole and of this model."""
    database = settings.parts / FOLDER / DATABASE
    try:
        async with open_embedder(settings) as embedder:
            if await asyncio.to_thread(_has_vectors, settings, embedder.id):
                return
            on_step(Step(FOLDER, INDEXING))
            await build_vectors(
                database, embedder, on_progress=lambda done, total: on_step(Step(FOLDER, INDEXING, done, total))
            )
    except EmbeddingError as error:
        raise SetupError(f"The encyclopedia has no vectors: {error.message}", hint=error.hint) from error
    on_step(Step(FOLDER, "ready"))


def _has_vectors(settings: Settings, model: str) -> bool:
    return vectors_made_by(settings.parts / FOLDER, verify=True) == model


async def _to_its_end(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run in a thread; one who is cancelled waits for it, so that nothing is at work once the lock is given back."""
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
        return SetupError(f"{path} cannot be written: the disk is full.", hint="Free some space, then run setup again.")
    return SetupError(
        f"{path} cannot be written: {error.strerror or error}.", hint="Set RESEARCH_AGENT_HOME to a folder of yours."
    )


def _scratch(settings: Settings, name: str) -> Path:
    return settings.parts / f".partial-{name}"
