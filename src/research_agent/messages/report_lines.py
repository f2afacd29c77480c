"""Lines of a report of deep research that whoever asked reads."""

from __future__ import annotations

from research_agent.messages import Message

NOT_FOUND = Message("Not found: {items}")
NOT_SEARCHED = Message("Not searched, because the budget ran out: {items}")
ONE_SOURCE = Message("Stated by only one source: {items}")
DOUBTFUL = Message("Doubtful: {items}")
NOT_MENTIONED = Message("{asked} - the texts do not mention {what}")
AND_MORE = Message("{items}; and {n} more")
SAID_ELSEWHERE = Message("Covered in another section: {items}")
NOT_CERTAIN = Message("Found, but not certain enough to report: {items}")
METHOD = Message(
    "How it was made: {steps}, {searches} of {sources}; {documents} documents read, {answering} with sentences "
    "that answer{copies}."
)
COPIES = Message("; {n} of them copies, counted once")
NO_SOURCE = Message("none")
LINES_BY_MODEL = Message("{steps} ({n} of its lines by {model})")
TIMELINE = Message("Timeline")
WHEN = Message("When")
IN_ITS_WORDS = Message("In the source's words")
TIMELINE_SPAN = Message("The dates of this timeline run from {first} to {last}.")
ELSEWHERE = Message("In other texts")
DISAGREE = Message("Where sources disagree")
SUMMARY = Message("In short")
COUNTED_STEPS = Message("{n} steps", one="1 step")
COUNTED_SEARCHES = Message("{n} searches", one="1 search")
ON_THIS_MACHINE = Message("it is on this machine")
