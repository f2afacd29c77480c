"""What goes into the rows of a turn comes out of them, whatever characters it holds."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.errors import DamagedStoreError
from research_agent.memory.connection import connect
from research_agent.memory.digest import turn_digest
from research_agent.memory.mapping import add_turn, pack, read_document, read_turns, shorten, turn_rows, unpack
from research_agent.text.sites import site_of
from research_agent.types import Quotation, Removed, SingleSite
from research_agent_devtools.samples.stored_sessions import answer


@pytest.fixture
def db(tmp_path: Path) -> Iterator[apsw.Connection]:
    with closing(connect(tmp_path / "s.db")) as opened:
        opened.execute("INSERT INTO sessions (id, title, created, updated, turns) VALUES ('river', x'', '', '', 4)")
        yield opened


def add(db: apsw.Connection, *numbers: int) -> None:
    for number in numbers:
        add_turn(db, answer("river", number), number, "2026")


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_can_be_packed(text: str) -> None:
    assert unpack(pack(text)) == text


@pytest.mark.parametrize("text", ["\0", "\ud800", "\ud83d\ude00", "\ud83d" + "\ude00", "\U0001f600"])
def test_odd_text_is_not_joined_or_cut(text: str) -> None:
    assert unpack(pack(text)) == text


def test_bytes_that_are_no_text_are_an_error() -> None:
    with pytest.raises(UnicodeDecodeError):
        unpack(b"\xff")


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Why?", "Why?"),
        (" Why\n\tnot? ", "Why not?"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        ("x" * 58 + " word", "x" * 58 + "…"),
        ("", ""),
        ("### Task:\nAnswer.\n<context>\nThe Oder is not short.\n</context>\n\nWhat is Flask?", "What is Flask?"),
        ("```python\n" + "x = 1\n" * 20_000 + "```\n\nWhat is Flask?", "What is Flask?"),
    ],
)
def test_a_title_is_one_short_line(question: str, title: str) -> None:
    assert shorten(question) == title


def test_turns_come_back_as_they_were_stored(db: apsw.Connection) -> None:
    add(db, 1, 2, 3, 4)
    assert [turn.answer for turn in read_turns(db, "river")] == [
        replace(answer("river", number), turn=number) for number in (1, 2, 3, 4)
    ]
    assert [turn.number for turn in read_turns(db, "river", after=1, upto=3)] == [2, 3]
    assert [row[0] for row in turn_rows(db, "river", 2, 2)] == [2]
    assert [row[0] for row in turn_rows(db, "river")] == [1, 2, 3, 4]
    assert read_turns(db, "nobody") == ()


@pytest.mark.parametrize("score", [1, 0.0, -0.0, 0.1, 10**20, 5e-324, math.inf, -math.inf])
def test_the_digest_is_of_the_rows_as_sqlite_returns_them(db: apsw.Connection, score: float) -> None:
    made = answer("river", 1)
    add_turn(db, replace(made, citations=(replace(made.citations[0], score=score),)), 1, "2026")
    digest = db.execute("SELECT digest FROM messages WHERE role = 'assistant'").get
    assert digest == turn_digest(db, "river", 1)


@pytest.mark.parametrize(
    "sql",
    [
        "messages SET content = x'00' WHERE role = 'user'",
        "citations SET quote_start = 1",
        "documents SET text = CAST(replace(text, '412', '413') AS BLOB)",
    ],
)
def test_an_altered_turn_is_refused(db: apsw.Connection, sql: str) -> None:
    add(db, 1)
    db.execute(f"UPDATE {sql}")
    with pytest.raises(DamagedStoreError, match="not what was saved"):
        read_turns(db, "river")


def test_a_document_is_read_as_it_was_last_retrieved(db: apsw.Connection) -> None:
    add(db, 1)
    (document,) = answer("river", 1).documents
    later = replace(document, title="Newer", retrieved="2027")
    made = answer("river", 3)
    add_turn(db, replace(made, citations=(), documents=(later,)), 3, "2027")
    assert read_document(db, document.id) == later
    assert read_document(db, "0" * 64) is None


def test_what_was_taken_out_comes_back_as_it_was_stored(db: apsw.Connection) -> None:
    plain = answer("river", 1)
    cited = plain.citations[0]
    quote = Quotation(**{name: getattr(cited, name) for name in Quotation.__dataclass_fields__})
    removed = (
        Removed(text="It is short.", verdict="contradicted", quotes=(quote,), sentence=(1, 2)),
        Removed(text="It sings.", verdict="supported", points_back=True),
    )
    stored = replace(plain, removed=removed, citations=tuple(replace(one, by="model") for one in plain.citations))
    add_turn(db, stored, 1, "2026")
    (turn,) = read_turns(db, "river")
    assert turn.answer == replace(stored, turn=1)


def test_words_that_say_otherwise_must_stand_in_a_document(db: apsw.Connection) -> None:
    plain = answer("river", 1)
    cited = plain.citations[0]
    quote = Quotation(**{name: getattr(cited, name) for name in Quotation.__dataclass_fields__} | {"quote": "made up"})
    with pytest.raises(ValueError, match="made up"):
        add_turn(db, replace(plain, removed=(Removed(text="x", verdict="contradicted", quotes=(quote,)),)), 1, "2026")


def test_an_answer_that_was_stored_before_sentences_were_taken_out_is_read(db: apsw.Connection) -> None:
    add(db, 1)
    (meta,) = next(db.execute("SELECT meta FROM messages WHERE role = 'assistant'"))
    fields = json.loads(unpack(meta))
    del fields["removed"], fields["by"]
    db.execute("UPDATE messages SET meta = ? WHERE role = 'assistant'", (pack(json.dumps(fields)),))
    db.execute("UPDATE messages SET digest = ? WHERE role = 'assistant'", (turn_digest(db, "river", 1),))
    (turn,) = read_turns(db, "river")
    assert turn.answer.removed == ()
    assert {citation.by for citation in turn.answer.citations} == {"judge"}


def test_sites_come_back_as_they_were_stored(db: apsw.Connection) -> None:
    plain = answer("river", 1)
    cited = tuple(replace(one, site="a.example", site_kind="shop") for one in plain.citations)
    single = SingleSite(sentence=cited[0].sentence, site="a.example", site_kind="shop", about="health")
    stored = replace(plain, citations=cited, sites=1, single_site=(single,))
    add_turn(db, stored, 1, "2026")
    (turn,) = read_turns(db, "river")
    assert turn.answer == replace(stored, turn=1)


def test_an_answer_that_was_stored_before_sites_were_told_has_those_of_its_addresses(db: apsw.Connection) -> None:
    add(db, 1)
    (meta,) = next(db.execute("SELECT meta FROM messages WHERE role = 'assistant'"))
    fields = json.loads(unpack(meta))
    del fields["cited_sites"], fields["sites"], fields["single_site"]
    db.execute("UPDATE messages SET meta = ? WHERE role = 'assistant'", (pack(json.dumps(fields)),))
    db.execute("UPDATE messages SET digest = ? WHERE role = 'assistant'", (turn_digest(db, "river", 1),))
    (turn,) = read_turns(db, "river")
    assert turn.answer.citations
    assert all(one.site == site_of(one.url) != "" for one in turn.answer.citations)
    assert (turn.answer.sites, turn.answer.single_site) == (0, ())
