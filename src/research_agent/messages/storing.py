"""Lines about the session store: what cannot be stored or read, and what to do."""

from __future__ import annotations

from research_agent.messages import Message

TITLE_EMPTY = Message("The title is empty.")
WRITE_WORDS = Message("Write a few words.")
TITLE_TOO_LONG = Message("The title has {line} characters.")
NAME_EMPTY = Message("The session name is empty.")
GIVE_NAME = Message("Give any name, or leave it out for a new session.")
NAME_TOO_LONG = Message("The session name has {session} characters.")
NAME_UNTYPABLE = Message("The session name holds {forbidden!r}, which cannot be typed again.")
USE_PRINTABLE = Message("Use printable characters.")
NO_BACKUP = Message(
    "The session store {path} is of an older version and cannot be backed up before its upgrade: {error}."
)
FREE_AND_ASK = Message("Free some space and ask again; nothing was changed.")
READ_ONLY = Message("The session store {path} is read-only.")
OLD_AND_READ_ONLY = Message("The session store {path} is empty or of an older version.")
MAKE_WRITABLE = Message("Make it writable, or set RESEARCH_AGENT_HOME to a folder that is.")
BEING_REPAIRED = Message("The session store {path} is being repaired or upgraded by another program.")
ASK_WHEN_DONE = Message("Ask again when it is done.")
HEAD_DAMAGED = Message("The head of the session store {path} is damaged.")
ANOTHER_DATABASE = Message("{path} is a database of another program.")
MOVE_IT = Message("Move it, or set RESEARCH_AGENT_HOME elsewhere.")
NEWER_STORE = Message(
    "{path} was written by a newer version of research-agent: it is at version {version}, this "
    "program knows versions up to {value}."
)
UPGRADE = Message("Upgrade research-agent, or set RESEARCH_AGENT_HOME to another folder. Nothing was changed.")
NO_SESSION = Message("There is no session {session!r}.")
OF_A_WATCH = Message("{session!r} holds the answers of a watched question.")
ASK_ELSEWHERE = Message("Ask in another session, or in a new one.")
NO_DOCUMENT = Message("There is no document {document!r}.")
IDS_ARE_THERE = Message("Ids are in the exported citations.")
