from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from research_agent.errors import StoreError, UnknownSessionError, UsageError
from research_agent.memory import Memory, open_memory
from research_agent.memory.writer import Writer
from research_agent.types import Answer, Citation, Document, Finding, History, SourceReport, Span

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("binding")]

TEXT = "Plants make sugar from light. The rest is chemistry."


def make_document(text: str = TEXT, **fields: Any) -> Document:
    given = {"source": "wikipedia", "title": "Photosynthesis", "url": "https://example.org/p", **fields}
    return Document(text=text, retrieved="2026-11-23T10:00:00Z", **given)


def make_answer(session: str = "s", question: str = "What do plants do?", **fields: Any) -> Answer:
    document = make_document()
    citation = Citation(
        n=1,
        sentence=(0, 21),
        document=document.id,
        title=document.title,
        url=document.url,
        source=document.source,
        quote=TEXT[7:28],
        start=7,
        end=28,
        score=0.75,
    )
    given = {"citations": (citation,), "documents": (document,), **fields}
    return Answer(
        session=session,
        turn=0,
        question=question,
        text="They make sugar. [1]",
        answer_from="model",
        status="complete",
        **given,
    )


@pytest.fixture
async def memory(tmp_path: Path) -> AsyncIterator[Memory]:
    async with open_memory(tmp_path / "home" / "sessions.db") as opened:
        yield opened


async def test_a_score_that_is_a_whole_number_is_no_damage(memory: Memory) -> None:
    """The column makes it a float, and the digest is over what is stored."""
    answer = make_answer()
    await memory.remember(replace(answer, citations=(replace(answer.citations[0], score=1),)))
    (turn,) = await memory.turns("s")
    assert turn.answer.citations[0].score == 1.0


async def test_a_turn_comes_back_whole_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    answer = make_answer(
        unsupported=((3, 9),),
        sources=(SourceReport(name="hackernews", status="failed", documents=0, ms=8000, reason="timed out"),),
        finding=Finding(report={"keywords": ["sugar"], "counts": {"wikipedia": 1}}, reason=None),
        model="llamacpp:smollm2",
        timings={"plan": 0.4, "total": 2.3},
        spans=(Span("plan", 0.0, 0.4), Span("wikipedia", 0.1, 0.6, lane="source")),
        notes=("4 of 5 sources answered",),
    )
    async with open_memory(path) as memory:
        assert await memory.remember(answer) == 1
    async with open_memory(path) as memory:
        (turn,) = await memory.turns("s")
        assert turn.answer == replace(answer, turn=1)
        assert turn.answer.as_json() == replace(answer, turn=1).as_json()


async def test_turns_count_from_one_in_each_session(memory: Memory) -> None:
    numbers = [await memory.remember(make_answer(name)) for name in ("a", "b", "a", "a", "b")]
    assert numbers == [1, 1, 2, 3, 2]


async def test_turns_remembered_at_once_all_get_their_own_number(memory: Memory) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(memory.remember(make_answer(question=f"q{i}"))) for i in range(100)]
    assert [task.result() for task in tasks] == list(range(1, 101))
    assert [turn.question for turn in await memory.turns("s")] == [f"q{i}" for i in range(100)]


async def test_an_unknown_session_has_an_empty_history_and_is_not_made(memory: Memory) -> None:
    assert await memory.recall("nowhere") == History(session="nowhere")
    assert await memory.sessions() == ()
    assert await memory.newest() is None


async def test_recall_gives_the_summary_and_what_is_newer(memory: Memory) -> None:
    for i in range(1, 12):
        await memory.remember(make_answer(question=f"q{i}"))
    job = await memory.claim_job()
    assert job
    assert job.upto_turn == 9
    assert await memory.finish_job(job, "They spoke of plants.")
    history = await memory.recall("s")
    assert (history.summary, history.summarised_to) == ("They spoke of plants.", 9)
    assert [turn.number for turn in history.turns] == [10, 11]
    assert [turn.number for turn in await memory.turns("s")] == list(range(1, 12))


async def test_sessions_are_listed_the_latest_first_under_their_first_question(memory: Memory) -> None:
    await memory.remember(make_answer("old", question="First\n  question?"))
    await memory.remember(make_answer("new", question="x" * 200))
    await memory.remember(make_answer("old", question="Second question?"))
    old, new = await memory.sessions()
    assert (old.id, old.title, old.turns) == ("old", "First question?", 2)
    assert (new.id, new.title) == ("new", "x" * 59 + "…")
    assert await memory.newest() == "old"


async def test_one_text_from_two_places_is_stored_once_and_stays_two_documents(memory: Memory) -> None:
    first, second = make_document(), make_document(url="https://mirror.example/p", title="Copy", licence="CC0")
    await memory.remember(make_answer("a"))
    await memory.remember(make_answer("b", documents=(first, second)))
    (turn,) = await memory.turns("b")
    assert turn.answer.documents == (first, second)
    assert await memory.document(first.id) == second, "as it was last retrieved"
    with pytest.raises(UsageError, match="no document 'abc'"):
        await memory.document("abc")


async def test_a_quote_that_is_not_in_its_document_is_never_stored(memory: Memory) -> None:
    answer = make_answer()
    (citation,) = answer.citations
    for wrong in (replace(citation, quote="invented"), replace(citation, document="0" * 64), replace(citation, end=27)):
        with pytest.raises(ValueError, match="not in a document"):
            await memory.remember(replace(answer, citations=(wrong,)))
    assert await memory.sessions() == (), "the failed turn took its new session with it"
    assert await memory.remember(answer) == 1


