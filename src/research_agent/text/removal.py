"""
Removal of sentences from a text so that what is left is tidy.

No empty bullets, no heading or lead-in above nothing, no gap in the numbers of a list, no doubled spaces or blank
lines. Every sentence that stays is left as it is, word for word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from research_agent.text.fragments import FENCE, HEADING, claim_spans, fragment_spans, is_lead_in
from research_agent.text.sentences import LIST_MARKER

__all__ = ["Edit", "removal_edits"]

ORDERED = re.compile(r"[ \t]*(\d{1,2})[.)][ \t]+")
BOLD_LEVEL = 7  # of a heading that is only bold: below those with a level


class Edit(NamedTuple):
    """Replacement of `text[start:end]`."""

    start: int
    end: int
    text: str = ""


@dataclass(slots=True)
class _Line:
    """
    Line `text[start:end]`, without its break; `level` of a heading, else 0; `cuts` are the spans that go.

    `claims` says whether it holds a sentence that is no fragment, as a heading may.
    """

    start: int
    end: int
    said: str
    body: int
    level: int = 0
    fence: bool = False
    claims: bool = False
    cuts: list[tuple[int, int]] = field(default_factory=list)
    dropped: bool = False
    lead_in: tuple[int, int] | None = None

    @property
    def indent(self) -> int:
        return len(self.said) - len(self.said.lstrip(" \t"))

    @property
    def blank(self) -> bool:
        return not self.said.strip()

    @property
    def item(self) -> bool:
        return not self.level and self.body > self.start

    def settle(self) -> None:
        """Drop the line when nothing but its marker would be left."""
        left, at = [], self.body
        for start, end in [*sorted(self.cuts), (self.end, self.end)]:
            left.append(self.said[at - self.start : start - self.start])
            at = end
        self.dropped = bool(self.cuts) and not any(char.isalnum() for char in "".join(left))


def removal_edits(text: str, removed: Sequence[tuple[int, int]]) -> list[Edit]:
    """Edits of the text, in order and apart, that take out the removed spans, none of which spans a line break."""
    if not removed:
        return []
    lines = _lines(text)
    for line in lines:
        line.cuts = [span for span in removed if line.start <= span[0] < line.end]
        line.settle()
    _drop_empty_code(lines)
    for at in reversed(range(len(lines))):
        _drop_what_leads_to_nothing(lines, at)
    edits = [*_line_edits(text, lines), *_cut_edits(text, lines), *_number_edits(lines), *_indent_edits(lines)]
    return sorted(edits)


def _lines(text: str) -> list[_Line]:
    lines, offset = list[_Line](), 0
    claims = [start for start, _ in claim_spans(text)]
    leading = {span[1]: span for span in fragment_spans(text) if is_lead_in(text[slice(*span)])}
    for whole in text.splitlines(keepends=True):
        said = whole.rstrip("\r\n")
        marker, heading = LIST_MARKER.match(said), HEADING.match(said)
        level = (len(heading[1]) if heading[1] else BOLD_LEVEL) if heading else 0
        line = _Line(offset, offset + len(said), said, offset + (marker.end() if marker else 0), level)
        line.fence = FENCE.match(said) is not None
        line.lead_in = leading.get(offset + len(said.rstrip()))
        if line.lead_in and level == BOLD_LEVEL:
            line.level = 0
        line.claims = any(line.start <= start < line.end for start in claims)
        lines.append(line)
        offset += len(whole)
    return lines


def _drop_empty_code(lines: Sequence[_Line]) -> None:
    """Drop the fences of a code block of which nothing is left."""
    opened: int | None = None
    for at, line in enumerate(lines):
        if not line.fence:
            continue
        if opened is None:
            opened = at
            continue
        inner = lines[opened + 1 : at]
        if any(one.dropped for one in inner) and all(one.dropped or one.blank for one in inner):
            for one in lines[opened : at + 1]:
                one.dropped = True
        opened = None


def _drop_what_leads_to_nothing(lines: Sequence[_Line], at: int) -> None:
    """Drop a heading whose section, or cut a lead-in whose list, has nothing left; from the last line to the first."""
    line = lines[at]
    if line.dropped:
        return
    if line.level:
        section = _until(lines[at + 1 :], lambda one: bool(one.level) and one.level <= line.level)
        content = [one for one in section if one.claims or one.dropped or not one.level]
        line.dropped = not line.claims and _emptied(content)
    elif line.lead_in:
        section = _until(lines[at + 1 :], lambda one: not one.blank and not _below(one, line))
        if _emptied(section):
            line.cuts.append(line.lead_in)
            line.settle()


def _below(line: _Line, lead_in: _Line) -> bool:
    """Whether a line can belong to the list, or the code, that a lead-in leads to."""
    return line.dropped or line.fence or line.indent > lead_in.indent or (line.item and not lead_in.item)


def _until(lines: Sequence[_Line], ends: Callable[[_Line], bool]) -> list[_Line]:
    """The lines before the first that ends them."""
    taken: list[_Line] = []
    for line in lines:
        if ends(line):
            break
        taken.append(line)
    return taken


def _emptied(lines: Sequence[_Line]) -> bool:
    """Whether something was dropped and nothing is left."""
    return any(line.dropped for line in lines) and all(line.dropped or line.blank for line in lines)


def _line_edits(text: str, lines: Sequence[_Line]) -> Iterator[Edit]:
    """Drop the lines, and of the blank lines around them all but one."""
    last: _Line | None = None  # that stays
    gap = False
    for at, line in enumerate(lines):
        if line.blank and not line.dropped:
            following = next((one for one in lines[at + 1 :] if not (one.dropped or one.blank)), None)
            line.dropped = (gap and (last is None or last.blank)) or (following is None and _gap_behind(lines, at))
        if line.dropped:
            gap = True
        else:
            last, gap = line, False
    kept = [at for at, line in enumerate(lines) if not line.dropped]
    end = kept[-1] if kept else -1
    for at, line in enumerate(lines[: end + 1]):
        if line.dropped:
            yield Edit(line.start, lines[at + 1].start)
    if end + 1 < len(lines):
        yield Edit(lines[end].end if kept else 0, len(text))


def _gap_behind(lines: Sequence[_Line], at: int) -> bool:
    return any(line.dropped for line in lines[at:])


def _cut_edits(text: str, lines: Sequence[_Line]) -> Iterator[Edit]:
    """Cut the spans, each with the space before it, or behind it where it opens the line."""
    for line in lines:
        if line.dropped:
            continue
        opens = True
        at = line.body
        for start, end in sorted(line.cuts):
            opens = opens and not text[at:start].strip()
            at = end
            if opens:
                end += len(text[end : line.end]) - len(text[end : line.end].lstrip(" \t"))
            else:
                start = len(text[:start].rstrip(" \t"))
            yield Edit(start, end)


def _number_edits(lines: Sequence[_Line]) -> Iterator[Edit]:
    """Number the items of each list again from which some were dropped."""
    runs: dict[int, list[tuple[_Line, re.Match[str]]]] = {}
    ended: list[list[tuple[_Line, re.Match[str]]]] = []
    for line in lines:
        match = ORDERED.match(line.said)
        if match is None or line.level == BOLD_LEVEL:
            continue
        run = runs.setdefault(line.indent, [])
        if run and int(match[1]) != int(run[-1][1][1]) + 1:
            ended.append(run)
            run = runs[line.indent] = []
        run.append((line, match))
    for run in [*ended, *runs.values()]:
        number = int(run[0][1][1]) if run else 0
        for line, match in run:
            if line.dropped:
                continue
            if int(match[1]) != number:
                yield Edit(line.start + match.start(1), line.start + match.end(1), str(number))
            number += 1


def _indent_edits(lines: Sequence[_Line]) -> Iterator[Edit]:
    """Move what stood below a dropped item to the item's place."""
    done: set[int] = set()
    for at, line in enumerate(lines):
        if not (line.dropped and line.item):
            continue
        below = [
            one
            for one in _until(lines[at + 1 :], lambda one: not one.blank and one.indent <= line.indent)  # noqa: B023
            if not one.dropped and not one.blank and one.start not in done
        ]
        surplus = min((one.indent for one in below), default=line.indent) - line.indent
        for one in below:
            done.add(one.start)
            if surplus:
                yield Edit(one.start, one.start + surplus)
