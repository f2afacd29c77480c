"""What engines have in common: settings, the address of the service, and what its refusals mean."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Sequence
from typing import Any, ClassVar

from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.http import Client
from research_agent.messages import failures, source_failures
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Hit, SourceSettings, Tools
from research_agent.text.json_fields import Json, objects_of, text_of
from research_agent.text.sanitize import one_line
from research_agent.types import Topic

__all__ = ["NOT_STORED", "UNTIL_CALM", "HttpEngine"]

NOT_STORED = -1.0
"""`fresh` of a policy whose service forbids to store what it answers."""
NO_CREDIT = frozenset({402, 432, 433})  # the last two are Tavily's
UNTIL_FIXED = 600.0  # seconds for which a key that is not accepted is not tried again
UNTIL_REFILLED = 3_600.0
UNTIL_CALM = 60.0
"""Seconds for which it is left alone when it limits requests and names no time."""
LONGEST_REASON = 120  # characters


class HttpEngine(ABC):
    """Base class of the engines that query one HTTP service; `address` is the URL of the public one."""

    name: str
    title: str
    policy = SourcePolicy()
    address: ClassVar[str] = ""
    wrong_key: ClassVar[frozenset[int]] = frozenset({401, 403})
    """Statuses with which it refuses a key."""

    def __init__(self, settings: SourceSettings) -> None:
        self.settings = settings
        self.base = (settings.url or self.address).rstrip("/")

    @property
    def usable(self) -> bool:
        """Whether its address is there, and its key where it needs one."""
        return bool(self.base) and (self.policy.key != "required" or bool(self.settings.key))

    @property
    def suffices(self) -> bool:
        """Whether the user has a key for it: what is paid for is good enough by itself."""
        return bool(self.settings.key)

    @abstractmethod
    async def search(self, topic: Topic, *, tools: Tools) -> Sequence[Hit]:
        """Search the web for a topic; see `WebSearch`."""

    async def answer(self, request: Awaitable[Any], client: Client) -> Json:
        """The JSON object that a request gives. Raises `SourceError`, for a refusal with what it means."""
        try:
            body = await request
        except HttpStatusError as error:
            raise self._refusal(error, client) from error
        if not isinstance(body, dict):
            raise BodyError(source_failures.NO_RESULTS_IN_JSON())
        return body

    def _refusal(self, error: HttpStatusError, client: Client) -> SourceError:
        reason = _reason(error.json())
        if any(part in reason for part in re.split(r"[:,;\s]+", self.settings.key or "") if part):
            reason = ""  # the key, or the half of Google's that is secret
        reason = reason[:LONGEST_REASON]
        said = f": {reason}" if reason else ""
        if self.settings.key and error.status in self.wrong_key:
            client.back_off(UNTIL_FIXED)
            hint = source_failures.CHECK_KEY(name=self.name.upper())
            return HttpStatusError(
                source_failures.WRONG_KEY(status=error.status, said=said), status=error.status, hint=hint
            )
        if error.status in NO_CREDIT:
            client.back_off(UNTIL_REFILLED)
            message = source_failures.NO_CREDIT(status=error.status, said=said)
            return HttpStatusError(message, status=error.status, hint=source_failures.SEE_ACCOUNT())
        if error.status == 429 and not failures.RETRY_IN.is_in(error.message):
            client.back_off(UNTIL_CALM)
        if 400 <= error.status < 500 and error.status != 429 and said:
            return HttpStatusError(source_failures.REFUSED_QUERY(reason=reason), status=error.status, hint=error.hint)
        return error


def _reason(body: Json) -> str:
    """What the body of a refusal says, in one line."""
    error = body.get("error")
    places = [body, error if isinstance(error, dict) else {}, *objects_of(error), *objects_of(body.get("errors"))]
    said = [text_of(error)] + [text_of(place.get(name)) for place in places for name in ("message", "detail", "msg")]
    return one_line(next((text for text in said if text), ""))
