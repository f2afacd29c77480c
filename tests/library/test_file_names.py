"""Names of files as words."""

import pytest

from research_agent.library.file_names import name_words


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/docs/AMCOR_2023Q4_EARNINGS.pdf", "docs AMCOR 2023Q4 2023 Q 4 EARNINGS"),
        ("/docs/annualReport-FY2018.pdf", "docs annualReport annual Report FY2018 FY 2018"),
        ("notes.txt", "notes"),
    ],
)
def test_name_is_its_words_and_their_parts(path: str, words: str) -> None:
    assert name_words(path) == words
