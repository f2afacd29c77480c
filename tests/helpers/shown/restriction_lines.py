"""Rows of `messages.restriction_lines`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "NOT_A_MODEL": ("/api/ask with a model of spaces", {"model": "llama3.2"}, "'llama3.2' is not the name of a model."),
    "MODEL_LIKE": ("the same: what to do", {}, "It looks like ollama:llama3.2."),
    "NOT_A_LANGUAGE": ('/api/ask with lang "english"', {"lang": "xx"}, "'xx' is not a language code."),
    "TOO_MANY_SOURCES": ("/api/ask with a hundred sources", {"n": 2}, "2 sources are too many."),
    "NAME_AT_MOST": ("the same: what to do", {"n": 2}, "Name at most 2."),
    "NOTHING_TO_REPLACE": ("/api/ask with replaces 0", {"number": "NUMBER"}, "There is no question NUMBER to replace."),
    "COUNT_FROM_ONE": ("the same: what to do", {}, "Questions count from 1."),
    "IN_FUTURE": ("--since of tomorrow", {"day": "DAY"}, "since is DAY, which is in the future."),
    "NAME_PAST_DAY": ("the same: what to do", {}, "Name a day in the past."),
    "SINCE_AFTER_UNTIL": (
        "--since after --until",
        {"first": "FIRST", "last": "LAST"},
        "since (FIRST) is later than until (LAST).",
    ),
    "EXCHANGE": ("the same: what to do", {}, "Swap them."),
    "WANTED_AND_EXCLUDED": (
        "--site and --exclude-site of one host",
        {"host": "example.org"},
        "'example.org' is both wanted and excluded.",
    ),
    "LEAVE_OUT_ONE": ("the same: what to do", {}, "Leave out one of the two."),
    "BLOCKED": (
        "--site of a site in block_sites",
        {"host": "example.org"},
        "'example.org' is blocked by your settings.",
    ),
    "TAKE_OFF": ("the same: what to do", {}, "Remove it from block_sites, or leave it out."),
    "OF_LIBRARIES": ("--library books", {"names": "plans, trips"}, "of your library plans, trips"),
    "NOT_OF": ("--exclude-site", {"names": "plans, trips"}, "not of plans, trips"),
    "ONLY": ("--site nasa.gov: the line", {"parts": "PARTS"}, "Only texts PARTS were used, as you asked."),
    "TOO_MANY_SITES": ("--site a hundred times", {"n": 2}, "There are 2 sites."),
    "NOT_A_SITE": ('--site "two words"', {"name": "trip"}, "'trip' is not a site."),
    "HOST_LIKE": ("the same: what to do", {}, "Name a host, such as nasa.gov, or .gov for everything below it."),
    "IS_A_PAGE": ("--site with the address of a page", {"written": "WRITTEN"}, "'WRITTEN' is a page, not a site."),
    "ITS_HOST": ("the same: what to do", {"host": "example.org"}, "Name its host: example.org"),
    "NOT_A_DAY": ("--since soon", {"name": "trip", "day": "DAY"}, "trip 'DAY' is not a date."),
    "DAY_LIKE": (
        "the same: what to do",
        {},
        "Write it as 2026-11-22, 2026-11 or 2026, or as how long ago: 7d, 2w, 3m, 1y.",
    ),
    "ASKED_FOR_OWN": ("--library: why the library is searched", {}, "you asked for your own documents"),
    "BY_LISTS": (
        "allow_sites, and nothing was found",
        {},
        "Nothing from sites that your settings block, or do not allow, was used (block_sites, allow_sites).",
    ),
    "SEARCHES_SITES": (
        "--site: why the web is searched",
        {"sites": "SITES"},
        "you asked for SITES, and it searches sites",
    ),
    "TEXTS_OF": ("--site: why a source is searched", {"site": "SITE"}, "its texts are of SITE, which you asked for"),
}
