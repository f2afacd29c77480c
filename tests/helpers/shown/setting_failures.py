"""Rows of `messages.setting_failures`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "NOT_A_LANGUAGE": ("--lang english", {"lang": "xx"}, "lang = 'xx' is not a language code."),
    "LANGUAGE_LIKE": ("the same: what to do", {}, "Use one such as en, de or pt-br."),
    "BAD_CONTACT": ('contact = "Jörg"', {"contact": "CONTACT"}, "contact = 'CONTACT' cannot be used."),
    "CONTACT_IS": ("the same: what to do", {}, "Use your email address or a URL, in plain letters."),
    "MAKE_PRIVATE": (
        "a secret in a file that others may read: what to do",
        {"file": "notes.pdf"},
        "Run: chmod 600 notes.pdf",
    ),
    "TABLE_OF_TEXTS": (
        "config.toml with keys = 3",
        {"name": "trip", "path": "/home/ada/notes"},
        "trip in /home/ada/notes cannot be used: it must be a table of quoted texts.",
    ),
    "SUCH_AS": (
        "the same: what to do",
        {"name": "trip", "example": "EXAMPLE"},
        "For example: [trip], and below it: EXAMPLE",
    ),
    "NOT_PRIVATE": (
        "config.toml with a key, that others may read",
        {"secret": "SECRET", "path": "/home/ada/notes"},
        "SECRET in /home/ada/notes is not used: other users may read that file.",
    ),
    "SAVE_AS_UTF": ("a config.toml in Latin-1: what to do", {}, "Save it as UTF-8."),
    "NOT_TOML": (
        "a config.toml with an error",
        {"path": "/home/ada/notes", "error": "not a database"},
        "/home/ada/notes is not valid TOML: not a database",
    ),
    "CORRECT_FILE": ("the same: what to do", {}, "Correct or remove the file."),
    "CHECK_PERMISSIONS": ("a config.toml that may not be read: what to do", {}, "Check its permissions."),
    "FILE_OF_YOURS": ("a config.toml that is a folder: what to do", {}, "It must be a regular file that you own."),
    "CONFIG_UNREADABLE": (
        "the same",
        {"path": "/home/ada/notes", "reason": "permission denied"},
        "/home/ada/notes cannot be read: permission denied",
    ),
    "SITES_ARE": (
        'block_sites = "not a site"',
        {"fault": "FAULT"},
        "must be sites separated by commas, such as example.org, .gov; FAULT",
    ),
    "BOTH_LISTS": (
        "a site in allow_sites and in block_sites",
        {"site": "SITE"},
        "allow_sites has 'SITE', which block_sites blocks.",
    ),
    "TAKE_OFF_ONE": ("the same: what to do", {}, "Remove it from one of them."),
    "KIND_OF_NO_SITE": (
        "[site_kinds] of what is no site",
        {"path": "/home/ada/notes", "name": "trip"},
        "site_kinds in /home/ada/notes cannot be used: 'trip' is not a site.",
    ),
    "NAME_HOST": ("the same: what to do", {}, "Use a host: example.org"),
    "NO_SUCH_KIND": (
        "[site_kinds] with an unknown kind",
        {"path": "/home/ada/notes", "name": "trip", "kind": "KIND"},
        "site_kinds in /home/ada/notes cannot be used: the kind of trip is 'KIND'.",
    ),
    "KINDS_ARE": ("the same: what to do", {"kinds": "KINDS"}, "Use one of KINDS."),
    "URL_WITHOUT_SCHEME": (
        "RESEARCH_AGENT_WIKIPEDIA_URL=wiki.lan",
        {"name": "trip", "url": "https://example.org/"},
        "The URL of trip, 'https://example.org/', does not start with http:// or https://.",
    ),
    "BAD_KEY": (
        "a key with a space in it",
        {"name": "trip", "place": "PLACE"},
        "The key of trip in PLACE cannot be used: it is not a single word in plain letters.",
    ),
    "COPY_AGAIN": ("the same: what to do", {}, "Copy it again from the service's page."),
    "ENGINES_ARE": ('web_search = ""', {}, "must be auto, off, or a list of engines"),
    "PASSWORD_LENGTH": ('serve_password = "x"', {"n": 2}, "must be at least 2 characters long"),
    "ONE_OF": ('judge = "me"', {"words": "WORDS"}, "must be one of WORDS"),
    "LANGUAGE_CODE": ('lang = "english"', {}, "must be a language code, such as en, de or pt-br"),
    "MUST_BE": ('cluster = "x"', {"meaning": "MEANING"}, "must be MEANING"),
    "BETWEEN": ("deadline = 0", {"low": 12, "high": 12}, "must be between 12 and 12"),
    "NOT_A_NUMBER": ('deadline = "soon"', {}, "is not a number"),
    "CANNOT_BE_USED": (
        "any of these: the sentence",
        {"name": "trip", "value": "VALUE", "place": "PLACE", "reason": "permission denied"},
        "trip = VALUE in PLACE cannot be used: permission denied.",
    ),
    "MEANS": ("the same: what it is for", {"meaning": "MEANING"}, "It means: MEANING."),
}
