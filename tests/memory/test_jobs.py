from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from research_agent.memory import Job, open_memory
from research_agent.memory import jobs as jobs_module
from research_agent.types import Answer

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("binding")]


def turn(session: str = "s") -> Answer:
    return Answer(session=session, turn=0, question="q", text="a", answer_from="floor", status="extracts")


async def fill(path: Path, turns: int, session: str = "s") -> None:
    async with open_memory(path, condense_after=4) as memory:
        for _ in range(turns):
            await memory.remember(turn(session))


async def claim(path: Path) -> Job | None:
    async with open_memory(path) as memory:
        return await memory.claim_job()


@pytest.mark.parametrize(("condense_after", "due_at", "upto"), [(4, 3, 1), (20, 11, 9), (2, 3, 1), (5, 3, 1)])
async def test_a_job_is_due_once_more_messages_than_that_are_not_summarised(
    tmp_path: Path, condense_after: int, due_at: int, upto: int
) -> None:
    async with open_memory(tmp_path / "s.db", condense_after=condense_after) as memory:
        for _ in range(due_at - 1):
            await memory.remember(turn())
        assert await memory.claim_job() is None
        await memory.remember(turn())
        job = await memory.claim_job()
        assert job
        assert (job.session, job.upto_turn, job.attempts) == ("s", upto, 1)


async def test_a_session_has_one_open_job_at_a_time_and_is_due_again_after(tmp_path: Path) -> None:
    async with open_memory(tmp_path / "s.db", condense_after=4) as memory:
        for _ in range(6):
            await memory.remember(turn())
        job = await memory.claim_job()
        assert job
        await memory.remember(turn())
        assert await memory.claim_job() is None
        assert await memory.finish_job(job, "one")
        await memory.remember(turn())
        again = await memory.claim_job()
        assert again
        assert (job.upto_turn, again.upto_turn) == (1, 6)


async def test_of_two_processes_one_gets_the_job(tmp_path: Path) -> None:
    await fill(tmp_path / "s.db", 3)
    async with open_memory(tmp_path / "s.db") as one, open_memory(tmp_path / "s.db") as two:
        claims = [await one.claim_job(), await two.claim_job()]
        assert [claim is None for claim in claims] == [False, True]


async def test_a_job_that_was_claimed_and_not_done_is_free_again_after_a_clean_exit(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    await fill(path, 3)
    for _ in range(5):  # more often than there are tries: an interrupted one does not count
        job = await claim(path)
        assert job
        assert job.attempts == 1


async def test_a_job_of_a_process_that_died_is_free_when_its_lease_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.db"
    await fill(path, 3)
    monkeypatch.setattr(jobs_module, "release", lambda db, owner: None)  # a killed process releases nothing
    now = time.time()
    async with open_memory(path):  # another process has it open all the while: who is not alone cannot know who died
        first = await claim(path)
        assert first
        assert await claim(path) is None
        monkeypatch.setattr(time, "time", lambda: now + 601)
        second = await claim(path)
        monkeypatch.setattr(time, "time", lambda: now + 2 * 601)
        third = await claim(path)
        monkeypatch.setattr(time, "time", lambda: now + 3 * 601)
        never = await claim(path)
    assert second
    assert third
    assert [first.attempts, second.attempts, third.attempts] == [1, 2, 3]
    assert never is None, "three tries, then it stays failed"


async def test_a_job_of_a_process_that_died_is_resumed_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.db"
    await fill(path, 3)
    monkeypatch.setattr(jobs_module, "release", lambda db, owner: None)
    claims = [await claim(path) for _ in range(4)]
    assert [job and job.attempts for job in claims] == [1, 2, 3, None], "three tries, then it stays failed"


async def test_a_clock_that_is_set_back_holds_no_job_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "s.db"
    await fill(path, 3)
    monkeypatch.setattr(jobs_module, "release", lambda db, owner: None)
    now = time.time()
    async with open_memory(path):
        assert await claim(path)
        monkeypatch.setattr(time, "time", lambda: now - 86400)
        assert await claim(path)


async def test_a_summary_of_an_older_version_of_the_session_is_never_stored(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    await fill(path, 3)
    async with open_memory(path, condense_after=4) as memory:
        job = await memory.claim_job()
        assert job
        assert await memory.finish_job(job, "first")
        for _ in range(3):
            await memory.remember(turn())
        newer = await memory.claim_job()
        assert newer
        assert not await memory.finish_job(replace(newer, version=job.version), "of an older version")
        assert (await memory.recall("s")).summary == "first"


async def test_a_summary_from_an_older_claim_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await fill(tmp_path / "s.db", 3)
    monkeypatch.setattr(jobs_module, "LEASE_SECONDS", -1.0)
    async with open_memory(tmp_path / "s.db") as slow, open_memory(tmp_path / "s.db") as quick:
        stale, fresh = await slow.claim_job(), await quick.claim_job()
        assert stale
        assert fresh
        assert await quick.finish_job(fresh, "fresh")
        assert not await slow.finish_job(stale, "stale")
        await slow.fail_job(stale, "late")
        assert (await slow.recall("s")).summary == "fresh"
        assert await slow.claim_job() is None


async def test_an_older_claim_neither_ends_nor_gives_back_what_a_newer_one_works_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(tmp_path / "s.db", 3)
    monkeypatch.setattr(jobs_module, "LEASE_SECONDS", -1.0)
    async with open_memory(tmp_path / "s.db") as slow, open_memory(tmp_path / "s.db") as quick:
        stale = await slow.claim_job()
        monkeypatch.setattr(jobs_module, "LEASE_SECONDS", 600.0)
        fresh = await quick.claim_job()
        assert stale
        assert fresh
        await slow.fail_job(stale, "late")
        assert await slow.claim_job() is None, "it was given back while another works on it"
        assert not await slow.finish_job(stale, "stale")
        assert await quick.finish_job(fresh, "fresh")
        assert (await slow.recall("s")).summary == "fresh"


async def test_a_job_that_fails_comes_back_twice_and_after_the_others(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    await fill(path, 3, "a")
    await fill(path, 3, "b")
    order = []
    async with open_memory(path) as memory:
        while job := await memory.claim_job():
            order.append(job.session)
            await memory.fail_job(job, "no model \ud800")
        assert order == ["a", "b"] * 3
        assert (await memory.recall("a")).summary == ""
        await memory.remember(turn("a"))
    async with open_memory(path, condense_after=4) as memory:
        await memory.remember(turn("a"))
        job = await memory.claim_job()
        assert job, "the next turn makes a new one"


async def test_a_deleted_session_takes_its_jobs_with_it(tmp_path: Path) -> None:
    await fill(tmp_path / "s.db", 3)
    async with open_memory(tmp_path / "s.db", condense_after=4) as memory:
        job = await memory.claim_job()
        assert job
        await memory.delete("s")
        await memory.remember(turn())  # a new session under the same name
        assert not await memory.finish_job(job, "of the old one")
        assert (await memory.recall("s")).summary == ""
