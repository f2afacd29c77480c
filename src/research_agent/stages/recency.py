"""
Time that a question asks for ("today", "this year", "the current president"), and whether a document is of it.

Told by form: a short closed table of the words of time in each language. A *strict* period is one of which only what is
of it answers ("What happened last week?"); of any other ("now", "latest", an office) the newest source is preferred.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from research_agent.messages import remarks
from research_agent.text.dates import dates_in, interval
from research_agent.text.question import YOUR_TEXT
from research_agent.types import Document, Evidence, Topic

__all__ = ["Period", "asked_period", "clock_line", "dated", "is_of", "outdated", "prefer_newest", "without_period"]

DAY = timedelta(days=1)
LATELY = timedelta(days=365)  # how old a source may be that answers what is asked of now
READ = 200_000  # characters of a document
# What a source loses in its score, and its sentences in the reader's logit, by being five years older than the newest.
OLD_SCORE, OLD_LOGIT, OLD_YEARS = 0.15, 1.0, 5.0

# "from 1994 to 1998", "until 1998": what a sentence says of somebody, or something, was over then.
ENDED = re.compile(
    r"\b\d{4}\s*(?:to|until|till|[–-])\s*(?:\w+ )?(?P<end>\d{4})\b|\bbetween \d{4} and (?P<and>\d{4})\b"
    r"|\buntil (?:\w+ ){0,4}(?P<until>\d{4})\b"
)
STILL = re.compile(r"\b(?:since|currently|current|incumbent|now|present)\b", re.IGNORECASE)
OVER = 6.0  # of log-odds: who held an office until 1998 does not hold it now

# name, unit, how many units back, words; in Latin script whole words only
PERIODS = (
    ("today", "day", 0, r"today|tonight|this (?:morning|afternoon|evening)|hoy(?! en d[ií]a)|heute|aujourd['’]hui|hoje"
     r"|oggi", "今天|今日|오늘|اليوم"),
    ("yesterday", "day", 1, r"yesterday|last night|ayer|gestern|hier|ontem|ieri", "昨天|昨日|어제|أمس"),
    ("this week", "week", 0, r"this week|esta semana|diese[rn]? woche|cette semaine|questa settimana",
     "本周|这周|今週|이번 주|هذا الأسبوع"),
    ("last week", "week", 1, r"(?:last|past) week(?! of\b)|semana pasada|(?:letzte|vergangene|vorige)[rn]? woche"
     r"|semaine (?:dernière|passée)|semana passada|settimana scorsa|scorsa settimana",
     "上周|先週|지난주|الأسبوع الماضي"),
    ("this month", "month", 0, r"this month|este mes|diese[nmrs]? monats?|ce mois(?:-ci)?|este mês|questo mese",
     "本月|这个月|今月|이번 달|هذا الشهر"),
    ("last month", "month", 1, r"(?:last|past) month(?! of\b)|mes pasado|(?:letzte|vergangene|vorige)[nrs]? monats?"
     r"|mois (?:dernier|passé)|mês passado|mese scorso|scorso mese", "上个月|先月|지난달|الشهر الماضي"),
    ("this year", "year", 0, r"this year|este año|diese[mns]? jahre?s?|cette année|este ano|quest['’]anno",
     "今年|올해|هذا العام|هذه السنة"),
    ("last year", "year", 1, r"(?:last|past) year(?! of\b)|año pasado|(?:letzte|vergangene|vorige)[mns]? jahre?s?"
     r"|(?:année|an) (?:dernière|dernier|passée?)|ano passado|anno scorso|scorso anno", "去年|昨年|작년|العام الماضي"),
)  # fmt: skip
LAST_FEW = re.compile(
    r"\b(?:(?:in|over|during|within) )?(?:the )?(?:last|past) (\d{1,3}) (day|week|month|year)s\b", re.IGNORECASE
)
NOW = (
    r"(?:right )?now(?! that\b)|nowadays|currently|at (?:the moment|present)|these days|latest|newest|the news"
    r"|(?:most )?recent(?:ly)?(?! common)|ahora|actualmente|hoy en d[ií]a|más recientes?|derzeit|zurzeit|momentan"
    r"|gegenwärtig|jetzt|heutzutage|neue?ste[nrms]?|aktuell(?:e|en|er|es|em|ste|sten)?|actuellement|maintenant"
    r"|en ce moment|de nos jours|actuel(?:le)?s?|plus récente?s?|atualmente|agora|atual|mais recentes?|attualmente"
    r"|adesso|attuale|più recent[ei]"
)
CURRENT = (
    r"(?:(?<=the )|(?<=its )|(?<=his )|(?<=her )|(?<=their )|(?<=['’]s )|(?<=is ))current(?= \w)"
    r"(?! (?:in|of|through|flow\w*|densit\w+|law|source|and|is|divider|drawn|that|which|to|from|passing|carr\w+)\b)"
)
ACTUAL = r"(?<=\w )actual(?:es)?(?=\s+del?\b|\s*\?)"  # Spanish, but not the English word
OFFICE = re.compile(
    r"\bwho(?:['’]s| is| are) (?:the )?(?:current )?(?:[\w'’-]+ ){0,2}?(?:president|prime minister|premier"
    r"|chancellor|king|queen|pope|emperor|mayor|governor|ceo|chief executive|secretary[- ]general"
    r"|head of|minister|champion|leader)\b"
    r"|\bquién es (?:el|la) (?:president[ea]|primer|rey|reina|papa|alcalde|ministr[oa]|gobernador)"
    r"|\bwer ist (?:der|die)\b.{0,20}?(?:präsident|kanzler|minister|könig|papst|bürgermeister)"
    r"|\bqui est (?:le|la|l['’])\s?(?:président|premier|roi|reine|pape|maire|chanceli|ministre)"
    r"|\bquem é (?:o|a) (?:president|primeir|rei|rainha|papa|prefeit|ministr|governador)"
    r"|\bchi è (?:il|la) (?:president|prim|re\b|regina|papa|sindac|ministr)",
    re.IGNORECASE,
)
# "today" asks for the day's events, or in the present tense for what holds nowadays.
EVENT = re.compile(
    r"\b(?:happen|going on|news|headline|weather|forecast|announc|releas|launch|publish|won\b|died|passier|gescheh"
    r"|ereign|nachricht|wetter|pass[ée]|pasó|pasad|notici|actualité|nouvelle|arriv[ée]|météo|acontec|notíci|success[oa]|accadut"
    r"|notizi)",
    re.IGNORECASE,
)
PRESENT = re.compile(
    r"\b(?:is|are|do|does|can|still|ist|sind|wird|werden|est|sont|es|son|é|são|è|sono|used|hay|gibt)\b", re.IGNORECASE
)
FRENCH = re.compile(r"\b(?:qu['’]|qui|que|quel\w*|quoi|est|a-t-|ont)", re.IGNORECASE)  # German "hier" is "here"

ASKS_CLOCK = re.compile(
    r"(?:what(?:['’]s| is) (?:today['’]s date|(?:the )?current (?:date|day|time|year)|the (?:date|time)(?: today)?)"
    r"|(?:what|which) (?:day of the (?:week|month)|day|date|year|month|time) is (?:it|today)(?: now| right now| today)?"
    r"|(?:¿)?(?:qué|a qué) (?:fecha|día|hora) (?:es|estamos)(?: hoy)?|welche(?:s datum|r tag) ist heute"
    r"|der wievielte ist heute|wie spät ist es|quelle (?:est la date(?: d['’]aujourd['’]hui)?|heure est-il)"
    r"|quel jour (?:sommes-nous|est-on)(?: aujourd['’]hui)?|que (?:data|dia|horas?) (?:é|são)(?: hoje)?"
    r"|che (?:giorno è|ore sono)(?: oggi)?|今天(?:是)?几[号月].{0,4}|今日は何日ですか)",
    re.IGNORECASE,
)
ASKS_TIME = re.compile(r"\b(?:time|hora|horas|ore|spät|heure)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Period:
    """Period that a question asks for, from `start` to `end`, both included, by its English `name`."""

    name: str
    start: date
    end: date
    strict: bool
    whole_year: bool = False


def asked_period(question: str, today: date) -> Period | None:
    """The narrowest period that a question asks for; None when it asks for no time, or only for years in figures."""
    found = [_period(name, unit, back, question, today) for name, unit, back, _ in _named(question)]
    if match := LAST_FEW.search(question):
        days = {"day": 1, "week": 7, "month": 31, "year": 366}[match[2].lower()] * int(match[1])
        found.append(Period(f"the last {match[1]} {match[2].lower()}s", today - days * DAY, today, strict=True))
    if found:
        return min(found, key=lambda period: (not period.strict, period.end - period.start))
    if any(_now_spans(question)) or OFFICE.search(question):
        return _lately(today)
    return None


def without_period(text: str, period: Period | None, *, figures: bool = True) -> str:
    """A topic or question without its words of time; with `figures`, a year or month becomes its figure instead."""
    if period is None:
        return text
    figure = ""
    if figures and period.strict and period.whole_year:
        figure = str(period.start.year)
    elif figures and period.strict and period.name.endswith("month"):
        figure = f"{calendar.month_name[period.start.month]} {period.start.year}"
    replaced = [(*span, figure) for *_, span in _named(text)]
    replaced += [(*span, "") for span in (*_now_spans(text), *(match.span() for match in LAST_FEW.finditer(text)))]
    for start, end, figure in sorted(replaced, reverse=True):
        text = f"{text[:start]}{figure}{text[end:]}"
    return re.sub(r"\s+([?.!,])", r"\1", " ".join(text.split())).lstrip(" ,;:")


def dated(topics: Iterable[Topic], period: Period | None) -> tuple[Topic, ...]:
    """The topics without words of time, for sources that can search by date with the first day of a strict period."""
    if period is None:
        return tuple(topics)
    since = (period.start - DAY).isoformat() if period.strict else ""
    return tuple(replace(topic, text=without_period(topic.text, period) or topic.text, since=since) for topic in topics)


def is_of(document: Document, period: Period, text: str = "") -> bool:
    """Whether a document is of a period: published in it, or a `text` of it gives a date in it; the user's text is."""
    if document.source == YOUR_TEXT:
        return True
    if document.published and _within(interval(document.published), period):
        return True
    if not period.strict and document.revision and _within(interval(document.retrieved), period):
        return True  # a page that is kept up to date, as it is now
    years = {str(year) for year in range(period.start.year, period.end.year + 1)}
    if not any(year in text for year in years):
        return False
    if period.whole_year or not period.strict:
        return re.search(rf"(?<!\d){period.end.year}(?!\d)", text) is not None
    return any(_within(days, period) for days in dates_in(text))


