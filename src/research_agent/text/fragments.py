"""
Fragments of an answer: headings, lead-ins of lists, answer words ("Yes.") and code.

They state nothing by themselves, so they are neither checked nor counted as sentences, and carry no mark. What could
hide a statement is none: a heading or lead-in that is long, prose within code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import words

__all__ = [
    "FENCE",
    "HEADING",
    "claim_spans",
    "fragment_spans",
    "is_answer_word",
    "is_heading",
    "is_lead_in",
    "states_nothing",
    "table_frames",
]

HEADING = re.compile(r"[ \t]*(?:(#{1,6})[ \t]+|(?:\d{1,2}[.)][ \t]+)?\*\*[^*\n]+\*\*:?[ \t]*$)")
"""A Markdown heading, or a line that is bold as a whole."""
FENCE = re.compile(r"[ \t]*(?:```|~~~)[\w+-]*[ \t]*$")
"""The line that opens or closes a code block."""

MOST_WORDS = 10
ANSWER_WORDS = frozenset("yes no indeed correct incorrect right wrong exactly true false certainly definitely".split())
PROSE = re.compile(r"[\"'“(]*[A-Z]\S*(?:\s+\S+)+[.!?][\"'”)]*$")
QUESTION = re.compile(r"[?？؟][\"'”’»)\]]*$")
LINE_END = re.compile(r"[.!?…。！？؟।:;,][\"'”’»)\]]*$")
TABLE_RULE = re.compile(r"\|(?:\s*:?-{3,}:?\s*\|)+\s*$")
"""The line below the head of a Markdown table."""
CELL = re.compile(r"(?<=\|)[^|\n]*(?=\|)")
LIST_ITEM = re.compile(r"[ \t]*(?:[-*•]|\d{1,2}[.)])[ \t]+")

Spans = list[tuple[int, int]]


def claim_spans(text: str) -> Spans:
    """Spans of the sentences that state something."""
    return [span for span, is_fragment in _classified(text) if not is_fragment]


def fragment_spans(text: str) -> Spans:
    """Spans of the fragments."""
    return [span for span, is_fragment in _classified(text) if is_fragment]


def table_frames(text: str) -> Spans:
    """
    Spans of the cells that head the rows and columns of Markdown tables: a few words without figures.

    They are no sentences to `claim_spans`; what stands in the other cells states something.
    """
    spans: Spans = []
    lines = text.splitlines(keepends=True)
    offset, in_table = 0, False
    for number, line in enumerate(lines):
        is_row = line.startswith("|")
        below = lines[number + 1].strip() if number + 1 < len(lines) else ""
        is_head = is_row and not in_table and TABLE_RULE.match(below) is not None
        in_table = is_row and (in_table or is_head)
        cells = [match.span() for match in CELL.finditer(line)] if in_table and not TABLE_RULE.match(line) else []
        for start, end in cells if is_head else cells[:1]:
            if is_unfinished(line[start:end].strip()):
                spans.append((offset + start, offset + end))
        offset += len(line)
    return spans


def is_answer_word(text: str) -> bool:
    """Whether a sentence only answers, and means nothing without the next one: "Yes."."""
    said = words(text)
    return 0 < len(said) <= 2 and ANSWER_WORDS.issuperset(said)


def is_lead_in(text: str) -> bool:
    """Whether a sentence ends as one does that leads to a list: "It has three parts:"."""
    return text.rstrip("* \t").endswith(":")


def is_heading(text: str, start: int, end: int) -> bool:
    """
    Whether a sentence of a page heads what is below it: a short block without figures that ends as no sentence does.

    Items of a list and rows of a table are none: no blank line is between them.
    """
    return is_unfinished(text[start:end]) and _is_block(text, start, end)


def is_unfinished(said: str) -> bool:
    """Whether a few words without figures end as no sentence does, as headings and names of things do."""
    return not (len(words(said)) > MOST_WORDS or LINE_END.search(said) or any(map(str.isdigit, said)))


def _is_block(text: str, start: int, end: int) -> bool:
    return (start == 0 or text[max(start - 2, 0) : start] == "\n\n") and text[end : end + 2] == "\n\n"


def states_nothing(title: str, sentence: str) -> bool:
    """Whether a sentence of a page states nothing: a question, or the page's title once more."""
    said = sentence.strip()
    return QUESTION.search(said) is not None or title.casefold().startswith(said.casefold())


def _classified(text: str) -> Iterator[tuple[tuple[int, int], bool]]:
    """Each sentence, and whether it is a fragment."""
    lines = text.splitlines(keepends=True)
    spans = sentence_spans(text)
    at = offset = 0
    code = False
    for number, line in enumerate(lines):
        fence, bare = FENCE.match(line.rstrip("\r\n")) is not None, line.rstrip()
        while at < len(spans) and spans[at][0] < offset + len(line):
            start, end = spans[at]
            at += 1
            said = text[start:end]
            if fence or code:
                yield (start, end), fence or PROSE.match(said) is None
            else:
                last = end >= offset + len(bare)
                yield (start, end), _is_fragment(said, bare, last, lines[number + 1 :])
        offset += len(line)
        code ^= fence


def _is_fragment(said: str, line: str, last: bool, below: list[str]) -> bool:
    """Whether a sentence outside code is one; `last` of its `line`, with the lines `below` it."""
    if is_answer_word(said):
        return True
    if len(words(said)) > MOST_WORDS:
        return False
    if HEADING.match(line):
        return not said.rstrip("* \t").endswith((".", "!"))
    return last and is_lead_in(said) and _leads_to_list(below)


def _leads_to_list(below: list[str]) -> bool:
    following = next((line for line in below if line.strip()), "")
    return LIST_ITEM.match(following) is not None or FENCE.match(following.rstrip("\r\n")) is not None
