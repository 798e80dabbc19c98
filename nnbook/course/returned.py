"""What students handed in: finds the files, and reads notebooks without believing them."""

import datetime
import json
from dataclasses import dataclass
from pathlib import Path

from nnbook.course.errors import CourseError

__all__ = ["Cell", "Found", "Unreadable", "find_submissions", "read_notebook"]

LARGEST = 50 * 2**20  # bytes; outputs may hold pictures
MOST_CELLS = 2_000


class Unreadable(Exception):
    """A file that cannot be graded; its text is a sentence for the student."""


@dataclass(frozen=True)
class Cell:
    """kind: "code" or "markdown"; grade_id: what the assignment called the cell, or ""."""

    kind: str
    source: str
    grade_id: str


@dataclass(frozen=True)
class Found:
    """A student's file and when it came; path None: nothing did. problem: why a file that is there is not read."""

    path: Path | None = None
    time: datetime.datetime | None = None
    problem: str = ""


def find_submissions(folder, plan, students):
    """({student id: Found}, [sentences on files that belong to nobody]). Raises CourseError.

    Folders as nbgrader makes them (<id>/<assignment>/<notebook>.ipynb with timestamp.txt), folders named by
    student, or files named by student: <id>.ipynb, <id>-<assignment>.ipynb or <id>_<assignment>.ipynb.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise CourseError(f"grade: found no folder {folder}; give the one that holds the submissions.")
    if (folder / "submitted").is_dir():  # a whole nbgrader course was given
        folder = folder / "submitted"
    ids = {student.id.casefold(): student.id for student in students}
    found, strangers = {student.id: [] for student in students}, []
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") or entry.is_file() and entry.suffix != ".ipynb":
            continue
        owner = _owner(entry, plan, ids)
        if owner:
            found[owner].append(entry)
        else:
            strangers.append(f"{entry.name} belongs to nobody in the roster and was not graded.")
    return {owner: _choose(entries, plan) for owner, entries in found.items()}, strangers


def _owner(entry, plan, ids):
    """The id that a file or folder is named by, or None."""
    name = (entry.stem if entry.suffix == ".ipynb" else entry.name).casefold()
    names = [name, *(name.removesuffix(f"{mark}{plan.name.casefold()}") for mark in "-_")]
    return next((ids[name] for name in names if name in ids), None)


def _choose(entries, plan):
    notebooks = [path for entry in entries for path in _notebooks(entry, plan)]
    if not notebooks:
        return Found(problem="The folder holds no notebook (a file that ends in .ipynb)." if entries else "")
    if len(notebooks) > 1:
        named = [path for path in notebooks if path.stem == plan.name]
        if len(named) != 1:
            names = ", ".join(path.name for path in notebooks[:5])
            return Found(problem=f"There are several notebooks ({names}); one was expected, so none was graded.")
        notebooks = named
    path = notebooks[0]
    if path.is_symlink():
        return Found(problem="The file is a link to another one; links are not followed.")
    return Found(path, _time(path))


def _notebooks(entry, plan):
    if entry.is_symlink() or not entry.is_dir():
        return [entry]
    inner = entry / plan.name
    inner = inner if inner.is_dir() and not inner.is_symlink() else entry
    return [path for path in sorted(inner.glob("*.ipynb")) if not path.name.startswith(".")]


def _time(path):
    """nbgrader's timestamp.txt beside the notebook, or else when the file was last changed."""
    stamp = path.parent / "timestamp.txt"
    if stamp.is_file() and not stamp.is_symlink():
        text = stamp.read_text(encoding="utf-8", errors="replace").strip()[:100]
        date, _, zone = text.rpartition(" ")
        text = date if zone in ("UTC", "GMT") else text
        try:
            time = datetime.datetime.fromisoformat(text)
        except ValueError:
            raise CourseError(f"{stamp}: expected a time such as 2027-03-01 12:00:00 UTC, got {text!r}.") from None
        return time.replace(tzinfo=datetime.UTC) if time.tzinfo is None else time
    return datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC)


def read_notebook(text):
    """(cells, the notebook's nnbook metadata) from a file's bytes. Raises Unreadable."""
    if len(text) > LARGEST:
        raise Unreadable(f"The file has {len(text) / 2**20:.0f} MB; at most {LARGEST // 2**20} MB are read.")
    if not text.strip():
        raise Unreadable("The file is empty.")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("The file is not a notebook; hand in the .ipynb file that Jupyter saves.") from None
    cells = data.get("cells") if isinstance(data, dict) else None
    if not isinstance(cells, list):
        raise Unreadable("The file is not a notebook of today's format; open it in Jupyter and save it.")
    if not cells or len(cells) > MOST_CELLS:
        raise Unreadable(f"The notebook has {len(cells) or 'no'} cells; something went wrong when it was saved.")
    about = data.get("metadata")
    about = about.get("nnbook") if isinstance(about, dict) else None
    return [_cell(cell) for cell in cells], about if isinstance(about, dict) else {}


def _cell(data):
    data = data if isinstance(data, dict) else {}
    source = data.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    metadata = data.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else ""
    kind = "code" if data.get("cell_type") == "code" else "markdown"
    source = source if isinstance(source, str) else ""
    return Cell(kind, source.encode("utf-8", "replace").decode(), grade_id if isinstance(grade_id, str) else "")
