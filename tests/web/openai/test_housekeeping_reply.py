"""What front ends get for their housekeeping: the conversation's own words, in the form that is asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from research_agent.web.openai.housekeeping import Kind, Task
from research_agent.web.openai.housekeeping_reply import reply_to
from research_agent.web.openai.transcript import Line

ANSWER = (
    "<think>Searching for: photosynthesis</think>Photosynthesis is a system of biological processes by which plants "
    "convert light energy into chemical energy. [1]\n\nSources:\n\n1. Zebra, Wikipedia"
)
TALK = (Line(True, "Hello!\nWhat is photosynthesis?"), Line(False, ANSWER))


GERMAN = (Line(True, "Was ist Photosynthese?"), Line(False, "Es ist ein biochemischer Prozess der Pflanzen. [1]"))


def task(kind: Kind, instruction: str = "", talk: tuple[Line, ...] = TALK, **more: Any) -> Task:
    return Task(kind, instruction, talk, **more)


@pytest.mark.parametrize(("asked", "form", "said"), [
    (task("title"), "text", "Photosynthesis"),
    (task("title", keys=("title",)), "text", {"title": "Photosynthesis"}),
    (task("title"), "json_object", {"title": "Photosynthesis"}),
    (task("title", "one emoji", keys=("title",)), "text", {"title": "\U0001f50e Photosynthesis"}),
    (task("title", "Do not use an emoji.", keys=("title",)), "text", {"title": "Photosynthesis"}),
    (task("title", keys=("title", "emoji")), "text", {"title": "Photosynthesis", "emoji": "\U0001f4ac"}),
    (task("title", "Output: <title>...</title>"), "text", "<title>Photosynthesis</title>"),
    (task("title", talk=()), "text", "New chat"),
    (task("title", talk=(Line(True, "How long is the Lumen, and the Oder?"),)), "text", "Lumen, and the Oder"),
    (task("title", "3-4 words", (Line(True, "Why do cats of the old town purr at night in May?"),)), "text",
     "Cats old town purr"),
    (task("title", "at most 12 characters", (Line(True, "photosynthesis in deserts"),)), "text", "Photosynthes"),
    (task("title", talk=(Line(True, "```\ncode?\n```\nWhat is Flask?"),)), "text", "Flask"),
    (task("tags", keys=("tags",)), "text", {"tags": ["Photosynthesis", "Energy"]}),
    (task("tags"), "text", "Photosynthesis, Energy"),
    (task("tags", talk=()), "json_object", {"tags": ["General"]}),
    (task("queries", keys=("queries",)), "text", {"queries": ["What is photosynthesis?"]}),
    (task("queries"), "text", "What is photosynthesis?"),
    (task("queries", talk=(*TALK, Line(True, "And in deserts?"))), "text", "And in deserts?"),
    (task("autocomplete", keys=("text",)), "text", {"text": ""}),
    (task("emoji"), "text", "\U0001f4ac"),
    (task("memory", keys=("facts",)), "text", {"facts": []}),
    (task("memory"), "text", "None"),
    (task("tool_choice", keys=("name", "title", "tool_calls")), "text", {"tool_calls": []}),
    (task("image_prompt", keys=("prompt",)), "text", {"prompt": "What is photosynthesis?"}),
    (task("follow_ups", "A JSON array", (Line(True, "光合作用是什么？"),)), "text", ["光合作用?"]),
    (task("tags", talk=(Line(True, "光合作用是什么？"),)), "text", "光合作用"),
    (task("tags", talk=GERMAN), "text", "Photosynthese"),
    (task("follow_ups", talk=GERMAN), "text", "Photosynthese: biochemischer Prozess?\nPhotosynthese: Pflanzen?"),
])  # fmt: skip
def test_the_reply_has_the_form_that_is_asked(asked: Task, form: str, said: Any) -> None:
    reply = reply_to(asked, form)
    assert reply == said if isinstance(said, str) else json.loads(reply) == said


def test_follow_ups_are_questions_of_the_words_that_were_said() -> None:
    asked = json.loads(reply_to(task("follow_ups", keys=("follow_ups",))))["follow_ups"]
    assert asked == [
        "How is photosynthesis related to biological processes?",
        "How is photosynthesis related to chemical energy?",
        "What else is known about photosynthesis?",
    ]
    assert reply_to(task("follow_ups")) == "\n".join(asked)


def test_a_summary_is_the_questions_and_the_first_sentences_of_the_answers() -> None:
    summary = reply_to(task("summary"))
    assert summary.startswith("User: Hello! What is photosynthesis?\nAssistant: Photosynthesis is a system")
    assert "Zebra" not in summary
    assert "Searching" not in summary


def test_a_schema_is_filled_with_what_is_known_and_nothing_else() -> None:
    schema = {
        "type": "object",
        "required": ["title", "language"],
        "properties": {
            "title": {"type": "string"}, "language": {"type": ["string", "null"]}, "tags": {"type": "array"},
            "kind": {"enum": ["chat", "task"]}, "score": {"type": "number"}, "more": {"type": "object"},
        },
    }  # fmt: skip
    assert json.loads(reply_to(task("title", schema=schema))) == {
        "title": "Photosynthesis", "language": "", "tags": ["Photosynthesis", "Energy"], "kind": "chat", "score": 0,
        "more": {},
    }  # fmt: skip
