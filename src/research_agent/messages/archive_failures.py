"""Why an archive of articles cannot be read: each is the rest of a sentence about the file, with what to do."""

from __future__ import annotations

from research_agent.messages import Message

__all__ = [
    "ANY_PACKAGE",
    "BROKEN_PLUGIN",
    "DAMAGED",
    "DAMAGED_ENTRY",
    "FETCH_AGAIN",
    "INSTALL",
    "INSTALL_ANEW",
    "NEEDS_PLUGIN",
    "NOT_STARTED",
    "REPLACED",
    "SEE_DOCTOR",
    "STOPPED",
    "SYNC_AGAIN",
    "TOO_SLOW",
]

NEEDS_PLUGIN = Message("is a {kind} file, which the plug-in {package} reads")
INSTALL = Message("Install it: pip install {package}; then: research-agent library sync --retry")
ANY_PACKAGE = Message("a package that reads it")
BROKEN_PLUGIN = Message("needs a plug-in that cannot be loaded: {error}")
INSTALL_ANEW = Message("Install it anew.")
DAMAGED = Message("is damaged, or not what its ending says: {error}")
DAMAGED_ENTRY = Message("is damaged: {error}")
FETCH_AGAIN = Message("It may not be wholly downloaded: fetch it again.")
TOO_SLOW = Message("takes too long to read")
STOPPED = Message("cannot be read: its reader was stopped")
NOT_STARTED = Message("could not be read: {error}")
SEE_DOCTOR = Message("See: research-agent doctor")
REPLACED = Message("was replaced by another version while it was read")
SYNC_AGAIN = Message("Read the new one: research-agent library sync --retry")
