"""
Settings, and the only reader of the environment.

First match wins: command line, environment, `config.toml` in the user's config folder, default. The origin of each
value is recorded for `doctor`. Secrets come from the environment or from a file that only the user may read, and are
never displayed.
"""

from research_agent.settings.config_file import config_path
from research_agent.settings.environment import proxy_variables, without_client_variables
from research_agent.settings.load import child_environment, has_display, load_settings, quiet_tracing
from research_agent.settings.schema import OPTIONS
from research_agent.settings.unknown_names import ENVIRONMENT, Unknown, nearest
from research_agent.settings.values import Settings, split_urls

__all__ = [
    "ENVIRONMENT",
    "OPTIONS",
    "Settings",
    "Unknown",
    "child_environment",
    "config_path",
    "has_display",
    "load_settings",
    "nearest",
    "proxy_variables",
    "quiet_tracing",
    "split_urls",
    "without_client_variables",
]
