"""Rows of `messages.openai_refusals`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "FORMAT_IS": (
        "response_format that cannot be filled: what can",
        {},
        "Use text or json_object, or a schema with one string (the answer) and, if you like, sources.",
    ),
    "SCHEMA_EMPTY": ("a JSON schema without properties", {}, "The JSON schema has no properties to fill."),
    "NO_STRING": ("a JSON schema without a string", {}, "no string for the answer"),
    "SCHEMA_UNFILLED": (
        "a JSON schema that asks for a price",
        {"what": "WHAT"},
        "An answer with sources cannot fill the JSON schema: WHAT.",
    ),
    "FORMAT_ONE_OF": ('response_format "xml"', {}, "response_format must be text, json_object or json_schema."),
    "SCHEMA_MISSING": (
        "response_format json_schema without one",
        {},
        "response_format of type json_schema needs a schema.",
    ),
    "QUESTION_STOPPED": ("a question that is stopped on the page", {}, "The question was stopped."),
    "TWO_MODELS": (
        'model "gpt-4", where there is deep research',
        {"model": "llama3.2", "deep": "DEEP"},
        "Available: 'llama3.2' and 'DEEP'.",
    ),
    "ONE_MODEL": ('model "gpt-4"', {"model": "llama3.2"}, "Available: 'llama3.2'."),
    "NO_MODEL": ("the same", {"model": "llama3.2"}, "There is no model 'llama3.2'."),
    "ONE_ANSWER": ("n = 2", {}, "Only one answer is given (n = 1)."),
    "NO_LOGPROBS": (
        "logprobs = true",
        {},
        "There are no logprobs: the text is checked, not sampled. Leave logprobs out.",
    ),
    "NO_TOP_LOGPROBS": (
        "top_logprobs = 5",
        {},
        "There are no logprobs: the text is checked, not sampled. Leave top_logprobs out.",
    ),
    "TEXT_ONLY": ("modalities with audio", {}, "Only text is written. Leave audio out of modalities."),
    "NO_BACKGROUND": (
        "background = true",
        {},
        "Background responses are not supported. Leave background out, or stream.",
    ),
    "NO_CONVERSATIONS": (
        "conversation of the Responses API",
        {},
        "Conversation objects are not supported. Send previous_response_id, or all messages.",
    ),
    "NO_PROMPTS": ("prompt of the Responses API", {}, "Stored prompts are not supported. Send the question as input."),
    "NO_TOOLS": (
        "tool_choice = required",
        {},
        "Client tools are not called: the answer comes from sources. Set tool_choice to auto or none.",
    ),
    "LAST_NOT_USERS": (
        "messages that end with the assistant's",
        {},
        "The last message must be the user's: it is the question.",
    ),
    "ONLY_TEXT": ("a picture alone", {}, "Only text can be asked."),
    "SAY_IN_WORDS": ("the same: what to do", {}, "Say in words what you want to know."),
    "LEFT_OUT": (
        "a picture beside a question",
        {"n": 1, "parts": "1 image"},
        "1 image was left out: only text is read.",
    ),
    "LEFT_OUT_BEFORE": (
        "pictures of earlier messages",
        {"n": 2, "parts": "2 images"},
        "2 images of earlier messages were left out: only text is read.",
    ),
    "NO_REPORT": ("deep research that ends without a report", {}, "The run ended without a report."),
    "SEARCHING_FOR": ("progress of an answer in a front end", {"topics": "TOPICS"}, "Searching for: TOPICS"),
    "PASSAGES_FOUND": ("the same", {"n": 2}, "2 passages found. Writing."),
    "CHECKING": ("the same", {}, "Checking every sentence."),
    "NOT_MESSAGES": ("input of the Responses API that is none", {}, "The input cannot be read as messages."),
    "INPUT_IS": ("the same: what to do", {}, "Send a text, or items with a role and content."),
    "NO_MESSAGE": ("an empty input", {}, "The input contains no message."),
    "SEND_QUESTION": ("the same: what to do", {}, "Send the question as input."),
    "NO_RESPONSE": ("a response of nobody", {"id": "resp_1"}, "There is no response 'resp_1'."),
    "RESPONSES_KEPT": (
        "the same",
        {},
        "It got no answer, was deleted, was asked with store false, or is another user's.",
    ),
    "RESPONSE_BEGUN": (
        "a response that is deleted while it is made",
        {"id": "resp_1"},
        "The response 'resp_1' is still being made.",
    ),
    "WAIT_FOR_END": ("the same: what to do", {}, "Try again when it has ended."),
    "NO_PREVIOUS": ("previous_response_id of another user", {}, "There is no such previous response."),
    "SEND_CONVERSATION": ("the same: what to do", {}, "Send the whole conversation as input."),
}
