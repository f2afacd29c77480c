"""Topic of a search, and what a question comes with: the restriction and the options of the user."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["UNRESTRICTED", "USUAL", "AskOptions", "Restriction", "Topic", "joined_names", "split_names"]

NAME = re.compile(r'"((?:[^"]|"")*)"(?=,|\Z)|([^,]+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """
    Search topic: a few keywords, and the standalone question behind them. `origin` says who made the topic.

    `lang` is the code of the question's language. `since` is the first day (ISO 8601) of the time that is asked for, ""
    for any: a source that can search by date gives what is of that day or later; `until` is the last day. `sites` are
    the hosts that the user wants answers from, () for all, and `excluded` those that the user wants none from; each
    holds its subdomains too. Those that are `blocked` by the settings are left out alike, and told to no service.
    `libraries` are the user's own that are searched, () for all, `files` those of their files that are, () for all.
    """

    text: str
    question: str
    origin: Literal["model", "question"] = "question"
    lang: str = "en"
    since: str = ""
    until: str = ""
    sites: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def unwanted(self) -> tuple[str, ...]:
        """The sites that the user wants nothing from."""
        return (*self.excluded, *self.blocked)


def joined_names(names: Iterable[str]) -> str:
    """Names of files as one text, commas between them; one that holds a comma in quotes, as in CSV."""
    return ",".join(
        '"{}"'.format(name.replace('"', '""')) if "," in name or name.startswith('"') else name for name in names
    )


def split_names(joined: str) -> tuple[str, ...]:
    """Names that `joined_names` made one text of."""
    return tuple(quoted.replace('""', '"') or plain for quoted, plain in NAME.findall(joined))


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """
    Restriction by the user of what an answer may rest on, whatever the sources give; made by `text.restriction`.

    `sites` are the hosts that texts must be of, () for any, `excluded` those that they must not be of; each holds its
    subdomains. `since` and `until` are the first and last day (ISO 8601), "" for any. `blocked` are the sites that the
    settings block: no less excluded, but told to no service, and not said to be asked. With `libraries`, names of the
    user's own, nothing else is searched; of them only `files`, paths or their ends, () for all.
    """

    sites: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    blocked: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is restricted."""
        return bool(self.sites or self.unwanted or self.since or self.until or self.libraries or self.files)

    @property
    def unwanted(self) -> tuple[str, ...]:
        """The sites that nothing must be of."""
        return (*self.excluded, *self.blocked)

    def as_settings(self) -> dict[str, str]:
        """What is restricted, as it is stored in `Answer.settings`."""
        fields = {
            "site": ",".join(self.sites),
            "exclude_site": ",".join(self.excluded),
            "since": self.since,
            "until": self.until,
            "library": ",".join(self.libraries),
            "only": joined_names(self.files),
        }
        return {name: value for name, value in fields.items() if value}


UNRESTRICTED = Restriction()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOptions:
    """
    Options of one question, beside the settings; made by `text.ask_options`. The defaults change nothing.

    `model` is the id of a chat model, `sources` are those to ask, `lang` is the code of the answer's language.
    `offline` and `strict` turn on what the settings leave off, never the reverse. `replaces` is the number of the turn
    of the session that this one takes the place of, 0 for none. `response` is kept with the turn (`Answer.response`).
    """

    model: str = ""
    sources: tuple[str, ...] = ()
    offline: bool = False
    strict: bool = False
    lang: str = ""
    replaces: int = 0
    response: Mapping[str, Any] | None = None


USUAL = AskOptions()
