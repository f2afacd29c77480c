"""Small edits of an English sentence that keep its articles and capitals right."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from research_agent.text.tokens import STOP_WORDS, WORD, stem, words
from research_agent_devtools.samples.places import Place

__all__ = [
    "NAME",
    "VERB",
    "capitalised",
    "cut",
    "exchange",
    "lowered",
    "predicate",
    "put",
    "subject",
    "table_pattern",
    "unsaid",
]

VOWEL_SOUND = re.compile(
    r"(?!uni(?![mnd])|use|usu|eu|one|once|ur[aei]|ut[io])[aeiou]|hour|honest|honou?r|heir", re.IGNORECASE
)
NAME = r"[A-Z][\w’'.-]*(?: (?:(?:of|de|van|von|the|al|bin|da|di|du|la|le) )*[A-Z][\w’'.-]*)*"
VERB = (
    r"(?:is|was|are|were|has|have|had|can|may|became|served|played|won|wrote|consists?|contains?|includes?|occurs?|refers?|"
    r"began|lies|covers|borders|uses?|ruled|reigned|lived|worked|led|developed|remains?|provides?|grows?|features?|causes?)"
)

FULL_NAME = re.compile(
    r"(?P<name>(?:[A-Z][\w’'.-]+ ){2,5}[A-Z][\w’'-]+)(?:, [a-z][^,;]{3,60},)?(?: \([^()]*\))?(?= (?:is|was)\b)"
)
OPENING = re.compile(r"^(?:set|born|built|known|\w+ed|\w+ing|soon|like|unlike|once)$")
AFTER_NAME = re.compile(rf"(?P<plural>(?:e?s)?)(?: \([^()]*\))?(?= {VERB}\b)")


def capitalised(text: str) -> str:
    """Text whose first letter is a capital."""
    return text[:1].upper() + text[1:]


def lowered(text: str, article: str = "") -> str:
    """Text as the rest of a sentence: without its capital where the word is common, or the article has it without."""
    first = WORD.match(text)
    if not first or first[0][1:] != first[0][1:].lower() or first[0] == "I":
        return text
    small = first[0].lower()
    named = text[first.end() + 1 : first.end() + 2].isupper()  # as in "Lake Tanganyika"
    seen = OPENING.search(small) or re.search(rf"(?<![\w-]){small}\b", article)
    return small + text[first.end() :] if small in STOP_WORDS or (seen and not named) else text


def put(sentence: str, start: int, end: int, new: str) -> str:
    """The sentence with `new` at [start, end): the article before it, spaces, and the first capital agree again."""
    if start == 0 or (sentence[start].isupper() and new[:1].islower() and sentence[:start].strip() == ""):
        new = capitalised(new)
    head, tail = sentence[:start], sentence[end:]
    following = (new + tail).lstrip()
    if article := re.search(r"\b([Aa])n? $", head):
        head = head[: article.start()] + article[1] + ("n " if VOWEL_SOUND.match(following) else " ")
    changed = re.sub(r" +([,.;])", r"\1", re.sub(r"  +", " ", f"{head}{new}{tail}"))
    changed = re.sub(r",\.$", ".", re.sub(r",(?:\s*,)+", ",", changed)).strip()
    return capitalised(changed)


def cut(sentence: str, start: int, end: int) -> str:
    """The sentence without [start, end)."""
    if end < len(sentence) and sentence[end] == " " and (start == 0 or sentence[start - 1] == " "):
        end += 1
    return put(sentence, start, end, "")


def table_pattern(table: Iterable[str]) -> re.Pattern[str]:
    """Any of the words of a table, whole; the longest first."""
    return re.compile(rf"(?<![\w-])(?:{'|'.join(re.escape(w) for w in sorted(table, key=len, reverse=True))})(?![\w-])")


def unsaid(place: Place, *new: str) -> bool:
    """Whether one of the words that were put in stands nowhere in the article."""
    held = {stem(word) for word in words(f"{place.title} {place.text}")}
    return any(stem(word) not in held for text in new for word in words(text))


def exchange(
    place: Place, pattern: re.Pattern[str], table: Mapping[str, Sequence[str]], rng: random.Random
) -> str | None:
    """One word of the table is its opposite, which the article does not hold."""
    found = list(pattern.finditer(place.sentence))
    rng.shuffle(found)
    for match in found:
        options = [word for word in table[match[0]] if unsaid(place, word)]
        if options:
            return put(place.sentence, match.start(), match.end(), rng.choice(options))
    return None


class Subject(NamedTuple):
    """The title where it opens a sentence; `end` is behind what stands in brackets after it."""

    name: str
    end: int


def subject(sentence: str, title: str) -> Subject | None:
    """The title, with its article, where it is the subject that opens the sentence."""
    bare = title.partition(" (")[0].lower()
    head = sentence[: len(bare) + 4].lower()
    for article in ("", "the ", "a ", "an "):
        if head.startswith(article + bare) and (match := AFTER_NAME.match(sentence, len(article + bare))):
            return Subject(sentence[: match.end("plural")], match.end())
    full = FULL_NAME.match(sentence)
    short = title.partition(" (")[0]
    if full and " " in short and not sentence.startswith("The ") and full["name"].endswith(short[short.rindex(" ") :]):
        return Subject(short, full.end())
    return None


def predicate(sentence: str, title: str) -> str | None:
    """What follows the subject, without the full stop."""
    match = subject(sentence, title)
    return sentence[match.end + 1 :].rstrip(".") if match else None
