"""Rows of `messages.diagnostics`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "SEARXNG_WITHOUT_JSON": (
        "doctor, with a SearXNG on this machine as it is by default",
        {"url": "https://example.org/", "hint": "Save a copy of it."},
        "A SearXNG is at https://example.org/. Save a copy of it.",
    ),
    "MEASURED_LANGUAGES": ("doctor", {"languages": "ar, en"}, "measured in ar, en"),
    "WEAK_ONES": ("doctor, when a language is weak", {"languages": "ko"}, "weak: ko"),
    "WEAK_LANGUAGE": (
        "doctor, with a weak language set",
        {"lang": "ko", "share": "30%", "english": "85%"},
        "Answers in ko are weak: 30% of questions find the right sentence, 85% in English.",
    ),
    "ASK_IN_ENGLISH": ("likewise", {}, "Ask in English, or use a large chat model."),
    "PART_IS": ("doctor, with a damaged part", {"name": "trip", "state": "STATE"}, "The part trip is STATE."),
    "SETTING_UNKNOWN": (
        "doctor, with a misspelt setting",
        {"name": "trip", "place": "PLACE"},
        "The setting 'trip' in PLACE is unknown.",
    ),
    "CHECK_NETWORK": (
        "doctor without network",
        {},
        "Check the connection and the proxy; local material is used meanwhile.",
    ),
    "WRITE_INSTEAD": (
        "doctor, with a misspelt setting: what to do",
        {"place": "PLACE", "nearest": "NEAREST", "name": "trip"},
        "In PLACE, write NEAREST for trip.",
    ),
    "ASK_NOW": ("doctor, when all is well", {}, 'Ask: research-agent ask "What is photosynthesis?"'),
    "UPGRADE_SQLITE": ("doctor, with an old SQLite: what to do", {}, "Run: pip install -U apsw"),
    "JUDGE_OWN": ('doctor with judge = "own"', {}, 'none: judge = "own"'),
    "JUDGE_NO_MODEL": ("doctor without a chat model", {}, "none: no chat model"),
    "SIZE_UNKNOWN_WHY": ("doctor, with a model of unknown size", {}, "its size is unknown"),
    "SMALLER": ("doctor, with a small model", {"large": 12}, "smaller than 12 B"),
    "EVERY_SENTENCE": ('doctor with judge = "model"', {}, "every sentence that is not verbatim"),
    "UNCERTAIN_SENTENCES": ("doctor with a large model", {}, "uncertain sentences"),
    "SIZE_UNKNOWN": ("doctor with a model of unknown size", {}, "size unknown"),
    "DIMENSIONS": (
        "doctor: the embedding model",
        {"dimensions": "DIMENSIONS", "id": "tides-k3fd"},
        "DIMENSIONS dimensions, model tides-k3fd",
    ),
    "VECTORS_MISSING": ("doctor, with a damaged encyclopedia", {}, "has no vectors, or damaged or outdated ones"),
    "OTHER_VECTORS": ("doctor, with an embedding model of your own", {}, "has vectors of another embedding model"),
    "NOT_BY_MEANING": (
        "doctor: the encyclopedia",
        {"why": "WHY"},
        "The encyclopedia WHY: it is not searched by meaning.",
    ),
    "NO_JUDGE": (
        'doctor with judge_folder = "none"',
        {},
        'none: judge_folder = "none": sentences are checked by rules alone, more strictly',
    ),
    "GOOGLE_KEY": (
        "doctor, with half of Google's key",
        {},
        "Set RESEARCH_AGENT_GOOGLE_KEY to KEY:CX, the API's key and the id of a search engine of yours.",
    ),
    "FOUND_HERE": ("doctor, with a SearXNG on this machine", {}, "found on this machine"),
    "SET_URL": (
        "doctor, with an engine without its address: what to do",
        {"name": "trip", "title": "Rivers"},
        "Set RESEARCH_AGENT_trip_URL to use Rivers.",
    ),
    "PROXY_UNUSABLE": (
        "doctor with a SOCKS proxy",
        {"unusable": "UNUSABLE", "n": 2},
        "UNUSABLE: 2 services cannot be reached.",
    ),
    "BY_PROXY": ("an engine by a proxy", {"proxy": "HTTPS_PROXY = http://p:1"}, "by HTTPS_PROXY = http://p:1"),
    "SET_PROXY": (
        "the same: what to do",
        {"names": "plans, trips"},
        "Set HTTPS_PROXY to http://HOST:PORT, or unset plans, trips.",
    ),
    "NO_PROXY_ODD": (
        "doctor with an odd NO_PROXY",
        {"entry": "ENTRY"},
        "NO_PROXY has 'ENTRY', which names no host, address or network.",
    ),
    "CORRECT_NO_PROXY": (
        "the same: what to do",
        {},
        "Correct NO_PROXY: hosts, addresses and networks such as 10.0.0.0/8, separated by commas.",
    ),
    "NO_PROXIES": ("doctor", {}, "none is set"),
    "COMPUTE_OFF": ('doctor with compute = "off"', {}, 'off: compute = "off": nothing is computed'),
    "NO_PROGRAM": ("doctor without a sandbox", {"text": "TEXT"}, "No program can be run: TEXT. Nothing is computed."),
    "RESTING": ("sources, with one that wants a pause", {"duration": "DURATION"}, "resting for DURATION"),
    "FAILED_RESTING": (
        "sources, with one that keeps failing",
        {"duration": "DURATION"},
        "failed; resting for DURATION",
    ),
    "LEFT_TODAY": ("sources, with a limit of a day", {"left": 12, "most": 12}, "12 of 12 left today"),
    "LEFT_THIS_MINUTE": ("sources, with a limit of a minute", {"left": 12, "most": 12}, "12 of 12 left this minute"),
    "AT_ONCE": ("sources --full", {"n": 2}, "2 at once"),
    "SHARED": ("sources --full", {"pool": "POOL"}, "(with all of POOL)"),
    "SET_KEY": (
        "sources, with one without its key: what to do",
        {"name": "trip", "title": "Rivers"},
        "Set RESEARCH_AGENT_trip_KEY to your key for Rivers.",
    ),
    "ADD_DOCUMENTS": (
        "sources, without a library: what to do",
        {},
        "Add your own documents: research-agent library add FOLDER",
    ),
    "OFFLINE": ("doctor --offline", {}, "not asked: offline"),
    "WEB_OFF": ('doctor with web_search = "off"', {}, "off: only pages whose address is in the question are read"),
    "SET_ITS_KEY": (
        "doctor, with an engine without its key: what to do",
        {},
        "Set its key: research-agent docs web-search",
    ),
    "NO_ENGINE": (
        "doctor, with no usable engine",
        {"missing": "MISSING"},
        "No search engine in web_search can be used: MISSING.",
    ),
    "FOUND_AT": (
        "doctor, with a SearXNG on this machine",
        {"url": "https://example.org/"},
        "found at https://example.org/",
    ),
    "JUDGE_IS": ("doctor: the judge", {"sum": "SUM", "folder": "/home/ada/papers"}, "model SUM, from /home/ada/papers"),
}
