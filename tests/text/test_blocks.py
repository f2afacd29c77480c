"""Blocks of a message, by their marks."""

from __future__ import annotations

import pytest

from research_agent.text.blocks import Block, split_blocks


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("One line.", [Block("prose", "One line.")]),
        ("One.\n\n\nTwo.", [Block("prose", "One."), Block("prose", "Two.")]),
        ("One.\nTwo", [Block("prose", "One."), Block("prose", "Two")]),
        ("a line that\ngoes on", [Block("prose", "a line that\ngoes on")]),
        ("```py x.py\nx = 1\n```", [Block("code", "x = 1", "x.py")]),
        ("```\nIt is prose.\n```", [Block("quoted", "It is prose.")]),
        ("> a\n> b\nc", [Block("quoted", "a\nb"), Block("prose", "c")]),
        ('<source name="n.pdf">a b</source>', [Block("quoted", "a b", "n.pdf")]),
        ("<user_query>a?</user_query>", [Block("asked", "a?")]),
        ("<a>\nnot closed", [Block("code", "<a>"), Block("prose", "not closed")]),
        ("### Guidelines:\n- a", [Block("instruction", "### Guidelines:\n- a")]),
        ("Question: a?\nAnswer:", [Block("asked", "a?")]),
        ("a <!-- hidden --> b", [Block("prose", "a"), Block("prose", "b")]),
        ("", [Block("prose", "")]),
    ],
)
def test_blocks(text: str, blocks: list[Block]) -> None:
    assert [block._replace(text=block.text.strip()) for block in split_blocks(text)] == blocks
