"""Words that several names share and one alone has: "solar and wind power", "World War I and II"."""

from __future__ import annotations

from collections.abc import Sequence

from research_agent.text.known_titles import KnownNames
from research_agent.text.plurals import is_plural, singular

__all__ = ["with_shared_words"]


def with_shared_words(names: Sequence[str], known: KnownNames | None) -> list[str]:
    """
    The names, each with the last words of the last or the first words of the first, where that makes names that are
    `known`: "coffee and hot chocolate" share none.
    """
    parts = [name.split() for name in names]
    if known is None or len(parts) < 2:
        return list(names)
    return _with_head(parts, known) or _with_beginning(parts, known) or list(names)


def _with_head(parts: Sequence[Sequence[str]], known: KnownNames) -> list[str]:
    *others, last = parts
    of_names = is_plural(last[-1]) and all(one[0][:1].isupper() for one in parts)  # "the Aztec and Inca empires"
    for own in range(1, len(last)):
        head = [*last[own:-1], singular(last[-1])]
        made = [" ".join([*one, *head]) for one in (*others, last[:own])]
        if all(len(one) <= own for one in others) and (all(map(known, made)) or (of_names and known(made[-1]))):
            return made
    return []


def _with_beginning(parts: Sequence[Sequence[str]], known: KnownNames) -> list[str]:
    first, *others = parts
    if any(len(one) != 1 for one in others) or len(first) < 2:
        return []
    made = [" ".join([*first[:-1], *one]) for one in others]
    return [" ".join(first), *made] if all(map(known, made)) else []
