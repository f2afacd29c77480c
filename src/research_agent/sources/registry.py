"""Source registry: every source, built-in or from another package, is loaded through its entry point."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from research_agent.errors import SettingsError, UnknownSourceError
from research_agent.sources.protocol import ENTRY_POINTS, Source, SourceSettings

if TYPE_CHECKING:
    from research_agent.settings import Settings

__all__ = ["installed_sources", "load_sources"]


def installed_sources() -> tuple[str, ...]:
    """Names of all installed sources, built-in ones first, then others by name."""
    return tuple(dict.fromkeys(point.name for point in _entry_points()))


def load_sources(settings: Settings, names: Sequence[str] = ()) -> list[Source]:
    """Build the sources called `names`, or all; a built-in one wins. Raises `UnknownSourceError`, `SettingsError`."""
    points: dict[str, EntryPoint] = {}
    for point in _entry_points():
        points.setdefault(point.name, point)
    chosen = list(dict.fromkeys(names)) or list(points)
    if unknown := [name for name in chosen if name not in points]:
        raise UnknownSourceError(f"There is no source {unknown[0]!r}.", hint=f"Installed sources: {', '.join(points)}.")
    return [_build(points[name], settings) for name in chosen]


def _build(point: EntryPoint, settings: Settings) -> Source:
    source_settings = SourceSettings(
        url=settings.search.urls.get(point.name),
        lang=settings.search.lang,
        parts=settings.parts,
        key=settings.search.keys.get(point.name, ""),
        contact=settings.http.contact,
    )
    try:
        source: Source = point.load()(source_settings)
    except SettingsError:
        raise
    except Exception as error:  # importing and building it runs third-party code
        package = point.dist.name if point.dist else point.value
        raise UnknownSourceError(
            f"The source {point.name!r} cannot be loaded: {error}.", hint=f"Update or uninstall {package}."
        ) from error
    return source


def _entry_points() -> list[EntryPoint]:
    return sorted(
        entry_points(group=ENTRY_POINTS),
        key=lambda point: (not point.value.startswith("research_agent."), point.name != "wikipedia", point.name),
    )
