"""Which exercises there are: those of the book's chapters, and those held back in a folder of the instructor's."""

import hashlib
import importlib.util
import re
import sys
from pathlib import Path

from nnbook.course.errors import CourseError
from nnbook.exercises import CHAPTERS, Code, Exercise, Explain, exercises
from nnbook.exercises.core import find

__all__ = ["chapter_name", "chapter_title", "digests", "held_back", "offered", "pick", "table"]

TRIED = range(1, 6)  # seeds on which held-back exercises are tried before they are handed out


def chapter_name(text):
    """The chapter's module from its number or its name. Raises CourseError."""
    if text in CHAPTERS:
        return text
    if text.isascii() and text.isdigit() and int(text) < len(CHAPTERS):
        return CHAPTERS[int(text)]
    known = ", ".join(f"{number} ({name})" for number, name in enumerate(CHAPTERS))
    raise CourseError(f"assign: there is no chapter {text!r}; there are {known}.")


def chapter_title(chapter):
    """A chapter's title, as its module of exercises says it."""
    module = importlib.import_module(f"nnbook.exercises.{chapter}")
    found = re.search(r"chapter \d+, (.+)\.", module.__doc__ or "")
    return found[1] if found else chapter.capitalize()


def offered(chapter, extra=None):
    """The exercises of a chapter, and those of a folder. Raises CourseError."""
    return [*exercises(chapter), *(held_back(extra) if extra else [])]


def pick(offer, names):
    """Those of the offer that are named, in the order of the names; all without names. Raises CourseError."""
    if not names:
        return list(offer)
    picked = []
    for name in names:
        full = [item.id for item in offer if name in (item.id, item.id.partition(".")[2])]
        try:
            picked.append(find(offer, full[0] if full else name))
        except ValueError as error:
            raise CourseError(f"--exercises: {str(error).removeprefix('exercise: ')}; --list shows all.") from None
    if len({item.id for item in picked}) < len(picked):
        raise CourseError("--exercises: one of them is named twice; name each once.")
    return picked


def held_back(folder):
    """All exercises of the modules in a folder, in the order of the files' names. Raises CourseError."""
    paths = sorted(Path(folder).glob("*.py"))
    paths = [path for path in paths if not path.name.startswith(("_", "test_"))]
    if not paths:
        raise CourseError(f"--extra {folder}: found no exercise modules (*.py) there.")
    return [item for path in paths for item in _load(path)]


def digests(folder):
    """(file name, digest) of each module in a folder, so that a change of one is noticed."""
    return tuple(
        (path.name, hashlib.sha256(path.read_bytes()).hexdigest()[:16]) for path in sorted(Path(folder).glob("*.py"))
    )


def _load(path):
    """The EXERCISES of a module; it is read anew each time."""
    if path.stem in CHAPTERS:
        raise CourseError(f"{path}: a chapter of the book has this name; give the file another.")
    name = f"nnbook_held_back_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where dataclasses and inspect look
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise CourseError(f"{path}: it could not be loaded, since it raised {type(error).__name__}: {error}") from error
    found = getattr(module, "EXERCISES", None)
    if not isinstance(found, (list, tuple)) or not all(isinstance(item, Exercise) for item in found):
        raise CourseError(f"{path}: expected EXERCISES, a tuple of exercises, got {type(found).__name__}.")
    for item in found:
        if not item.id.startswith(f"{path.stem}."):
            raise CourseError(
                f"{path}: expected ids such as '{path.stem}.{item.id.rpartition('.')[2]}', got {item.id!r}."
            )
        _try(path, item)
    return found


def _try(path, item):
    """Raises CourseError unless the reference is right on several seeds and no named mistake passes for it."""
    for seed in TRIED:
        variant = item.at(seed)
        if variant.grade(right_submission(variant)).score not in (None, 1.0):
            raise CourseError(f"{path}: {item.id} does not accept its own solution with seed {seed}.")
        for mistake in item.kind.mistakes if item.kind.name in ("Numeric", "Code") else ():
            wrong = variant.grade(wrong_submission(variant, mistake))
            if wrong.mistake != mistake.name:
                raise CourseError(
                    f"{path}: {item.id} does not recognize its mistake {mistake.name!r} with seed {seed}."
                )


def right_submission(item):
    """What a student with the reference answer hands in, as plain data."""
    kind, given = item.kind, item.given
    if isinstance(kind, Code):
        return kind.trusted(given, kind.reference)
    if isinstance(kind, Explain):
        return kind.model
    if kind.name == "Choice":
        return kind.right if kind.several else kind.right[0]
    return item.submission(kind.value(given))


def wrong_submission(item, mistake):
    """What a student who made a named mistake hands in, as plain data."""
    kind, given = item.kind, item.given
    if isinstance(kind, Code):
        return kind.trusted(given, mistake.wrong)
    right, wrong = kind.value(given), mistake.wrong(given)
    return item.submission({**right, **wrong} if isinstance(wrong, dict) else wrong)


def table(offer):
    """What there is, a line each: id, kind, points, minutes, title."""
    width = max(len(item.id) for item in offer)
    lines = [
        f"{item.id:{width}}  {item.kind.name:8} {item.points:2} {'point ' if item.points == 1 else 'points'}"
        f" {item.minutes:3} min  {item.title}"
        for item in offer
    ]
    return "\n".join([*lines, size_of(offer)])


def size_of(exercises):
    """How many exercises these are, their points and how long they take."""
    sizes = {
        "exercise": len(exercises),
        "point": sum(item.points for item in exercises),
        "minute": sum(item.minutes for item in exercises),
    }
    told = [f"{size} {name}{'s' * (size != 1)}" for name, size in sizes.items()]
    return f"{told[0]}, {told[1]}, about {told[2]}"
