"""Each line of the catalogue: the case in which a user meets it, the values of its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from helpers import shown_messages

__all__ = ["SHOWN"]

Row = tuple[str, Mapping[str, object], str]

SHOWN: Mapping[str, Row] = {
    **shown_messages.SHOWN,
    **{
        f"{room.name}.{name}": row
        for room in iter_modules(__path__)
        for name, row in import_module(f"{__name__}.{room.name}").SHOWN.items()
    },
}
