"""An assignment: which exercises, from which seed, made by which version; written down beside what it made."""

import dataclasses
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

import nnbook
from nnbook.course.errors import CourseError

__all__ = ["RECORD", "Plan", "find_plan", "fingerprint", "load_plans", "save_plan", "slug", "student_seed"]

RECORD = "nnbook-course.json"


@dataclass(frozen=True)
class Plan:
    """One assignment. personal: whether each student of a roster got numbers of their own.

    extra: the folder of held-back exercises, or None; digests: of its modules, by file name.
    """

    name: str
    chapter: str
    exercises: tuple[str, ...]
    seed: int
    personal: bool
    version: str = nnbook.__version__
    extra: str | None = None
    digests: tuple[tuple[str, str], ...] = ()

    def seed_of(self, student):
        """The seed of a student's numbers; without numbers of one's own, the assignment's."""
        return student_seed(self.seed, student) if self.personal else self.seed

    def mark_of(self, student):
        """What the metadata of a student's notebook says about its numbers."""
        return fingerprint(self.name, self.seed_of(student))


def student_seed(seed, student):
    """A student's seed: the first 6 bytes, as a big-endian integer, of SHA-256 of "nnbook <seed> <student>"."""
    return int.from_bytes(hashlib.sha256(f"nnbook {seed} {student}".encode()).digest()[:6], "big")


def fingerprint(name, seed):
    """Twelve hexadecimal digits that tell notebooks of different seeds apart and do not tell the seed."""
    return hashlib.sha256(f"{name} made from {seed}".encode()).hexdigest()[:12]


def save_plan(folder, plan):
    """Adds the plan to the folder's record; another of the same name is replaced."""
    plans = load_plans(folder) if Path(folder, RECORD).exists() else {}
    plans[plan.name] = plan
    record = {"assignments": [dataclasses.asdict(plan) for _, plan in sorted(plans.items())]}
    Path(folder, RECORD).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load_plans(folder):
    """Plans by name from a folder's record. Raises CourseError."""
    path = Path(folder, RECORD)
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        plans = [Plan(**entry) for entry in record["assignments"]]
    except (OSError, ValueError, TypeError, KeyError):
        raise CourseError(f"{path}: expected the record that `nnbook assign` wrote, got something else.") from None
    plans = [
        dataclasses.replace(plan, exercises=tuple(plan.exercises), digests=tuple(map(tuple, plan.digests)))
        for plan in plans
    ]
    return {plan.name: plan for plan in plans}


def find_plan(chapter, course, places):
    """(plan, folder) of the assignment of a chapter, or of that name.

    Looks in `course`, or else in one place after the other and the folders in it. Raises CourseError.
    """
    if course and not Path(course, RECORD).exists():
        raise CourseError(f"--course {course}: found no {RECORD} there; give the folder that `nnbook assign` made.")
    for folders in [[Path(course)]] if course else map(_with_record, places):
        found = [
            (plan, folder)
            for folder in folders
            for plan in load_plans(folder).values()
            if chapter in (plan.name, plan.chapter)
        ]
        if len(found) > 1:
            names = ", ".join(f"{plan.name} in {folder}" for plan, folder in found)
            raise CourseError(f"grade: several assignments fit {chapter} ({names}); give the name, or --course.")
        if found:
            return found[0]
    raise CourseError(
        f"grade: found no record of an assignment of {chapter}; run `nnbook assign` first, or name its folder "
        "with --course."
    )


def _with_record(place):
    """The place and the folders in it that hold a record."""
    place = Path(place).resolve()
    inside = sorted(place.glob(f"*/{RECORD}")) if place.is_dir() else []
    return list(dict.fromkeys(path.resolve().parent for path in [place / RECORD, *inside] if path.is_file()))


def slug(text):
    """Text as a name of files and assignments."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-")
