"""A chat request: its messages, and a defined answer to every parameter of OpenAI's API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from research_agent.errors import UsageError
from research_agent.messages import openai_refusals
from research_agent.web.error_handlers import NotFoundError
from research_agent.web.openai.answer_format import AnswerFormat, described_schema, parse_format
from research_agent.web.openai.content_parts import left_out_note, text_and_rest
from research_agent.web.openai.conversation import Exchange
from research_agent.web.openai.housekeeping import Task, recognise
from research_agent.web.openai.transcript import Line

__all__ = [
    "DEEP_MODEL",
    "MODEL",
    "Asked",
    "ChatModel",
    "Message",
    "check_model",
    "check_parameters",
    "checked",
    "ignored",
    "messages_of_input",
    "read_messages",
]

MODEL = "research-agent"
DEEP_MODEL = f"{MODEL}-deep"
"""The model name by which a question is answered by deep research: its steps as reasoning, its report as answer."""


def ignored(why: str) -> Any:
    """A field of a parameter that changes nothing."""
    return Field(None, description=f"Ignored: {why}")


def checked(what: str) -> Any:
    """A field of a parameter of which some values are refused with 400."""
    return Field(None, description=f"Checked: {what}")


class Message(BaseModel):
    """A message; the texts of its content are put together, other parts are left out with a note."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | dict[str, Any] | list[str | dict[str, Any]] | None = None


class StreamOptions(BaseModel):
    """Whether a last chunk says how much there was."""

    include_usage: bool | None = False


