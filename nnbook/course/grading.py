"""One submission → one report, both plain data, so that it can be done in any process on any machine."""

import dataclasses
import functools
import tempfile
import threading
from pathlib import Path

from nnbook.course import bank, stage
from nnbook.course.answers import collect
from nnbook.course.plan import Plan
from nnbook.course.returned import Unreadable, read_notebook
from nnbook.course.sandbox import Limits, Sandbox, best_level
from nnbook.exercises import Result

__all__ = ["clean_up", "grade_one", "job_of", "limits_of"]

LOCK = threading.Lock()
KEPT = []


def job_of(plan, student, content, problem, limits, private, others):
    """What `grade_one` needs: plain data. content: the file's bytes, or None; others: student by notebook's mark."""
    paths = sorted(Path(plan.extra).glob("*.py")) if plan.extra else []
    return {
        "plan": dataclasses.asdict(plan),
        "student": student.id,
        "content": content,
        "problem": problem,
        "limits": dataclasses.asdict(limits),
        "private": [str(path) for path in private],
        "others": others,
        "modules": [(path.name, path.read_text(encoding="utf-8")) for path in paths],
    }


def limits_of(seconds=None, memory=None):
    """Limits with what the command line says."""
    given = {"cell": seconds, "memory": memory, "processor": seconds and max(120, int(6 * seconds))}
    return Limits(**{key: value for key, value in given.items() if value})


def grade_one(job):
    """{"student", "results", "notes", "remarks"}; a result holds an exercise's score, status and message.

    notes are for the student as well, remarks for the instructor alone. Raises nothing for what a student did.
    """
    plan = Plan(**job["plan"])
    seed, modules = plan.seed_of(job["student"]), tuple(map(tuple, job["modules"]))
    exercises = [item.at(seed) for item in _exercises(plan.chapter, tuple(plan.exercises), modules)]
    report = {"student": job["student"], "notes": [], "remarks": [], "handed_in": job["content"] is not None}
    submissions = {}
    if job["content"] is None:
        report["notes"].append(job["problem"] or "Nothing was handed in.")
    else:
        try:
            submissions = _answers(plan, exercises, job, report)
        except Unreadable as problem:
            report["notes"].append(str(problem))
        except Exception as error:  # of ours, or of this machine's: it must not cost a whole class its grades
            report["notes"].append("The notebook could not be graded; your instructor has been told.")
            report["remarks"].append(failed("this notebook", error))
    report["results"] = [_graded(item, submissions.get(item.id), report) for item in exercises]
    return report


@functools.lru_cache(maxsize=8)
def _exercises(chapter, ids, modules):
    """The assignment's exercises; those held back come as the text of their modules."""
    if not modules:
        return bank.pick(bank.offered(chapter), ids)
    folder = tempfile.TemporaryDirectory(prefix="nnbook-extra-")
    KEPT.append(folder)  # sources are read from it later
    for name, text in modules:
        Path(folder.name, name).write_text(text, encoding="utf-8")
    return bank.pick(bank.offered(chapter, folder.name), ids)


# One copy of what students may see, for all submissions of a process.
_stage = functools.cache(stage.staged)


def clean_up():
    """Removes the copy; a process that ends in the usual way does so by itself."""
    _stage().cleanup()
    _stage.cache_clear()


def _answers(plan, exercises, job, report):
    cells, about = read_notebook(job["content"])
    _look_at_mark(about, plan, job, report)
    limits = Limits(**job["limits"])
    with LOCK:
        folder, level = _stage().name, best_level()
    found = collect(cells, exercises, lambda: Sandbox(folder, limits, level, job["private"]), limits)
    report["notes"] += found.notes
    return found.submissions


def _look_at_mark(about, plan, job, report):
    """Whether the notebook was made from this student's seed; it is graded with that seed in any case."""
    whose = "your own numbers" if plan.personal else "this assignment's numbers"
    mark = about.get("numbers")
    if mark == plan.mark_of(job["student"]):
        return
    if mark is None:
        report["notes"].append(f"The notebook does not tell its numbers; it was graded with {whose}.")
        return
    report["notes"].append(f"The notebook was made with other numbers; it was graded with {whose}.")
    owner = job["others"].get(mark) if isinstance(mark, str) else None
    if owner:
        report["remarks"].append(f"The notebook is the one that was made for {owner}.")


def failed(what, error):
    """What an instructor is told when grading itself went wrong."""
    return f"nnbook failed on {what} ({type(error).__name__}: {error}); grade it by hand, and report it."


def _graded(item, submission, report):
    """The result of one exercise."""
    kind = item.kind
    if kind.name == "Code":
        item = dataclasses.replace(item, kind=dataclasses.replace(kind, hidden=True))
    try:
        result = item.grade(submission)
    except Exception as error:  # as above
        report["remarks"].append(failed(item.id, error))
        result = Result("invalid", "It could not be graded; your instructor has been told.")
    answer = submission if kind.name == "Explain" and isinstance(submission, str) else ""
    message = "Received; a person will mark it." if result.status == "unmarked" else result.message
    return {
        "id": item.id,
        "title": item.title,
        "points": item.points,
        "score": result.score,
        "status": result.status,
        "message": message,
        "mistake": result.mistake,
        "answer": answer,
        "rubric": list(kind.rubric) if kind.name == "Explain" else [],
    }
