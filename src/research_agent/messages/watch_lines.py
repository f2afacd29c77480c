"""Lines of watched questions: what is new, and what is wrong with one."""

from __future__ import annotations

from research_agent.messages import Message

SOURCE_GONE = Message("the source {name!r} is not in use here")
TOOK_TOO_LONG = Message("it took longer than {minutes:.0f} minutes")
NOW_BEFORE = Message("{now} now, {was} before")
ANSWERED_NOW = Message("Answered now")
NO_ANSWER_NOW = Message("No longer answered")
NEWER_TEXT = Message("A newer text: {change}")
NOT_ASKED_YET = Message("not asked yet")
COULD_NOT_ASK = Message("could not be asked {when}: {reason}")
FIRST_ANSWER = Message("first answer {when}")
NOT_ANSWERED = Message("not answered {when}")
SOMETHING_NEW = Message("something new")
NOTHING_NEW = Message("nothing new")
NEXT = Message("{every}, next in {due}")
NOT_AN_INTERVAL = Message("{text!r} is not an interval.")
INTERVAL_IS = Message("Write 30m, 6h, 1d or 2w.")
INTERVAL_TOO = Message("{text!r} is too {end}.")
INTERVAL_RANGE = Message("Choose between 15m and 365d.")
ENDED_THRICE = Message("the program ended three times while asking it")
WATCHED_ALREADY = Message("This question is already watched, as {watch}.")
LIST_WATCHES = Message("See: research-agent watch list")
NO_WATCH = Message("There is no watched question {watch!r}.")
SHOW_WATCHES = Message("List them: research-agent watch list")
