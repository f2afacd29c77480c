"""User-Agent header."""

from __future__ import annotations

from importlib.metadata import version

import aiohttp

from research_agent.errors import SettingsError

__all__ = ["user_agent"]


def user_agent(contact: str) -> str:
    """
    The User-Agent, in the form of Wikimedia's User-Agent policy.

    `contact` is that of the user who runs this copy; without one only the product is named. Raises `SettingsError` for
    one that no header can hold.
    """
    product = f"research-agent/{version('research-agent')}"
    if not contact:
        return product
    if not (contact.isascii() and contact.isprintable()):
        raise SettingsError(f"contact = {contact!r} cannot be used.", hint="It is your mail address or a URL.")
    return f"{product} ({contact}) aiohttp/{aiohttp.__version__}"
