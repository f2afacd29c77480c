"""A turn that is cancelled at each of its awaits, and background tasks that nothing but the product holds on to."""

from __future__ import annotations

import asyncio
import gc
import types
import weakref
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator, Iterator, Set
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

from research_agent.pipeline import research
from research_agent.runtime import Runtime, open_runtime, opening
from research_agent.settings import load_settings
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import Answer, History, Turn
from research_agent.workers.isolated_pool import IsolatedPool
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.harness.processes import children

__all__ = ["ROWS"]

QUESTION = "How long is the river Lumen and does the Lumen freeze?"
RIVER = "The Lumen is 412 kilometres long. It does not freeze in winter."
TRUE = "The Lumen is 412 kilometres long [e1]. It does not freeze in winter [e1]."
SECONDS = 60.0  # for what takes a moment: only what waits for a lock that is held takes them
JOBS_AT_ONCE = 200


def cancel_everywhere(run: Run) -> None:
    """The real store, analysis and citations; sources and model are fakes that say what they are told."""
    asyncio.run(_cancel_everywhere(run, None))


def cancel_two_commits(run: Run) -> None:
    """The same with a store that writes the question, and in a second commit its answer."""
    asyncio.run(_cancel_everywhere(run, TwoCommits()))


async def _cancel_everywhere(run: Run, memory: Any) -> None:
    async with _running(run.folder, memory) as runtime:
        whole, awaits = await _turn(runtime, "whole", cancel_at=0)
        assert isinstance(whole, Answer)
        run.worst("awaits of a turn", awaits)
        models = frozenset(children())  # judge and reader: they wait for the next question, as those of the analysis do
        for number, rng in run.trials():
            # Every await, one after the other; or some of them, when there are not enough trials for all.
            at = 1 + number % awaits if run.wanted >= awaits else rng.randint(1, awaits)
            session = f"s{number}"
            outcome, _ = await _turn(runtime, session, cancel_at=at)
            if isinstance(outcome, Exception):
                run.fail(f"await {at}: {outcome!r}")
            if left := await _no_child_within(5, models, but=runtime.analyses):
                run.fail(f"await {at}: processes {left} are left")
            try:
                async with asyncio.timeout(SECONDS):
                    await research(QUESTION, session=session, runtime=runtime)
                    kept = await runtime.memory.turns(session)
            except TimeoutError:
                run.fail(f"await {at}: a lock is held")
                return
            _judge(run, at, kept, whole)


def _judge(run: Run, at: int, kept: tuple[Turn, ...], whole: Answer) -> None:
    run.check([turn.number for turn in kept] in ([1], [1, 2]), f"await {at}: turns {[turn.number for turn in kept]}")
    *cancelled, after = (turn.answer for turn in kept)
    run.check(after.text == whole.text, f"await {at}: the next turn says {after.text!r}")
    for answer in cancelled:
        run.count("turns kept whole" if answer.status == "complete" else "turns kept and marked interrupted")
        texts = {document.id: document.text for document in answer.documents}
        run.check(
            answer.text == whole.text
            if answer.status == "complete"
            else answer.text and answer.status == "interrupted",
            f"await {at}: half a turn: {answer.status} {answer.text!r}",
        )
        run.check(
            all(texts[cited.document][cited.start : cited.end] == cited.quote for cited in answer.citations),
            f"await {at}: a quote is not in its text",
        )
    if not cancelled:
        run.count("turns not kept, as nothing had been written")


async def _turn(runtime: Runtime, session: str, *, cancel_at: int) -> tuple[Answer | BaseException, int]:
    """One turn, cancelled when it and its tasks have waited `cancel_at` times; what came of it, and how often."""
    suspended = Counter[str]()

    def count() -> None:
        suspended["times"] += 1
        if suspended["times"] == cancel_at:
            turn.cancel()

    with _watching(count):
        turn = asyncio.get_running_loop().create_task(research(QUESTION, session=session, runtime=runtime))
    with _watching(count):
        await asyncio.wait({turn})
    if turn.cancelled():
        return asyncio.CancelledError(), suspended["times"]
    return turn.exception() or turn.result(), suspended["times"]


@contextmanager
def _watching(count: Callable[[], None]) -> Iterator[None]:
    """Call `count` each time that a task which is made meanwhile waits for something."""
    loop = asyncio.get_running_loop()

    def factory(loop: asyncio.AbstractEventLoop, work: Any, **given: Any) -> asyncio.Task[Any]:
        return asyncio.Task(_counted(work, count), loop=loop, **given)

    before = loop.get_task_factory()
    loop.set_task_factory(factory)
    try:
        yield
    finally:
        loop.set_task_factory(before)


async def _counted(work: Coroutine[Any, Any, Any], count: Callable[[], None]) -> Any:
    return await _steps(work, count)


@types.coroutine
def _steps(work: Coroutine[Any, Any, Any], count: Callable[[], None]) -> Generator[Any, Any, Any]:
    step, value = work.send, None
    while True:
        try:
            waited_for = step(value)
        except StopIteration as end:
            return end.value
        count()
        try:
            value = yield waited_for
        except BaseException as error:  # noqa: BLE001 - thrown into the work
            step, value = work.throw, error
        else:
            step = work.send


