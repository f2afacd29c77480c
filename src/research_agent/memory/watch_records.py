"""
Watched questions as they are stored: a question with its interval, its askings, and what each found to be new.

    Watch -> WatchClaim (leased by one process) -> Asking (what came of it) -> Change (what is new)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from research_agent.types import Answer

__all__ = ["Asking", "Change", "ChangeKind", "Outcome", "Quoted", "Said", "Watch", "WatchClaim", "Watches"]

ChangeKind = Literal["changed", "new", "document", "status"]
"""Another figure, date or name than before; something not said before; a newer document; answered, or no more."""
Outcome = Literal["", "new", "same", "failed"]
"""What came of the last asking; "" before the first. A failed one could not be asked, and changes nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """
    Words of a source as a stored answer cites them: `document.text[start:end]`, and `turn` the number of that answer.

    `published` is when its document was, "" where that is not known, `retrieved` when it was read; both ISO 8601.
    """

    quote: str
    title: str
    url: str
    source: str
    published: str
    retrieved: str
    document: str
    start: int
    end: int
    turn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Sentence of an answer, and the words of the sources that say it."""

    text: str
    quotes: tuple[Quoted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    Change that an asking found: what was said before, and what is said now.

    `was` and `now` are the two figures, dates or names of a "changed" one, "answered" or "not answered" of a "status".
    `number` counts the changes of a watch from 1, `noticed` is when it was found (ISO 8601, UTC), `turn` the answer in
    which; number and turn are 0 until they are stored.
    """

    kind: ChangeKind
    old: Said | None = None
    new: Said | None = None
    was: str = ""
    now: str = ""
    watch: str = ""
    number: int = 0
    turn: int = 0
    noticed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """
    Question that is asked anew every `every` seconds, of `sources` (all that suit it, when empty).

    `due` is the Unix time of the next asking. Of the askings so far: `asked` is when one last told what the sources say
    (ISO 8601, UTC, "" before the first), `answered` whether they answered it, `askings` their number, `turn` the number
    of the newest stored answer in `session` (0: none), `changes` how many there are. `outcome` and `reason` are those
    of the last asking, failed ones too, which was at `tried`.
    """

    id: str
    session: str
    question: str
    every: int
    sources: tuple[str, ...]
    created: str
    due: float
    paused: bool = False
    asked: str = ""
    tried: str = ""
    answered: bool = False
    askings: int = 0
    turn: int = 0
    changes: int = 0
    outcome: Outcome = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WatchClaim:
    """Lease of a watch for one asking, by one process; this is the `attempts`-th attempt at this due time."""

    watch: Watch
    attempts: int
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """
    Outcome of an asking. `answer` is to be stored, None when it says nothing new; `changes` are what is new in it.

    A failed one has the `reason` why the question could not be asked.
    """

    outcome: Outcome
    answered: bool = False
    answer: Answer | None = None
    changes: tuple[Change, ...] = ()
    reason: str = ""


class Watches(Protocol):
    """
    The watched questions of a store. Every method raises `StoreError` when the store cannot be read or written.

    Those with an id raise `UnknownWatchError` when there is none of that id.
    """

    async def add(
        self, question: str, *, every: int, sources: Sequence[str] = (), first: Answer | None = None
    ) -> Watch:
        """
        Keep a question, due at once; with a `first` answer, which is stored as its own, when its interval is over.

        Raises `UsageError` when the same question is watched already.
        """

    async def all(self) -> tuple[Watch, ...]:
        """All of them, the oldest first."""

    async def get(self, watch: str) -> Watch:
        """The watch of that id."""

    async def answers(self, watch: str, newest: int) -> tuple[Answer, ...]:
        """The newest stored answers, oldest first."""

    async def changes(self, watch: str | None = None, newest: int = 100) -> tuple[Change, ...]:
        """Changes of one watch, or of all: those of the newest askings first, of one asking in their order."""

    async def remove(self, watch: str) -> None:
        """Erase the question, its answers and changes, from the disk too."""

    async def pause(self, watch: str, paused: bool) -> Watch:
        """Pause it, or resume it."""

    async def hasten(self, watch: str) -> None:
        """Make it due now; a paused one stays paused."""

    async def due(self) -> int:
        """How many are due."""

    async def next_due(self) -> float | None:
        """Seconds until the next is due, 0 when one is; None when none will be."""

    async def claim(self, *, only: str | None = None, excluding: Sequence[str] = ()) -> WatchClaim | None:
        """Lease the watch that has been due for longest, or that of the id `only`; None when there is none to lease."""

    async def settle(self, claim: WatchClaim, asking: Asking) -> int | None:
        """
        Store what came of an asking, its answer, its changes and the next due time, in one commit.

        Returns the number of the stored turn, 0 when none was; None, with nothing stored, when the lease was lost.
        """

    async def release(self, claim: WatchClaim) -> None:
        """Give a lease back: the asking did not take place, and does not count."""