def prefer_newest(evidence: Sequence[Evidence], period: Period) -> tuple[Evidence, ...]:
    """The evidence, keyed anew: what is older than the newest that answers ranks lower, undated is in the middle."""

    def age(item: Evidence) -> float:
        day = _day_of(item.passage.document, period.end)
        return 0.5 if day is None else min(max((period.end - day).days / 365.0 / OLD_YEARS, 0.0), 1.0)

    newest = min((age(item) for item in evidence if not item.sentences or item.answers >= 0.0), default=1.0)
    loss = OLD_LOGIT if any(item.sentences for item in evidence) else OLD_SCORE
    aged = [
        replace(
            item,
            score=round(item.score - loss * max(0.0, age(item) - newest), 4),
            sentences=tuple(
                (start, end, logit - OLD_LOGIT * max(0.0, age(item) - newest) - _over(item, start, end, period))
                for start, end, logit in item.sentences
            ),
        )
        for item in evidence
    ]
    ordered = sorted(aged, key=lambda item: item.score, reverse=True)
    return tuple(replace(item, key=f"e{number}") for number, item in enumerate(ordered, 1))


def _over(item: Evidence, start: int, end: int, period: Period) -> float:
    """What a sentence loses that says when something ended, when it is asked for as it is now."""
    text = item.passage.document.text[start:end]
    if period.strict or STILL.search(text):
        return 0.0
    ends = [int(match["end"] or match["and"] or match["until"]) for match in ENDED.finditer(text)]
    return OVER if ends and max(ends) < period.start.year else 0.0


