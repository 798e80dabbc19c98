"""Grades a folder of submissions, and writes grades, imports, feedback, the marking sheet and a report."""

import statistics
from pathlib import Path

import nnbook
from nnbook.course import bank, marking
from nnbook.course.assign import title_of
from nnbook.course.errors import CourseError
from nnbook.course.exports import total_of, write_canvas, write_grades, write_moodle
from nnbook.course.feedback import write_feedback
from nnbook.course.grading import job_of
from nnbook.course.late import Rule, parse_due
from nnbook.course.parallel import grade_all
from nnbook.course.returned import LARGEST, find_submissions
from nnbook.course.sandbox import Limits, best_level

__all__ = ["grade"]

SHUT_IN = {
    "namespaces": "Student code ran without network, without files but Python's own, and saw no other processes.",
    "user": (
        "This system gives no namespaces: student code ran within limits of time and memory, as a user of its own, but"
        " it could use the network and read files open to all users; grade on Linux with namespaces to prevent that."
    ),
    "limits": (
        "This system gives no namespaces: student code ran within limits of time and memory, in an empty folder, but"
        " it could use the network and read whatever you can read; grade on Linux with namespaces to prevent that."
    ),
}
WORKERS = "Student code ran on the workers of the cluster, shut in as well as each of them allows."


def grade(plan, submissions, students, out, *, rule=None, limits=None, workers=None, dask=None, anonymous=False):
    """Grades, writes everything below `out`, and returns the reports in the roster's order. Raises CourseError."""
    rule, out = rule or Rule(), Path(out)
    # What can be wrong with the input is said before anything takes time.
    remarks = [WORKERS if dask else SHUT_IN[best_level()], *_look_at_extra(plan)]
    exercises = bank.pick(bank.offered(plan.chapter, plan.extra), plan.exercises)
    for student in students if rule.due else ():
        rule.extended(student.extension)
    found, strangers = find_submissions(submissions, plan, students)
    marks = marking.read_marks(out / "marking.csv", {item.id: item.points for item in exercises})
    reports = _reports(plan, found, students, [out, submissions], limits or Limits(), workers, dask)
    for student, report in zip(students, reports, strict=True):
        time = parse_due(student.submitted, "submitted") if student.submitted else found[student.id].time
        report["penalty"], sentence = rule.penalty(time, student.extension) if report["handed_in"] else (0.0, "")
        report["notes"] += [sentence] * bool(sentence)
    marking.apply_marks(plan, reports, marks)
    _write(plan, students, reports, marks, out, [*remarks, *strangers], anonymous)
    return reports


def _look_at_extra(plan):
    """Remarks on what is not as it was when the assignment was made. Raises CourseError."""
    remarks = []
    if plan.version != nnbook.__version__:
        remarks.append(f"Made with nnbook {plan.version}, graded with {nnbook.__version__}.")
    if plan.extra:
        if not Path(plan.extra).is_dir():
            raise CourseError(
                f"grade: the held-back exercises are no longer in {plan.extra}; give their folder with --extra."
            )
        if bank.digests(plan.extra) != plan.digests:
            remarks.append(f"The held-back exercises in {plan.extra} have changed since the assignment was made.")
    return remarks


def _reports(plan, found, students, private, limits, workers, dask):
    others = {plan.mark_of(student.id): student.id for student in students} if plan.personal else {}
    jobs = []
    for student in students:
        one, content, problem = found[student.id], None, found[student.id].problem
        if one.path:
            content, problem = _read(one.path)
        jobs.append(job_of(plan, student, content, problem, limits, private, others))
    return grade_all(jobs, workers=workers, dask=dask)


def _read(path):
    """(bytes, "") or (None, a sentence); no more is read than a notebook may have."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1), ""
    except OSError as error:
        return None, f"The file could not be read ({error.strerror})."


def _write(plan, students, reports, marks, out, remarks, anonymous):
    title = title_of(plan)
    try:
        write_feedback(out / "feedback", title, students, reports)
        marking.write_sheet(plan, students, reports, marks, out / "marking.csv", anonymous=anonymous)
        write_grades(students, reports, out / "grades.csv")
        write_canvas(students, reports, out / "canvas.csv", plan.name)
        write_moodle(students, reports, out / "moodle.csv", plan.name)
        (out / "report.txt").write_text(_report(plan, reports, remarks), encoding="utf-8")
    except OSError as error:
        raise CourseError(f"--out {out}: could not be written ({error.strerror}: {error.filename}).") from None


def _report(plan, reports, remarks):
    """What an instructor should know, a sentence a line."""
    handed_in = sum(report["handed_in"] for report in reports)
    to_mark = sum(result["score"] is None for report in reports for result in report["results"])
    totals = sorted(total_of(report)[1] for report in reports if report["handed_in"])
    marking = f"{to_mark} answer{' is' if to_mark == 1 else 's are'} to be marked"
    lines = [f"{plan.name}: {handed_in} of {len(reports)} students handed in; {marking}."]
    if totals:
        lines.append(f"Totals from {totals[0]:g} to {totals[-1]:g}, median {statistics.median(totals):g}.")
    lines += remarks
    for report in reports:
        lines += [f"{report['student']}: {note}" for note in [*report["notes"], *report["remarks"]]]
    return "\n".join(lines) + "\n"
