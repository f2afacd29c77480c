"""
The answer as it is written: sentences appear, are checked as they finish, and are marked where they stand.

What falls out is struck through and folded to its first words; the checked answer takes the place of all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from rich.console import Console
from rich.text import Text

from research_agent.cli.painted_lines import PaintedLines, rendered
from research_agent.cli.terminal import measure, print_answer, print_footer, rule
from research_agent.events import Drafted, Event, SentenceChecked, Token
from research_agent.messages import answer_lines, command_line
from research_agent.rendering.view import PARTLY, AnswerView
from research_agent.types import Answer, Verdict

__all__ = ["AnswerStream", "WrittenDraft"]

FOLDED = 4  # words that are shown of a sentence that fell out
KEY_BEGINS = re.compile(r"\s*[\[【(［][^\]】)］\n]{0,12}$")  # a key that the model still writes is none to be shown
SPACES = re.compile(r"\s+")


@dataclass(slots=True)
class _Sentence:
    """A checked sentence of the draft: its span, verdict, and the numbers of the documents that say it."""

    start: int
    end: int
    verdict: Verdict
    marks: tuple[int, ...]


@dataclass(slots=True)
class WrittenDraft:
    """The draft so far, and the verdicts on its sentences; documents are numbered as they are first cited."""

    raw: str = ""
    sentences: list[_Sentence] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What is shown of it: without the model's own marks, and without one that it is about to write."""
        from research_agent.stages.cite import without_marks  # loaded by the engine, behind the first line

        return KEY_BEGINS.sub("", without_marks(self.raw))

    def add(self, checked: SentenceChecked) -> None:
        """Note a verdict on the next sentence; one on a text that is not in the draft is not shown."""
        at = self.text.find(checked.sentence, self.sentences[-1].end if self.sentences else 0)
        if at < 0:
            return
        for cited in checked.citations:
            self.numbers.setdefault(cited.document, len(self.numbers) + 1)
        marks = tuple(sorted({self.numbers[cited.document] for cited in checked.citations}))
        self.sentences.append(_Sentence(at, at + len(checked.sentence), checked.verdict, marks))

    def laid_out(self) -> Text:
        """The draft with its verdicts: what is not checked yet is dim."""
        text, shown, at = self.text, Text(), 0
        for one in self.sentences:
            shown.append(text[at : one.start])
            sentence = text[one.start : one.end]
            if one.verdict in ("supported", "partly"):
                shown.append(sentence, style="" if one.marks else "italic")
                shown.append("".join(f" [{number}]" for number in one.marks), style="cyan")
                shown.append(f" [{PARTLY}]" if one.verdict == "partly" else "", style="yellow")
            else:
                shown.append(_folded(sentence), style="dim strike")
                shown.append(f" [{answer_lines.NOBODY_SAYS()}]", style="yellow")
            at = one.end
        shown.append(text[at:], style="dim")
        return shown

    def kept(self) -> Iterator[str]:
        """The sentences that stay, with their marks."""
        for one in self.sentences:
            if one.verdict in ("supported", "partly"):
                yield self.text[one.start : one.end] + "".join(f" [{number}]" for number in one.marks)


class AnswerStream:
    """Event hook that paints the draft in place, and then the checked answer instead of it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._painted = PaintedLines(console)
        self._draft: WrittenDraft | None = None
        self._checking = self._adds = False

    @property
    def is_open(self) -> bool:
        """Whether anything is painted that may still change."""
        return bool(self._painted.lines)

    def __call__(self, event: Event) -> None:
        """Paint what an event adds to the draft."""
        match event:
            case Token(restarts=True):
                self._draft = WrittenDraft()
            case Token(text=text) if text:
                self._draft = self._draft or WrittenDraft()
                self._draft.raw += text
            case SentenceChecked():
                if self._draft is None or (self._checking and not self._adds):
                    return
                if self._adds:
                    self._draft.raw += f"{event.sentence} "
                self._draft.add(event)
            case Drafted():
                self._checking, self._adds = True, self._draft is None or not self._draft.text.strip()
                if self._adds:  # no model wrote: the sentences of the sources come one by one
                    self._draft = WrittenDraft()
                return
            case _:
                return
        if self._draft.text or self.is_open:
            with suppress(OSError):  # the terminal was closed; the answer goes on
                self._paint()

    def note(self, text: str) -> None:
        """Show a line below the draft until the answer takes its place."""
        with suppress(OSError):
            self._painted.show([*self._painted.lines, text])

    def finish(self, answer: Answer, titles: Mapping[str, str], *, go_on: bool) -> None:
        """Paint the checked answer in place of the draft; below it, where a part that changed has scrolled away."""
        with suppress(OSError):
            whole = rendered(self._console, lambda: print_answer(self._console, answer, titles, go_on=go_on))
            if not self._painted.show(whole):
                same = self._draft is not None and _bare(" ".join(self._draft.kept())) == _bare(AnswerView(answer).text)
                footer = rendered(self._console, lambda: print_footer(self._console, answer, titles, go_on=go_on))
                self._painted.leave()
                self._painted.show(footer if same else whole)
        self.leave()

    def leave(self) -> None:
        """Let what is painted stand, as it is: the turn was stopped."""
        self._painted.leave()
        self._draft, self._checking, self._adds = None, False, False

    def _paint(self) -> None:
        draft = self._draft
        assert draft is not None
        body, heading = draft.laid_out(), command_line.OWN_WORDS() if self._adds else command_line.DRAFT()

        def draw() -> None:
            self._console.print()
            self._console.print(rule(self._console, heading), soft_wrap=True)
            self._console.print(body, width=measure(self._console))

        self._painted.show(rendered(self._console, draw), whatever_is_gone=True)


def _folded(sentence: str) -> str:
    words = sentence.split()
    return sentence if len(words) <= FOLDED + 1 else f"{' '.join(words[:FOLDED])} …"


def _bare(text: str) -> str:
    return SPACES.sub(" ", text).strip()
