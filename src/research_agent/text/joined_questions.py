"""
Several questions in one, by form: clauses that are joined, and the same question of things that are joined.

    "Who discovered radium and who discovered oxygen?"   two questions
    "Who wrote Hamlet and when was he born?"             the second hangs on the first
    "Which rivers flow through France and how long are they?"   a list, and a question of each item
    "How high are Mont Blanc and the Matterhorn?"        one question of each

"War and Peace" is one thing: what is joined is told apart by the number of the verb, by articles, and by what bears a
name (`KnownNames`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from research_agent.text.answer_forms import name_spans
from research_agent.text.known_titles import KnownNames, glued, unglued
from research_agent.text.plurals import is_plural, singular

__all__ = ["Joined", "Part", "joined", "parts_of", "same_of_each"]

MOST_PARTS = 4
OPENS = r"(?:(?:in|at|on|by|from|to|of|for|with|through|under)\s+)?(?:who|whom|whose|what|when|where|why|which|how)\b"
BETWEEN = re.compile(
    rf"\s*[,;]?\s+and\s+(?:also\s+)?(?={OPENS})|\s*[,;]\s+(?={OPENS})|\?\s+(?:and\s+)?(?={OPENS})", re.IGNORECASE
)
ASKS = re.compile(rf"^\s*{OPENS}", re.IGNORECASE)
PRONOUN = re.compile(
    r"\b(?:each of (?:them|these|those)|each|it|its|he|him|his|she|her|hers|they|them|their|there)\b", re.IGNORECASE
)
OWNING = frozenset({"its", "his", "their", "hers"})
PERSONAL = frozenset({"he", "him", "his", "she", "her", "hers"})
OF_MANY = re.compile(
    r"^(?:who\s+(?:are|were)\s+(?:the\s+)?|(?:what|which)\s+(?!(?:is|was)\b)(?:(?:are|were)\s+(?:the\s+)?)?)"
    r"(?:[\w-]+\s+){0,3}?[a-z]{2,}(?<!s)s\b|^(?:list|name|give)\s",
    re.IGNORECASE,
)
AFTER_VERB = re.compile(r"\b(?:is|are|was|were|do|does|did|has|have|had)\s+(?P<rest>.+?)\s*$")
WHO_IS = re.compile(r"^who\s+(?:is|was)\s+(?P<rest>.+?)$", re.IGNORECASE)
WHAT_IS = re.compile(r"^what\s+(?:[a-z]+ly\s+)?(?:is|are|was|were)\s+(?P<rest>.+?)$", re.IGNORECASE)
NO_VERB = re.compile(r"^(?:in|at|on|by|from|to|of|for|with)?\s*(?:what|which|whose|how)\s+\w+$", re.IGNORECASE)
COMPLETE = re.compile(r"^(?:where|how\s+\w+)\s+(?:is|are|was|were)\b", re.IGNORECASE)
DOES = re.compile(r"^(?:how|why|where|when)\s+(?:do|does|did)\s+(?P<rest>.+?)\s*$", re.IGNORECASE)
NOUN_PHRASE = re.compile(r"(?:the|a|an|this|his|her|its)\s+[\w-]+(?:\s+of\s+(?:the\s+)?[\w-]+)?", re.IGNORECASE)

THING = (
    r"(?:(?i:the|an?)\s+)?(?:[A-Z0-9][\w'’.&-]*(?:\s+(?:(?:of|the|de|von|van|in)\s+){0,2}[A-Z0-9][\w'’.&-]*)*"
    r"|[a-z][\w-]*)"
)
LIST = rf"(?P<items>{THING}(?:\s*,\s*{THING})*\s*,?\s+and\s+{THING})"
OF_THINGS = re.compile(
    r"^(?P<before>(?i:what|who|which|how)\b.*?\b(?P<verb>is|are|was|were)\s+the\s+(?:[\w-]+\s+){0,3}?(?P<noun>[a-z]+)"
    rf"\s+(?:of|in|for)\s+){LIST}\s*\??$"
)
AS_SUBJECT = re.compile(
    r"^(?P<before>(?:(?i:in|at|on|by|from)\s+)?(?i:who|what|when|where|why|how|which)\b(?:\s+[\w-]+){0,2}?\s+)"
    rf"(?P<verb>are|were|do|have|is|was)\s+{LIST}(?P<after>(?:\s+(?!(?:of|in|for|on|about)\b)[a-z][\w-]*(?:\s+[a-z][\w-]*){{0,3}})?)\s*\??$"
)
AS_OBJECT = re.compile(rf"^(?P<before>(?i:who)\s+[a-z]{{3,}}\s+(?:up\s+)?){LIST}\s*\??$")
ARTICLE = re.compile(r"(?:the|an?)\s", re.IGNORECASE)
TOGETHER = re.compile(
    r"\b(?:apart|together|other|another|same|alike|common|between|married|united|allied)\b", re.IGNORECASE
)
ONE_VERB = {"are": "is", "were": "was", "do": "does", "have": "has"}


class Joined(NamedTuple):
    """Parts of a question: `links` as those of a form, `many` when the first is a list; or `items` for a template."""

    links: tuple[str, ...]
    items: tuple[str, ...] = ()
    many: bool = False


class Part(NamedTuple):
    """
    One of several questions in one: as it was `said`, and standing alone.

    `asked` may hold the slot {1}, the answer of the first; `instead` is what else it may mean, "" when nothing.
    """

    said: str
    asked: str
    instead: str = ""

    @property
    def hangs_on_first(self) -> bool:
        """Whether it can only be asked once the first is answered."""
        return "{1}" in self.asked

    def about(self, answer: str) -> str:
        """The question with the answer of the first in its slot."""
        return self.asked.replace("{1}", answer)


def parts_of(question: str, known: KnownNames | None) -> tuple[Part, ...]:
    """
    The questions that one text joins, in order; () where it is one, and where a part of it asks for a list.

    The same question of two things is two only where both are `known`: "Simon and Garfunkel" stay together.
    """
    asked = glued(" ".join(question.split()), known)
    clauses = joined(asked, known)
    if clauses is None:
        each = same_of_each(asked, known)
        if each is None or not each.items or not _are_two(each.items, known):
            return ()
        alone = [unglued(each.links[1].replace("{1}", item)) for item in each.items]
        return tuple(Part(one, one) for one in alone)
    said = [part.strip(" ,;?") for part in BETWEEN.split(asked.strip())]
    if clauses.many or any(NO_VERB.match(one) for one in said):  # "Who discovered radium, and in what year?"
        return ()
    parts = [_part(said[0], one, link) for one, link in zip(said, clauses.links, strict=True)]
    return tuple(Part(*map(unglued, part)) for part in parts)


def _part(first: str, said: str, link: str) -> Part:
    """The part, and what else it may mean: "its largest cities" the country's, "how many copies" those of the book."""
    names = [first[start:end] for start, end in name_spans(first)]
    pronoun = PRONOUN.search(said)
    whole = f"{_capital(said)}?"
    if said == first or not names or (pronoun is not None and pronoun[0].casefold() in PERSONAL):
        return Part(whole, link)
    if pronoun is not None:
        return Part(
            whole, link, f"{_capital(_resolved(said, pronoun, names[-1], many=False))}?" if "{1}" in link else ""
        )
    if any(True for _ in name_spans(said)):
        return Part(whole, link)
    return Part(whole, f"{_capital(said)} ({names[-1]})?", link)


