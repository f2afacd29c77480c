"""
Matter of a claim: whether it is about health or money, by meaning, or states a figure, by form.

The classes are a few example sentences each (`matters.toml`). Their vectors by the embedding model of setup are in the
package, so that a turn embeds nothing; those of another model are made at its first turn. How the thresholds were
chosen: docs/decisions/0023-trust.md.
"""

from __future__ import annotations

import asyncio
import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from research_agent.grounding.claims import parse_statement
from research_agent.types import Embed, Matter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["VECTORS", "examples", "find_matters", "shipped_vectors", "states_figure"]

VECTORS = "matters.npy"
SAME_MODEL = 0.98  # cosine of the first example to its vector in the package: from here on it is the model of setup
NEAREST = 2  # examples of a class that are looked at
BEYOND = 0.07  # of cosine: so much nearer to a class than to what is neither
ABOUT = 0.26  # cosine to a class at least

# An amount of money, a share, a count: figures that no unit of `claims.MEASURES` follows.
AMOUNT = re.compile(
    r"[$€£¥₹₽₩]\s?\d|\d\s?[$€£¥₹₽₩%‰°]"
    r"|\d[\d,.\u00a0\u202f ]{0,40}(?:percent|per cent|thousand|million|billion|trillion)\b"
    r"|\b[1-9]\d{0,2}(?:[,\u00a0\u202f]\d{3})+\b|\b[A-Z]{3}\s?\d[\d,.]{0,40}\d\b"
    r"|\d\s?(?:mg|g|µg|ml|l|cm|mm|nm|kW|MW|GW|kWh|W|V|A|Hz|kHz|MHz|GHz|GB|TB|MB|kB|kcal|kJ|mph|km/h|m/s|bar|psi|ppm)\b",
)


def states_figure(text: str) -> bool:
    """Whether a sentence states a figure of measure: a quantity, an amount, a share; not a year, a date, a rank."""
    return AMOUNT.search(text) is not None or any(not of.endswith("century") for of in parse_statement(text).measures)


async def find_matters(sentences: Sequence[str], embed: Embed | None) -> list[Matter | None]:
    """
    Why each sentence matters, None where it does not: health or money before a figure.

    Without an embedding model, and in languages that it does not read, only figures are told.
    """
    figures: list[Matter | None] = ["figure" if states_figure(sentence) else None for sentence in sentences]
    if embed is None or not sentences:
        return figures
    import numpy as np

    named, texts = await asyncio.to_thread(examples)
    *vectors, probe = await embed([*sentences, texts[0]])
    known = await asyncio.to_thread(shipped_vectors)
    if probe.shape != known[0].shape or probe @ known[0] < SAME_MODEL:
        known = await embed(texts)
    cosines = np.stack(vectors) @ known.T
    near = {
        name: np.sort(cosines[:, [one == name for one in named]], axis=1)[:, -NEAREST:].mean(axis=1)
        for name in dict.fromkeys(named)
    }
    classes: tuple[Matter, ...] = ("health", "money")
    found: list[Matter | None] = []
    for place, figure in enumerate(figures):
        beyond = {name: near[name][place] - near["neither"][place] for name in classes}
        best = max(classes, key=beyond.__getitem__)
        found.append(best if beyond[best] >= BEYOND and near[best][place] >= ABOUT else figure)
    return found


@cache
def examples() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The class of each example sentence, and the sentences."""
    listed = tomllib.loads(files("research_agent.grounding").joinpath("matters.toml").read_text("utf-8"))
    rows = [(name, text) for name, texts in listed.items() for text in texts]
    return tuple(name for name, _ in rows), tuple(text for _, text in rows)


@cache
def shipped_vectors() -> NDArray[np.float32]:
    """Vectors of the examples by the model of setup: float32, shape (examples, dimensions), rows normalised."""
    import numpy as np

    with files("research_agent.grounding").joinpath(VECTORS).open("rb") as file:
        vectors: NDArray[np.float32] = np.load(file, allow_pickle=False).astype(np.float32)
    return vectors
