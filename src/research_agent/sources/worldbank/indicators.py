"""Indicators of the World Bank that questions ask for: by which words, and how a value is said in a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["INDICATORS", "Indicator", "asked_indicators", "sentence"]

MOST = 2  # indicators of one question


@dataclass(frozen=True, slots=True)
class Indicator:
    """
    Figure by its code. `asked` matches the words that ask for it, `says` is its sentence, {} the country's place.

    A value has `decimals` places and is followed by `unit`; it is the API's times `scale`.
    """

    code: str
    asked: re.Pattern[str]
    says: str
    unit: str = ""
    decimals: int = 0
    scale: int = 1


def _of(code: str, asked: str, says: str, unit: str = "", decimals: int = 0, scale: int = 1) -> Indicator:
    return Indicator(code, re.compile(rf"\b(?:{asked})\b", re.IGNORECASE), says, unit, decimals, scale)


_HEAD = r"per[ -](?:capita|head|person|inhabitant)"
_PERCENT = "percent"
# What is more special stands before what it is part of: the words of the first are then not the second's.
INDICATORS = (
    _of("EN.POP.DNST", "population density|densely populated", "The population density of {} was",
        "people per square kilometre", 1),
    _of("SP.POP.GROW", "population (?:growth|grow(?:s|ing)?)", "The yearly population growth of {} was", _PERCENT, 2),
    _of("SP.URB.TOTL.IN.ZS", r"urban population|live in cities|urbani[sz]ation", "The urban population of {} was",
        "percent of its population", 1),
    _of("SP.POP.TOTL", "population|populous|inhabitants?|(?:how many|number of) people|people live",
        "The population of {} was"),
    _of("NY.GDP.PCAP.CD", rf"(?:gdp|gross domestic product|output) {_HEAD}",
        "The GDP per head (GDP per capita) of {} was", "US dollars at current prices", 0),
    _of("NY.GDP.MKTP.KD.ZG", r"(?:gdp|economic) growth|(?:economy|gdp) (?:grow(?:s|n|ing)?|grew)",
        "The yearly growth of the GDP of {} was", _PERCENT, 2),
    _of("GC.DOD.TOTL.GD.ZS", "(?:government|public|national|state) debt|debt[- ]to[- ]gdp",
        "The debt of the central government of {} was", "percent of its GDP", 1),
    _of("MS.MIL.XPND.GD.ZS", r"(?:military|defen[cs]e) (?:spending|expenditure|budget)",
        "The military expenditure of {} was", "percent of its GDP", 2),
    _of("NY.GNP.PCAP.CD", rf"gni(?: {_HEAD})?|income {_HEAD}", "The GNI per head (GNI per capita) of {} was",
        "US dollars at current prices"),
    _of("NY.GDP.MKTP.CD", r"gdp|gross domestic product|economic output|size of the economy|how big is the economy",
        "The GDP (gross domestic product) of {} was", "US dollars at current prices"),
    _of("SP.DYN.LE00.IN", r"life expectanc(?:y|ies)|(?:how long do )?people live on average|long do people live",
        "The life expectancy at birth in {} was", "years", 1),
    _of("AG.LND.FRST.ZS", r"forest(?: area| cover)|forested", "The forest area of {} was",
        "percent of its land area", 1),
    _of("AG.LND.TOTL.K2", r"land area", "The land area of {} was", "square kilometres"),
    _of("AG.SRF.TOTL.K2", r"(?:surface )?area|how (?:big|large) is|size of", "The surface area of {} was",
        "square kilometres"),
    _of("FP.CPI.TOTL.ZG", "inflation|consumer prices", "The inflation of consumer prices in {} was", _PERCENT, 2),
    _of("SL.UEM.TOTL.ZS", "unemploy(?:ment|ed)|jobless(?:ness)?", "The unemployment rate of {} was",
        "percent of its labour force", 1),
    _of("SE.ADT.LITR.ZS", "literacy|literate|read and write", "The literacy rate of adults in {} was", _PERCENT, 1),
    _of("EN.GHG.CO2.PC.CE.AR5", rf"(?:co2|co₂|carbon)(?: dioxide)?(?: emissions?)? {_HEAD}",
        "The CO2 emissions per head (per capita) of {} were", "tonnes", 2),
    _of("EN.GHG.CO2.MT.CE.AR5", "(?:co2|co₂|carbon)(?: dioxide)?(?: emissions?)?|emissions",
        "The CO2 emissions of {} were", "tonnes", 0, 1_000_000),
    _of("SP.DYN.TFRT.IN", "fertility(?: rate)?|children per woman|births per woman", "The fertility rate of {} was",
        "births per woman", 2),
    _of("SP.DYN.IMRT.IN", "infant mortality", "The infant mortality rate of {} was", "deaths per 1,000 live births", 1),
    _of("SP.DYN.CBRT.IN", "birth ?rate", "The birth rate of {} was", "births per 1,000 people", 1),
    _of("SP.DYN.CDRT.IN", "(?:death|mortality) ?rate", "The death rate of {} was", "deaths per 1,000 people", 1),
    _of("SI.POV.GINI", r"gini(?: index| coefficient)?|inequality", "The Gini index of {} was", "", 1),
    _of("SI.POV.DDAY", r"(?:extreme )?poverty(?: rate)?", "The share of people in extreme poverty in {} was",
        "percent of the population", 1),
    _of("IT.NET.USER.ZS", r"internet users?|(?:use|access to) the internet|internet access",
        "The share of people who use the internet in {} was", "percent of the population", 1),
    _of("EG.ELC.ACCS.ZS", r"access to electricity", "The share of people with access to electricity in {} was",
        "percent of the population", 1),
    _of("NE.EXP.GNFS.CD", "exports?", "The exports of goods and services of {} were", "US dollars at current prices"),
    _of("NE.IMP.GNFS.CD", "imports?", "The imports of goods and services of {} were", "US dollars at current prices"),
    _of("SH.XPD.CHEX.GD.ZS", r"health (?:spending|expenditure)|spen[dt]s? on health(?:care)?",
        "The health expenditure of {} was", "percent of its GDP", 2),
    _of("SE.XPD.TOTL.GD.ZS", r"education (?:spending|expenditure)|spen[dt]s? on education",
        "The public expenditure on education of {} was", "percent of its GDP", 2),
)  # fmt: skip


def asked_indicators(question: str) -> list[Indicator]:
    """The indicators that a question asks for, two at most; words that ask for one do not ask for another."""
    found = []
    for indicator in INDICATORS:
        question, times = indicator.asked.subn(" · ", question)
        if times:
            found.append(indicator)
    return found[:MOST]


def sentence(indicator: Indicator, country: str, value: float, year: str) -> str:
    """A value in a sentence, its figure in full: "The population of Kenya was 56,432,944 in 2024."."""
    figure = f"{value * indicator.scale:,.{indicator.decimals}f}"
    return f"{indicator.says.format(country)} {figure}{f' {indicator.unit}' if indicator.unit else ''} in {year}."
