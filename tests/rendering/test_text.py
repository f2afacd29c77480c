"""Plain text of an answer: everything the contract promises, and nothing that acts on a terminal."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from helpers.exported_turn import make_turn
from helpers.hostile_text import ATTACKS, acting, hostile_answer
from research_agent.rendering.text import as_plain, plain
from research_agent.rendering.view import PARTLY, UNSUPPORTED
from research_agent.types import Turn
from research_agent_devtools.harness.scripted_engine import answer


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_nothing_that_acts_on_a_terminal_is_printed(attack: str) -> None:
    hostile = hostile_answer(attack)
    assert acting(plain(hostile, {"notes": attack})) == set()
    assert acting(f"{attack}\n") != set()  # the twin that prints what it got


def test_the_plain_answer_says_what_the_contract_promises() -> None:
    assert plain(answer(), {"notes": "My notes"}, go_on=True) == (
        "The Lumen is long. [1] It is old. [unsupported] It does not freeze. [1]\n"
        "\n"
        "[1] Lumen - My notes - https://notes.example/lumen - CC BY-SA 4.0, read 2026-01-02\n"
        "\n"
        "2 of 3 sentences supported by 1 source\n"
        "1 of 2 sources answered; Hacker News timed out after 8 s\n"
        'session s, turn 2 - continue: research-agent ask -c "QUESTION"\n'
    )


def test_what_the_sources_say_in_part_is_told_from_what_they_do_not_say() -> None:
    told = answer(partly=((23, 33),))
    assert f"It is old. [{PARTLY}]" in plain(told, {})
    assert f"It is old. [{UNSUPPORTED}]" in plain(answer(), {})
    turns = [Turn(number=1, question=told.question, answer=told)]
    assert "Only a part of this was found in a source: It is old." in as_plain(turns)
    assert told.as_json()["analysis"]["support"]["partly"] == 1


def test_plain_text_has_question_answer_and_sources() -> None:
    assert as_plain([make_turn()]) == snapshot("""\
1. What do plants do?

They make sugar. [1] They also sing.

No source was found to say: They also sing.
[1] Photosynthesis, https://en.wikipedia.org/wiki/Photosynthesis, wikipedia, CC BY-SA 4.0, retrieved 2026-11-23
(partial; written by llamacpp:smollm2)
""")
