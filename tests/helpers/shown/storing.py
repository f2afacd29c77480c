"""Rows of `messages.storing`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "RESCUED": (
        "a damaged store that is repaired",
        {
            "sessions": "SESSIONS",
            "all_sessions": "ALL_SESSIONS",
            "turns": "TURNS",
            "all_turns": "ALL_TURNS",
            "more": "MORE",
            "path": "/home/ada/notes",
        },
        "The session store was damaged: SESSIONS of ALL_SESSIONS and TURNS of ALL_TURNS were rescue"
        "dMORE. The damaged file is kept as /home/ada/notes.",
    ),
    "WITHOUT_SUMMARY": (
        "the same, with a session whose summary is lost",
        {"sessions": "SESSIONS"},
        ", SESSIONS without a summary",
    ),
    "WATCHES_RESCUED": ("the same, with watched questions", {"n": 2, "watches": "WATCHES"}, ", 2 of WATCHES"),
    "NEWEST_MISSING": ("the same, with a damaged log", {}, "; what was written last may be missing"),
    "UNWRITABLE_BECAUSE": (
        "a home that may not be written: why",
        {"reason": "permission denied"},
        "cannot be opened or written: permission denied",
    ),
    "STORE_FAILED": (
        "an error of SQLite that is not known",
        {"reason": "permission denied"},
        "failed: permission denied",
    ),
    "DAMAGED": ("a store whose pages are damaged", {}, "is damaged or is not a database"),
    "UNWRITABLE": ("a home that belongs to another user", {}, "cannot be opened or written"),
    "CHECK_HOME": (
        "the same: what to do",
        {},
        "Check that the folder exists and is yours, or set RESEARCH_AGENT_HOME.",
    ),
    "LOCAL_DISK": ("a home on a network share: what to do", {}, "Set RESEARCH_AGENT_HOME to a folder on a local disk."),
    "NO_LOCKS": ("a home on a network share", {}, "is on a file system without file locks, such as a network share"),
    "NO_SHARED_MEMORY": (
        "a home on a file system without shared memory",
        {},
        "is on a file system without shared memory",
    ),
    "FREE_SAFE": ("a full disk: what to do", {}, "Free some space and ask again; what was saved is safe."),
    "DISK_FAILS": ("a disk that fails", {}, "cannot be read: its disk or network is failing"),
    "CHECK_DISK": ("the same: what to do", {}, "Check the disk and ask again."),
    "MEMORY_FULL": ("a machine without memory", {}, "cannot be used: the memory is full"),
    "CLOSE_PROGRAMS": ("the same: what to do", {}, "Close other programs and ask again."),
    "MOVED": ("a store that is moved while it is open", {}, "was moved or deleted while it was open"),
    "REMADE": ("the same: what to do", {}, "Ask again: it will be created anew."),
    "IS_FOLDER": ("a folder called sessions.db", {}, "cannot be opened or written: it is a folder"),
    "REMOVE_FOLDER": ("the same: what to do", {}, "Remove it, or set RESEARCH_AGENT_HOME to another folder."),
    "WRITABLE_HOME": (
        "a home on a read-only disk: what to do",
        {},
        "Set RESEARCH_AGENT_HOME to a folder that can be written to.",
    ),
    "RAISE_FILES": ("too many open files: what to do", {}, "Raise the limit of open files (ulimit -n)."),
    "TOO_MANY_FILES": ("the same, of all programs: what to do", {}, "Close other programs: too many files are open."),
    "CHECK_DISK_SAFE": (
        "a disk that fails while writing: what to do",
        {},
        "Check the disk and ask again; what was saved is safe.",
    ),
    "DISK_FULL": ("a full disk", {}, "cannot be written: the disk is full"),
    "IO_FAILS": (
        "a disk that fails while writing",
        {},
        "cannot be read or written: the disk is full, over its quota, or failing",
    ),
    "IS_READ_ONLY": ("a read-only home", {}, "is read-only"),
    "LOCKED": ("two programs that write at once", {"seconds": 8}, "was locked by another program for 8 s"),
    "CLOSE_AND_ASK": ("the same: what to do", {}, "Close that program and ask again."),
    "TOO_BIG": ("a text of two gigabytes", {}, "cannot hold a text that large"),
    "ASK_LESS": ("the same: what to do", {}, "Ask for less: a text may have at most 1 GB."),
    "REPORT_IT": ("an error of SQLite that is not known: what to do", {}, "Please report this."),
    "STORE_IS": (
        "each of these: the sentence",
        {"path": "/home/ada/notes", "what": "WHAT"},
        "The session store /home/ada/notes WHAT.",
    ),
    "TURN_DAMAGED": (
        "a stored turn whose bytes were changed",
        {"turn": 3, "session": "trip"},
        "Turn 3 of 'trip' is not what was saved: the session store is damaged.",
    ),
    "TEXT_DAMAGED": (
        "a stored text whose bytes were changed",
        {"url": "https://example.org/"},
        "The stored text of 'https://example.org/' is not what was saved: the session store is damaged.",
    ),
    "CLOSE_AND_START": (
        "a damaged store: what to do",
        {},
        "Close every program that uses it and start again: what is intact is then moved to a new st"
        "ore, and the damaged file is kept.",
    ),
    "USE_AT_MOST": ("a title of a page: what to do", {"most": "MOST"}, "Use at most MOST."),
    "USE_AT_MOST_CHARACTERS": (
        "a session name of a page: what to do",
        {"most": "MOST"},
        "Use at most MOST characters.",
    ),
    "CANNOT_MOVE": (
        "a damaged store on a full disk",
        {"path": "/home/ada/notes", "why": "WHY"},
        "The session store /home/ada/notes is damaged, and what is intact cannot be moved to a new one: WHY",
    ),
    "FREE_AND_START": (
        "the same: what to do",
        {},
        "Free some space and start again; the damaged file is where it was.",
    ),
    "NOTHING_RESCUED": (
        "a store that is rubbish",
        {"path": "/home/ada/notes"},
        "The session store was damaged and nothing in it can be read. The file is kept as /home/ada/notes.",
    ),
    "BACKUP_HOLDS": (
        "sessions delete, with a backup that cannot be deleted",
        {"error": "not a database"},
        "It is deleted, but a backup of the store still holds its words: not a database.",
    ),
    "REMOVE_THAT": ("the same: what to do", {}, "Remove that file."),
    "NEAR": ("sessions show with a misspelt name: what to do", {"names": "plans, trips"}, "Similar: plans, trips."),
    "LIST_SESSIONS": ("sessions show of an unknown name: what to do", {}, "List them: research-agent sessions list"),
}
