"""
Who may come in: a token of this start, tokens of named users, a password where the server is reached from outside.

A token is 256 random bits. It is kept as its sha256 alone: there is nothing to guess that a slow hash would have to
slow down. A browser gets a session value in place of the token, in a cookie that scripts cannot read.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from research_agent.errors import StoreError, UsageError
from research_agent.text.timestamps import iso_now

__all__ = ["MAIN", "Authenticator", "Caller", "TokenInfo", "TokenStore"]

MAIN = "main"
"""The user whose sessions are those of the command line."""

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
FILE = "tokens.json"
TICKET_SECONDS = 60.0
SESSION_SECONDS = 30 * 24 * 3600.0
MAX_SESSIONS = 256


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the name of the user, and what it was told by."""

    user: str
    by: Literal["token", "cookie"]


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """A named token as it is listed: it cannot be shown again. `created` is ISO 8601, UTC."""

    name: str
    created: str


@dataclass(slots=True)
class Session:
    """A browser that came in: for whom, by which token's digest ("" for a password), until when."""

    user: str
    digest: str
    until: float


class TokenStore:
    """The tokens of named users, as hashes in `HOME/tokens.json`, which nobody else may read."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE
        self._read_at: tuple[int, int] | None = None
        self._digests: dict[str, str] = {}

    def add(self, name: str) -> str:
        """Make a token for `name` and return it, for the first and last time. Raises `UsageError`."""
        if not NAME.fullmatch(name):
            raise UsageError(
                f"{name!r} is no name of a user.", hint="Use up to 32 of a-z, 0-9, - and _, a letter or digit first."
            )
        stored = self._load()
        if name in stored:
            raise UsageError(f"{name!r} has a token.", hint=f"Take it back first: --remove-token {name}")
        token = secrets.token_urlsafe(32)
        made = iso_now()
        self._store({**stored, name: {"sha256": digest_of(token), "created": made}})
        return token

    def remove(self, name: str) -> None:
        """Take the token of `name` back, at once; the sessions stay. Raises `UsageError` when there is none."""
        stored = self._load()
        if name not in stored:
            raise UsageError(f"{name!r} has no token.", hint="List them: research-agent serve --list-tokens")
        self._store({key: value for key, value in stored.items() if key != name})

    def entries(self) -> tuple[TokenInfo, ...]:
        """Every named token."""
        return tuple(TokenInfo(name, entry["created"]) for name, entry in sorted(self._load().items()))

    def digests(self) -> dict[str, str]:
        """Digest -> user, as the file is now: a token that is taken back opens nothing from then on."""
        try:
            about = self.path.stat()
        except FileNotFoundError:
            self._read_at, self._digests = None, {}
            return {}
        if (seen := (about.st_mtime_ns, about.st_ino)) != self._read_at:
            self._digests = {entry["sha256"]: name for name, entry in self._load().items()}
            self._read_at = seen
        return self._digests

    def _load(self) -> dict[str, dict[str, str]]:
        try:
            stored = json.loads(self.path.read_text("utf-8"))
            return {
                str(name): {key: str(entry[key]) for key in ("sha256", "created")} for name, entry in stored.items()
            }
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise StoreError(f"{self.path} cannot be read.", hint="Remove it; then make the tokens anew.") from error

    def _store(self, stored: dict[str, dict[str, str]]) -> None:
        """Write the file anew beside the old one and put it in its place: a crash leaves one of the two."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=FILE)  # 0600, whatever the umask
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(stored, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        except OSError as error:
            raise StoreError(f"{self.path} cannot be written: {error.strerror}.", hint="Look at the folder.") from error


@dataclass(kw_only=True)
class Authenticator:
    """
    Who may come in to one running server. `token` is the one of this start, for the main user.

    `password` lets a browser in as the main user; empty, there is no such door.
    """

    tokens: TokenStore
    password: str = field(default="", repr=False)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    clock: Callable[[], float] = time.monotonic
    _sessions: dict[str, Session] = field(default_factory=dict, repr=False)
    _tickets: dict[str, float] = field(default_factory=dict, repr=False)

    def authenticate_token(self, token: str) -> Caller | None:
        """Who holds this token; None when nobody does."""
        user = self._user_of(digest_of(token))
        return Caller(user, "token") if user is not None else None

    def authenticate_cookie(self, value: str) -> Caller | None:
        """Whose browser this is; None when it is nobody's, or the token it came in by was taken back."""
        # The key is a digest: how long the search takes says nothing about the value.
        session = self._sessions.get(digest_of(value))
        if session is None or session.until < self.clock():
            return None
        if session.digest and self._user_of(session.digest) != session.user:
            return None
        return Caller(session.user, "cookie")

    def one_time_token(self) -> str:
        """A token for one opening in the next minute: what a browser is started with, other users may see."""
        ticket = secrets.token_urlsafe(32)
        self._tickets = {digest_of(ticket): self.clock() + TICKET_SECONDS}
        return ticket

    def exchange(self, token: str) -> str | None:
        """A session value for a browser that shows a token or a ticket; None when it is neither."""
        digest = digest_of(token)
        if self._tickets.pop(digest, 0.0) > self.clock():
            return self._begin(MAIN, digest_of(self.token))
        user = self._user_of(digest)
        return self._begin(user, digest) if user is not None else None

    def login(self, password: str) -> str | None:
        """A session value for who knows the password; None for all others, and when there is none."""
        fits = hmac.compare_digest(digest_of(password), digest_of(self.password))
        return self._begin(MAIN, "") if fits and self.password else None

    def logout(self, value: str) -> None:
        """End a browser's session."""
        self._sessions.pop(digest_of(value), None)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no answer and no log may hold."""
        return tuple(filter(None, (self.token, self.password)))

    def _begin(self, user: str, digest: str) -> str:
        value, now = secrets.token_urlsafe(32), self.clock()
        self._sessions = {key: one for key, one in self._sessions.items() if one.until > now}
        if len(self._sessions) >= MAX_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        self._sessions[digest_of(value)] = Session(user, digest, now + SESSION_SECONDS)
        return value

    def _user_of(self, digest: str) -> str | None:
        """Every token is compared, each in constant time: how long it takes does not tell which was nearly right."""
        found: str | None = None
        for known, user in {**self.tokens.digests(), digest_of(self.token): MAIN}.items():
            if hmac.compare_digest(known, digest):
                found = user
        return found


def digest_of(secret: str) -> str:
    """The sha256 (hex) of a secret; lone surrogates of a hostile header pass as they are."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
