"""A stored session, and a turn of it with hostile text in every place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pypdfium2

from research_agent.memory import SessionInfo
from research_agent.types import Turn
from research_agent_devtools.harness.scripted_engine import RIVER, answer

__all__ = ["HOSTILE", "INFO", "hostile_turn", "pdf_text", "stored_turn"]

INFO = SessionInfo(
    id="s", title="How long?", turns=1, created="2026-11-23T10:00:00+00:00", updated="2026-11-23T10:05:00+00:00"
)


HOSTILE = '#eval("1") #image("/etc/passwd") $x$ <script>alert(1)</script> \\input{x} }\n@misc{y, \u202e\x00\ud800'


def stored_turn(**changes: Any) -> Turn:
    told = answer(**changes)
    return Turn(number=2, question=told.question, answer=told)


def hostile_turn() -> Turn:
    document = replace(RIVER, title=HOSTILE, url="javascript:alert(1)", licence=HOSTILE, author=HOSTILE)
    cited = tuple(replace(one, title=HOSTILE, url=document.url) for one in answer().citations)
    return stored_turn(question=HOSTILE, notes=(HOSTILE,), citations=cited, documents=(document,))


def pdf_text(data: bytes) -> str:
    """Text of all pages of a PDF."""
    untyped: Any = pypdfium2.PdfDocument
    document = untyped(data)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document).replace("\r\n", "\n")
