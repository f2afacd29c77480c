"""Query planning: question -> topics. The model proposes, but topics unrelated to the question are dropped."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable

from research_agent import prompts
from research_agent.prompts import Prompt
from research_agent.text.arithmetic import parse_task
from research_agent.text.injection import is_order, unlinked
from research_agent.text.keywords import keywords
from research_agent.text.languages import base_language, detect_language
from research_agent.text.question import YOUR_TEXT, interpret
from research_agent.text.tokens import content_stems, content_words, names, without_urls, words
from research_agent.types import Embed, History, Topic

__all__ = ["compared_sides", "known_topics", "plan", "subject_phrase"]

MOST_TOPICS = 3
MOST_SIDES = 4  # of a comparison
LONGEST_SUBJECT = 12  # words of a title
LONGEST_TOPIC = 6  # words; a longer line is chatter, not a topic
RELATED = 0.35  # cosine from which a topic that shares no word with the question still belongs to it

Ask = Callable[[Prompt], Awaitable[str]]

# "What is", "Who was", "How does": the frame of a question is not part of what it asks about.
FRAME = re.compile(
    r"^(?:please\s+)?(?:can you\s+|could you\s+)?"
    r"(?:tell me(?: about)?|explain|describe|define|what|who|whom|whose|where|when|why|how|which)"
    r"(?:\s+(?:long|far|old|big|tall|high|deep|large|fast|heavy|often|hot|cold)\b)?"
    r"(?:['’]?s|\s+(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|many|much))*"
    r"\s+(?:(?:the|a|an)\s+)?",
    re.IGNORECASE,
)
COMPARISONS = (
    re.compile(r"\bbetween\s+(?P<sides>.+)", re.IGNORECASE),
    re.compile(r"(?P<one>.+?)\s+(?:differs?|different)\s+from\s+(?P<sides>.+)", re.IGNORECASE),
    re.compile(r"\bhow\s+(?:do|does|are)\s+(?P<sides>.+?)\s+(?:differ|different|alike|similar)\b", re.IGNORECASE),
    re.compile(r"\bhow\s+(?:do|does|did)\s+(?P<one>.+?)\s+compare\s+(?:to|with)\s+(?P<sides>.+)", re.IGNORECASE),
    re.compile(r"\bhow\s+(?:do|does|did)\s+(?P<sides>.+?)\s+compare\s*\??$", re.IGNORECASE),
    re.compile(r"\bwhat\s+do\s+(?P<sides>.+?)\s+have\s+in\s+common\b", re.IGNORECASE),
    re.compile(r"(?:\bcompare\s+)?(?P<sides>.+?\s+(?:vs\.?|versus|compared (?:to|with))\s+.+)", re.IGNORECASE),
    re.compile(r"\bcompare\s+(?P<sides>.+)", re.IGNORECASE),
    re.compile(r"\b(?:which|what|who)(?:\s+\w+){1,3}\s*[,:]\s+(?P<sides>.+?\s+or\s+.+)", re.IGNORECASE),
)
BETWEEN_SIDES = re.compile(
    r"\s*,\s*(?:(?:and|or|vs\.?|versus)\s+)?|\s+(?:and|or|with|vs\.?|versus|compared (?:to|with))\s+", re.IGNORECASE
)
TO = re.compile(r"\s+to\s+", re.IGNORECASE)
# A title in quotation marks is one word of the question, whatever stands in it.
QUOTED = re.compile(
    r"\"[^\"\n]{1,100}\"|“[^”\n]{1,100}”|„[^“”\n]{1,100}[“”]|«[^»\n]{1,100}»|(?<!\w)'[^'\n]{1,100}'(?!\w)"
)
MONTH = "May"  # the one month that is a stop word too
SYMBOL = re.compile(r"[A-Z]")  # "vitamin C"
NAMED_BY_SIGNS = re.compile(r"\w[+#]|^[B-HJ-Z]$")  # C++, F#, R
QUOTES = "\"“”„«»'`*_"
PRONOUN = re.compile(r"\b(it|its|he|his|him|she|her|hers|they|them|their|this|that|these|those)\b", re.IGNORECASE)
POSSESSIVE = frozenset({"its", "his", "her", "hers", "their"})
MARKS = re.compile(r"^[\s\-*•–\d.)(\]\[#:\"'`“”]+|[\s\"'`“”.,;:*?]+$")
LABEL = re.compile(
    r"^(?:search\s+)?(?:topics?|keywords?|queries|query|(?:the\s+)?answer(?:\s+is)?)\s*:\s*", re.IGNORECASE
)


def known_topics(text: str, history: History, lang: str = "") -> tuple[Topic, ...]:
    """
    The topics of the question itself, made standalone from the history, without a model: one, or one for each question
    and for each side of a comparison. Of what else the text holds nothing is searched for.

    `lang` is the language that the user chose; "" for the question's own.
    """
    first, *others = interpret(text).questions or ("",)
    asked = [standalone(first, history), *others]
    alone = " ".join(asked)
    searched = [asked[0], *filter(_names_its_subject, others)]
    lang = lang or detect_language(without_urls(" ".join([first, *others])))
    topics = [topic for one in searched for topic in rule_topics(without_urls(one), lang)]
    return _distinct([Topic(text=topic, question=alone, lang=lang) for topic in topics], MOST_SIDES)


async def plan(
    text: str, *, history: History, ask: Ask, embed: Embed | None = None, lang: str = ""
) -> tuple[Topic, ...]:
    """
    The topics of the question itself, then, up to three in all, those of the model. Raises the `ChatError` of `ask`.

    The model sees the question and the two before it. A topic of its own with a word that stands in an earlier
    question, or in what came along with one, and not in this question, is dropped: it is not sent to a service.
    """
    known = known_topics(text, history, lang)
    alone, earlier, lang = known[0].question, _earlier(history), known[0].lang
    reply = await ask(prompts.topics(interpret(text).question, earlier=earlier))
    session = " ".join(turn.question for turn in history.turns)
    private = set(content_stems(f"{session} {text}")) - set(content_stems(f"{alone} {_subject(history)}"))
    own = [topic for topic in parse_topics(reply) if private.isdisjoint(content_stems(topic))]
    proposed = await _related(own, alone, embed, base_language(lang))
    added = (Topic(text=topic, question=alone, origin="model", lang=lang) for topic in proposed)
    return _distinct([*known, *added], max(MOST_TOPICS, len(known)))


def standalone(question: str, history: History) -> str:
    """The question with its references resolved: "Where was she born?" -> "Where was Marie Curie born?"."""
    subject = _subject(history)
    if not subject or subject.casefold() in question.casefold():
        return question
    pronoun = PRONOUN.search(_without_quoted(question))
    if pronoun and not names(question[: pronoun.start()]):
        ending = "'s" if pronoun[0].lower() in POSSESSIVE and not _stands_alone(question, pronoun) else ""
        return f"{question[: pronoun.start()]}{subject}{ending}{question[pronoun.end() :]}"
    if not content_words(question) and not QUOTED.search(question):
        return f"{question.rstrip(' ?!.')} ({subject})?"
    return question


def rule_topics(question: str, lang: str = "en") -> list[str]:
    """
    Topics by rule: both sides of a comparison, else the question without its frame; of other languages its keywords.

    `lang` is the question's language when its words do not tell.
    """
    if (task := parse_task(question)) is not None:  # each figure has a subject of its own
        return list(dict.fromkeys(one.subject for one in task.operands if one.subject))[:MOST_SIDES]
    asked_in = detect_language(question, base_language(lang))
    if asked_in != "en" and (found := keywords(question, asked_in)):
        return [found]
    if sides := compared_sides(question):
        return sides[:MOST_SIDES]
    phrase = subject_phrase(question)
    short = " ".join(phrase.split()[: LONGEST_TOPIC * 2])
    return [short or " ".join(words(question)[: LONGEST_TOPIC * 2]) or question[:80]]


def compared_sides(question: str) -> list[str]:
    """The sides of a comparison, without articles; [] when the question has not the form of one."""
    for pattern in COMPARISONS:
        if match := pattern.search(question):
            sides = [subject_phrase(side) for side in _sides(match)]
            if len(sides) > 1 and all(map(_has_content, sides)):
                return sides
    return []


def _sides(match: re.Match[str]) -> list[str]:
    """The sides of a comparison: "a, b and c" are three."""
    named = match.groupdict()
    sides = [side for side in BETWEEN_SIDES.split(named["sides"].strip(" ?!.")) if side.strip()]
    if len(sides) == 1 and "one" not in named:
        sides = TO.split(sides[0], maxsplit=1)
    return [named["one"], *sides] if named.get("one") else sides


def _names_its_subject(question: str) -> bool:
    """Whether a further question can be searched for by itself: "And who discovered it?" cannot."""
    pronoun = PRONOUN.search(_without_quoted(question))
    return pronoun is None or bool(names(question[: pronoun.start()]))


def _without_quoted(text: str) -> str:
    """The text with quoted titles blotted out, of the same length."""
    return QUOTED.sub(lambda match: "x" * len(match[0]), text)


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


async def _related(proposed: list[str], question: str, embed: Embed | None, lang: str) -> list[str]:
    """The proposed topics that share a word with the question or, by meaning, belong to it."""
    stems = set(content_stems(question, lang))
    echo = set(content_stems(prompts.TOPICS_SYSTEM, lang)) - stems
    proposed = [topic for topic in proposed if not set(content_stems(topic, lang)) <= echo]
    shares = [bool(stems & set(content_stems(topic, lang))) for topic in proposed]
    if embed is not None and not all(shares):
        vectors = await embed([question, *proposed])
        close = vectors[1:] @ vectors[0]
        shares = [share or float(near) >= RELATED for share, near in zip(shares, close, strict=True)]
    return [topic for topic, share in zip(proposed, shares, strict=True) if share]


def _distinct(topics: Iterable[Topic], most: int) -> tuple[Topic, ...]:
    """The first `most` topics; of those with the same words, one."""
    first: dict[frozenset[str], Topic] = {}
    for topic in topics:
        first.setdefault(frozenset(content_stems(topic.text)) or frozenset({topic.text}), topic)
    return tuple(first.values())[:most]


def _subject(history: History) -> str:
    """Subject of the last answered turn: the title of the first document it cites, else its question."""
    for turn in reversed(history.turns):
        asked = interpret(turn.question).question
        terms = set(content_stems(asked))
        found = [cited for cited in turn.answer.citations if cited.source != YOUR_TEXT]
        titles = [cited.title for cited in found if _is_subject(cited.title)]
        matching = [title for title in titles if terms & set(content_stems(title))]
        if matching or titles:
            return (matching or titles)[0]
        if content_words(asked):
            return " ".join(subject_phrase(asked).split()[:LONGEST_SUBJECT])
    return ""


def _is_subject(title: str) -> bool:
    """Whether a title may enter a question: it is its author's text, and may hold instructions to the model."""
    return len(title.split()) <= LONGEST_SUBJECT and unlinked(title) == title and not is_order(title)


