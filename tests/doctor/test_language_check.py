"""The language that is set is said to be weak where it was measured to be; the figures are those of the docs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from research_agent.doctor.language_check import MEASURED, check_language
from research_agent.settings import load_settings

DOCS = Path(__file__).parents[2] / "docs" / "models.md"


@pytest.mark.parametrize(
    ("lang", "is_fine", "words"),
    [
        ("", True, "weak: ko"),
        ("en", True, "en; measured in en, ja, ko"),
        ("pt-br", True, "pt-br; measured"),  # not measured
        ("ja", True, "ja; measured"),
        ("ko", False, "Answers in ko are weak: 40% of questions find the right sentence, 85% in English."),
    ],
)
def test_a_language_below_half_of_english_is_said_to_be_weak(lang: str, is_fine: bool, words: str) -> None:
    check = check_language(load_settings(lang=lang), {"en": 0.85, "ja": 0.43, "ko": 0.40})
    assert check.ok is is_fine
    assert words in check.text
    assert bool(check.hint) is not is_fine


def test_the_figures_are_those_of_the_docs() -> None:
    lines = DOCS.read_text("utf-8").splitlines()
    codes, both = (next(line for line in lines if line.startswith(start)) for start in ("| | en |", "| both |"))
    cells = [[cell.strip() for cell in row.strip("| ").split("|")] for row in (codes, both)]
    assert {code: float(share) for code, share in zip(cells[0][-10:], cells[1][-10:], strict=True)} == MEASURED
    assert re.search(r"below half of English", DOCS.read_text("utf-8"))