def outdated(period: Period | None, cited: Iterable[Document], found: Iterable[Document]) -> tuple[str, ...]:
    """One line when nothing `cited` is of the period that is asked for; it dates the newest source that was `found`."""
    if period is None or any(is_of(document, period, document.text[:READ]) for document in cited):
        return ()
    found = list(found)
    if not found:
        return (remarks.NOTHING_OF_PERIOD(period=period.name),) if period.strict else ()
    days = [day for document in found if (day := _day_of(document, period.end)) is not None]
    if not days:
        return (remarks.NONE_IS_DATED(period=period.name),)
    return (remarks.NEWEST_IS_OLDER(period=period.name, day=max(days).isoformat()),)


def clock_line(question: str, now: datetime) -> str:
    """Answer of the clock to a question that asks for nothing but the date or the time; else ""."""
    asked = question.strip(" \t\n¿?!.。？")
    if not ASKS_CLOCK.fullmatch(asked):
        return ""
    day = f"{now:%A}, {now.day} {now:%B} {now.year}"
    if ASKS_TIME.search(asked):
        return f"By the clock of this computer it is {now:%H:%M} (UTC{now:%z}) on {day}."
    return f"By the clock of this computer, today is {day}."


def _word(pattern: str) -> str:
    return rf"(?<![\w'’-])(?:{pattern})(?:['’]s)?(?![\w-])"


