"""Move the pins to the newest versions that are allowed, and show which printed numbers change.

    python scripts/update.py

Makes a fresh environment, writes requirements.txt from it, runs every notebook in it, and prints, cell by cell, what
is printed differently from what is stored. The stored notebooks are left alone: if the changes are right, `make
notebooks` stores them; if not, `git checkout requirements.txt pyproject.toml` goes back.
"""

import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

from inputs import BUILD, ROOT
from notebooks import notebook_paths, read
from packaging.requirements import Requirement
from pins import NAMED

FOLDER = BUILD / "newest"
# Jupyter Book 2 is another engine, which would need another configuration. jsonschema from 4.25 on comes with a grammar
# of addresses, built anew in every process that reads a notebook or glues a number: a second of each kernel's time.
LIMITS = {"jupyter-book": ">=1.0.4.post1,<2", "jsonschema": "<4.25"}
UNCOMPARED = "nbval-ignore-output"


def wanted():
    """What pip is asked for: the packages that the book names, within the limits of the book and of the package."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    limits = {need.name: str(need.specifier) for need in map(Requirement, project["dependencies"])} | LIMITS
    return [f"{name}{limits.get(name, '')}" for name in dict.fromkeys((*NAMED, *LIMITS))]


def make_environment(folder):
    """Make an environment of the newest versions; return its interpreter."""
    venv.create(folder, with_pip=True, clear=True)
    python = folder / "bin" / "python"
    # Some Pythons bring a setuptools of their own, as old as they are, which pip would leave as it is.
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--upgrade", "setuptools", *wanted()], check=True)
    return python


def move_extras(project, pins):
    """Return the text of pyproject.toml in which exact versions of pinned packages are those of the pins."""
    versions = dict(re.findall(r"^([^\s#]+)==(\S+)$", pins, re.MULTILINE))
    return re.sub(r'"([\w.-]+)==([^"]+)"', lambda pin: f'"{pin[1]}=={versions.get(pin[1], pin[2])}"', project)


def texts(cell):
    """What a code cell prints, as lines: streams, then values as plain text."""
    if UNCOMPARED in cell.metadata.get("tags", []):
        return []
    return "\n".join(map(text, cell.outputs)).splitlines()


def text(output):
    """What one output says: an error its message, a stream its text, a value its plain text."""
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    return output.get("text") or output.get("data", {}).get("text/plain", "")


def changes(before, after):
    """Return [(number of the code cell, changed lines)], where the lines begin with - or +."""
    old, new = ([cell for cell in book.cells if cell.cell_type == "code"] for book in (before, after))
    found = []
    for number, (one, other) in enumerate(zip(old, new, strict=True), start=1):
        lines = difflib.ndiff(texts(one), texts(other))
        found.append((number, [line for line in lines if line[0] in "-+"]))
    return [(number, lines) for number, lines in found if lines]


def report(name, found):
    """The lines that tell of the changes in one notebook."""
    if not found:
        return [f"{name}: nothing changed"]
    lines = [f"{name}: {len(found)} cells print something else"]
    for number, changed in found:
        lines += [f"  code cell {number}", *(f"    {line}" for line in changed)]
    return lines


def run_copies(python, folder):
    """Run copies of the notebooks with another interpreter, in a folder; tell whether all ran to their ends."""
    for path in notebook_paths():
        shutil.copy(path, folder)
    command = [python, ROOT / "scripts" / "run_notebooks.py", *sorted(Path(folder).glob("*.ipynb"))]
    return subprocess.run(command, env=os.environ | {"PYTHONPATH": str(ROOT)}).returncode == 0


def main():
    """Move the pins; return the exit code: 1 if a notebook does not run with the new versions."""
    print("Installing the newest versions in an environment of their own ...", flush=True)
    python = make_environment(FOLDER)
    pins = subprocess.run([python, ROOT / "scripts" / "pins.py"], capture_output=True, text=True, check=True).stdout
    before = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    (ROOT / "requirements.txt").write_text(pins, encoding="utf-8")
    # What developers install beside the pins must not ask for other versions of the same packages.
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (ROOT / "pyproject.toml").write_text(move_extras(project, pins), encoding="utf-8")
    print(*(line for line in difflib.ndiff(before, pins.splitlines()) if line[0] in "-+"), sep="\n", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        ran = run_copies(python, folder)
        for path in notebook_paths():
            after = read(Path(folder) / path.name)
            print(*report(path.name, changes(read(path), after)), sep="\n")
    return 0 if ran else 1


if __name__ == "__main__":
    sys.exit(main())
