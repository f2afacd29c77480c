"""Text that acts on a terminal, in every place of an answer that fetched or generated text can reach."""

from __future__ import annotations

import unicodedata

from research_agent.types import Answer, Citation, Document
from research_agent_devtools.harness.scripted_engine import RIVER, answer

__all__ = ["ATTACKS", "acting", "hostile_answer"]


ATTACKS = {
    "clear screen": "a\x1b[2Jb",
    "hidden link": "a\x1b]8;;https://evil.example\x1b\\b",
    "clipboard": "a\x1b]52;c;ZXZpbA==\x07b",
    "eight-bit control": "a\x9b31mb",
    "overwrite": "harmless\rrm -rf",
    "backspace": "good\b\b\b\bevil",
    "right-to-left": "a\u202egpj.exe",
    "isolate": "a\u2066b\u2069",
    "zero width": "pay\u200bpal",
    "tags": "a\U000e0041\U000e0042",
    "lone surrogate": "a\ud800b",
    "line separator": "a\u2028b",
}


def hostile_answer(attack: str) -> Answer:
    """The attack in every place that fetched or generated text can reach."""
    document = Document(
        source="notes", title=attack, url=f"https://x.example/{attack}", text=attack, retrieved=attack, licence=attack
    )
    cited = Citation(
        n=1,
        sentence=(0, 2),
        document=document.id,
        title=attack,
        url=document.url,
        source="notes",
        quote=attack,
        start=0,
        end=len(attack),
        score=1.0,
    )
    return answer(
        text=f"{attack} [1] {attack}",
        session=attack,
        unsupported=((len(attack), len(attack) + 3),),
        citations=(cited,),
        documents=(document, RIVER),
        notes=(attack,),
    )


def acting(text: str) -> set[str]:
    """Characters that move the cursor, change direction or hide; joiners and soft hyphens belong to scripts."""
    kept = {"\n", "\t", "\u200c", "\u200d", "\u00ad"}
    acts = {"Cc", "Cs", "Zl", "Zp"}
    hides = {*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xE0000, 0xE0080)}
    return {char for char in text if (unicodedata.category(char) in acts or ord(char) in hides) and char not in kept}
