"""The copy of nnbook that a student's process sees: without the exercises of the chapters, without the grader."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import nnbook
from nnbook.exercises import CHAPTERS

__all__ = ["staged", "visible_paths"]

PACKAGE = Path(nnbook.__file__).parent
STUDENTS = {"__init__.py", "child.py", "jail.py", "looks.py", "pipes.py", "sources.py", "wire.py"}


def staged():
    """A TemporaryDirectory that holds the copy, and in which sandboxes have their places."""
    folder = tempfile.TemporaryDirectory(prefix="nnbook-grade-")
    os.chmod(folder.name, 0o755)
    shutil.copytree(PACKAGE, Path(folder.name, "package", "nnbook"), ignore=_left_out)
    return folder


def _left_out(folder, names):
    """What of a folder stays with the grader."""
    out = {name for name in names if name == "__pycache__"}
    if folder == str(PACKAGE / "course"):
        out |= set(names) - STUDENTS
    if folder == str(PACKAGE / "exercises"):
        out |= {f"{chapter}.py" for chapter in CHAPTERS} & set(names)
    return out


def visible_paths():
    """(folders with Python and its packages, those of them that are searched for packages)."""
    packages = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    return list(dict.fromkeys([sys.base_prefix, sys.prefix, *packages])), packages