async def test_an_unknown_session_is_an_error_that_names_near_ones(memory: Memory) -> None:
    await memory.remember(make_answer("holiday-plans"))
    with pytest.raises(UnknownSessionError, match="no session 'holiday-plan'") as caught:
        await memory.turns("holiday-plan")
    assert "'holiday-plans'" in caught.value.hint
    with pytest.raises(UnknownSessionError):
        await memory.delete("zzz")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", ["", "  ", "a\0b", "a\nb", "\x1b[2J", "\ud800", "x" * 201])
async def test_a_session_name_that_cannot_be_typed_again_is_refused(memory: Memory, name: str) -> None:
    with pytest.raises(UsageError):
        await memory.remember(make_answer(name))
    with pytest.raises(UsageError):
        await memory.recall(name)


@pytest.mark.parametrize("name", ["'; DROP TABLE sessions; --", '"', "%", "día 1", "日本", "-c", "../../etc"])
async def test_any_printable_session_name_is_only_a_name(memory: Memory, name: str) -> None:
    await memory.remember(make_answer(name))
    await memory.remember(make_answer("other"))
    assert (await memory.recall(name)).turns[0].question == "What do plants do?"
    await memory.delete(name)
    assert [info.id for info in await memory.sessions()] == ["other"]


@pytest.mark.parametrize("name", ["\ud800", "\udcff' --"])
async def test_a_name_that_no_text_of_sqlite_can_hold_is_unknown_and_no_damage(memory: Memory, name: str) -> None:
    for ask in (memory.turns, memory.records, memory.delete):
        with pytest.raises(UnknownSessionError):
            await ask(name)
    with pytest.raises(UsageError, match="no document"):
        await memory.document(name)


async def test_delete_takes_what_only_that_session_needs(memory: Memory) -> None:
    alone = make_document("only here", url="https://example.org/alone")
    await memory.remember(make_answer("a", documents=(make_document(), alone)))
    await memory.remember(make_answer("b"))
    await memory.delete("a")
    assert [turn.answer.documents for turn in await memory.turns("b")] == [(make_document(),)]
    with pytest.raises(UsageError):
        await memory.document(alone.id)


def words_on_disk(folder: Path, marker: bytes) -> int:
    return sum(file.read_bytes().count(marker) for file in folder.iterdir())


async def test_deleted_words_are_gone_from_the_disk_while_the_file_is_open(tmp_path: Path) -> None:
    marker = "tell-tale-" + os.urandom(8).hex()
    secret = make_document(f"{marker} " * 5000)
    async with open_memory(tmp_path / "s.db", condense_after=2) as memory:
        for number in range(5):
            await memory.remember(make_answer("a", f"{marker} {number}", documents=(make_document(), secret)))
        await memory.remember(make_answer("b"))
        job = await memory.claim_job()
        assert job
        await memory.finish_job(job, f"summary of {marker}")
        assert words_on_disk(tmp_path, marker.encode()) > 0
        await memory.delete("a")
        assert words_on_disk(tmp_path, marker.encode()) == 0
        assert len(await memory.turns("b")) == 1


async def test_each_deletion_is_followed_by_the_callers_own(tmp_path: Path) -> None:
    deletions: list[str] = []
    async with open_memory(tmp_path / "s.db", on_deleted=lambda: deletions.append("deleted")) as memory:
        for session in ("a", "b"):
            await memory.remember(make_answer(session))
        await memory.delete("a")
        with pytest.raises(UnknownSessionError):
            await memory.delete("a")
        assert deletions == ["deleted"]
        await memory.delete("b")
    assert deletions == ["deleted", "deleted"]


async def test_broken_twin_a_plain_delete_leaves_the_words_on_the_disk(tmp_path: Path) -> None:
    marker = "tell-tale-" + os.urandom(8).hex()
    async with open_memory(tmp_path / "s.db") as memory:
        await memory.remember(make_answer("a", documents=(make_document(), make_document(f"{marker} " * 5000))))
    writer = Writer(tmp_path / "s.db")
    await writer.run("autocommit", lambda db: db.pragma("secure_delete", "OFF"))
    await writer.run("write", lambda db: db.execute("DELETE FROM sessions; DELETE FROM documents").get)
    await writer.close()
    assert words_on_disk(tmp_path, marker.encode()) > 0


async def test_text_that_was_changed_on_the_disk_is_never_quoted(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    async with open_memory(path) as memory:
        await memory.remember(make_answer())
    path.write_bytes(path.read_bytes().replace(b"make sugar from light", b"make money from light"))
    async with open_memory(path) as memory:
        with pytest.raises(StoreError, match="not what was saved"):
            await memory.turns("s")


@pytest.mark.parametrize(
    ("was", "becomes"),
    [(b"They make sugar", b"They \xff\xfe\xfd\xfc sugar"), (b'"url"', b'"utl"'), (b'"url":', b'"url"!')],
)
async def test_a_damaged_turn_is_a_plain_error(tmp_path: Path, was: bytes, becomes: bytes) -> None:
    path = tmp_path / "s.db"
    async with open_memory(path) as memory:
        await memory.remember(make_answer())
    path.write_bytes(path.read_bytes().replace(was, becomes[: len(was)]))
    async with open_memory(path) as memory:
        with pytest.raises(StoreError, match="damaged"):
            await memory.turns("s")
