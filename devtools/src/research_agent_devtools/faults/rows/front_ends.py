"""H1, H2, H3: what chat front ends send: housekeeping among questions that mention it, and damaged requests."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from pydantic import BaseModel, ValidationError

from research_agent.errors import ResearchAgentError
from research_agent.web.openai.answer_format import parse_format
from research_agent.web.openai.chat_request import ChatModel, check_parameters, read_messages
from research_agent.web.openai.housekeeping import FORMS, Task, recognise
from research_agent.web.openai.housekeeping_reply import reply_to
from research_agent.web.openai.responses import ResponsesModel, read_input
from research_agent.web.openai.transcript import Line
from research_agent_devtools.faults.row import Row, Run

Recognise = Callable[[str, Sequence[Line]], object]
SUBJECTS = (
    "photosynthesis",
    "the river Lumen",
    "Marie Curie",
    "rust",
    "\u5149\u5408\u4f5c\u7528",
    "the Peace of M\u00fcnster",
)
NAMES = {"title": "title", "tags": "tags", "follow_ups": "follow-up questions", "queries": "search queries"}
ORDERS = ("Generate {n}", "Please write {n}", "Your task is to provide {n}", "Suggest {n}", "### Task:\nCreate {n}")
ABOUT = (" for this conversation.", " of the chat.\n", " that fit the conversation, three words at most.")
OUTPUTS = ('\nJSON format: {{ "{k}": "..." }}\n', "\nNothing else, no explanation.\n", "\nReturn JSON only.\n")
TALKS = (
    "### Chat History:\n<chat_history>\nUSER: {q}\nASSISTANT: {a}\n</chat_history>",
    "\nUser: {q}\nAI: {a}",
    '\n[{{"role": "user", "content": "{q}"}}, {{"role": "assistant", "content": "{a}"}}]',
)
QUESTIONS = (
    "What are {n} of {s}?", "Who gave {s} its {n}?", "How do I find {n} about {s}?",
    "Which {n} has {s}, and since when?", "Explain {s} and its {n} in three words",
    "Is {s} in the {n} of a conversation by Plato?", "{s} {n}",
)  # fmt: skip
PIECES: tuple[Any, ...] = (
    None, True, 0, -1, 2.5, "", "x", "?", [], {}, [None], {"type": "text", "text": "What is rust?"}, {"role": "user"},
    {"type": "image_url"}, {"type": "json_schema"}, {"type": "function", "function": {"name": "f"}}, "required", "auto",
    {"type": "json_schema", "json_schema": {"schema": {"properties": {"a": {"type": "string"}}}}}, "\ud800", "<think>",
)  # fmt: skip


def mentions(run: Run, recognised: Recognise) -> None:
    """A trial is a housekeeping request, or a question that mentions what such requests ask for."""
    for _, rng in run.trials():
        kind, subject = rng.choice(sorted(NAMES)), rng.choice(SUBJECTS)
        if rng.random() < 0.5:
            text = _request(rng, kind, subject)
            task = recognised("", [Line(True, text)])
            run.check(task is not None, f"taken for a question: {text!r}")
            if isinstance(task, Task):
                run.check(task.kind == kind, f"taken for {task.kind}: {text!r}")
                run.check(bool(reply_to(task)), f"no reply to {text!r}")
        else:
            text = rng.choice(QUESTIONS).format(n=NAMES[kind], s=subject)
            history = [Line(True, "Hello"), Line(False, "What do you want to know?")] if rng.random() < 0.5 else []
            run.check(recognised("", [*history, Line(True, text)]) is None, f"taken for housekeeping: {text!r}")


def _request(rng: random.Random, kind: str, subject: str) -> str:
    order = rng.choice(ORDERS).format(n=NAMES[kind]) + rng.choice(ABOUT)
    output = rng.choice(OUTPUTS).format(k=kind) if rng.random() < 0.7 else ""
    return order + output + rng.choice(TALKS).format(q=f"What is {subject}?", a="It is so.")


def by_words(_: str, conversation: Sequence[Line]) -> object:
    """The naive way: whoever names a title or tags keeps house."""
    return next((form for form in FORMS if form.noun.search(conversation[-1].text)), None)


def bodies(run: Run, read: Callable[[Any], object], model: type[BaseModel] = ChatModel) -> None:
    """A trial is a body of which up to four values are others."""
    for _, rng in run.trials():
        body: dict[str, Any] = {"messages": [{"role": "user", "content": "What is rust?"}], "n": 1, "stream": False}
        if model is ResponsesModel:
            body["input"] = rng.choice(("What is rust?", body["messages"]))
        for _ in range(rng.randrange(1, 5)):
            place: Any = rng.choice((body, body["messages"][0] if _is_message(body) else body))
            place[rng.choice((*model.model_fields, "role", "content", "input"))] = rng.choice(PIECES)
        try:
            run.count("read" if read(json.loads(json.dumps(body))) else "refused")
        except Exception as error:  # noqa: BLE001 - the guarantee: none is raised
            run.fail(f"{type(error).__name__}: {body!r}"[:400])


def _is_message(body: dict[str, Any]) -> bool:
    messages = body["messages"]
    return isinstance(messages, list) and bool(messages) and isinstance(messages[0], dict)


def read_body(body: Any) -> bool:
    """Whether a body is read; else it is refused by an error that becomes a line."""
    try:
        payload = ChatModel.model_validate(body)
        check_parameters(payload)
        asked = read_messages(payload.messages, payload.response_format, payload.tool_choice, payload.tools)
        return bool(reply_to(asked.task) or True) if asked.task else bool(asked.question)
    except (ValidationError, ResearchAgentError):
        return False


def read_response_body(body: Any) -> bool:
    """The same for a body of the Responses API."""
    try:
        payload = ResponsesModel.model_validate(body)
        check_parameters(payload)
        form = (payload.text or {}).get("format")
        return bool(read_messages(read_input(payload), form, payload.tool_choice, payload.tools))
    except (ValidationError, ResearchAgentError):
        return False


def trusting(body: Any) -> bool:
    """The naive way: what a body holds is what it should."""
    parse_format(body.get("response_format"))
    return bool("".join(message["content"] for message in body["messages"]))


def trusting_input(body: Any) -> bool:
    """The same for a body of the Responses API."""
    parse_format((body.get("text") or {}).get("format"))
    said = body["input"]
    return bool(said if isinstance(said, str) else "".join(message["content"] for message in said))


ROWS = (
    Row(
        id="H1",
        fault="requests for titles, tags, follow-ups and queries among questions that mention them",
        guarantee="each is told from the other, and the former get a reply",
        quick=200,
        full=10_000,
        try_it=partial(mentions, recognised=recognise),
        twin=partial(mentions, recognised=by_words),
        twin_is="recognised by the words alone",
        twin_trials=30,
        unit="messages",
    ),
    Row(
        id="H2",
        fault="chat requests with up to four values of another type or shape",
        guarantee="each is read, or refused with a line; no other error",
        quick=200,
        full=10_000,
        try_it=partial(bodies, read=read_body),
        twin=partial(bodies, read=trusting),
        twin_is="values used as they come",
        twin_trials=30,
        unit="requests",
    ),
    Row(
        id="H3",
        fault="requests to /v1/responses with up to four values of another type or shape",
        guarantee="each is read, or refused with a line; no other error",
        quick=200,
        full=10_000,
        try_it=partial(bodies, read=read_response_body, model=ResponsesModel),
        twin=partial(bodies, read=trusting_input, model=ResponsesModel),
        twin_is="values used as they come",
        twin_trials=30,
        unit="requests",
    ),
)
