"""Versions of a question: a turn that takes the place of another leaves that one stored, and stands where it stood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from research_agent.types import Turn

__all__ = ["in_force", "root_of", "versions"]


def versions(turns: Iterable[Turn]) -> list[tuple[Turn, ...]]:
    """The turns by the question whose place they hold, in its order; the versions of each, the latest last."""
    known = tuple(turns)
    groups: dict[int, list[Turn]] = {}
    for turn in known:
        groups.setdefault(root_of(turn, known), []).append(turn)
    return [tuple(group) for _, group in sorted(groups.items())]


def in_force(turns: Sequence[Turn], *, replaces: int = 0) -> tuple[Turn, ...]:
    """The latest version of each question; for one that `replaces` a turn, of those before that turn only."""
    place = next((root_of(turn, turns) for turn in turns if turn.number == replaces), replaces)
    latest = [group[-1] for group in versions(turns)]
    return tuple(turn for turn in latest if not place or root_of(turn, turns) < place)


def root_of(turn: Turn, turns: Sequence[Turn]) -> int:
    """The number of the first turn in whose place this one is; its own where that is not among `turns`."""
    by_number = {one.number: one for one in turns}
    while (before := by_number.get(turn.answer.replaces)) is not None and before.number < turn.number:
        turn = before
    return turn.number
