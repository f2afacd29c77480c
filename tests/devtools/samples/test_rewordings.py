"""True rewordings: each says what its sentence says, in other words."""

from __future__ import annotations

import random

import pytest

from research_agent_devtools.samples.places import Place
from research_agent_devtools.samples.rewordings import CONDENSED, FUSED, OPENERS, REWORDINGS

EXAMPLES: dict[str, tuple[str, str, str]] = {
    "synonyms": ("The tower was constructed near the river.", "Tower", "The tower was built close to the river."),
    "wider class": ("Monet was a French painter of the century.", "Monet", "Monet was a French artist of the century."),
    "figures": ("The town had 1.2 million visitors.", "Town", "The town had 1,200,000 visitors."),
    "rounded": ("It has 1,432,876 inhabitants today.", "Town", "It has about 1.4 million inhabitants today."),
    "class": ("The hoatzin is a species of tropical bird.", "Hoatzin", "The hoatzin is a tropical bird species."),
    "genitive": ("Oslo is the capital of Norway.", "Oslo", "Oslo is Norway's capital."),
    "name": ("It lies on a fjord.", "Bergen", "Bergen lies on a fjord."),
    "description": ("Bergen is a city in Norway on the west coast.", "Bergen", "Bergen is a city in Norway."),
    "clause cut": (
        "The bridge, which crosses the strait of the bay, carries two railway lines.",
        "Bridge",
        "The bridge carries two railway lines.",
    ),
    "shortened": (
        "The oboe is a woodwind instrument with two reeds that is used in orchestras.",
        "Oboe",
        "The oboe is a woodwind instrument.",
    ),
    "list shortened": (
        "Its neighbours in the plain include Kent, Surrey, and Essex.",
        "Plain",
        "Its neighbours in the plain include Kent.",
    ),
    "drawn out": ("Ada, a daughter of the poet, was a mathematician.", "Ada", "Ada was a daughter of the poet."),
    "order": ("In 1990, the town joined the league.", "Town", "The town joined the league in 1990."),
    "voice": ("The museum was founded by Hans Sloane in 1753.", "Museum", "Hans Sloane founded the museum in 1753."),
    FUSED: (
        "Bergen is a city in Norway.",
        "Bergen",
        "Bergen is a city in Norway, and it lies on a fjord of the sea.",
    ),
    CONDENSED: (
        "Bergen is a rainy city in Norway, on the west coast.",
        "Bergen",
        "Bergen is a rainy city in Norway and lies on a fjord of the sea.",
    ),
}
TEXTS = {"name": "Bergen is a city in Norway. It lies on a fjord."}
FOLLOWING = "It lies on a fjord of the sea."


def place(kind: str) -> Place:
    sentence, title, _ = EXAMPLES[kind]
    text = TEXTS.get(kind, f"{sentence} {FOLLOWING}")
    return Place(sentence, title, text, "", description="City in Norway", following=FOLLOWING)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_each_rewording_says_its_example_in_other_words(kind: str) -> None:
    found = {REWORDINGS[kind](place(kind), random.Random(seed)) for seed in range(40)}
    assert EXAMPLES[kind][2] in found
    assert EXAMPLES[kind][0] not in found


def test_an_opener_leaves_the_rest_as_it_is() -> None:
    sentence = "The tower is made of iron."
    changed = REWORDINGS["opener"](Place(sentence, "Tower", sentence, ""), random.Random(1))
    assert changed is not None
    assert changed.endswith("the tower is made of iron.")
    assert changed.startswith(OPENERS)


def test_a_name_keeps_its_capital_behind_an_opener() -> None:
    sentence = "Lake Tanganyika is a lake in Africa."
    changed = REWORDINGS["opener"](Place(sentence, "Lake Tanganyika", sentence, ""), random.Random(1))
    assert changed is not None
    assert changed.endswith("Lake Tanganyika is a lake in Africa.")


def test_all_rewordings_have_an_example() -> None:
    assert {*EXAMPLES, "opener"} == set(REWORDINGS)


def test_a_clause_that_limits_all_of_them_is_not_cut() -> None:
    sentence = "All members of the order have wings, although some of the females never use them."
    assert all(
        REWORDINGS["clause cut"](Place(sentence, "Order", sentence, ""), random.Random(seed)) is None
        for seed in range(10)
    )
