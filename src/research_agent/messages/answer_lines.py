"""Lines that stand around an answer, wherever it is shown: its state, its support, its sites."""

from __future__ import annotations

from research_agent.messages import Message

COMPLETE = Message("Complete")
STOPPED = Message("Stopped")
SEEN_NOT_READ = Message(
    "Seen, not read: {pages}, which are no evidence ({hosts})",
    one="Seen, not read: {pages}, which is no evidence ({hosts})",
)
TAKEN_OUT = Message("taken out: {reason}")
TAKEN_OUT_TEXT = Message("Taken out, {reason}: {text}")
SAYS_OTHERWISE = Message("a source says otherwise")
NOBODY_SAYS = Message("no source says it")
ONLY_PART = Message("the sources say only a part of it")
POINTS_BACK = Message("what it refers to is not there")
PARTIAL = Message("Partial: not every source answered")
OFFLINE = Message("Offline: from stored and local texts")
UNANSWERED = Message("Not answered: the sources do not say")
NOTHING_FOUND = Message("Nothing found")
EXTRACTS = Message("Extracts: no chat model answered")
COPIED = Message("({copies}: copied text)")
SUPPORTED = Message("{supported} of {sentences} supported{by}{copies}")
AND_MORE = Message("and {n} more")
SEARCHED_BY = Message("Web searched by {engines}")
WRITTEN_BY = Message("written by {model}, then checked")
OWN_SENTENCES = Message("the sources’ own sentences")
STORED_AS = Message("session {session}, turn {turn}")
CONTINUE = Message('{where} - continue: research-agent ask -c "QUESTION"')
NOT_FOUND_TO_SAY = Message("No source was found to say")
PART_FOUND = Message("Only a part of this was found in a source")
SEEN_PAGE = Message("Seen, not read: {page}")
BY_MODEL = Message("written by {model}")
WORDS_OF_SOURCES = Message("words of the sources")
ADVICE = Message(". Look for a second site before you act on it.")
NOT_HTTPS = Message("not https")
ONLY_ONE_SITE = Message("Only one site says this: {site} ({kind})")
NEEDS_EXTRA = Message("{title} needs {name}, which is not installed.")
SESSION_OF = Message("Session {session}, {created} to {updated}.")
