"""Documents that a question names: by the file's name, its title, how the text opens; in any spelling of a year."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from research_agent.documents.file_text import FileText
from research_agent.library.database import connect
from research_agent.library.document_names import named_documents, subject_of
from research_agent.library.file_records import put_file
from research_agent.library.passages import cut
from research_agent.library.protocol import FileRecord
from research_agent.library.sqlite_index import SqliteIndex
from research_agent.library.vector_index import BitScan
from research_agent.sqlite import Connection, fetch, transaction

FILES = {
    "BESTBUY_2023_10K.pdf": ("", "Annual report of Best Buy Co."),
    "BESTBUY_2024Q2_10Q.pdf": ("", "Quarterly report of Best Buy Co."),
    "JohnsonAndJohnson-2023.pdf": ("", "Annual report of J&J."),
    "scan0001.pdf": ("Minutes of the harbour committee", "It met in May."),
    "scan0002.pdf": ("", "This is the charter of the lifeboat station."),
}


@pytest.fixture
def library(tmp_path: Path) -> Connection:
    db = connect(tmp_path / "own.db")
    for name, (title, text) in FILES.items():
        content = FileText(text=text, title=title)
        with transaction(db):
            put_file(db, FileRecord(path=f"/docs/{name}", folder="/docs"), content, cut(content))
    return db


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What did Best Buy earn in FY2023?", "BESTBUY_2023_10K.pdf"),
        ("What did Best Buy earn in FY23?", "BESTBUY_2023_10K.pdf"),
        ("Stores of Best Buy in Q2 of FY2024?", "BESTBUY_2024Q2_10Q.pdf"),
        ("What does the 10Q of bestbuy say?", "BESTBUY_2024Q2_10Q.pdf"),
        ("Johnson and Johnson's dividends", "JohnsonAndJohnson-2023.pdf"),
        ("Who sat in the harbour committee?", "scan0001.pdf"),
        ("What does the lifeboat charter say?", "scan0002.pdf"),
    ],
)
def test_named_document_has_the_highest_score(library: Connection, question: str, named: str) -> None:
    documents = np.array([row[0] for row in fetch(library, "SELECT id FROM document ORDER BY id")], dtype=np.int64)
    scores = named_documents(SqliteIndex(library, BitScan()), question, documents)
    assert scores.max() <= 1.0
    assert list(FILES)[int(scores.argmax())] == named
    library.close()


def test_question_that_names_none_prefers_none(library: Connection) -> None:
    documents = np.array([row[0] for row in fetch(library, "SELECT id FROM document ORDER BY id")], dtype=np.int64)
    assert not named_documents(SqliteIndex(library, BitScan()), "How do whales sleep?", documents).any()
    assert not named_documents(SqliteIndex(library, BitScan()), "Best Buy", documents[:1]).any(), (
        "a single document need not be named"
    )
    library.close()


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("What did Best Buy's stores earn in FY2023?", "What did stores earn in"),
        ("In 2023, did BestBuy pay dividends?", "In did pay dividends?"),
        ("Was the drop in Q2 of FY24 large at Best Buy?", "Was the drop in Q2 of large at"),
        ("Who sat in the harbour committee in 1847?", "Who sat in the harbour committee in 1847?"),
        ("Minutes of which meeting tell of it?", "Minutes of which meeting tell of it?"),
        ("Best Buy 2023", "Best Buy 2023"),
        ("", ""),
    ],
)
def test_subject_is_the_question_without_the_names_of_documents(
    library: Connection, question: str, subject: str
) -> None:
    assert subject_of(SqliteIndex(library, BitScan()), question) == subject
    library.close()


@pytest.mark.parametrize("question", ["?", '" *', "...", "\0", "\ud800", "- (", "—"])
def test_question_without_a_word_names_none(library: Connection, question: str) -> None:
    documents = np.array([row[0] for row in fetch(library, "SELECT id FROM document ORDER BY id")], dtype=np.int64)
    assert not named_documents(SqliteIndex(library, BitScan()), question, documents).any()
    assert subject_of(SqliteIndex(library, BitScan()), question) == question
    library.close()
