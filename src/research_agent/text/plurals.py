"""Plurals, by their form, and the irregular ones by a list."""

from __future__ import annotations

import re

__all__ = ["both_numbers", "is_plural", "singular"]

# No form tells these. Those that are a verb, or the plural of two nouns, are left out: "leaves", "bases", "axes".
IRREGULAR = {
    "men": "man", "women": "woman", "children": "child", "people": "person", "feet": "foot", "teeth": "tooth",
    "geese": "goose", "mice": "mouse", "lice": "louse", "oxen": "ox", "wolves": "wolf", "calves": "calf",
    "halves": "half", "shelves": "shelf", "thieves": "thief", "knives": "knife", "wives": "wife", "loaves": "loaf",
    "elves": "elf", "dwarves": "dwarf", "scarves": "scarf", "hooves": "hoof",
    "bacteria": "bacterium", "mitochondria": "mitochondrion", "phenomena": "phenomenon", "criteria": "criterion",
    "fungi": "fungus", "nuclei": "nucleus", "stimuli": "stimulus", "cacti": "cactus", "radii": "radius",
    "alumni": "alumnus", "algae": "alga", "larvae": "larva", "vertebrae": "vertebra", "antennae": "antenna",
    "nebulae": "nebula", "supernovae": "supernova", "formulae": "formula", "crises": "crisis",
    "hypotheses": "hypothesis", "theses": "thesis", "diagnoses": "diagnosis", "oases": "oasis", "genera": "genus",
    "matrices": "matrix", "vertices": "vertex", "indices": "index", "appendices": "appendix", "spectra": "spectrum",
    "strata": "stratum", "curricula": "curriculum", "millennia": "millennium", "quanta": "quantum", "ova": "ovum",
}  # fmt: skip
PLURAL_OF = {one: plural for plural, one in IRREGULAR.items()}


def is_plural(noun: str) -> bool:
    """Whether a noun has the form of a plural."""
    if noun.lower() in IRREGULAR:
        return True
    if re.search(r"(?:mat|et|nom|ist|ys|nam)ics$|^\w{1,3}$", noun, re.IGNORECASE):  # "physics", "gas"
        return False
    return re.search(r"(?:[^siu]s|(?:[^aeiou]|e)es|children|people|men)$", noun, re.IGNORECASE) is not None


def singular(noun: str) -> str:
    """A plural noun in the singular: "capitals" -> "capital", "countries" -> "country", "bacteria" -> "bacterium"."""
    if noun in IRREGULAR:
        return IRREGULAR[noun]
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("s", "")):
        if noun.endswith(ending) and len(noun) > len(ending) + 1:
            return noun.removesuffix(ending) + instead
    return noun


def both_numbers(noun: str) -> tuple[str, ...]:
    """A lower-case noun, and its other number where that is irregular: "wolf" -> "wolf", "wolves"."""
    other = IRREGULAR.get(noun) or PLURAL_OF.get(noun)
    return (noun, other) if other else (noun,)
