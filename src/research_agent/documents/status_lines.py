"""
Status lines: a title or a line of a page that is nothing but a status of HTTP, as servers write them.

"404 Not Found", "HTTP Status 503 - Service Unavailable", "522: Connection timed out", "Unavailable For Legal Reasons".
"""

from __future__ import annotations

import re
from http import HTTPStatus

__all__ = ["status_in"]

# What servers and networks say instead of the standard's own phrases.
OTHERS = {
    "backend fetch failed": 503,
    "first byte timeout": 503,
    "service temporarily unavailable": 503,
    "server error": 500,
    "web server is down": 521,
    "connection timed out": 522,
    "origin is unreachable": 523,
    "a timeout occurred": 524,
    "request-uri too large": 414,
    "access denied": 403,
    "moved": 301,
    "object moved": 302,
    "site not found": 404,
    "file or directory not found": 404,
}
PHRASES = {
    **{status.phrase.lower(): status.value for status in HTTPStatus if status.value >= 300 and " " in status.phrase},
    **OTHERS,
}
CODE = re.compile(
    r"\W*(?P<named>(?:http(?:/[\d.]+)?\b\W*)?(?:(?:error|status|code|fehler|erreur|erro|errore|fout|b\u0142\u0105d|hata"
    r"|\u043e\u0448\u0438\u0431\u043a\u0430)\b\W*)*)(?P<code>[345]\d\d)\b\W*(?P<phrase>.{0,80}?)\W*",
    re.IGNORECASE,
)


def status_in(line: str) -> int:
    """The status that a line is; 0 for a line that is something else."""
    line = line.strip()[:160]
    said = line.strip(" .!-").lower()
    if said in PHRASES:
        return PHRASES[said]
    if said.endswith(("(500)", "(503)")) and (phrase := said[:-5].strip()) in PHRASES:
        return PHRASES[phrase]
    match = CODE.fullmatch(line)
    if match is None:
        return 0
    phrase = match["phrase"].lower()
    is_known = phrase in PHRASES or (not phrase and match["named"])
    is_named = match["named"] and len(phrase.split()) <= 5
    return int(match["code"]) if is_known or is_named else 0
