"""Form of an answer: the kind of words that is asked for (a figure, a date, a name), and where a sentence has such."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from research_agent.text.measures import TIME, measures
from research_agent.text.tokens import STOP_WORDS, WORD, content_stems, is_yes_no_question, stem, words

__all__ = ["SUPERLATIVE", "candidate_spans", "falls_short", "lacks_form", "name_spans", "tells_effect"]

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
FREQUENCY = re.compile(
    rf"\b(?:(?:every|each)\s(?:(?:other|few|second|\d+|{ONES})\s)?{TIME}"
    rf"|(?:once|twice|(?:\d[\d,.–-]*|{ONES}|several|many)\stimes)\s(?:an?|per|every|each)\s(?:(?:\d+|{ONES})\s)?{TIME}"
    r"|(?:(?:bi|semi-?)?annual(?:ly)?|biennial(?:ly)?|quadrennial(?:ly)?|yearly|monthly|weekly|daily|hourly))\b",
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
    r"\b(?:most|least|\w{2,}est)\b[^.,;()]{1,50}?\b(?:in|of|on|along|outside) (?:the )?"
    r"(?P<place>[A-Z]\w+(?: [A-Z]\w+)*)"
)
CAUSE_ASKED = re.compile(r"\bwhat (?:causes?|caused)\b", re.IGNORECASE)
CAUSES = re.compile(
    r"\b(?P<who>\w+)\s+(?:(?:can|may|could|might|often|also|usually)\s+)*caus(?:es?|ed)\b(?!\s+by\b)", re.IGNORECASE
)
STANDS_FOR_IT = frozenset("it they disease illness infection condition disorder".split())
# "Who was the first woman to win a Nobel Prize?": not the first to win that in Literature.
FIRST = re.compile(r"\W*who\b.*\bthe first\b", re.IGNORECASE)
FIRST_OF_A_PLACE = re.compile(
    r"\bthe first\b[^.,;()]{1,50}?\b(?:in|of|on|along|outside) (?:the )?(?P<place>[A-Z]\w+(?: [A-Z]\w+)*)"
)
MOST_OF = tuple(
    frozenset(group.split())
    for group in (
        "tallest highest",
        "longest",
        "widest broadest",
        "deepest",
        "oldest earliest",
        "largest biggest greatest",
        "smallest tiniest",
    )
)
"""Superlatives by what they measure."""
# "the largest cave that has not been visited", "its largest crater": the most of a part, or of what it owns.
OF_SOME = re.compile(r"\b(?:most|least|\w{2,}est)\b(?:[\s-]+[\w'’-]+){0,6}?\s+(?:that|who|whose)\b", re.IGNORECASE)
OF_ITS_OWN = re.compile(r"\b(?:its|his|her|their)\s+(?:[\w-]+\s+)?(?:most|least|\w{2,}est)\b", re.IGNORECASE)
OWNER = re.compile(r"['’]s\b|\b(?:its|his|her|their)\b", re.IGNORECASE)
WHOLE = frozenset("world earth solar system universe".split())
NAMED_BEFORE, NAMED_WITHIN = re.compile(rf"({CAPITAL}) $"), 40
ON_EARTH = frozenset({"world", "earth"})
NO_NAME = re.compile(rf"{MONTH}|(?:Due|After|Before|During|Since|While|Although|Despite|Because|Until|According)")
HOW_OFTEN = re.compile(r"\bhow (?:often|frequent(?:ly)?)\b", re.IGNORECASE)
WHEN = re.compile(r"\b(?:when|(?:what|which) (?:year|date|day|month|century|decade))\b", re.IGNORECASE)
AGE = re.compile(r"\b(?:old|age|ago|years?)\b", re.IGNORECASE)
IN_A_YEAR = re.compile(r"\b(?:in|since|by|from|until|during|before|after|early|late|around)\s[12]\d{3}$")
LETTER = re.compile(r"[A-Za-z]")
MEASURE = (
    r"population|height|elevation|altitude|length|width|depth|area|size|distance|speed|velocity|temperature|age|mass"
    r"|weight|number|diameter|radius|value|price|cost|share|percentage|boiling point|melting point|density|duration"
)
HOW_MANY = re.compile(
    r"\bhow (?:many|much|old|far|long|tall|high|deep|big|large|fast|heavy|hot|cold|wide|thick|small|strong)\b"
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


def tells_effect(question: str, sentence: str) -> bool:
    """Whether a question asks for a cause, and the sentence tells an effect: "Earthquakes cause tsunamis"."""
    if not CAUSE_ASKED.search(question):
        return False
    told = frozenset(content_stems(question)) - {stem("causes"), stem("caused")}
    who = (match["who"].casefold() for match in CAUSES.finditer(sentence))
    return any(one in STANDS_FOR_IT or stem(one) in told for one in who)


def falls_short(question: str, sentence: str) -> bool:
    """
    Whether a question asks for the most of all, and the sentence names what is next to it, or the most of one place.

    "The second-largest lake", "the largest lake in Africa" and "its largest lake" are no answers to "What is
    the largest lake?".
    """
    if FIRST.match(question):
        return _of_another_place(question, sentence, FIRST_OF_A_PLACE)
    if not SUPERLATIVE.search(question) or RANKED.search(question):
        return False
    rest = RANKED.sub(" ", sentence)
    ranked = _superlatives(sentence) - _superlatives(rest)
    if rest != sentence and (not SUPERLATIVE.search(rest) or _superlatives(question) & ranked):
        return True
    if _most_of_a_part(question, rest) or _of_another_measure(question, rest):
        return True
    return _of_another_place(question, rest, OF_A_PLACE)


def _of_another_place(question: str, sentence: str, pattern: re.Pattern[str]) -> bool:
    """Whether all superlatives of a sentence are of places that the question does not name: "in Earth's crust"."""
    asked = frozenset(words(question))
    wholes = WHOLE & asked
    known = asked | (ON_EARTH if wholes & ON_EARTH else frozenset() if wholes else WHOLE)
    places = [match["place"] for match in pattern.finditer(sentence)]
    return bool(places) and not any(known.issuperset(words(place)) for place in places)


def _of_another_measure(question: str, sentence: str) -> bool:
    """Whether all superlatives of a sentence measure something else: the largest is not the highest."""
    asked = {at for at, group in enumerate(MOST_OF) if group & _superlatives(question)}
    said = _superlatives(sentence)
    held = {at for at, group in enumerate(MOST_OF) if group & said}
    return bool(asked and held) and asked.isdisjoint(held) and said <= frozenset().union(*MOST_OF)


def _most_of_a_part(question: str, rest: str) -> bool:
    """Whether all superlatives of a sentence are of what a clause says, or of what something owns, unasked."""
    if OF_SOME.search(question):
        return False
    named = [match["place"] for match in OF_A_PLACE.finditer(question)]
    asks_owner = OWNER.search(question) or any(not WHOLE.issuperset(words(place)) for place in named)
    open_ones = OF_SOME.sub(" ", rest)
    if not asks_owner:
        open_ones = OF_ITS_OWN.sub(" ", open_ones)
    return open_ones != rest and not SUPERLATIVE.search(open_ones)


def _superlatives(text: str) -> frozenset[str]:
    return frozenset(match[0].casefold() for match in SUPERLATIVE.finditer(text)) - {"most", "least"}


def candidate_spans(question: str, sentence: str) -> Iterator[Span]:
    """Spans of the kind of words that are asked for, in order; none says what the question said."""
    find = _kind(question)
    known = frozenset(words(question))
    stems = frozenset(content_stems(question)) if find is name_spans else frozenset()
    for start, end in find(sentence) if find is not None else ():
        if find is _numbers and not _may_measure(question, sentence, start, end):
            continue
        said = [word for word in words(sentence[start:end]) if word not in STOP_WORDS]
        # "Penicillins", which opens a sentence, is no name that answers "Who discovered penicillin?".
        inflected = start == 0 and bool(stems) and stems.issuperset(content_stems(sentence[start:end]))
        if said and not known.issuperset(said) and not inflected:
            yield start, end


def _may_measure(question: str, sentence: str, start: int, end: int) -> bool:
    """Whether a number can be the measure that is asked for: it is of no other kind, no date and no name."""
    return measures(question, sentence, start) and not (
        _is_of_date(question, sentence, start, end) or _is_of_a_name(question, sentence, start)
    )


def _is_of_date(question: str, sentence: str, start: int, end: int) -> bool:
    """Whether a number is of a date, from which nothing but an age can be told: "26 June 2016", "in 1998"."""
    if AGE.search(question):
        return False
    if IN_A_YEAR.search(sentence[max(start - 12, 0) : end]):
        return True
    return any(match.start() <= start < match.end() and LETTER.search(match[0]) for match in DATE.finditer(sentence))


def _is_of_a_name(question: str, sentence: str, start: int) -> bool:
    """Whether a figure stands behind a name as it does in the question: "Trailfox 3"."""
    named = NAMED_BEFORE.search(sentence, max(0, start - NAMED_WITHIN), start)
    figure = WORD.match(sentence, start)
    if named is None or figure is None:
        return False
    return re.search(rf"\b{re.escape(named[1])} {re.escape(figure[0])}\b", question) is not None


def _kind(question: str) -> Callable[[str], Iterator[Span]] | None:
    """What finds the kind of words that a question asks for."""
    if is_yes_no_question(question):
        return None
    for asked, find in ((HOW_OFTEN, _frequencies), (HOW_MANY, _numbers), (WHEN, _dates), (WHO_WHERE, name_spans)):
        if asked.search(question):
            return find
    return None


def _frequencies(sentence: str) -> Iterator[Span]:
    return (match.span() for match in FREQUENCY.finditer(sentence))


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
