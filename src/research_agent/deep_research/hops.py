"""
Hops: what is found beyond a first search, by going on from the best passages, in whatever collection is searched.

From each origin two ways go on: what is left of the question is searched for with the names that the origin brings, and
the entries whose titles it names are taken. All that was found is then compared at once (`fusion`), so that a question
of any shape needs no choice between the ways: a comparison names its subjects, a nested description leaves a rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from research_agent.deep_research.collection import Collection, Entry
from research_agent.deep_research.fan_out import DEEP, asks_for_many, fan_out, list_asked
from research_agent.deep_research.fusion import Features, Own, features, scores
from research_agent.deep_research.residual_hop import Rest, rest_of
from research_agent.text.tokens import content_stems

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from research_agent.types import Embed

__all__ = ["Gathered", "gathered", "hop"]

FIRST = 60  # entries of the first search that are compared
ORIGINS = 8  # of them, from which the hop goes on
KEPT = 1  # of the first search that stay in front: a plain question is answered there
BRANCH = 16  # entries that the search for a rest brings
ORIGIN = Own(cosine=1.0, covered=0.5, named=0.3, rank=0.0)  # which entries become origins


class Gathered(NamedTuple):
    """
    What the searches for a question found: all entries in the order in which they came, with their features.

    `ranked` are those of the first search, `named` those whose title the question names, `rests` what the origins
    leave.
    """

    entries: list[Entry]
    features: Features
    ranked: Sequence[Entry]
    named: Sequence[Entry]
    rests: Sequence[Rest] = ()


async def hop(
    question: str, vector: NDArray[np.float32], collection: Collection, embed: Embed, *, limit: int = 20
) -> list[Entry]:
    """
    Find the best entries for a question, best first, also those that only another one leads to.

    `vector` is the question's, shape (d,). Raises what the collection and `embed` raise.
    """
    found = await gathered(question, vector, collection, embed)
    if asks_for_many(question, found.named, found.rests):
        listing = list_asked(question)
        of_it = vector if listing == question else (await embed([listing]))[0]
        of_list = await collection.search(listing, of_it, limit=DEEP)
        return fan_out(question, found.ranked, found.named, found.rests, of_list, of_it)[:limit]
    order = (-scores(found.features)).argsort(kind="stable")
    hopped = [found.entries[at] for at in order]
    return list(dict.fromkeys([*found.ranked[:KEPT], *hopped]))[:limit]


async def gathered(question: str, vector: NDArray[np.float32], collection: Collection, embed: Embed) -> Gathered:
    """Search for a question, and go on from the best that was found."""
    named = (await collection.named_in([question]))[0]
    ranked = await collection.search(question, vector, limit=FIRST)
    first = list(dict.fromkeys([*ranked, *named]))
    await _embedded(first, embed)
    rarities = await collection.rarities(content_stems(question))
    alone = features(question, vector, first, named, ranked, rarities=rarities)
    if not first:
        return Gathered([], alone, ranked, named)
    order = (-scores(alone, ORIGIN)).argsort(kind="stable")[:ORIGINS]
    origins = [first[at] for at in order]
    brought = {stem for origin in origins for stem in (*origin.names, *origin.title_stems)}
    rarities = {**rarities, **await collection.rarities(brought - rarities.keys())}
    links = await collection.named_in([origin.text for origin in origins])
    rests = [rest_of(question, origin, tuple(row), rarities) for origin, row in zip(origins, links, strict=True)]
    vectors = await embed([rest.searched for rest in rests])
    entries = dict.fromkeys(first)
    for rest, searched in zip(rests, vectors, strict=True):
        entries |= dict.fromkeys(await collection.search(rest.searched, searched, limit=BRANCH))
        entries |= dict.fromkeys(rest.links)
    await _embedded([*entries], embed)
    found = features(question, vector, [*entries], named, ranked, rests, vectors, rarities=rarities)
    return Gathered([*entries], found, ranked, named, rests)


async def _embedded(entries: list[Entry], embed: Embed) -> None:
    """Make the vectors of those that have none."""
    missing = [entry for entry in entries if entry.vector is None]
    if missing:
        for entry, vector in zip(missing, await embed([f"{one.title}. {one.text}" for one in missing]), strict=True):
            entry.vector = vector
