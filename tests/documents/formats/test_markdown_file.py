"""Markdown keeps its source; its headings are those that a reader of Markdown sees."""

from __future__ import annotations

import pytest

from research_agent.documents.formats.markdown_file import markdown_headings, read_markdown
from research_agent.documents.formats.text_builder import TextBuilder


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("# Ice #\n## Thick **ice** ##\n", [(0, 1, "Ice"), (8, 2, "Thick ice")]),
        ("Ice\n===\n\nFerries\n---\n", [(0, 1, "Ice"), (9, 2, "Ferries")]),
        ("    # code\n#hashtag\n####### seven\n\\# no\n", []),
        ("```\n# comment\n```\n# Head\n~~~~ x\n# no\n~~~\n# no\n~~~~\n## Two", [(18, 1, "Head"), (51, 2, "Two")]),
        ("a\nb\n---\n\n- item\n---\n| a |\n---\n\n---\n", []),
        ("# [Ice](http://ice.example \"t\") of `1895` {#ice}\n", [(0, 1, "Ice of 1895")]),
        ("#\n# \n", []),
        ("## snake_case_name and 2*3*4", [(0, 2, "snake_case_name and 2*3*4")]),
    ],
)  # fmt: skip
def test_headings(text: str, headings: list[tuple[int, int, str]]) -> None:
    assert markdown_headings(text) == headings


def test_front_matter_tells_of_the_file() -> None:
    told = TextBuilder()
    read_markdown(b'---\ntitle: "Ice"\nauthor: A. Writer\ndate: 2024-03-05\nlang: en\n# no\n---\n# Head\nText.\n', told)
    content = told.file_text()
    known = (content.title, content.author, content.published, content.language)
    assert known == ("Ice", "A. Writer", "2024-03-05", "en")
    assert [place.label for place in content.places] == ["Head"]
    assert content.text.startswith("---\ntitle:")
