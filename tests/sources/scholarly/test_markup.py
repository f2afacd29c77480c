"""Only markup is taken for markup."""

from __future__ import annotations

import pytest

from research_agent.documents.isolated_reader import open_reader
from research_agent.sources.scholarly.markup import without_markup
from research_agent.types import Document

pytestmark = pytest.mark.anyio


async def test_only_markup_is_taken_for_markup() -> None:
    def paper(text: str) -> Document:
        return Document(source="x", title=text, text=text, url="https://x", retrieved="2026-01-01")

    given = ["p<0.05 and <r> is > 3", "<b>Bold</b> &amp; <sub>2</sub>", "a &lt; b", "R&D"]
    async with open_reader() as read:
        plain = await without_markup([paper(text) for text in given], read, always=False)
        twice = await without_markup([paper("<jats:p>(&amp;lt;75 K) &amp;amp; R&amp;D</jats:p>")], read, always=True)
    assert [one.text for one in plain] == ["p<0.05 and <r> is > 3", "Bold & 2", "a < b", "R&D"]
    assert twice[0].text == "(<75 K) & R&D"
