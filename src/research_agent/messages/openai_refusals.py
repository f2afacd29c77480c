"""What is refused below /v1, and what is said there instead of an answer."""

from __future__ import annotations

from research_agent.messages import Message

FORMAT_IS = Message("Use text or json_object, or a schema with one string (the answer) and, if you like, sources.")
SCHEMA_EMPTY = Message("The JSON schema has no properties to fill.")
NO_STRING = Message("no string for the answer")
SCHEMA_UNFILLED = Message("An answer with sources cannot fill the JSON schema: {what}.")
FORMAT_ONE_OF = Message("response_format must be text, json_object or json_schema.")
SCHEMA_MISSING = Message("response_format of type json_schema needs a schema.")
QUESTION_STOPPED = Message("The question was stopped.")
TWO_MODELS = Message("Available: {model!r} and {deep!r}.")
ONE_MODEL = Message("Available: {model!r}.")
NO_MODEL = Message("There is no model {model!r}.")
ONE_ANSWER = Message("Only one answer is given (n = 1).")
NO_LOGPROBS = Message("There are no logprobs: the text is checked, not sampled. Leave logprobs out.")
NO_TOP_LOGPROBS = Message("There are no logprobs: the text is checked, not sampled. Leave top_logprobs out.")
TEXT_ONLY = Message("Only text is written. Leave audio out of modalities.")
NO_BACKGROUND = Message("Background responses are not supported. Leave background out, or stream.")
NO_CONVERSATIONS = Message("Conversation objects are not supported. Send previous_response_id, or all messages.")
NO_PROMPTS = Message("Stored prompts are not supported. Send the question as input.")
NO_TOOLS = Message("Client tools are not called: the answer comes from sources. Set tool_choice to auto or none.")
LAST_NOT_USERS = Message("The last message must be the user's: it is the question.")
ONLY_TEXT = Message("Only text can be asked.")
SAY_IN_WORDS = Message("Say in words what you want to know.")
LEFT_OUT = Message("{parts} were left out: only text is read.", one="{parts} was left out: only text is read.")
LEFT_OUT_BEFORE = Message(
    "{parts} of earlier messages were left out: only text is read.",
    one="{parts} of earlier messages was left out: only text is read.",
)
NO_REPORT = Message("The run ended without a report.")
SEARCHING_FOR = Message("Searching for: {topics}")
PASSAGES_FOUND = Message("{n} passages found. Writing.")
CHECKING = Message("Checking every sentence.")
NOT_MESSAGES = Message("The input cannot be read as messages.")
INPUT_IS = Message("Send a text, or items with a role and content.")
NO_MESSAGE = Message("The input contains no message.")
SEND_QUESTION = Message("Send the question as input.")
NO_RESPONSE = Message("There is no response {id!r}.")
RESPONSES_KEPT = Message("It got no answer, was deleted, was asked with store false, or is another user's.")
RESPONSE_BEGUN = Message("The response {id!r} is still being made.")
WAIT_FOR_END = Message("Try again when it has ended.")
NO_PREVIOUS = Message("There is no such previous response.")
SEND_CONVERSATION = Message("Send the whole conversation as input.")
