"""Rows of `messages.library_lines`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "NO_FILE": (
        "library search --only with a file that is not there",
        {"name": "trip"},
        "The library has no file 'trip'.",
    ),
    "STOPPED": ("Ctrl-C in library watch", {}, "Stopped."),
    "FILES_OF": (
        "library sync, while it runs",
        {"done": 12, "total": 12, "left": "LEFT", "path": "/home/ada/notes"},
        "12 of 12 filesLEFT  /home/ada/notes",
    ),
    "NAME_SOMETHING": ("library add, and nothing named", {}, "Name a folder, a file or an address to add."),
    "COLLECTION_NEEDS_ZOTERO": ("library add --collection Land", {}, "--collection can be used only with --zotero."),
    "NONE_BEGIN": (
        "library list, with none",
        {},
        "There is no library yet. Start one: research-agent library add FOLDER",
    ),
    "RENAMED": ("library rename", {"name": "trip", "new": "NEW"}, "trip is now called NEW."),
    "DELETED": ("library delete", {"name": "trip"}, "Deleted the library trip."),
    "SCANS_NOT_READ": (
        "library doctor, without tesseract",
        {},
        "Scans are not read. Install it: sudo apt install tesseract-ocr; then: research-agent library sync --retry",
    ),
    "WORDS_ONLY": (
        "library doctor, before setup",
        {},
        "Only words are searched. Install the model: research-agent setup; then: research-agent library sync",
    ),
    "READ_BY": ("library doctor", {"program": "PROGRAM"}, "are read by PROGRAM"),
    "MODEL_THERE": ("library doctor", {}, "the embedding model is ready"),
    "READ_UP_TO": ("library doctor", {"megabytes": 12, "endings": "ENDINGS"}, "up to 12 MB per file: ENDINGS"),
    "SIZE_OF": ("library doctor", {"files": 12, "megabytes": 12}, "12 files, 12.0 MB on disk"),
    "MORE_FILES": (
        "library doctor, with a hundred damaged files",
        {"n": 2, "name": "trip"},
        "and 2 more: research-agent library list --files --library trip",
    ),
    "ALL_READ": ("library doctor", {}, "every file was read"),
    "NOTHING_FOUND": (
        "library search of words that are nowhere",
        {},
        "Nothing was found. See what can be searched: research-agent library list",
    ),
    "SEARCHED_BY_WORDS": (
        "library search, before setup",
        {"reason": "permission denied", "hint": "Save a copy of it."},
        "Searched by words only: permission denied Save a copy of it.",
    ),
    "WHOLE_PASSAGES": (
        "library search, without the reader",
        {"reason": "permission denied", "hint": "Save a copy of it."},
        "Showing whole passages, ranked by words and meaning: permission denied Save a copy of it.",
    ),
    "BY_MEANING_TOO": (
        "Ctrl-C while vectors are made",
        {"embedded": 12, "passages": 12},
        "12 of 12 passages by meaning too",
    ),
    "STOPPED_WORDS": (
        "the same: the line",
        {"some": "SOME", "command": "COMMAND"},
        "Stopped. All words are searchable, SOME; to continue: COMMAND",
    ),
    "FILES_DONE": ("Ctrl-C while files are read", {"done": 12, "total": 12}, "12 of 12 files are done."),
    "STOPPED_FILES": (
        "the same: the line",
        {"done": "DONE", "command": "COMMAND"},
        "Stopped.DONE What was read is kept; to continue: COMMAND",
    ),
    "NOTHING_SEARCHABLE": (
        "library add of a folder of pictures",
        {"command": "COMMAND"},
        "Nothing in it can be searched. See: COMMAND",
    ),
    "READY_BY_WORDS": (
        "library add",
        {"ready": 12, "files": "notes.pdf"},
        "12 of notes.pdf can be searched by words now",
    ),
    "IN_ALL": ("library add", {"counts": "COUNTS", "passages": "PASSAGES"}, "COUNTS; PASSAGES in all."),
    "LOOK_UP": ("library add: what to do", {"command": "COMMAND"}, "Search it: COMMAND"),
    "ASK_IT": ("library add: what to do", {"name": "trip"}, 'Ask: research-agent ask "QUESTION" --library trip'),
    "ALREADY_IN": (
        "library add of a folder in a folder that was added",
        {"path": "/home/ada/notes", "within": "WITHIN"},
        "/home/ada/notes is already in the library, as part of WITHIN.",
    ),
    "NOTHING_TO_SYNC": ("library sync of an empty library", {}, "The library has nothing to sync."),
    "ADD_SOMETHING": ("the same: what to do", {}, "Add something: research-agent library add FOLDER"),
    "NOTHING_TO_WATCH": ("library watch of a library of addresses", {}, "The library has no folder to watch."),
    "ADD_FOLDER": ("the same: what to do", {}, "Add one: research-agent library add FOLDER"),
    "WATCHING": ("library watch", {}, "Watching for changes. Ctrl-C ends it."),
    "UNSEEN": (
        "library sync of a folder that may not be read",
        {"path": "/home/ada/notes", "why": "WHY"},
        "/home/ada/notes: WHY What is known of it is kept.",
    ),
    "MORE_IN_DOCTOR": (
        "library sync with a hundred damaged files",
        {"n": 2, "command": "COMMAND"},
        "and 2 more: COMMAND",
    ),
    "WITHOUT_TEXT": ("library sync: outcomes", {}, "without text"),
    "NOT_READABLE": ("library sync: outcomes", {}, "not readable"),
    "KEPT_AS_WERE": ("library sync: outcomes", {}, "no longer readable, kept as they were"),
    "COPIES": ("library sync: outcomes", {}, "copies of others"),
    "NOTHING_NEW": ("library sync with no change", {}, "Nothing new"),
    "NOTHING_YET": ("library list of an empty library", {}, "nothing to search yet"),
    "ALL_BY_MEANING": ("library list", {"passages": "PASSAGES"}, "PASSAGESall searchable by meaning too"),
    "SOME_BY_MEANING": (
        "library list while vectors are missing",
        {"passages": "PASSAGES", "embedded": 12, "command": "COMMAND"},
        "PASSAGES12 of them searchable by meaning too; to do the rest: COMMAND",
    ),
    "NO_FILES": ("library list of an empty folder", {}, "no files"),
    "NAMES_SEVERAL": (
        "library show a.pdf, of which there are two",
        {"name": "trip", "names": "plans, trips"},
        "'trip' matches more than one: plans, trips.",
    ),
    "MORE_OF_PATH": ("the same: what to do", {}, "Give more of its path."),
    "MORE_SECTIONS": ("library show of a long book", {"n": 2}, "and 2 more sections"),
    "WAITING_FOR_OTHER": ("library sync while another sync runs", {}, "another program is reading files into it"),
    "FOLDER_AWAY": (
        "library sync, with the disk away",
        {"path": "/home/ada/notes", "files": 12, "had": 12, "command": "COMMAND"},
        "/home/ada/notes seems to be away: it lists 12 of its 12 files. They are kept. If they were deleted: COMMAND",
    ),
    "WITHOUT_ENDING": ("library add of a folder with files without an ending", {}, "without ending"),
    "NOT_READ": ("library add of a folder with pictures", {"named": "NAMED", "more": "MORE"}, "; not read: NAMEDMORE"),
    "NOW_BY_MEANING": ("library sync, at its end", {"n": 2}, "2 passages are searchable by meaning too."),
    "ONLY_BY_WORDS": (
        "library sync, before setup",
        {"reason": "permission denied", "hint": "Save a copy of it."},
        "They are searchable by words only: permission denied Save a copy of it.",
    ),
    "ON_ONE_CORE": ("library sync while others use the machine", {}, ", on one core"),
    "PASSAGES_OF": (
        "library sync, while vectors are made",
        {"done": 12, "total": 12, "rate": 12},
        "12 of 12 passages, 12/s",
    ),
    "FILES_READ": ("library sync: outcomes", {}, "read"),
    "FILES_MOVED": ("library sync: outcomes", {}, "moved"),
    "FILES_SAME": ("library sync: outcomes", {}, "unchanged"),
    "FILES_REMOVED": ("library sync: outcomes", {}, "removed"),
    "FILES_ARE": ("library sync", {"outcomes": "OUTCOMES"}, "Files: OUTCOMES"),
    "IS_READ_BY": ("library doctor, with a plug-in", {"program": "PROGRAM"}, "is read by PROGRAM"),
}
