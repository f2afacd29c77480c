"""
The form that asks: what a user chose for the questions of this browser.

It is kept in a cookie, which the server writes when a question is sent, and the script when a choice changes. Nothing
in it is secret, and nothing in it is believed: it goes the way of any request's options.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlencode

from fastapi import Request
from starlette.responses import Response

from research_agent.llm.available_models import AvailableModel, AvailableModels
from research_agent.messages import page_lines
from research_agent.text.ask_options import read_options
from research_agent.text.languages import ENGLISH_NAMES
from research_agent.text.sanitize import one_line
from research_agent.types import AskOptions
from research_agent.web.auth import MAIN
from research_agent.web.state import ServerState, caller_of, state_of

if TYPE_CHECKING:
    from research_agent.sources.protocol import Source

__all__ = ["Choice", "choice_of", "form_view", "keep_choice", "models_view", "options_of", "read_choice"]

MARK = "options"
"""Field that tells a form which has the choices: in it, a box that is not ticked is not sent."""
GROUP = "from_"
SECONDS = 180 * 24 * 3600
LONGEST = 200
USUAL_GROUPS = ("web", "encyclopedia", "papers", "code", "news")
"""Groups that are shown until the sources are loaded."""


class Choice(NamedTuple):
    """What was chosen: a model, groups of sources, a language; empty for the usual ones."""

    model: str = ""
    groups: tuple[str, ...] = ()
    lang: str = ""
    offline: bool = False
    strict: bool = False

    @property
    def encoded(self) -> str:
        """The value of the cookie."""
        fields = {"model": self.model, "lang": self.lang, **{f"{GROUP}{name}": "1" for name in self.groups}}
        switches = {"offline": self.offline, "strict": self.strict}
        return quote(urlencode({**fields, **{name: "1" for name, on in switches.items() if on}}), safe="")


def read_choice(fields: Mapping[str, str]) -> Choice:
    """The choice in the fields of a form or of the cookie; what is too long is left out."""
    kept = {name: value for name, value in fields.items() if len(value) <= LONGEST}
    return Choice(
        model=kept.get("model", ""),
        groups=tuple(name.removeprefix(GROUP) for name in sorted(kept) if name.startswith(GROUP)),
        lang=kept.get("lang", ""),
        offline="offline" in kept,
        strict="strict" in kept,
    )


def choice_of(request: Request, form: Mapping[str, str] | None = None) -> Choice:
    """The choice in a form that has one, else that of the browser."""
    if form is not None and MARK in form:
        return read_choice(form)
    try:
        fields = parse_qs(unquote(request.cookies.get(_cookie(request), "")), max_num_fields=40)
    except ValueError:
        return Choice()
    return read_choice({name: values[-1] for name, values in fields.items()})


def keep_choice(request: Request, response: Response, choice: Choice) -> Response:
    """The response, with the choice as the browser's."""
    response.set_cookie(_cookie(request), choice.encoded, max_age=SECONDS, path="/", samesite="strict")
    return response


async def options_of(state: ServerState, choice: Choice, *, user: str, replaces: int = 0) -> AskOptions:
    """The options of a user's question. Waits for the sources when groups were chosen. Raises `UsageError`."""
    names: list[str] = []
    if choice.groups:
        from research_agent.sources.groups import source_groups  # not at the top: the server is up before the sources

        groups = source_groups(await _sources(state, user))
        names = [name for group in choice.groups for name in groups.get(group, ())]
    return read_options(
        model=choice.model,
        sources=names,
        offline=choice.offline,
        strict=choice.strict,
        lang=choice.lang,
        replaces=replaces,
    )


async def form_view(request: Request) -> dict[str, Any]:
    """What the form shows: groups, models and languages with those that are chosen. Asks no server."""
    state, choice = state_of(request), choice_of(request)
    runtime = await state.runtime() if state.ready else None
    titles, groups = await _groups(state, caller_of(request).user)
    return {
        "cookie": _cookie(request),
        "groups": [(f"{GROUP}{name}", titles[name], name in choice.groups) for name in groups],
        "models": models_view(runtime.listed_models if runtime is not None else None, choice),
        "langs": [("", page_lines.LANG_OF_QUESTION()), *sorted(ENGLISH_NAMES.items(), key=lambda item: item[1])],
        "lang": choice.lang,
        "offline": choice.offline or state.settings.flags.offline,
        "always_offline": state.settings.flags.offline,
        "strict": choice.strict or state.settings.flags.strict,
        "changed": bool(choice.model or choice.lang or choice.offline or choice.strict),
    }


def models_view(found: AvailableModels | None, choice: Choice) -> dict[str, Any]:
    """The models to choose from; `listed` says whether the servers were asked."""
    models = found.models if found is not None else ()
    options = [(one.id, _label(one)) for one in models]
    if choice.model and choice.model not in dict(options):
        options.insert(0, (choice.model, one_line(choice.model)))
    problems = found.problems if found is not None and not models else ()
    return {"options": options, "chosen": choice.model, "listed": found is not None, "problems": problems}


async def _sources(state: ServerState, user: str) -> Sequence[Source]:
    """The sources that a user may choose: the owner's own documents are the owner's alone."""
    runtime = await state.runtime()
    return (runtime if user == MAIN else runtime.without_libraries()).sources


async def _groups(state: ServerState, user: str) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Titles of all groups, and the groups that there are sources of."""
    if not state.ready:
        return {name: name.title() for name in USUAL_GROUPS}, USUAL_GROUPS
    from research_agent.sources.groups import GROUPS, source_groups

    return GROUPS, tuple(source_groups(await _sources(state, user)))


def _label(model: AvailableModel) -> str:
    """ "qwen3:4b, 4 billion parameters, 2.6 GB"; with a warning where the memory does not hold it."""
    provider, _, name = model.id.partition(":")
    parts = [f"{name} ({ {'ollama': 'Ollama', 'openai': 'OpenAI API', 'llamacpp': 'built in'}[provider] })"]
    if model.billions:
        parts.append(f"{model.billions:g}B" if model.billions >= 1 else f"{1000 * model.billions:.0f}M")
    if model.bytes:
        parts.append(f"{model.bytes / 1e9:.1f} GB")
    if model.fits is False:
        parts.append(page_lines.TOO_LARGE_HERE())
    return one_line(" · ".join(parts))


def _cookie(request: Request) -> str:
    """The name of the cookie: those of two servers on one machine are kept apart."""
    return f"ask-{(request.scope.get('server') or ('', 0))[1] or 0}"
