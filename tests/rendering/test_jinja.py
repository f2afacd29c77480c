"""Templates: everything is escaped and printable, a missing name is an error."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from research_agent.rendering.jinja import environment


def test_values_are_escaped_and_printable() -> None:
    template = environment("research_agent.rendering").from_string("{{ text }} {{ text | name }}")
    assert (
        template.render(text="<b>\u202e\n[go](https://x.example)") == "&lt;b&gt;\n[go](https://x.example) &lt;b&gt; go"
    )


def test_a_missing_name_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        environment("research_agent.rendering").from_string("{{ missing }}").render()
