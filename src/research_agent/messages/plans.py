"""Lines about the plan of a deep research, and about who goes on with it."""

from __future__ import annotations

from research_agent.messages import Message

BY_MODEL = Message("{model} changed the plan: {changes}.")
ADDED = Message("{n} lines added", one="1 line added")
REWORDED = Message("{n} reworded")
MERGED = Message("{n} merged into others", one="1 merged into another")
BY_RULE = Message("{model} proposed nothing that fits the question, so the plan is as it was.")
NO_REPLY = Message("{model} gave no usable proposal ({why}), so the plan is as it was.")
EDITED_MEANWHILE = Message("The plan was edited meanwhile, so nothing of what {model} proposed was taken.")

GIVEN_UP = Message(
    "Two servers in a row ended or failed while they were at it, so it was left; what was found is kept. "
    "Go on with it when you like."
)
RESUMED = Message("Gone on with after its server ended.")
AT_MOST = Message("{run}: at most {budget}.")
