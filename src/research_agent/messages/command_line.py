"""Lines of the command line: the chat, what it asks, and refusals of what was typed."""

from __future__ import annotations

from research_agent.messages import Message

# The chat.
WELCOME = Message("Ask a question. /help lists the commands, Ctrl-D leaves.")
OFFER_SETUP = Message(
    "The built-in models and the offline encyclopedia are not here yet: /setup downloads them once (150 MB, about "
    "3 to 10 minutes). Until then, answers come from the web."
)
STOPPED = Message("stopped")
STOPPED_AND_KEPT = Message("stopped; what was written is kept")
STOPPING = Message("stopping")
DRAFT = Message("draft")
OWN_WORDS = Message("answer in the sources' own words")
BEING_WRITTEN = Message("being written, and checked sentence by sentence")
STARTING = Message("sources, memory, models")
NEXT_IN = Message("The next question goes to session {session}.")
NEXT_BEGINS = Message("The next question begins a session.")
NO_COMMAND = Message("There is no command {name!r}.")
SEE_HELP = Message("/help lists them. (A question may begin with a space, then a /.)")

# The contact.
ASK_CONTACT = Message(
    "{source} asks programs to name a contact. Type your email address or a URL to send with requests, "
    "or Enter for none. (Asked only once; a question is answered.)"
)
CONTACT_KEPT = Message("{contact} is sent from now on. To change it, edit {file}.")
CONTACT_NOT_KEPT = Message("It could not be written to {file} ({reason}), so it will be asked again.")

# The server.
SERVING = Message("Open this address in a browser; it stays the same. Ctrl-C stops the server.")

# What was typed.
PATH_AS_SESSION = Message("{name!r} is a path, not the name of a session.")
NAME_A_SESSION = Message("Use a plain name, such as trip or 2026-plans; `research-agent sessions list` shows yours.")

# Sessions.
NO_SESSIONS = Message("No sessions yet. Ask a question to begin one.")
NO_SUCH_WORDS = Message("No session has all of these words: {words}")
MORE_SESSIONS = Message("... and {n} more. Search them: /sessions WORDS")
OPEN_SESSION = Message("Open one: /new ID")
RENAMED = Message("Session {session} is now called {title!r}.")
NOTHING_TO_RENAME = Message("There is no session or no title to give.")
RENAME_LIKE_THIS = Message("After a question: /rename Trip to Iceland")
NOTHING_REMOVED = Message("Nothing was removed from the last draft.")

# Settings.
SETTING_KEPT = Message("{name} is set in {file}.")
SETTING_REMOVED = Message("{name} is no longer set in {file}.")
SETTING_OVERRULED = Message("{variable} is set too, and wins: unset it in your shell.")
NO_SETTING = Message("There is no setting {name!r}.")
DID_YOU_MEAN = Message("Did you mean {name}?")
LIST_SETTINGS = Message("See: research-agent config get")
NOT_PRIVATE = Message("{file} may be read by others, so no secret is written to it.")
NOT_WRITTEN = Message("{file} could not be written: {reason}.")

# Completion.
KEEP_COMPLETION = Message("To keep it: research-agent completion {shell} > {file}, and open a new shell.")

# Documentation.
NO_PAGE = Message("There is no page {name!r}.")
LIST_PAGES = Message("See: research-agent docs")
NO_PAGES = Message("No documentation was installed with the program; `research-agent man` has every command.")

# The system.
NEEDS_UNIX = Message(
    "research-agent runs on Linux and macOS. On Windows, use it in WSL2 (wsl --install), where it works as on Linux."
)
INTERRUPTED = Message("Interrupted.")
ASKED_SOURCES = Message("Asked: {names}.")
NONE = Message("none")
OPTIONS_AFTER = Message("Options go after the command: {program} {command} --option")
THIS_IS_A_BUG = Message("This is a bug: the trace is on standard error.")
KEYS = Message(
    "Enter sends; Alt-Enter, or a backslash before Enter, begins a new line.\nCtrl-C stops an answer (what was "
    "written is kept) or clears the line; Ctrl-D leaves."
)
NOT_ASKED = Message("not asked: {reason}")
SKIPPED_OFFLINE = Message("skipped: offline")
UNRESTRICTED = Message("Texts of all sites and days are used.")
DID_YOU_MEAN_THIS = Message("(did you mean {name}?)")
UNKNOWN_SETTINGS = Message("warning: {place} has unknown settings: {names}")
DEMO_SESSION = Message("This was session {session}. Go on with it:\nresearch-agent --session {session}")
STANDS_ALONE = Message("{name!r} needs --data before it.")
FILES_AFTER_DATA = Message("Give the files of rows after --data.")
NO_EVALS = Message("The evals are not installed.")
INSTALL_EVALS = Message("In a checkout of research-agent: pip install ./devtools")
