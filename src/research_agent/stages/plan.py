"""Query planning: question -> topics. The model proposes, but topics unrelated to the question are dropped."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable

from research_agent import prompts
from research_agent.prompts import Prompt
from research_agent.text.injection import is_order, unlinked
from research_agent.text.tokens import content_stems, content_words, names, without_urls, words
from research_agent.types import Embed, History, Topic

__all__ = ["known_topics", "plan"]

MOST_TOPICS = 3
LONGEST_SUBJECT = 12  # words of a title
LONGEST_TOPIC = 6  # words; a longer line is chatter, not a topic
RELATED = 0.35  # cosine from which a topic that shares no word with the question still belongs to it

Ask = Callable[[Prompt], Awaitable[str]]

# "What is", "Who was", "How does": the frame of a question is not part of what it asks about.
FRAME = re.compile(
    r"^(?:please\s+)?(?:can you\s+|could you\s+)?"
    r"(?:tell me(?: about)?|explain|describe|define|what|who|whom|whose|where|when|why|how|which)"
    r"(?:\s+(?:long|far|old|big|tall|high|deep|large|fast|heavy|often|hot|cold)\b)?"
    r"(?:['’]s|\s+(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|many|much))*"
    r"\s+(?:(?:the|a|an)\s+)?",
    re.IGNORECASE,
)
COMPARISONS = (
    re.compile(r"\bbetween\s+(?P<one>.+?)\s+and\s+(?P<other>.+)", re.IGNORECASE),
    re.compile(r"(?P<one>.+?)\s+(?:differs?|different|differ)\s+from\s+(?P<other>.+)", re.IGNORECASE),
    re.compile(r"(?:compare\s+)?(?P<one>.+?)\s+(?:vs\.?|versus|compared (?:to|with))\s+(?P<other>.+)", re.IGNORECASE),
    re.compile(r"\bcompare\s+(?P<one>.+?)\s+(?:and|with|to)\s+(?P<other>.+)", re.IGNORECASE),
)
PRONOUN = re.compile(r"\b(it|its|he|his|him|she|her|hers|they|them|their|this|that|these|those)\b", re.IGNORECASE)
POSSESSIVE = frozenset({"its", "his", "her", "hers", "their"})
MARKS = re.compile(r"^[\s\-*•–\d.)(\]\[#:\"'`“”]+|[\s\"'`“”.,;:*?]+$")
LABEL = re.compile(
    r"^(?:search\s+)?(?:topics?|keywords?|queries|query|(?:the\s+)?answer(?:\s+is)?)\s*:\s*", re.IGNORECASE
)


def known_topics(question: str, history: History) -> tuple[Topic, ...]:
    """The one or two topics of the question itself, made standalone from the history, without a model."""
    alone = standalone(question, history)
    return _distinct([Topic(text=text, question=alone) for text in rule_topics(without_urls(alone))])


async def plan(question: str, *, history: History, ask: Ask, embed: Embed | None = None) -> tuple[Topic, ...]:
    """One to three topics: those of the question itself, then those of the model. Raises the `ChatError` of `ask`."""
    known = known_topics(question, history)
    alone = known[0].question
    reply = await ask(prompts.topics(question, earlier=_earlier(history)))
    proposed = await _related(parse_topics(reply), alone, embed)
    return _distinct([*known, *(Topic(text=text, question=alone, origin="model") for text in proposed)])


def standalone(question: str, history: History) -> str:
    """The question with its references resolved: "Where was she born?" -> "Where was Marie Curie born?"."""
    subject = _subject(history)
    if not subject or subject.casefold() in question.casefold():
        return question
    pronoun = PRONOUN.search(question)
    if pronoun and not names(question[: pronoun.start()]):
        ending = "'s" if pronoun[0].lower() in POSSESSIVE and not _stands_alone(question, pronoun) else ""
        return f"{question[: pronoun.start()]}{subject}{ending}{question[pronoun.end() :]}"
    if not content_words(question):
        return f"{question.rstrip(' ?!.')} ({subject})?"
    return question


def rule_topics(question: str) -> list[str]:
    """Topics by rule: both sides of a comparison, else the question without its frame."""
    for pattern in COMPARISONS:
        if match := pattern.search(question):
            sides = [_phrase(match["one"]), _phrase(match["other"])]
            if all(content_words(side) for side in sides):
                return sides
    phrase = _phrase(question)
    short = " ".join(phrase.split()[: LONGEST_TOPIC * 2])
    return [short or " ".join(words(question)[: LONGEST_TOPIC * 2]) or question[:80]]


def parse_topics(reply: str) -> list[str]:
    """Topics of a model's reply, without chatter, numbering, quotes and labels."""
    topics = []
    for line in reply.splitlines():
        if line.rstrip().endswith(":"):  # "Here are some topics:"
            continue
        for part in LABEL.sub("", MARKS.sub("", line)).split(","):
            topic = MARKS.sub("", part)
            if content_words(topic) and len(topic.split()) <= LONGEST_TOPIC:
                topics.append(topic)
    return list({topic.casefold(): topic for topic in reversed(topics)}.values())[::-1]


async def _related(proposed: list[str], question: str, embed: Embed | None) -> list[str]:
    """The proposed topics that share a word with the question or, by meaning, belong to it."""
    stems = set(content_stems(question))
    echo = set(content_stems(prompts.TOPICS_SYSTEM)) - stems
    proposed = [topic for topic in proposed if not set(content_stems(topic)) <= echo]
    shares = [bool(stems & set(content_stems(topic))) for topic in proposed]
    if embed is not None and not all(shares):
        vectors = await embed([question, *proposed])
        close = vectors[1:] @ vectors[0]
        shares = [share or float(near) >= RELATED for share, near in zip(shares, close, strict=True)]
    return [topic for topic, share in zip(proposed, shares, strict=True) if share]


def _distinct(topics: Iterable[Topic]) -> tuple[Topic, ...]:
    """The first three topics; of those with the same words, one."""
    first: dict[frozenset[str], Topic] = {}
    for topic in topics:
        first.setdefault(frozenset(content_stems(topic.text)) or frozenset({topic.text}), topic)
    return tuple(first.values())[:MOST_TOPICS]


def _subject(history: History) -> str:
    """Subject of the last answered turn: the title of the first document it cites, else its question."""
    for turn in reversed(history.turns):
        terms = set(content_stems(turn.question))
        titles = [citation.title for citation in turn.answer.citations if _is_subject(citation.title)]
        matching = [title for title in titles if terms & set(content_stems(title))]
        if matching or titles:
            return (matching or titles)[0]
        if content_words(turn.question):
            return _phrase(turn.question)
    return ""


def _is_subject(title: str) -> bool:
    """Whether a title may enter a question: it is its author's text, and may hold instructions to the model."""
    return len(title.split()) <= LONGEST_SUBJECT and unlinked(title) == title and not is_order(title)


def _stands_alone(question: str, pronoun: re.Match[str]) -> bool:
    """Whether "her" is an object ("about her?") rather than an owner ("her work")."""
    following = question[pronoun.end() :].strip()
    return not following or following[0] in "?.!,"


def _phrase(text: str) -> str:
    """A question without its frame, its closing mark and the stop words at its ends."""
    tokens = FRAME.sub("", text.strip(), count=1).strip(" ?!.\"'").split()
    while tokens and not content_words(tokens[0]):
        tokens.pop(0)
    while tokens and not content_words(tokens[-1]):
        tokens.pop()
    return " ".join(tokens)


def _earlier(history: History) -> str:
    """The last questions, shortened: what a follow-up may refer to."""
    return " ".join(turn.question for turn in history.turns[-2:])[:300]
