"""Lines of the sandbox: what a program did wrong, and where none can be run."""

from __future__ import annotations

from research_agent.messages import Message

SAY_OR_GIVE = Message("Say what to find out, or give your own program: --program FILE.")
NO_PLOT = Message("The result is not a plot, so nothing is drawn; leave --svg out to see it.")
SVG_NOT_WRITTEN = Message("{name!r} cannot be written: {reason}.")
BY_PROGRAM = Message("By a program of {author}, run in the {level}:\n{program}")
READ_PROGRAM = Message("No source says this: read the program.")
NO_MODEL = Message("There is no chat model to write a program.")
GIVE_PROGRAM = Message("Give your own: --program FILE")
PROGRAM_OF = Message("The program of {id} {message}")
PROGRAM_UNREADABLE = Message("{name!r} cannot be read: {reason}.")
NOT_UNICODE = Message("{name!r} is not UTF-8 text.")
VALUES_NOT_JSON = Message("--values is not JSON: {error}.")
VALUES_NOT_OBJECT = Message('--values is not an object, such as {{"a": 1}}.')
PROGRAM_DID = Message("The program {message}")
NOT_HERE = Message("not here: {reason}")
