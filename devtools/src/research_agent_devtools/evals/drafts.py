"""What is left of whole drafts: their sentences by ids such as `lfqa-gpt3_wdoc-2-0` (draft 2, sentence 0)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from research_agent_devtools.kernel.statistics import mean

__all__ = ["Kept", "drafts"]

ID = re.compile(r"(.+-\d+)-\d{1,3}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A judged sentence of a draft: its id, its verdict, and whether its label says that it is false."""

    id: str
    verdict: str
    false: bool


def drafts(sentences: Sequence[Kept]) -> dict[str, float]:
    """
    Figures over the drafts; empty when an id is not of that form.

    `n` drafts; `at_least_half`: of so many at least half of the sentences are supported, and `..._with_partly` counts
    those that stay marked as partly supported; `mean_kept`: the mean share supported; `with_false`: the share in which
    a sentence stays that is labelled unsupported.
    """
    held: dict[str, list[Kept]] = {}
    for sentence in sentences:
        match = ID.fullmatch(sentence.id)
        if match is None:
            return {}
        held.setdefault(match[1], []).append(sentence)
    return _figures(held)


def _figures(held: Mapping[str, Sequence[Kept]]) -> dict[str, float]:
    supported = [_share(draft, {"supported"}) for draft in held.values()]
    staying = [_share(draft, {"supported", "partly"}) for draft in held.values()]
    false = [any(one.false and one.verdict == "supported" for one in draft) for draft in held.values()]
    return {
        "n": len(held),
        "at_least_half": sum(share >= 0.5 for share in supported),
        "at_least_half_with_partly": sum(share >= 0.5 for share in staying),
        "mean_kept": mean(supported),
        "with_false": mean(false),
    }


def _share(draft: Sequence[Kept], verdicts: set[str]) -> float:
    return sum(sentence.verdict in verdicts for sentence in draft) / len(draft)
