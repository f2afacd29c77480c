"""`OLLAMA_HOST` is read as Ollama reads it."""

from __future__ import annotations

import pytest

from research_agent import llm
from research_agent.errors import SettingsError

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("1.2.3.4", "http://1.2.3.4:11434"),
        (":5678", "http://127.0.0.1:5678"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:5678", "http://127.0.0.1:5678"),
        ("http://0.0.0.0:5678/", "http://127.0.0.1:5678"),
        ("[::]:5678", "http://[::1]:5678"),
        ("::", "http://[::1]:11434"),
        ("::1", "http://[::1]:11434"),
        ("[::1]:5678", "http://[::1]:5678"),
        ("example.org/prefix/", "http://example.org:11434/prefix"),
        ("https://example.org/a/b/", "https://example.org:443/a/b"),
        ("http://example.org", "http://example.org:80"),
        ("https://me:s3cret@example.org:8443", "https://me:s3cret@example.org:8443"),
        (" localhost ", "http://localhost:11434"),
    ],
)
def test_ollama_host_is_read_as_ollama_reads_it_but_never_as_a_bind_address(host: str, url: str) -> None:
    assert llm.ollama_url(host) == url


@pytest.mark.parametrize("host", ["ftp://x", "http://x:port", "http://me:s3cret@x:99999", "http://[::1"])
def test_an_address_that_cannot_be_is_a_settings_error_without_the_password(host: str) -> None:
    with pytest.raises(SettingsError) as caught:
        llm.ollama_url(host)
    assert "s3cret" not in caught.value.message
    assert caught.value.hint
