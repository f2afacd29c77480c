"""Queries to scholarly APIs: plain search words, the contact they want, the explanation in the body of an error."""

from __future__ import annotations

from research_agent.errors import HttpStatusError
from research_agent.sources.scholarly.markup import single_spaced
from research_agent.text.json_fields import Json, object_of, text_of
from research_agent.text.sanitize import printable
from research_agent.text.tokens import words
from research_agent.types import Topic

__all__ = ["explained", "is_email", "plain_query"]

MAX_WORDS = 32  # of a topic
MAX_EXPLANATION = 200  # characters


def plain_query(topic: Topic) -> str:
    """Words of the topic, without anything that a search engine could take for its syntax; "" when there are none."""
    return " ".join(words(topic.text)[:MAX_WORDS]).replace("'", " ")


def is_email(contact: str) -> bool:
    """Whether the user's contact is an email address, which some services demand, rather than a URL."""
    return "@" in contact and "://" not in contact


def explained(error: HttpStatusError) -> HttpStatusError:
    """The same error, with the explanation that its JSON body holds, if any, in its message."""
    explanation = single_spaced(printable(_explanation(error.json())))[:MAX_EXPLANATION]
    message = f"{error.message}: {explanation}" if explanation else error.message
    return HttpStatusError(message, status=error.status, hint=error.hint, body=error.body)


def _explanation(body: Json) -> str:
    """Explanation in {"error": ...}, {"message": ...} or {"message": [{"message": ...}]}, as these services send it."""
    for name in ("message", "error", "errMsg", "detail"):
        value = body.get(name)
        value = value[0] if isinstance(value, list) and value else value
        if text := text_of(value) or text_of(object_of(value).get("message")):
            return text
    return ""
