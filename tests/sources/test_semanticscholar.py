"""Semantic Scholar: a summary by a model is a detail."""

from __future__ import annotations

import json

import pytest

from helpers.paper_bodies import BODIES
from helpers.paper_sources import JSON, Service, search

pytestmark = pytest.mark.anyio


async def test_a_summary_by_a_model_is_never_the_text() -> None:
    body = {"total": 1, "data": [{**BODIES["semanticscholar"][1]["data"][0], "abstract": None}]}
    found = await search("semanticscholar", Service({"/": (200, json.dumps(body).encode(), JSON)}))
    (document,) = found.documents
    assert (document.text, document.details["tldr"]) == ("", "Short.")
