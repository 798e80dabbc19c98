"""What a planted defect is, and the edits that plant one in a copy of the repository."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat

HTML = Path("_build", "html")


@dataclass(frozen=True)
class Defect:
    """One thing that is wrong, how to make it wrong, and the check that must go red.

    name: what is wrong, in words. plant: edits a `Copy`. check: what is run, as scripts/plant_defects.py spells it.
    quick: tried in every `make test`, not only by `make mutants`.
    """

    name: str
    plant: Callable
    check: str
    quick: bool = False


class Copy:
    """A copy of the repository that can be damaged and mended again."""

    def __init__(self, root):
        self.root = Path(root)
        self._before = {}

    def write(self, name, content):
        """Put bytes in place of a file's, or make a new file of them."""
        path = self.root / name
        if name not in self._before:
            self._before[name] = path.read_bytes() if path.exists() else None
        path.parent.mkdir(parents=True, exist_ok=True)
        # A new file instead of new content: pages are hard links to those of the original.
        path.unlink(missing_ok=True)
        path.write_bytes(content)

    def remove(self, name):
        """Take a file away."""
        self._before.setdefault(name, (self.root / name).read_bytes())
        (self.root / name).unlink()

    def read(self, name):
        """The text of a file."""
        return (self.root / name).read_text(encoding="utf-8")

    def mend(self):
        """Undo everything."""
        for name, content in self._before.items():
            (self.root / name).unlink(missing_ok=True)
            if content is not None:
                (self.root / name).write_bytes(content)
        self._before = {}


def edit(name, old, new):
    """A plant: the one place in a file where `old` stands gets `new`. ValueError if there is none or several."""

    def plant(copy):
        text = copy.read(name)
        if text.count(old) != 1:
            raise ValueError(f"mutants: {name} holds {old!r} {text.count(old)} times, expected once; plant another edit")
        copy.write(name, text.replace(old, new).encode())

    return plant


def both(*plants):
    """A plant that consists of several edits."""

    def plant(copy):
        for part in plants:
            part(copy)

    return plant


def create(name, content):
    """A plant: a file that should not be there."""
    return lambda copy: copy.write(name, content if isinstance(content, bytes) else content.encode())


def remove(name):
    """A plant: a file that is missing."""
    return lambda copy: copy.remove(name)


def notebook(name, change):
    """A plant: `change(cells)` damages the list of a notebook's cells."""

    def plant(copy):
        content = nbformat.reads(copy.read(name), as_version=4)
        change(content.cells)
        copy.write(name, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())

    return plant


def prose(name, old, new):
    """A plant: the one place in a notebook's Markdown cells where `old` stands gets `new`."""

    def change(cells):
        found = [cell for cell in cells if cell.cell_type == "markdown" and old in cell.source]
        if len(found) != 1:
            raise ValueError(f"mutants: {len(found)} Markdown cells of {name} hold {old!r}, expected one; plant another edit")
        found[0].source = found[0].source.replace(old, new, 1)

    return notebook(name, change)


def page(name, old, new):
    """A plant: the first place in a built page where `old` stands gets `new`."""

    def plant(copy):
        text = copy.read(HTML / name)
        if old not in text:
            raise ValueError(f"mutants: the built page {name} does not hold {old!r}; plant another edit")
        copy.write(HTML / name, text.replace(old, new, 1).encode())

    return plant


def script(name, old, new):
    """A plant: an edit of a script or style of the pages, in the package and where the book was built."""
    return both(edit(f"nnbook/static/{name}", old, new), edit(HTML / "_static" / name, old, new))


def code(source, outputs=(), count=None):
    """A code cell to insert."""
    return nbformat.v4.new_code_cell(source, outputs=list(outputs), execution_count=count)


def copy_repository(source, target, files):
    """Copy the named files of the repository, and link the built book if there is one; return the `Copy`."""
    for name in files:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)
    if (source / HTML).is_dir():
        (target / HTML).mkdir(parents=True)
        shutil.copytree(source / HTML, target / HTML, dirs_exist_ok=True, copy_function=lambda a, b: Path(b).hardlink_to(a))
    return Copy(target)
