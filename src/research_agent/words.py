"""
What a word, a number, a name and a sentence are: the plain text arithmetic that several stages share.

English stop words and stemming (Snowball); words of other languages pass unstemmed, which costs recall, never truth.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

__all__ = [
    "ago",
    "asks_whether",
    "bare_url",
    "clean",
    "content_stems",
    "content_words",
    "duration",
    "encodable",
    "is_negated",
    "jaccard",
    "names",
    "numbers",
    "printable",
    "sentence_spans",
    "shingles",
    "stem",
    "without_addresses",
    "words",
]

SURROGATE = re.compile("[\ud800-\udfff]")
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
NUMBER = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?:[\s-]?(thousand|million|billion|trillion|percent|per cent|%))?",
    re.IGNORECASE,
)
SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
HEADING = re.compile(r"[ \t]*(={2,6})[^=\n]+\1\s*")  # of a section of a wiki
LIST_MARK = re.compile(r"[ \t]*(?:[-*•]|\d{1,2}[.)]|#{1,6}|>)[ \t]+")
YES_OR_NO = re.compile(
    r"\s*(?:is|are|was|were|am|do|does|did|can|could|has|have|had|will|would|should|may|might|must)\b", re.IGNORECASE
)
ADDRESS = re.compile(r"\bhttps?://\S+", re.IGNORECASE)
NEGATIONS = frozenset({"not", "no", "never", "neither", "nor", "none", "without", "cannot"})

# What acts on a terminal or hides from the eye: C0 and C1 controls, bidirectional overrides and marks, zero-width
# characters, tag characters. Their printable rest stays, so that an escape sequence shows as the odd text it is.
_INVISIBLE = (
    *(set(range(0x20)) - {0x09, 0x0A}),
    *range(0x7F, 0xA0),
    *(0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFFF9, 0xFFFC),
    *range(0xE0000, 0xE0080),
)
_PRINTABLE: Mapping[int, str | None] = {
    **dict.fromkeys(_INVISIBLE),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
    0x2028: "\n",
    0x2029: "\n",
}

STOP_WORDS = frozenset(
    """a about above after again all also am an and any are as at be because been before being below between both but by
    can could did do does doing down during each either else ever every few for from further had has have having he
    her here hers herself him himself his how i if in into is it its itself just let like many may me might more most
    much must my myself no nor not now of off on once one only or other ought our ours out over own per please same
    shall she should so some such tell than that the their theirs them themselves then there these they this those
    through to too under until up upon us very was we were what whatever when where whether which while who whom
    whose why will with would yes yet you your yours explain describe give show know mean means main define""".split()
)


def clean(text: str) -> str:
    """What a person typed, fit for every wire: lone surrogates become U+FFFD, control characters a space."""
    kinds = ((char, unicodedata.category(char)) for char in text)
    fit = ("\ufffd" if kind == "Cs" else " " if kind == "Cc" and char not in "\n\t" else char for char, kind in kinds)
    return "".join(fit).strip()


def encodable(text: str) -> str:
    """The text with U+FFFD in place of each lone surrogate: libraries want UTF-8, offsets stay as they are."""
    return SURROGATE.sub("\ufffd", text)


def printable(text: str) -> str:
    """The text without anything that acts on a terminal or hides from the eye; line breaks and tabs stay."""
    return text.translate(_PRINTABLE)


def asks_whether(question: str) -> bool:
    """Whether a question wants yes or no for an answer."""
    return YES_OR_NO.match(question) is not None


def words(text: str) -> list[str]:
    """Lower-case words, compatibility forms folded, in order."""
    folded = unicodedata.normalize("NFKC", text).replace("’", "'").casefold()
    return [word.removesuffix("'s") for word in WORD.findall(folded)]


def content_words(text: str) -> list[str]:
    """The words that carry meaning: `words` less stop words."""
    return [word for word in words(text) if word not in STOP_WORDS and (len(word) > 1 or word.isdigit())]


@lru_cache(maxsize=1)
def _stemmer():  # type: ignore[no-untyped-def]
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The English stem of one lower-case word (Porter, "Snowball", 2001)."""
    return str(_stemmer().stemWord(word))


