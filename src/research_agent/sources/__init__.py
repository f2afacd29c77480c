"""Sources: places to search. Everything that a source of your own needs is exported here."""

from research_agent.documents.reader import Node, Page, Reader
from research_agent.http.rate_limits import Limits
from research_agent.sources.policy import (
    KINDS,
    WIKIMEDIA,
    Manners,
    SourcePolicy,
    lacks,
    limits_of,
    manners_of,
    policy_of,
    wikimedia,
)
from research_agent.sources.protocol import ENTRY_POINTS, Found, Source, SourceSettings, Tools
from research_agent.sources.registry import installed_sources, load_sources

__all__ = [
    "ENTRY_POINTS",
    "KINDS",
    "WIKIMEDIA",
    "Found",
    "Limits",
    "Manners",
    "Node",
    "Page",
    "Reader",
    "Source",
    "SourcePolicy",
    "SourceSettings",
    "Tools",
    "installed_sources",
    "lacks",
    "limits_of",
    "load_sources",
    "manners_of",
    "policy_of",
    "wikimedia",
]
