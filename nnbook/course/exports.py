"""Grades as CSV: our own with a column per exercise, and the forms that Canvas and Moodle import."""

import csv
from pathlib import Path

from nnbook.course.roster import guarded

__all__ = ["total_of", "write_canvas", "write_grades", "write_moodle"]


def earned(result):
    """Points of a result; None as long as nobody has marked it."""
    return None if result["score"] is None else round(result["points"] * result["score"], 2)


def total_of(report):
    """(points, points after the late penalty); what is not marked yet counts 0."""
    points = round(sum(earned(result) or 0.0 for result in report["results"]), 2)
    return points, round(points * (1 - report["penalty"] / 100), 2)


def out_of(report):
    """The most points there are."""
    return sum(result["points"] for result in report["results"])


def number(x):
    """A number as it is written into all files."""
    return "" if x is None else f"{x:g}"


def write_grades(students, reports, path):
    """One line a student: points for each exercise, penalty, total, how many texts are to be marked, notes."""
    ids = [result["id"] for result in reports[0]["results"]]
    rows = [["id", "name", *ids, "points", "penalty_percent", "total", "out_of", "to_mark", "notes"]]
    for student, report in zip(students, reports, strict=True):
        points, total = total_of(report)
        cells = [number(earned(result)) for result in report["results"]]
        to_mark = sum(result["score"] is None for result in report["results"])
        notes = guarded(" ".join([*report["notes"], *report["remarks"]]))
        ends = [number(points), number(report["penalty"]), number(total), out_of(report), to_mark, notes]
        rows.append([student.id, guarded(student.name), *cells, *ends])
    _write(path, rows)


def write_canvas(students, reports, path, title):
    """Canvas's gradebook import: students are found by ID, SIS User ID or SIS Login ID."""
    rows = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title],
        ["    Points Possible", "", "", "", "", out_of(reports[0])],
    ]
    for student, report in zip(students, reports, strict=True):
        name = f"{student.last}, {student.first}" if student.first else student.name
        ends = [guarded(student.section), number(total_of(report)[1])]
        rows.append([guarded(name), guarded(student.canvas), guarded(student.sis), student.id, *ends])
    _write(path, rows)


def write_moodle(students, reports, path, title):
    """Moodle's grade import: students are found by ID number, username or email address."""
    rows = [["ID number", "First name", "Last name", "Email address", title, f"{title} (feedback)"]]
    for student, report in zip(students, reports, strict=True):
        comment = guarded(" ".join(report["notes"]))
        names = [guarded(student.first), guarded(student.last), guarded(student.email)]
        rows.append([student.id, *names, number(total_of(report)[1]), comment])
    _write(path, rows)


def _write(path, rows):
    """Every text is quoted, so that commas, quotes, line breaks and accents come back as they were."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
