"""
The process's environment: read as a whole, and hidden from libraries while they are imported.

A library may open an HTTP client from the environment as soon as it is imported (`ollama` does), and such a client
raises for a value that it does not know, such as `NO_PROXY=[::1]`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["PROXY_VARIABLES", "environment", "proxy_variables", "without_client_variables"]

PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
"""Upper-case names of the variables that choose a proxy; each counts in lower case too."""

# What an HTTP client of a library reads besides: an address of its own, certificates, a file for keys.
CLIENT_VARIABLES = frozenset({*PROXY_VARIABLES, "OLLAMA_HOST", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"})

_hidden: dict[str, str] = {}
_exchange = threading.Lock()  # held for moments: a variable is always in the environment or in `_hidden`
_importing = threading.Lock()


def environment() -> dict[str, str]:
    """All variables, with those that are hidden from an import at this moment."""
    with _exchange:
        return {**os.environ, **_hidden}


def proxy_variables() -> dict[str, str]:
    """The proxy variables that are set, name -> value. A lower-case one, even if it is empty, replaces the other."""
    env = environment()
    names = (name.lower() if name.lower() in env else name for name in PROXY_VARIABLES)
    return {name: env[name].strip() for name in names if env.get(name, "").strip()}


@contextmanager
def without_client_variables() -> Iterator[None]:
    """Context for an import, without the variables from which libraries build HTTP clients; one at a time."""
    with _importing:
        with _exchange:
            _hidden.update({name: value for name, value in os.environ.items() if name.upper() in CLIENT_VARIABLES})
            for name in _hidden:
                del os.environ[name]
        try:
            yield
        finally:
            with _exchange:
                for name, value in _hidden.items():
                    os.environ.setdefault(name, value)
                _hidden.clear()
