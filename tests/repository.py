"""The files that belong to the repository, found without git, which a copy or an archive does not have."""

import os
from pathlib import Path

from inputs import ROOT

SKIPPED = {".git", ".venv", ".venv-torch", "_build", "__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis"}
TEXTS = {".py", ".md", ".yml", ".yaml", ".toml", ".txt", ".cff", ".ipynb", ".js", ".css", ".cfg", ""}


def own_files():
    """Yield the repository's files as paths, without environments, builds and caches."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in SKIPPED and not name.endswith(".egg-info")]
        yield from (Path(folder, name) for name in names)


def own_texts():
    """Yield those that hold text."""
    return (path for path in own_files() if path.suffix in TEXTS)
