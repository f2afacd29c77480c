"""Ignore rules: which files and folders below a folder of the library are never read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore import GitIgnorePatternError
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

from research_agent.files import EncodingError, decode_text

__all__ = ["RULE_FILES", "Rules", "is_ignored", "is_never_read", "rules_of"]

RULE_FILES = (".gitignore", ".research-agent-ignore")
"""Files of rules in Git's form, the weaker first; each holds for its folder and what is below it."""

NEVER = frozenset({"CVS", "__pycache__", "_darcs", "node_modules", "site-packages"})
VIRTUAL_ENVIRONMENT = "pyvenv.cfg"
LOCK_OF_OFFICE = "~$"  # what word processors keep beside an open document
LARGEST_RULES = 1_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules of one file, for what is below `folder`."""

    folder: str
    spec: GitIgnoreSpec


def rules_of(folder: str, names: Iterable[str]) -> tuple[Rules, ...]:
    """Rules of the rule files among `names` in a folder, the weaker first. One that cannot be read has none."""
    present = set(names)
    return tuple(Rules(folder, _read_rules(Path(folder, name))) for name in RULE_FILES if name in present)


def is_ignored(rules: Sequence[Rules], path: str, *, folder: bool) -> bool:
    """Whether the last rule that speaks of a path excludes it; `rules` go from the root of all down."""
    for one in reversed(rules):
        verdict = one.spec.check_file(path.removeprefix(one.folder).lstrip("/") + "/" * folder).include
        if verdict is not None:
            return verdict
    return False


def is_never_read(name: str, names_within: Iterable[str] = ()) -> bool:
    """Whether a name is hidden, or of what is no document of the user: packages, virtual environments, lock files."""
    return name.startswith((".", LOCK_OF_OFFICE)) or name in NEVER or VIRTUAL_ENVIRONMENT in names_within


def _read_rules(file: Path) -> GitIgnoreSpec:
    try:
        with file.open("rb") as stream:
            lines = decode_text(stream.read(LARGEST_RULES)).splitlines()
    except (OSError, EncodingError):
        lines = []
    return GitIgnoreSpec([pattern for line in lines for pattern in _patterns(line)])


def _patterns(line: str) -> tuple[GitIgnoreSpecPattern, ...]:
    """The pattern of a line; none for a line that is none, which Git passes over as well."""
    try:
        return (GitIgnoreSpecPattern(line),) if line.strip() else ()
    except GitIgnorePatternError:
        return ()
