"""Questions of everyday kinds, written for the encyclopedia's leads by the form of their sentences."""

from __future__ import annotations

import random
import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from research_agent.sources.encyclopedia import unqualified
from research_agent_devtools.samples.leads import Lead

__all__ = ["Question", "definition", "facts", "private", "superlatives"]


class Question(NamedTuple):
    """A question with the positions of the sentences that answer it; () when the lead is known not to answer."""

    text: str
    right: tuple[int, ...]
    kind: str


class Fact(NamedTuple):
    """What is asked of a thing, the sentences that say it, and whether a lead without one surely does not say it."""

    kind: str
    asked: tuple[str, ...]
    says: re.Pattern[str]
    of: str
    sure: bool


FOLDER = Path(__file__).parent
NUMBER = r"(?:\d[\d,.]*(?: (?:thousand|million|billion))?|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
WIDE = ("any", "person", "thing")
DEFINITIONS = (
    "What is {x}?", "What is {x}?", "what is {x}", "What are {x}?", "Explain {x}.", "What does {x} mean?", "{x}",
    "Define {x}", "Tell me about {x}", "What's {x}?", "What is meant by {x}?", "Can you explain what {x} is?",
    "{x} definition",
)  # fmt: skip
SUPERLATIVE = re.compile(
    r"\b(?:is|was|are|were|being)\b[^.;]{0,40}?\bthe (?:world's |Earth's )?"
    r"(?P<rank>(?:second|third|fourth|fifth|sixth|seventh|eighth)[- ])?(?P<est>(?:most|least) [a-z]+|[a-z]{3,}est)\b"
    r"(?P<noun>(?: [A-Za-z-]+){1,4}?)(?P<where> (?:in|of|on|by) (?:the )?[A-Z]?[\w ]{2,30}?)?"
    r"(?=[,.;(]| and | with | that | which | who | after | where )"
)
NO_SUPERLATIVE = frozenset(
    """west east rest test forest interest best guest request northwest southwest southeast northeast priest harvest
    conquest quest chest arrest nest protest suggest contest""".split()
)


def definition(lead: Lead, rng: random.Random) -> Question:
    """A question for what the thing is: the first sentence answers."""
    return Question(_form(rng.choice(DEFINITIONS), _subject(lead, rng), rng), (0,), "definition")


def facts(lead: Lead, rng: random.Random, most: int = 3) -> list[Question]:
    """Questions for facts of the thing: some that the lead answers, and some that it surely does not."""
    fitting = [fact for fact in _facts() if _fits(fact, lead)]
    rng.shuffle(fitting)
    held, absent = [], []
    for fact in fitting:
        right = tuple(at for at, sentence in enumerate(lead.sentences) if fact.says.search(sentence))
        text = _form(rng.choice(fact.asked), _subject(lead, rng), rng)
        if right and len(right) <= 2:
            held.append(Question(text, right, fact.kind))
        elif not right and fact.sure and (fact.of not in WIDE or rng.random() < 0.3):
            absent.append(Question(text, (), f"no {fact.kind}"))
    # The specific ones first: nearly every lead says what something is used for.
    held.sort(key=lambda question: question.kind in {"use", "famous for", "important", "parts", "made of", "place"})
    return held[:most] + absent[: rng.choice((0, 1, 1, 2))]


def _fits(fact: Fact, lead: Lead) -> bool:
    """Whether such a thing can be asked of the lead's subject."""
    person = lead.topic == "People"
    if fact.of in WIDE:
        return fact.of == "any" or person == (fact.of == "person")
    return not person and re.search(fact.of, lead.description, re.IGNORECASE) is not None


@lru_cache(maxsize=1)
def _facts() -> tuple[Fact, ...]:
    rows = tomllib.loads((FOLDER / "facts.toml").read_text("utf-8"))["fact"]
    return tuple(
        Fact(
            row["kind"],
            tuple(row["asked"]),
            re.compile(row["says"].replace("{NUMBER}", NUMBER), re.IGNORECASE),
            row["of"],
            row["sure"],
        )
        for row in rows
    )


def superlatives(lead: Lead, rng: random.Random) -> list[Question]:
    """Questions for the largest or most of something that a sentence names, and for one that it is only next to."""
    questions = []
    for at, sentence in enumerate(lead.sentences):
        match = SUPERLATIVE.search(sentence)
        if match is None or match["est"] in NO_SUPERLATIVE or re.search(r"\bone of the\b|\bamong\b", match[0]):
            continue
        place = (match["where"] or "").rstrip()
        noun = match["noun"].strip()
        thing = f"{match['est']} {noun}{place}".strip()
        if not noun or len(thing.split()) > 9 or noun.split()[0] in {"of", "in", "and", "known"}:
            continue
        asked = rng.choice(
            (
                "What is the {t}?",
                "Which is the {t}?",
                "Who or what is the {t}?",
                "the {t}",
                "What's the {t}?",
                "Which {n}{w} is the {e}?",
            )
        )
        text = asked.format(t=thing, n=noun, w=place, e=match["est"])
        right = () if match["rank"] else (at,)
        questions.append(Question(_cased(text, rng), right, "superlative" if right else "second superlative"))
    return questions[:2]


def private(rng: random.Random) -> str:
    """A question that no encyclopedia answers."""
    data = _private()
    text: str = rng.choice(data["questions"])
    while match := re.search(r"\{(\w+)\}", text):
        text = text[: match.start()] + rng.choice(data["words"][match[1]]) + text[match.end() :]
    return _cased(text, rng)


@lru_cache(maxsize=1)
def _private() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "private.toml").read_text("utf-8"))


def _subject(lead: Lead, rng: random.Random) -> str:
    """How a question names the thing: by its title without qualifier, or with what tells it apart."""
    plain = unqualified(lead.title)
    qualifier = re.search(r"\(([^()]+)\)$", lead.title)
    if qualifier and rng.random() < 0.3:
        return f"{plain} in {qualifier[1]}" if rng.random() < 0.4 else f"the {qualifier[1]} {plain}"
    names = plain.split()
    if lead.topic == "People" and len(names) > 1 and rng.random() < 0.35:
        return names[-1]
    first = lead.text[:60]
    if (
        not plain[:1].isdigit()
        and re.match(rf"(?:An?|The) {re.escape(plain)}\b", first, re.IGNORECASE)
        and len(names) < 4
    ):
        article = first.split()[0].lower()
        inner = plain[0].lower() + plain[1:] if article != "the" else plain
        return rng.choice((f"{article} {inner}", f"the {inner}", inner))
    return plain


def _form(asked: str, subject: str, rng: random.Random) -> str:
    return _cased(asked.format(x=subject), rng)


def _cased(text: str, rng: random.Random) -> str:
    """The question as people type it: now and then in lower case, without its mark."""
    text = text[0].upper() + text[1:]
    if rng.random() < 0.2:
        text = text.lower()
    return text.rstrip("?.") if rng.random() < 0.15 else text
