"""Identifiers of papers (DOI, arXiv, PMID, PMCID, OpenAlex, Semantic Scholar), each in one canonical form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from research_agent.text.json_fields import text_of

__all__ = ["ARXIV_DOI", "IDENTIFIERS", "doi_url", "identifiers"]

# What each identifier looks like at the end of the many ways in which it is written: bare, with a prefix, as a URL.
IDENTIFIERS: Mapping[str, re.Pattern[str]] = {
    "doi": re.compile(r"(10\.\d{4,9}/[^\s\"<>]+)$"),
    "arxiv": re.compile(r"(?:^|[/:.])(\d{4}\.\d{4,5}|[a-z][a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?$", re.IGNORECASE),
    "pmid": re.compile(r"(?:^|[/:])([1-9]\d{0,8})/?$"),
    "pmcid": re.compile(r"(?:^|[/:]|PMC)([1-9]\d{0,9})(?:\.\d+)?/?$", re.IGNORECASE),
    "openalex": re.compile(r"(?:^|/)(W\d{1,15})$"),
    "s2": re.compile(r"^([0-9a-f]{40})$"),
}
ARXIV_DOI = "10.48550/arxiv."
LONGEST_IDENTIFIER = 300  # characters


def identifiers(**given: Any) -> dict[str, str]:
    """
    What of the given is an identifier, in one form: "https://doi.org/10.1/X" -> {"doi": "10.1/x"}.

    arXiv's identifiers come without their version; a DOI of arXiv's gives both.
    """
    found = {}
    for name, form in IDENTIFIERS.items():
        value = given.get(name)
        written = str(value) if isinstance(value, int) and not isinstance(value, bool) else text_of(value)
        if len(written) <= LONGEST_IDENTIFIER and (match := form.search(written)):
            found[name] = f"PMC{match[1]}" if name == "pmcid" else match[1]
    if "doi" in found:
        found["doi"] = found["doi"].lower()
        arxiv = IDENTIFIERS["arxiv"].search(found["doi"].removeprefix(ARXIV_DOI))
        if arxiv and found["doi"].startswith(ARXIV_DOI):
            found.setdefault("arxiv", arxiv[1])
    return found


def doi_url(ids: Mapping[str, str]) -> str:
    """Where the DOI leads; "" without one."""
    return f"https://doi.org/{quote(ids['doi'], safe='/:;()._-', errors='replace')}" if "doi" in ids else ""