def joined(question: str, known: KnownNames | None) -> Joined | None:
    """The parts of a question of several clauses; None where it is one, or a part does not stand alone."""
    parts = [part.strip(" ,;?") for part in BETWEEN.split(question.strip())]
    if not 2 <= len(parts) <= MOST_PARTS or not all(ASKS.match(part) and len(part.split()) > 2 for part in parts):
        return None
    links, many = [f"{parts[0]}?"], False
    for part in parts[1:]:
        pronoun = PRONOUN.search(part)
        if pronoun is None:
            links.append(f"{_capital(part)}?")
            continue
        if any(True for _ in name_spans(part[: pronoun.start()])):  # it stands for what this part names
            links.append(f"{_capital(part)}?")
            continue
        antecedent = _antecedent(parts[0], pronoun[0].casefold(), known)
        if antecedent is None:
            return None
        many = many or (antecedent == "{1}" and OF_MANY.match(parts[0]) is not None)
        links.append(f"{_capital(_resolved(part, pronoun, antecedent, many=many))}?")
    return Joined(tuple(links), many=many) if not many or len(links) == 2 else None


def _antecedent(first: str, pronoun: str, known: KnownNames | None) -> str | None:
    """What a pronoun stands for: {1}, what the first part asks for, or what that is about; None in doubt."""
    if pronoun.startswith("each"):
        return "{1}" if OF_MANY.match(first) else None
    names = list(name_spans(first))
    if (who := WHO_IS.match(first)) and names == [who.span("rest")] and pronoun in PERSONAL:
        return who["rest"]
    if re.match(r"who\b", first, re.IGNORECASE):
        asks_many = OF_MANY.match(first) is not None
        if pronoun in ({"they", "them", "their"} if asks_many else PERSONAL):
            return "{1}"
        if pronoun in {"they", "them", "their"} or any(" of " in first[start:end] for start, end in names):
            return None  # of "the CEO of Apple" it may be either
        return _subject(first, known)
    if pronoun in PERSONAL and len(names) > 1:
        return None  # "Why did Napoleon attack Russia and when did he die?"
    if re.match(
        r"what\s+(?!(?:is|are|was|were)\b)[a-z]+(?:ed|s)\b", first, re.IGNORECASE
    ):  # "What happened", of which nothing hangs
        return None
    if (what := WHAT_IS.match(first)) and " of " not in what["rest"] and not OF_MANY.match(first):
        return what["rest"]
    if re.match(r"(?:what|which|in\s+(?:what|which))\b", first, re.IGNORECASE):
        return None if pronoun in PERSONAL else "{1}"
    return _subject(first, known)


