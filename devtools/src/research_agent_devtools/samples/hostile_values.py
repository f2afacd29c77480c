"""Texts, names and objects that have broken stores, made from a seed."""

from __future__ import annotations

import random
import re
from typing import Any

JOINED = re.compile("[\ud800-\udbff][\udc00-\udfff]")  # no JSON text can hold these two as two
CANARY = "FAULTS_CANARY"  # an environment variable, to be put there by who reads such objects
PIECES = (
    "\0", "\ud83d", "\ude00", "\ud83d\ude00", "\udfff\ud800", "\udcff", "\u202e", "\u2066", "\u2069", "\u200f",
    "\u200d", "\ufeff", "\ufffe", "\uffff", "\U0010ffff", "\x85", "\u2028", "\u2029", "\r\n", "\r", "\n", "\t",
    "\x1b[31m",
    "\x7f", "\x80", "\xa0", "a\u0301", "\u00e1", "\ufb01", "\U0001d518", "\U0001f600", "'", '"', "`", "\\", "\\ud800",
    "\\u0000", "\\N{DIGIT ONE}", "{", "}", "%s", "{0}", "$HOME", "</script>", "' OR 1=1 --", "x'00'", "NULL", "null",
    "NaN", " ", "", "word", '{"lc": 1, "type": "secret", "id": ["FAULTS_CANARY"]}', "[1]", "e" * 300,
)  # fmt: skip
NAMES = (
    "x'); DROP TABLE sessions; --", "' OR '1'='1", '" OR ""="', "'; DELETE FROM messages; --", "' UNION SELECT 1 --",
    "''",
    "'", '"', "`", "[x]", "%", "_", "*", "a%", "?", "?1", ":id", "@id", "$id", "/* x", "-- x", ";", "\\", "\\'", "NULL",
    "1", "1.0", "0x1", "1e0", "true", "x'61'", "A", "a", "é", "e\u0301", "\u202eabc", "a\u200d", "\uffff", "\U0001f600",
    "a ", " a", "a; b", "sessions", "rowid", "main.sessions", "char(97)", "GLOB", "a*",
)  # fmt: skip
"""Can be names of sessions."""
UNFIT = ("", " ", "\0", "a\0", "a\0' OR 1=1 --", "a\nb", "\ud800", "\udcff' --", "a\x7f", "\u2028", "n" * 201)
"""Cannot be."""


def text(rng: random.Random, longest: int = 12) -> str:
    """Some of the pieces, or characters of any kind; seldom with two surrogates in a row that JSON would join."""
    if rng.random() < 0.2:
        made = "".join(chr(rng.randrange(0x110000)) for _ in range(rng.randrange(longest)))
    else:
        made = "".join(rng.choices(PIECES, k=rng.randrange(longest)))
    return made if rng.random() < 0.02 else apart(made)


def apart(text: str) -> str:
    """With every two such surrogates the other way round."""
    while JOINED.search(text):
        text = JOINED.sub(lambda found: found[0][::-1], text)
    return text


def value(rng: random.Random, depth: int = 3) -> Any:
    """Anything that JSON can hold, and often what it means to LangChain or to another loader."""
    kind = rng.randrange(10 if depth else 6)
    if kind < 6:
        plain = (None, rng.random() < 0.5, rng.randrange(-(2**70), 2**70), rng.gauss(0, 1e9), 0.0, -0.0, text(rng))
        return rng.choice(plain)
    if kind == 6:
        return [value(rng, depth - 1) for _ in range(rng.randrange(4))]
    if kind == 7:
        return {text(rng, 4): value(rng, depth - 1) for _ in range(rng.randrange(4))}
    return loadable(rng, depth - 1)


def loadable(rng: random.Random, depth: int = 2) -> dict[str, Any]:
    """A dict that some loader would make something of: run code, read the environment, build an object."""
    kwargs = {"content": value(rng, depth), "additional_kwargs": {}, "type": "ai"}
    return rng.choice(
        (
            {"lc": 1, "type": "secret", "id": [CANARY]},
            {"lc": 1, "type": "constructor", "id": ["langchain_core", "messages", "AIMessage"], "kwargs": kwargs},
            {"lc": 1, "type": "constructor", "id": ["langchain", "schema", "messages", "AIMessage"], "kwargs": kwargs},
            {
                "lc": 1,
                "type": "constructor",
                "id": [*"research_agent_devtools.faults.children.canary".split("."), "Canary"],
                "kwargs": {},
            },
            {"lc": 1, "type": "constructor", "id": ["os", "system"], "kwargs": {"command": "false"}},
            {"lc": 1, "type": "not_implemented", "id": ["x"], "repr": text(rng)},
            {"lc": 2, "type": "constructor", "id": [], "kwargs": None},
            {"__lc_escaped__": {"lc": 1, "type": "secret", "id": [CANARY]}},
            {
                "py/object": "research_agent_devtools.faults.children.canary.Canary",
                "py/reduce": [{"py/type": "os.system"}, {"py/tuple": ["false"]}],
            },
            {
                "__class__": "Canary",
                "__module__": "research_agent_devtools.faults.children.canary",
                "__reduce__": ["os.system", "false"],
            },
            {"!!python/object/apply:os.system": ["false"]},
        )
    )
