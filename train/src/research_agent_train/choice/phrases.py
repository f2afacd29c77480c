"""
Written phrases: of each language and kind, ways to ask, what is asked about and whole questions; rows made of them.

A file `phrases/LANG.txt` has sections `[kind]` or `[kind+kind]`, of the lines `ask = .. | ..` with {} for what is asked
about, `about = .. | ..` (or `@kind`, those of another section), and `say = .. | ..`.
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from research_agent.encoders.question_kinds import features

__all__ = ["KINDS", "LANGUAGES", "Phrased", "far_from", "phrased", "read_phrases"]

KINDS = ("software", "science", "medicine", "people", "news", "books", "places", "figures", "discussion")
LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "zh", "ja")
EACH, GENERAL = 500, 2_600  # questions made of a section, in a language; of one with two kinds half as many
OF_THINGS, FRAMED = frozenset({"software", "science", "medicine"}), 0.25
"""Kinds that the thing tells, however it is asked about; and the share of their rows that ask as general ones do."""
OF_ENGLISH = 2  # times as many in English, beside the public sets, which are in English too
TOO_NEAR = 0.5  # shared part of the features from which a row is a copy of a labelled question
BUCKETS = 1 << 20  # of the features that are compared

Section = Mapping[str, Sequence[str]]


class Phrased(NamedTuple):
    """Question with its kinds and its language, and whether it was written `whole`; a general one has no kind."""

    question: str
    kinds: frozenset[str]
    lang: str
    whole: bool = False


def read_phrases(lang: str) -> Mapping[str, Section]:
    """Sections of a language by name. Raises `OSError`, `ValueError`."""
    sections: dict[str, dict[str, list[str]]] = {}
    for line in (Path(__file__).parent / "phrases" / f"{lang}.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            current = sections.setdefault(line[1:-1], {"ask": [], "about": [], "say": []})
        elif line.strip():
            name, _, listed = line.partition(" = ")
            current[name] += [one.strip() for one in listed.split(" | ")]
    for section in sections.values():
        if section["about"][0].startswith("@"):
            section["about"] = sections[section["about"][0][1:]]["about"]
    return sections


def phrased(rng: random.Random) -> list[Phrased]:
    """Rows of all languages: each thing in some way of asking, three times before it is drawn at random."""
    rows: dict[Phrased, None] = {}
    for lang in LANGUAGES:
        times = OF_ENGLISH if lang == "en" else 1
        sections = read_phrases(lang)
        for name, section in sections.items():
            kinds = frozenset(name.split("+")) - {"general"}
            rows |= dict.fromkeys(Phrased(said, kinds, lang, True) for said in section["say"])
            about = section["about"]
            for number in range(times * (GENERAL if not kinds else EACH // len(kinds))):
                thing = about[number % len(about)] if number < 3 * len(about) else rng.choice(about)
                framed = kinds <= OF_THINGS and len(kinds) == 1 and rng.random() < FRAMED
                asked = rng.choice(sections["general" if framed else name]["ask"]).replace("{}", thing, 1)
                asked = asked.replace("{}", rng.choice(about), 1)
                rows[Phrased(asked, kinds, lang)] = None
    return list(rows)


def far_from(rows: Iterable[Phrased], labelled: Path) -> list[Phrased]:
    """The rows that are no copies of a labelled question. Raises `OSError`."""
    holders: defaultdict[int, list[int]] = defaultdict(list)  # of a feature, the labelled questions that have it
    sizes: list[int] = []
    for number, line in enumerate(labelled.read_text("utf-8").splitlines()):
        found = features(json.loads(line)["question"], BUCKETS)
        sizes.append(len(found))
        for feature in found:
            holders[feature].append(number)
    return [row for row in rows if not _is_near(features(row.question, BUCKETS), holders, sizes)]


def _is_near(found: Sequence[int], holders: Mapping[int, Sequence[int]], sizes: Sequence[int]) -> bool:
    """Whether the features and those of some labelled question share more than `TOO_NEAR` of all that either has."""
    shared = Counter(chain.from_iterable(holders.get(feature, ()) for feature in found))
    return any(many > TOO_NEAR * (len(found) + sizes[number] - many) for number, many in shared.items())
