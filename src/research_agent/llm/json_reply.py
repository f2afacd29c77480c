"""Chat calls whose reply is one JSON object, wanted within a time; what goes wrong is an outcome, never an error."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from research_agent.errors import ChatError, EmptyReplyError
from research_agent.llm.calls import ask
from research_agent.llm.model_info import truncated
from research_agent.prompts import Prompt
from research_agent.text.json_fields import Json, object_in

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["JsonReply", "Outcome", "ask_json"]

Outcome = Literal["answered", "late", "failed", "unreadable"]


@dataclass(frozen=True, slots=True)
class JsonReply:
    """The object that a model replied with, empty unless the outcome is "answered", and the whole text of the reply."""

    content: Json
    outcome: Outcome
    text: str = field(default="", compare=False)


async def ask_json(chat: BaseChatModel, prompt: Prompt, *, max_tokens: int, seconds: float) -> JsonReply:
    """
    Ask for a JSON object within `seconds`; text around it is skipped.

    For a call that the caller can do without: a late, failed or unreadable reply is an outcome, as is one to a prompt
    that the server cut. Cancelling it stops the model, as time running out does.
    """
    try:
        async with asyncio.timeout(seconds):
            reply = await ask(chat, prompt, max_tokens=max_tokens, timeout=seconds + 1)
    except TimeoutError:
        return JsonReply({}, "late")
    except EmptyReplyError:
        return JsonReply({}, "unreadable")
    except ChatError:
        return JsonReply({}, "failed")
    content = {} if truncated(chat) else object_in(reply)
    return JsonReply(content, "answered" if content else "unreadable", reply)
