"""Why a question is not asked as it stands, and what to do."""

from __future__ import annotations

from research_agent.messages import Message

EMPTY = Message("The question is empty.")
ASK_LIKE_THIS = Message('Ask something, like: research-agent ask "What is a quasar?"')
TEXT_TOO_LONG = Message("The text has {text:,} characters; at most {LONGEST_TEXT:,} can be read at once.")
GIVE_A_PART = Message("Give the part that the question is about; long texts belong in a source.")
NO_QUESTION = Message("No question was found in this text, so nothing was searched for.")
ASK_IN_A_LINE = Message("Ask in a line of its own, with a question mark.")
QUESTION_TOO_LONG = Message(
    "The question has {question:,} characters; at most {LONGEST_QUESTION:,} can be asked at once."
)
ASK_THE_HEART = Message("Ask about the heart of it, and put what it is about in a paragraph of its own.")
PROMPT_CUT = Message("The model cut the prompt to its context of {chat:,} tokens, so its draft is not used.")
SET_CONTEXT = Message("Set RESEARCH_AGENT_NUM_CTX to what the model really has.")
TOO_LONG_FOR_MODEL = Message("The question does not fit the model's context of {chat:,} tokens with any evidence.")
ASK_SHORTER = Message("Ask a shorter question, or set RESEARCH_AGENT_NUM_CTX higher.")
