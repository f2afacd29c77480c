"""Lines about the user's own documents: what is asked for and is not there."""

from __future__ import annotations

from research_agent.messages import Message

__all__ = [
    "FROM_A_FOLDER",
    "LIST_FILES",
    "MAKE_LIBRARY",
    "NEAR_FILES",
    "NO_FILE",
    "NO_FILES_YET",
    "NO_LIBRARY",
    "STILL_READ",
    "STILL_READING",
    "WHOLE_PATH",
]

NO_LIBRARY = Message("There is no library yet.")
MAKE_LIBRARY = Message("Make one: research-agent library add FOLDER")
STILL_READ = Message("is still being read: {done:,} of {total:,} files so far")
STILL_READING = Message("The library {library} is still being read: {done:,} of {total:,} files so far.")
NO_FILE = Message("No library has a file {file!r}.")
NEAR_FILES = Message("Near to it: {names}.")
LIST_FILES = Message("See: research-agent library list --files")
NO_FILES_YET = Message("Nothing was read into them yet. See: research-agent library list")
FROM_A_FOLDER = Message("{file!r} is named from a folder, and here nobody is in one.")
WHOLE_PATH = Message("Give its whole path, or the end of it (report.pdf, minutes/May.txt), which any file may have.")
