"""
Detection of notices: pages that say, with status 200, why there is no text: none there, or not for everyone.

The wording must be the page's main statement: its title, or most of the little text there is. Articles mention it.
Standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from research_agent.documents.notice_words import (
    AGE_WORDS,
    BROWSER_WORDS,
    BROWSERS,
    CONDITION,
    CONSENT_WORDS,
    COOKIES,
    DEFAULT_TITLE,
    DEFINITION,
    DENIED_WORDS,
    FAULT_WORDS,
    LOADING,
    LOGIN_TITLE,
    LOGIN_WORDS,
    MISSING_ADVICE,
    MISSING_WORDS,
    MOVED_WORDS,
    PAST,
    PAYWALL_WORDS,
    PROGRAM_FAULT,
    SCRIPT_WORDS,
    UNUSED_BESIDES,
    UNUSED_WORDS,
)
from research_agent.documents.status_lines import status_in
from research_agent.messages import file_failures

__all__ = ["MISSING", "REASONS", "Shape", "is_cut", "notice_of"]

LITTLE_TEXT = 1500  # characters of a page that is a notice at most
TITLED = 600  # and of one whose title says it
SERVER_TEXT = 6000  # and of the page that a server shows where nobody has put one
NO_TEXT = 40  # and of one that a script is to fill
MAIN_STATEMENT = 0.55  # share of the text
BEGINS = 60  # characters of a sentence in which what it says begins
WIDE = 2.5  # characters of Latin text that one of Chinese or Japanese says as much as

MISSING, SCRIPT, EMPTY, CONSENT = "missing", "script", "empty", "consent"
LOGIN, PAYWALL, DENIED, FAULT = "login", "paywall", "denied", "fault"
UNUSED, AGE, BROWSER, MOVED = "unused", "age", "browser", "moved"
REASONS = {
    MISSING: file_failures.SHOWS_MISSING,
    SCRIPT: file_failures.SHOWS_SCRIPT,
    EMPTY: file_failures.SHOWS_EMPTY,
    CONSENT: file_failures.SHOWS_CONSENT,
    LOGIN: file_failures.SHOWS_LOGIN,
    PAYWALL: file_failures.SHOWS_PAYWALL,
    DENIED: file_failures.SHOWS_DENIED,
    FAULT: file_failures.SHOWS_FAULT,
    UNUSED: file_failures.SHOWS_UNUSED,
    AGE: file_failures.SHOWS_AGE,
    BROWSER: file_failures.SHOWS_BROWSER,
    MOVED: file_failures.SHOWS_MOVED,
}
"""Kinds of notice, and what is said of a page that shows one."""

ERROR_NAMES = re.compile(
    r"(?:^|[\s_-])(?:error-?404|404|page-?not-?found|not-?found|http-?404|page-?404|soft-?404)(?:$|[\s_-])"
)
SENTENCE = re.compile(r"[^.!?。！？؟\n\t…]+(?:[.!?…]+(?=\s|$)|[。！？؟\n\t…]|$|\.(?=\S))")
TITLE_PARTS = re.compile(r"\s+[|–—·:»«-]\s+|\s*[|»«]\s*")
HOST_STOP, ONE_DOT = re.compile(r"(?<=[a-z0-9])\.(?=[a-z]{2,12}\b)"), "\u2024"
WIDE_LETTER = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


# What a notice says, and what else belongs to it.
STATEMENTS = (
    (SCRIPT, SCRIPT_WORDS, LOADING),
    (MISSING, MISSING_WORDS, MISSING_ADVICE),
    (DENIED, DENIED_WORDS, MISSING_ADVICE),
    (FAULT, FAULT_WORDS, MISSING_ADVICE),
    (UNUSED, UNUSED_WORDS, UNUSED_BESIDES),
    (AGE, AGE_WORDS, None),
    (BROWSER, BROWSER_WORDS, BROWSERS),
    (MOVED, MOVED_WORDS, LOADING),
    (CONSENT, CONSENT_WORDS, re.compile(COOKIES, re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """
    What a page is made of besides words: class and id of <body>, a status it gives itself, fields, buttons, scripts.

    `unscripted` is what is shown where there are no scripts; `is_free` what its metadata say of its text.
    """

    body_names: str = ""
    status: str = ""
    has_password: bool = False
    has_controls: bool = False
    has_scripts: bool = False
    unscripted: str = ""
    is_free: bool = True


def notice_of(title: str, text: str, shape: Shape) -> str:
    """Kind of notice, of `REASONS`, that a page shows in place of its text; "" when it shows its text."""
    if len(text) <= SERVER_TEXT and any(DEFAULT_TITLE.fullmatch(name.strip()) for name in (*_parts(title), text)):
        return UNUSED
    length = len(text) + (WIDE - 1) * len(WIDE_LETTER.findall(text[:LITTLE_TEXT]))
    if length > LITTLE_TEXT:
        return ""
    sentences = [match[0].strip() for match in SENTENCE.finditer(HOST_STOP.sub(ONE_DOT, text)) if match[0].strip()]
    if length <= TITLED and PROGRAM_FAULT.search(text):
        return FAULT
    return _by_shape(title, sentences, length, shape) or _by_words(title, sentences, length, shape)


def _by_shape(title: str, sentences: Sequence[str], length: float, shape: Shape) -> str:
    """The kind of a page that names its status, or has nothing but scripts."""
    if shape.status in ("404", "410") or ERROR_NAMES.search(shape.body_names.lower()):
        return MISSING
    if shape.has_scripts and length <= NO_TEXT and (not sentences or all(map(LOADING.match, sentences))):
        return SCRIPT if SCRIPT_WORDS.search(shape.unscripted) else EMPTY
    names = [part.strip() for part in _parts(title)]
    if length <= TITLED and (kind := _by_status([*names, *sentences[:2]], sentences)):
        return kind
    if length <= TITLED and any(MISSING_WORDS.fullmatch(name) and not name.isdigit() for name in names):
        return MISSING
    return ""


def _by_status(lines: Sequence[str], sentences: Sequence[str]) -> str:
    """The kind of a page with a line that is nothing but a status of HTTP."""
    status = next((found for line in lines if (found := status_in(line))), 0)
    if not status or DEFINITION.search(" ".join(sentences[:2])):
        return ""
    if status in (404, 410):
        return MISSING
    return MOVED if status < 400 else DENIED if status in (401, 403, 451) else FAULT


def _by_words(title: str, sentences: Sequence[str], length: float, shape: Shape) -> str:
    """The kind of a page by what it says; one that defines something is an article about it."""
    if DEFINITION.search(" ".join(sentences[:2])) is None:
        for kind, words, besides in STATEMENTS:
            if (kind != CONSENT or shape.has_controls) and _says(words, sentences, besides):
                return kind
    if _says(PAYWALL_WORDS, sentences) or (not shape.is_free and any(map(PAYWALL_WORDS.search, sentences))):
        return PAYWALL
    if _says(LOGIN_WORDS, sentences) or (shape.has_password and length <= TITLED and _is_login(title, sentences)):
        return LOGIN
    return ""


def is_cut(text: str, shape: Shape) -> bool:
    """Whether a text is the beginning only of one that is for subscribers: its metadata and its end say so."""
    return not shape.is_free and PAYWALL_WORDS.search(text[-TITLED:]) is not None


def _says(words: re.Pattern[str], sentences: Sequence[str], besides: re.Pattern[str] | None = None) -> bool:
    """Whether one of the first sentences says it, and most of the text does, or belongs to it."""
    found = [(sentence, words.search(sentence)) for sentence in sentences[:4] if not PAST.search(sentence)]
    if not any(match and match.start() < BEGINS and not CONDITION.search(one[: match.start()]) for one, match in found):
        return False
    total = sum(map(len, sentences))
    said = sum(len(one) for one in sentences if words.search(one) or (besides is not None and besides.search(one)))
    return said >= MAIN_STATEMENT * total


def _is_login(title: str, sentences: Sequence[str]) -> bool:
    said = [*_parts(title), *sentences[:3]]
    return any(LOGIN_WORDS.search(one) or LOGIN_TITLE.fullmatch(one) for one in said)


def _parts(title: str) -> list[str]:
    """A title without the name of its site."""
    return [title, *(part for part in TITLE_PARTS.split(title) if part.strip())]
