"""The everyday questions in other languages: the same thirty, in their language, each with a lead that answers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from research_agent.sources.leads_index import build_index, search_index
from research_agent.text.languages import detect_language
from research_agent_devtools.evals.languages import LANGUAGES, everyday_rows, local_leads

OWN = [lang for lang in LANGUAGES if local_leads(lang)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_are_thirty_and_each_is_told_to_be_in_its_language(lang: str) -> None:
    rows = everyday_rows(lang)
    assert len(rows) == 30
    assert {detect_language(row.question) for row in rows} == {lang}
    assert [row.answer for row in rows] == [row.answer for row in everyday_rows("es")]


@pytest.mark.parametrize("lang", OWN)
def test_a_lead_that_answers_is_among_the_first_five(tmp_path: Path, lang: str) -> None:
    leads = local_leads(lang)
    assert len(leads) == 40
    build_index(leads, tmp_path / "leads.db", lang=lang, date="2026-01-01")
    for row in everyday_rows(lang):
        found = search_index(tmp_path / "leads.db", row.question, limit=5, source="leads")
        assert any(re.search(row.answer, document.text) for document in found), row.question
