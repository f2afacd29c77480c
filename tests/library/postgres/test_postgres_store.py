"""Store of a library in Postgres: what is lost on the way is done again, servers share it, and each error is a line."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

from helpers.library_stores import (
    MOLES,
    WHALES,
    address_of,
    age_models,
    attach,
    embed_all,
    file,
    open_store,
    remains,
    texts,
    vector,
)
from helpers.postgres_server import PostgresServer
from research_agent.documents.file_text import FileText, Place
from research_agent.errors import ResearchAgentError, StoreError, UsageError
from research_agent.library import store_thread
from research_agent.library.passages import cut
from research_agent.library.postgres import (
    postgres_index,
    postgres_reading,
    postgres_records,
    postgres_store,
    postgres_vectors,
)
from research_agent.library.postgres.postgres_database import Connection, PostgresDatabase, has_pgvector, rows
from research_agent.library.postgres.postgres_store import PostgresLibrary, open_postgres_library
from research_agent.library.postgres.postgres_vectors import add_vectors
from research_agent.library.postgres.store_address import StoreAddress, store_address
from research_agent.library.protocol import LibraryStore
from research_agent.library.reading_state import ReadingState
from research_agent.library.terms import own_tokenizer

pytestmark = pytest.mark.anyio

COLUMNS = (
    "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text, coalesce(column_default, '')::text"
    " FROM information_schema.columns WHERE table_schema = %s ORDER BY 1, 2"
)

END_ALL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type ~ 'client'"
)


@pytest.fixture
async def library(tmp_path: Path, postgres: PostgresServer) -> AsyncIterator[LibraryStore]:
    async with open_store(tmp_path, postgres) as store:
        await store.add_folder("/docs")
        yield store


def run(address: StoreAddress | PostgresServer, *statements: str) -> None:
    """Execute statements as the user of the tests: before a library's address, in its schema as it is."""
    import psycopg

    with psycopg.connect(address.url, autocommit=True) as db:
        if isinstance(address, StoreAddress):
            db.execute("SELECT set_config('search_path', %s, false)", (address.schema,))
        for sql in statements:
            db.execute(sql.encode())


def forgets_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_records, "drop_vectors", lambda *_: None)


def forgets_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_records, "drop_words", lambda *_: None)


@pytest.mark.parametrize("twin", [forgets_vectors, forgets_words])
async def test_store_that_forgets_to_remove_is_caught(
    library: LibraryStore,
    tmp_path: Path,
    postgres: PostgresServer,
    monkeypatch: pytest.MonkeyPatch,
    twin: Callable[[pytest.MonkeyPatch], None],
) -> None:
    twin(monkeypatch)
    await library.put(file("moles.txt"), FileText(text=MOLES))
    await embed_all(library, "m")
    await library.remove(["/docs/moles.txt"])
    assert await asyncio.to_thread(remains, tmp_path, postgres) > 0


def interrupted(address: StoreAddress, step: Callable[[Connection], object]) -> None:
    """Do a step in a transaction, and lose the connection before its commit."""
    db = PostgresDatabase(address, "own").connect()
    db.execute("BEGIN")
    step(db)
    db.close()


async def test_what_was_not_committed_never_was(
    library: LibraryStore, tmp_path: Path, postgres: PostgresServer
) -> None:
    await library.put(file("whales.txt"), FileText(text=WHALES))
    await embed_all(library, "m")
    before = await asyncio.to_thread(remains, tmp_path, postgres)
    content, tokenize = FileText(text=MOLES), own_tokenizer()
    steps: list[Callable[[Connection], object]] = [
        lambda db: postgres_records.put_file(db, tokenize, file("whales.txt"), content, cut(content)),
        lambda db: postgres_records.remove_files(db, ["/docs/whales.txt"]),
        lambda db: add_vectors(db, "other", {1: vector("x")}),
    ]
    for step in steps:
        await asyncio.to_thread(interrupted, address_of(postgres, tmp_path), step)
        assert await asyncio.to_thread(remains, tmp_path, postgres) == before
        assert await texts(library, "whale mole", near=WHALES) == [WHALES]


