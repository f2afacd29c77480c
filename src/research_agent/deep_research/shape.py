"""
Shape of a question, by its form: what is to be found at once, what in turn, and what for each of many.

    compare   sides and aspects         "Compare Mars and Venus: size, moons"
    fan-out   a list, the same of each  "What are the capitals of the countries that border Germany?"
    chain     one answer in another     "In which country was the author of Hamlet born?"
    survey    a field with aspects      "What are the effects of coffee on health?"
    single    everything else           "When was the Eiffel Tower built?"
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

from research_agent.deep_research.many_asked import many_asked
from research_agent.memory import Shape
from research_agent.stages.plan import compared_sides, subject_phrase
from research_agent.text.answer_forms import lacks_form
from research_agent.text.arithmetic import parse_task
from research_agent.text.joined_questions import joined, same_of_each
from research_agent.text.known_titles import KnownNames, glued, unglued
from research_agent.text.languages import detect_language
from research_agent.text.plurals import is_plural, singular
from research_agent.text.shared_words import with_shared_words
from research_agent.text.tokens import WORD, is_yes_no_question

__all__ = ["Form", "form_of"]

MOST_SIDES, MOST_ASPECTS, MOST_LINKS = 6, 8, 4

COMPARE = re.compile(r"\s*(?:please\s+)?compare\b|\b(?:difference|differences|differ|versus|vs\.?)\b", re.IGNORECASE)
ASPECTS = re.compile(
    r"\s*(?:[:;]|,?\s+(?:in terms of|with (?:respect|regard) to|regarding|by(?: their)?|in(?: their)?|on))\s+"
    r"(?P<aspects>[^:?]+?)\s*[?.!]*$",
    re.IGNORECASE,
)
SAME = re.compile(
    r"^(?:are|were|is|was|do|did|does|have|has|share)\s+(?:both\s+)?(?P<one>.+?)\s+and\s+(?P<other>.+?)\s+"
    r"(?:both\s+)?(?:of|from|in|born in|located in|have|share|play|belong to)?\s*the same\s+"
    r"(?P<aspect>[\w -]+?)\s*\?*$",
    re.IGNORECASE,
)
THAN = re.compile(
    r"^(?:is|are|was|were)\s+(?P<one>(?:the\s+)?[A-Z].*?)\s+(?P<more>(?:more|less)\s+\w+|\w+er)\s+than\s+(?P<other>[^?]+?)\s*\??$",
    re.IGNORECASE,
)
OF_BOTH = re.compile(r"^(?:the\s+)?(?P<aspect>[a-z][a-z ]*?)\s+of\s+(?P<side>(?:the\s+)?[A-Z].*)$")
BETWEEN_ASPECTS = re.compile(r"\s*(?:,|;)\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
CLASS_NAME = re.compile(r"^(?:[a-z][\w-]*\s+)+(?=[A-Z])")  # "planets Mars": the side is Mars

# Whom or what a description stands for: "the author of X" is somebody, "the height of X" is no description.
AGENT = re.compile(r"[a-z]{2,}(?:[tsvh]or|her|[dgkmnprstvz]er|ist|ress|man|ian)")
ROLES = frozenset(
    "birthplace capital city club child company country daughter father head husband king mayor mother place president"
    " prize queen river school son spouse star state team town university wife language party island mountain band film"
    " book"
    .split()
)  # fmt: skip
NO_ROLES = frozenset("border center letter matter order other paper quarter water weather whether winter".split())
DESCRIBED = re.compile(
    r"\b[Tt]he\s+(?P<kind>(?:[a-z-]+\s+)?(?P<role>[a-z]+))\s+of\s+(?P<of>(?:the\s+)?(?:[\"“][^\"”]+[\"”]|\{\d+\}"
    r"|[A-Z][\w'’.&-]*(?:\s+(?:(?:of|the|and|de|von|in|for|&)\s+){0,2}[A-Z0-9][\w'’.&-]*)*|(?:the\s+)?[a-z]+(?=\s+(?:born|die|died|educated|buried|live|lived|married)\b)))(?=[\s,?]|$)"
)
CLAUSE = re.compile(
    r"\b[Tt]he\s+(?P<kind>(?:[a-z-]+\s+)?(?P<role>(?!(?:in|at|on|to|from)\b)[a-z]+))\s+"
    r"(?P<link>where|that|which|who|(?:in|at|on|to|from) which)\s+"
    r"(?P<clause>[^,?]+?)(?=\s*(?:[,?]|$))"
)
# "the largest country in Africa", within another question.
MOST = re.compile(
    r"\b[Tt]he\s+(?:most\s+[a-z]+|(?!west|east|rest|test|forest)[a-z]{2,}est)\s+(?:[a-z-]+\s+)?(?P<role>[a-z]+)\s+(?:in|on|of|by)\s+"
    r"(?:the\s+world|(?:the\s+)?[A-Z][\w'’.&-]*(?:\s+[A-Z][\w'’.&-]*)*)"
)
# "the university that Einstein attended founded": the clause ends with its verb.
OWN_SUBJECT = re.compile(
    r"(?P<clause>(?:[A-Z][\w'’.&-]*(?:\s+(?:(?:of|the|de|von)\s+){0,2}[A-Z][\w'’.&-]*)*|\{\d+\})\s+[a-z]+)(?P<after>\s.+)?$"
)
WHEN_BORN = re.compile(r"\bwhen\s+(?P<who>\{\d+\})\s+(?P<verb>was|were|is)\s+(?P<done>[a-z]+)(?=\s*[?,]|$)")
BARE = re.compile(r"^\s*(?:who|what|which|where)(?:['’]s|\s+(?:is|was|are|were))\s*$", re.IGNORECASE)
AT_A_TIME = re.compile(r"\s*,?\s*(?:when|while|during|before|after|until|since|in|at|on)\b", re.IGNORECASE)
POSSESSIVE = re.compile(r"\b(?P<of>(?:[A-Z][\w.&-]*\s)*[A-Z][\w.&-]*|\{\d+\})['’]s\s+(?P<role>[a-z]+)\b")

SURVEYED = re.compile(
    r"^\s*(?:what\s+(?:are|were)\s+(?:the\s+)?(?:\w+\s+){0,2}\w+s\b|what\s+(?:is|are)\s+known\b"
    r"|what\s+(?:causes|do\s+we\s+know)\b"
    r"|how\s+(?:do|does|did|can|could|will)\s+.+\s(?:affect|influence|change|impact)\s)",
    re.IGNORECASE,
)
ASKS = re.compile(
    r"^\s*(?:in|at|on|to|for|by|from|with|of|under|through)?\s*(?:who|whom|whose|what|which|when|where|why|how)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """
    Shape of a question with its parts.

    A compare has `sides` and `aspects`, or in `links` a question for a figure of each side. A fan-out has a question
    for the list (`links[0]`), or its items as `sides`, and a template with the slot {1} (`links[1]`). A chain has its
    `links`, each of which may have slots {1}, {2} of earlier ones; so has a single one that joins several questions.
    """

    shape: Shape
    sides: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


def form_of(question: str, known: KnownNames | None = None) -> Form:
    """The shape of a question, by its form; `known` tells titles that hold "and" from two things."""
    asked = glued(" ".join(question.split()), known)
    compare, several, same = (partial(read, known=known) for read in (_compare, _joined, _same_of_each))
    for read in (compare, several, _fan_out, same, _chain):
        if form := read(asked):
            return _unglued(form)
    if detect_language(asked) != "en":  # its form is not known here
        return Form(shape="single")
    if is_yes_no_question(asked) or (lacks_form(asked, "") and ASKS.match(asked)):
        return Form(shape="single")
    return Form(shape="survey" if SURVEYED.match(asked) or not ASKS.match(asked) else "single")


def _unglued(form: Form) -> Form:
    sides, aspects, links = (tuple(map(unglued, parts)) for parts in (form.sides, form.aspects, form.links))
    return Form(shape=form.shape, sides=sides, aspects=aspects, links=links)


def _joined(question: str, known: KnownNames | None) -> Form | None:
    parts = joined(question, known)
    if parts is None:
        return None
    if parts.many:
        return Form(shape="fan-out", links=parts.links)
    return Form(shape="single", links=parts.links)


def _same_of_each(question: str, known: KnownNames | None) -> Form | None:
    parts = same_of_each(question, known)
    return Form(shape="fan-out", sides=parts.items, links=parts.links) if parts is not None else None


def _compare(question: str, known: KnownNames | None) -> Form | None:
    if same := SAME.match(question):
        return Form(shape="compare", sides=(same["one"], same["other"]), aspects=(same["aspect"].strip(),))
    if than := THAN.match(question):  # "Is Pluto smaller than the Moon?"
        question = f"Which is {than['more']}, {than['one']} or {than['other']}?"
        if parse_task(question) is None:
            return None
    if not (sides := compared_sides(question)):
        return None
    aspects: list[str] = []
    if COMPARE.search(question) and (match := ASPECTS.search(question)):
        told = compared_sides(question[: match.start()])
        if len(told) > 1:
            sides, aspects = told, [_aspect(one) for one in BETWEEN_ASPECTS.split(match["aspects"])]
    if not aspects and (task := parse_task(question)) is not None:  # "Which is longer, X or Y?": a figure of each
        figures = tuple("" if ASKS.match(one.subject) else subject_phrase(one.subject) for one in task.operands)
        links = tuple(
            one.question if side or not one.subject else f"{_capital(one.subject)}?"  # "..., and in which country?"
            for one, side in zip(task.operands, figures, strict=True)
        )
        return Form(shape="compare", sides=figures if any(figures) else tuple(sides), links=links)
    if (
        not aspects and COMPARE.search(question) and (of := OF_BOTH.match(sides[0]))
    ):  # "the climate of Norway and Sweden"
        sides, aspects = [of["side"], *sides[1:]], [singular(of["aspect"])]
    names = with_shared_words([CLASS_NAME.sub("", side) for side in sides], known)
    return Form(
        shape="compare",
        sides=tuple(dict.fromkeys(names))[:MOST_SIDES],
        aspects=tuple(dict.fromkeys(filter(None, aspects)))[:MOST_ASPECTS],
    )


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _aspect(text: str) -> str:
    return re.sub(r"^(?:their|its|the|and)\s+", "", text.strip(" .?!"), flags=re.IGNORECASE)


def _fan_out(question: str) -> Form | None:
    found = many_asked(question)
    return Form(shape="fan-out", sides=found.items, links=found.links) if found is not None else None


def _chain(question: str) -> Form | None:
    links: list[str] = []
    rest = question
    while len(links) < MOST_LINKS and (found := _innermost(rest)) is not None:
        start, end, asked = found
        links.append(asked)
        rest = f"{rest[:start]}{{{len(links)}}}{rest[end:]}"
    if links and (when := WHEN_BORN.search(rest)) and len(links) < MOST_LINKS:
        links.append(f"When {when['verb']} {when['who']} {when['done']}?")
        rest = f"{rest[: when.start()]}in {{{len(links)}}}{rest[when.end() :]}"
    return Form(shape="chain", links=(*links, rest)) if links else None


def _innermost(question: str) -> tuple[int, int, str] | None:
    """Span of the last description that another question hangs on, and the question for whom it stands for."""
    found = [
        (*match.span(), _asked_of(match))
        for pattern in (DESCRIBED, POSSESSIVE)
        for match in pattern.finditer(question)
        if _is_role(match["role"]) and not _is_asked(question, *match.span())
    ]
    found += [
        (*match.span(), f"What is {match[0]}?")
        for match in MOST.finditer(question)
        if not is_plural(match["role"]) and not BARE.match(question[: match.start()])
    ]
    for match in CLAUSE.finditer(question):
        end, asked = _of_clause(match)
        if (_is_role(match["role"]) or " " in match["link"]) and not _is_asked(question, match.start(), end):
            found.append((match.start(), end, asked))
    return max(found, default=None)


def _asked_of(match: re.Match[str]) -> str:
    """The question for whom or what a description stands for."""
    said, who = match.groupdict(), "Who" if _is_person(match["role"]) else "What"
    return f"{who} is {match[0]}?" if "kind" not in said else f"{who} is the {said['kind']} of {said['of']}?"


def _of_clause(match: re.Match[str]) -> tuple[int, str]:
    """Where a relative clause ends, and the question for what it is of."""
    kind, link, clause = match["kind"], match["link"], match["clause"]
    own = OWN_SUBJECT.match(clause)
    if link not in {"that", "which", "who"}:
        return match.end(), f"{'In' if link == 'where' else link.split()[0].title()} which {kind} {_inverted(clause)}?"
    if own and not re.match(r"(?:is|was|were|are|has|had)\b", own["clause"].split()[-1]):
        end = match.start("clause") + own.end("clause")
        return end, f"Which {kind} is it that {own['clause']}?"
    return match.end(), f"Which {kind} {clause}?"


def _inverted(clause: str) -> str:
    """Clause as a question has it: "Mozart was born" -> "was Mozart born", "the Danube rises" -> "does it rise"."""
    if match := re.match(r"(?P<who>.+?)\s+(?P<verb>is|was|were|are)\b\s*(?P<rest>.*)$", clause):
        return f"{match['verb']} {match['who']} {match['rest']}".strip()
    who, _, verb = clause.rpartition(" ")
    if re.fullmatch(r"[a-z]+[^s\W]s", verb):
        return f"does {who} {verb[:-1]}"
    return f"is it that {clause}"


def _is_asked(question: str, start: int, end: int) -> bool:
    """Whether the description is all that the question asks for: "Who is the author of Hamlet?"."""
    before, after = question[:start], question[end:]
    return BARE.match(before) is not None and (not WORD.search(after) or AT_A_TIME.match(after) is not None)


def _is_role(noun: str) -> bool:
    return noun in ROLES or (AGENT.fullmatch(noun) is not None and noun not in NO_ROLES)


def _is_person(noun: str) -> bool:
    return noun not in ROLES or noun in {
        "child", "daughter", "father", "head", "husband", "king", "mayor", "mother", "president", "queen", "son",
        "spouse", "wife",
    }  # fmt: skip
