"""
Fit of a decoding: how well the letters beyond ASCII of a text are those of the languages that its charset is for.

A language's letters stand by frequency, the commonest first. Of languages in Latin script those beyond ASCII are here;
those of other scripts, and the order of a to z in each, are charset-normalizer's. A fit is 1 at best; it is below 0
where the text is none: marks within words, capitals behind small letters, rare ideographs, pieces of other scripts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache

from charset_normalizer.constant import FREQUENCIES

__all__ = [
    "LATIN",
    "SCRIPTS",
    "WIDE",
    "ascii_evidence",
    "capitals_likelihood",
    "latin_evidence",
    "letters_likelihood",
    "script_fit",
    "wide_fit",
]

CENTRAL = ("pl", "cs", "sk", "hu", "ro", "hr", "sl")
LATIN: tuple[tuple[str, tuple[str, ...], float], ...] = (
    ("cp1252", ("fr", "de", "es", "pt", "it", "sv", "da", "nl", "ca", "fi", "is"), 0.0),
    ("cp1250", CENTRAL, -1.2),
    ("iso8859-2", CENTRAL, -1.4),
    ("cp1254", ("tr",), -1.8),
    ("cp1257", ("lt", "lv", "et"), -2.0),
    ("cp1258", ("vi",), -2.5),
)
"""Charsets of Latin script, the languages that they are for, and the logarithm of how much rarer they are met."""
SCRIPTS = (
    ("cp1251", ("ru", "uk", "bg")), ("koi8_r", ("ru",)), ("koi8_u", ("uk",)), ("cp866", ("ru",)),
    ("iso8859_5", ("ru", "bg")), ("cp1253", ("el",)), ("iso8859_7", ("el",)), ("cp1256", ("ar",)),
    ("cp1255", ("he",)), ("cp874", ("th",)),
)  # fmt: skip
"""The same of one byte a character in other scripts; of two that fit alike the first is taken."""
WIDE = {"gb18030": "zh", "big5hkscs": "zh", "cp932": "ja", "cp949": "ko", "euc_jp": "ja"}
ACCENTED = {
    "fr": "éèàêçôîùâûëœïüÿæ", "de": "üäöß", "es": "óíáéñúü", "pt": "ãçéáíóêõâúàô", "it": "èàùòìéî", "sv": "äåö",
    "da": "øåæé", "nl": "ëéïóöü", "ca": "óéàèíçúïòü", "fi": "äöå", "is": "ðíáþæéöúóý", "pl": "łęóążśćńź",
    "cs": "íáěéřčžýšůúťňďó", "sk": "áíéčýžúšťôľňäďóĺŕ", "hu": "áéöóőüíúű", "ro": "ăîşţâ", "hr": "čšžćđ", "sl": "čšž",
    "tr": "ıişüğçöİâî", "lt": "ėųšąįžūčę", "lv": "āīēšūņļžķčģ", "et": "äõüöšž",
    "vi": "đưôơêăâàáèéìíòóùúý\u0300\u0301\u0303\u0309\u0323",
}  # fmt: skip
NAMES = {
    "fr": "French", "de": "German", "es": "Spanish", "pt": "Portuguese", "it": "Italian", "sv": "Swedish",
    "da": "Danish", "nl": "Dutch", "fi": "Finnish", "pl": "Polish", "cs": "Czech", "sk": "Slovak", "hu": "Hungarian",
    "ro": "Romanian", "hr": "Croatian", "sl": "Slovene", "tr": "Turkish", "lt": "Lithuanian", "et": "Estonian",
    "vi": "Vietnamese",
}  # fmt: skip
OTHER = {  # what charset-normalizer's 26 letters leave out
    "ru": ("Russian", "шщфэёъюі"), "uk": ("Ukrainian", "жшщюєґф"), "bg": ("Bulgarian", "юьфщ"),
    "el": ("Greek", "βφζψξώϊϋΐΰ"), "ar": ("Arabic", "ىئءآذثضظغخزچپگژکی،؟\u064b\u0651"), "he": ("Hebrew", "ףץ"),
    "th": ("Thai", "ี่้ัิ์ุูโไึื็ำณธผถศภซฟญษ"),
}  # fmt: skip
COMMON = {"zh": frozenset(FREQUENCIES["Chinese"]), "ja": frozenset(FREQUENCIES["Japanese"]),
          "ko": frozenset(FREQUENCIES["Korean"])}  # fmt: skip
MARKS = frozenset("“”‘’„‚«»‹›–—…·•°§©®™€£¡¿´¨ªº×½¼¾²³±\xa0\xad№")
WIDE_MARKS = MARKS | frozenset("　、。「」『』（），：；？！・〜～％《》【】")
SYMBOLS = frozenset("§©®™€¡¿´¨ªº×½¼¾²³±°·")  # that hardly touch a letter of other scripts
AFTER = "¹²³±¼½¾"  # that stand behind a word or a figure, as in m³
WITHIN = "’‘·\xad\xa0–—"  # marks that may stand within a word
ACCENTS = "áéíóúàèìòùâêîôûäëïöüñç"  # of borrowed words and names in any language
MISSED, ACCENT = math.log(0.004), 0.3  # for a letter that a language does not have; for one of `ACCENTS` less so
NO_CHARACTER = -1.5
FULL_WIDTH = 0.3
FALL = 9  # places after which a letter is met a third as often
NO_PLACE = 50  # of a letter that a language does not have
CAPITAL = 0.2  # a capital behind another is less likely


def latin_evidence(text: str, lang: str) -> tuple[float, float]:
    """The log-likelihood of the letters beyond ASCII in a language of Latin script, and the fit; 1 without any."""
    likely = _log_shares(lang)
    evidence = fit = 0.0
    count = run = 0
    for before, char, after in _neighbours(text):
        if char <= "\x7f":
            run = 0
            if char.isupper() and before > "\x7f" and before.islower():
                evidence, fit = evidence - 1.5, fit - 0.5
            continue
        run += 1
        letter = "İ" if char == "İ" else char.lower()
        if char in MARKS and letter not in likely:
            is_within = before.isalpha() and after.isalpha() and char not in WITHIN
            if is_within or (char in AFTER and (after.isalpha() or (before.isalpha() and after > "\x7f"))):
                evidence, fit, count = evidence + 2 * MISSED, fit - 1, count + 1
            continue
        worth = 1.0 if letter in likely else -0.2 * (letter not in ACCENTS) if char.isalpha() else -1.0
        said = likely.get(letter, MISSED + ACCENT * (letter in ACCENTS) if char.isalpha() else 2 * MISSED)
        if char.isupper() and before.islower():
            worth, said = worth - 1.5, said - 3
        if run > 2:
            worth, said = worth - 1, said - 1
        evidence, fit, count = evidence + said, fit + worth, count + 1
    return evidence, (fit / count if count else 1.0)


def ascii_evidence(letters: str) -> dict[str, float]:
    """How likely these letters from a to z are in each language of Latin script, beside one in the middle of them."""
    likely = {lang: sum(map(_plain_shares(lang).__getitem__, letters)) for lang in NAMES}
    middle = sorted(likely.values())[len(likely) * 2 // 3]
    return {lang: likely[lang] - middle if lang in likely else 0.0 for lang in ACCENTED}


def script_fit(text: str, lang: str) -> float:
    """The fit of a text in another script, of one byte a character."""
    weights = _weights(lang)
    script = _script(next(iter(weights)))
    fit = 0.0
    count = 0
    for before, char, after in _neighbours(text):
        if char <= "\x7f":
            fit -= 0.4 * (char.isalpha() and before > "\x7f" and before.isalpha())
            continue
        letter = char.lower()
        if char == "\ufffd":
            worth = NO_CHARACTER
        elif letter in weights:
            worth = weights[letter] - 1.2 * (char.isupper() and before.islower())
            worth -= CAPITAL * (char.isupper() and before.isupper())
            worth -= 0.5 * (before <= "\x7f" and before.isalpha())
        elif char in MARKS:
            if char in SYMBOLS and ((before > "\x7f" and before.isalpha()) or (after > "\x7f" and after.isalpha())):
                worth = -0.5
            elif before.isalpha() and after.isalpha() and char not in WITHIN:
                worth = -1.0
            else:
                continue
        else:
            is_letter = char.isalpha() or "\u0e00" <= char <= "\u0e7f" or "\u0590" <= char <= "\u065f"
            worth = (0.35 if char.isalpha() and _script(char) == script else -0.6) if is_letter else -1.0
        fit, count = fit + worth, count + 1
    return fit / count if count else 0.0


def letters_likelihood(text: str, lang: str) -> float:
    """The mean log-likelihood of the letters beyond ASCII, capitals and small ones alike, in another script."""
    places = _places(lang)
    letters = [places.get(char.lower(), NO_PLACE) for char in text if char > "\x7f" and char not in MARKS]
    return -sum(letters) / (len(letters) * FALL) if letters else -math.inf


def capitals_likelihood(text: str, lang: str) -> float:
    """The same of a text of capitals alone; minus infinity for any other."""
    beyond = [char for char in text if char > "\x7f"]
    is_shouted = any(map(str.isupper, beyond)) and not any(char.islower() or char == "\ufffd" for char in beyond)
    return letters_likelihood(text, lang) if is_shouted else -math.inf


def wide_fit(text: str, charset: str) -> float:
    """The fit of a text in a charset of two bytes a character."""
    fit = 0.0
    count = 0
    for before, char, _ in _neighbours(text):
        if char <= "\x7f":
            continue
        worth = FULL_WIDTH if char in WIDE_MARKS else _wide_worth(char, charset)
        fit += worth - 0.25 * (worth < 0.9 and before <= "\x7f" and before.isalpha())
        count += 1
    return fit / count if count else -1.0


def _wide_worth(char: str, charset: str) -> float:
    lang = WIDE[charset]
    if char == "\ufffd":
        return NO_CHARACTER
    raw = char.encode(charset, "replace")
    if lang == "ja" and ("\u3041" <= char <= "\u3096" or "\u30a1" <= char <= "\u30ff"):
        return 1.0 if char <= "\u3096" else 0.9
    if lang == "ja" and "\uff61" <= char <= "\uff9f":
        return -0.3  # a half-width letter: one byte, which is a letter of other scripts
    if lang == "ko" and "\uac00" <= char <= "\ud7a3":
        return 1.0 if char in COMMON["ko"] else 0.7 if raw[0] >= 0xB0 and raw[1] >= 0xA1 else -0.3
    if "\u4e00" <= char <= "\u9fff":
        return _ideograph_worth(char, charset, raw)
    return FULL_WIDTH if "\uff01" <= char <= "\uff5e" or "\u3000" <= char <= "\u303f" else -0.7


def _ideograph_worth(char: str, charset: str, raw: bytes) -> float:
    """By the level at which the charset has it: the commonest stand in front."""
    if charset == "cp949":
        return -0.1
    if char in COMMON[WIDE[charset]]:
        return 1.0
    first, last = {"gb18030": (0xB0, 0xD7), "big5hkscs": (0xA4, 0xC6), "cp932": (0x88, 0x97), "euc_jp": (0xB0, 0xCF)}[
        charset
    ]
    of_extension = charset == "gb18030" and (len(raw) > 2 or raw[0] < 0xA1 or raw[1] < 0xA1)
    return -0.5 if of_extension else 0.7 * (first <= raw[0] <= last)


def _neighbours(text: str) -> Iterator[tuple[str, str, str]]:
    return zip(" " + text, text, text[1:] + " ", strict=False)


@cache
def _log_shares(lang: str) -> Mapping[str, float]:
    shares = [1 / (place + 1) ** 1.2 for place in range(len(ACCENTED[lang]))]
    return {letter: math.log(0.97 * share / sum(shares)) for letter, share in zip(ACCENTED[lang], shares, strict=True)}


@cache
def _plain_shares(lang: str) -> Mapping[str, float]:
    known = FREQUENCIES[NAMES[lang]]
    shares = {
        letter: 1 / (known.index(letter) + 4) if letter in known else 1 / 45 for letter in map(chr, range(97, 123))
    }
    whole = sum(shares.values())
    return {letter: math.log(share / whole) for letter, share in shares.items()}


@cache
def _places(lang: str) -> Mapping[str, int]:
    return {letter: place for place, letter in enumerate(_weights(lang))}


@cache
def _weights(lang: str) -> Mapping[str, float]:
    name, more = OTHER[lang]
    letters = [*FREQUENCIES[name], *more]
    return {letter: 1 - 0.5 * place / len(letters) for place, letter in enumerate(letters)}


def _script(letter: str) -> int:
    """The block of Greek, Cyrillic, Hebrew, Arabic or Thai that a letter is in, by its beginning; 0 for others."""
    blocks = ((0x370, 0x400), (0x400, 0x530), (0x590, 0x600), (0x600, 0x700), (0xE00, 0xE80))
    return next((start for start, end in blocks if start <= ord(letter) < end), 0)