async def test_a_lost_connection_is_made_anew(library: LibraryStore, tmp_path: Path, postgres: PostgresServer) -> None:
    address = address_of(postgres, tmp_path)
    await asyncio.to_thread(run, address, END_ALL)
    await library.put(file("whales.txt"), FileText(text=WHALES))
    await asyncio.to_thread(run, address, END_ALL)
    assert await texts(library, "whale") == [WHALES]


async def test_a_write_waits_for_its_server_and_a_question_does_not(
    library: LibraryStore, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_thread, "READ_AGAIN", 0.0)
    monkeypatch.setattr(store_thread, "PAUSE", 0.05)
    await library.put(file("whales.txt"), FileText(text=WHALES))
    await asyncio.to_thread(postgres.stop, signal.SIGQUIT)
    with ExitStack() as stack:
        stack.callback(postgres.start)
        with pytest.raises(StoreError, match=r"^The library own at postgresql://\S+ cannot be reached: ") as raised:
            await library.search("whale")
        assert "\n" not in raised.value.message
        async with asyncio.TaskGroup() as group:
            group.create_task(library.put(file("moles.txt"), FileText(text=MOLES)))
            await asyncio.to_thread(stack.close)
    assert await texts(library, "eats") == [WHALES, MOLES]


async def test_a_reader_never_waits_for_a_writer(
    library: LibraryStore, tmp_path: Path, postgres: PostgresServer
) -> None:
    await library.put(file("whales.txt"), FileText(text=WHALES))
    database = PostgresDatabase(address_of(postgres, tmp_path), "own")
    db = await asyncio.to_thread(database.connect)
    with database.transaction(db, writing=True):
        await asyncio.to_thread(postgres_records.remove_files, db, ["/docs/whales.txt"])
        assert await texts(library, "whale") == [WHALES]
    assert await texts(library, "whale") == []
    db.close()


async def test_one_server_at_a_time_brings_it_in_step(library: LibraryStore, tmp_path: Path) -> None:
    order, waits = list[str](), asyncio.Event()

    async def second() -> None:
        async with other.syncing(on_wait=waits.set):
            order.append("second")

    async with AsyncExitStack() as stack:
        other = await stack.enter_async_context(open_store(tmp_path, None))
        async with asyncio.TaskGroup() as group:
            async with library.syncing():
                group.create_task(second())
                await waits.wait()
                order.append("first")
    assert order == ["first", "second"]


def drops_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_vectors, "UNUSED", "SELECT id FROM model WHERE id <> %s")


async def embedded_by_both(one: LibraryStore, other: LibraryStore) -> list[int]:
    """Vectors of each server's model, when each has looked twice whether something is left to embed."""
    for _ in range(2):
        await embed_all(one, "small")
        await embed_all(other, "large")
    return [(await store.progress(model)).embedded for store, model in ((one, "small"), (other, "large"))]


