"""What servers really send, by the real client libraries: the answer is used when it is there, else a line says."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from research_agent import llm
from research_agent.errors import ChatResponseError, EmptyReplyError
from research_agent.llm.model_info import info_of
from research_agent.llm.reply_reader import UnreadableReplyError
from research_agent.llm.reply_stream import CutReplyError, ReplyNormalizer, normalize
from research_agent.prompts import Prompt
from research_agent.settings import Settings
from research_agent.testing.loopback_server import serve
from research_agent_devtools.checkout import ROOT

pytest.importorskip("langchain_openai", reason="the extra `openai` is not installed")
pytestmark = pytest.mark.anyio

A = "Photosynthesis turns light into \u00abenergy\u00bb \U0001f333."
T = "Okay, the user wants to know about photosynthesis, so I copy."
FIELD = ROOT.parent / "shared" / "field" / "models"
SSE = "text/event-stream"
SOURCE = "chemical energy"  # of the recorded answers


def openai(*deltas: dict[str, Any], reason: str | None = "stop", done: bool = True) -> bytes:
    """Chunks with these deltas, as OpenAI sends them."""
    choices: list[dict[str, Any]] = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
    choices += [{"index": 0, "delta": {}, "finish_reason": reason}] if reason else []
    chunks = [{"id": "c", "object": "chat.completion.chunk", "created": 1, "choices": [one]} for one in choices]
    return b"".join(map(event, chunks)) + (b"data: [DONE]\n\n" if done else b"")


def event(item: object) -> bytes:
    return b"data: " + json.dumps(item, ensure_ascii=False).encode() + b"\n\n"


def ollama(*messages: dict[str, Any], done: bool = True, **last: Any) -> bytes:
    """Lines with these messages, as Ollama sends them."""
    lines: list[dict[str, Any]] = [{"message": {"role": "assistant", **one}, "done": False} for one in messages]
    lines += [{"message": {"content": ""}, "done": True, "done_reason": "stop", **last}] if done else []
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)


def said(*texts: str, **how: Any) -> dict[str, bytes]:
    """The same texts from both."""
    contents = [{"content": text} for text in texts]
    return {"openai": openai(*contents, **how), "ollama": ollama(*contents, **how)}


def both(*fields: dict[str, Any]) -> dict[str, bytes]:
    return {"openai": openai(*fields), "ollama": ollama(*fields)}


def line(item: object) -> bytes:
    return json.dumps(item).encode() + b"\n"


DONE = {"done": True}
COUNTS = {"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": None}
PLAIN = said("Photosynthesis turns ", "light into \u00abenergy\u00bb \U0001f333.")
CALL = {"index": 0, "id": "1", "type": "function", "function": {"name": "search", "arguments": "{}"}}
WHOLE = {
    "openai": {"choices": [{"index": 0, "message": {"role": "assistant", "content": A}, "finish_reason": "stop"}]},
    "ollama": {"model": "m", "message": {"role": "assistant", "content": A}, "done": True, "done_reason": "stop"},
}


def parts(*items: Any) -> list[dict[str, Any]]:
    return [{"content": list(items)}, {"content": [{"type": "text", "text": A}]}]


# What is in the reply, where its answer is there.
ANSWERED: dict[str, dict[str, bytes]] = {
    "reasoning_content": both({"reasoning_content": T, "content": ""}, {"content": A}),
    "reasoning": both({"reasoning": T, "content": None}, {"content": A}),
    "thinking": both({"thinking": T, "content": ""}, {"content": A}),
    "thought and answer in one": both({"thinking": T, "content": A}),
    "reasoning_details": both({"reasoning_details": [{"type": "reasoning.text", "text": T}]}, {"content": A}),
    "a pair of tags": said(f"<think>{T}</th", f"ink>{A}"),
    "only the end": said(f"{T}\n</thi", f"nk>{A}"),
    "harmony": said(
        f"<|channel|>analysis<|message|>{T}<|end|><|start|>assistant<|channel|>final<|mess", f"age|>{A}<|return|>"
    ),
    "tokens": said("<|im_start|>assistant\n", A, "<|im_end|>"),
    "a tool besides": both({"content": A}, {"tool_calls": [CALL]}),
    "an odd tool besides": both({"content": A, "tool_calls": [{"function": {"name": None, "arguments": 7}}]}),
    "parts: thinking list": both(*parts({"type": "thinking", "thinking": [{"type": "text", "text": T}]})),
    "parts: thinking": both(*parts({"type": "thinking", "thinking": T})),
    "parts: reasoning": both(*parts({"type": "reasoning", "text": T})),
    "parts: output_text": both({"content": [{"type": "output_text", "text": A}]}),
    "parts: strings": both({"content": [A[:9], A[9:]]}),
    "parts: value": both({"content": [{"type": "text", "text": {"value": A, "annotations": []}}]}),
    "parts: an object": both({"content": {"type": "text", "text": A}}),
    "parts: an image besides": both(*parts({"type": "image_url", "image_url": {"url": "data:x"}})),
    "half a character": said(A[:-2], "\U0001f333."),
    "empty pieces": said("", A, "", ""),
    "a line separator": said("", A),
    "nulls": both({"content": None, "tool_calls": None, "refusal": None}, {"content": A, "tool_calls": []}),
    "the message again": {
        "openai": openai({"content": A}, reason=None, done=False) + event(WHOLE["openai"]) + b"data: [DONE]\n\n",
        "ollama": PLAIN["ollama"],
    },
    "older completions": {
        "openai": event({"choices": [{"text": A, "finish_reason": "stop"}]}),
        "ollama": line({"response": A, "done": True}),
    },
    "the other's shape": {"openai": PLAIN["ollama"], "ollama": PLAIN["openai"]},
    "usage with null choices": {
        "openai": openai({"content": A}, done=False) + event({"choices": None, "usage": COUNTS}) + b"data: [DONE]\n\n",
        "ollama": ollama({"content": A}, prompt_eval_count=9, eval_count=4),
    },
    "no DONE": {"openai": openai({"content": A}, done=False), "ollama": PLAIN["ollama"]},
    "DONE without a reason": {
        "openai": openai({"content": A}, reason=None),
        "ollama": line({"message": {"content": A}}) + line(DONE),
    },
    "an odd reason": {
        "openai": openai({"content": A}, reason="eos"),
        "ollama": ollama({"content": A}, done_reason="unload"),
    },
    "a reason in each": {
        "openai": openai({"content": A[:9]}, done=False) + openai({"content": A[9:]}),
        "ollama": PLAIN["ollama"],
    },
    "reasons as text": {
        "openai": openai({"content": A}, reason="null", done=False) + openai(),
        "ollama": PLAIN["ollama"],
    },
    "rubbish behind the end": {name: body + b"\n<html>{]\n" for name, body in PLAIN.items()},
    "unknown events": {
        "openai": event({"type": "ping"}) + event([]) + event(7) + PLAIN["openai"],
        "ollama": b'{"status": "loading"}\n7\n' + PLAIN["ollama"],
    },
    "null errors": {
        "openai": event({"error": None, "choices": []}) + PLAIN["openai"],
        "ollama": b'{"error": ""}\n' + PLAIN["ollama"],
    },
}


def lines(body: bytes, before: bytes = b"", behind: bytes = b"") -> bytes:
    return b"".join(before + line + behind for line in body.splitlines(keepends=True))


def items(body: bytes) -> list[bytes]:
    return [one.removeprefix(b"data: ") for one in body.splitlines() if one]


# How the bytes of PLAIN are framed.
FRAMED: dict[str, Callable[[bytes], bytes]] = {
    "CRLF": lambda body: body.replace(b"\n", b"\r\n"),
    "CR": lambda body: body.replace(b"\n", b"\r"),
    "BOM": lambda body: b"\xef\xbb\xbf" + body,
    "comments": lambda body: lines(body, b": ping\n", b":\n"),
    "comment and blank line": lambda body: b": OPENROUTER PROCESSING\n\n" + body.replace(b"\n\n", b"\n\n: ping\n\n"),
    "comment behind an id": lambda body: b"id: 1\n" + body.replace(b"\n\n", b"\n\n: ping\n\n"),
    "ids alone": lambda body: lines(body, b"id: 7\nretry: 10\n\n"),
    "event lines": lambda body: body.replace(b"data:", b"event: message\ndata:"),
    "empty data": lambda body: b"data:\n\ndata: \n\nevent: ping\ndata: ping\n\n" + body,
    "no space": lambda body: body.replace(b"data: ", b"data:"),
    "no blank lines": lambda body: body.replace(b"\n\n", b"\n"),
    "blank lines": lambda body: b"\n\n" + body.replace(b"\n", b"\n\n\n"),
    "no last line end": lambda body: body.rstrip(b"\n"),
    "bare lines": lambda body: body.replace(b"data: ", b""),
    "all as events": lambda body: b"".join(b"data: " + one + b"\n\n" for one in items(body)),
    "one line": lambda body: body.replace(b"data: ", b"").replace(b"\n", b""),
    "a list": lambda body: b"[\n" + b",\n".join(one for one in items(body) if one != b"[DONE]") + b"\n]",
    "other lines": lambda body: b"HTTP keep-alive\n" + body,
}


class Server:
    """What it answers next, in pieces; then the connection ends, is cut, or stays open."""

    def __init__(self) -> None:
        self.pieces: Sequence[bytes] = ()
        self.headers: dict[str, str] = {}
        self.then = "end"
        self.url = ""

    def will(self, body: bytes, *, size: int = 0, then: str = "end", **headers: str) -> None:
        step = size or max(1, len(body))
        self.pieces = [body[at : at + step] for at in range(0, len(body), step)]
        self.then = then
        self.headers = {"Content-Type": SSE, **{name.replace("_", "-"): value for name, value in headers.items()}}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers=self.headers)
        await response.prepare(request)
        for piece in self.pieces:
            await response.write(piece)
        if self.then == "cut" and request.transport is not None:
            request.transport.abort()
        while self.then == "open":
            await response.write(b": ping\n\n")
            await asyncio.sleep(0.01)
        return response


@pytest.fixture(scope="module")
async def server(anyio_backend: str) -> AsyncIterator[Server]:
    server, app = Server(), web.Application()
    app.router.add_post("/v1/chat/completions", server.answer)
    app.router.add_post("/api/chat", server.answer)
    async with serve(app, notices_leaving=True) as server.url:
        yield server


@asynccontextmanager
async def opened(provider: str, server: Server, home: Any) -> AsyncIterator[Any]:
    settings = Settings.of(home=home, openai_base_url=f"{server.url}/v1", ollama_host=server.url)
    async with llm.open_chat(f"{provider}:m", settings) as chat:
        yield chat


@pytest.fixture(scope="module")
async def chats(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, Any]]:
    """One client a provider, for all rows."""
    home = tmp_path_factory.mktemp("home")
    async with opened("openai", server, home) as one, opened("ollama", server, home) as other:
        yield {"openai": one, "ollama": other}


@pytest.fixture(params=["openai", "ollama"])
def provider(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def asked(chat: Any, timeout: float = 60) -> str:
    info_of(chat).thinks_first = False  # a row leaves no habit to the next
    return (await llm.ask(chat, Prompt("", "What?"), max_tokens=99, timeout=timeout)).strip()


@pytest.mark.parametrize("name", ANSWERED)
async def test_an_answer_that_is_there_is_used(
    name: str, provider: str, server: Server, chats: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    server.will(ANSWERED[name][provider])
    assert await asked(chats[provider]) == A
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("name", FRAMED)
async def test_an_answer_is_read_in_any_framing(name: str, provider: str, server: Server, chats: Any) -> None:
    body = FRAMED[name](PLAIN[provider])
    for size in (0, 7):
        server.will(body, size=size)
        assert await asked(chats[provider]) == A


@pytest.mark.parametrize(
    "kind", ["application/json", "text/html", "application/octet-stream", "", "text/plain;charset=latin-1"]
)
@pytest.mark.parametrize("indent", [None, 2])
async def test_one_whole_object_is_read_whatever_its_type(
    kind: str, indent: int | None, provider: str, server: Server, chats: Any
) -> None:
    server.will(json.dumps(WHOLE[provider], indent=indent).encode(), content_type=kind)
    assert await asked(chats[provider]) == A


@pytest.mark.parametrize("told", [True, False])
async def test_a_compressed_stream_is_read(told: bool, provider: str, server: Server, chats: Any) -> None:
    headers = {"content_encoding": "gzip"} if told else {}
    server.will(gzip.compress(PLAIN[provider]), size=5, **headers)
    assert await asked(chats[provider]) == A


async def test_a_character_may_be_cut_anywhere(provider: str, server: Server, chats: Any) -> None:
    server.will(PLAIN[provider], size=1)
    assert await asked(chats[provider]) == A


@pytest.mark.parametrize("then", ["open", "cut"])
async def test_what_happens_behind_the_end_of_an_answer_costs_nothing(
    then: str, provider: str, server: Server, chats: Any
) -> None:
    server.will(PLAIN[provider], then=then)
    assert await asked(chats[provider], timeout=20) == A


# What came in place of an answer, and the words that say so.
EMPTY: dict[str, tuple[dict[str, bytes], str]] = {
    "thoughts": (both({"reasoning_content": T}), "only wrote its reasoning and no answer"),
    "thoughts, reasoning": (both({"reasoning": T, "content": ""}), "only wrote its reasoning and no answer"),
    "thoughts, counted": (
        {
            "openai": openai({"reasoning": T}, reason="length", done=False)
            + event({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 412, "total_tokens": 421}}),
            "ollama": ollama({"thinking": T}, done_reason="length", eval_count=412, prompt_eval_count=9),
        },
        r"only wrote its reasoning \(412 tokens\) and no answer",
    ),
    "thoughts, an open tag": (said(f"<think>{T}"), "only wrote its reasoning"),
    "thoughts, an array": (both({"content": [{"type": "thinking", "thinking": T}]}), "only wrote its reasoning"),
    "thoughts, harmony": (said(f"<|channel|>analysis<|message|>{T}<|end|>"), "only wrote its reasoning"),
    "thoughts, white space": (said(f"<think>{T}</think>\n\n "), "only wrote its reasoning"),
    "a tool": (both({"content": None, "tool_calls": [CALL]}), "called a tool instead of answering"),
    "a tool after thoughts": (both({"reasoning": T}, {"tool_calls": [CALL]}), "called a tool instead of answering"),
    "an older tool": (both({"function_call": {"name": "search", "arguments": "{}"}}), "called a tool"),
    "a tool in text": (said('<tool_call>{"name": "search"}</tool_call>'), "called a tool"),
    "a tool in JSON": (said('{"name": "search", "arg', 'uments": {}}'), "called a tool"),
    "a refusal": (both({"refusal": "I cannot help."}), "refused to answer"),
    "a refusal, an array": (both({"content": [{"type": "refusal", "refusal": "No."}]}), "refused to answer"),
    "nothing": (said(""), "wrote nothing"),
    "nothing but tokens": (said("<|im_start|>assistant\n<|im_end|>"), "wrote nothing"),
    "nothing but an end": (
        {"openai": b"data: [DONE]\n\n", "ollama": b'{"done": true, "done_reason": "load"}\n'},
        "wrote nothing",
    ),
}


@pytest.mark.parametrize("name", EMPTY)
async def test_a_reply_without_an_answer_says_what_came(name: str, provider: str, server: Server, chats: Any) -> None:
    bodies, words = EMPTY[name]
    server.will(bodies[provider])
    with pytest.raises(EmptyReplyError, match=words) as caught:
        await asked(chats[provider])
    assert caught.value.hint


async def test_a_filter_of_the_server_is_named(server: Server, chats: Any) -> None:
    server.will(openai(reason="content_filter"))
    with pytest.raises(EmptyReplyError, match="content filter"):
        await asked(chats["openai"])


HALF = (
    said("Photosynthesis turns ", done=False)["ollama"],
    openai({"content": "Photosynthesis "}, reason=None, done=False),
)
ERRORS: dict[str, bytes] = {
    "object": b'{"error": {"message": "The machine is full", "code": 500}}',
    "text": b'{"error": "The machine is full"}',
    "vLLM": b'{"object": "error", "message": "The machine is full", "code": 40303}',
    "FastAPI": b'{"detail": "The machine is full"}',
    "OpenRouter": b'{"choices": [{"error": {"message": "The machine is full"}, "finish_reason": "error"}]}',
    "nested": b'{"error": {"error": {"message": "The machine is full"}}}',
    "Anthropic": b'{"type": "error", "error": {"type": "overloaded", "message": "The machine is full"}}',
}
CUT = "ended before the answer did"
BROKEN: dict[str, tuple[bytes, str, str]] = {
    "half": (b"", "end", CUT),
    "half, cut": (b"", "cut", CUT),
    "half an object": (b'data: {"choices": [{"del', "end", CUT),
    "rubbish": (b"data: {]\n\n", "end", CUT + "|it sent broken JSON"),
}
UNREADABLE = {
    "HTML": (b"<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>", "it sent HTML"),
    "text": (b"upstream connect error", "it sent other text"),
    "nothing": (b"", "it sent nothing"),
    "other JSON": (b'{"ok": true}', "it sent other JSON"),
    "broken JSON": (b'{"choices": [', "it sent broken JSON"),
    "no gzip": (b"\x1f\x8b rubbish", "compressed data that cannot be read"),
    "deep": (b"[" * 100_000, "it sent broken JSON"),
}


@pytest.mark.parametrize("framing", [b"data: %s\n\n", b"event: error\ndata: %s\n\n", b"%s\n", b"%s"])
@pytest.mark.parametrize("name", ERRORS)
async def test_an_error_of_the_server_is_told_in_its_words(
    name: str, framing: bytes, provider: str, server: Server, chats: Any
) -> None:
    for before in (HALF[provider == "openai"], b""):
        server.will(before + framing % ERRORS[name])
        with pytest.raises(ChatResponseError, match=r"The machine is full\.$"):
            await asked(chats[provider])


async def test_an_error_event_without_an_object_is_one_too(provider: str, server: Server, chats: Any) -> None:
    for data in (b"The machine is full", b'{"message": "The machine is full"}'):
        server.will(HALF[provider == "openai"] + b"event: error\ndata: " + data + b"\n\n")
        with pytest.raises(ChatResponseError, match="The machine is full"):
            await asked(chats[provider])


@pytest.mark.parametrize("name", BROKEN)
async def test_half_an_answer_is_none(name: str, provider: str, server: Server, chats: Any) -> None:
    more, then, words = BROKEN[name]
    server.will(HALF[provider == "openai"] + more, then=then)
    with pytest.raises(ChatResponseError, match=words) as caught:
        await asked(chats[provider])
    assert not isinstance(caught.value, EmptyReplyError)


@pytest.mark.parametrize("name", UNREADABLE)
async def test_what_is_no_reply_is_named(name: str, provider: str, server: Server, chats: Any) -> None:
    body, words = UNREADABLE[name]
    server.will(body)
    with pytest.raises(ChatResponseError, match=f"gave no answer that can be read: .*{words}"):
        await asked(chats[provider])


async def test_a_model_that_began_with_thoughts_is_waited_for_the_next_time(
    provider: str, server: Server, chats: Any
) -> None:
    chat, restarts = chats[provider], list[int]()
    info_of(chat).thinks_first = False
    for _ in range(2):
        server.will(said(T, "\n</think>\n\n", A)[provider], size=50)
        got: list[str] = []

        def restart(got: list[str] = got) -> None:
            restarts.append(len(got))
            got.clear()

        async for piece in llm.stream(chat, Prompt("", "What?"), max_tokens=99, timeout=60, on_restart=restart):
            got.append(piece)  # noqa: PERF401 - it is cleared meanwhile
        assert "".join(got).strip() == A
    assert len(restarts) == 1


@pytest.mark.skipif(not FIELD.is_dir(), reason="the shared data are not here")
@pytest.mark.parametrize("name", ["stray_close", "keepalive_after_id", "content_arrays", "done_without_finish_reason"])
async def test_recorded_streams_are_answered(
    name: str, provider: str, server: Server, chats: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    server.will((FIELD / f"{name}.sse").read_bytes())
    answer = await asked(chats[provider])
    assert answer.startswith("Photosynthesis is")
    assert answer.endswith(f"{SOURCE}.")
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(not FIELD.is_dir(), reason="the shared data are not here")
async def test_a_recorded_stream_of_thoughts_says_so(provider: str, server: Server, chats: Any) -> None:
    server.will((FIELD / "reasoning_only.sse").read_bytes())
    with pytest.raises(EmptyReplyError, match="only wrote its reasoning"):
        await asked(chats[provider])


async def test_the_client_alone_cannot_read_a_comment_behind_an_id(server: Server) -> None:
    """The broken twin."""
    from openai import AsyncOpenAI

    server.will(FRAMED["comment behind an id"](PLAIN["openai"]))
    async with AsyncOpenAI(base_url=f"{server.url}/v1", api_key="none") as client:
        with pytest.raises(json.JSONDecodeError):
            async for _ in await client.chat.completions.create(model="m", messages=[], stream=True):
                pass


BODIES = [body for bodies in (*ANSWERED.values(), PLAIN) for body in bodies.values()]
BODIES += [frame(body) for frame in FRAMED.values() for body in PLAIN.values()]


def outcome(pieces: Sequence[bytes], protocol: Any) -> bytes | str:
    normalizer = ReplyNormalizer(protocol)
    try:
        return b"".join(map(normalizer.feed, pieces)) + normalizer.end()
    except (CutReplyError, UnreadableReplyError) as error:
        return type(error).__name__


@given(st.sampled_from(BODIES), st.lists(st.integers(0, 2000), max_size=6), st.sampled_from(["openai", "ollama"]))
def test_any_cutting_gives_the_same_stream(body: bytes, cuts: list[int], protocol: Any) -> None:
    places = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    pieces = [body[start:end] for start, end in pairwise(places)]
    assert outcome(pieces, protocol) == normalize(body, protocol)


RUBBISH = st.sampled_from(
    [b"data: ", b"\n", b"\r", b"{", b"}", b"[DONE]", b'"', b"[", b":", b"event: error", b"\x1f\x8b"]
)
NAMES = "choices delta message content error usage done finish_reason index type text response prompt_tokens".split()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=9,
)
ITEMS = VALUES.map(lambda value: b"data: " + json.dumps(value).encode() + b"\n\n")


@given(
    st.lists(RUBBISH | ITEMS | st.binary(max_size=6), max_size=9).map(b"".join), st.sampled_from(["openai", "ollama"])
)
def test_no_bytes_are_more_than_an_error_of_ours(body: bytes, protocol: Any) -> None:
    result = outcome([body], protocol)
    if isinstance(result, bytes):
        for line in result.splitlines():
            assert not line or line == b"data: [DONE]" or isinstance(json.loads(line.removeprefix(b"data: ")), dict)


def test_the_libraries_do_not_talk_to_the_user() -> None:
    import logging
    import warnings

    asyncio.run(llm.calls.import_quietly("json"))
    for name in ("langchain_openai", "openai", "httpx"):
        assert not logging.getLogger(name).isEnabledFor(logging.WARNING)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        asyncio.run(llm.calls.import_quietly("json"))
        warnings.warn_explicit("Pydantic serializer warnings", UserWarning, "main.py", 1, module="pydantic.main")
        warnings.warn_explicit("a warning of ours", UserWarning, "calls.py", 1, module="research_agent.llm.calls")
    assert [str(one.message) for one in seen] == ["a warning of ours"]
