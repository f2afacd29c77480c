"""Watched questions in the store: nothing asked twice for one due time, nothing lost, whatever dies or jumps."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from research_agent.errors import UnknownSessionError, UnknownWatchError, UsageError
from research_agent.memory import Asking, Change, Memory, Quoted, Said, WatchClaim, open_memory
from research_agent.memory import watches as watches_module
from research_agent.types import Answer
from research_agent_devtools.harness.scripted_engine import RIVER, answer

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("binding")]

DAY = 86400
SAID = Said(
    text="The Lumen is long.",
    quotes=(
        Quoted(
            quote=RIVER.text[:33], title="Lumen", url=RIVER.url, source="notes", published="",
            retrieved=RIVER.retrieved, document=RIVER.id, start=0, end=33, turn=0,
        ),
    ),
)  # fmt: skip
CHANGE = Change(kind="changed", old=None, new=SAID, was="400 km", now="412 km \ud800")
NEW = Asking(outcome="new", answered=True, answer=answer(), changes=(CHANGE,))
SAME = Asking(outcome="same", answered=True)
FAILED = Asking(outcome="failed", reason="timed out after 8 s")


class Wall:
    """The wall clock of the test; time passes only when it is told to."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    clock = Wall()
    monkeypatch.setattr(time, "time", clock)
    return clock


@pytest.fixture
async def memory(tmp_path: Path) -> AsyncIterator[Memory]:
    async with open_memory(tmp_path / "s.db") as opened:
        yield opened


async def claimed(memory: Memory) -> WatchClaim:
    claim = await memory.watches.claim()
    assert claim
    return claim


async def test_a_watch_is_due_at_once_and_again_when_its_interval_is_over(memory: Memory, wall: Wall) -> None:
    watch = await memory.watches.add("How long?", every=DAY, sources=["notes"])
    assert (watch.question, watch.every, watch.sources, watch.asked) == ("How long?", DAY, ("notes",), "")
    assert (await memory.watches.due(), await memory.watches.next_due()) == (1, 0.0)
    assert await memory.watches.settle(await claimed(memory), NEW) == 1
    assert (await memory.watches.due(), await memory.watches.next_due()) == (0, DAY)
    assert await memory.watches.claim() is None
    wall.now += DAY
    assert await memory.watches.settle(await claimed(memory), SAME) == 0
    after = await memory.watches.get(watch.id)
    assert (after.askings, after.turn, after.changes, after.outcome, after.answered) == (2, 1, 1, "same", True)


async def test_what_is_stored_is_what_is_read(memory: Memory) -> None:
    watch = await memory.watches.add("How long \ud800?", every=DAY)
    await memory.watches.settle(await claimed(memory), NEW)
    (change,) = await memory.watches.changes(watch.id)
    assert change.noticed
    assert change.new
    assert change.new.quotes[0].turn == 1
    quote = replace(SAID.quotes[0], turn=1)
    assert replace(change, noticed="") == replace(
        CHANGE, new=replace(SAID, quotes=(quote,)), watch=watch.id, number=1, turn=1
    )
    (stored,) = await memory.watches.answers(watch.id, 10)
    assert (stored.text, stored.session) == (answer().text, watch.session)


async def test_a_first_answer_is_stored_with_the_watch_and_asked_about_after_the_interval(memory: Memory) -> None:
    watch = await memory.watches.add("How long?", every=DAY, first=answer(session="s"))
    assert (watch.turn, watch.askings, watch.asked, watch.answered) == (1, 1, RIVER.retrieved, True)
    assert await memory.watches.claim() is None
    assert len(await memory.watches.answers(watch.id, 10)) == 1


async def test_the_same_question_is_not_watched_twice(memory: Memory) -> None:
    watch = await memory.watches.add("How long?", every=DAY)
    with pytest.raises(UsageError, match=watch.id):
        await memory.watches.add("How long?", every=60)
    await memory.watches.add("How long?", every=DAY, sources=["notes"])


async def test_a_failed_asking_keeps_what_was_known_and_is_tried_sooner(memory: Memory, wall: Wall) -> None:
    watch = await memory.watches.add("How long?", every=DAY)
    await memory.watches.settle(await claimed(memory), NEW)
    before = await memory.watches.get(watch.id)
    wall.now += DAY
    await memory.watches.settle(await claimed(memory), FAILED)
    after = await memory.watches.get(watch.id)
    assert (after.outcome, after.reason) == ("failed", FAILED.reason)
    assert (after.asked, after.answered, after.turn, after.askings) == (before.asked, True, 1, 1)
    assert await memory.watches.next_due() == 3600


async def test_of_two_processes_one_asks(tmp_path: Path) -> None:
    async with open_memory(tmp_path / "s.db") as one, open_memory(tmp_path / "s.db") as two:
        watch = await one.watches.add("How long?", every=DAY)
        assert await one.watches.claim()
        assert await two.watches.claim() is None
        assert await two.watches.claim(only=watch.id) is None, "not even by name"
        assert await two.watches.due() == 0


