"""A stored session as Markdown that loads and links nothing but its sources; all other text is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from research_agent.memory.protocol import SessionInfo
from research_agent.messages import answer_lines
from research_agent.rendering.plots import plot_table
from research_agent.rendering.text import VERDICTS, origin
from research_agent.rendering.view import AnswerView, Reference
from research_agent.text.sanitize import one_line, printable
from research_agent.types import Plot, Turn

__all__ = ["ACTS", "as_markdown", "autolink", "escape", "plot_markdown"]

ACTS = re.compile(r"<|!\[|\](?=[(\[:])|`|:(?=//)|(?<=www)\.|@")
"""What Markdown would load, link or run; a backslash before it makes it plain text."""


def as_markdown(info: SessionInfo, turns: Sequence[Turn]) -> str:
    """Question, answer, sources with the quoted words, turn by turn."""
    header = (
        f"# {escape(info.title)}",
        answer_lines.SESSION_OF(session=escape(info.id), created=info.created, updated=info.updated),
    )
    return "\n\n".join([*header, *(block for turn in turns for block in _turn(turn))]) + "\n"


def _turn(turn: Turn) -> Iterator[str]:
    view = AnswerView(turn.answer)
    yield f"## {turn.number}. {escape(one_line(turn.question))}"
    yield escape(view.text)
    for plot in view.plots_untold:
        yield plot_markdown(plot)
    for verdict, sentence in view.flagged():
        yield f"{view.say(VERDICTS[verdict])}: {escape(sentence)}"
    for item in view.taken_out:
        yield view.say(answer_lines.TAKEN_OUT_TEXT, reason=item.reason, text=escape(item.text))
    searched = [f"Searched: {'; '.join(view.searched)}"] if view.searched else []
    for note in (*view.notes, *searched, origin(view)):
        yield f"*{escape(note)}*"
    if view.references:
        yield "### Sources"
        yield "\n".join(map(_source, view.references))
    if view.unread:
        yield "### Seen, not read"
        yield "\n".join(f"- {escape(page.title)}, {autolink(page.url)}: {escape(page.why)}" for page in view.unread)


def plot_markdown(plot: Plot) -> str:
    """The points of a plot as a table."""
    rows = [(plot.title or "Figures", ""), *plot_table(plot)]
    lines = [f"| {' | '.join(escape(cell).replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join([lines[0], "| --- | ---: |", *lines[1:]])


def _source(reference: Reference) -> str:
    quotes = [
        "\n".join(f"   > {escape(line)}" for line in printable(quote).splitlines())
        for quote in dict.fromkeys(cited.quote for cited in reference.citations)
    ]
    item = (escape(reference.title), autolink(reference.url), escape(", ".join(reference.provenance)))
    return f"{reference.n}. {', '.join(filter(None, item))}\n" + "\n\n".join(quotes)


def autolink(url: str) -> str:
    """The address as an autolink if it is a web page, else as text."""
    return f"<{url}>" if url.startswith(("https://", "http://")) else escape(url)


def escape(text: str) -> str:
    """Text that Markdown shows as it is: no HTML, images or links in it, bare addresses neither."""
    return ACTS.sub(lambda mark: f"\\{mark[0]}", printable(text))
