"""The sheet on which a person marks the texts; marks and comments on it are read again by the next run."""

import csv
import hashlib
import os
from pathlib import Path

from nnbook.course.errors import CourseError
from nnbook.course.roster import guarded, read_csv

__all__ = ["apply_marks", "read_marks", "write_sheet"]

COLUMNS = ["code", "student", "name", "exercise", "points", "answer", "rubric", "mark", "comment", "version"]


def code_of(plan, student):
    """Eight hexadecimal digits for a student; whoever has the sheet alone cannot tell who it is."""
    return hashlib.sha256(f"{plan.seed} {plan.name} code of {student}".encode()).hexdigest()[:8]


def version_of(answer):
    """Tells whether an answer is the one that was marked."""
    return hashlib.sha256(answer.encode()).hexdigest()[:8]


def read_marks(path, points):
    """Rows of a sheet by (code, exercise), as dicts of texts; none when there is no sheet yet. Raises CourseError.

    points: of each exercise; a mark is a number from 0 to them.
    """
    if not Path(path).exists():
        return {}
    header, rows = read_csv(path)
    missing = [name for name in ("code", "exercise", "mark", "comment") if name not in header]
    if missing:
        raise CourseError(f"{path}: expected a column {missing[0]}, as the sheet had when it was written.")
    marks = {}
    for number, cells in rows:
        row = dict(zip(header, cells, strict=False)) | {"line": number}
        row = dict.fromkeys(COLUMNS, "") | row
        if row["mark"].strip() and row["exercise"] in points:
            row["value"] = _mark(row, points[row["exercise"]], path)
        marks[row["code"], row["exercise"]] = row
    return marks


def apply_marks(plan, reports, marks):
    """Puts marks and comments into the results they belong to."""
    for report in reports:
        for result in report["results"]:
            row = marks.get((code_of(plan, report["student"]), result["id"]))
            if not row or result["status"] != "unmarked":
                continue
            result["comment"] = row["comment"].strip()
            if "value" in row:
                result["score"] = row["value"] / result["points"]
                result["status"], result["message"] = "marked", ""
                if row["version"] and row["version"] != version_of(result["answer"]):
                    report["remarks"].append(f"The answer to {result['id']} has changed since it was marked.")


def _mark(row, points, path):
    text = row["mark"].strip().replace(",", ".")
    try:
        mark = float(text)
    except ValueError:
        mark = -1.0
    if not 0 <= mark <= points:
        raise CourseError(
            f"{path}, line {row['line']}: the mark is {row['mark']!r}, expected a number from 0 to {points}."
        )
    return mark


def write_sheet(plan, students, reports, marks, path, *, anonymous):
    """All texts that were handed in, question by question, in the order of the codes; rows nobody needs are kept."""
    names = {student.id: student.name for student in students}
    rows, seen = [], set()
    for report in reports:
        code = code_of(plan, report["student"])
        for place, result in enumerate(report["results"]):
            if not result["answer"] or result["status"] not in ("unmarked", "marked"):
                continue
            seen.add((code, result["id"]))
            old = marks.get((code, result["id"]), {})
            row = {
                "code": code,
                "student": "" if anonymous else report["student"],
                "name": "" if anonymous else guarded(names[report["student"]]),
                "exercise": result["id"],
                "points": result["points"],
                "answer": guarded(result["answer"]),
                "rubric": "\n".join(f"- {line}" for line in result["rubric"]),
                "mark": old.get("mark", ""),
                "comment": old.get("comment", ""),
                "version": old["version"]
                if old.get("mark", "").strip() and old.get("version")
                else version_of(result["answer"]),
            }
            rows.append(((place, code), row))
    rows = [row for _, row in sorted(rows, key=lambda pair: pair[0])]
    rows += [row for key, row in marks.items() if key not in seen and (row["mark"].strip() or row["comment"].strip())]
    fresh = Path(f"{path}.new")
    with fresh.open("w", encoding="utf-8-sig", newline="") as file:  # the mark by which Excel knows UTF-8
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows(rows)
    os.replace(fresh, path)
