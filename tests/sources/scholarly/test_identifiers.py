"""Identifiers of papers have one form."""

from __future__ import annotations

from typing import Any

import pytest

from research_agent.sources.scholarly.identifiers import identifiers


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"doi": "https://doi.org/10.1000/AbC"}, {"doi": "10.1000/abc"}),
        ({"doi": "doi:10.1000/a"}, {"doi": "10.1000/a"}),
        (
            {"doi": "https://doi.org/10.48550/arXiv.2304.05376"},
            {"doi": "10.48550/arxiv.2304.05376", "arxiv": "2304.05376"},
        ),
        ({"doi": "none", "pmid": 0, "arxiv": None, "pmcid": {}, "openalex": "A1", "s2": "x"}, {}),
        ({"arxiv": "http://arxiv.org/abs/1707.08567v12"}, {"arxiv": "1707.08567"}),
        ({"arxiv": "http://arxiv.org/abs/astro-ph/0601001v1"}, {"arxiv": "astro-ph/0601001"}),
        ({"arxiv": "math.GT/0309136"}, {"arxiv": "math.GT/0309136"}),
        ({"pmid": 12, "pmcid": "12"}, {"pmid": "12", "pmcid": "PMC12"}),
        (
            {"pmid": "https://pubmed.ncbi.nlm.nih.gov/38799228/", "pmcid": "https://x/articles/PMC1.2"},
            {"pmid": "38799228", "pmcid": "PMC1"},
        ),
        ({"pmid": True, "doi": "10.1000/" + "a" * 400}, {}),
        ({"openalex": "https://openalex.org/W27"}, {"openalex": "W27"}),
    ],
)
def test_identifiers_have_one_form(given: dict[str, Any], found: dict[str, str]) -> None:
    assert identifiers(**given) == found
