"""An answer, or a stored session, as plain text for pipes, files and terminals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from research_agent.messages import answer_lines
from research_agent.rendering.view import PARTLY, STRUCK, UNSUPPORTED, AnswerView
from research_agent.rendering.view_parts import Piece
from research_agent.text.restriction import told_by
from research_agent.text.sanitize import one_line
from research_agent.types import Answer, Turn

__all__ = ["VERDICTS", "as_plain", "origin", "plain", "plain_answer", "plain_footer"]

VERDICTS = {
    UNSUPPORTED: answer_lines.NOT_FOUND_TO_SAY,
    PARTLY: answer_lines.PART_FOUND,
}
"""Verdicts as exports word them, before the sentence."""


def plain(answer: Answer, titles: Mapping[str, str], *, go_on: bool = False) -> str:
    """The whole answer without colour or layout; ends in a line break."""
    return f"{plain_answer(answer, titles)}\n{plain_footer(answer, titles, go_on=go_on)}"


def plain_answer(answer: Answer, titles: Mapping[str, str]) -> str:
    """The checked text and its sources without colour or layout; ends in a line break."""
    view = AnswerView(answer, titles)
    text = "".join(_plain_piece(piece) for piece in view.pieces())
    sources = [
        f"[{item.n}] {' - '.join(filter(None, (item.title, item.source, item.url, item.terms)))}"
        for item in view.references
    ]
    return "\n\n".join(filter(None, (text, "\n".join(sources)))) + "\n"


def plain_footer(answer: Answer, titles: Mapping[str, str], *, go_on: bool = False) -> str:
    """What is said about an answer and where it is stored, a line each; `go_on` adds the command to continue."""
    view = AnswerView(answer, titles)
    return "\n".join([*view.ledger, view.session_line(go_on=go_on)]) + "\n"


def as_plain(turns: Sequence[Turn]) -> str:
    """Questions and answers with their sources, as `sessions show` prints them."""
    blocks = []
    for turn in turns:
        view = AnswerView(turn.answer)
        lines = [f"{turn.number}. {one_line(turn.question)}", "", view.text, ""]
        lines += [f"{view.say(VERDICTS[verdict])}: {sentence}" for verdict, sentence in view.flagged()]
        lines += [*view.single_lines, *told_by(turn.answer.settings)]
        lines += [view.say(answer_lines.TAKEN_OUT_TEXT, reason=item.reason, text=item.text) for item in view.taken_out]
        lines += [
            f"[{item.n}] {', '.join(filter(None, (item.title, item.url, *item.provenance)))}"
            for item in view.references
        ]
        lines += [view.say(answer_lines.SEEN_PAGE, page=page.said) for page in view.unread]
        blocks.append("\n".join([*lines, f"({origin(view)})"]))
    return "\n\n".join(blocks) + "\n"


def _plain_piece(piece: Piece) -> str:
    if not piece.verdict:
        return piece.text
    return f"{STRUCK}{piece.text}{STRUCK} [{piece.verdict}]" if piece.struck else f"{piece.text} [{piece.verdict}]"


def origin(view: AnswerView) -> str:
    """ "partial; written by llamacpp:smollm2", or "complete; words of the sources"."""
    author = (
        view.say(answer_lines.BY_MODEL, model=view.model)
        if view.model
        else view.say(answer_lines.WORDS_OF_SOURCES)
        if view.answer.citations
        else ""
    )
    return "; ".join(filter(None, (view.answer.status, author)))