async def test_servers_with_two_embedding_models_keep_the_vectors_of_both(
    library: LibraryStore, tmp_path: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await library.put(file("whales.txt"), FileText(text=WHALES))
    async with open_postgres_library("own", address_of(postgres, tmp_path)) as other:
        assert await embedded_by_both(library, other) == [1, 1]
        await library.put(file("moles.txt"), FileText(text=MOLES))  # what is new gets a vector of each
        assert await embedded_by_both(library, other) == [2, 2]
        for store, model in ((library, "small"), (other, "large")):
            assert (await store.search("", vector(MOLES), model=model))[0].text == MOLES
        await asyncio.to_thread(age_models, postgres, tmp_path)
        await other.search("", vector(MOLES), model="large")  # noted once an hour only: it was a moment ago
        await library.unembedded("small", limit=1)  # in use again, and so it stays
        await library.remove(["/docs/whales.txt"])
        await library.put(file("whales.txt"), FileText(text=WHALES))
        assert await embed_all(library, "small") == 1
        assert await texts(library, "whale") == [WHALES]
        assert (await library.progress("large")).embedded == 0  # the other one was not asked for in a month
        drops_all_others(monkeypatch)
        assert await embedded_by_both(library, other) != [2, 2]


async def test_how_far_it_is_read_is_known_to_other_servers_until_that_one_ends(
    library: LibraryStore, tmp_path: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_reading, "PAUSE", 0.01)
    async with open_postgres_library("own", address_of(postgres, tmp_path)) as other:
        assert await other.reading() is None
        async with library.syncing() as note:
            assert await other.reading() is None  # nothing is told yet
            note.tell(2, 1033)
            state = await until(other.reading, ReadingState(2, 1033))
            note.tell(1033, 1033)
            await until(other.reading, None)
            note.tell(5, 9)
            await until(other.reading, ReadingState(5, 9))
        assert state == ReadingState(2, 1033)
        assert await other.reading() is None  # its lock is free


async def until(call: Callable[[], Awaitable[ReadingState | None]], wanted: ReadingState | None) -> ReadingState | None:
    for _ in range(500):
        if (state := await call()) == wanted:
            return state
        await asyncio.sleep(0.01)
    raise AssertionError(state)


async def test_a_server_that_does_not_answer_holds_up_one_question_only(
    library: LibraryStore, tmp_path: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_store, "WITHIN", 0.3)
    await library.put(file("whales.txt"), FileText(text=WHALES))
    await texts(library, "whale")
    db = await asyncio.to_thread(PostgresDatabase(address_of(postgres, tmp_path), "own").connect)
    await asyncio.to_thread(db.execute, b"BEGIN; LOCK TABLE passage IN ACCESS EXCLUSIVE MODE")
    for most in (2.0, 0.1):
        began = time.monotonic()
        with pytest.raises(StoreError, match=r"^The library own at postgresql://\S+ did not answer within 0\.3 s\.$"):
            await library.search("whale")
        assert time.monotonic() - began < most
        assert await library.reading() is None
    await asyncio.to_thread(db.close)
    for _ in range(500):
        with suppress(StoreError):
            assert await texts(library, "whale") == [WHALES]
            break
        await asyncio.sleep(0.01)
    else:
        raise AssertionError("it does not answer again")


async def test_servers_share_the_embedding_and_take_over_what_a_dead_one_had(
    library: LibraryStore, tmp_path: Path
) -> None:
    await library.put(file("long.txt"), FileText(text="\n\n".join(f"Thing {n} is here. " * 30 for n in range(4))))
    async with open_store(tmp_path, None) as other:
        mine = await library.unembedded("m", limit=2)
        theirs = await other.unembedded("m", limit=100)
        assert len(mine) == 2
        assert not {one.passage for one in mine} & {one.passage for one in theirs}
        assert await library.unembedded("m", limit=2) == mine
    for _ in range(100):  # the server ends a connection a moment after it was closed
        if len(left := await library.unembedded("m", limit=100)) > len(mine):
            break
        await asyncio.sleep(0.05)
    assert {one.passage for one in left} == {one.passage for one in (*mine, *theirs)}


async def test_same_questions_have_the_same_answers_in_both_stores(
    library: LibraryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    phrases = "Don't ask O'Brien about snake_case. Ünïcödé wörds fly. Covid-19 came in 2020."
    content = {
        "ACME_2023_report.pdf": " ".join(f"Acme sold {n} boats to town {n % 7}. {phrases}" for n in range(60)),
        "bestbuy.txt": " ".join(
            f"Best Buy had {n} stores; rents rose by {n} %. 日本語 stays; Brien met O." for n in range(60)
        ),
        "moles.txt": MOLES,
    }
    async with open_store(tmp_path / "here", None) as here:
        for name, text in content.items():
            places = (Place(kind="heading", start=0, end=len(text), label=f"About {name}", level=1),)
            for store in (here, library):
                await store.put(file(name), FileText(text=text, places=places, title=name.upper()))
        for store in (here, library):
            await embed_all(store, "m", size=50)
        questions = [
            "What did Acme sell in FY2023?",
            "don't o'brien",
            "rents of Best Buy stores",
            "snake_case",
            "日本語",
        ]
        cases = [
            (question, near, only)
            for question in questions
            for near in (None, MOLES)
            for only in ((), ("bestbuy.txt",))
        ]

        async def differing() -> list[str]:
            return [
                question
                for question, near, only in cases
                for query in [None if near is None else vector(near)]
                if await here.search(question, query, only=only) != await library.search(question, query, only=only)
            ]

        assert await differing() == []
        assert [await here.subject(question) for question in questions] == [
            await library.subject(question) for question in questions
        ]
        monkeypatch.setattr(postgres_index, "_has_run", lambda held, terms: True)
        assert await differing(), "an index that knows no phrases gives others"


async def test_a_library_of_newer_versions_and_one_that_was_deleted_are_left_alone(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    address = await asyncio.to_thread(attach, postgres, tmp_path)
    await asyncio.to_thread(run, address, "UPDATE library SET version = 99")
    with pytest.raises(StoreError, match="newer version of research-agent: it is at version 99"):
        async with open_store(tmp_path, None):
            pass
    await asyncio.to_thread(PostgresDatabase(address, "own").drop)
    with pytest.raises(StoreError, match="is not there any more"):
        async with open_store(tmp_path, None):
            pass


@asynccontextmanager
async def opened_by_another(home: Path, postgres: PostgresServer, rights: str) -> AsyncIterator[LibraryStore]:
    """The library, to a user of the server who has those rights on its tables."""
    address, role = address_of(postgres, home), f"reader_{home.parent.name[-3:]}".replace("-", "_")
    schema = f'"{address.schema}"'
    grants = (f"GRANT USAGE ON SCHEMA {schema} TO {role}", f"GRANT {rights} ON ALL TABLES IN SCHEMA {schema} TO {role}")
    await asyncio.to_thread(run, postgres, f"CREATE ROLE {role} LOGIN", *grants)
    try:
        other = StoreAddress(address.url.replace("tests:", f"{role}:"), address.schema)
        async with open_postgres_library("own", other) as store:
            yield store
    finally:
        await asyncio.to_thread(run, postgres, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


async def test_who_may_only_read_searches_and_is_told_why_not_more(
    library: LibraryStore, tmp_path: Path, postgres: PostgresServer
) -> None:
    await library.put(file("whales.txt"), FileText(text=WHALES))
    async with opened_by_another(tmp_path, postgres, "SELECT") as store:
        assert await texts(store, "whale") == [WHALES]
        with pytest.raises(StoreError, match="may not be read or written by this user"):
            await store.remove(["/docs/whales.txt"])


def notes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: object) -> None:
        pass

    monkeypatch.setattr(PostgresLibrary, "_note", nothing)


@pytest.mark.parametrize(("twin", "kept"), [(None, 1), (notes_nothing, 0)])
async def test_vectors_that_only_a_reader_asks_for_are_kept(
    library: LibraryStore,
    tmp_path: Path,
    postgres: PostgresServer,
    monkeypatch: pytest.MonkeyPatch,
    twin: Callable[[pytest.MonkeyPatch], None] | None,
    kept: int,
) -> None:
    if twin is not None:
        twin(monkeypatch)
    await library.put(file("whales.txt"), FileText(text=WHALES))
    await embed_all(library, "the reader's")
    await asyncio.to_thread(age_models, postgres, tmp_path)
    async with opened_by_another(tmp_path, postgres, "SELECT") as store:
        await store.search("", vector(WHALES), model="the reader's")
        await embed_all(library, "the owner's")  # complete now: what nobody asks for is dropped
        assert (await store.progress("the reader's")).embedded == kept


FIRST_VERSION = (
    "DROP TABLE reading",
    "ALTER TABLE model DROP COLUMN asked",
    "DROP FUNCTION note_in_use",
    "UPDATE library SET version = 1",
)


async def test_a_library_of_an_earlier_version_is_brought_to_this_one_by_who_made_it(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    async with open_store(tmp_path, postgres) as store:
        await store.put(file("whales.txt"), FileText(text=WHALES))
        await embed_all(store, "m")
    address = address_of(postgres, tmp_path)
    await asyncio.to_thread(run, address, *FIRST_VERSION)
    async with opened_by_another(tmp_path, postgres, "SELECT, UPDATE, INSERT, DELETE") as store:
        assert [hit.text for hit in await store.search("whale", vector(WHALES), model="m")] == [WHALES]
        with pytest.raises(StoreError, match=r"earlier version of research-agent, and this user may not") as raised:
            await store.unembedded("m", limit=1)
        assert raised.value.hint.startswith("Open it once as the user who made it")
    async with open_store(tmp_path, None) as store, open_store(tmp_path, None) as other:
        assert [hit.text for hit in await store.search("whale", vector(WHALES), model="m")] == [WHALES]
        assert await store.unembedded("m", limit=1) == ()
        async with store.syncing():
            await other.put(file("moles.txt"), FileText(text=MOLES))
        assert await embed_all(other, "m") == 1
    for place in (tmp_path, tmp_path / "new"):
        await asyncio.to_thread(attach, postgres, place)
    assert await asyncio.to_thread(columns, address) == await asyncio.to_thread(
        columns, address_of(postgres, tmp_path / "new")
    )


def columns(address: StoreAddress) -> list[tuple[object, ...]]:
    """What the tables of a library are made of."""
    db = PostgresDatabase(address, "own").connect()
    try:
        return rows(db, COLUMNS, (address.schema,))
    finally:
        db.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://ada:s3cret@127.0.0.1:1/x", "cannot be reached: Connection refused"),
        ("postgresql://ada:s3cret@127.0.0.1:notaport/x", "cannot be reached: "),
        ("postgresql://ada:s3cret@127.0.0.1:1/x?password=s3cret", "cannot be reached: "),
        ("postgresql://ada:s3@cret@127.0.0.1/x", "That is no address of a Postgres database"),
        ("s3cret", "That is no address of a Postgres database"),
    ],
)
async def test_no_error_says_the_password(url: str, said: str) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(ResearchAgentError) as raised:
        await asyncio.to_thread(lambda: PostgresDatabase(store_address(url, "own"), "own").connect())
    assert said in raised.value.message
    for text in (raised.value.message, raised.value.hint):
        assert "s3" not in text
        assert "cret" not in text


async def test_a_database_that_is_not_there_is_named(postgres: PostgresServer) -> None:
    address = store_address(postgres.url.replace("/postgres?", "/nowhere?"), "own")
    with pytest.raises(StoreError, match='does not accept the connection: database "nowhere" does not exist'):
        await asyncio.to_thread(PostgresDatabase(address, "own").create)


async def test_bits_are_compared_alike_with_pgvector_and_without(
    library: LibraryStore, tmp_path: Path, postgres: PostgresServer
) -> None:
    await library.put(file("long.txt"), FileText(text="\n\n".join(f"Thing {n} is here. " * 30 for n in range(9))))
    await embed_all(library, "m", size=50)
    db = await asyncio.to_thread(PostgresDatabase(address_of(postgres, tmp_path), "own").connect)
    assert not has_pgvector(db)
    # The operator as pgvector defines it, which Debian's server does not have.
    await asyncio.to_thread(
        lambda: [
            rows(db, "SELECT 1"),
            db.execute(
                "CREATE FUNCTION differing(bit, bit) RETURNS float8 LANGUAGE sql IMMUTABLE RETURN bit_count($1 # $2)"
            ),
            db.execute("CREATE OPERATOR <~> (FUNCTION = differing, LEFTARG = bit, RIGHTARG = bit)"),
        ]
    )
    assert has_pgvector(db)
    query = vector("a question")
    found = [
        postgres_index.PostgresIndex(db, own_tokenizer(), pgvector=pgvector).nearest_by_bits(1, query, 5, None)
        for pgvector in (False, True)
    ]
    assert len(found[0]) == 5
    assert np.array_equal(found[0], found[1])
    db.close()


async def test_a_library_that_is_read_into_is_not_deleted(
    library: LibraryStore, tmp_path: Path, postgres: PostgresServer
) -> None:
    database = PostgresDatabase(address_of(postgres, tmp_path), "own")
    async with library.syncing():
        with pytest.raises(UsageError, match="Another program is reading files"):
            await asyncio.to_thread(database.drop)
