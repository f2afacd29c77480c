"""A judge that says what a test scripted, in place of the check: `monkeypatch.setattr(cite, "judge", script(...))`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from research_agent.grounding import Judgement
from research_agent.types import Document, Evidence, Verdict

__all__ = ["Script", "script"]

Script = Mapping[str, tuple[Verdict, str]]
"""Verdict of a sentence, and the words of a document that it rests on (none: "")."""


@dataclass(frozen=True)
class Words:
    """What the check needs of a quote."""

    document: Document
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]


def script(said: Script, asked: list[str] | None = None) -> Callable[..., Awaitable[list[Judgement]]]:
    """A judge that gives the scripted verdicts, to others unsupported; `asked` collects the sentences."""

    async def judge(sentences: Sequence[str], evidence: Sequence[Evidence], **_: Any) -> list[Judgement]:
        if asked is not None:
            asked.extend(sentences)
        return [_judgement(*said.get(sentence, ("unsupported", "")), evidence) for sentence in sentences]

    return judge


def _judgement(verdict: Verdict, words: str, evidence: Sequence[Evidence]) -> Judgement:
    documents = {item.passage.document.id: item.passage.document for item in evidence}.values()
    found = [(1.0, Words(one, one.text.index(words), one.text.index(words) + len(words)))
             for one in documents if words and words in one.text]  # fmt: skip
    return Judgement(1.0 if verdict == "supported" else 0.3, verdict, tuple(found))  # type: ignore[arg-type]
