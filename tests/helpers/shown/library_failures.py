"""Rows of `messages.library_failures`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "NOT_A_PATH": (
        "library add with a path that has a null byte",
        {"path": "/home/ada/notes"},
        "'/home/ada/notes' is not a path.",
    ),
    "GIVE_PATH": ("the same: what to do", {}, "Give a path that exists, or an http(s) address."),
    "NOTHING_THERE": (
        "library add of a missing folder",
        {"path": "/home/ada/notes"},
        "There is no file or folder '/home/ada/notes'.",
    ),
    "DEVICE": ("library add /dev/null", {"path": "/home/ada/notes"}, "'/home/ada/notes' is a device or a pipe."),
    "GIVE_FILE": ("the same: what to do", {}, "Give a file, a folder, or an http(s) address."),
    "BAD_NAME": (
        "library add of a file whose name is no UTF-8",
        {"path": "/home/ada/notes"},
        "The name of '/home/ada/notes' is not valid UTF-8.",
    ),
    "RENAME_IT": ("the same: what to do", {}, "Rename it."),
    "PART_OF": (
        "library remove of a file in a folder that was added",
        {"path": "/home/ada/notes", "folder": "/home/ada/papers"},
        "'/home/ada/notes' was not added on its own: it is part of /home/ada/papers.",
    ),
    "IGNORE_IT": ("the same: what to do", {"file": "notes.pdf"}, "To leave it out, name it in notes.pdf, then sync."),
    "NOT_ADDED": (
        "library remove of what was never added",
        {"path": "/home/ada/notes"},
        "'/home/ada/notes' was not added to the library.",
    ),
    "LIST_IT": ("the same: what to do", {}, "See: research-agent library list"),
    "BAD_LIBRARY_NAME": (
        'library add --library "two words"',
        {"name": "trip"},
        "'trip' cannot be the name of a library.",
    ),
    "LIBRARY_NAME_IS": ("the same: what to do", {}, "Use up to 64 letters, digits, dots, hyphens and underscores."),
    "DAMAGED": (
        "a library whose file is damaged",
        {"path": "/home/ada/notes"},
        "The library /home/ada/notes is damaged or is not a database.",
    ),
    "ADD_AGAIN": (
        "the same: what to do",
        {},
        "Move the file away and add its folders again: it is rebuilt from your documents.",
    ),
    "FREE_SPACE": ("the same: what to do", {}, "Free some space; what was read is kept."),
    "CLOSE_OTHER": ("the same: what to do", {}, "Close that program and try again."),
    "SPLIT_DOCUMENT": ("the same: what to do", {}, "Split the document: a text may have at most 1 GB."),
    "UNREADABLE": (
        "a disk that fails",
        {"reason": "permission denied"},
        "cannot be read or written: permission denied",
    ),
    "CHECK_FOLDER": ("the same: what to do", {}, "Check that the folder exists, is yours and has free space."),
    "LIBRARY_IS": (
        "each of these: the sentence",
        {"path": "/home/ada/notes", "what": "WHAT"},
        "The library /home/ada/notes WHAT.",
    ),
    "OTHER_NAME": ("a library of another program's name: what to do", {}, "Move it, or choose another name."),
    "NEWER": (
        "a library of a newer version",
        {"path": "/home/ada/notes", "version": 3, "value": "VALUE"},
        "/home/ada/notes was written by a newer version of research-agent: it is at version 3, this"
        " program reads VALUE.",
    ),
    "UPDATE": ("the same: what to do", {}, "Update research-agent; the file was not changed."),
    "NO_WORDS": ("a file of drawings", {}, "No words were found in it."),
    "NO_DOCUMENT": ("library show of an unknown id", {"name": "trip"}, "The library has no document 'trip'."),
    "NOTHING_TO_FIND": ("a file of one letter", {}, "No searchable words were read from it."),
    "EMPTY": ("a file of blank pages", {}, "It contains no text."),
    "TOO_LARGE": (
        "a file of a gigabyte",
        {"size": "SIZE", "most": 12},
        "It has SIZE; files over 12 MB are not read. Split it.",
    ),
    "CANNOT_READ": (
        "a file that may not be read",
        {"reason": "permission denied"},
        "It cannot be read: permission denied.",
    ),
    "TEXT_KEPT": ("a file that was read before, and is damaged now", {"why": "WHY"}, "WHY Its last text is kept."),
    "FAULT": (
        "a bug of the program",
        {"name": "trip"},
        "A bug in this program kept it from being read (trip). The log says where.",
    ),
    "NO_LIBRARY": ("library sync --library of an unknown name", {"name": "trip"}, "There is no library 'trip'."),
    "NAME_TAKEN": ("library rename to a name that is taken", {"name": "trip"}, "There is already a library 'trip'."),
    "OTHER_OR_DELETE": ("the same: what to do", {}, "Choose another name, or delete that library."),
    "SYNC_RUNS": ("library delete while it is read", {"name": "trip"}, "Another program is reading files into 'trip'."),
    "STOP_OR_WAIT": ("the same: what to do", {}, "Stop it, or wait for it."),
    "UNSEEN_NAME": (
        "a file whose name is no UTF-8, in a folder that was added",
        {},
        "Its name is not valid UTF-8. Rename it.",
    ),
    "NO_FOLDER": (
        "library sync of a path that was not added",
        {"path": "/home/ada/notes"},
        "The library has no folder '/home/ada/notes'.",
    ),
    "ZOTERO_BUSY": (
        "library sync while Zotero writes",
        {},
        "It could not be read: Zotero may be writing to it. Try again.",
    ),
    "NOT_ZOTERO": (
        "library add --zotero of another folder",
        {"folder": "/home/ada/papers", "database": "DATABASE"},
        "'/home/ada/papers' is not a Zotero data folder: it has no DATABASE.",
    ),
    "ZOTERO_FOLDER": (
        "the same: what to do",
        {},
        "Zotero shows it in its settings under Advanced, Files and Folders; usually it is ~/Zotero.",
    ),
    "NO_COLLECTION": (
        "library add --zotero --collection of an unknown one",
        {"collection": "COLLECTION"},
        "Zotero has no collection 'COLLECTION'.",
    ),
    "NO_ARTICLES": ("an archive of pictures", {}, "It contains no articles with text."),
    "ARTICLES_LOST": ("an archive with damaged articles", {"n": 2}, "2 of its articles could not be read."),
}
