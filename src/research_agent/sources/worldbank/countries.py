"""Countries that a question names: by the World Bank's names, by the usual ones where it has others, by ISO code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from research_agent.text.scripts import without_accents

__all__ = ["Country", "named_countries"]

MOST = 4  # countries of one question
# Usual names that the World Bank has otherwise.
USUAL: Mapping[str, str] = {
    "america": "USA", "the us": "USA", "bolivia": "BOL", "britain": "GBR", "great britain": "GBR", "brunei": "BRN",
    "burma": "MMR", "cape verde": "CPV", "czech republic": "CZE", "democratic republic of the congo": "COD",
    "dr congo": "COD", "drc": "COD", "east timor": "TLS", "holland": "NLD", "hong kong": "HKG", "ivory coast": "CIV",
    "kyrgyzstan": "KGZ", "laos": "LAO", "macau": "MAC", "moldova": "MDA", "north korea": "PRK",
    "palestine": "PSE", "puerto rico": "PRI", "republic of the congo": "COG", "russia": "RUS", "slovakia": "SVK",
    "south korea": "KOR", "swaziland": "SWZ", "syria": "SYR", "tanzania": "TZA", "turkey": "TUR", "türkiye": "TUR",
    "united states of america": "USA", "vatican": "VAT", "vietnam": "VNM",
}  # fmt: skip
SHORT: Mapping[str, str] = {"US": "USA", "U.S.": "USA", "UK": "GBR", "U.K.": "GBR", "UAE": "ARE", "EU": "EUU"}
AMBIGUOUS = frozenset({"korea", "congo"})  # before the comma of more than one name
WORLD = "WLD"
WHOLE = re.compile(r"\b(?:world(?:wide)?|global(?:ly)?|earth)\b", re.IGNORECASE)


class Country(NamedTuple):
    """Country or group of countries: ISO codes of three and of two letters, and the World Bank's name."""

    code: str
    short: str
    name: str


def named_countries(question: str, known: Iterable[Country]) -> list[Country]:
    """Countries that a question names, in its order; the world when it names none but that."""
    by_code = {country.code: country for country in known}
    text, found = without_accents(question).casefold(), dict[int, Country]()
    names = _names(by_code)
    for name in sorted(names, key=len, reverse=True):  # "Papua New Guinea" before "Guinea"
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            found[match.start()] = names[name]
            text = f"{text[: match.start()]}{'·' * len(name)}{text[match.end() :]}"
    found |= _by_code(question, by_code) if question.upper() != question else {}
    distinct = list(dict.fromkeys(found[at] for at in sorted(found)))
    if not distinct and WHOLE.search(question) and WORLD in by_code:
        return [by_code[WORLD]]
    return distinct[:MOST]


def _names(by_code: Mapping[str, Country]) -> dict[str, Country]:
    """Names in lower case, without accents: whole, before a comma ("Egypt, Arab Rep."), and the usual ones."""
    names = {name: by_code[code] for name, code in USUAL.items() if code in by_code}
    for country in by_code.values():
        whole = without_accents(country.name).casefold()
        first = whole.partition(",")[0]
        names |= {} if first in AMBIGUOUS or country.code == WORLD else {first: country}
        names[whole] = country
    return {without_accents(name): country for name, country in names.items() if len(name) > 2 and name != "world"}


def _by_code(question: str, by_code: Mapping[str, Country]) -> dict[int, Country]:
    """Countries by a code in capitals, by their place."""
    found = {}
    for match in re.finditer(r"(?<![\w.])(?:[A-Z]{3}|US|U\.S\.|UK|U\.K\.|EU)(?!\w)", question):
        if country := by_code.get(SHORT.get(match[0], match[0])):
            found[match.start()] = country
    return found
