"""A cited file that changed or is gone is told; one that is as it was is not."""

from __future__ import annotations

import hashlib
from pathlib import Path

from research_agent.memory.verification.own_files import changed_files
from research_agent.memory.verification.verify import StoredDocument, TurnRecord


def record(path: str, digest: str) -> TurnRecord:
    document = StoredDocument(id="d", text="Words.", source="library", title="t", url="", path=path, digest=digest)
    return TurnRecord(
        turn=1, question="", text="", status="complete", citations=(), unsupported=(), documents=(document,)
    )


def test_what_changed_since_is_told(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_bytes(b"Words.")
    digest = hashlib.blake2b(b"Words.", digest_size=32).hexdigest()
    assert list(changed_files(record(str(file), digest))) == []
    file.write_bytes(b"Other words.")
    (line,) = changed_files(record(str(file), digest))
    assert line.startswith(f"{file} has changed since it was cited")
    file.unlink()
    (line,) = changed_files(record(str(file), digest))
    assert line.startswith(f"{file} cannot be read now")


def test_pages_of_the_web_and_texts_without_a_file_are_not_looked_for() -> None:
    for path, digest in (("https://a.example", "ab"), ("", "ab"), ("/nowhere", "")):
        assert list(changed_files(record(path, digest))) == []