def _stands_alone(question: str, pronoun: re.Match[str]) -> bool:
    """Whether "her" is an object ("about her?") rather than an owner ("her work")."""
    following = question[pronoun.end() :].strip()
    return not following or following[0] in "?.!,"


def subject_phrase(text: str) -> str:
    """A question without its frame, its closing mark, quotation marks, and the stop words at its ends."""
    joined = QUOTED.sub(lambda match: match[0].replace(" ", "\0"), text.strip())
    tokens = FRAME.sub("", joined, count=1).rstrip(" ?!.").split()
    while tokens and not _has_content(tokens[0]):
        tokens.pop(0)
    while tokens and not _has_content(tokens[-1]) and not SYMBOL.fullmatch(tokens[-1]) and tokens[-1] != MONTH:
        tokens.pop()
    return " ".join(token.strip(QUOTES) for token in tokens).replace("\0", " ").strip()


def _has_content(text: str) -> bool:
    """Whether a text carries meaning: it has a content word, a quoted title, or a name such as "C++"."""
    return bool(content_words(text)) or text[:1] in QUOTES or NAMED_BY_SIGNS.search(text) is not None


def _earlier(history: History) -> str:
    """The last questions, shortened: what a follow-up may refer to."""
    return " ".join(interpret(turn.question).question for turn in history.turns[-2:])[:300]
