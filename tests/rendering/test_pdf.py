"""PDF export: everything of a turn, the same bytes for the same session."""

from __future__ import annotations

from dataclasses import replace

from helpers.stored_turns import INFO, pdf_text, stored_turn
from research_agent.rendering import export


def test_pdf_holds_question_answer_marks_and_words() -> None:
    text = pdf_text(export("pdf", INFO, [stored_turn()]))
    for part in (
        "How long is the river Lumen?",
        "It is old.",
        "unsupported",
        "It does not freeze in winter.",
        "CC BY-SA 4.0",
    ):
        assert part in text


def test_the_same_session_is_the_same_pdf() -> None:
    assert export("pdf", INFO, [stored_turn()]) == export("pdf", INFO, [stored_turn()])


def test_rows_of_a_table_stand_in_columns() -> None:
    turn = stored_turn()
    table = "|  | Arvel | Brone |\n| --- | --- | --- |\n| Area | 77 km2 |  |"
    answer = replace(turn.answer, text=f"{turn.answer.text}\n\n{table}")
    text = pdf_text(export("pdf", INFO, [replace(turn, answer=answer)]))
    assert "77 km2" in text
    assert "|" not in text
