"""Print requirements.txt: what the book names, and all that these pull in, at the installed versions.

    python scripts/pins.py > requirements.txt

Run it in the environment whose versions are to be kept; it reads installed metadata and asks no server.
"""

import sys
from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

NAMED = (
    "jupyter-book",
    "numpy",
    "scikit-learn",
    "matplotlib",
    "ipywidgets",
    "nbval",
    "beautifulsoup4",
    "jupyterlab",
    "jupyterlab-myst",
    "sphinx-book-theme",
    "sphinx-mathjax-offline",
)
# The engine of the book: other versions of these build other pages.
ENGINE = (
    "sphinx",
    "docutils",
    "myst-nb",
    "myst-parser",
    "pydata-sphinx-theme",
    "ipykernel",
    "nbclient",
    "nbformat",
)


def needed_by(name, extra):
    """Return (name, extra) of all that an installed package, with one of its extras or "", requires here."""
    wanted = [Requirement(line) for line in distribution(name).requires or []]
    here = [r for r in wanted if r.marker is None or r.marker.evaluate({"extra": extra})]
    return {(canonicalize_name(r.name), chosen) for r in here for chosen in {"", *r.extras}}


def closure(names):
    """Return the given packages with everything that they require, directly or not."""
    found, waiting = set(), [(canonicalize_name(name), "") for name in names]
    while waiting:
        package = waiting.pop()
        if package not in found:
            found.add(package)
            waiting += needed_by(*package)
    return {name for name, _ in found}


def pinned(names):
    """Return one ``name==version`` line for each package, sorted."""
    return "\n".join(f"{name}=={distribution(name).version}" for name in sorted(names))


def main():
    """Print the file."""
    try:
        rest = closure(NAMED) - set(NAMED) - set(ENGINE)
        print("# The exact environment in which the book is read and built, for pip and for Binder.")
        print("# Printed by scripts/pins.py from an environment whose tests passed.\n")
        print(f"# What the book names\n{pinned(NAMED)}\n")
        print(f"# The engine under Jupyter Book 1\n{pinned(ENGINE)}\n")
        print(f"# What these pull in\n{pinned(rest)}")
    except PackageNotFoundError as error:
        sys.exit(f"pins: package {error} is not installed here; run `make serve` first, then try again")


if __name__ == "__main__":
    main()
