"""One reply of a chat model as it comes: what of it is the answer, and what came in place of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from research_agent.errors import EmptyReplyError
from research_agent.llm.model_info import ModelInfo, estimate_tokens
from research_agent.llm.reasoning_filter import Filtered, ReasoningFilter
from research_agent.llm.reply_marks import THOUGHT, TOOL
from research_agent.messages import chat_failures
from research_agent.prompts import Prompt

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

__all__ = ["Reply"]

HIGHEST_RATIO = 4.0  # actual tokens to estimated ones; a server that claims more does not count tokens


class Reply:
    """
    One reply while it comes. It has `ended` when its server said so, and `wrote` when some of it was an answer.

    `end_mark` is the metadata by which the provider marks the end.
    """

    def __init__(self, info: ModelInfo, prompt: Prompt, end_mark: str) -> None:
        self.filter = ReasoningFilter(thinks_first=info.thinks_first)
        self.ended = self.wrote = False
        self._withheld = self._cut = False
        self._tokens = 0
        self._info, self._prompt, self._end_mark = info, prompt, end_mark

    def add(self, chunk: AIMessageChunk, on_restart: Callable[[], None]) -> str:
        """Add a chunk; gives the text of the answer that is certain now."""
        reason = chunk.response_metadata.get(self._end_mark)
        self.ended = self.ended or bool(reason)
        self._withheld = self._withheld or reason == "content_filter"
        self._cut = self._cut or "length" in (reason, chunk.response_metadata.get("done_reason"))
        if chunk.usage_metadata:
            self._tokens = max(self._tokens, chunk.usage_metadata["output_tokens"])
        _update_usage(self._info, chunk, self._prompt)
        return self._given(self.filter.feed(_text_of(chunk)), on_restart)

    def end(self, on_restart: Callable[[], None]) -> str:
        """The rest, at the end of the stream; the model's habit is kept for its next reply."""
        text = self._given(self.filter.end(was_cut=self._cut), on_restart)
        self._info.thinks_first = self.filter.thinks_first
        return text

    def _given(self, filtered: Filtered, on_restart: Callable[[], None]) -> str:
        if filtered.restarts:
            self.wrote = False
            on_restart()
        self.wrote = self.wrote or bool(filtered.text.strip())
        return filtered.text

    def nothing(self, model: str) -> EmptyReplyError:
        """What came in place of an answer, and what to do about it."""
        if self.filter.refused or self._withheld:
            what = chat_failures.REFUSED_TO_ANSWER() if self.filter.refused else chat_failures.FILTERED()
            hint = chat_failures.REPHRASE_OR_OTHER()
        elif self.filter.tool:
            what, hint = chat_failures.CALLED_TOOL(), chat_failures.AGAIN_OR_OTHER()
        elif self.filter.thoughts:
            tokens = f" ({self._tokens:,} tokens)" if self._tokens else ""
            what = chat_failures.ONLY_THOUGHTS(tokens=tokens)
            hint = chat_failures.MORE_CONTEXT()
        else:
            what, hint = chat_failures.WROTE_NOTHING(), chat_failures.TRY_AGAIN()
        return EmptyReplyError(chat_failures.MODEL_DID(model=model, what=what), hint=hint)


def _text_of(chunk: AIMessageChunk) -> str:
    """The text of a chunk, with a mark for what LangChain keeps beside it: thoughts, calls of tools."""
    blocks = chunk.content if isinstance(chunk.content, list) else ()
    kinds = {str(block.get("type")) for block in blocks if isinstance(block, dict)}
    thought = chunk.additional_kwargs.get("reasoning_content") or kinds & {"thinking", "reasoning"}
    called = getattr(chunk, "tool_call_chunks", ()) or getattr(chunk, "tool_calls", ())
    return f"{THOUGHT if thought else ''}{TOOL if called else ''}{chunk.text}"


def _update_usage(info: ModelInfo, chunk: AIMessageChunk, prompt: Prompt) -> None:
    """Record the server's token count: it shows whether the prompt was cut, and corrects later estimates."""
    if chunk.usage_metadata and (count := chunk.usage_metadata["input_tokens"]):
        info.prompt_tokens = count
        estimate = estimate_tokens(prompt.system) + estimate_tokens(prompt.user)
        info.ratio = min(HIGHEST_RATIO, max(info.ratio, count / max(estimate, 1)))
