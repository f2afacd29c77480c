"""Search by words: which of a question's words are searched, and what a restriction names."""

import pytest

from research_agent.library.word_index import is_below


@pytest.mark.parametrize(
    ("path", "only", "inside"),
    [
        ("/docs/a.pdf", "/docs/a.pdf", True),
        ("/docs/a.pdf", "a.pdf", True),
        ("/docs/sub/a.pdf", "/docs", True),
        ("/docs/sub/a.pdf", "sub/", True),
        ("/docs/a.pdf", ".pdf", False),
        ("/docs/aa.pdf", "a.pdf", False),
        ("/documents/a.pdf", "/docs", False),
        ("/my/docs/a.pdf", "/docs", False),
    ],
)
def test_restriction_is_a_path_a_folder_above_or_an_end(path: str, only: str, inside: bool) -> None:
    assert is_below(path, [only]) is inside
