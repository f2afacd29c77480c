"""What a turn is asked: the text that came in, cleaned and interpreted, and the documents that came along with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from research_agent.errors import QuestionError
from research_agent.messages import question_lines
from research_agent.text.question import YOUR_TEXT, GivenText, Interpretation, interpret
from research_agent.text.sanitize import clean
from research_agent.text.timestamps import iso_now
from research_agent.text.tokens import words
from research_agent.types import Document

__all__ = ["LONGEST_GIVEN", "LONGEST_QUESTION", "LONGEST_TEXT", "Asked", "read_question"]

LONGEST_QUESTION = 8_000  # characters: the embedded model's context holds them with evidence beside
LONGEST_GIVEN = 200_000  # characters that may come along with the question; as many are read of any document
ONE_LINE = 600  # characters of a text that is asked about although it has no question
LONGEST_TEXT = LONGEST_QUESTION + LONGEST_GIVEN
AT_ONCE = 10_000  # characters that are interpreted in less than a moment


class Asked(NamedTuple):
    """The `text` that came in, as it is stored and shown, and what it asks; `given` are documents of this machine."""

    text: str
    interpretation: Interpretation
    given: tuple[Document, ...] = ()

    @property
    def question(self) -> str:
        """The question alone."""
        return self.interpretation.question

    def corrected(self, apply: Callable[[str], str]) -> Asked:
        """The same with a question in another spelling."""
        return self._replace(interpretation=replace(self.interpretation, question=apply(self.question)))


async def read_question(text: str) -> Asked:
    """The question of a text, cleaned for every wire. Raises `QuestionError` when there is none or it is too long."""
    text = clean(text)
    if not words(text):
        raise QuestionError(question_lines.EMPTY(), hint=question_lines.ASK_LIKE_THIS())
    if len(text) > LONGEST_TEXT:
        raise QuestionError(
            question_lines.TEXT_TOO_LONG(text=len(text), LONGEST_TEXT=LONGEST_TEXT),
            hint=question_lines.GIVE_A_PART(),
        )
    interpretation = interpret(text) if len(text) <= AT_ONCE else await asyncio.to_thread(interpret, text)
    if not words(interpretation.question) and len(text) <= ONE_LINE and "\n" not in text:
        interpretation = replace(interpretation, question=text, given=())  # a line alone is what is asked about
    question = interpretation.question
    if not words(question):
        raise QuestionError(
            question_lines.NO_QUESTION(),
            hint=question_lines.ASK_IN_A_LINE(),
        )
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            question_lines.QUESTION_TOO_LONG(question=len(question), LONGEST_QUESTION=LONGEST_QUESTION),
            hint=question_lines.ASK_THE_HEART(),
        )
    return Asked(text, interpretation, tuple(map(_document, interpretation.given)))


def _document(given: GivenText) -> Document:
    """The document of a given text: it has no address, and no service is ever sent it."""
    title = f"{YOUR_TEXT}: {given.name}" if given.name else YOUR_TEXT
    return Document(source=YOUR_TEXT, title=title, url="", text=given.text, retrieved=iso_now())
