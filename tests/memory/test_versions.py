"""Versions of a question: which turn stands for it, and which of them the next question sees."""

from __future__ import annotations

import pytest

from research_agent.memory.versions import in_force, root_of, versions
from research_agent.types import Turn
from research_agent_devtools.harness.scripted_engine import answer


def turns(*replaces: int) -> tuple[Turn, ...]:
    """Turns 1, 2, ..., each with the number of the one that it replaces."""
    return tuple(
        Turn(number=number, question="q", answer=answer(turn=number, replaces=old))
        for number, old in enumerate(replaces, 1)
    )


@pytest.mark.parametrize(
    ("replaces", "groups"),
    [
        ((0, 0), [[1], [2]]),
        ((0, 0, 1), [[1, 3], [2]]),
        ((0, 0, 1, 3, 1), [[1, 3, 4, 5], [2]]),
        ((0, 2), [[1], [2]]),  # a turn cannot replace itself
        ((9, 0), [[1], [2]]),  # nor one that is not there
    ],
)
def test_a_version_stands_where_the_first_one_stood(replaces: tuple[int, ...], groups: list[list[int]]) -> None:
    assert [[turn.number for turn in group] for group in versions(turns(*replaces))] == groups


def test_the_next_question_sees_the_latest_versions_and_a_new_version_what_was_before_it() -> None:
    stored = turns(0, 0, 1)
    assert [turn.number for turn in in_force(stored)] == [3, 2]
    assert [turn.number for turn in in_force(stored, replaces=2)] == [3]
    assert in_force(stored, replaces=3) == ()
    assert in_force(stored, replaces=1) == ()
    assert [turn.number for turn in in_force(turns(0, 0), replaces=2)] == [1]
    assert root_of(stored[2], stored) == 1