def _subject(first: str, known: KnownNames | None) -> str | None:
    """The thing that a question is about: its last name, else what follows its verb."""
    if names := list(name_spans(first)):
        start, end = names[-1]
        article = re.search(r"\bthe\s+$", first[:start], re.IGNORECASE)
        return f"{article[0].strip()} {first[start:end]}" if article else first[start:end]
    match = AFTER_VERB.search(first)
    if match and COMPLETE.match(first):
        return match["rest"]
    if found := NOUN_PHRASE.search(first):
        return found[0]
    return _known_subject(does["rest"].split(), known) if (does := DOES.match(first)) else None


def _known_subject(words: Sequence[str], known: KnownNames | None) -> str | None:
    """What does something in "(how do) solar panels work": the first of two words, else the longest known thing."""
    if len(words) == 2:
        return words[0]
    things = (" ".join(words[:end]) for end in range(len(words) - 1, 0, -1))
    return next((thing for thing in things if known and (known(thing) or known(singular(thing)))), None)


def _resolved(part: str, pronoun: re.Match[str], antecedent: str, *, many: bool) -> str:
    """The part with its pronoun replaced; of one of many, its verb in the singular."""
    said, word = antecedent, pronoun[0].casefold()
    several = antecedent[:1].islower() and is_plural(antecedent)
    before, after = part[: pronoun.start()], part[pronoun.end() :]
    if word in OWNING or (word == "her" and re.match(r"\s+\w", after)):
        said = f"{antecedent}'" if several else f"{antecedent}'s"
    elif word == "there":
        said = f"in {antecedent}"
    if many and word in OWNING:  # "their capitals": of one it is its capital
        after = re.sub(r"^\s+[a-z]+s\b", lambda match: f" {singular(match[0].strip())}", after)
    if many or (word == "they" and not several):
        before = re.sub(r"\b(?:are|were|do|have)(?=\s+$)", lambda match: ONE_VERB[match[0].casefold()], before)
    return f"{before}{said}{after}"


def same_of_each(question: str, known: KnownNames | None) -> Joined | None:
    """One question of each of several things that it joins; None where they are one thing, or asked for together."""
    if TOGETHER.search(question):
        return None
    if match := OF_THINGS.match(question):
        items = _items(match["items"])
        many = match["verb"].casefold() in ONE_VERB
        if _is_a_pair(items, known):
            return None
        if many or len(items) > 2 or _are_two(items, known):
            return _template(match["before"], "?", items, match["noun"] if many else "")
        return None
    if match := AS_SUBJECT.match(question):
        items = _items(match["items"])
        one = match["verb"].casefold() not in ONE_VERB  # "What is love and marriage?" may be of one thing
        if _is_a_pair(items, known) or (one and len(items) == 2 and not all(map(ARTICLE.match, items))):
            return None
        if all(item[:1].islower() and is_plural(item) for item in items):  # "Why do cats and dogs fight?"
            return _template(f"{match['before']}{match['verb']} ", f"{match['after']}?", items, "")
        before = f"{match['before']}{ONE_VERB.get(match['verb'].casefold(), match['verb'])} "
        before = re.sub(r"(?<!many )\b(?P<noun>[a-z]{3,})s(?=\s+(?:is|was|does|has)\s$)", r"\g<noun>", before)
        return _template(before, f"{match['after']}?", items, "")
    if match := AS_OBJECT.match(question):
        items = _items(match["items"])
        if all(re.match(r"the\s", item, re.IGNORECASE) for item in items) or _are_two(items, known):
            return _template(match["before"], "?", items, "")
    return None


def _template(before: str, after: str, items: tuple[str, ...], noun: str) -> Joined:
    if noun:
        before = re.sub(
            r"\b(?:are|were)\b", lambda match: ONE_VERB[match[0].casefold()], before, count=1, flags=re.IGNORECASE
        )
        before = re.sub(rf"\b{re.escape(noun)}\b(?=\s+(?:of|in|for)\s+$)", lambda match: singular(match[0]), before)
    return Joined(("", f"{before}{{1}}{after}"), items)


def _is_a_pair(items: Sequence[str], known: KnownNames | None) -> bool:
    """Whether two bare names of which nothing is known stand together: "Simon and Garfunkel", "Bonnie and Clyde"."""
    bare = [re.fullmatch(r"[A-Z][\w'’-]*", item) for item in items]
    return known is not None and len(items) == 2 and all(bare) and not all(map(known, items))


def _are_two(items: Sequence[str], known: KnownNames | None) -> bool:
    """Whether each bears a title, of the kind that its writing says: "War and Peace" is no war and no peace."""
    if known is None:
        return False
    kinds = [known(unglued(re.sub(r"^(?:the|an?)\s+", "", item, flags=re.IGNORECASE))) for item in items]
    written = ["name" if item[:1].isupper() or item.startswith("the ") else "word" for item in items]
    return all(
        kind and (kind == as_written or as_written == "word") for kind, as_written in zip(kinds, written, strict=True)
    )


def _items(text: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", text.strip()) if part)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
