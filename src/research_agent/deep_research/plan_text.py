"""
Plan as lines that a person edits: a step a line, its number, its question, and what is special about it in brackets.

    1. Which countries border Germany?  [list]
    2. What is the capital of {1}?

{1} stands for what step 1 finds; when that is a [list], step 2 is asked for each item. Lines that begin with # are
notes. A line may be reworded, moved, removed or added, with a number or without.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from research_agent.deep_research.step_plan import active, slots
from research_agent.errors import UsageError
from research_agent.memory import Step, StepKind
from research_agent.messages import research_lines
from research_agent.text.sanitize import printable
from research_agent.text.tokens import words

__all__ = ["LONGEST", "MOST_STEPS", "edited_by_line", "parse_plan", "plan_lines", "plan_text"]

MOST_STEPS = 200
LONGEST = 600  # characters of a step
LINE = re.compile(r"\s*(?:(?P<id>\d{1,4})[.)]\s+|[-*]\s+)?(?P<text>.*?)(?P<marks>(?:\s*\[[^\[\]]*\])*)\s*$")
COMMAND = re.compile(r"\+\s*(?P<more>\S.*)|(?P<gone>-)\s*(?P<id>\d{1,4})|(?P<to>\d{1,4})[.)]\s+\S.*")
MARK = re.compile(r"\[([^\[\]]*)\]")
KINDS: Mapping[str, StepKind] = {"list": "list", "facets": "facets", "against": "contrary"}
MARKS = {kind: mark for mark, kind in KINDS.items()}
HOW = """\
# A step a line. {1} stands for what step 1 finds; of a [list] the step is asked for each item.
# Marks: [list] [facets] [against] [heading: ...] [sources: wikipedia, arxiv]
"""


def plan_lines(steps: Sequence[Step]) -> list[str]:
    """The steps of the plan, a line each, without those that the items of a list made."""
    return [f"{step.id}. {step.text}{_marks(step)}" for step in active(steps) if step.origin != "found"]


def plan_text(steps: Sequence[Step]) -> str:
    """The plan as a text to edit, with notes on how."""
    return HOW + "\n".join(plan_lines(steps)) + "\n"


def edited_by_line(steps: Sequence[Step], line: str) -> str:
    """
    The plan as a text after one command: "+ TEXT" adds a step, "- 2" removes one, "2. TEXT" puts a text in its place.

    Raises `UsageError` for what is none of these.
    """
    own = [step.id for step in active(steps) if step.origin != "found"]
    lines = dict(zip(own, plan_lines(steps), strict=True))
    match = COMMAND.fullmatch(line.strip())
    number = int(match["id"] or match["to"] or 0) if match else 0
    if match is None or (number and number not in lines):
        raise UsageError(research_lines.CHANGES_NOTHING(line=line[:60]), hint=research_lines.EDITS_ARE())
    if match["gone"]:
        del lines[number]
    elif number:
        lines[number] = line
    return "\n".join([*lines.values(), *([match["more"]] if match["more"] else [])])


def _marks(step: Step) -> str:
    marks = [MARKS[step.kind]] if step.kind in MARKS else []
    if step.heading:
        marks.append(f"heading: {step.heading}")
    if step.sources:
        marks.append(f"sources: {', '.join(step.sources)}")
    return "".join(f"  [{mark}]" for mark in marks)


def parse_plan(text: str, before: Sequence[Step]) -> tuple[Step, ...]:
    """
    The steps of an edited text. A line with the number of a step of `before` is that step; what is new in it is the
    user's. Raises `UsageError` for what cannot be done, with its line.
    """
    known = {step.id: step for step in before}
    steps: list[Step] = []
    for line in printable(text).splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            steps.append(_step(line, known, [step.id for step in steps]))
    if not steps:
        raise UsageError(research_lines.NO_STEP(), hint=research_lines.GIVE_LINE())
    if len(steps) > MOST_STEPS:
        raise UsageError(research_lines.TOO_MANY_STEPS(n=len(steps), most=MOST_STEPS), hint=research_lines.LEAVE_OUT())
    free = max([*known, *(step.id for step in steps)]) + 1
    numbered = []
    for at, step in enumerate(steps, 1):
        numbered.append(replace(step, id=step.id or free, position=at))
        free += step.id == 0
    _check_slots(numbered)
    places = {step.id: step.position for step in numbered if step.origin != "user" and step.id in known}
    made = [
        replace(one, position=places[one.parent]) for one in before if one.origin == "found" and one.parent in places
    ]
    return (*numbered, *made)


def _step(line: str, known: dict[int, Step], taken: Sequence[int]) -> Step:
    match = LINE.match(line)
    assert match is not None  # it matches every line
    asked, number = " ".join(match["text"].split()), int(match["id"] or 0)
    if not words(asked):
        raise UsageError(research_lines.NO_WORDS(text=line.strip()[:80]), hint=research_lines.WRITE_QUESTION())
    if len(asked) > LONGEST:
        raise UsageError(research_lines.STEP_TOO_LONG(n=len(asked), most=LONGEST), hint=research_lines.SHORTEN())
    if number and number in taken:
        raise UsageError(research_lines.SAME_NUMBER(number=number), hint=research_lines.REMOVE_NUMBER())
    read = _read_marks(match["marks"])
    new = Step(id=number, text=asked, kind=read.kind, heading=read.heading, sources=read.sources, origin="user")
    old = known.get(number)
    if old is None:
        return new
    if (old.text, old.kind, old.sources) == (new.text, new.kind, new.sources):
        return replace(old, heading=new.heading, state="waiting" if old.state == "dropped" else old.state)
    return replace(new, side=old.side if set(words(old.side)) <= set(words(asked)) else "")


class _Marks(NamedTuple):
    kind: StepKind = "find"
    heading: str = ""
    sources: tuple[str, ...] = ()


def _read_marks(marks: str) -> _Marks:
    read = _Marks()
    for mark in MARK.findall(marks):
        name, colon, value = (part.strip() for part in mark.partition(":"))
        if name in KINDS and not colon:
            read = read._replace(kind=KINDS[name])
        elif name == "heading" and value:
            read = read._replace(heading=" ".join(value.split())[:80])
        elif name == "sources" and value:
            read = read._replace(
                sources=tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
            )
        else:
            hint = research_lines.MARKS_ARE()
            raise UsageError(research_lines.NO_MARK(mark=mark[:40]), hint=hint)
    return read


def _check_slots(steps: Sequence[Step]) -> None:
    """Raise `UsageError` for a slot that no step fills, or that steps wait for in a circle."""
    needs = {step.id: set(slots(step)) for step in steps}
    for step in steps:
        if unknown := needs[step.id] - needs.keys():
            raise UsageError(
                research_lines.NO_SUCH_STEP(id=step.id, unknown=min(unknown)),
                hint=research_lines.SLOT_IS(),
            )
    waiting = dict(needs)
    while waiting:
        free = [key for key, needed in waiting.items() if not needed & waiting.keys()]
        if not free:
            raise UsageError(
                research_lines.CIRCLE(ids=", ".join(map(str, sorted(waiting)))), hint=research_lines.REMOVE_SLOT()
            )
        for key in free:
            del waiting[key]
