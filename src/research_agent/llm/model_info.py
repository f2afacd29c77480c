"""
What is known of a chat model: its id, its context window, how many tokens a text costs it.

Works for any BaseChatModel a caller passes in. Nothing here is a network call but the embedded server's own tokenizer.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["Facts", "chat_id", "context_size", "count_tokens", "estimate_tokens", "facts_of", "truncated"]

DEFAULT_CONTEXT = 8192
# What a template may add around a text; a prompt that reaches so near to the window has been cut.
TEMPLATE_TOKENS = 8
PIECES = re.compile(
    r"(?P<capitals>[A-Z]{3,})|(?P<letters>[A-Za-z]+)|(?P<space>\s+)|(?P<other>[^\x00-\x7f]+)|.", re.DOTALL
)


@dataclass(slots=True)
class Facts:
    """
    What calls have shown of one chat model.

    `ratio`: real tokens to estimated ones, the highest seen, never below 1. `prompt_tokens`: what the server read of
    the last prompt, 0 when it does not say. `context`: the window, where the model object itself does not hold it.
    """

    ratio: float = 1.0
    prompt_tokens: int = 0
    context: int | None = None


_known: dict[int, Facts] = {}


def facts_of(chat: BaseChatModel) -> Facts:
    """The facts of this very object; forgotten with it. (LangChain's models cannot be dictionary keys.)"""
    if (facts := _known.get(id(chat))) is None:
        facts = _known[id(chat)] = Facts()
        weakref.finalize(chat, _known.pop, id(chat), None)
    return facts


def chat_id(chat: BaseChatModel) -> str:
    """`provider:name`; a model that is none of ours is `langchain:` and its model's or class's name."""
    provider = {"chat-ollama": "ollama", "openai-chat": "openai", "llamacpp-chat": "llamacpp"}.get(chat._llm_type)
    name = getattr(chat, "model_name", None) or getattr(chat, "model", None)
    return f"{provider or 'langchain'}:{name if isinstance(name, str) else type(chat).__name__}"


def context_size(chat: BaseChatModel) -> int:
    """The context window in tokens: prompt and answer together."""
    profile: Any = getattr(chat, "profile", None)
    known = (
        facts_of(chat).context,
        getattr(chat, "num_ctx", None),
        profile.get("max_input_tokens") if isinstance(profile, dict) else None,
    )
    return next((size for size in known if isinstance(size, int) and size > 0), DEFAULT_CONTEXT)


async def count_tokens(chat: BaseChatModel, texts: Sequence[str]) -> list[int]:
    """
    What each text costs in tokens.

    The embedded model counts for itself. Other servers have no tokenizer to ask: for them it is an estimate on the
    safe side, raised by what the server reported for earlier prompts. Raises `ChatError`.
    """
    if chat._llm_type == "llamacpp-chat":
        from research_agent.llm.llamacpp import ChatLlamaCpp

        assert isinstance(chat, ChatLlamaCpp)
        return await chat.count_tokens(texts)
    ratio = facts_of(chat).ratio
    return [round(estimate_tokens(text) * ratio + 0.5) for text in texts]


def truncated(chat: BaseChatModel) -> bool:
    """
    Whether the last prompt filled the whole context window.

    Ollama then cuts its front silently (the instructions, the best evidence): ask again with less evidence.
    """
    return facts_of(chat).prompt_tokens >= context_size(chat) - TEMPLATE_TOKENS


def estimate_tokens(text: str) -> int:
    """
    A count of tokens that real tokenizers seldom exceed; about a third more than English prose costs.

    The embedded model's tokenizer was the measure: its small vocabulary needs more tokens than larger models do. On
    275 texts as the sources give them it counted more than this for one in a hundred, at most a fifth more.
    """
    return sum(_cost(match) for match in PIECES.finditer(text))


def _cost(piece: re.Match[str]) -> int:
    size = len(piece[0])
    match piece.lastgroup:
        case "letters":  # common words are one token, the rest of a long one is syllables
            return (size + 3) // 4 if size <= 12 else (size + 1) // 2
        case "capitals":
            return (size + 1) // 2
        case "space":  # one before a word is part of it, one before a digit is not
            following = piece.string[piece.end() : piece.end() + 1]
            return piece[0].count("\n") + (size > 1 or following.isdigit())
        case "other":
            return (2 * len(piece[0].encode("utf-8", "surrogatepass")) + 2) // 3
        case _:
            return 1
