"""Lines about the user's own documents: what was done with a library, and what is wrong with it."""

from __future__ import annotations

from research_agent.messages import Message

NONE_YET = Message("There is no library yet.")
NO_FILE = Message("The library has no file {name!r}.")
LIST_FILES = Message("See: research-agent library list --files")
MAKE_ONE = Message("Make one: research-agent library add FOLDER")
