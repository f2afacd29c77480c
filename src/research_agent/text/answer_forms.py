"""Form of an answer: the kind of words that is asked for (a figure, a date, a name), and where a sentence has such."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from research_agent.text.measures import measures
from research_agent.text.tokens import STOP_WORDS, WORD, is_yes_no_question, words

__all__ = ["candidate_spans", "falls_short", "lacks_form", "name_spans"]

Span = tuple[int, int]

MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.?|Feb\.?|Mar\.?|Apr\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)
YEAR = r"\d{3,4}(?:\s?(?:BCE?|CE|AD))?|\d{1,3}\s?BCE?|AD\s?\d{1,4}"
DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s{MONTH}(?:,?\s(?:{YEAR}))?|{MONTH}\s\d{{1,2}}(?:,\s(?:{YEAR}))?"
    rf"|{MONTH}\s(?:{YEAR})"
    rf"|(?:early\s|mid-|late\s)?(?:\d{{1,2}}(?:st|nd|rd|th)[\s-]century(?:\s(?:BCE?|CE|AD))?|\d{{3}}0s)|(?:{YEAR}))\b"
)
CLOCK = re.compile(
    rf"\b(?:\d{{1,2}}[:.]\d{{2}}\b(?!\s?%)(?:\s?[ap]\.?m\b)?|\d{{1,2}}\s?[ap]\.?m\b|noon|midnight|{MONTH}(?!\w)"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|spring|summer|autumn|winter)"
)
"""What tells a time that comes again: of the day, the week, the year."""
SCALE = r"(?:\s?(?:hundred|thousand|million|billion|trillion|percent|per cent|%))?"
UNIT = (
    r"(?:[\s-]?(?:°\s?[CF]|[a-zA-Zµ]{1,3}(?:[²³]|\^?[23])?(?:/[a-z]{1,2})?\b|square\s[a-z]+"
    r"|[a-z]{3,}(?:\sper\s[a-z]+)?))?"
)
NUMBER = re.compile(
    rf"(?<![\w.,])[-−]?\d[\d,]*(?:\.\d+)?(?:\s?[–-]\s?\d[\d,]*(?:\.\d+)?)?(?:\s?[×x]\s?10\^?-?\d+)?{SCALE}{UNIT}"
)
TENS = r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
ONES = r"(?:one|two|three|four|five|six|seven|eight|nine)"
TEENS = r"(?:ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen)"
WRITTEN = re.compile(
    rf"\b(?:(?:minus|half|a)\s)?(?:{TENS}(?:-{ONES})?|{TEENS}|(?!one\b){ONES}|dozen|hundred|thousand|million)"
    rf"(?:\sand\sa\shalf)?{SCALE}(?:-year|\s[a-z]{{3,}})?",
    re.IGNORECASE,
)
CAPITAL = r"[A-Z\u00c0-\u00de][\w'’.-]*"
NAME = re.compile(rf"{CAPITAL}(?:\s(?:(?:of|the|de|da|di|du|van|von|der|al|bin|and)\s){{0,2}}{CAPITAL})*")
SUPERLATIVE = re.compile(r"\b(?:most|least|(?!(?:west|east|rest|test|forest|interest|honest|modest)\b)\w{2,}est)\b")
RANKED = re.compile(
    r"\b(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:st|nd|rd|th)|one of the)[- ]"
    r"(?:world['’]s )?(?:most|least|\w{2,}est)\b",
    re.IGNORECASE,
)
OF_A_PLACE = re.compile(
    r"\b(?:most|least|\w{2,}est)\b[^.,;()]{1,50}?\b(?:in|of) (?:the )?(?P<place>[A-Z]\w+(?: [A-Z]\w+)*)"
)
WHOLE = frozenset("world earth solar system universe".split())
NO_NAME = re.compile(rf"{MONTH}|(?:Due|After|Before|During|Since|While|Although|Despite|Because|Until|According)")
WHEN = re.compile(r"\b(?:when|(?:what|which) (?:year|date|day|month|century|decade))\b", re.IGNORECASE)
MEASURE = (
    r"population|height|elevation|altitude|length|width|depth|area|size|distance|speed|velocity|temperature|age|mass"
    r"|weight|number|diameter|radius|value|price|cost|share|percentage|boiling point|melting point|density|duration"
)
HOW_MANY = re.compile(
    r"\bhow (?:many|much|old|far|long|tall|high|deep|big|large|fast|heavy|hot|cold|often|wide|thick|small|strong)\b"
    rf"|\bwhat(?:['’]s| is| was| are) the (?:[\w-]+ ){{0,2}}(?:{MEASURE})\b|^\W*(?:the )?(?:{MEASURE}) of\b",
    re.IGNORECASE,
)
WHO_WHERE = re.compile(
    r"\b(?:who|whom|whose|where|capital|(?:which|what) (?:\w+ )?(?:person|man|woman|city|country|state|planet|river"
    r"|ocean|continent|company|language|team|mountain|island|lake|animal|artist|author|writer|scientist|president"
    r"|king|queen))\b",
    re.IGNORECASE,
)


def lacks_form(question: str, sentence: str) -> bool:
    """Whether a question asks for words of a kind, and the sentence has none that the question does not say."""
    return _kind(question) is not None and next(candidate_spans(question, sentence), None) is None


def falls_short(question: str, sentence: str) -> bool:
    """
    Whether a question asks for the most of all, and the sentence names what is next to it, or the most of one place.

    "The second-largest lake" and "the largest lake in Africa" are no answers to "What is the largest lake?".
    """
    if not SUPERLATIVE.search(question) or RANKED.search(question):
        return False
    rest = RANKED.sub(" ", sentence)
    if rest != sentence and not SUPERLATIVE.search(rest):
        return True
    known = frozenset(words(question)) | WHOLE
    places = [match["place"] for match in OF_A_PLACE.finditer(rest)]
    return bool(places) and not any(known.issuperset(words(place)) for place in places)


def candidate_spans(question: str, sentence: str) -> Iterator[Span]:
    """Spans of the kind of words that are asked for, in order; none says what the question said."""
    find = _kind(question)
    known = frozenset(words(question))
    for start, end in find(sentence) if find is not None else ():
        if find is _numbers and not measures(question, sentence, start):
            continue
        said = [word for word in words(sentence[start:end]) if word not in STOP_WORDS]
        if said and not known.issuperset(said):
            yield start, end


def _kind(question: str) -> Callable[[str], Iterator[Span]] | None:
    """What finds the kind of words that a question asks for."""
    if is_yes_no_question(question):
        return None
    for asked, find in ((HOW_MANY, _numbers), (WHEN, _dates), (WHO_WHERE, name_spans)):
        if asked.search(question):
            return find
    return None


def _dates(sentence: str) -> Iterator[Span]:
    yield from (dates := [match.span() for match in DATE.finditer(sentence)])
    times = (match.span() for match in CLOCK.finditer(sentence))
    yield from (time for time in times if not any(start <= time[0] < end for start, end in dates))


def _numbers(sentence: str) -> Iterator[Span]:
    """Numbers with their units, in figures before those in words; a year alone is one too: an age may be asked for."""
    for match in (*NUMBER.finditer(sentence), *WRITTEN.finditer(sentence)):
        text = match[0].rstrip()
        last = WORD.findall(text)
        if last and last[-1].casefold() in STOP_WORDS:  # "299 and"
            text = text[: text.rindex(last[-1])].rstrip(" -")
        yield match.start(), match.start() + len(text)


def name_spans(sentence: str) -> Iterator[Span]:
    """Runs of capitalised words; the word that opens the sentence only when it is no stop word."""
    for match in NAME.finditer(sentence):
        start, end = match.span()
        first = WORD.match(sentence, start)
        if first and first[0].casefold() in STOP_WORDS:
            start = first.end() + (len(sentence[first.end() : end]) - len(sentence[first.end() : end].lstrip()))
        text = sentence[start:end].rstrip(".,'’")
        if len(text) > 1 and not NO_NAME.fullmatch(text):
            yield start, start + len(text)
