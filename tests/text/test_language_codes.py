"""Codes of languages."""

from __future__ import annotations

import pytest

from research_agent.text.language_codes import is_language_code
from research_agent.text.languages import ENGLISH_NAMES


@pytest.mark.parametrize("code", [*ENGLISH_NAMES, "pt-br", "zh-min-nan", "ceb", "simple", "sh"])
def test_codes_of_languages_are_known(code: str) -> None:
    assert is_language_code(code)


@pytest.mark.parametrize("code", ["", "x", "xx", "qq-br", "EN", "german", "../../etc", "en/", "en\n", "en-", "d\u00e9"])
def test_others_are_refused(code: str) -> None:
    assert not is_language_code(code)
