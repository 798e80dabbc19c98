"""The Python interpreters of this machine that the book allows: by name on the path, or where pyenv keeps them."""

import os
import shutil
import subprocess
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 20)  # the newest that is looked for


def answer(python, code, **variables):
    """What an interpreter prints for some code, as lines, or None if it fails."""
    environ = os.environ | variables
    done = subprocess.run([python, "-c", code], env=environ, capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else None


def version(command):
    """The version of an interpreter as (3, 13), or None if there is no such interpreter."""
    path = shutil.which(command)
    found = answer(path, "import sys; print(*sys.version_info[:2])") if path else None
    return tuple(map(int, found[0].split())) if found else None


def interpreters():
    """The oldest and the newest Python found that the book allows; one, if there is but one."""
    installed = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    names = [f"python3.{minor}" for minor in range(OLDEST[1], NEWEST[1] + 1)]
    commands = [*names, *(str(path) for name in names for path in installed.glob(f"*/bin/{name}"))]
    # What stands on the path comes before pyenv's; pyenv's names on the path may stand for nothing.
    found = {number: command for command in reversed(commands) if (number := version(command))}
    return [found[number] for number in sorted({min(found), max(found)})] if found else []
