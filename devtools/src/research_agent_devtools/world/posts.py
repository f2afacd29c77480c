"""What people of the fake world have written and what is known of its things, in our own words, free to copy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["ANSWERS", "ENTITIES", "ENTRIES", "ISSUES", "LABELS", "PAGES", "QUESTIONS", "REPOSITORIES"]

QUESTIONS: tuple[Mapping[str, Any], ...] = (
    {
        "question_id": 900001,
        "title": "Why is the attention of my transformer architecture out of memory &amp; slow?",
        "body": (
            "<p>My transformer reads 8,000 tokens and the attention matrix does not fit into memory.</p>"
            "<pre><code>scores = query @ key.T</code></pre><p>Is there a way around it?</p>"
        ),
        "score": 41,
        "tags": ["python", "attention-model", "transformer-model"],
        "by": "halfprecision",
    },
    {
        "question_id": 900002,
        "title": "Plot the photosynthesis rate of a leaf over a day",
        "body": "<p>I have the photosynthesis rate of a leaf every ten minutes. How do I plot it over a day?</p>",
        "score": 3,
        "tags": ["python", "matplotlib"],
        "by": "greenhouse",
    },
    {
        "question_id": 900003,
        "title": "Walking distances in Macau with sleep between requests",
        "body": "<p>The map service for Macau stops me. Where do I put the sleep?</p>",
        "score": 1,
        "tags": ["python", "maps"],
        "by": "ferry",
    },
)

ANSWERS: tuple[Mapping[str, Any], ...] = (
    {
        "answer_id": 900011,
        "question_id": 900001,
        "body": (
            "<p>Compute the attention in blocks and never keep the whole matrix: memory then grows with the length "
            "of the sequence, no longer with its square.</p>"
        ),
        "score": 88,
        "is_accepted": True,
        "by": "tilewise",
    },
    {
        "answer_id": 900012,
        "question_id": 900001,
        "body": "<p>Half precision halves the memory of the transformer, and that was enough for us.</p>",
        "score": 12,
        "is_accepted": False,
        "by": "bf16",
    },
    {
        "answer_id": 900013,
        "question_id": 900002,
        "body": "<p>Resample to hours first; the photosynthesis of one leaf is noisy within ten minutes.</p>",
        "score": 5,
        "is_accepted": True,
        "by": "axes",
    },
)

REPOSITORIES: tuple[Mapping[str, Any], ...] = (
    {
        "full_name": "world-lab/tiny-transformer",
        "description": "A transformer architecture in 300 lines, with attention that can be watched while it reads",
        "language": "Python",
        "topics": ["transformer", "attention", "teaching"],
        "stargazers_count": 2310,
        "license": {"key": "mit", "name": "MIT License", "spdx_id": "MIT"},
        "readme": (
            "<h1>tiny-transformer</h1><p>Every attention head draws what it looks at. Training on one laptop takes "
            "40 minutes.</p><h2>Limits</h2><p>It reads 512 tokens at most.</p>"
        ),
    },
    {
        "full_name": "world-lab/leafmeter",
        "description": "Reads the sensors of a greenhouse and estimates photosynthesis of each leaf",
        "language": "Rust",
        "topics": ["photosynthesis", "sensors"],
        "stargazers_count": 145,
        "license": None,
        "readme": "",
    },
    {
        "full_name": "world-lab/macau-on-foot",
        "description": "Walking times between all bus stops of Macau, as open data",
        "language": "Python",
        "topics": ["macau", "sleep"],
        "stargazers_count": 31,
        "license": {"key": "cc0-1.0", "name": "Creative Commons Zero v1.0 Universal", "spdx_id": "CC0-1.0"},
        "readme": "",
    },
)

ISSUES: tuple[Mapping[str, Any], ...] = (
    {
        "number": 17,
        "repository": "world-lab/tiny-transformer",
        "title": "Attention weights of the transformer are all equal after step 900",
        "body": "The attention of every head becomes flat after step 900. A smaller learning rate of 0.0003 helped.",
        "state": "closed",
        "comments": 9,
        "by": "flatline",
        "created_at": "2026-02-11T10:00:00Z",
    },
    {
        "number": 4,
        "repository": "world-lab/leafmeter",
        "title": "Photosynthesis is negative at night",
        "body": "At night the estimate of photosynthesis falls below zero; respiration is left out of the model.",
        "state": "open",
        "comments": 2,
        "by": "moonleaf",
        "created_at": "2025-12-01T22:00:00Z",
    },
)

PAGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "attention-by-hand": (
        "Attention in a transformer architecture, worked out by hand",
        (
            "We took a sentence of four words and did all the arithmetic of one attention head of a transformer "
            "architecture with pencil and paper. It took two people an afternoon and 96 multiplications.",
            "The word that mattered most to every other word was the verb, with a weight of 0.61 after the softmax. "
            "Without the scaling by the square root of the dimension it would have been 0.97.",
        ),
    ),
    "greenhouse-lamps": (
        "What lamps do to photosynthesis in a greenhouse",
        (
            "A greenhouse in the north needs lamps from October to March. Photosynthesis of tomatoes rises with the "
            "light until about noon, and then the leaves are saturated.",
            "Red and blue light together used 22 percent less power than white light for the same photosynthesis.",
        ),
    ),
    "macau-bridges": (
        "The bridges of Macau, and who walks them",
        (
            "Four bridges join the peninsula of Macau with the island of Taipa. The oldest was opened in 1974.",
            "Walkers are let onto one of them only, and only in the early morning, when the wind has gone to sleep.",
        ),
    ),
}
"""By the last part of the address: title and paragraphs."""

ENTRIES: tuple[Mapping[str, str], ...] = (
    {
        "title": "New: attention that costs less in the transformer architecture",
        "html": (
            "<p>A group announced an <em>attention</em> for the transformer architecture that needs half of the "
            "memory on long texts.</p>"
        ),
        "slug": "attention-by-hand",
        "date": "Thu, 01 Oct 2026 08:30:00 GMT",
    },
    {
        "title": "Photosynthesis without leaves draws a crowd",
        "html": "<p>An open day of the institute showed photosynthesis in a glass of water to 3,000 visitors.</p>",
        "slug": "greenhouse-lamps",
        "date": "Fri, 18 Sep 2026 12:00:00 GMT",
    },
    {
        "title": "Macau opens its bridge to walkers at night",
        "html": "<p>From November the bridge of Macau is open to walkers who cannot sleep.</p>",
        "slug": "macau-bridges",
        "date": "Tue, 06 Oct 2026 06:00:00 GMT",
    },
)

ENTITIES: Mapping[str, Mapping[str, Any]] = {
    "Q90001": {
        "label": "transformer architecture",
        "description": "neural network architecture that rests on attention",
        "claims": {"P31": ["Q90011"], "P571": [("+2017-06-12T00:00:00Z", 11)]},
    },
    "Q90002": {
        "label": "Macau",
        "description": "special administrative region of China",
        "claims": {"P31": ["Q90012"], "P1082": [(682100, "1")], "P2046": [(33, "Q90013")]},
    },
    "Q90003": {
        "label": "photosynthesis",
        "description": "process by which plants turn light into chemical energy",
        "claims": {"P31": ["Q90014"]},
    },
}
"""Items; a claim is an item, a (time, precision) or an (amount, unit)."""

LABELS: Mapping[str, str] = {
    "P31": "instance of",
    "P571": "inception",
    "P1082": "population",
    "P2046": "area",
    "Q90011": "neural network architecture",
    "Q90012": "special administrative region",
    "Q90013": "square kilometre",
    "Q90014": "biological process",
}
"""What properties, and items that only stand in claims, are called."""
