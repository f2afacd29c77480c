"""Jinja environment: everything is escaped and printable, a missing name is an error."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from research_agent.rendering import view
from research_agent.text.humanize import ago, duration
from research_agent.text.sanitize import one_line, printable

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["environment"]


@cache
def environment(package: str) -> Environment:
    """Jinja environment for the folder `templates` of a package."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "ago": ago,
        "duration": duration,
        "line": one_line,
        "name": view.label,
        "safe_link": view.safe_link,
        "when": view.when,
    }
    return made


def _printable(value: Any) -> Any:
    """Finalizer of every value in a template; `Markup` has been sanitized by `answer_html`."""
    return printable(value) if type(value) is str else value
