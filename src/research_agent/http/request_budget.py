"""Request budget: how many requests one question may still send, whichever searches send them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from research_agent.errors import HttpLimitError
from research_agent.messages import failures

__all__ = ["RequestBudget"]


class RequestBudget:
    """
    Budget of requests; `left` are those that nobody has reserved or sent.

    `searches` are those that are still to reserve their part: each gets its share of what is left. `reserve` gives the
    budget of one search, which takes from its parent's when its own is spent.
    """

    def __init__(self, most: int, *, searches: int = 1, parent: RequestBudget | None = None) -> None:
        self.left = most
        self.searches = searches
        self._parent = parent

    @property
    def share(self) -> int:
        """Requests that one more search may reserve."""
        return -(-self.left // max(self.searches, 1))

    def set_apart(self, count: int, *, least: int) -> None:
        """Leave `count` requests to others, who send them without asking, but keep `least` of what there is."""
        self.left = max(self.left - count, min(self.left, least))

    def spend(self) -> None:
        """Count a request that is about to be sent. Raises `HttpLimitError` when none is left."""
        if self.left > 0:
            self.left -= 1
        elif self._parent is not None:
            self._parent.spend()
        else:
            raise HttpLimitError(failures.BUDGET_SPENT(), seconds=0.0)

    @contextmanager
    def reserve(self, count: int) -> Iterator[RequestBudget]:
        """Set `count` requests apart for one search, at most those that are left; what it does not send comes back."""
        count = max(0, min(count, self.left))
        self.left -= count
        self.searches = max(0, self.searches - 1)
        part = RequestBudget(count, parent=self)
        try:
            yield part
        finally:
            self.left += part.left
            part.left = 0
