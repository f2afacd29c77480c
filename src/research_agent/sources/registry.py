"""Source registry: every source, built-in or from another package, is loaded through its entry point."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

from research_agent.errors import SettingsError, UnknownSourceError, UsageError
from research_agent.messages import source_failures
from research_agent.sources.plugin_thread import ThreadedSource
from research_agent.sources.policy import lacks, limits_of
from research_agent.sources.protocol import ENTRY_POINTS, Source, SourceSettings

if TYPE_CHECKING:
    from research_agent.settings import Settings

__all__ = ["installed_sources", "load_sources", "load_usable", "refresh_sources"]

log = logging.getLogger(__name__)


def installed_sources() -> tuple[str, ...]:
    """Names of all installed sources, built-in ones first, then others by name."""
    return tuple(dict.fromkeys(point.name for point in _entry_points()))


def load_sources(settings: Settings, names: Sequence[str] = ()) -> list[Source]:
    """Build the sources called `names`, or all; a built-in one wins. Raises `UnknownSourceError`, `SettingsError`."""
    return [_build(point, settings) for point in _chosen(names)]


def load_usable(settings: Settings) -> tuple[list[Source], list[str]]:
    """
    Build the sources of the settings, or all; and a line for each that cannot be loaded.

    Raises `UnknownSourceError` for one that is not installed, `SettingsError` for the user's setting of a built-in one,
    and the first error when none can be loaded.
    """
    sources: list[Source] = []
    errors: list[UsageError] = []
    for point in _chosen(settings.search.sources):
        try:
            sources.append(_build(point, settings))
        except (UnknownSourceError, SettingsError) as error:
            if isinstance(error, SettingsError) and _is_built_in(point):
                raise
            errors.append(error)
    if errors and not sources:
        raise errors[0]
    return sources, [f"{error.message} {error.hint}" for error in errors]


def refresh_sources(sources: Sequence[Source]) -> None:
    """Let the sources that ask for it look again whether they can be searched; looks at the disk."""
    for source in sources:
        look = getattr(source, "refresh", None)
        if callable(look):
            look()


def _chosen(names: Sequence[str]) -> list[EntryPoint]:
    points: dict[str, EntryPoint] = {}
    for point in _entry_points():
        points.setdefault(point.name, point)
    chosen = list(dict.fromkeys(names)) or list(points)
    if unknown := [name for name in chosen if name not in points]:
        raise UnknownSourceError(
            source_failures.NO_SOURCE(name=unknown[0]), hint=source_failures.INSTALLED(names=", ".join(points))
        )
    return [points[name] for name in chosen]


def _build(point: EntryPoint, settings: Settings) -> Source:
    source_settings = replace(
        _settings_of(point.name, settings),
        web_search=settings.search.web_search,
        web_archive=settings.search.web_archive != "off",
        engines=_of_others(settings) if _is_built_in(point) else {},
    )
    try:
        source: Source = point.load()(source_settings)
        _check(source)
    except SettingsError:
        raise
    except (Exception, SystemExit) as error:  # importing and building it runs third-party code
        log.info("%s cannot be loaded", point.name, exc_info=error)
        package = point.dist.name if point.dist else point.value
        raise UnknownSourceError(
            source_failures.SOURCE_NOT_LOADED(name=point.name, error=error),
            hint=source_failures.UPDATE_PLUGIN(package=package),
        ) from error
    return source if _is_built_in(point) else ThreadedSource(source)


def _of_others(settings: Settings) -> dict[str, SourceSettings]:
    """Settings of everything that has a URL or a key, by name: for the built-in sources that ask several services."""
    return {name: _settings_of(name, settings) for name in (*settings.search.urls, *settings.search.keys)}


def _settings_of(name: str, settings: Settings) -> SourceSettings:
    return SourceSettings(
        url=settings.search.urls.get(name),
        lang=settings.search.lang,
        parts=settings.parts,
        home=settings.home,
        key=settings.search.keys.get(name, ""),
        contact=settings.http.contact,
    )


def _check(source: Any) -> None:
    """Raise `TypeError` for an object that does not meet the protocol, and whatever its attributes raise."""
    if not (isinstance(source.name, str) and isinstance(source.title, str) and source.name and source.title):
        raise TypeError("its name and its title must be texts")
    if not isinstance(source.live, bool) or not callable(source.search):
        raise TypeError("it needs live, True or False, and search()")
    limits_of(source)
    lacks(source)


def _is_built_in(point: EntryPoint) -> bool:
    return point.value.startswith("research_agent.")


def _entry_points() -> list[EntryPoint]:
    return sorted(
        entry_points(group=ENTRY_POINTS),
        key=lambda point: (not _is_built_in(point), point.name != "wikipedia", point.name),
    )
