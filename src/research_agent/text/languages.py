"""
Language of a question: by its script, and where several languages share one, by the words of their grammar.

A rule and no library; what both are worth: docs/decisions/0018-languages.md. In doubt a question is English.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from research_agent.text.scripts import HAN, folded, without_accents
from research_agent.text.stop_words import STOP_WORDS_OF

__all__ = ["DEFAULT", "ENGLISH_NAMES", "READS", "base_language", "detect_language"]

DEFAULT = "en"
READS = frozenset({"en"})
"""Languages that the reader reads; in others words and vectors choose (docs/models.md)."""
ENGLISH_NAMES = {
    "ar": "Arabic", "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "fa": "Persian", "fi": "Finnish",
    "fr": "French", "he": "Hebrew", "hi": "Hindi", "id": "Indonesian", "it": "Italian", "ja": "Japanese",
    "ko": "Korean", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ru": "Russian", "sv": "Swedish",
    "sw": "Swahili", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
"""What the languages are called that a question is told to be in."""

# The first that is found decides: kana before Han, the letters that only Persian and Ukrainian have before the rest.
_SCRIPTS = {
    "ja": re.compile("[\u3041-\u30ff]"), "ko": re.compile("[\uac00-\ud7ff]"), "zh": re.compile(f"[{HAN}]"),
    "th": re.compile("[\u0e01-\u0e4e]"), "fa": re.compile("[پچژگ]"), "ar": re.compile("[\u0620-\u06ff]"),
    "uk": re.compile("[іїєґ]"), "ru": re.compile("[\u0400-\u04ff]"), "el": re.compile("[\u0370-\u03ff]"),
    "he": re.compile("[\u05d0-\u05ea]"), "hi": re.compile("[\u0900-\u097f]"),
}  # fmt: skip
_LATIN = tuple("de en es fi fr id it nl pl pt sv sw tr".split())
_LETTERS = {
    "de": "ß", "es": "ñ¿¡", "fr": "œêûîèç", "it": "ìòè", "pl": "łąęśżźćń", "pt": "ãõçêâ", "sv": "å", "tr": "ğış",
    "vi": "ơưđạảấầẩậắằẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
}  # fmt: skip
_ENDINGS = {
    "de": ("ung", "heit", "keit"), "es": ("cion", "ciones", "dad"), "it": ("zione", "zioni", "ita"),
    "nl": ("heid", "ijk"), "pt": ("cao", "coes", "dade"), "sv": ("ning",),
}  # fmt: skip
# Words that open a question in one of these languages, and are neither English nor a name.
_ASKING = {
    "de": "wer wann warum wieso weshalb welche welcher welches wie wo woher wohin",
    "es": "quien quienes cual cuales cuando cuanto cuantos cuantas donde adonde por",
    "fi": "kuka mika mita mitka milloin koska missa mista mihin mina miten miksi kuinka montako",
    "fr": "pourquoi quel quelle quels quelles quand combien qu",
    "id": "apa apakah siapa siapakah kapan kapankah dimana dimanakah bagaimana mengapa berapa berapakah",
    "it": "dove perche quanti quante cos dov com",
    "nl": "wie waar wanneer waarom hoeveel welke welk",
    "pl": "kto kiedy gdzie jaki jaka jakie dlaczego ile",
    "pt": "o por quem qual quais onde como quantos quantas",
    "sv": "vem vilka vilken vilket varfor",
    "sw": "nani lini wapi",
    "tr": "kim kimdir nerede neden nasil hangi kac",
}
_ASKING_WORDS = frozenset(" ".join(_ASKING.values()).split())
ENOUGH, AHEAD = 0.9, 0.3  # of a score: to be taken for another language, and to be taken for it rather than English
_CLITIC = re.compile(r"'(?:s|t|m|d|ll|re|ve)\b|\b[cdjlmnst]\b(?!')")  # "what's", "didn't"; not "l'eau"
_WORD = re.compile(r"\b[^\W\d_]+\b")


def detect_language(text: str, default: str = DEFAULT) -> str:
    """Code (ISO 639-1) of the language that a question is in; `default` when nothing tells."""
    letters = _CLITIC.sub(" ", folded(text))
    latin = _WORD.findall(re.sub(r"[^\u0000-\u024f\u1e00-\u1eff]", " ", letters))
    other = sum(char.isalpha() for char in letters) - sum(map(len, latin))
    scores = _scores(text, latin)
    script = next((lang for lang, script in _SCRIPTS.items() if script.search(letters)), default) if other else ""
    if script and (2 * other >= sum(map(len, latin)) or not max(scores.values(), default=0.0)):
        asks = scores.get(DEFAULT, 0.0) >= ENOUGH and not STOP_WORDS_OF.get(script, frozenset()) & {*letters.split()}
        return DEFAULT if asks else script  # "Who is Владимир Путин?"
    ahead = max(scores, key=lambda lang: scores[lang], default=DEFAULT)
    told = scores.get(ahead, 0.0) >= ENOUGH and scores[ahead] > scores.get(DEFAULT, 0.0) + AHEAD
    return ahead if told else DEFAULT if scores.get(DEFAULT) else default


def base_language(lang: str) -> str:
    """Language without a region: "pt-br" -> "pt"; "" -> "en"."""
    return lang.partition("-")[0] or DEFAULT


def _scores(text: str, found: Iterable[str]) -> dict[str, float]:
    """How much speaks for each language: its grammar's words, letters of its own, a word that asks in front."""
    written = _WORD.findall(text)
    asks = written[:1] != [] and without_accents(folded(written[0])) in _ASKING_WORDS
    title = len(written) > 1 and written[1][0].isupper() and not asks  # "São Paulo", "Die Hard"
    capital = {folded(word) for word in written[not title :] if word[0].isupper()}
    plain = [without_accents(word) for word in found if word not in capital]
    scores: defaultdict[str, float] = defaultdict(float)
    for word in dict.fromkeys(plain):
        languages = _languages_of().get(word, ())
        for lang in languages:
            scores[lang] += (1.0, 0.6, 0.4)[min(len(languages), 3) - 1] * 0.8  # one word alone is not enough
    lowered = folded(" ".join(word for word in text.split() if folded(word.strip(".,?!")) not in capital))
    for lang, own in _LETTERS.items():
        scores[lang] += 0.3 * any(letter in lowered for letter in own)
    for lang, endings in _ENDINGS.items():
        scores[lang] += 0.3 * any(word.endswith(endings) for word in plain)
    scores["pt"] += 0.4 * ("\u00e9" in lowered.split())
    scores["es"] += 0.7 * ("¿" in text)
    for lang, asking in _ASKING.items():
        scores[lang] += 0.5 * (plain[:1] != [] and plain[0] in asking.split())
    return {lang: score for lang, score in scores.items() if score}


@cache
def _languages_of() -> dict[str, tuple[str, ...]]:
    """Of each stop word the languages in Latin letters that have it."""
    words = {word for lang in _LATIN for word in STOP_WORDS_OF[lang]}
    return {word: tuple(lang for lang in _LATIN if word in STOP_WORDS_OF[lang]) for word in words}
