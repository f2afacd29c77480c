"""Query of a web search: the topic's words with operators for sites; and which hits are within what was asked for."""

from __future__ import annotations

from research_agent.sources.protocol import Hit
from research_agent.text.restriction import is_of_site
from research_agent.text.timestamps import iso_now
from research_agent.types import Topic

__all__ = ["first_day", "is_within", "language_of", "last_day", "query_of", "words_of"]

MOST_SITES = 6
"""Sites named in a query; `is_within` holds to all of them."""


def words_of(topic: Topic, *, most: int) -> str:
    """The topic's words in one line of at most `most` characters."""
    return " ".join(topic.text.split())[:most].strip()


def query_of(topic: Topic, *, most: int) -> str:
    """The topic's words and operators for its sites, as most engines know them; "" without a word."""
    added = ""
    for site in topic.sites[:MOST_SITES]:
        if len(added) + len(site) + len(" OR site:") <= most // 2:
            added = f"{added} OR site:{site}" if added else f"site:{site}"
    for site in topic.excluded:
        if len(added) + len(site) + len(" -site:") <= most // 2:
            added = f"{added} -site:{site}".strip()
    words = words_of(topic, most=most - len(added) - 1)
    return f"{words} {added}".strip() if words else ""


def language_of(topic: Topic, lang: str) -> str:
    """Code of the language to search in, without its region: the user's `lang`, else the topic's; "" for English."""
    code = (lang or topic.lang).partition("-")[0]
    return "" if code == "en" and not lang else code


def first_day(topic: Topic) -> str:
    """The topic's first day, one before the web was there when it has none."""
    return topic.since[:10] or "1990-01-01"


def last_day(topic: Topic) -> str:
    """The topic's last day, today when it has none."""
    return topic.until[:10] or iso_now()[:10]


def is_within(hit: Hit, topic: Topic) -> bool:
    """Whether a hit is of the topic's sites and days; a hit whose day is not known is."""
    if topic.sites and not any(is_of_site(hit.url, site) for site in topic.sites):
        return False
    if any(is_of_site(hit.url, site) for site in topic.unwanted):
        return False
    day = hit.published[:10]
    return not day or (topic.since <= day and (not topic.until or day <= topic.until))