def content_stems(text: str) -> list[str]:
    """Stems of the content words, in order, repeats kept."""
    return [stem(word) for word in content_words(text)]


def numbers(text: str) -> frozenset[str]:
    """
    The numbers a text states, in one spelling each: "600 million", "600,000,000" -> "6e+08"; "5 %" -> "5%".

    A scale word makes another number of the same digits: "600 million" and "60 million" share nothing.
    """
    found = set()
    for match in NUMBER.finditer(unicodedata.normalize("NFKC", text)):
        digits, fraction, unit = match[1].replace(",", ""), match[2] or "", (match[3] or "").lower()
        value = float(digits + fraction)
        percent = "%" if unit in {"%", "percent", "per cent"} else ""
        found.add(f"{value * SCALES.get(unit, 1.0):.12g}{percent}")
    return frozenset(found)


def names(text: str) -> frozenset[str]:
    """Capitalised words, lower-cased, that do not open a sentence; abbreviations count wherever they stand."""
    found = set()
    for start, end in sentence_spans(text):
        for position, match in enumerate(WORD.finditer(text, start, end)):
            word = match[0]
            acronym = len(word) > 1 and word.isupper()
            if acronym or (position > 0 and word[0].isupper()):
                found.update(words(word))
    return frozenset(found - STOP_WORDS)


def is_negated(text: str) -> bool:
    """Whether a text denies something."""
    return any(word in NEGATIONS or word.endswith("n't") for word in words(text))


def sentence_spans(text: str, lang: str = "en") -> list[tuple[int, int]]:
    """
    Spans of the sentences, without surrounding space or list marks; a line break ends a sentence.

    A heading of a wiki ("== History ==") says nothing and is none.
    """
    import sentencex

    spans = []
    offset = 0
    for line in text.splitlines(keepends=True):
        mark = LIST_MARK.match(line)
        skip = mark.end() if mark else 0
        body = line[skip:]
        if body.strip() and not HEADING.fullmatch(line):
            for part in sentencex.get_sentence_boundaries(lang, encodable(body)):  # type: ignore[attr-defined]
                piece = body[part["start_index"] : part["end_index"]]
                start = offset + skip + part["start_index"] + len(piece) - len(piece.lstrip())
                end = offset + skip + part["start_index"] + len(piece.rstrip())
                if any(char.isalnum() for char in text[start:end]):
                    spans.append((start, end))
        offset += len(line)
    return spans


def shingles(text: str, size: int = 4) -> frozenset[tuple[str, ...]]:
    """Runs of `size` words (Broder, 1997); a shorter text is one shingle."""
    tokens = words(text)
    if len(tokens) <= size:
        return frozenset({tuple(tokens)})
    return frozenset(tuple(tokens[at : at + size]) for at in range(len(tokens) - size + 1))


def jaccard(one: Iterable[object], other: Iterable[object]) -> float:
    """Shared share of two sets; 0 when both are empty."""
    left, right = frozenset(one), frozenset(other)
    return len(left & right) / len(left | right) if left or right else 0.0


def without_addresses(text: str) -> str:
    """The text without web addresses, whose parts are no words of it; as it is when nothing else is said."""
    bare = ADDRESS.sub(" ", text)
    return bare if content_words(bare) else text


def duration(seconds: float) -> str:
    """Seconds as people say them, rounded up: "42 s", "5 min", "3 h 20 min", "12 days"."""
    whole = max(0, math.ceil(seconds))
    if whole < 120:
        return f"{whole} s"
    minutes = math.ceil(whole / 60)
    if minutes < 120:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{round(whole / 86400):,} days"


def bare_url(url: str) -> str:
    """Scheme, host, port and path. Where a password could be the reason for an odd shape, nothing at all."""
    scheme, _, rest = url.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if rest.count("@") > authority.count("@") or authority.count("@") > 1:
        return "(hidden)"
    host = authority.rpartition("@")[2]
    return f"{scheme}://{host}{re.split(r'[?#]', rest.removeprefix(authority), maxsplit=1)[0]}"


def ago(seconds: float) -> str:
    """How long ago something was: "3 days ago"."""
    return f"{duration(seconds)} ago" if seconds >= 1 else "just now"
