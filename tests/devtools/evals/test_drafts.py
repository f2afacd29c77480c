"""Sentences become drafts again by their ids."""

from __future__ import annotations

from research_agent_devtools.evals.drafts import Kept, drafts


def test_drafts_of_which_half_is_kept() -> None:
    sentences = [
        Kept("set-a-1-0", "supported", False),
        Kept("set-a-1-1", "partly", False),
        Kept("set-a-1-2", "unsupported", True),
        Kept("set-a-2-0", "supported", True),
        Kept("set-a-2-1", "contradicted", False),
    ]
    assert drafts(sentences) == {
        "n": 2, "at_least_half": 1, "at_least_half_with_partly": 2, "mean_kept": (1 / 3 + 1 / 2) / 2, "with_false": 0.5,
    }  # fmt: skip


def test_other_ids_are_no_drafts() -> None:
    for name in ("se-news-0", "fcgpt-4", "HAGRID_8a729c11-366c-4262-85d4-142733154541"):
        assert drafts([Kept("own-1-0", "supported", False), Kept(name, "supported", False)]) == {}
