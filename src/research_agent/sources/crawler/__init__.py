"""Crawler: reads a web page by its URL, and, politely (robots.txt, few, within a budget), those behind search hits."""

from __future__ import annotations

from research_agent.sources.crawler.crawled_images import fetch_images
from research_agent.sources.crawler.hits import MOST_REQUESTS, read_hits
from research_agent.sources.crawler.page import as_plain, host_of, read_page
from research_agent.sources.crawler.pages import LIMITS, read_pages

__all__ = ["LIMITS", "MOST_REQUESTS", "as_plain", "fetch_images", "host_of", "read_hits", "read_page", "read_pages"]
