"""What `mapping.read_turns` refuses is a record all the same, with what was altered still in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from research_agent.errors import DamagedStoreError
from research_agent.memory.connection import connect
from research_agent.memory.mapping import add_turn, read_turns
from research_agent.memory.verification.turn_records import read_turn_records
from research_agent.memory.verification.verify import TurnRecord, check
from research_agent.messages import verify_lines
from research_agent.types import Citation
from research_agent_devtools.samples.stored_sessions import answer


@pytest.fixture
def db(tmp_path: Path) -> Iterator[apsw.Connection]:
    with closing(connect(tmp_path / "s.db")) as opened:
        opened.execute("INSERT INTO sessions (id, title, created, updated, turns) VALUES ('river', x'', '', '', 3)")
        for number in (1, 2, 3):
            add_turn(opened, answer("river", number), number, "2026")
        yield opened


def without_sites(citations: tuple[Citation, ...]) -> tuple[Citation, ...]:
    """Records have no sites: these follow from the documents' addresses."""
    return tuple(replace(one, site="") for one in citations)


def faults(record: TurnRecord) -> set[str]:
    return {fault.check for fault in check(record).faults}


def test_an_intact_turn_says_what_was_stored(db: apsw.Connection) -> None:
    records = read_turn_records(db, "river")
    assert [record.turn for record in records] == [1, 2, 3]
    for record in records:
        stored = answer("river", record.turn)
        assert (record.question, record.text, record.status) == (stored.question, stored.text, stored.status)
        assert record.citations == without_sites(stored.citations)
        assert [document.text for document in record.documents] == [document.text for document in stored.documents]
        assert record.digests[0] == record.digests[1] != ""
        assert faults(record) == set()


def test_one_turn_can_be_read_alone(db: apsw.Connection) -> None:
    (record,) = read_turn_records(db, "river", turn=2)
    assert record.turn == 2
    assert read_turn_records(db, "river", turn=4) == ()
    assert read_turn_records(db, "nobody") == ()


@pytest.mark.parametrize(
    ("sql", "checks"),
    [
        ("messages SET content = CAST(replace(content, '412', '413') AS BLOB) WHERE role = 'assistant'", {"seal"}),
        ("messages SET content = CAST(replace(content, 'what', 'whom') AS BLOB) WHERE role = 'user'", {"seal"}),
        ("citations SET quote_end = quote_end - 1", {"quote", "seal"}),
        ("documents SET text = CAST(replace(text, '412', '413') AS BLOB)", {"hash"}),
        ("documents SET text = x'fffe'", {"hash"}),
        ("messages SET created = '2025'", {"digest"}),
    ],
)
def test_an_altered_turn_is_still_read(db: apsw.Connection, sql: str, checks: set[str]) -> None:
    db.execute(f"UPDATE {sql}")
    (record,) = read_turn_records(db, "river", turn=1)
    assert faults(record) == checks
    with pytest.raises((DamagedStoreError, ValueError)):
        read_turns(db, "river", upto=1)


def test_a_text_that_is_gone_is_none(db: apsw.Connection) -> None:
    db.pragma("foreign_keys", "OFF")
    db.execute("DELETE FROM documents")
    (record,) = read_turn_records(db, "river", turn=1)
    assert [document.text for document in record.documents] == [None]
    assert "document" in faults(record)


def test_a_citation_without_its_retrieval_cites_nothing(db: apsw.Connection) -> None:
    db.pragma("foreign_keys", "OFF")
    db.execute("DELETE FROM retrievals")
    (record,) = read_turn_records(db, "river", turn=1)
    assert [citation.document for citation in record.citations] == [""]
    assert "document" in faults(record)


def test_a_turn_without_a_copy_of_its_quotes_says_so(db: apsw.Connection) -> None:
    db.execute(
        "UPDATE messages SET meta = CAST(json_remove(CAST(meta AS TEXT), '$.seal', '$.quotes') AS BLOB)"
        " WHERE role = 'assistant'"
    )
    (record,) = read_turn_records(db, "river", turn=1)
    assert (record.seal, record.notes) == (None, (verify_lines.NO_COPY(),))
    assert record.citations == without_sites(answer("river", 1).citations), "the quote is the text between its offsets"
