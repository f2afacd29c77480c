"""Lines of `doctor` and of the list of sources: what was checked, and what to do next."""

from __future__ import annotations

from research_agent.messages import Message

# For which questions a source is asked.
ANY_QUESTION = Message("any question")
LIKE_ITS_EXAMPLES = Message("questions like its examples")
ONLY_WHEN_NAMED = Message("only when named")
ASKED_FOR = Message("asked for: {scope}")

# Sources.
ASKED_BY_ENGINES = Message("general questions go to the search engines of web_search")
SILENT = Message("did not answer within {seconds:g} s")
BROKEN = Message("is broken: {error}")
