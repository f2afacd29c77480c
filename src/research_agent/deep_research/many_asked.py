"""Fan-outs, by the form of a question: what it asks of each of many, and the question of which these are the answer."""

from __future__ import annotations

import re
from typing import NamedTuple

from research_agent.text.plurals import is_plural, singular
from research_agent.text.tokens import WORD

__all__ = ["ManyAsked", "many_asked", "one_of"]

NUMBER = r"(?:two|three|four|five|six|seven|eight|nine|ten|twelve|\d{1,3})"
EACH = re.compile(
    r"\b(?:each|every|all)(?P<of>\s+(?:one\s+)?of)?(?:\s+the|\s+those|\s+these)?\s+(?P<items>[^,?]+?)\s*(?P<end>[,?]|$)",
    re.IGNORECASE,
)
GIVEN = re.compile(
    r"\b(?:each|every|all)\s+(?:one\s+)?of(?:\s+the|\s+these|\s+those)?(?:\s+following)?(?:\s+\w+)?\s*:\s*(?P<items>[^?]+)(?P<end>[?]?)",
    re.IGNORECASE,
)
FOR_EACH = re.compile(
    r"^for\s+(?:each|every|all)(?:\s+of)?(?:\s+the)?\s+(?P<items>[^,?]+),\s*(?P<rest>.+?)\s*\??$", re.IGNORECASE
)
IT = re.compile(r"\b(?:does|do|did|is|are|was|were|has|have)\s+(?P<it>it|they|he|she)\b", re.IGNORECASE)
THE_MANY = re.compile(
    rf"\b(?P<before>of|in|by|for|at|from|on|to)\s+(?P<items>the\s+(?:(?:top\s+)?{NUMBER}\s+)?(?:(?:most|least)\s+\w+\s+|"
    r"\w+est[\s-]|\w+ing\s|[a-z]+ed\s|[A-Z]\w+\s){0,3}(?P<head>[a-z]+s)\s+"
    r"(?P<link>that|which|who|whose|where|in|of|from|with|bordering|on|by|at|near|under|along|within)\s+[^?]+?)\s*\??$"
)
COUNTED = re.compile(rf"^the\s+(?:top\s+)?{NUMBER}\s", re.IGNORECASE)
# "How high are the ten highest mountains in the world?", "When were the seven wonders of the ancient world built?"
SUBJECTS = re.compile(
    rf"^(?P<before>(?:(?i:in|at|on|from)\s+)?(?i:how|when|where|why|which|what|who)\b(?:\s+[a-z]+){{0,2}}?\s+"
    r"(?P<verb>are|were|do|did|have))\s+"
    rf"(?P<items>the\s+(?:(?:top\s+)?{NUMBER}\s+(?:(?:[a-z-]+|[A-Z]\w+)\s+){{0,2}}?|(?:most|least)\s+\w+\s+|"
    r"\w+est\s+)?(?P<head>[a-z]+s)"
    r"(?P<rest>\s+(?:of|in|on|that|which|who)\s+.+)?)(?P<after>\s+[a-z]+(?:\s+[a-z]+)?)?\s*\??$"
)
IMPERATIVE = re.compile(
    r"^(?:please\s+)?(?:list|name|give|state)\s+(?P<items>(?:the|all(?:\s+the)?)\s+.+?)\s*,?\s+(?:and|with)\s+"
    r"(?:their\s+(?P<of>.+?)|(?:give|state|tell)\s+(?:the\s+)?(?P<each>.+?)\s+of\s+(?:each|them)(?:\s+of\s+them)?)\s*[.?!]*$",
    re.IGNORECASE,
)
AUXILIARY = re.compile(r"\b(?:is|are|was|were|do|does|did|has|have|had)\s*$", re.IGNORECASE)
LINK = frozenset("of in that which who whose where from with on by at near under along within bordering".split())
ONE_VERB = {"are": "is", "were": "was", "do": "does", "have": "has", "did": "did"}


class ManyAsked(NamedTuple):
    """What is asked of many: `items` that the question gives, or in `links[0]` the question for them; the template."""

    items: tuple[str, ...]
    links: tuple[str, str]


def many_asked(question: str) -> ManyAsked | None:
    """What a question asks of each of many; None when it has not the form of one."""
    if (match := GIVEN.search(question)) and len(given := _items(match["items"])) > 1:
        return ManyAsked(given, ("", one_of(f"{question[: match.start()]}{{1}}{match['end'] or '?'}")))
    if match := FOR_EACH.match(question):
        return ManyAsked((), (_list_question(match["items"]), f"{one_of(_of_it(match['rest']))}?"))
    if match := IMPERATIVE.match(question):
        aspect = match["of"] or match["each"]
        template = f"What {'are' if is_plural(aspect.split()[-1]) else 'is'} the {aspect} of {{1}}?"
        return ManyAsked((), (_list_question(re.sub(r"^all\s+(?:the\s+)?", "", match["items"])), one_of(template)))
    for read in (_of_each, _of_subjects, _of_the_many):
        if found := read(question):
            return found
    return None


