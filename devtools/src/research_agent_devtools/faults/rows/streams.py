"""L1, L2, L3: what servers of models and clients of MCP send, cut anywhere and damaged."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal

from mcp_types.jsonrpc import jsonrpc_message_adapter

from research_agent.llm.reasoning_filter import ReasoningFilter
from research_agent.llm.reply_reader import UnreadableReplyError
from research_agent.llm.reply_stream import CutReplyError, ReplyNormalizer
from research_agent.mcp.messages import Screened, screen
from research_agent_devtools.faults.row import Row, Run

ANSWER = "Photosynthesis turns light into \u00abenergy\u00bb \U0001f333."
PIECES = (
    *("<think>", "</think>", "<thi", "nk>", "[THINK]", "[/THINK]", "<|channel|>", "analysis", "final", "<|message|>"),
    *("<|end|>", "<|start|>assistant", "<|im_start|>", "user\n", "<tool_call>", "</tool_call>", "<思>", "</思>", "`"),
    *("<answer>", "{", "}", "<<SYS", ">>", "<", ">", "|", "assistantfinal", "Yes. ", "é🐳", "[e1] ", "\n", " "),
)
LEFT = re.compile(r"(?<!`)</?think>|<\|(?:im_start|channel|end)\|>")
Protocol = Literal["openai", "ollama"]
PROTOCOLS: tuple[Protocol, ...] = ("openai", "ollama")
Feed = Callable[[Sequence[bytes], Protocol], bytes | str]


def cut(whole: Any, rng: random.Random) -> list[Any]:
    """The whole in pieces, cut at random places."""
    places = sorted(rng.choices(range(len(whole) + 1), k=rng.randrange(8)))
    return [whole[start:end] for start, end in zip([0, *places], [*places, len(whole)], strict=True)]


def normalized(pieces: Sequence[bytes], protocol: Protocol) -> bytes | str:
    """What becomes of the pieces of a stream, or the name of the error that they are."""
    normalizer = ReplyNormalizer(protocol)
    try:
        return b"".join(map(normalizer.feed, pieces)) + normalizer.end()
    except (CutReplyError, UnreadableReplyError) as error:
        return type(error).__name__


def piece_by_piece(pieces: Sequence[bytes], protocol: Protocol) -> bytes | str:
    """The naive way: each piece is read by itself."""
    return b"".join(part for piece in pieces if isinstance(part := normalized([piece], protocol), bytes))


def streams(run: Run, feed: Feed) -> None:
    for _, rng in run.trials():
        body, protocol = _body(rng), rng.choice(PROTOCOLS)
        pieces = cut(body, rng)
        try:
            whole, other = feed([body], protocol), feed(pieces, protocol)
        except Exception as error:  # noqa: BLE001 - the guarantee: none is raised
            run.fail(f"{type(error).__name__}: {body[:200]!r}")
            continue
        run.count("read" if isinstance(whole, bytes) else whole)
        run.check(whole == other, f"cut, it is another: {pieces!r}"[:400])


def _body(rng: random.Random) -> bytes:
    """A reply in some framing; every other one damaged."""
    texts = cut(ANSWER, rng)
    items: list[dict[str, Any]] = [
        {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]} for text in texts
    ]
    items += [{"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}]
    if rng.random() < 0.5:
        items = [{"message": {"content": text}, "done": False} for text in texts] + [{"message": {}, "done": True}]
    begin, end = rng.choice(((b"data: ", b"\n\n"), (b"", b"\n"), (b"id: 1\ndata:", b"\r\n\r\n: ping\r\n\r\n")))
    escaped = rng.random() < 0.5
    body = b"".join(begin + json.dumps(item, ensure_ascii=escaped).encode() + end for item in items)
    if rng.random() < 0.5:
        return body
    place, size = rng.randrange(len(body)), rng.randrange(9)
    return (
        body[:place] + rng.choice((b"", rng.randbytes(size), b"\n", b"[DONE]", b"\xef\xbb\xbf")) + body[place + size :]
    )


def replies(run: Run, make: Callable[[], Any]) -> None:
    for _, rng in run.trials():
        text = "".join(rng.choices(PIECES, k=rng.randrange(14)))
        whole, other = _filtered(make(), [text]), _filtered(make(), cut(text, rng))
        run.check(whole == other, f"cut, it is another: {text!r}")
        run.check(not LEFT.search(other), f"a mark is left: {text!r} gives {other!r}")


def _filtered(thoughts: Any, pieces: Sequence[str]) -> str:
    answer = ""
    for given in [*map(thoughts.feed, pieces), thoughts.end()]:
        answer = given.text if given.restarts else answer + given.text
    return answer


class PairsAlone:
    """The naive way: an expression for a pair of tags."""

    def feed(self, piece: str) -> Any:
        from research_agent.llm.reasoning_filter import Filtered

        return Filtered(re.sub(r"(?s)<think>.*?</think>", "", piece))

    def end(self) -> Any:
        return self.feed("")


def messages(run: Run, read: Callable[[bytes], Screened]) -> None:
    valid = json.dumps({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "x", "arguments": {}}})
    for _, rng in run.trials():
        line = bytearray(valid.encode())
        for _ in range(rng.randrange(1, 5)):
            place = rng.randrange(len(line))
            line[place : place + rng.randrange(6)] = rng.choice((b"", rng.randbytes(2), b"[", b"null", b'"', b"1.5"))
        try:
            screened = read(bytes(line))
        except Exception as error:  # noqa: BLE001 - the guarantee: none is raised
            run.fail(f"{type(error).__name__}: {bytes(line)!r}")
            continue
        answered = screened.text or screened.error or not line.strip() or b'"id"' not in line
        run.check(answered, f"no word to {bytes(line)!r}")


def library_alone(line: bytes) -> Screened:
    """The naive way: what the library cannot read is dropped."""
    try:
        jsonrpc_message_adapter.validate_json(line, by_name=False)
    except ValueError:
        return Screened()
    return Screened(line.decode())


ROWS = (
    Row(
        id="L1",
        fault="a stream of a model in any framing, cut anywhere, half of them damaged",
        guarantee="the same reply however it is cut; no error but ours",
        quick=40,
        full=10_000,
        try_it=partial(streams, feed=normalized),
        twin=partial(streams, feed=piece_by_piece),
        twin_is="each piece read by itself",
        twin_trials=20,
    ),
    Row(
        id="L2",
        fault="a reply with tags of thoughts and tokens of templates in any order, cut anywhere",
        guarantee="the same answer however it is cut; no mark is left in it",
        quick=40,
        full=10_000,
        try_it=partial(replies, make=ReasoningFilter),
        twin=partial(replies, make=PairsAlone),
        twin_is="an expression for pairs of tags",
        twin_trials=20,
    ),
    Row(
        id="L3",
        fault="a line to the MCP server, damaged",
        guarantee="a message or an error of JSON-RPC; never silence, never a crash",
        quick=40,
        full=10_000,
        try_it=partial(messages, read=screen),
        twin=partial(messages, read=library_alone),
        twin_is="the library alone",
        twin_trials=20,
    ),
)
