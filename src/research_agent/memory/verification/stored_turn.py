"""Turn of a session as it is stored, or as a bundle has it, with nothing taken for true."""

from __future__ import annotations

from dataclasses import dataclass

from research_agent.types import Citation, Computation

__all__ = ["StoredDocument", "TurnRecord"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """
    A document as stored. `id` should be the sha256 of `text`, which is None when the text is gone.

    Of a file of the user's own `path` is where it was, and `digest` the BLAKE2b-256 (hex) of its bytes; else "".
    """

    id: str
    text: str | None
    source: str
    title: str
    url: str
    path: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecord:
    """
    One turn as stored.

    `seal` is what `seal_of` returned when it was stored, None when it has none. `digests` are the stored one of all
    rows of the turn and their actual one: equal, or both empty where there are none.
    """

    turn: int
    question: str
    text: str
    status: str
    citations: tuple[Citation, ...]
    unsupported: tuple[tuple[int, int], ...]
    documents: tuple[StoredDocument, ...]
    seal: str | None = None
    notes: tuple[str, ...] = ()
    digests: tuple[str, str] = ("", "")
    computed: tuple[Computation, ...] = ()
