"""Classes of falsehood: each changes a sentence so that its article no longer says it."""

from __future__ import annotations

import random

import pytest

from research_agent_devtools.samples.falsehoods import FALSEHOODS, NOT_SAID
from research_agent_devtools.samples.places import Place

OTHER, OTHER_TITLE = "Lagos is a port city on the coast of Nigeria.", "Lagos"

EXAMPLES: dict[str, tuple[str, str, str]] = {
    "tense": ("Margaret Thatcher was the prime minister of the United Kingdom.", "Margaret Thatcher", "is the prime"),
    "modifier": ("Pluto is a dwarf planet in the Kuiper belt.", "Pluto", "is a planet"),
    "superlative": ("The Pacific is the largest of the five oceans.", "Pacific", "smallest"),
    "polarity": ("The vaccine can prevent infectious diseases in children.", "Vaccine", "can cause"),
    "quality": ("The Atacama is a dry plateau in South America.", "Atacama", "wet"),
    "membership": ("Saturn is a planet with many rings around it.", "Saturn", "Saturn is a"),
    "scope": ("Some snakes of the family are venomous to humans.", "Snake", " snakes of the family"),
    "negation": ("The tomato is a plant of the nightshade family.", "Tomato", "is n"),
    "hedge": ("The ruins may be older than the temple beside them.", "Ruins", "is older|are older"),
    "roles": ("Rome was invaded by Alaric in the fifth century.", "Rome", "Alaric was invaded by Rome"),
    "relation": ("Philip was the father of Alexander the Great.", "Philip", "son of"),
    "direction": ("The town lies north of the river in the plain.", "Town", "south of"),
    "cause": ("The bridge was closed because of a storm in the bay.", "Bridge", "despite"),
    "number": ("The tower is 324 metres tall and made of iron.", "Tower", " metres tall"),
    "scale": ("The country has a population of 83 million people.", "Country", "billion"),
    "number word": ("The castle has three towers above its gate.", "Castle", " towers above"),
    "year": ("The university was founded in 1848 by two brothers.", "University", "founded in 1"),
    "month": ("The treaty was signed on 4 July 1776 in the city.", "Treaty", "1776"),
    "unit": ("The road is 120 kilometres long in all.", "Road", "metres|miles"),
    "neighbour's number": ("The lake is 60 metres deep near its dam.", "Lake", "is 45 metres"),
    "neighbour's name": ("The painter was born in Florence to a poor family.", "Painter", "born in Vienna"),
    "foreign name": ("The old road leads along the coast of Portugal today.", "Road", "coast of Nigeria"),
    "foreign subject": ("Bergen is a town between seven mountains.", "Bergen", "Lagos is a town"),
    "mixed": ("Bergen is a town between seven mountains.", "Bergen", "Bergen is a port city on the coast"),
    "crossed": ("Bergen is a town between seven mountains.", "Bergen", "Bergen was the richest merchant"),
    "invented": ("Bergen has a famous fish market beside its harbour.", "Bergen", "is a port city"),
    "detail": ("Bergen has a fish market beside its harbour.", "Bergen", "ergen has a fish market"),
}
NEIGHBOURS = {
    "neighbour's number": "Its island stands 45 metres above the water.",
    "neighbour's name": "He died in Vienna at an old age.",
    "crossed": "Old Hansen was the richest merchant of his time.",
}


def place(kind: str) -> Place:
    sentence, title, _ = EXAMPLES[kind]
    following = NEIGHBOURS.get(kind, "")
    text = f"{sentence} {following}".strip()
    return Place(sentence, title, text, "", following=following, other=OTHER, other_title=OTHER_TITLE)


@pytest.mark.parametrize("kind", FALSEHOODS)
def test_each_class_changes_its_example(kind: str) -> None:
    found = [FALSEHOODS[kind](place(kind), random.Random(seed)) for seed in range(20)]
    changed = [text for text in found if text]
    assert changed
    for text in changed:
        assert text != EXAMPLES[kind][0]
        assert text.endswith(".")
    assert any(part in text for text in changed for part in EXAMPLES[kind][2].split("|"))


def test_each_class_has_an_example_and_those_not_said_are_classes() -> None:
    assert set(EXAMPLES) == set(FALSEHOODS)
    assert set(FALSEHOODS) > NOT_SAID


@pytest.mark.parametrize("kind", FALSEHOODS)
def test_a_class_is_the_same_for_the_same_seed(kind: str) -> None:
    for seed in range(5):
        one, two = (FALSEHOODS[kind](place(kind), random.Random(seed)) for _ in range(2))
        assert one == two


def test_a_word_that_the_article_also_holds_is_not_put_in() -> None:
    sentence = "The Pacific is the largest of the oceans."
    both = Place(sentence, "Pacific", f"{sentence} It is not the smallest.", "")
    assert all(FALSEHOODS["superlative"](both, random.Random(seed)) is None for seed in range(10))


def test_the_article_before_a_changed_word_agrees() -> None:
    sentence = "The adder is an elongated animal of an ancient lineage."
    changed = FALSEHOODS["quality"](Place(sentence, "Adder", sentence, ""), random.Random(0))
    assert changed is not None
    assert "a modern lineage" in changed