async def _no_child_within(seconds: float, models: Set[int], *, but: IsolatedPool | None) -> list[int]:
    """The child processes that are there after so long, if any, but for those that wait for the next question."""
    end = asyncio.get_running_loop().time() + seconds
    while True:
        left = sorted(set(children()) - models - set(but.pids if but is not None else ()))
        if not left or asyncio.get_running_loop().time() > end:
            return left
        await asyncio.sleep(0.01)  # /proc tells nobody


@asynccontextmanager
async def _running(home: Path, memory: Any) -> AsyncIterator[Runtime]:
    settings = load_settings({"RESEARCH_AGENT_HOME": str(home), "XDG_CONFIG_HOME": str(home)}, condense_after=2)
    chat = FakeChat(replies=(lambda prompt: TRUE if "[e1]" in prompt else "Lumen",))
    async with open_runtime(settings, sources=[FakeSource("notes", [RIVER])], chat=chat, memory=memory) as runtime:
        yield runtime


class TwoCommits:
    """A memory, as far as a turn needs one, that is careless."""

    def __init__(self) -> None:
        self._kept: dict[str, list[Turn]] = {}

    async def recall(self, session: str) -> History:
        return History(session=session, turns=tuple(self._kept.get(session, ())))

    async def turns(self, session: str) -> tuple[Turn, ...]:
        return tuple(self._kept[session])

    async def claim_job(self) -> None:
        return None

    async def remember(self, answer: Answer) -> int:
        turns = self._kept.setdefault(answer.session, [])
        number = len(turns) + 1
        asked = replace(answer, turn=number, text="", citations=(), unsupported=(), documents=())
        turns.append(Turn(number=number, question=answer.question, answer=asked))
        for _ in range(20):  # the disk takes its time
            await asyncio.sleep(0)
        turns[number - 1] = Turn(number=number, question=answer.question, answer=replace(answer, turn=number))
        return number


def collect_jobs(run: Run) -> None:
    """Jobs as the runtime starts them, each waiting for what nobody else knows."""
    trials = run.trials()
    while asyncio.run(_collect_some(run, trials)):
        pass


def collect_loose_jobs(run: Run) -> None:
    """The same, but the task is made and nobody holds on to it."""

    def condense_soon(runtime: Runtime) -> None:
        asyncio.get_running_loop().create_task(runtime._condense())

    with mock.patch.object(Runtime, "condense_soon", condense_soon):
        collect_jobs(run)


async def _collect_some(run: Run, trials: Iterator[Any]) -> bool:
    """Start many jobs, collect the garbage while all of them wait, let them go on; False when no trial is left."""
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)  # that a task was lost is counted
    memories: list[Any] = []
    async with AsyncExitStack() as stack:
        while len(memories) < JOBS_AT_ONCE and next(trials, None) is not None:
            memory = Forgetful()
            await stack.enter_async_context(opening._background(_bare_runtime(memory)))
            memories.append(memory)
        await asyncio.sleep(0)
        waiting = sum(len(memory.waiting) for memory in memories)
        gc.collect()
        for memory in memories:
            memory.go_on()
    lost = sum(not memory.done for memory in memories)
    run.count("jobs that were waiting when the garbage was collected", waiting)
    if lost:
        run.fail(f"{lost} of {len(memories)} jobs were lost", lost)
    return len(memories) == JOBS_AT_ONCE


def _bare_runtime(memory: Any) -> Runtime:
    """One that has nothing but a memory, and no work yet."""
    return Runtime(
        settings=load_settings({}),
        sources=(),
        tools=None,  # type: ignore[arg-type]
        memory=memory,
        chat=FakeChat(),
    )


class Forgetful:
    """A memory whose job waits for a future that only the waiting task keeps alive: it can be garbage."""

    def __init__(self) -> None:
        self.waiting: weakref.WeakSet[asyncio.Future[None]] = weakref.WeakSet()
        self.done = False
        self._begun = False

    def claim_job(self) -> Awaitable[None]:
        return _wait_in(weakref.ref(self))

    def go_on(self) -> None:
        for future in list(self.waiting):
            future.set_result(None)


async def _wait_in(memory: weakref.ref[Forgetful]) -> None:
    future = asyncio.get_running_loop().create_future()
    if (there := memory()) is not None:
        there.waiting.add(future)
        del there
    await future
    if (there := memory()) is not None:
        there.done = True


ROWS = (
    Row(
        id="A9",
        fault="gc.collect() while background jobs wait for what only they know",
        guarantee="every job comes to its end: a task group holds it",
        quick=200,
        full=1_000,
        try_it=collect_jobs,
        twin=collect_loose_jobs,
        twin_is="asyncio.create_task without a reference",
        twin_trials=50,
        unit="jobs",
    ),
    Row(
        id="A11",
        fault="a turn is cancelled at each of its awaits, its tasks' included",
        guarantee="it is stored whole (if need be, marked) or not at all; the next turn works; no child is left",
        quick=12,
        full=1_000,
        try_it=cancel_everywhere,
        twin=cancel_two_commits,
        twin_is="a store that writes question and answer in two commits",
        twin_trials=30,
        unit="cancellations",
    ),
)
