"""The list of students: a CSV of one's own, or what Canvas and Moodle export."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from nnbook.course.errors import CourseError

__all__ = ["Student", "read_csv", "read_roster"]

# The first of these columns that a file has is used; Canvas and Moodle use the longer names.
COLUMNS = {
    "id": ("id number", "sis login id", "id", "student_id", "student id", "username", "login"),
    "name": ("name", "student", "full name"),
    "first": ("first_name", "first name", "firstname"),
    "last": ("last_name", "last name", "surname", "lastname"),
    "email": ("email", "email address", "e-mail"),
    "canvas": ("canvas id", "canvas_id"),
    "sis": ("sis user id", "sis_user_id"),
    "section": ("section", "group"),
    "extension": ("extension", "extra days"),
    "submitted": ("submitted",),
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Student:
    """One line of the roster; `id` names the student's files, the rest is what exports need."""

    id: str
    name: str = ""
    first: str = ""
    last: str = ""
    email: str = ""
    canvas: str = ""
    sis: str = ""
    section: str = ""
    extension: str = ""
    submitted: str = ""


def read_roster(path):
    """Students in the file's order. Raises CourseError."""
    header, rows = read_csv(path)
    columns = _columns(path, header)
    students = []
    for number, row in rows:
        # Canvas puts the most points there are below its header.
        if not any(cell.strip() for cell in row) or row[0].strip() in ("Points Possible", "Student, Test"):
            continue
        cells = {key: row[index].strip() for key, index in columns.items() if index < len(row)}
        students.append(_student(path, number, cells))
    if not students:
        raise CourseError(f"{path}: found no students below the header.")
    _unique(path, students)
    return students


def read_csv(path):
    """(header in lower case, [(line number, cells)]) of a CSV with commas, semicolons or tabs. Raises CourseError."""
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CourseError(f"{path}: could not be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise CourseError(f"{path}: expected UTF-8, got another encoding; save it as “CSV UTF-8”.") from None
    if not text.strip() or "\x00" in text:
        raise CourseError(
            f"{path}: expected a CSV file with a header, got {'other data' if text.strip() else 'nothing'}."
        )
    first = text.lstrip().splitlines()[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        raise CourseError(f"{path}: could not be read as CSV ({error}).") from None
    return [cell.strip().lower() for cell in rows[0][1]], rows[1:]


def _columns(path, header):
    columns = {}
    for key, names in COLUMNS.items():
        found = [header.index(name) for name in names if name in header]
        if found:
            columns[key] = found[0]
    if "canvas" not in columns and "student" in header and "id" in header:  # Canvas calls its own number ID
        columns["canvas"] = header.index("id")
    if "id" not in columns:
        raise CourseError(
            f"{path}: expected a column id (or ID number, SIS Login ID, username), got {', '.join(header)}."
        )
    return columns


def _student(path, number, cells):
    name = cells.get("id", "")
    if not name:
        raise CourseError(f"{path}, line {number}: a student without an id; every student needs one.")
    if (
        name.startswith(FORMULA)
        or name.startswith(".")
        or len(name) > 100
        or not name.isprintable()
        or set(name) & set('/\\:*?"<>|')
    ):
        raise CourseError(f"{path}, line {number}: the id {name!r} cannot name a file; use letters, digits, - and _.")
    full = unguarded(cells.pop("name", ""))
    first, last = unguarded(cells.pop("first", "")), unguarded(cells.pop("last", ""))
    if not full:
        full = f"{first} {last}".strip()
    if not first and not last:
        # Canvas writes “last, first”; otherwise the last word is taken for the last name.
        head, comma, tail = full.partition(", ")
        first, last = (tail, head) if comma else (" ".join(full.split()[:-1]), "".join(full.split()[-1:]))
    return Student(name=full, first=first, last=last, **cells)


def unguarded(text):
    """Text without the apostrophe that keeps a spreadsheet from running it."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def guarded(text):
    """Text that a spreadsheet shows and does not run: an apostrophe before = + - @ and control characters."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _unique(path, students):
    seen = {}
    for student in students:
        folded = student.id.casefold()  # two files whose names differ in case are one file on many systems
        if folded in seen:
            raise CourseError(
                f"{path}: the id {student.id!r} stands there twice; every student needs one of their own."
            )
        seen[folded] = student
