"""What is left when sentences are taken out of a text is tidy."""

from __future__ import annotations

import pytest

from research_agent.text.removal import removal_edits


def without(text: str) -> str:
    """The text without each sentence that begins with "No"."""
    import re

    removed = [match.span() for match in re.finditer(r"No\b[^.\n]*\.", text)]
    for edit in reversed(removal_edits(text, removed)):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("One. No. Two.", "One. Two."),
        ("No. One.", "One."),
        ("One. No. No.", "One."),
        ("No. No. One. Two.", "One. Two."),
        ("No.", ""),
        ("One.\n\nNo.\n\nTwo.", "One.\n\nTwo."),
        ("No.\n\nOne.", "One."),
        ("One.\n\nNo.", "One."),
        ("- One.\n- No.\n- Two.", "- One.\n- Two."),
        ("- No. One.", "- One."),
        ("1. One.\n2. No.\n3. Two.\n4. No.\n5. Three.", "1. One.\n2. Two.\n3. Three."),
        ("1. No.\n2. One.\n\nAnd\n\n3. Two.", "1. One.\n\nAnd\n\n2. Two."),
        ("1. One.\n2. Two.\n\nNo.\n\n1. Three.", "1. One.\n2. Two.\n\n1. Three."),
        ("# A\n\nNo.\n\n# B\n\nOne.", "# B\n\nOne."),
        ("# A\n\n## B\n\nNo.\n\n## C\n\nOne.", "# A\n\n## C\n\nOne."),
        ("# A\n\n## B\n\nNo.\n\n# C\n\nOne.", "# C\n\nOne."),
        ("One.\n\n**A**\n\nNo.", "One."),
        ("One.\n\nSome parts:\n- No.\n- No.\n\nTwo.", "One.\n\nTwo."),
        ("One. Some parts:\n- No.\n\nTwo.", "One.\n\nTwo."),
        ("Some parts:\n- No.\n- One.", "Some parts:\n- One."),
        ("- Some parts:\n  - No.\n- One.", "- One."),
        ("- No.\n    - One.\n    - Two.\n- Three.", "- One.\n- Two.\n- Three."),
        ("One.\n\n```\nNo.\n```", "One."),
        ("> No. One.", "> One."),
        ("# No. The first one is here.\nNo.", "# The first one is here."),
    ],
)
def test_nothing_is_left_over(text: str, left: str) -> None:
    assert without(text) == left


@pytest.mark.parametrize("text", ["One.  Two.", "- \n\n\n# A\n1. One\n3. Two\n", "```\n```", ""])
def test_nothing_is_touched_where_nothing_is_taken_out(text: str) -> None:
    assert without(text) == text
