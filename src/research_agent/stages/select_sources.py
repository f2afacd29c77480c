"""
Source selection: which sources are asked a question, and why. By rule, without a model.

The kind of a question follows from its words: each kind has its own, and some that count only with others.
A source too many costs time and a line in the answer, so in doubt it is left out: everything is a general question as
well. What the user named is asked whatever the question is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from research_agent.sources.policy import lacks, policy_of
from research_agent.sources.protocol import Source
from research_agent.text.tokens import stem, words

__all__ = ["SelectedSource", "kinds_of", "select_sources"]

NAMED = "you named it"
ANY_QUESTION = "asked for every question"

# Stems (`text.tokens.stem`) of words that speak for a kind, each plain enough to do so by itself.
SPOKEN = {
    "software": """
        algorithm android api asyncio backend browser c++ cli codebase compiler css database debug django docker
        frontend git github golang gpu html http ide ios javascript json kotlin kubernetes langchain linux llm macos
        mysql npm numpy opensource orm parser php postgres postgresql powershell programmer programming pytorch redis
        refactor regex sdk server software sql sqlite stacktrace tcp tensorflow typescript unittest unix vscode vue
        webapp webpack websocket xml yaml
    """,
    "science": """
        astronomy astrophysics biology boson chemical chemistry cosmology dataset ecology electron enzyme equation
        evidence fermion galaxy gene genome geology gravity hypothesis isotope math mathematics metaanalysis molecule
        neuron neuroscience neutrino photon physics polymer protein proton quantum quasar relativity research
        researcher science scientific scientist semiconductor species statistics superconductor telescope theorem
        thermodynamics wavelength
    """,
    "medicine": """
        allergy antibiotic antibody arthritis asthma bacteria cancer cardiac chemotherapy cholesterol clinical
        contagious covid dementia depression diabetes diagnosis disease epidemic epilepsy flu genetic hepatitis
        hospital hypertension illness immune infection influenza insulin kidney liver lung malaria medical medication
        medicine metabolism migraine mortality obesity pandemic pathogen pharmacology pneumonia pregnancy prognosis
        psychiatry smallpox stroke surgery symptom syndrome therapy transplant treatment tuberculosis tumor tumour
        vaccine vitamin
    """,
    "people": """
        actor actress altitude artist author biography birthday birthplace born capital celebrity city composer
        continent country daughter emperor empire father film founder husband inhabitant island king leader located
        location married mayor mother mountain museum musician painter philosopher poet politician population
        president prince princess province queen river singer son spouse town village wife writer
    """,
    "news": """
        announce announced announcement currently election lately latest newest news nowadays recent recently
        rumor rumour today tomorrow tonight yesterday
    """,
}
# Words that mean something else as often (Java is an island, a python a snake): one needs another, or one of COMPANY.
UNCERTAIN = {
    "software": """
        bash bug code deploy developer exception framework java kernel library node package pandas pip program python
        react runtime rust shell swift syntax thread windows
    """,
    "science": """
        atom climate evolution experiment journal laser nucleus paper particle peer planet proof publication spectrum
        star study theory universe
    """,
    "medicine": "blood cure doctor dose drug health heart patient remedy sleep toxic virus",
}
COMPANY = {
    "software": """
        array async borrow class command compile crash dict directory error file function import install installation
        integer loop memory method module object parse reverse script sort string update upgrade variable version
    """,
    "science": "abstract academic author cited finding measure predict",
    "medicine": "affect attack dangerous effect failure heal insomnia lower pressure reduce risk side treat",
}


def _stems(spoken: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    return {kind: frozenset(stem(word) for word in listed.split()) for kind, listed in spoken.items()}


STEMS, UNCERTAIN_STEMS, COMPANY_STEMS = _stems(SPOKEN), _stems(UNCERTAIN), _stems(COMPANY)
PHRASES = {
    "people": re.compile(r"^\W*(?:who|whose|where)\b|^\W*when did\b.+\bdie\b", re.IGNORECASE),
    "science": re.compile(r"\bpapers? (?:on|about|by|called|titled|[\"“])|\bstudies (?:on|of|show)\b", re.IGNORECASE),
    "medicine": re.compile(r"\bside effects? of\b", re.IGNORECASE),
    "software": re.compile(r"\b(?:java|node|pandas|python|react|rust|swift|windows) ?\d", re.IGNORECASE),
}
# foo(), foo.bar(), camelCase (but no iPhone), snake_case, --option, -o, 0x1F, Error names
CODE = re.compile(
    r"\w\(\)|\b[a-z]{2,}[A-Z]\w*|\b[A-Za-z]+_[A-Za-z_]+\b|(?<!\S)(?:--[a-z][\w-]+|-[A-Za-z]\b)|\b0x[0-9a-fA-F]+\b"
    r"|\b\w+(?:Error|Exception)\b"
)
PAGE = re.compile(r"\bhttps?://\S+", re.IGNORECASE)


class SelectedSource(NamedTuple):
    """Source to ask, and the reason why, as the end of a sentence."""

    source: Source
    why: str


def select_sources(
    question: str, sources: Sequence[Source], *, named: Sequence[str] = ()
) -> tuple[SelectedSource, ...]:
    """Select the sources: all when the user `named` some, else those for a kind of the question that are set up."""
    if named:
        return tuple(SelectedSource(source, NAMED) for source in sources)
    kinds = kinds_of(question)
    fitting = ((source, kinds & policy_of(source).kinds) for source in sources if not lacks(source))
    return tuple(SelectedSource(source, _why(fit)) for source, fit in fitting if fit)


def kinds_of(question: str) -> frozenset[str]:
    """Kinds of a question, of `KINDS`; "general" is always one of them."""
    text = PAGE.sub("", question)
    stems = {stem(word) for word in words(text)}
    kinds = {kind for kind in STEMS if stems & STEMS[kind] or _tell_together(stems, kind)}
    kinds |= {kind for kind, phrase in PHRASES.items() if phrase.search(text)}
    if CODE.search(text):
        kinds.add("software")
    if PAGE.search(question):
        kinds.add("page")
    return frozenset({"general", *kinds})


def _tell_together(stems: set[str], kind: str) -> bool:
    """Whether uncertain words of a kind have company."""
    uncertain = stems & UNCERTAIN_STEMS.get(kind, frozenset())
    return len(uncertain) > 1 or (bool(uncertain) and not stems.isdisjoint(COMPANY_STEMS[kind]))


def _why(fit: frozenset[str]) -> str:
    if "general" in fit:
        return ANY_QUESTION
    return f"a question of {' and '.join(sorted(fit))}" if fit != {"page"} else "the question holds an address"