def _of_it(rest: str) -> str:
    """ "what is its diameter" -> "what is {1}'s diameter"; without a pronoun it is asked "of {1}"."""
    if pronoun := IT.search(rest):
        start, end = pronoun.span("it")
        return f"{rest[:start]}{{1}}{rest[end:]}"
    owner = re.compile(r"\b(?:its|their|his|her)\b", re.IGNORECASE)
    return owner.sub("{1}'s", rest) if owner.search(rest) else f"{rest} of {{1}}"


def _of_each(question: str) -> ManyAsked | None:
    match = EACH.search(question)
    if match is None:
        return None
    before, items, after = question[: match.start()], match["items"], question[match.end("items") :]
    if AUXILIARY.search(before):  # "was each of the sisters born": what is said of them follows
        items, said = _phrase(items, many=match["of"] is not None)
        after = f"{said}{after}"
    if not (is_plural(items.split()[0]) or " " in items or before.split()[-1:] == ["of"]):
        return None
    return ManyAsked((), (_list_question(items), one_of(f"{before}{{1}}{after}")))


def _phrase(text: str, *, many: bool) -> tuple[str, str]:
    """A noun phrase and what follows it: "Nordic countries join NATO" -> "Nordic countries", " join NATO"."""
    tokens = text.split()
    heads = [at for at, word in enumerate(tokens) if word[0].islower() and is_plural(word)] if many else [0]
    end = (heads[0] if heads else 0) + 1
    while end < len(tokens) and tokens[end] in LINK:
        end += 1
        while end < len(tokens) and (tokens[end][0].isupper() or tokens[end] in {"the", "of", "and"}):
            end += 1
        if end < len(tokens) and tokens[end - 1] in {"the", *LINK}:  # "of the trilogy"
            end += 1
    said = " ".join(tokens[end:])
    return " ".join(tokens[:end]), f" {said}" if said else ""


def _of_subjects(question: str) -> ManyAsked | None:
    """Counted or described things as the subject: "How long are the three longest rivers in Europe?"."""
    match = SUBJECTS.match(question.rstrip(" ?"))
    if match is None or not is_plural(match["head"]):
        return None
    items, after = match["items"] + (match["after"] or ""), ""
    rest = match["rest"] or ""
    is_counted = COUNTED.match(items) or re.match(r"the\s+(?:(?:most|least)\s+\w+|\w+est)\s", items)
    if not (is_counted or re.match(r"\s+(?:that|which|who)\s", rest)):
        return None
    opening = match["before"].split()[0].casefold()
    if match["verb"] in {"were", "did", "do"} and opening != "how":
        found = re.search(r"(?<=[A-Z0-9])?\s+(?P<after>become\s+[a-z]+|[a-z]+)$", items)
        if found is None:
            return None
        items, after = items[: found.start()], f" {found['after']}"
    elif opening in {"what", "who"}:
        return None  # "What are the ten largest lakes?" asks for the list alone
    template = f"{re.sub(r'(?:are|were|do|did|have)$', ONE_VERB[match['verb']], match['before'])} {{1}}{after}?"
    return ManyAsked((), (_list_question(items), template))


def _of_the_many(question: str) -> ManyAsked | None:
    match = THE_MANY.search(question)
    if match is None or not is_plural(match["head"]) or _is_whole(question[: match.start("items")]):
        return None
    return ManyAsked((), (_list_question(match["items"]), one_of(f"{question[: match.start('items')]}{{1}}?")))


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


def one_of(template: str) -> str:
    """The template for one item: "What are the capitals of {1}?" -> "What is the capital of {1}?"."""

    def one(match: re.Match[str]) -> str:
        verb = {"are": "is", "were": "was"}[match["verb"].casefold()]
        return f"{match['frame']} {verb} {match['the']}{match['words']}{singular(match['noun'])} {match['of']}"

    pattern = (
        r"^(?P<frame>\w+)\s+(?P<verb>are|were)\s+(?P<the>the\s+)(?P<words>(?:[\w-]+\s+){0,3}?)(?P<noun>[a-z]+s)\s+"
        r"(?P<of>of|in|for|from|at|by|on)\b"
    )
    return re.sub(pattern, one, template, flags=re.IGNORECASE)
