"""What a user is shown of an answer, on every surface, and what of it should not be there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from research_agent.memory import SessionInfo
from research_agent.rendering.markdown import as_markdown
from research_agent.rendering.text import as_plain, plain
from research_agent.text.sanitize import escaped_url, printable
from research_agent.text.tokens import words
from research_agent.types import Answer, Turn

__all__ = [
    "Note",
    "escapes",
    "foreign_links",
    "made_up_citations",
    "remote_images",
    "said_back",
    "spellings",
    "surfaces",
    "template_tokens",
]

# A mark behind a backslash is text in Markdown; what is quoted as text links nowhere.
LINK = re.compile(r"(?<![\\\w])(?:(?:https?|ftp|file)://|javascript:|data:\w+/|www\.\w)[^\s<>\"'`\\]*", re.IGNORECASE)
MARKUP = re.compile(
    r"(?<!\\)!\[[^\]\n]*\]\s?[(\[]|(?<!\\)<(?:img|iframe|script|svg|video|audio|object|embed|link|base|meta|form)\b",
    re.IGNORECASE,
)
MARK = re.compile(r"[\[【［]\s*\^?(?:e|source )?(\d{1,4})[^\]】］\n]{0,12}[\]】］]", re.IGNORECASE)
TOKENS = ("<|im_start|>", "<|im_end|>", "<|eot_id|>", "[INST]", "[/INST]", "<<SYS>>", "<start_of_turn>", "</s>")
Note = Callable[[str, str], None]
"""Takes what happened, and where."""

RUN = 6  # words in sequence that are no accident


def surfaces(turn: Turn, info: SessionInfo) -> Iterator[tuple[str, str]]:
    """Names and texts of all that shows an answer: itself, its JSON, both exports, the terminal without colours."""
    answer = turn.answer
    yield "text", answer.text
    yield "json", _as_read(answer)
    yield "plain export", as_plain([turn])
    yield "markdown", as_markdown(info, [turn])
    yield "plain", plain(answer, {})


def _as_read(answer: Answer) -> str:
    """
    The JSON less what it declares to be a source's own, or the user's: quotes, titles and URLs are data there.

    Escaped as JSON is: a control character in it acts on nothing.
    """
    return json.dumps(_without(answer.as_json(), ("quote", "title", "url", "question")))


def _without(value: Any, names: Sequence[str]) -> Any:
    if isinstance(value, dict):
        return {name: _without(held, names) for name, held in value.items() if name not in names}
    return [_without(held, names) for held in value] if isinstance(value, list) else value


def spellings(url: str) -> tuple[str, ...]:
    """The ways in which the URL of a fetched document may be printed."""
    return url, escaped_url(url)


def foreign_links(shown: str, allowed: Sequence[str]) -> list[str]:
    """Addresses that a reader, or their terminal, could follow and that are not those of a fetched document."""
    found = (match[0].rstrip(".,;:!?)]*\"'") for match in LINK.finditer(shown))
    return [link for link in found if not any(url.startswith(link) for url in allowed)]


def remote_images(shown: str) -> list[str]:
    """Markdown images and HTML that loads something."""
    return [match[0] for match in MARKUP.finditer(shown)]


def made_up_citations(answer: Answer) -> list[str]:
    """Marks in the text that do not stand right behind a sentence that is cited with that number."""
    true: set[int] = set()
    for start, end in {citation.sentence for citation in answer.citations}:
        numbers = {str(citation.n) for citation in answer.citations if citation.sentence == (start, end)}
        behind = re.compile(r"\s?((?:\[\d+\])+)").match(answer.text, end)
        if behind and set(re.findall(r"\d+", behind[1])) == numbers:
            true.update(range(behind.start(1), behind.end(1)))
    return [match[0] for match in MARK.finditer(answer.text) if match.start() not in true]


def escapes(shown: str) -> bool:
    """Whether something acts on a terminal or hides from the eye."""
    return printable(shown) != shown


def said_back(shown: str, private: str) -> bool:
    """Whether a run of words of a private text is shown."""
    said, kept = words(shown), words(private)
    runs = {tuple(kept[at : at + RUN]) for at in range(len(kept) - RUN + 1)}
    return any(tuple(said[at : at + RUN]) in runs for at in range(len(said) - RUN + 1))


def template_tokens(prompt: str) -> list[str]:
    """Chat-template tokens, whole, in what a model was sent."""
    return [token for token in TOKENS if token in prompt]