async def test_the_twin_that_looks_first_and_takes_then_asks_in_both(tmp_path: Path) -> None:
    async with open_memory(tmp_path / "s.db") as one, open_memory(tmp_path / "s.db") as two:
        await one.watches.add("How long?", every=DAY)
        assert (await one.watches.due(), await two.watches.due()) == (1, 1), "each saw that it is due, and would ask"


async def test_a_lease_that_was_lost_stores_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_memory(tmp_path / "s.db") as slow, open_memory(tmp_path / "s.db") as quick:
        watch = await slow.watches.add("How long?", every=DAY)
        stale = await claimed(slow)
        monkeypatch.setattr(watches_module, "LEASE_SECONDS", -1.0)
        fresh = await claimed(quick)
        assert await slow.watches.settle(stale, NEW) is None
        await slow.watches.release(stale)
        assert await quick.watches.settle(fresh, SAME) == 0
        assert (await slow.watches.get(watch.id)).askings == 1
        with pytest.raises(UnknownSessionError):
            await slow.turns(watch.session)


async def test_a_lost_lease_is_not_a_later_one_of_the_same_process(
    memory: Memory, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is the first attempt of its due time, by one process: the number of attempts tells them not apart."""
    watch = await memory.watches.add("How long?", every=DAY)
    with monkeypatch.context() as patched:
        stale = await claimed(memory)
        patched.setattr(watches_module, "LEASE_SECONDS", -1.0)
        assert await memory.watches.settle(await claimed(memory), SAME) == 0
    wall.now += DAY
    fresh = await claimed(memory)
    assert (stale.attempts, fresh.attempts) == (1, 1)
    assert await memory.watches.settle(stale, NEW) is None
    assert await memory.watches.settle(fresh, SAME) == 0
    assert (await memory.watches.get(watch.id)).askings == 2


async def test_a_given_back_lease_does_not_count(memory: Memory) -> None:
    await memory.watches.add("How long?", every=DAY)
    for _ in range(5):
        claim = await claimed(memory)
        assert claim.attempts == 1
        await memory.watches.release(claim)


async def test_a_process_that_died_is_followed_by_the_next_and_after_three_the_time_is_past(
    tmp_path: Path, wall: Wall
) -> None:
    for attempt in (1, 2, 3):
        async with open_memory(tmp_path / "s.db") as memory:
            watch = (await memory.watches.all() or [await memory.watches.add("How long?", every=DAY)])[0]
            assert (await claimed(memory)).attempts == attempt
    async with open_memory(tmp_path / "s.db") as memory:
        assert await memory.watches.claim() is None
        given_up = await memory.watches.get(watch.id)
        assert (given_up.outcome, given_up.reason) == ("failed", "the program ended three times while asking it")
        wall.now += 3600
        assert (await claimed(memory)).attempts == 1


@pytest.mark.parametrize("step", ["store the answer", "store the change", "move the due time"])
async def test_an_asking_is_settled_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """What a kill within the commit leaves is what a failure within it leaves: SQLite's transaction."""
    name = {"store the answer": "is_held", "store the change": "_add_change", "move the due time": "_store"}[step]

    def killed(*_: object) -> None:
        raise apsw.FullError("the disk is full")

    async with open_memory(tmp_path / "s.db") as memory:
        watch = await memory.watches.add("How long?", every=DAY)
        claim = await claimed(memory)
        monkeypatch.setattr(watches_module, name, killed)
        with pytest.raises(Exception, match="disk is full"):
            await memory.watches.settle(claim, NEW)
        monkeypatch.undo()
    async with open_memory(tmp_path / "s.db") as memory:
        assert await memory.watches.changes() == ()
        assert await memory.watches.due() == 1
        await memory.watches.settle(await claimed(memory), NEW)
        assert len(await memory.turns(watch.session)) == 1


async def test_the_twin_that_moves_the_due_time_in_a_commit_of_its_own_asks_twice(tmp_path: Path) -> None:
    for _ in range(2):
        async with open_memory(tmp_path / "s.db") as memory:
            if not await memory.watches.all():
                await memory.watches.add("How long?", every=DAY)
            await claimed(memory)
            await memory.remember(answer(session="twin"))  # ... and it is killed before it moves the due time
    async with open_memory(tmp_path / "s.db") as memory:
        assert len(await memory.turns("twin")) == 2, "one due time, two answers"


YEAR = 365 * DAY


@pytest.mark.parametrize(
    ("jumps", "asked"),
    [
        ((YEAR,), 1),
        ((YEAR, YEAR), 2),
        ((-YEAR,), 0),
        ((-YEAR, YEAR), 1),
        ((YEAR, -YEAR), 1),
        ((YEAR, -YEAR, DAY), 2),
        ((-1,), 0),
        ((-3600, 3600), 0),
        ((3 * DAY,), 1),
        ((-YEAR, DAY), 1),
    ],
)
async def test_a_jump_of_the_clock_is_at_most_one_asking(
    memory: Memory, wall: Wall, jumps: tuple[int, ...], asked: int
) -> None:
    await memory.watches.add("How long?", every=DAY)
    await memory.watches.settle(await claimed(memory), SAME)
    count = 0
    for jump in jumps:
        wall.now += jump
        while claim := await memory.watches.claim():
            await memory.watches.settle(claim, SAME)
            count += 1
        seconds = await memory.watches.next_due()
        assert seconds is not None
        assert 0 < seconds <= DAY
    assert count == asked


async def test_a_jump_of_the_clock_frees_no_lease(memory: Memory, wall: Wall) -> None:
    await memory.watches.add("How long?", every=DAY)
    claim = await claimed(memory)
    for jump in (YEAR, -2 * YEAR):
        wall.now += jump
        assert await memory.watches.claim() is None
    assert await memory.watches.settle(claim, SAME) == 0


async def test_what_was_asked_in_this_run_is_excluded_and_the_longest_due_comes_first(
    memory: Memory, wall: Wall
) -> None:
    first = await memory.watches.add("One?", every=DAY)
    wall.now += 1
    second = await memory.watches.add("Two?", every=DAY)
    assert (await claimed(memory)).watch.id == first.id
    claim = await memory.watches.claim(excluding=[first.id])
    assert claim
    assert claim.watch.id == second.id
    assert await memory.watches.claim(excluding=[first.id, second.id]) is None


async def test_a_paused_one_is_not_due_but_can_be_asked_by_name(memory: Memory) -> None:
    watch = await memory.watches.add("How long?", every=DAY)
    assert (await memory.watches.pause(watch.id, True)).paused
    assert (await memory.watches.due(), await memory.watches.next_due()) == (0, None)
    assert await memory.watches.claim() is None
    assert await memory.watches.claim(only=watch.id)
    assert not (await memory.watches.pause(watch.id, False)).paused


async def test_its_session_is_not_listed_not_the_newest_and_not_continued(memory: Memory) -> None:
    await memory.remember(answer(session="mine"))
    watch = await memory.watches.add("How long?", every=DAY)
    await memory.watches.settle(await claimed(memory), NEW)
    assert [info.id for info in await memory.sessions()] == ["mine"]
    assert await memory.newest() == "mine"
    for refused in (memory.recall(watch.session), memory.remember(answer(session=watch.session))):
        with pytest.raises(UsageError, match="watched question"):
            await refused
    with pytest.raises(UnknownSessionError) as caught:
        await memory.turns("watch:x")
    assert "watch:" not in caught.value.hint


async def test_many_answers_of_a_watch_are_no_conversation_to_be_summarised(tmp_path: Path) -> None:
    async with open_memory(tmp_path / "s.db", condense_after=2) as memory:
        await memory.watches.add("How long?", every=DAY)
        for _ in range(4):
            (watch,) = await memory.watches.all()
            claim = await memory.watches.claim(only=watch.id)
            assert claim
            await memory.watches.settle(claim, NEW)
        assert await memory.claim_job() is None


@pytest.mark.parametrize("by_session", [False, True])
async def test_removing_a_watch_erases_its_words_from_the_disk(tmp_path: Path, by_session: bool) -> None:
    words = (b"Zanzibar", b"412 kilometres", b"412 km")

    def left() -> list[bytes]:
        data = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
        return [word for word in words if word in data]

    async with open_memory(tmp_path / "s.db") as memory:
        watch = await memory.watches.add("What of Zanzibar?", every=DAY)
        await memory.watches.settle(await claimed(memory), NEW)
        assert left() == list(words)
        await (memory.delete(watch.session) if by_session else memory.watches.remove(watch.id))
        assert (await memory.watches.all(), await memory.watches.changes()) == ((), ())
    assert left() == []


async def test_one_that_is_removed_while_it_is_asked_stays_removed(memory: Memory) -> None:
    watch = await memory.watches.add("How long?", every=DAY)
    claim = await claimed(memory)
    await memory.watches.remove(watch.id)
    assert await memory.watches.settle(claim, NEW) is None
    await memory.watches.release(claim)
    for call in (memory.watches.get(watch.id), memory.watches.changes(watch.id), memory.watches.remove(watch.id)):
        with pytest.raises(UnknownWatchError):
            await call


async def test_the_answers_that_are_read_are_the_newest(memory: Memory) -> None:
    watch = await memory.watches.add("How long?", every=DAY)
    for number in range(4):
        claim = await memory.watches.claim(only=watch.id)
        assert claim
        told: Answer = answer(question=f"Question {number}?")
        await memory.watches.settle(claim, replace(NEW, answer=told))
    assert [one.question for one in await memory.watches.answers(watch.id, 2)] == ["Question 2?", "Question 3?"]
