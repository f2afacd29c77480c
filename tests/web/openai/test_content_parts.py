"""Texts of content parts, and what is said of parts that are no text."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from research_agent.web.openai.content_parts import left_out_note, text_and_rest

IMAGE = {"type": "image_url", "image_url": {"url": "https://x.example/a.png"}}
TEXT = {"type": "text", "text": "What is this?"}


@pytest.mark.parametrize(("content", "text", "rest"), [
    (None, "", {}),
    ("What?", "What?", {}),
    ([TEXT], "What is this?", {}),
    (TEXT, "What is this?", {}),
    (["What", TEXT], "What\nWhat is this?", {}),
    ([TEXT, IMAGE, IMAGE], "What is this?", {"image": 2}),
    ([{"type": "input_text", "text": "a"}, {"type": "input_image", "file_id": "f"}], "a", {"image": 1}),
    ([TEXT, {"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}], "What is this?", {"recording": 1}),
    ([TEXT, {"type": "input_file", "filename": "a.pdf"}], "What is this?", {"file": 1}),
    ([TEXT, {"type": "document", "source": {}}], "What is this?", {"file": 1}),
    ([TEXT, {"type": "video_url"}], "What is this?", {"video": 1}),
    ([TEXT, {"type": "quantum"}, 5], "What is this?", {"part": 1}),
    ([{"type": "thinking", "thinking": "Hm."}, {"type": "output_text", "text": "It is."}], "It is.", {}),
    ([{"type": "reasoning", "text": "Hm."}, TEXT], "What is this?", {}),
    ([{"type": "text", "text": {"value": "a", "annotations": []}}], "a", {}),
    ([{"type": "text", "text": None}, {"text": "b"}], "\nb", {}),
    ("What is ![x](data:image/png;base64,AAAA) this?", "What is  this?", {"image": 1}),
    ("data:image/png;base64,AAAA== What?", "What?", {"image": 1}),
    ("What does data: mean in a URL?", "What does data: mean in a URL?", {}),
])  # fmt: skip
def test_texts_are_read_and_the_rest_is_counted(content: Any, text: str, rest: dict[str, int]) -> None:
    assert text_and_rest(content) == (text, Counter(rest))


def test_what_is_left_out_is_said_once() -> None:
    one, two = Counter({"image": 1}), Counter({"file": 1, "image": 2})
    none: Counter[str] = Counter()
    assert left_out_note(none, none, []) == ""
    assert left_out_note(one, none, []) == "1 image was left out: only text is read."
    assert left_out_note(two, one, []) == "1 file and 2 images were left out: only text is read."
    assert left_out_note(none, one, ["Ok."]) == "1 image of earlier messages was left out: only text is read."
    assert left_out_note(none, one, ["So.\n- 1 image was left out:\nonly text is read."]) == ""
    assert left_out_note(one, one, ["So.\n- 1 image was left out: only text is read."]) != ""
