"""The commands `nnbook assign` and `nnbook grade`."""

import argparse
import dataclasses
import sys
from pathlib import Path

import nnbook
from nnbook.course import bank
from nnbook.course.assign import assign, plan_of
from nnbook.course.errors import CourseError
from nnbook.course.grade import grade
from nnbook.course.grading import limits_of
from nnbook.course.late import parse_rule
from nnbook.course.plan import find_plan
from nnbook.course.roster import read_roster

__all__ = ["main"]


def main(arguments=None):
    """Runs a command; returns the exit status: 0, or 2 with one sentence on stderr."""
    options = parser().parse_args(arguments)
    try:
        options.run(options)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Interrupted; nothing was written.", file=sys.stderr)
        return 130
    return 0


def parser():
    """The commands and their options."""
    top = argparse.ArgumentParser(prog="nnbook", description="Assignments from the book's chapters, and their grading.")
    top.add_argument("--version", action="version", version=f"nnbook {nnbook.__version__}")
    commands = top.add_subparsers(required=True, metavar="assign | grade")
    make = commands.add_parser("assign", help="make an assignment from a chapter")
    make.set_defaults(run=run_assign)
    make.add_argument("chapter", help="its number or name, such as 4 or backpropagation")
    make.add_argument("--list", action="store_true", help="list the exercises, and write nothing")
    make.add_argument("--out", metavar="FOLDER", default="course", help="the course's folder (course)")
    make.add_argument("--seed", type=whole, default=0, help="what the numbers are drawn from; 0: the book's own")
    make.add_argument("--roster", metavar="CSV", help="the students: each gets a notebook with numbers of their own")
    make.add_argument("--exercises", nargs="+", metavar="ID", default=(), help="only these, in this order")
    make.add_argument("--extra", metavar="FOLDER", help="modules with exercises that you hold back")
    make.add_argument("--name", help="the assignment's name (such as 04-backpropagation)")
    judge = commands.add_parser("grade", help="grade what students returned")
    judge.set_defaults(run=run_grade)
    judge.add_argument("chapter", help="its number or name, or the assignment's name")
    judge.add_argument("submissions", help="the folder with the notebooks")
    judge.add_argument("--roster", metavar="CSV", required=True, help="the students")
    judge.add_argument("--out", metavar="FOLDER", default="grades", help="where grades and feedback go (grades)")
    judge.add_argument("--course", metavar="FOLDER", help="where the assignment was made, unless it is found nearby")
    judge.add_argument("--extra", metavar="FOLDER", help="where the held-back exercises are now, if they were moved")
    judge.add_argument("--due", metavar="TIME", help="such as 2027-03-01 18:00; a date lasts to its end")
    judge.add_argument("--late", metavar="RULE", help="what late work loses, such as 10%%/day (or hour, or week)")
    judge.add_argument("--anonymous", action="store_true", help="no names on the marking sheet")
    judge.add_argument("--jobs", type=positive, metavar="N", help="notebooks at once (one for each core)")
    judge.add_argument("--dask", metavar="ADDRESS", help="grade on the workers of this Dask scheduler")
    judge.add_argument("--seconds", type=positive, metavar="N", help="processor time for one cell (10)")
    judge.add_argument("--memory", type=positive, metavar="MB", help="memory for one notebook (2048)")
    return top


def whole(text):
    """An integer from 0 up."""
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"expected an integer from 0 up, got {text!r}")
    return int(text)


def positive(text):
    """An integer from 1 up."""
    if whole(text) == 0:
        raise argparse.ArgumentTypeError("expected an integer from 1 up, got '0'")
    return int(text)


def run_assign(options):
    """Writes or lists. Raises CourseError."""
    if options.list:
        offer = bank.offered(bank.chapter_name(options.chapter), options.extra)
        print(bank.table(bank.pick(offer, options.exercises)))
        return
    students = read_roster(options.roster) if options.roster else ()
    plan, picked = plan_of(
        options.chapter,
        seed=options.seed,
        names=options.exercises,
        extra=options.extra,
        personal=bool(options.roster),
        name=options.name,
    )
    paths = assign(plan, picked, options.out, students)
    size = bank.size_of(picked)
    print(f"{plan.name}: {size}, made with nnbook {plan.version}.")
    hand_out = f"{options.out}/students/<id>/{plan.name}.ipynb ({len(paths)})" if students else paths[0]
    print(f"Hand out: {hand_out}")
    print(f"Keep: {options.out}/source (with solutions, for nbgrader) and the record in {options.out}.")
    if plan.seed == 0 and not students:
        print("Seed 0 gives the book's own numbers, whose answers are published; --seed draws others.")


def run_grade(options):
    """Grades. Raises CourseError."""
    rule = parse_rule(options.late, options.due)
    students = read_roster(options.roster)
    chapter = options.chapter
    if chapter.isascii() and chapter.isdigit():
        chapter = bank.chapter_name(chapter)
    near = [Path(), Path(options.submissions), Path(options.submissions).resolve().parent]
    near += [Path(options.roster).resolve().parent, Path(options.out).resolve().parent]
    plan, folder = find_plan(chapter, options.course, near)
    if options.extra:
        plan = dataclasses.replace(plan, extra=str(Path(options.extra).resolve()))
    here = Path().resolve()
    print(f"Assignment {plan.name}, made in {folder.relative_to(here) if folder.is_relative_to(here) else folder}.")
    reports = grade(
        plan,
        options.submissions,
        students,
        options.out,
        rule=rule,
        limits=limits_of(options.seconds, options.memory),
        workers=options.jobs,
        dask=options.dask,
        anonymous=options.anonymous,
    )
    print(Path(options.out, "report.txt").read_text(encoding="utf-8"), end="")
    to_mark = sum(result["score"] is None for report in reports for result in report["results"])
    if to_mark:
        print(f"To mark: {options.out}/marking.csv; fill in mark and comment, then run the same command again.")
    print(f"Wrote grades.csv, canvas.csv, moodle.csv, marking.csv, report.txt and feedback/ to {options.out}.")
