"""Conversations embedded in the text of a message."""

from __future__ import annotations

import json

import pytest

from research_agent.web.openai.transcript import Line, find_transcript

A, B = Line(True, "What is rust?"), Line(False, "Rust is an oxide.\n\nIt is red.")
UI = {"id": "m", "role": "user", "parts": [{"type": "text", "text": A.text}, {"type": "file", "url": "x"}]}


@pytest.mark.parametrize(("text", "lines", "around"), [
    (f"Head\n<chat_history>\nUSER: {A.text}\nASSISTANT: {B.text}\n</chat_history>\nEnd", (A, B), "Head\n\n\nEnd"),
    (f"<conversation>{json.dumps([{'role': 'user', 'content': A.text}])}</conversation>", (A,), "\n"),
    (f"<chat_history></chat_history><message>{A.text}</message>", (), "\n<message>What is rust?</message>"),
    (f"<user_message>{A.text}</user_message>", (A,), "\n"),
    (f"Head: {json.dumps(UI)} End", (A,), "Head: \n End"),
    (f"Head [1] {{x}} {json.dumps([UI, {'role': 'assistant', 'content': B.text}])}", (A, B), "Head [1] {x} \n"),
    (f"Head\n\n- user: {A.text}\n- assistant: {B.text}", (A, B), "Head\n\n"),
    (f"Head\n**Human**: {A.text}\nAI: {B.text}", (A, B), "Head\n"),
    (f"用户：{A.text}\n助手：{B.text}", (A, B), ""),
    (f"system: Be kind.\nuser: {A.text}\nassistant: {B.text}", (A, B), ""),
])  # fmt: skip
def test_lines_and_what_is_around_them_are_found(text: str, lines: tuple[Line, ...], around: str) -> None:
    found = find_transcript(text)
    assert found is not None
    assert (found.lines, found.around) == (lines, around)


@pytest.mark.parametrize("text", [
    "", "What is rust?", "user: What is rust?", "Assistant: a\nAssistant: b", "A user: asks\nan assistant: answers",
    "<chat_history>", "<chat>", '{"role": "user"', '"role"', '{"role": "system", "content": "x"}', "x" * 1000,
])  # fmt: skip
def test_a_text_without_a_conversation_has_none(text: str) -> None:
    assert find_transcript(text) is None


def test_an_instruction_behind_the_conversation_is_its_tail() -> None:
    found = find_transcript(f"user: {A.text}\nassistant: It is red.\n\nName this chat.")
    assert found is not None
    assert found.tail == "Name this chat."
