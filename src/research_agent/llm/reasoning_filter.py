"""Filter that leaves of a streamed reply its answer: no thoughts, no tool calls, no tokens of a chat template."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple

from research_agent.llm.reply_marks import (
    CUT_TOKEN,
    FIELD_MARKS,
    HOLD,
    MARK,
    REFUSAL,
    THOUGHT,
    TOOL,
    Kind,
    Mark,
    classify,
)
from research_agent.text.json_fields import object_in

__all__ = ["Filtered", "ReasoningFilter"]

OWN_ROLES = frozenset({"assistant", "model", "bot", "ai", ""})
# Thoughts that words begin and end: of gpt-oss without its tokens ("analysisWe copy.assistantfinalThe answer."), of
# Granite and of Ollama's terminal; and a call of a tool as Gemma writes it.
BARE = {
    "analysis": "assistantfinal",
    "Here is my thought process:": "Here is my response:",
    "Thinking...\n": "...done thinking.\n",
    "```tool_code\n": "```",
}

LONGEST_TAIL = 40  # characters
BEGUN_MARK = re.compile(r"[<\[◁〈《【＜|][^\s>\]]*$")


class Filtered(NamedTuple):
    """Text of the answer. When it `restarts`, all that was given before were thoughts."""

    text: str
    restarts: bool = False


class Mode(Enum):
    """Where in a reply the filter is."""

    ANSWER = auto()
    THOUGHT = auto()
    BARE = auto()  # thoughts that a word ended by no mark begins
    TOOL = auto()
    HEADER = auto()
    CHANNEL = auto()
    OTHER = auto()  # what the model makes somebody else say


ENDS = {Kind.MESSAGE_END: frozenset(Mode) - {Mode.OTHER}, Kind.TOOL_CLOSE: frozenset({Mode.TOOL})}
"""The modes that a mark ends."""


class ReasoningFilter:
    """
    Streaming filter of one reply; however the stream is cut into pieces, the answer is the same.

    A mark may be split between pieces, so an unfinished one is buffered. Thoughts that never end remove the rest.
    Thoughts of which only the end is marked are known for what they are when the answer begins behind it: it then
    restarts. With `thinks_first` such an end is waited for before anything is given.

    `thoughts`, `tool` and `refused` tell what else was in the reply.
    """

    def __init__(self, *, thinks_first: bool = False) -> None:
        self.thoughts = self.tool = self.refused = False
        self.thinks_first = False  # whether only the end of thoughts was marked
        self._mode = Mode.ANSWER
        self._buffer, self._last = "", ""
        self._header = self._inner = self._lead = ""
        self._bare_end = ""
        self._opener = ""  # the name of an odd tag, whose text is kept: it is the answer when none follows
        self._held: str | None = "" if thinks_first else None
        self._waits = thinks_first  # for the end of thoughts
        self._out, self._restarts = "", False
        self._tail, self._after_mark = "", False
        self._given = self._begun = self._stray = self._final = self._json = False

    def feed(self, piece: str) -> Filtered:
        """Add a piece; gives the text that is certainly part of the answer and was not given before."""
        self._note_fields(piece)
        text = self._buffer + FIELD_MARKS.sub("", piece)
        match = HOLD.search(text)
        self._take(text, match.start() if match else len(text))
        return self._give()

    def end(self, *, was_cut: bool = False) -> Filtered:
        """The rest, at the end of the stream; in a reply that was cut, thoughts without an end are no answer."""
        self._take(CUT_TOKEN.sub("", self._buffer), None)
        if self._lead:
            lead, self._lead, self._begun = self._lead, "", True
            self._answer(lead)
        self.thoughts |= self._mode is Mode.THOUGHT or (self._mode is Mode.BARE and not self.tool)
        if self._inner and not self._begun and self._mode is Mode.ANSWER:
            self._answer(self._inner)
        if self._held is not None:
            if self._json and _is_call(self._held):
                self.tool = True
            elif self._waits and was_cut:
                self.thoughts = self.thinks_first = True
            else:
                self._out += self._held
            self._held = None
        return self._give()

    def _note_fields(self, piece: str) -> None:
        self.thoughts |= THOUGHT in piece
        self.tool |= TOOL in piece
        self.refused |= REFUSAL in piece

    def _give(self) -> Filtered:
        given = Filtered(self._out, self._restarts and self._given)
        self._given = (self._given and not given.restarts) or bool(self._out)
        self._out, self._restarts = "", False
        return given

    def _take(self, text: str, end: int | None) -> None:
        """Read the text up to `end` and buffer the rest."""
        end = len(text) if end is None else end
        whole, before, at = self._last + text, len(self._last), len(self._last)
        for match in MARK.finditer(whole, before, before + end):
            mark = classify(match)
            if mark.kind is not Kind.TEXT and (mark.name != "details" or mark.kind is Kind.OPEN or self._in("details")):
                self._put(whole[at : match.start()])
                self._apply(mark)
                at = match.end()
        self._put(whole[at : before + end])
        self._buffer, self._last = text[end:], whole[: before + end][-1:]

    def _in(self, opener: str) -> bool:
        return self._mode is Mode.THOUGHT and self._opener == opener

    def _put(self, text: str) -> None:
        """Text between marks."""
        match self._mode:
            case _ if not text:
                return
            case Mode.ANSWER:
                self._answer(text)
            case Mode.THOUGHT:
                self._inner += text if not self._opener.isascii() else ""
            case Mode.BARE:
                self._inner, ended, rest = (self._inner + text).partition(self._bare_end)
                if ended:
                    self._inner, self._mode = "", Mode.ANSWER
                    self._answer(rest)
            case Mode.HEADER | Mode.CHANNEL:
                self._header += text
                name, line, rest = self._header.partition("\n")
                if line:
                    self._enter(name)
                    self._put(rest)
            case _:
                return

    def _answer(self, text: str) -> None:
        """Text of the answer; the first behind the stray end of thoughts makes thoughts of what was before."""
        if self._after_mark and BEGUN_MARK.search(self._tail):
            text = f" {text}"  # what stood around a mark that went must not become one: "<thi<|end|>nk>"
        self._after_mark, self._tail = False, f"{self._tail}{text}"[-LONGEST_TAIL:]
        if self._stray and text.strip():
            self._restart()
            text = text.lstrip()
        if not self._begun:
            text, self._lead = self._lead + text, ""
            start = text.lstrip()
            if start and any(words.startswith(start) for words in BARE):
                self._lead = text
                return
            if words := next((words for words in BARE if start.startswith(words)), ""):
                rest = start[len(words) :]
                if not words.isalpha() or rest[0].isupper():
                    self._begin_bare(words, rest)
                    return
            self._begun = bool(start)
            if start.startswith("{"):  # an answer is no JSON, but a tool call is
                self._json, self._held = True, self._held or ""
        if self._held is None:
            self._out += text
        else:
            self._held += text

    def _begin_bare(self, words: str, rest: str) -> None:
        """Thoughts, or the call of a tool, that words begin."""
        self._bare_end, self._mode, self._inner = BARE[words], Mode.BARE, ""
        self.tool, self.thoughts = self.tool or words[0] == "`", self.thoughts or words[0] != "`"
        self._put(rest)

    def _restart(self) -> None:
        self.thoughts = self.thinks_first = True
        self._out, self._lead, self._held, self._restarts = "", "", None, True
        self._stray = self._begun = self._json = self._waits = False

    def _apply(self, mark: Mark) -> None:
        self._after_mark = True
        if self._mode in (Mode.HEADER, Mode.CHANNEL) and mark.kind is not Kind.CHANNEL:
            self._enter(self._header)
            if mark.kind is Kind.HEADER_END:
                return
        match mark.kind:
            case Kind.OPEN | Kind.ODD_OPEN:
                self._open(mark)
            case Kind.CLOSE | Kind.ODD_CLOSE:
                self._close(mark)
            case Kind.ANSWER:
                self._begin_answer()
            case Kind.TOOL_OPEN if self._mode is Mode.ANSWER:
                self.tool, self._mode = True, Mode.TOOL
            case Kind.HEADER | Kind.CHANNEL:
                self._mode, self._header = Mode[mark.kind.name], ""
            case Kind.ROLE:
                self._mode = Mode.ANSWER if mark.name in OWN_ROLES else Mode.OTHER
            case Kind.MESSAGE_END | Kind.TOOL_CLOSE if self._mode in ENDS[mark.kind]:
                self._mode = Mode.ANSWER
            case _:
                return

    def _open(self, mark: Mark) -> None:
        odd = mark.kind is Kind.ODD_OPEN
        if self._mode is not Mode.ANSWER or (odd and self._begun):
            return
        self._mode, self._opener, self._inner = Mode.THOUGHT, mark.name if odd or mark.name == "details" else "", ""
        self.thoughts |= not odd

    def _close(self, mark: Mark) -> None:
        if mark.kind is Kind.ODD_CLOSE and not self._in(mark.name):
            return
        if self._mode is Mode.ANSWER:
            self._stray = self._begun or bool(self._lead)
            self.thoughts |= self._stray
        elif self._mode in (Mode.THOUGHT, Mode.BARE):
            self._mode = Mode.ANSWER
            self.thoughts |= bool(self._inner.strip()) or mark.kind is Kind.CLOSE

    def _begin_answer(self) -> None:
        """A mark says that the answer begins: the first one makes thoughts of what was before."""
        if self._mode is Mode.ANSWER and not self._final:
            self._stray = self._begun or bool(self._lead)
        self._mode, self._final = Mode.ANSWER, True

    def _enter(self, header: str) -> None:
        """The header of a message is complete: a role, or a channel with whom it is for."""
        channel, self._mode = self._mode is Mode.CHANNEL, Mode.ANSWER
        words = header.casefold().split()
        name = words[0] if words else ""
        self._header = ""
        if not channel:
            self._mode = Mode.ANSWER if name in OWN_ROLES else Mode.OTHER
        elif name == "final":
            self._begin_answer()
        elif name:
            self._mode, self._opener, self._inner = Mode.THOUGHT, "", ""
            called = any(word.startswith("to=") for word in words)
            self.tool, self.thoughts = self.tool or called, self.thoughts or not called


def _is_call(text: str) -> bool:
    """Whether a reply is only the call of a tool, as JSON."""
    call = object_in(text)
    inner = call.get("function", call)
    return isinstance(inner, dict) and "name" in inner and bool({"arguments", "parameters"} & set(inner))
