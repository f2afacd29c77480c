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

from research_agent.memory import Shape
from research_agent.stages.plan import compared_sides, subject_phrase
from research_agent.text.answer_forms import lacks_form
from research_agent.text.arithmetic import parse_task
from research_agent.text.tokens import WORD, is_yes_no_question

__all__ = ["Form", "form_of", "is_plural", "singular"]

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
BETWEEN_ASPECTS = re.compile(r"\s*(?:,|;)\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
CLASS_NAME = re.compile(r"^(?:[a-z][\w-]*\s+)+(?=[A-Z])")  # "planets Mars": the side is Mars

NUMBER = r"(?:two|three|four|five|six|seven|eight|nine|ten|twelve|\d{1,3})"
EACH = re.compile(
    r"\b(?:each|every|all)(?:\s+(?:one\s+)?of)?(?:\s+the|\s+those|\s+these)?\s+(?P<items>[^,?]+?)\s*(?P<end>[,?]|$)",
    re.IGNORECASE,
)
GIVEN = re.compile(
    r"\b(?:each|every|all)\s+(?:one\s+)?of(?:\s+the|\s+these|\s+those)?(?:\s+following)?(?:\s+\w+)?\s*:\s*(?P<items>[^?]+)(?P<end>[?]?)",
    re.IGNORECASE,
)
FOR_EACH = re.compile(
    r"^for\s+(?:each|every|all)(?:\s+of)?(?:\s+the)?\s+(?P<items>[^,?]+),\s*(?P<rest>.+?)\s*\??$", re.IGNORECASE
)
THE_MANY = re.compile(
    rf"\b(?P<before>of|in|by|for|at|from|on|to)\s+(?P<items>the\s+(?:(?:top\s+)?{NUMBER}\s+)?(?:(?:most|least)\s+\w+\s+|"
    r"\w+est[\s-]|\w+ing\s|[a-z]+ed\s|[A-Z]\w+\s){0,3}(?P<head>[a-z]+s)\s+"
    r"(?P<link>that|which|who|whose|where|in|of|from|with|bordering|on|by|at|near|under|along|within)\s+[^?]+?)\s*\??$"
)
COUNTED = re.compile(rf"^the\s+(?:top\s+)?{NUMBER}\s", re.IGNORECASE)

# Whom or what a description stands for: "the author of X" is somebody, "the height of X" is no description.
AGENT = re.compile(r"[a-z]{2,}(?:[tsvh]or|her|[dgkmnprstvz]er|ist|ress|man|ian)")
ROLES = frozenset(
    "capital child city club company country daughter father head husband king mayor mother place president prize queen"
    " river school son spouse star state team town university wife language party island mountain band film book"
    .split()
)  # fmt: skip
NO_ROLES = frozenset("border center letter matter order other paper quarter water weather whether winter".split())
DESCRIBED = re.compile(
    r"\b[Tt]he\s+(?P<kind>(?:[a-z-]+\s+)?(?P<role>[a-z]+))\s+of\s+(?P<of>(?:the\s+)?(?:[\"“][^\"”]+[\"”]|\{\d+\}"
    r"|[A-Z][\w'’.&-]*(?:\s+(?:(?:of|the|and|de|von|in|for|&)\s+){0,2}[A-Z0-9][\w'’.&-]*)*|(?:the\s+)?[a-z]+(?=\s+(?:born|die|died|educated|buried|live|lived|married)\b)))(?=[\s,?]|$)"
)
CLAUSE = re.compile(
    r"\b[Tt]he\s+(?P<kind>(?:[a-z-]+\s+)?(?P<role>[a-z]+))\s+(?P<link>where|that|which|who|in which)\s+"
    r"(?P<clause>[^,?]+?)(?=\s*(?:[,?]|$))"
)
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
    `links`, each of which may have slots {1}, {2} of earlier ones.
    """

    shape: Shape
    sides: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


def form_of(question: str) -> Form:
    """The shape of a question, by its form alone."""
    asked = " ".join(question.split())
    for read in (_compare, _fan_out, _chain):
        if form := read(asked):
            return form
    if is_yes_no_question(asked) or (lacks_form(asked, "") and ASKS.match(asked)):
        return Form(shape="single")
    return Form(shape="survey" if SURVEYED.match(asked) or not ASKS.match(asked) else "single")


def is_plural(noun: str) -> bool:
    """Whether a noun has the form of a plural."""
    return re.search(r"(?:[^siu]s|(?:[^aeiou]|e)es|children|people|men)$", noun, re.IGNORECASE) is not None


def singular(noun: str) -> str:
    """A plural noun in the singular, by its form: "capitals" -> "capital", "countries" -> "country"."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("s", "")):
        if noun.endswith(ending) and len(noun) > len(ending) + 1:
            return noun.removesuffix(ending) + instead
    return noun


def _compare(question: str) -> Form | None:
    if same := SAME.match(question):
        return Form(shape="compare", sides=(same["one"], same["other"]), aspects=(same["aspect"].strip(),))
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
    names = [CLASS_NAME.sub("", side) for side in sides]
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
    if (match := GIVEN.search(question)) and len(given := _items(match["items"])) > 1:
        template = f"{question[: match.start()]}{{1}}{match['end'] or '?'}"
        return Form(shape="fan-out", sides=given, links=("", _one_of(template)))
    if match := FOR_EACH.match(question):
        items, rest = match["items"], match["rest"]
        pronoun = re.compile(r"\b(?:its|their|his|her)\b", re.IGNORECASE)
        template = pronoun.sub("{1}'s", rest) if pronoun.search(rest) else f"{rest} of {{1}}"
        return Form(shape="fan-out", links=(_list_question(items), f"{_one_of(template)}?"))
    match = EACH.search(question)
    if match and is_plural(match["items"].split()[0]) | (" " in match["items"]):
        template = f"{question[: match.start()]}{{1}}{question[match.end('items') :]}"
        return Form(shape="fan-out", links=(_list_question(match["items"]), _one_of(template)))
    match = THE_MANY.search(question)
    if match and (is_plural(match["head"]) and not _is_whole(question[: match.start("items")])):
        template = f"{question[: match.start('items')]}{{1}}?"
        return Form(shape="fan-out", links=(_list_question(match["items"]), _one_of(template)))
    return None


def _items(text: str) -> tuple[str, ...]:
    """The items of a list that a question gives: "Hamlet, Don Quixote and Dune"."""
    parts = re.split(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+(?=[^,;]*$)", text.strip(" .?!"))
    return tuple(dict.fromkeys(filter(None, parts)))


def _is_whole(before: str) -> bool:
    """Whether nothing but the frame of a question stands before: "What are the" is no template."""
    return len(WORD.findall(before)) < 4


def _list_question(items: str) -> str:
    """Question for the items: "countries that border Germany" -> "Which countries border Germany?"."""
    items = re.sub(r"^the\s+", "", items.strip())
    if clause := re.match(r"(?P<head>(?:\w+\s+){0,3}?\w+)\s+(?:that|which|who)\s+(?P<verb>.+)$", items):
        return f"Which {clause['head']} {clause['verb']}?"
    head, space, rest = items.partition(" ")
    if not any(is_plural(word) for word in items.split()[:5]) and not COUNTED.match(f"the {items} "):
        head = f"{head.removesuffix('y')}ies" if re.search(r"[^aeiou]y$", head) else f"{head}s"
    return f"What are the {head}{space}{rest}?"


def _one_of(template: str) -> str:
    """The template for one item: "What are the capitals of {1}?" -> "What is the capital of {1}?"."""

    def one(match: re.Match[str]) -> str:
        verb = {"are": "is", "were": "was"}[match["verb"].casefold()]
        return f"{match['frame']} {verb} {match['the']}{match['words']}{singular(match['noun'])} {match['of']}"

    pattern = (
        r"^(?P<frame>\w+)\s+(?P<verb>are|were)\s+(?P<the>the\s+)(?P<words>(?:[\w-]+\s+){0,3}?)(?P<noun>[a-z]+s)\s+"
        r"(?P<of>of|in|for|from|at|by|on)\b"
    )
    return re.sub(pattern, one, template, flags=re.IGNORECASE)


def _chain(question: str) -> Form | None:
    links: list[str] = []
    rest = question
    while len(links) < MOST_LINKS and (found := _innermost(rest)) is not None:
        start, end, asked = found
        links.append(asked)
        rest = f"{rest[:start]}{{{len(links)}}}{rest[end:]}"
    return Form(shape="chain", links=(*links, rest)) if links else None


def _innermost(question: str) -> tuple[int, int, str] | None:
    """Span of the last description that another question hangs on, and the question for whom it stands for."""
    matches = [match for pattern in (DESCRIBED, CLAUSE, POSSESSIVE) for match in pattern.finditer(question)]
    found = [
        (*match.span(), _asked_of(match))
        for match in matches
        if _is_role(match["role"]) and not _is_asked(question, *match.span())
    ]
    return max(found, default=None)


def _asked_of(match: re.Match[str]) -> str:
    """The question for whom or what a description stands for."""
    said, who = match.groupdict(), "Who" if _is_person(match["role"]) else "What"
    if "clause" not in said:
        return f"{who} is {match[0]}?" if "kind" not in said else f"{who} is the {said['kind']} of {said['of']}?"
    if said["link"] in {"where", "in which"}:
        return f"In which {said['kind']} {_inverted(said['clause'])}?"
    return f"Which {said['kind']} {said['clause']}?"


def _inverted(clause: str) -> str:
    """Clause as a question has it: "Mozart was born" -> "was Mozart born"."""
    match = re.match(r"(?P<who>.+?)\s+(?P<verb>is|was|were|are)\b\s*(?P<rest>.*)$", clause)
    return f"{match['verb']} {match['who']} {match['rest']}".strip() if match else f"did {clause}"


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
