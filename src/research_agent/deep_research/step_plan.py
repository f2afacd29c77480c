"""Plan of a run, by rule: the steps that the form of a question asks for, in the order of the report's sections."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from research_agent.deep_research.shape import Form, form_of
from research_agent.deep_research.surveyed_field import surveyed_field
from research_agent.memory import Shape, Step
from research_agent.text.known_titles import KnownNames
from research_agent.text.plurals import is_plural

__all__ = ["SLOT", "active", "heading_of", "plan_question", "ready", "slots", "waits_for"]

SLOT = re.compile(r"\{(\d{1,4})\}")
"""Slot of a step's text, which the finds of the step with that id fill."""


def plan_question(question: str, known: KnownNames | None = None) -> tuple[Shape, tuple[Step, ...]]:
    """
    The shape of a question and the steps that find its answer; nothing is searched for yet.

    `known` says what bears a name, so that "War and Peace" is not taken for two things.
    """
    asked = " ".join(question.split())
    form = form_of(asked, known)
    steps = {"compare": _compare, "fan-out": _fan_out, "chain": _chain, "survey": _survey}.get(form.shape, _single)
    made = steps(asked, form)
    return form.shape, tuple(replace(step, id=at, position=at) for at, step in enumerate(made, 1))


def slots(step: Step) -> tuple[int, ...]:
    """The ids of the steps whose finds a step needs, each once, in the order of its text."""
    return tuple(dict.fromkeys(int(match[1]) for match in SLOT.finditer(step.text)))


def active(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps of the plan in its order: those that a list made stand behind their template."""
    return tuple(sorted((one for one in steps if one.state != "dropped"), key=lambda one: (one.position, one.id)))


def waits_for(step: Step, steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps that must have ended before this one can be asked."""
    needed = set(slots(step))
    return tuple(one for one in steps if one.id in needed and one.state in {"waiting", "running"})


def ready(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps that can be asked now."""
    return tuple(step for step in active(steps) if step.state == "waiting" and not waits_for(step, steps))


def _single(question: str, form: Form) -> list[Step]:
    """The question; of several that it joins, each with a heading of its own."""
    steps = [Step(id=0, text=link, heading="" if SLOT.search(link) else link.rstrip("?")) for link in form.links]
    return steps or [Step(id=0, text=question)]


def _compare(question: str, form: Form) -> list[Step]:
    """Aspect by aspect, each side; without aspects each side, and the question itself."""
    if form.links:
        return [Step(id=0, text=text, side=side) for text, side in zip(form.links, form.sides, strict=False)]
    if not form.aspects:
        sides = [
            Step(id=0, text=_what_is(side, question, form), kind="facets", heading=_title(side), side=side)
            for side in form.sides
        ]
        return [*sides, Step(id=0, text=question, heading="Compared")]
    named = {side: f"{_article(side, question)}{side}" for side in form.sides}
    return [
        Step(id=0, text=_aspect_question(aspect, named[side]), heading=_title(aspect), side=side)
        for aspect in form.aspects
        for side in form.sides
    ]


def _what_is(side: str, question: str, form: Form) -> str:
    """ "Mars" -> "What is Mars?", "the Beatles" -> "What are the Beatles?", "dogs" -> "What are dogs?"."""
    article = _article(side, question)
    opens = question.startswith(side) and any(other[:1].islower() for other in form.sides)
    side = f"{side[:1].lower()}{side[1:]}" if opens else side
    is_many = is_plural(side) and (bool(article) or side[:1].islower())
    return f"What {'are' if is_many else 'is'} {article}{side}?"


def _article(side: str, question: str) -> str:
    """The article with which a question names a side, "" without."""
    named = re.escape(side)
    if not re.search(rf"\b{named}\b", question, re.IGNORECASE):  # "Inca empire" of "the Aztec and Inca empires"
        named = rf"(?:[\w-]+,?\s+(?:and\s+)?){{0,4}}{re.escape(side.split()[0])}"
    return "the " if re.search(rf"\bthe {named}\b", question, re.IGNORECASE) else ""


def _aspect_question(aspect: str, side: str) -> str:
    """ "size", "Mars" -> "What is the size of Mars?"."""
    verb = "are" if is_plural(aspect.split()[-1]) else "is"
    return f"What {verb} the {aspect} of {side}?"


def _fan_out(_: str, form: Form) -> list[Step]:
    listing, template = form.links
    if form.sides:
        return [Step(id=0, text=template.replace("{1}", one), heading=_title(one), side=one) for one in form.sides]
    return [Step(id=0, text=listing, kind="list", heading=_of_list(listing)), Step(id=0, text=template)]


def _of_list(listing: str) -> str:
    """ "Which countries border Germany?" -> "Countries border Germany" is none: the list is headed by its noun."""
    noun = re.match(r"(?:Which|What are the)\s+(?P<noun>(?:\w+\s+){0,2}?\w*s)\b", listing)
    return _title(noun["noun"]) if noun else "The list"


def _chain(_: str, form: Form) -> list[Step]:
    return [Step(id=0, text=link) for link in form.links]


def _survey(question: str, _: Form) -> list[Step]:
    """The question, which finds aspects; those that it names; each aspect that was found; and what speaks against."""
    field = surveyed_field(question)
    against = f"What is disputed or uncertain about {field.phrase}?"
    named = [
        Step(id=0, text=_aspect_question(one, field.thing), heading=_title(one), side=field.topics[0])
        for one in field.aspects
        if field.topics
    ]
    return [
        Step(id=0, text=question, kind="facets", heading="Overview"),
        *named,
        Step(id=0, text=f"What is the role of {{1}} in {field.phrase}?"),
        Step(id=0, text=against, kind="contrary", heading="What speaks against it"),
    ]


def _title(text: str) -> str:
    """Heading: the first letter large, the rest as it is written."""
    return text[:1].upper() + text[1:]


def heading_of(item: str, template: Step) -> str:
    """The heading of the step that a list's item makes."""
    return f"{template.heading}: {item}" if template.heading else _title(item)
