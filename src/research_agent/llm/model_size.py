"""Size of a chat model, in billions of parameters: what its server says, else what its name says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from research_agent.llm.model_info import chat_id, info_of

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["LARGE", "is_embedded", "is_embedded_id", "is_large", "is_large_model", "parse_size", "size_of"]

LARGE = 3.0
"""Billions of parameters from which a model's word on a sentence is worth asking for."""

# "8x7b" and "e4b" (effective) are sizes; "1m" and "128k" are windows.
SIZE = re.compile(
    r"(?<![a-z0-9.])(?:(\d{1,2})x)?e?(?:(\d{1,4}(?:\.\d{1,3})?)\s?b|(\d{2,4}(?:\.\d{1,3})?)\s?m)(?![a-z0-9])",
    re.IGNORECASE,
)
# Families of which every member is smaller, for names without a figure.
SMALL = re.compile(r"smollm(?!3)|tinyllama", re.IGNORECASE)
EMBEDDED = "llamacpp:smollm2"
SMALLEST = 0.135


def parse_size(text: str) -> float | None:
    """Size in a text, such as Ollama's "8.0B" or the name "qwen2.5:0.5b-instruct"; the largest of several."""
    sizes = [
        int(times or 1) * (float(billions) if billions else float(millions) / 1000)
        for times, billions, millions in SIZE.findall(text)
    ]
    return max(sizes, default=None)


def size_of(model: str, told: float | None = None) -> float | None:
    """Size of the model of this id, `told` being what its server says; None when unknown."""
    if model == EMBEDDED:
        return SMALLEST
    name = model.partition(":")[2].rpartition("/")[2]
    return told if told is not None else parse_size(name) or (LARGE / 2 if SMALL.search(name) else None)


def is_large_model(model: str, told: float | None = None) -> bool:
    """
    Whether the model of this id is large enough to judge sentences.

    Of unknown size, one behind OpenAI's protocol counts as large, as does a caller's own that has a name: services do
    not say how large theirs are. Ollama does, and a file has it in its name.
    """
    size = size_of(model, told)
    return size >= LARGE if size is not None else model.startswith(("openai:", "langchain:"))


def is_embedded_id(model: str) -> bool:
    """Whether the model of this id is the small one that setup brings."""
    return model.startswith(EMBEDDED)


def is_embedded(chat: BaseChatModel) -> bool:
    """Whether this is the small model that setup brings."""
    return is_embedded_id(chat_id(chat))


def is_large(chat: BaseChatModel) -> bool:
    """Whether this model is large enough to judge sentences; a caller's own without a name is not."""
    model = chat_id(chat)
    named = model != f"langchain:{type(chat).__name__}"
    return named and is_large_model(model, info_of(chat).billions)
