"""
Authentication: the token of the main user, tokens of named users, browser sessions, and a password for remote use.

A token is 256 random bits, stored as its SHA-256: it cannot be guessed, so it needs no slow hash. A browser trades its
token for a session id in an HttpOnly cookie.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from research_agent.errors import StoreError, UsageError
from research_agent.files import write_atomically
from research_agent.messages import diagnostics, installing, request_refusals
from research_agent.text.timestamps import iso_now

__all__ = ["MAIN", "Authenticator", "Caller", "TokenStore"]

MAIN = "main"
"""The user whose store is that of the command line."""

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
FILE = "tokens.json"
FEED_KEY = "feed.key"
KEPT = "serve.token"
BROWSERS = "browsers.json"
ONE_TIME_SECONDS = 60.0
SESSION_SECONDS = 30 * 24 * 3600.0
MAX_SESSIONS = 256


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated user, and the kind of credential."""

    user: str
    credential: Literal["token", "cookie"]


@dataclass(slots=True)
class BrowserSession:
    """A logged-in browser, by the token of that `digest` ("" for the password), until that is revoked."""

    user: str
    digest: str
    expires: float


class BrowserStore:
    """
    The browsers that were let in, by the sha256 of their cookie, in `HOME/browsers.json` (mode 0600).

    It only spares a browser the way over the printed address after a restart: a file that cannot be read is as good as
    none, and one that cannot be written is left as it is.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> dict[str, BrowserSession]:
        """The stored browsers by digest."""
        try:
            stored = json.loads(self._path.read_text("utf-8"))
            return {
                str(key): BrowserSession(str(one["user"]), str(one["digest"]), float(one["expires"]))
                for key, one in stored.items()
            }
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}

    def store(self, browsers: Mapping[str, BrowserSession]) -> None:
        """Replace the file."""
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(self._path, json.dumps({key: asdict(one) for key, one in browsers.items()}).encode())


class TokenStore:
    """The tokens of named users: hashes in `HOME/tokens.json`, mode 0600."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE
        self._version: tuple[int, int] | None = None
        self._digests: dict[str, str] = {}

    def add(self, name: str) -> str:
        """Create and return the token of `name`; only its hash is stored. Raises `UsageError`."""
        if not NAME.fullmatch(name):
            raise UsageError(request_refusals.BAD_USER(name=name), hint=request_refusals.USER_IS())
        stored = self._load()
        if name in stored:
            raise UsageError(request_refusals.HAS_TOKEN(name=name), hint=request_refusals.REMOVE_TOKEN_FIRST(name=name))
        token = secrets.token_urlsafe(32)
        made = iso_now()
        self._store({**stored, name: {"sha256": digest_of(token), "created": made}})
        return token

    def remove(self, name: str) -> None:
        """Revoke the token of `name`, effective at once; its store stays. Raises `UsageError` when there is none."""
        stored = self._load()
        if name not in stored:
            raise UsageError(request_refusals.HAS_NO_TOKEN(name=name), hint=request_refusals.LIST_TOKENS())
        self._store({key: value for key, value in stored.items() if key != name})

    def created(self) -> dict[str, str]:
        """When each named token was made (ISO 8601, UTC), sorted by name."""
        return {name: entry["created"] for name, entry in sorted(self._load().items())}

    def digests(self) -> dict[str, str]:
        """Digest -> user. Rereads the file when it has changed, so that a revoked token stops working at once."""
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            self._version, self._digests = None, {}
            return {}
        if (version := (stat.st_mtime_ns, stat.st_ino)) != self._version:
            self._digests = {entry["sha256"]: name for name, entry in self._load().items()}
            self._version = version
        return self._digests

    def feed_key(self) -> bytes:
        """The secret behind the tokens of feeds. Raises `StoreError`."""
        file = self.path.with_name(FEED_KEY)
        try:
            if not file.exists():
                file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_atomically(file, secrets.token_bytes(32))
            return file.read_bytes()
        except OSError as error:
            raise StoreError(
                installing.CANNOT_READ(path=file, reason=error.strerror),
                hint=request_refusals.CHECK_FOLDER(),
            ) from error

    def main_token(self, *, new: bool = False) -> str:
        """
        The token of the main user, kept in the home (mode 0600) so that the address of the page stays the same.

        It is made at the first start, and when a `new` one is asked for. Raises `StoreError`.
        """
        file = self.path.with_name(KEPT)
        try:
            if not new and file.exists() and TOKEN.fullmatch(stored := file.read_text("ascii").strip()):
                return stored
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            token = secrets.token_urlsafe(32)
            write_atomically(file, token.encode())
        except (OSError, ValueError) as error:
            raise StoreError(
                request_refusals.TOKEN_UNUSABLE(path=file, reason=error), hint=request_refusals.REMOVE_FILE()
            ) from error
        return token

    def browsers(self) -> BrowserStore:
        """The browsers that were let in, over starts of the server."""
        return BrowserStore(self.path.with_name(BROWSERS))

    def _load(self) -> dict[str, dict[str, str]]:
        try:
            stored = json.loads(self.path.read_text("utf-8"))
            return {
                str(name): {key: str(entry[key]) for key in ("sha256", "created")} for name, entry in stored.items()
            }
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise StoreError(
                request_refusals.TOKENS_BROKEN(path=self.path), hint=request_refusals.MAKE_TOKENS_ANEW()
            ) from error

    def _store(self, stored: dict[str, dict[str, str]]) -> None:
        """Replace the file atomically: a crash leaves the old one or the new one."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(self.path, json.dumps(stored, indent=1).encode())
        except OSError as error:
            raise StoreError(
                diagnostics.NOT_WRITABLE(path=self.path, reason=error.strerror),
                hint=request_refusals.CHECK_FOLDER(),
            ) from error


@dataclass(kw_only=True)
class Authenticator:
    """
    The credentials of one running server. `token` is the main user's.

    `password` logs a browser in as the main user; "" disables password login. `browsers` keeps those that were let in
    over starts; None forgets them at the end.
    """

    tokens: TokenStore
    password: str = field(default="", repr=False)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    clock: Callable[[], float] = time.time
    browsers: BrowserStore | None = field(default=None, repr=False)
    _sessions: dict[str, BrowserSession] = field(default_factory=dict, repr=False)
    _one_time: dict[str, float] = field(default_factory=dict, repr=False)
    _feed_key: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        if self.browsers is not None:
            now = self.clock()
            self._sessions = {key: one for key, one in self.browsers.load().items() if now < one.expires}

    def authenticate_token(self, token: str) -> Caller | None:
        """The caller with this token; None when it is unknown."""
        user = self._user_of(digest_of(token))
        return Caller(user, "token") if user is not None else None

    def authenticate_cookie(self, value: str) -> Caller | None:
        """The caller with this session cookie; None when it is unknown or expired, or its token was revoked."""
        # The key is a digest: the time of the lookup tells nothing about the value.
        session = self._sessions.get(digest_of(value))
        if session is None or session.expires < self.clock():
            return None
        if session.digest and self._user_of(session.digest) != session.user:
            return None
        return Caller(session.user, "cookie")

    def load_feed_key(self) -> None:
        """Read the secret behind the tokens of feeds, made when there is none. Raises `StoreError`."""
        self._feed_key = self.tokens.feed_key()

    def feed_token(self, user: str) -> str:
        """
        The token by which a feed reader gets the feed of `user`, and nothing else; it holds over starts of the server.

        It hangs on `HOME/feed.key`: when that file is removed, a new one is made at the next start.
        """
        key = hmac.new(self._feed_key, user.encode(), "sha256").digest()
        return base64.urlsafe_b64encode(key).decode().rstrip("=")

    def authenticate_feed(self, token: str) -> Caller | None:
        """The caller with this token of a feed, or any other token; None when it is unknown."""
        users = {MAIN, *self.tokens.digests().values()} if self._feed_key else set()
        matches = [user for user in users if hmac.compare_digest(digest_of(self.feed_token(user)), digest_of(token))]
        return Caller(matches[0], "token") if matches else self.authenticate_token(token)

    def one_time_token(self) -> str:
        """A token for one `exchange` within a minute: other users can see the arguments a browser is started with."""
        token = secrets.token_urlsafe(32)
        self._one_time = {digest_of(token): self.clock() + ONE_TIME_SECONDS}
        return token

    def exchange(self, token: str) -> str | None:
        """Trade a token, one-time or not, for a new session id; None when it is unknown."""
        digest = digest_of(token)
        if self._one_time.pop(digest, 0.0) > self.clock():
            return self._start_session(MAIN, digest_of(self.token))
        user = self._user_of(digest)
        return self._start_session(user, digest) if user is not None else None

    def login(self, password: str) -> str | None:
        """A new session id for the right password; None for a wrong one, or when password login is disabled."""
        matches = hmac.compare_digest(digest_of(password), digest_of(self.password))
        return self._start_session(MAIN, "") if matches and self.password else None

    def logout(self, value: str) -> None:
        """End the session of this cookie value."""
        self._sessions.pop(digest_of(value), None)
        self._keep_sessions()

    @property
    def secrets(self) -> tuple[str, ...]:
        """What is redacted from responses and logs."""
        return tuple(filter(None, (self.token, self.password)))

    def _start_session(self, user: str, digest: str) -> str:
        value, now = secrets.token_urlsafe(32), self.clock()
        self._sessions = {key: one for key, one in self._sessions.items() if one.expires > now}
        if len(self._sessions) >= MAX_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        self._sessions[digest_of(value)] = BrowserSession(user, digest, now + SESSION_SECONDS)
        self._keep_sessions()
        return value

    def _keep_sessions(self) -> None:
        if self.browsers is not None:
            # One that came in by the password is not kept: the password may be another at the next start.
            self.browsers.store({key: one for key, one in self._sessions.items() if one.digest})

    def _user_of(self, digest: str) -> str | None:
        """Compare with every token, each in constant time, so that timing does not reveal a near match."""
        match: str | None = None
        for known, user in {**self.tokens.digests(), digest_of(self.token): MAIN}.items():
            if hmac.compare_digest(known, digest):
                match = user
        return match


def digest_of(secret: str) -> str:
    """The SHA-256 (hex) of a secret, which may contain lone surrogates of a hostile header."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