class ChatModel(BaseModel):
    """The request. Each parameter of OpenAI's API has a defined answer; one that OpenAI does not have is ignored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"model": MODEL, "messages": [{"role": "user", "content": "What is photosynthesis?"}]}]
        }
    )

    model: str | None = Field(
        MODEL, max_length=200, description="Honoured: research-agent, or with -deep; another is 404."
    )
    messages: list[Message] = Field(
        min_length=1, max_length=2000, description="Honoured: the last is the question; `input` is understood too."
    )
    stream: bool | None = Field(False, description="Honoured: checked text alone is streamed.")
    stream_options: StreamOptions | None = Field(None, description="Honoured: include_usage.")
    response_format: dict[str, Any] | None = checked("text, json_object, and schemas with a place for the answer.")
    n: int | None = Field(1, description="Checked: 1; more is 400, since there is one checked answer.")
    tools: list[Any] | None = ignored("no tool of a client is ever called; a forced one is 400.")
    tool_choice: Any = checked("auto and none; required or a name is 400, but for housekeeping.")
    functions: list[Any] | None = ignored("as tools.")
    function_call: Any = checked("as tool_choice.")
    parallel_tool_calls: Any = ignored("no tool is called.")
    logprobs: Any = checked("false; true is 400, since checked text is not sampled.")
    top_logprobs: Any = checked("0; more is 400, as logprobs.")
    modalities: list[str] | None = checked("text; audio is 400.")
    audio: Any = ignored("only text is written.")
    max_tokens: Any = ignored("an answer is never cut: its sentences would lose their sources.")
    max_completion_tokens: Any = ignored("as max_tokens.")
    stop: Any = ignored("as max_tokens.")
    temperature: Any = ignored("the draft is sampled as the settings say, and checked.")
    top_p: Any = ignored("as temperature.")
    seed: Any = ignored("as temperature.")
    frequency_penalty: Any = ignored("as temperature.")
    presence_penalty: Any = ignored("as temperature.")
    logit_bias: Any = ignored("as temperature.")
    prediction: Any = ignored("as temperature.")
    reasoning_effort: Any = ignored("how much is done depends on the question.")
    verbosity: Any = ignored("as reasoning_effort.")
    web_search_options: Any = ignored("the sources are those of the settings.")
    user: Any = ignored("the token says who asks.")
    safety_identifier: Any = ignored("as user.")
    metadata: Any = ignored("nothing is kept of it.")
    store: Any = ignored("each answer is kept in the asker's own sessions, housekeeping never.")
    service_tier: Any = ignored("there is one.")
    moderation: Any = ignored("nothing is sent to a moderator.")
    prompt_cache_key: Any = ignored("the cache needs no key.")
    prompt_cache_options: Any = ignored("as prompt_cache_key.")
    prompt_cache_retention: Any = ignored("as prompt_cache_key.")

    @model_validator(mode="before")
    @classmethod
    def _understand_responses(cls, value: Any) -> Any:
        """Take the `input` of the Responses API for messages: Cursor sends it here."""
        if isinstance(value, Mapping) and not value.get("messages") and value.get("input"):
            text = value.get("text")
            given = {"response_format": text.get("format")} if isinstance(text, Mapping) else {}
            return {**given, **value, "messages": messages_of_input(value["input"], value.get("instructions"))}
        return value


class Asked(NamedTuple):
    """
    What a request asks: a question with the exchanges before it, or housekeeping.

    `note` says what was left out of it. `function` is the name of the tool by which housekeeping is to be answered.
    """

    question: str
    earlier: list[Exchange]
    format: AnswerFormat
    note: str
    task: Task | None
    function: str | None = None


def messages_of_input(value: Any, instructions: Any = None) -> list[Any]:
    """The `input` of the Responses API (a text, or items) as messages; items that are none are left out."""
    items = value if isinstance(value, list) else [value]
    messages: list[Any] = []
    if isinstance(instructions, str) and instructions:
        messages.append({"role": "system", "content": instructions})
    for item in items:
        if isinstance(item, str):
            messages.append({"role": "user", "content": item})
        elif not isinstance(item, Mapping):
            messages.append(item)
        elif item.get("type", "message") == "message" and "role" in item:
            messages.append({"role": item["role"], "content": item.get("content")})
        elif str(item.get("type", "")).endswith("_output"):
            messages.append({"role": "tool", "content": None})
    return messages


def check_model(model: str | None, *, deep: bool = False) -> None:
    """Raise `NotFoundError` for a model that is not served."""
    if model not in (None, MODEL, *([DEEP_MODEL] if deep else [])):
        there = (
            openai_refusals.TWO_MODELS(model=MODEL, deep=DEEP_MODEL) if deep else openai_refusals.ONE_MODEL(model=MODEL)
        )
        raise NotFoundError(openai_refusals.NO_MODEL(model=model), hint=there)


class Refusal(NamedTuple):
    """Values of a parameter that cannot be honoured, and would mislead if they were ignored."""

    parameter: str
    refused: Callable[[Any], bool]
    message: Callable[[], str]


REFUSALS = (
    Refusal("n", lambda n: n != 1, openai_refusals.ONE_ANSWER),
    Refusal("logprobs", bool, openai_refusals.NO_LOGPROBS),
    Refusal("top_logprobs", bool, openai_refusals.NO_TOP_LOGPROBS),
    Refusal("modalities", lambda kinds: "audio" in kinds, openai_refusals.TEXT_ONLY),
    Refusal("background", bool, openai_refusals.NO_BACKGROUND),
    Refusal("conversation", bool, openai_refusals.NO_CONVERSATIONS),
    Refusal("prompt", bool, openai_refusals.NO_PROMPTS),
)


def check_parameters(payload: BaseModel) -> None:
    """Raise `UsageError` (400) for values that cannot be honoured."""
    for parameter, refused, message in REFUSALS:
        value = getattr(payload, parameter, None)
        if value is not None and refused(value):
            raise UsageError(message())


def forced_function(choice: Any, tools: Sequence[Any] | None) -> tuple[bool, str | None, Mapping[str, Any]]:
    """Whether a tool must be called, and the name and JSON schema of the one that must; None when it may be any."""
    if choice in (None, "auto", "none"):
        return False, None, {}
    if isinstance(choice, Mapping) and choice.get("type") == "allowed_tools" and choice.get("mode") != "required":
        return False, None, {}
    named = choice.get("function", choice) if isinstance(choice, Mapping) else {}
    wanted = named.get("name") if isinstance(named, Mapping) else None
    functions = [tool.get("function", tool) for tool in tools or () if isinstance(tool, Mapping)]
    fitting = [one for one in functions if isinstance(one, Mapping) and wanted in (None, one.get("name"))]
    if len(fitting) != 1:
        return True, None, {}
    parameters = fitting[0].get("parameters")
    return True, str(fitting[0].get("name", "")), parameters if isinstance(parameters, Mapping) else {}


def read_messages(messages: Sequence[Message], form: Any, choice: Any, tools: Sequence[Any] | None) -> Asked:
    """What the messages ask. Raises `UsageError` when it cannot be answered in the form that is asked for."""
    said = [message for message in messages if message.role in ("user", "assistant", "tool", "function")]
    if not said or said[-1].role != "user":
        raise UsageError(openai_refusals.LAST_NOT_USERS())
    texts = [text_and_rest(message.content) for message in said]
    question, rest = texts[-1]
    if not question.strip() and rest:
        raise UsageError(openai_refusals.ONLY_TEXT(), hint=openai_refusals.SAY_IN_WORDS())
    lines = [
        Line(message.role == "user", text)
        for message, (text, _) in zip(said, texts, strict=True)
        if message.role in ("user", "assistant")
    ]
    forced, function, parameters = forced_function(choice, tools)
    system = "\n".join(text_and_rest(one.content)[0] for one in messages if one.role in ("system", "developer"))
    schema = parse_format(form)
    if schema.kind == "json_object" and (described := described_schema(system)):
        schema = AnswerFormat("json_schema", described)
    if task := recognise(system, lines, parameters or schema.schema):
        return Asked(question, [], schema, "", task, function)
    if forced:
        raise UsageError(openai_refusals.NO_TOOLS())
    schema.check()
    before = sum((other for _, other in texts[:-1]), Counter[str]())
    note = left_out_note(rest, before, [line.text for line in lines if not line.by_user])
    return Asked(question, _exchanges(lines[:-1]), schema, note, None)


def _exchanges(lines: Sequence[Line]) -> list[Exchange]:
    """Questions with their answers; of several answers to one (around calls of tools) the last that says anything."""
    exchanges: list[Exchange] = []
    for line, following in pairwise(lines):
        if line.by_user and not following.by_user:
            exchanges.append(Exchange(line.text, following.text))
        elif not line.by_user and not following.by_user and exchanges and following.text.strip():
            exchanges[-1] = Exchange(exchanges[-1].question, following.text)
    return exchanges
