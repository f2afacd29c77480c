"""Objects and events of OpenAI's Responses API: a response, its output items, and the stream in which they come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from research_agent.web.openai.chat_request import MODEL
from research_agent.web.openai.completion import Completion
from research_agent.web.openai.pieces import PIECE, usage_of
from research_agent.web.serialization import dumps

__all__ = [
    "ResponseHead",
    "ResponseWriter",
    "Status",
    "function_item",
    "message_item",
    "response_json",
    "response_usage",
]

Status = Literal["in_progress", "completed", "incomplete", "failed"]


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """What stays the same while a response is made; `echo` are fields of the request that are said back."""

    id: str
    created: int
    echo: Mapping[str, Any] = field(default_factory=dict)


def response_json(head: ResponseHead, status: Status, output: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A response object; `more` are its usage, its error, and what is our own."""
    return {
        "id": head.id,
        "object": "response",
        "created_at": head.created,
        "status": status,
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": None,
        "metadata": {},
        "model": MODEL,
        "output": output,
        "parallel_tool_calls": False,
        "previous_response_id": None,
        "reasoning": {"effort": None, "summary": None},
        "store": True,
        "temperature": None,
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "top_p": None,
        "truncation": "disabled",
        "usage": None,
        **head.echo,
        **more,
    }


def message_item(head: ResponseHead, completion: Completion) -> dict[str, Any]:
    """The output item that holds an answer; its annotations are flat, unlike those of a chat completion."""
    annotations = [{"type": one["type"], **one["url_citation"]} for one in completion.annotations]
    text = {"type": "output_text", "text": completion.text, "annotations": annotations, "logprobs": []}
    return {"type": "message", "id": _id(head, "msg"), "status": "completed", "role": "assistant", "content": [text]}


def function_item(head: ResponseHead, name: str, arguments: str) -> dict[str, Any]:
    """The output item that calls a function of the client."""
    ids = {"id": _id(head, "fc"), "call_id": _id(head, "call")}
    return {"type": "function_call", **ids, "status": "completed", "name": name, "arguments": arguments}


def response_usage(question: str, text: str) -> dict[str, Any]:
    """The estimate of `usage_of`, as a response has it."""
    usage = usage_of(question, text)
    return {
        "input_tokens": usage["prompt_tokens"],
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": usage["completion_tokens"],
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage["total_tokens"],
    }


class ResponseWriter:
    """
    Writes the events of one streamed response, numbered from 0.

    Lines of progress become the summary of a reasoning item, which the item with the answer follows.
    """

    def __init__(self, head: ResponseHead) -> None:
        self._head, self._number = head, 0
        self._output: list[dict[str, Any]] = []
        self._progress: list[str] | None = None

    def begin(self) -> list[bytes]:
        """The first events."""
        begun = response_json(self._head, "in_progress", [])
        return [self._event("response.created", response=begun), self._event("response.in_progress", response=begun)]

    def progress(self, line: str) -> list[bytes]:
        """Events for a line of progress."""
        item, place = self._reasoning(), self._place("rs")
        events = []
        if self._progress is None:
            self._progress = []
            part = {"type": "summary_text", "text": ""}
            events = [
                self._event("response.output_item.added", output_index=0, item=item),
                self._event("response.reasoning_summary_part.added", **place, summary_index=0, part=part),
            ]
        self._progress.append(f"{line}\n")
        delta = {"summary_index": 0, "delta": f"{line}\n"}
        return [*events, self._event("response.reasoning_summary_text.delta", **place, **delta)]

    def message(self, completion: Completion) -> list[bytes]:
        """Events for an answer: its text by sentences, then its annotations."""
        events = self._end_progress()
        item, place = message_item(self._head, completion), self._place("msg") | {"content_index": 0}
        empty = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
        begun = {**item, "status": "in_progress", "content": []}
        events += [
            self._event("response.output_item.added", output_index=place["output_index"], item=begun),
            self._event("response.content_part.added", **place, part=empty),
        ]
        events += [
            self._event("response.output_text.delta", **place, delta=piece, logprobs=[])
            for piece in PIECE.findall(completion.text)
        ]
        part = item["content"][0]
        events += [
            self._event(
                "response.output_text.annotation.added", **place, annotation_index=number, annotation=annotation
            )
            for number, annotation in enumerate(part["annotations"])
        ]
        events.append(self._event("response.output_text.done", **place, text=completion.text, logprobs=[]))
        events.append(self._event("response.content_part.done", **place, part=part))
        return [*events, *self._done(item)]

    def function_call(self, name: str, arguments: str) -> list[bytes]:
        """Events for a call of a function of the client."""
        item, place = function_item(self._head, name, arguments), self._place("fc")
        begun = {**item, "status": "in_progress", "arguments": ""}
        return [
            self._event("response.output_item.added", output_index=place["output_index"], item=begun),
            self._event("response.function_call_arguments.delta", **place, delta=arguments),
            self._event("response.function_call_arguments.done", **place, name=name, arguments=arguments),
            *self._done(item),
        ]

    def completed(self, usage: Mapping[str, Any], **told: Any) -> bytes:
        """The last event of an answer."""
        done = response_json(self._head, "completed", self._output, usage=usage, **told)
        return self._event("response.completed", response=done)

    def incomplete(self, reason: str, usage: Mapping[str, Any], **told: Any) -> bytes:
        """The last event of an answer that was interrupted."""
        told["incomplete_details"] = {"reason": reason}
        ended = response_json(self._head, "incomplete", self._output, usage=usage, **told)
        return self._event("response.incomplete", response=ended)

    def failed(self, error: Mapping[str, Any]) -> bytes:
        """The last event when there is no answer."""
        return self._event("response.failed", response=response_json(self._head, "failed", self._output, error=error))

    def _end_progress(self) -> list[bytes]:
        if self._progress is None:
            return []
        text, place = "".join(self._progress), self._place("rs") | {"summary_index": 0}
        part = {"type": "summary_text", "text": text}
        return [
            self._event("response.reasoning_summary_text.done", **place, text=text),
            self._event("response.reasoning_summary_part.done", **place, part=part),
            *self._done({**self._reasoning(), "summary": [part]}),
        ]

    def _done(self, item: dict[str, Any]) -> list[bytes]:
        self._output.append(item)
        return [self._event("response.output_item.done", output_index=len(self._output) - 1, item=item)]

    def _reasoning(self) -> dict[str, Any]:
        return {"type": "reasoning", "id": _id(self._head, "rs"), "summary": []}

    def _place(self, kind: str) -> dict[str, Any]:
        return {"item_id": _id(self._head, kind), "output_index": len(self._output)}

    def _event(self, kind: str, **fields: Any) -> bytes:
        data = {"type": kind, "sequence_number": self._number, **fields}
        self._number += 1
        return f"event: {kind}\ndata: {dumps(data)}\n\n".encode()


def _id(head: ResponseHead, kind: str) -> str:
    return f"{kind}_{head.id.removeprefix('resp_')[:32]}"
