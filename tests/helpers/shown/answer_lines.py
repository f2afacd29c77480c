"""Rows of `messages.answer_lines`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "COMPLETE": ("an answer", {}, "Complete"),
    "STOPPED": ("Ctrl-C", {}, "Stopped"),
    "SEEN_NOT_READ": (
        "pages that could not be read",
        {"n": 3, "hosts": "HOSTS"},
        "Seen, not read: 3 pages, which are no evidence (HOSTS)",
    ),
    "UNSUPPORTED": ("behind a sentence that no source says", {}, "unsupported"),
    "PARTLY": ("behind a sentence that is supported in part", {}, "partly supported"),
    "DISAGREE": ("behind a sentence that another source contradicts", {}, "sources disagree"),
    "ONE_SITE": ("behind a figure of one site", {}, "only one site"),
    "TAKEN_OUT": (
        "--keep-unsupported: behind a sentence",
        {"reason": "permission denied"},
        "taken out: permission denied",
    ),
    "TAKEN_OUT_TEXT": (
        "an export: a sentence that was removed",
        {"reason": "permission denied", "text": "TEXT"},
        "Taken out, permission denied: TEXT",
    ),
    "SAYS_OTHERWISE": ("a sentence that a source contradicts", {}, "a source says otherwise"),
    "NOBODY_SAYS": ("a sentence without support", {}, "no source says it"),
    "ONLY_PART": ("a sentence that is supported in part, with --strict", {}, "the sources say only a part of it"),
    "POINTS_BACK": ("a sentence that points back at one that was removed", {}, "what it refers to is not there"),
    "PARTIAL": ("an answer while a source fails", {}, "Partial: not every source answered"),
    "OFFLINE": ("an answer without network", {}, "Offline: from stored and local texts"),
    "UNANSWERED": ("a question that the sources do not answer", {}, "Not answered: the sources do not say"),
    "NOTHING_FOUND": ("a question with no hit", {}, "Nothing found"),
    "EXTRACTS": ("an answer without a model", {}, "Extracts: no chat model answered"),
    "COPIED": ("an answer with copies", {"n": 2}, "(2 more documents: copied text)"),
    "SENTENCES": ("an answer", {"n": 1}, "1 sentence"),
    "BY_SOURCES": ("an answer", {"n": 3}, "by 3 sources"),
    "ON_SITES": ("an answer", {"n": 2}, "on 2 sites"),
    "SUPPORTED": (
        "an answer",
        {"supported": "SUPPORTED", "sentences": "SENTENCES", "by": "BY", "copies": "COPIES"},
        "SUPPORTED of SENTENCES supportedBYCOPIES",
    ),
    "AND_MORE": ("many pages that were not read", {"n": 2}, "and 2 more"),
    "SEARCHED_BY": ("an answer from the web", {"engines": "ENGINES"}, "Web searched by ENGINES"),
    "WRITTEN_BY": ("an answer of a model", {"model": "llama3.2"}, "written by llama3.2, then checked"),
    "OWN_SENTENCES": ("an answer without a model", {}, "the sources’ own sentences"),
    "STORED_AS": ("below an answer", {"session": "trip", "turn": 3}, "session trip, turn 3"),
    "CONTINUE": (
        "below an answer in the terminal",
        {"where": "WHERE"},
        'WHERE - continue: research-agent ask -c "QUESTION"',
    ),
    "NOT_FOUND_TO_SAY": ("an export: a sentence without support", {}, "No source was found to say"),
    "PART_FOUND": ("an export: a sentence that is supported in part", {}, "Only a part of this was found in a source"),
    "SEEN_PAGE": ("an export: a page that was not read", {"page": 7}, "Seen, not read: 7"),
    "BY_MODEL": ("an export: who wrote it", {"model": "llama3.2"}, "written by llama3.2"),
    "WORDS_OF_SOURCES": ("an export: who wrote it", {}, "words of the sources"),
    "ADVICE": ("a claim about health of one site", {}, ". Look for a second site before you act on it."),
    "NOT_HTTPS": ("a page that came unencrypted", {}, "not https"),
    "ONLY_ONE_SITE": ("a figure of one site", {"site": "SITE", "kind": "KIND"}, "Only one site says this: SITE (KIND)"),
    "OFFICIAL": ("a site of this kind", {}, "official"),
    "PRESS": ("a site of this kind", {}, "press"),
    "REFERENCE": ("a site of this kind", {}, "reference"),
    "RESEARCH": ("a site of this kind", {}, "research"),
    "FORUM": ("a site of this kind", {}, "forum"),
    "SHOP": ("a site of this kind", {}, "shop"),
    "UNKNOWN_KIND": ("a site of this kind", {}, "unknown kind"),
    "NEEDS_EXTRA": (
        "--format pdf without its extra",
        {"title": "Rivers", "name": "trip"},
        "Rivers needs trip, which is not installed.",
    ),
    "SESSION_OF": (
        "an export as Markdown",
        {"session": "trip", "created": "CREATED", "updated": "UPDATED"},
        "Session trip, CREATED to UPDATED.",
    ),
}
