"""
Scripts: one spelling for what is written in several ways, and pieces of text that has no spaces between its words.

Chinese, Japanese, Korean and Thai are cut into pairs of neighbouring characters (bigrams), which need no dictionary;
why these and not a segmenter: docs/decisions/0018-languages.md.
"""

from __future__ import annotations

import re
import unicodedata

from research_agent.text.numerals import spelled_out

__all__ = [
    "HAN",
    "KANA",
    "UNSPACED",
    "content_pieces",
    "folded",
    "hiragana_content",
    "is_latin",
    "pieces",
    "without_accents",
]

HAN = "\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
KATAKANA = "\u30a0-\u30ff\u31f0-\u31ff"
HIRAGANA = "\u3040-\u309f"
KANA = re.compile(f"[{HIRAGANA}{KATAKANA}]")
_HANGUL = "\u1100-\u11ff\uac00-\ud7ff"
_SOUTHEAST = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer

# "km^2" is the word "km2", as "km²" is; "10⁶" are two numbers, as "10^6" is.
_RAISED_ON_LETTER = re.compile(r"(?<=[^\W\d_])\^(?=[-+]?\d)")

UNSPACED = re.compile(f"[{HAN}{HIRAGANA}{KATAKANA}{_HANGUL}{_SOUTHEAST}]")
"""A character of a script in which words are not separated, or, as in Korean, carry particles."""

_RUN = re.compile(
    f"(?P<han>[{HAN}]+)|(?P<katakana>[{KATAKANA}]+)|(?P<hiragana>[{HIRAGANA}]+)"
    f"|(?P<paired>[{_HANGUL}]+|[{_SOUTHEAST}]+)"
    f"|(?P<other>[^{HAN}{HIRAGANA}{KATAKANA}{_HANGUL}{_SOUTHEAST}]+)"
)
LONGEST_RUN = 2_000  # characters without a mark between them; more is no writing, and stays whole
_NOT_LATIN = re.compile("[^\u0000-\u02ff\u1e00-\u1eff\u2000-\u2fff]")
# Accents that no letter is composed with, vowel marks of Arabic and Hebrew, and the stroke that lengthens a word.
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_ARABIC = str.maketrans("أإآٱىةکی", "اااايهكي")
# Hiragana spells the grammar of Japanese: particles before, endings and question words behind.
_PARTICLES = re.compile("^(?:は|が|を|の|に|で|と|も|へ|や|から|まで|より|など)+")
_ENDINGS = re.compile(
    "(?:です|でしょう|ました|ます|ません|である|であった|という|とは|には|では|から|まで|など|より|は|が|を|の|に|で|と|も|へ|や|か"
    "|ている|ていた|された|される|した|する|して|れた|った|って|い|た|る|て|な|だ|く|し|き|り|れ|れる|なった|なる"
    "|どこ|なに|なん|いつ|だれ|どの|どれ|いくつ|どう|ある|あり|あった|いる|こと|もの|それ|この|その)+$"
)


def folded(text: str) -> str:
    """Text in one spelling: compatibility forms normalized, case-folded, Arabic letters unified, no vowel marks."""
    text = spelled_out(text)
    text = _RAISED_ON_LETTER.sub("", text) if "^" in text else text
    if text.isascii():
        return text.casefold()
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").casefold()
    return plain if is_latin(plain) else _MARKS.sub("", plain).translate(_ARABIC)


def is_latin(text: str) -> bool:
    """Whether a text holds no letters but Latin ones, without loose accents: the quick way through it is right."""
    return text.isascii() or _NOT_LATIN.search(text) is None


def without_accents(text: str) -> str:
    """Text without the accents of its letters: "ação" -> "acao"."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(char for char in decomposed if not unicodedata.combining(char)))


def pieces(run: str) -> list[str]:
    """Pieces of a run of letters: pairs of characters where words are not separated, katakana and Latin words whole."""
    found: list[str] = []
    for match in _RUN.finditer(run):
        found += [match[0]] if match.lastgroup in {"katakana", "other"} else _pairs(match[0])
    return found


def content_pieces(run: str) -> list[str]:
    """Pieces that carry meaning: single Han characters beside the pairs, hiragana without particles and endings."""
    found: list[str] = []
    for match in _RUN.finditer(run):
        part = match[0]
        if match.lastgroup == "hiragana":
            part = _PARTICLES.sub("", _ENDINGS.sub("", part))
            found += _pairs(part) if len(part) > 1 else []
        elif match.lastgroup in {"katakana", "other"}:
            found.append(part)
        else:
            found += _pairs(part)
            found += list(part) if match.lastgroup == "han" and 1 < len(part) <= LONGEST_RUN else []
    return found


def hiragana_content(run: str) -> str:
    """Run of Japanese with a space where hiragana spells but grammar: "日本の首都は" -> "日本 首都 "."""
    return "".join(
        (_PARTICLES.sub("", _ENDINGS.sub("", match[0])) if len(match[0]) > 2 else "") or " "
        if match.lastgroup == "hiragana"
        else match[0]
        for match in _RUN.finditer(run)
    )


def _pairs(run: str) -> list[str]:
    if not 1 < len(run) <= LONGEST_RUN:
        return [run]
    return [run[at : at + 2] for at in range(len(run) - 1)]