NAMED = tuple(
    (name, unit, back, re.compile(f"{_word(latin)}|{other}", re.IGNORECASE))
    for name, unit, back, latin, other in PERIODS
)
NOW_WORDS = re.compile(f"{_word(NOW)}|{CURRENT}|{ACTUAL}|现在|目前|現在|最新|지금|현재|الآن|حاليا", re.IGNORECASE)


def _named(text: str) -> Iterator[tuple[str, str, int, tuple[int, int]]]:
    """Named periods in a text, with their spans; a word in a title ("USA Today", "Yesterday" in quotes) is none."""
    for name, unit, back, pattern in NAMED:
        for match in pattern.finditer(text):
            if not _titled(match, text) and not (match[0].lower() == "hier" and not FRENCH.search(text)):
                yield name, unit, back, match.span()


def _now_spans(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in NOW_WORDS.finditer(text) if not _titled(match, text))


def _titled(match: re.Match[str], text: str) -> bool:
    """Whether a word has a capital within a sentence, as in a title: "USA Today"."""
    return match[0][0].isupper() and bool(text[: match.start()].strip(" ¿¡\"'“«"))


def _period(name: str, unit: str, back: int, question: str, today: date) -> Period:
    if unit == "day":
        if not back and PRESENT.search(question) and not EVENT.search(question):
            return _lately(today)
        return Period(name, today - back * DAY, today - back * DAY, strict=True)
    if unit == "week":
        return Period(name, today - (6 + 7 * back) * DAY, today, strict=True)
    if unit == "month":
        first = today.replace(day=1)
        return Period(name, *((first - DAY).replace(day=1), first - DAY) if back else (first, today), strict=True)
    year = today.year - back
    return Period(name, date(year, 1, 1), min(date(year, 12, 31), today), strict=True, whole_year=True)


def _lately(today: date) -> Period:
    return Period("the last 12 months", today - LATELY, today, strict=False)


def _within(days: tuple[date, date] | None, period: Period) -> bool:
    """Whether days are within a period, give or take one for the zones of time."""
    if days is None:
        return False
    first, last = days
    return period.start - DAY <= first <= (period.end + DAY if first == last else period.end)


def _day_of(document: Document, today: date) -> date | None:
    """Day that a document is of: it was published then, or stored or edited then; None when nothing says it."""
    if document.published and (days := interval(document.published)):
        return min(days[1], today)
    days = interval(document.retrieved)
    if days and (document.revision or days[1] < today - 2 * DAY):
        return days[1]
    return None
