"""Lines about settings: what is wrong with one, and what to write instead."""

from __future__ import annotations

from research_agent.messages import Message

NOT_A_LANGUAGE = Message("lang = {lang!r} is not a language code.")
LANGUAGE_LIKE = Message("Use one such as en, de or pt-br.")
BAD_CONTACT = Message("contact = {contact!r} cannot be used.")
CONTACT_IS = Message("Use your email address or a URL, in plain letters.")
MAKE_PRIVATE = Message("Run: chmod 600 {file}")
