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
RESCUED = Message(
    "The session store was damaged: {sessions} of {all_sessions} and {turns} of {all_turns} were rescued{more}. "
    "The damaged file is kept as {path}."
)
WITHOUT_SUMMARY = Message(", {sessions} without a summary")
WATCHES_RESCUED = Message(", {n} of {watches}")
NEWEST_MISSING = Message("; what was written last may be missing")
UNWRITABLE_BECAUSE = Message("cannot be opened or written: {reason}")
STORE_FAILED = Message("failed: {reason}")
DAMAGED = Message("is damaged or is not a database")
UNWRITABLE = Message("cannot be opened or written")
CHECK_HOME = Message("Check that the folder exists and is yours, or set RESEARCH_AGENT_HOME.")
LOCAL_DISK = Message("Set RESEARCH_AGENT_HOME to a folder on a local disk.")
NO_LOCKS = Message("is on a file system without file locks, such as a network share")
NO_SHARED_MEMORY = Message("is on a file system without shared memory")
FREE_SAFE = Message("Free some space and ask again; what was saved is safe.")
DISK_FAILS = Message("cannot be read: its disk or network is failing")
CHECK_DISK = Message("Check the disk and ask again.")
MEMORY_FULL = Message("cannot be used: the memory is full")
CLOSE_PROGRAMS = Message("Close other programs and ask again.")
MOVED = Message("was moved or deleted while it was open")
REMADE = Message("Ask again: it will be created anew.")
IS_FOLDER = Message("cannot be opened or written: it is a folder")
REMOVE_FOLDER = Message("Remove it, or set RESEARCH_AGENT_HOME to another folder.")
WRITABLE_HOME = Message("Set RESEARCH_AGENT_HOME to a folder that can be written to.")
RAISE_FILES = Message("Raise the limit of open files (ulimit -n).")
TOO_MANY_FILES = Message("Close other programs: too many files are open.")
CHECK_DISK_SAFE = Message("Check the disk and ask again; what was saved is safe.")
DISK_FULL = Message("cannot be written: the disk is full")
IO_FAILS = Message("cannot be read or written: the disk is full, over its quota, or failing")
IS_READ_ONLY = Message("is read-only")
LOCKED = Message("was locked by another program for {seconds:.0f} s")
CLOSE_AND_ASK = Message("Close that program and ask again.")
TOO_BIG = Message("cannot hold a text that large")
ASK_LESS = Message("Ask for less: a text may have at most 1 GB.")
REPORT_IT = Message("Please report this.")
STORE_IS = Message("The session store {path} {what}.")
TURN_DAMAGED = Message("Turn {turn} of {session!r} is not what was saved: the session store is damaged.")
TEXT_DAMAGED = Message("The stored text of {url!r} is not what was saved: the session store is damaged.")
CLOSE_AND_START = Message(
    "Close every program that uses it and start again: what is intact is then moved to a new store, and the "
    "damaged file is kept."
)
USE_AT_MOST = Message("Use at most {most}.")
USE_AT_MOST_CHARACTERS = Message("Use at most {most} characters.")
CANNOT_MOVE = Message("The session store {path} is damaged, and what is intact cannot be moved to a new one: {why}")
FREE_AND_START = Message("Free some space and start again; the damaged file is where it was.")
NOTHING_RESCUED = Message("The session store was damaged and nothing in it can be read. The file is kept as {path}.")
BACKUP_HOLDS = Message("It is deleted, but a backup of the store still holds its words: {error}.")
REMOVE_THAT = Message("Remove that file.")
NEAR = Message("Similar: {names}.")
LIST_SESSIONS = Message("List them: research-agent sessions list")
