"""Check of the proxies: which one each service takes, and whether it can be used."""

from __future__ import annotations

from collections.abc import Iterable

from yarl import URL

from research_agent.doctor.checks import Check
from research_agent.http.proxies import Proxies
from research_agent.llm.endpoints import ollama_url
from research_agent.llm.openai import PUBLIC
from research_agent.messages import diagnostics
from research_agent.settings import Settings, split_urls

__all__ = ["chat_proxy", "check_proxies", "source_proxy"]

SOME_PAGE = "https://example.org"


def check_proxies(services: Iterable[str]) -> Check:
    """Check the proxies of the environment; `services` are those that something could ask by, "" for none."""
    proxies = Proxies()
    unusable = {str(route): route.variable for route in proxies.routes if route.problem}
    if hit := sum(service in unusable for service in services):
        return Check(
            ok=False,
            text=diagnostics.PROXY_UNUSABLE(unusable="; ".join(unusable), n=hit),
            hint=diagnostics.SET_PROXY(names=" and ".join(unusable.values())),
        )
    if proxies.ignored:
        return Check(
            ok=False,
            text=diagnostics.NO_PROXY_ODD(entry=proxies.ignored[0]),
            hint=diagnostics.CORRECT_NO_PROXY(),
        )
    return Check(ok=True, text="; ".join(map(str, proxies.routes)) or diagnostics.NO_PROXIES())


def source_proxy(base: str) -> str:
    """The variable and address of the proxy for a base URL, without any for that of pages; "" for none."""
    return _proxy((split_urls(base) or (SOME_PAGE,))[0])


def chat_proxy(model: str | None, settings: Settings) -> str:
    """The variable and address of the proxy for the server of a model; "" for none, or no server."""
    provider = (model or "").partition(":")[0]
    if provider == "openai":
        return _proxy(settings.chat.openai_base_url or PUBLIC)
    return _proxy(ollama_url(settings.chat.ollama_host)) if provider == "ollama" else ""


def _proxy(url: str) -> str:
    try:
        return str(Proxies().route(URL(url)))
    except ValueError:  # a call to it says what is wrong with the address
        return ""
