"""The registry of sources: every one, built-in or installed, comes in by its entry point."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from research_agent.errors import SettingsError, UnknownSourceError

if TYPE_CHECKING:
    from research_agent.settings import Settings
from research_agent.sources.protocol import ENTRY_POINTS, Source, SourceSettings

__all__ = ["installed_sources", "load_sources"]


def installed_sources() -> tuple[str, ...]:
    """Names of all installed sources, built-in ones first, then others by name."""
    return tuple(dict.fromkeys(point.name for point in _entry_points()))


def load_sources(settings: Settings, names: Sequence[str] = ()) -> list[Source]:
    """
    Build the sources called `names`, or all installed ones; of two with one name the built-in one.

    Raises `UnknownSourceError` that names what is installed, or what does not load, and `SettingsError` of a source
    that cannot use what the user set.
    """
    points: dict[str, EntryPoint] = {}
    for point in _entry_points():
        points.setdefault(point.name, point)
    wanted = list(dict.fromkeys(names)) or list(points)
    if unknown := [name for name in wanted if name not in points]:
        raise UnknownSourceError(f"There is no source {unknown[0]!r}.", hint=f"Installed sources: {', '.join(points)}.")
    return [_build(points[name], settings) for name in wanted]


def _build(point: EntryPoint, settings: Settings) -> Source:
    given = SourceSettings(
        url=settings.search.urls.get(point.name),
        lang=settings.search.lang,
        parts=settings.parts,
        key=settings.search.keys.get(point.name, ""),
        contact=settings.http.contact,
    )
    try:
        source: Source = point.load()(given)
    except SettingsError:
        raise
    except Exception as error:  # importing and making it runs a stranger's code
        package = point.dist.name if point.dist else point.value
        raise UnknownSourceError(
            f"The source {point.name!r} cannot be loaded: {error}.", hint=f"Update or uninstall {package}."
        ) from error
    return source


def _entry_points() -> list[EntryPoint]:
    return sorted(
        entry_points(group=ENTRY_POINTS),
        key=lambda point: (
            not point.value.startswith("research_agent."),
            point.name != "wikipedia",
            point.name,
        ),
    )
