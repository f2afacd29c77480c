"""
Every setting, and the only reader of the environment.

First match wins: command line, environment, `config.toml` in the user's config folder, default. Each value
remembers where it came from, so that `doctor` can say it. Secrets stand in the environment or in a file that only
the user may read, and are shown nowhere.
"""

from research_agent.settings.config_file import config_path
from research_agent.settings.load import child_environment, has_display, load_settings, quiet_tracing
from research_agent.settings.options import OPTIONS, Option
from research_agent.settings.unknown_names import ENVIRONMENT, Unknown, nearest
from research_agent.settings.values import Settings, several_urls

__all__ = [
    "ENVIRONMENT",
    "OPTIONS",
    "Option",
    "Settings",
    "Unknown",
    "child_environment",
    "config_path",
    "has_display",
    "load_settings",
    "nearest",
    "quiet_tracing",
    "several_urls",
]
