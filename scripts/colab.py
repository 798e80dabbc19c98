"""Write copies of the notebooks that run in Colab: the same cells after one that installs what Colab lacks.

    python scripts/colab.py [--revision NAME]

Links between chapters lead to the published pages, since what is relative has no place in Colab.

The copies go to _build/colab/book; publishing puts them on a branch of their own, which the buttons open. They install
the package at a revision (a commit or a tag; this checkout's commit if none is given), so that a copy and its package
always belong together.
"""

import argparse
import re
import shutil
import subprocess
import sys

import yaml
from inputs import BUILD, ROOT
from nbformat import v4
from notebooks import notebook_paths, read, write

FOLDER = BUILD / "colab"
# Colab has numpy, matplotlib and widgets, at versions that its own pages depend on: they are left as they are.
INSTALL = """# Colab lacks two things: the book's package, as it was when the book was published, and myst-nb.
%pip install --quiet --no-deps "nnbook @ git+{repository}@{revision}"
%pip install --quiet myst-nb=={myst_nb}"""

RELATIVE = re.compile(r"\]\(([\w-]+)\.(?:ipynb|md)(#[\w-]+)?\)")


def settings():
    """The book's configuration."""
    return yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))


def pinned(name):
    """The version of a package in requirements.txt."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    return re.search(rf"^{re.escape(name)}==(\S+)$", text, re.MULTILINE).group(1)


def install_cell(revision):
    """The cell that comes first."""
    given = {"repository": settings()["repository"]["url"], "revision": revision, "myst_nb": pinned("myst-nb")}
    return v4.new_code_cell(INSTALL.format(**given), id="install")


def for_colab(notebook, revision):
    """Return a copy of a notebook with the cell before its first, and links that lead to the published pages."""
    there = rf"]({settings()['html']['baseurl']}book/\1.html\2)"
    cells = [
        type(cell)(cell | {"source": RELATIVE.sub(there, cell.source)}) if cell.cell_type == "markdown" else cell
        for cell in notebook.cells
    ]
    return type(notebook)(notebook | {"cells": [install_cell(revision), *cells]})


def write_copies(revision, folder=FOLDER):
    """Write the copies of all notebooks into an empty folder; return their paths."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "book").mkdir(parents=True)
    for path in notebook_paths():
        write(for_colab(read(path), revision), folder / "book" / path.name)
    return sorted((folder / "book").iterdir())


def this_commit():
    """The commit that is checked out; SystemExit where there is none."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        sys.exit("colab: this folder has no commit to install the package from; name one with --revision")
    return done.stdout.strip()


def main(argv=None):
    """Write the copies; return the exit code."""
    parser = argparse.ArgumentParser(description="Write copies of the notebooks that run in Colab.")
    parser.add_argument("--revision", help="the commit or tag of the package; default: this checkout's commit")
    revision = parser.parse_args(argv).revision or this_commit()
    copies = write_copies(revision)
    print(f"{FOLDER.relative_to(ROOT)}: {len(copies)} notebooks, which install nnbook at {revision}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
