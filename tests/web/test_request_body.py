"""What is read of a body: all of a text, nothing of an image, and never more than its limits."""

from __future__ import annotations

import base64
import json
import random
from typing import Any

import pytest

from research_agent.web.quotas import RequestLimits
from research_agent.web.request import RejectedError, RequestHead
from research_agent.web.request_body import SHORTEST, BufferedBody, cut_files

pytestmark = pytest.mark.anyio

LIMITS = RequestLimits(body_bytes=20_000, openai_bytes=400_000)
IMAGE = base64.b64encode(random.Random(1).randbytes(200_000)).decode()
QUESTION = "How long is the Lumen?"


def chat(*images: str, text: str = QUESTION) -> bytes:
    parts = [{"type": "text", "text": text}]
    files = [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{image}"}} for image in images]
    return json.dumps({"messages": [{"role": "user", "content": [*files, *parts]}]}).encode()


async def read(body: bytes, *, piece: int = 1000, path: str = "/v1/chat/completions", declared: bool = False) -> bytes:
    """The body as its route gets it, sent in pieces."""
    pieces = [body[start : start + piece] for start in range(0, len(body), piece)]
    told = (b"content-length", str(len(body)).encode()) if declared else (b"transfer-encoding", b"chunked")
    scope = {"type": "http", "method": "POST", "path": path, "headers": [told], "query_string": b"", "server": None}

    async def receive() -> Any:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    buffered = BufferedBody(RequestHead(scope), receive, LIMITS)
    await buffered.read()
    message = await buffered()
    assert isinstance(message["body"], bytes)
    return message["body"]


@pytest.mark.parametrize("piece", [700, 4096, 5000, 65_536, 1_000_000])
@pytest.mark.parametrize("declared", [False, True])
async def test_an_image_beyond_the_limit_is_cut_and_the_text_beside_it_is_whole(piece: int, declared: bool) -> None:
    assert len(IMAGE) > LIMITS.body_bytes
    told = json.loads(await read(chat(IMAGE), piece=piece, declared=declared))
    image, text = told["messages"][0]["content"]
    assert text["text"] == QUESTION
    assert image["image_url"]["url"].startswith(f"data:image/png;base64,{IMAGE[:1000]}")


@pytest.mark.parametrize(
    "text",
    ["word " * 3000, "\u4e2d\u6587" * 1500, "https://a.example/" + "x" * 4000, "a-b_c/d=e+f " * 1000, "\\" * 5000],
)
async def test_a_text_is_never_cut(text: str) -> None:
    body = chat(text=text)
    assert cut_files(body) == body
    assert await read(body) == body


async def test_what_is_small_enough_is_left_as_it_is() -> None:
    body = chat(IMAGE[:15_000])
    assert await read(body) == body


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (chat(text="word " * 5000), "/v1/chat/completions"),  # too much text
        (chat(IMAGE, IMAGE), "/v1/chat/completions"),  # too much of all
        (chat(*[IMAGE[:SHORTEST]] * 6), "/v1/responses"),  # too many small ones
        (chat(IMAGE), "/api/ask"),  # where no files are sent
    ],
)
@pytest.mark.parametrize("declared", [False, True])
async def test_the_limits_hold(body: bytes, path: str, declared: bool) -> None:
    with pytest.raises(RejectedError) as caught:
        await read(body, path=path, declared=declared)
    assert caught.value.status == 413
