"""Field of a survey, by the form of its question: what it is about, and the aspects of it that the question names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from research_agent.stages.plan import subject_phrase
from research_agent.text.tokens import STOP_WORDS, WORD, content_stems

__all__ = ["Field", "is_about", "surveyed_field"]

MOST_ASPECTS = 6
EFFECT = re.compile(
    r"how\s+\w+\s+(?P<cause>.+)\s+(?:affect|influence|change|impact)s?\s+(?P<what>.+?)\s*\??$", re.IGNORECASE
)
CAUSES = re.compile(r"what\s+causes\s+(?P<what>.+?)\s*\??$", re.IGNORECASE)
FRAME = re.compile(
    r"^(?:(?:please\s+)?(?:give|write|show)(?:\s+me)?\s+(?:an?\s+)?(?:short\s+|brief\s+)?(?:overview|summary|survey|report)\s+"
    r"(?:of|on|about)\s+|(?:an?\s+)?overview\s+of\s+|what\s+(?:is|are)\s+known\s+(?:about|of)\s+"
    r"|what\s+do\s+we\s+know\s+(?:about|of)\s+|(?:research|explore|discuss|describe|explain|outline|summari[sz]e)\s+)",
    re.IGNORECASE,
)
NOUN = r"(?:[a-z]+\s)?[a-z]{3,}"
# "the causes and effects of malaria", "history, culture and economy of Japan"
OF_FIELD = re.compile(
    rf"^(?:the\s+)?(?P<aspects>{NOUN}(?:\s*,\s*{NOUN})*\s*,?\s+and\s+{NOUN})\s+(?:of|in|for)\s+(?P<field>.+)$",
    re.IGNORECASE,
)
LISTED = re.compile(r"^(?P<field>[^:]{3,}?)\s*:\s*(?P<aspects>[^:]{3,})$")
BETWEEN = re.compile(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
COMPLEMENT = re.compile(r"\s+(?:on|in|for|to|from|at|between|during|over|within|by)\s+", re.IGNORECASE)


class Field(NamedTuple):
    """
    Field of a survey. `phrase` is how a step names it; `topics` are the things whose own articles are about it, and
    `aspects` are of the first, which a step names as `thing`.
    """

    phrase: str
    topics: tuple[str, ...]
    aspects: tuple[str, ...] = ()
    thing: str = ""


def surveyed_field(question: str) -> Field:
    """The field of a survey: "the effects of coffee on health", of which coffee is the topic."""
    if match := EFFECT.match(question):
        cause, what = match["cause"], match["what"]
        return Field(f"the effects of {cause} on {what}", (_bare(cause), _bare(what)))
    if match := CAUSES.match(question):
        return Field(f"the causes of {match['what']}", _topics(match["what"]))
    bare = FRAME.sub("", question.rstrip("?!. "), count=1)
    if match := LISTED.match(bare):
        field = subject_phrase(match["field"]) or match["field"]
        return Field(_phrase(field), _topics(field), _aspects(match["aspects"]), _thing(bare, field))
    phrase = subject_phrase(bare) or bare
    if match := OF_FIELD.match(phrase):
        return Field(_phrase(phrase), _topics(match["field"]), _aspects(match["aspects"]), _thing(bare, match["field"]))
    return Field(_phrase(phrase), _topics(phrase))


def _phrase(text: str) -> str:
    """The field as it stands in a sentence: with an article before a common noun that is one thing."""
    return text if text[:1].isupper() or " of " not in text or text.casefold().startswith("the ") else f"the {text}"


def _aspects(text: str) -> tuple[str, ...]:
    found = (
        re.sub(r"^(?:its|their|the)\s+", "", part.strip(" .?!"), flags=re.IGNORECASE) for part in BETWEEN.split(text)
    )
    return tuple(dict.fromkeys(part for part in found if content_stems(part)))[:MOST_ASPECTS]


def _topics(phrase: str) -> tuple[str, ...]:
    """The things themselves, the first foremost: "effects of coffee on health" -> "coffee", "health"."""
    thing = phrase.partition(" of ")[2] if " of " in phrase and not phrase[:1].isupper() else phrase
    return tuple(filter(None, map(_bare, COMPLEMENT.split(thing))))


def _thing(asked: str, field: str) -> str:
    """The first topic as a question names it, with its article: "the French Revolution"."""
    thing = _topics(field)[0] if _topics(field) else field
    return f"the {thing}" if re.search(rf"\bthe\s+{re.escape(thing)}", asked, re.IGNORECASE) else thing


def _bare(thing: str) -> str:
    tokens = WORD.findall(thing)
    while tokens and tokens[0].casefold() in STOP_WORDS:
        tokens.pop(0)
    return " ".join(tokens)


def is_about(title: str, topics: Iterable[str]) -> bool:
    """
    Whether a document of that title, its qualifier left out, is about a topic itself.

    "Glacier" is for "glaciers", and "Wolfgang Amadeus Mozart" for "Mozart"; "Glacier Bay" and "Battle of Vienna" are
    not.
    """
    stems = content_stems(title)
    return any(
        bool(stems) and (stems == content_stems(topic) or (topic[:1].isupper() and _is_last_name(topic, title)))
        for topic in topics
    )


def _is_last_name(topic: str, title: str) -> bool:
    before = title.removesuffix(f" {topic}")
    return before != title and before.rpartition(" ")[2] not in STOP_WORDS
