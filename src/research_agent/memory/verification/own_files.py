"""Files of the user's own that a turn cites: whether they are still what was read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from research_agent.memory.verification.verify import TurnRecord
from research_agent.messages import bundle_lines

__all__ = ["changed_files"]

PIECE = 1 << 20  # bytes


def changed_files(record: TurnRecord) -> Iterator[str]:
    """A line for each cited file that is gone or not what was read; the quotes stand in the text that was stored."""
    for document in record.documents:
        if not document.path or not document.digest or document.path.startswith(("http://", "https://")):
            continue
        try:
            digest = _digest(Path(document.path))
        except OSError as error:
            yield bundle_lines.FILE_UNREADABLE(path=document.path, reason=error.strerror)
            continue
        if digest != document.digest:
            yield bundle_lines.FILE_CHANGED(path=document.path)


def _digest(path: Path) -> str:
    """BLAKE2b-256 of a regular file, in hex. Raises `OSError`."""
    if not path.is_file():
        raise FileNotFoundError(2, bundle_lines.NO_SUCH_FILE(), str(path))
    digest = hashlib.blake2b(digest_size=32)
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()
