"""
question, sources -> the sources that are asked, and why. By rule, so that it works without a model and can be read.

The kind of a question is told by its words: each kind has words that speak for it. Everything is a general question as
well. What the user named is asked whatever the question is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from research_agent.sources import Source, lacks, manners_of
from research_agent.words import stem, words

__all__ = ["Chosen", "choose", "kinds_of"]

NAMED = "you named it"
ANY_QUESTION = "asked for every question"

# Stems (as `words.stem` makes them) of words that speak for a kind, each plain enough to do so by itself.
SPOKEN = {
    "software": """
        algorithm android api asyncio backend bash browser bug c++ cli code codebase compiler css database
        debug deploy developer django docker exception framework frontend git github golang gpu html http
        ide ios java javascript json kernel kotlin kubernetes langchain library linux llm macos mysql node
        npm numpy opensource orm package pandas parser php pip postgres postgresql powershell program
        programmer programming python pytorch react redis refactor regex runtime rust sdk server shell
        software sql sqlite stacktrace swift syntax tcp tensorflow thread typescript unittest unix vscode
        webapp webpack websocket windows xml yaml
    """,
    "science": """
        astronomy astrophysics atom biology boson chemical chemistry climate cosmology dataset ecology
        electron enzyme equation evidence evolution experiment fermion galaxy gene genome geology gravity
        hypothesis isotope journal laser math mathematics metaanalysis molecule neuron neuroscience
        neutrino nucleus paper particle peer photon physics planet polymer proof protein proton publication
        quantum quasar relativity research researcher science scientific scientist semiconductor species
        spectrum star statistics study superconductor telescope theorem theory thermodynamics
        universe wavelength
    """,
    "medicine": """
        allergy antibiotic antibody arthritis asthma bacteria blood cancer cardiac chemotherapy cholesterol
        clinical contagious covid cure dementia depression diabetes diagnosis disease doctor dose drug
        epidemic epilepsy flu genetic health heart hepatitis hospital hypertension illness immune infection
        influenza insulin kidney liver lung malaria medical medication medicine metabolism migraine
        mortality obesity pandemic pathogen patient pharmacology pneumonia pregnancy prognosis psychiatry
        remedy sleep smallpox stroke surgery symptom syndrome therapy toxic transplant treatment
        tuberculosis tumor tumour vaccine virus vitamin
    """,
    "people": """
        actor actress altitude artist author biography birthday birthplace born capital celebrity city
        composer continent country daughter died emperor empire family father film founder husband
        inhabitant island king leader located location married mayor mother mountain museum musician
        nationality novel painter philosopher poet politician population president prime prince princess
        province queen river royal singer son spouse town village wife writer
    """,
    "news": """
        announce announced announcement breaking currently election lately latest newest news nowadays
        recent recently release released rumor rumour today tomorrow tonight yesterday
    """,
}
STEMS = {kind: frozenset(stem(word) for word in spoken.split()) for kind, spoken in SPOKEN.items()}
OPENINGS = {"people": re.compile(r"^\W*(?:who|whose|where)\b", re.IGNORECASE)}
# foo(), foo.bar(), CamelCase, snake_case, --option, 0x1F, Error names
CODE = re.compile(
    r"\w\(\)|\b[a-z]+[A-Z]\w*|\b[A-Za-z]+_[A-Za-z_]+\b|(?<!\S)--?[a-z][\w-]+|\b0x[0-9a-fA-F]+\b|\b\w+Error\b"
)
PAGE = re.compile(r"\bhttps?://\S+", re.IGNORECASE)


class Chosen(NamedTuple):
    """A source that is asked, and why, as the end of a sentence."""

    source: Source
    why: str


def choose(question: str, sources: Sequence[Source], *, named: Sequence[str] = ()) -> tuple[Chosen, ...]:
    """
    The sources to ask, in their order. `named` are those the user named: they are all that is asked, whatever it is.

    Else a source is asked when it says that it is good for a kind that the question is of (`Manners.kinds`) and lacks
    nothing that the user must set; one that is good for no kind is asked only when it is named.
    """
    if named:
        return tuple(Chosen(source, NAMED) for source in sources)
    kinds = kinds_of(question)
    fitting = ((source, kinds & manners_of(source).kinds) for source in sources if not lacks(source))
    return tuple(Chosen(source, _why(fit)) for source, fit in fitting if fit)


def kinds_of(question: str) -> frozenset[str]:
    """What kinds of question it is, of `manners.KINDS`; "general" is always one of them."""
    said = PAGE.sub("", question)
    stems = {stem(word) for word in words(said)}
    kinds = {kind for kind, spoken in STEMS.items() if stems & spoken}
    kinds |= {kind for kind, opening in OPENINGS.items() if opening.search(question)}
    if CODE.search(said):
        kinds.add("software")
    if PAGE.search(question):
        kinds.add("page")
    return frozenset({"general", *kinds})


def _why(fit: frozenset[str]) -> str:
    if "general" in fit:
        return ANY_QUESTION
    return f"a question of {' and '.join(sorted(fit))}" if fit != {"page"} else "the question holds an address"
