"""Writes an assignment: nbgrader's source and release, each student's own notebook, and a record of it all."""

import dataclasses
from pathlib import Path

from nnbook.course import bank, notebooks
from nnbook.course.errors import CourseError
from nnbook.course.plan import Plan, save_plan, slug
from nnbook.exercises import CHAPTERS, exercises

__all__ = ["assign", "plan_of", "title_of"]


def plan_of(chapter, *, seed, names=(), extra=None, personal=False, name=None):
    """(plan, its exercises) of a chapter's number or name. Raises CourseError."""
    chapter = bank.chapter_name(chapter)
    picked = bank.pick(bank.offered(chapter, extra), names)
    name = name or f"{CHAPTERS.index(chapter):02}-{chapter}"
    if name != slug(name):
        raise CourseError(f"--name {name!r}: expected letters, digits, - and _ only.")
    plan = Plan(name, chapter, tuple(item.id for item in picked), seed, personal)
    if extra:
        plan = dataclasses.replace(plan, extra=str(Path(extra).resolve()), digests=bank.digests(extra))
    return plan, picked


def title_of(plan):
    """What students read above the assignment."""
    return f"Exercises: {bank.chapter_title(plan.chapter)}"


def assign(plan, picked, out, students=()):
    """Writes everything below `out`; returns the notebooks that are to be handed out. Raises CourseError."""
    out = Path(out)
    try:
        for kind in ("source", "release"):
            path = out / kind / plan.name / f"{plan.name}.ipynb"
            _write(path, plan, picked, plan.seed, release=kind == "release")
        own = [out / "students" / student.id / f"{plan.name}.ipynb" for student in students]
        for student, path in zip(students, own, strict=True):
            _write(path, plan, picked, plan.seed_of(student.id), release=True)
        save_plan(out, plan)
    except OSError as error:
        raise CourseError(f"--out {out}: could not be written ({error.strerror}).") from None
    return own or [path]


def _write(path, plan, picked, seed, *, release):
    book = {item.id for item in exercises(plan.chapter)}
    data = notebooks.notebook(plan, picked, seed, title=title_of(plan), release=release, book=book)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebooks.text(data), encoding="utf-8")
