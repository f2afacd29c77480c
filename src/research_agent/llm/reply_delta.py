"""What one JSON object of a model's server adds to its reply, in OpenAI's shape or Ollama's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from research_agent.llm.reply_marks import REFUSAL, THOUGHT, TOOL
from research_agent.messages import chat_failures
from research_agent.text.json_fields import Json, object_of, objects_of

__all__ = ["Delta", "Usage", "delta_of"]

THOUGHTS = ("reasoning_content", "reasoning", "thinking", "thoughts", "reasoning_details", "reasoning_text")
TOOLS = ("tool_calls", "function_call", "tool_call")
ERROR_FIELDS = ("message", "error", "detail", "code", "type")
# Of the parts of a content array, by a word in their type.
PART_MARKS = {"think": THOUGHT, "reason": THOUGHT, "tool": TOOL, "function": TOOL, "refusal": REFUSAL}
REASONS = {"stop": "stop", "length": "length", "max_tokens": "length", "content_filter": "content_filter"}
"""Why a reply ended, by the server's word; any other is an end like "stop"."""

SHOWN_PARTS = frozenset({"", "text", "output_text", "input_text"})


class Usage(NamedTuple):
    """Tokens of the prompt, and of the reply with its thoughts."""

    prompt: int
    reply: int


class Delta(NamedTuple):
    """
    A piece of a reply. `is_known` tells whether the object was one of a reply at all.

    `marks` has a mark for each field beside the text; `is_whole` means text of a whole message, not the next piece.
    `reason` is why it ended, "" while it goes on, and `error` the server's own words.
    """

    text: str = ""
    marks: str = ""
    reason: str = ""
    error: str = ""
    usage: Usage | None = None
    is_whole: bool = False
    is_known: bool = True


def delta_of(item: Json) -> Delta:
    """The piece in an object; one that is not known says nothing."""
    choice = _choice(item)
    if error := _error(item) or _error(choice):
        return Delta(error=error)
    usage = _usage(item)
    message, is_whole = _message(item, choice)
    reason = _reason(choice.get("finish_reason")) or _reason(item.get("done_reason")) or _reason(item.get("done"))
    if choice.get("finish_reason") == "error":
        return Delta(error=chat_failures.ENDED_WITH_ERROR())
    is_known = message is not None or bool(reason) or usage is not None or "choices" in item or "done" in item
    text, marks = _content(message.get("content")) if message else ("", "")
    for names, mark in ((THOUGHTS, THOUGHT), (TOOLS, TOOL), (("refusal",), REFUSAL)):
        if message and any(message.get(name) for name in names):
            marks += mark
    return Delta(text, marks, reason, usage=usage, is_whole=is_whole, is_known=is_known)


def _reason(value: Any) -> str:
    return "" if not value or str(value) in {"null", "None"} else REASONS.get(str(value), "stop")


def _choice(item: Json) -> Json:
    choices = objects_of(item.get("choices"))
    return next((choice for choice in choices if choice.get("index") == 0), choices[0] if choices else {})


def _message(item: Json, choice: Json) -> tuple[Json | None, bool]:
    """The object that holds the content, and whether that is a whole message."""
    if isinstance(choice.get("delta"), dict):
        return choice["delta"], False
    for whole in (choice.get("message"), item.get("message") if "done" not in item else None):
        if isinstance(whole, dict):
            return whole, True
    if isinstance(item.get("message"), dict):
        return item["message"], False
    if isinstance(choice.get("text"), str):  # of the older completions
        return {"content": choice["text"]}, False
    return ({"content": item["response"]}, False) if isinstance(item.get("response"), str) else (None, False)


def _content(content: Any) -> tuple[str, str]:
    """Text of a content field, which may be an array of parts, and a mark for each part that is no text."""
    if isinstance(content, str):
        return content, ""
    if isinstance(content, Mapping):
        kind = str(content.get("type") or "")
        if mark := next((mark for word, mark in PART_MARKS.items() if word in kind), ""):
            return "", mark
        inner = next((content[name] for name in ("text", "content", "value") if name in content), "")
        return _content(inner) if kind in SHOWN_PARTS else ("", "")
    if isinstance(content, list):
        parts = [_content(part) for part in content]
        return "".join(text for text, _ in parts), "".join(marks for _, marks in parts)
    return "", ""


def _usage(item: Json) -> Usage | None:
    usage = object_of(item.get("usage"))
    prompt = _count(usage.get("prompt_tokens"), usage.get("input_tokens"), item.get("prompt_eval_count"))
    reply = _count(usage.get("completion_tokens"), usage.get("output_tokens"), item.get("eval_count"))
    return Usage(prompt, reply) if prompt or reply else None


def _count(*values: Any) -> int:
    return next((value for value in values if type(value) is int and 0 < value < 2**31), 0)


def _error(item: Json) -> str:
    """The server's own words about what went wrong; "" when it names no error."""
    error = item.get("error")
    if error is True or (not error and item.get("object") == "error"):  # the second is vLLM's
        error = item
    if not error and isinstance(item.get("detail"), str) and "choices" not in item and "message" not in item:  # FastAPI
        error = item["detail"]
    while isinstance(error, dict):
        error = next((error[name] for name in ERROR_FIELDS if error.get(name) not in (None, "", True)), "error")
    return str(error) if error else ""
