"""Rows of `messages.page_lines`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "BAD_ADDRESS": ("an address that was typed wrong", {}, "This address is not part of this site."),
    "FOLLOW_LINK": ("the same: what to do", {}, "Follow a link instead."),
    "SEND_AGAIN": ("a form that is broken: what to do", {}, "Send it again from the page."),
    "LANG_OF_QUESTION": ("the list of languages", {}, "Same as the question"),
    "TOO_LARGE_HERE": ("a model of 40 GB in the list", {}, "too large for this machine"),
    "NO_FILES_CHOSEN": ("Upload without a file", {}, "No file was chosen."),
    "CHOOSE_FILES": ("the same: what to do", {}, "Choose one or more files."),
    "OWNERS_DOCUMENTS": ("Library, signed in as another user", {}, "The documents on this server belong to its owner."),
    "ASK_OWNER": ("the same: what to do", {}, "Ask the owner."),
    "NO_LIBRARY": ("a link into a library that was deleted", {}, "There is no such library."),
    "ADD_DOCUMENT": ("the same: what to do", {}, "Add a document first."),
    "CHANGED_OR_GONE": (
        "the picture of a page whose file was changed",
        {},
        "has changed since it was read, or is gone",
    ),
    "SYNC_LIBRARY": ("the same: what to do", {}, "Sync the library."),
    "NO_QUESTION": ("a link to a question that was deleted", {"n": 2}, "The session has no question 2."),
    "PAGE_FAILED": (
        "images of a page that cannot be read",
        {"reason": "was not read: its robots.txt forbids it"},
        "The page was not read: its robots.txt forbids it.",
    ),
    "NO_IMAGES": (
        "images of a page that has none of a size and kind that is shown",
        {},
        "No image of the page can be shown: none is there, or of a size and kind that is shown.",
    ),
    "NO_IMAGE": ("the address of an image that is not stored", {}, "There is no such image."),
    "IMAGES_AGAIN": ("likewise", {}, "Ask for the images of the page again."),
    "NO_QUOTE": ("a link to a source that the answer does not quote", {}, "The answer does not quote that text."),
    "NO_SUCH_RUN": ("a link to a question that is answered", {}, "That question is no longer being answered."),
    "IN_SESSIONS": ("the same: where it is", {}, "Its answer is among the sessions."),
    "FORMATS_ARE": ("?format=docx: what there is", {"formats": "FORMATS"}, "Available: FORMATS."),
    "ASK_WITHOUT": ("below a source", {"site": "SITE"}, "Ask again without SITE"),
    "ANOTHER_SAYS": ("a conflict with one text", {}, "Another text says"),
    "OTHERS_SAY": ("a conflict with several texts", {"n": 2}, "2 other texts say"),
    "OTHERS_SAY_COPIES": (
        "a conflict with several texts, some of them copies",
        {"n": 2, "independent": "INDEPENDENT"},
        "2 other texts (INDEPENDENT, counting copies once) say",
    ),
    "NOT_ASKED": ("a source that was skipped", {}, "not asked"),
    "WHAT_IS_NEW": ("the feed of all watched questions", {}, "What is new"),
}
