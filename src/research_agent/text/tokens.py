"""Tokens of a text by language (words, stems, numbers, names), and similarity of token sets."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from research_agent.text.numerals import NUMERAL, spelled_out, value_of
from research_agent.text.plurals import IRREGULAR
from research_agent.text.scripts import UNSPACED, content_pieces, folded, is_latin, pieces, without_accents
from research_agent.text.sentences import sentence_spans
from research_agent.text.stop_words import STOP_WORDS, STOP_WORDS_OF

__all__ = [
    "NUMBER",
    "STOP_WORDS",
    "WORD",
    "content_stems",
    "content_words",
    "is_negated",
    "is_yes_no_question",
    "jaccard",
    "names",
    "numbers",
    "opened_elisions",
    "shingles",
    "stem",
    "without_urls",
    "words",
]

LATIN_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# Vowel signs of India and of Southeast Asia: no letters to `re`, but part of a word.
SIGNS = "\u0900-\u0963\u0966-\u0dff\u0e31-\u0e4e\u0eb1-\u0ecd\u102b-\u103e"
WORD = re.compile(rf"[^\W_]+(?:['’][^\W_]+|[{SIGNS}]+[^\W_]*)*")
NUMBER = re.compile(
    rf"{NUMERAL}(?:[\s-]?(?P<scale>thousand|million|billion|trillion|percent|per cent|%))?", re.IGNORECASE
)
SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
YES_NO_OPENING = re.compile(
    r"\s*(?:is|are|was|were|am|do|does|did|can|could|has|have|had|will|would|should|may|might|must)\b", re.IGNORECASE
)
UNSPACED_STOP_WORDS = STOP_WORDS_OF["zh"] | STOP_WORDS_OF["ja"] | STOP_WORDS_OF["ko"]
URL = re.compile(r"\bhttps?://\S+", re.IGNORECASE)
NEGATIONS = frozenset({"not", "no", "never", "neither", "nor", "none", "without", "cannot"})
ELISION = re.compile(
    r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|aujourd|un|all|dall|dell|nell|sull|quest|quell|dov|com|cos)['’](?=\w)",
    re.IGNORECASE,
)
# A word of these scripts is stemmed by its script, whatever the language of the question.
SCRIPT_STEMMERS = {"CYRILLIC": "russian", "ARABIC": "arabic", "GREEK": "greek", "DEVANAGARI": "hindi"}
STEMMERS = {
    "ca": "catalan", "da": "danish", "de": "german", "es": "spanish", "fi": "finnish", "fr": "french",
    "hu": "hungarian", "id": "indonesian", "it": "italian", "nl": "dutch", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip


def is_yes_no_question(question: str) -> bool:
    """Whether a question begins as those do whose answer is yes or no."""
    return YES_NO_OPENING.match(question) is not None


def words(text: str, lang: str = "en") -> list[str]:
    """
    Words in order, case-folded, compatibility forms normalized, without a possessive "'s".

    Where words are not separated by spaces, pairs of characters. `lang` other than "en": "l'eau" -> "l", "eau".
    """
    runs = _runs(text, lang)
    if is_latin(text):
        return runs
    return [piece for word in runs for piece in (pieces(word) if UNSPACED.search(word) else (word,))]


def content_words(text: str, lang: str = "en") -> list[str]:
    """Words that carry meaning: `words` without stop words and single letters."""
    if not is_latin(text) and UNSPACED.search(text):
        return [word for run in _runs(text, lang) for word in _content(run, lang)]
    stops, plain = STOP_WORDS_OF.get(lang, STOP_WORDS), str if lang == "en" else without_accents
    return [word for word in _runs(text, lang) if plain(word) not in stops and (len(word) > 1 or word.isdigit())]


def _content(run: str, lang: str) -> list[str]:
    """Content words of a run in a text that holds other scripts too."""
    if UNSPACED.search(run):
        return [piece for piece in content_pieces(run) if piece not in UNSPACED_STOP_WORDS]
    return content_words(run, lang)


def _runs(text: str, lang: str) -> list[str]:
    """Runs of letters and digits, folded."""
    pattern = LATIN_WORD if is_latin(text) else WORD
    runs = [word.removesuffix("'s") for word in pattern.findall(folded(text))]
    return runs if lang == "en" else [part for run in runs for part in opened_elisions(run).split()]


def opened_elisions(word: str) -> str:
    """Word with a space for the apostrophe of an elided one: "l'eau" -> "l eau", "dell’acqua" -> "dell acqua"."""
    return ELISION.sub(lambda elision: f"{elision[0][:-1]} ", word)


_stemmers = threading.local()  # a stemmer keeps the word it is at: one for each thread


def _stemmer(algorithm: str) -> Any:
    import snowballstemmer

    known = _stemmers.__dict__
    if algorithm not in known:
        known[algorithm] = snowballstemmer.stemmer(algorithm)
    return known[algorithm]


@lru_cache(maxsize=65536)
def stem(word: str, lang: str = "en") -> str:
    """Stem of one lower-case word by Snowball's rules, of the word's script or of `lang`; accents stay in "en" only."""
    if word.isascii() and lang == "en":
        return str(_stemmer("english").stemWord(word))
    script = unicodedata.name(word[:1], "").partition(" ")[0] if word else ""
    algorithm = SCRIPT_STEMMERS.get(script) or STEMMERS.get(lang, "english")
    stemmed = str(_stemmer(algorithm).stemWord(word))
    return stemmed if algorithm == "english" and lang == "en" else without_accents(stemmed)


KEPT, LONGEST_KEPT = 1024, 1_500  # texts, each of so many characters at most
"""Whose stems are kept: passages are compared with the question whenever more documents come."""


def content_stems(text: str, lang: str = "en") -> list[str]:
    """Stems of the content words, in order, with repeats; an English plural has its singular's, "wolves" wolf's."""
    return _stems(text, lang) if len(text) > LONGEST_KEPT else list(_kept_stems(text, lang))


@lru_cache(maxsize=KEPT)
def _kept_stems(text: str, lang: str) -> tuple[str, ...]:
    return tuple(_stems(text, lang))


def _stems(text: str, lang: str) -> list[str]:
    if lang != "en":
        return [stem(word, lang) for word in content_words(text, lang)]
    return [stem(IRREGULAR.get(word, word)) for word in content_words(text)]


def numbers(text: str) -> frozenset[str]:
    """
    Numbers, each spelled in one way: "600 million", "600,000,000" -> "600000000" (not "600"); "5 %" -> "5%".

    "10^6" and "10⁶" -> "1000000", "3 1/2" and "3½" -> "3.5".
    """
    spellings = set()
    for match in NUMBER.finditer(unicodedata.normalize("NFKC", spelled_out(text))):
        value, scale = value_of(match), (match["scale"] or "").lower()
        percent = "%" if scale in {"%", "percent", "per cent"} else ""
        spelled = value if isinstance(value, str) else f"{value * SCALES.get(scale, 1.0):.12g}"
        spellings.add(f"{spelled}{percent}")
    return frozenset(spellings)


def names(text: str) -> frozenset[str]:
    """Proper names: capitalised words that do not open a sentence, and all-capital ones anywhere, in lower case."""
    lowered: set[str] = set()
    for start, end in sentence_spans(text):
        for position, match in enumerate(WORD.finditer(text, start, end)):
            word = match[0]
            acronym = len(word) > 1 and word.isupper()
            if acronym or (position > 0 and word[0].isupper()):
                lowered.update(words(word))
    return frozenset(lowered - STOP_WORDS)


def is_negated(text: str) -> bool:
    """Whether a text holds a negation."""
    return any(word in NEGATIONS or word.endswith("n't") for word in words(text))


def shingles(text: str, size: int = 4) -> frozenset[tuple[str, ...]]:
    """Shingles: runs of `size` words (Broder, 1997); a shorter text is one."""
    tokens = words(text)
    if len(tokens) <= size:
        return frozenset({tuple(tokens)})
    return frozenset(tuple(tokens[at : at + size]) for at in range(len(tokens) - size + 1))


def jaccard(one: Iterable[object], other: Iterable[object]) -> float:
    """Jaccard similarity of two sets, 0 to 1; 0 when both are empty."""
    left, right = frozenset(one), frozenset(other)
    return len(left & right) / len(left | right) if left or right else 0.0


def without_urls(text: str) -> str:
    """Text without its URLs, whose parts are no words of it; unchanged when it has no other content words."""
    remainder = URL.sub(" ", text)
    return remainder if content_words(remainder) else text
