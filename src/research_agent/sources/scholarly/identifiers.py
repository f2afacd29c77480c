"""Identifiers of papers (DOI, arXiv, PMID, PMCID, OpenAlex, Semantic Scholar) in canonical form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from research_agent.text.json_fields import text_of

__all__ = ["ARXIV_DOI", "IDENTIFIERS", "doi_url", "identifiers"]

# Each matches the identifier at the end of its many spellings: bare, with a prefix, as a URL.
IDENTIFIERS: Mapping[str, re.Pattern[str]] = {
    "doi": re.compile(r"(10\.\d{4,9}/[^\s\"<>]+)$"),
    "arxiv": re.compile(r"(?:^|[/:.])(\d{4}\.\d{4,5}|[a-z][a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?$", re.IGNORECASE),
    "pmid": re.compile(r"(?:^|[/:])([1-9]\d{0,8})/?$"),
    "pmcid": re.compile(r"(?:^|[/:]|PMC)([1-9]\d{0,9})(?:\.\d+)?/?$", re.IGNORECASE),
    "openalex": re.compile(r"(?:^|/)(W\d{1,15})$"),
    "s2": re.compile(r"^([0-9a-f]{40})$"),
}
ARXIV_DOI = "10.48550/arxiv."
MAX_LENGTH = 300  # characters


def identifiers(**fields: Any) -> dict[str, str]:
    """
    Identifiers among the fields of a record, in canonical form: doi="https://doi.org/10.1/X" -> {"doi": "10.1/x"}.

    arXiv identifiers lose their version; a DOI of arXiv's gives both kinds.
    """
    ids = {}
    for name, form in IDENTIFIERS.items():
        value = fields.get(name)
        written = str(value) if isinstance(value, int) and not isinstance(value, bool) else text_of(value)
        if len(written) <= MAX_LENGTH and (match := form.search(written)):
            ids[name] = f"PMC{match[1]}" if name == "pmcid" else match[1]
    if "doi" in ids:
        ids["doi"] = ids["doi"].lower()
        arxiv = IDENTIFIERS["arxiv"].search(ids["doi"].removeprefix(ARXIV_DOI))
        if arxiv and ids["doi"].startswith(ARXIV_DOI):
            ids.setdefault("arxiv", arxiv[1])
    return ids


def doi_url(ids: Mapping[str, str]) -> str:
    """URL of the DOI among `ids`; "" without one."""
    return f"https://doi.org/{quote(ids['doi'], safe='/:;()._-', errors='replace')}" if "doi" in ids else ""
