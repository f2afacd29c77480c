"""What the encyclopedia says of a name."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import apsw
import pytest

from research_agent.sources.encyclopedia import DATABASE, FOLDER, name_key
from research_agent.sources.encyclopedia.known_names import known_names

TEXTS = {"War": "War is conflict. A war ends.", "Hamlet": "Hamlet is a play by Shakespeare."}


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    (tmp_path / FOLDER).mkdir()
    with closing(apsw.Connection(str(tmp_path / FOLDER / DATABASE))) as db:
        db.execute(
            "CREATE TABLE article (id INTEGER PRIMARY KEY, text TEXT); CREATE TABLE name (key TEXT, article INTEGER)"
        )
        for at, (title, text) in enumerate(TEXTS.items()):
            db.execute("INSERT INTO article VALUES (?, ?)", (at, text))
            db.execute("INSERT INTO name VALUES (?, ?)", (name_key(title), at))
    return tmp_path


def test_a_name_of_its_own_is_never_written_small(parts: Path) -> None:
    known = known_names(parts)
    assert known is not None
    assert [known(name) for name in ("War", "Hamlet", "Nobody", "")] == ["word", "name", "", ""]


def test_without_an_encyclopedia_nothing_is_known(tmp_path: Path) -> None:
    assert known_names(tmp_path) is None
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / DATABASE).write_bytes(b"no database" * 100)
    known = known_names(tmp_path)
    assert known is not None
    assert known("War") == ""
