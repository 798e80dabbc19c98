"""Numeric answers: a number, an array, or several named ones, compared within a stated tolerance."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from nnbook.exercises.plain import plain
from nnbook.exercises.reading import describe, is_missing, read
from nnbook.exercises.results import (
    Array,
    Problem,
    Result,
    array_text,
    number_text,
    say,
    sentence,
    shape_text,
)
from nnbook.exercises.threshold import Fires

__all__ = ["Mistake", "Numeric", "close", "examine", "wanted_text"]


@dataclass(frozen=True)
class Mistake:
    """A known way to go wrong: its name, the wrong answer, and feedback that does not give the right one.

    wrong: for `Numeric`, given → wrong answer (of several parts, only those that are wrong); for `Code`,
    a wrong function.
    """

    name: str
    wrong: Callable
    feedback: str


@dataclass(frozen=True)
class Numeric:
    """|got − wanted| ≤ atol + rtol·|wanted| for every number; or, with `fires`, any numbers that do the job.

    value: given → number or array, or a dict of several by name; with `fires`, one solution of many.
    label: what a single answer is called.
    """

    value: Callable
    mistakes: tuple[Mistake, ...] = ()
    rtol: float = 0.0
    atol: float = 0.0
    label: str = "answer"
    fires: Fires | None = None
    name = "Numeric"

    def parts(self, value):
        """Arrays by name from a value as an author writes it: a number, an array, or a dict of them."""
        return {
            key: read(plain(item)) for key, item in (value if isinstance(value, dict) else {self.label: value}).items()
        }

    def wanted(self, given):
        """What to hand in, in words that do not tell the answer."""
        parts = self.parts(self.value(given))
        if len(parts) == 1:
            return wanted_text(parts[self.label].shape)
        return ", ".join(f"{key} ({wanted_text(array.shape)})" for key, array in parts.items())

    def tolerance(self):
        """The tolerance in words."""
        percent = f"{number_text(100 * self.rtol)} %" if self.rtol else ""
        within = " plus ".join(text for text in (percent, self.atol and number_text(self.atol)) if text)
        return "any numbers that work" if self.fires else f"within {within}" if within else "exact"

    def answer(self, given):
        """The answer as Markdown."""
        parts = self.parts(self.value(given))
        return "\n".join(f"- {key}: `{array_text(array)}`" for key, array in parts.items())

    def submission(self, given, answer):
        """The answer as plain data."""
        return plain(answer)

    def grade(self, given, submission):
        """The Result for plain data."""
        wanted = self.parts(self.value(given))
        found = _by_name(submission, list(wanted))
        if isinstance(found, Problem):
            return Result("invalid", say("invalid", found.key, got=found.got, wanted=self.wanted(given)))
        if all(is_missing(item) for item in found.values()):
            return Result("not-attempted", say("not-attempted", "missing", wanted=self.wanted(given)))
        got = {key: _read_part(item, wanted[key]) for key, item in found.items()}
        atol = math.inf if self.fires else self.atol
        problems = {key: examine(got[key], wanted[key], self.rtol, atol) for key in wanted}
        if self.fires and not any(problems.values()):
            return self._grade_fires(given, got)
        return self._grade_parts(given, got, problems)

    def page(self, given):
        """What the page's script needs to grade as `grade` does."""
        parts = self.parts(self.value(given))
        return {
            "parts": {key: {**array._asdict(), "wanted": wanted_text(array.shape)} for key, array in parts.items()},
            "rtol": self.rtol,
            "atol": self.atol,
            "fires": self.fires and {"layers": self.fires.layers, "cases": self.fires.cases},
            "mistakes": [
                {
                    "name": mistake.name,
                    "parts": {key: array._asdict() for key, array in self.parts(mistake.wrong(given)).items()},
                    "feedback": mistake.feedback,
                }
                for mistake in self.mistakes
            ],
        }

    def _grade_parts(self, given, got, problems):
        right = [key for key, problem in problems.items() if problem is None]
        if len(right) == len(problems):
            return Result("correct", say("correct"), score=1.0)
        score = len(right) / len(problems) if not self.fires else 0.0
        after = sentence("right-so-far", names=", ".join(right)) if score else ""
        mistake, part = None if self.fires else self._recognize(given, got), ""
        if mistake:
            part = next(iter(self.parts(mistake.wrong(given))))
            key, fields = "mistake", {"got": array_text(got[part]), "feedback": mistake.feedback}
        else:
            part = next(key for key, problem in problems.items() if problem)
            key, fields = problems[part]
        status = "partly" if score else "wrong" if key in WRONG else "invalid"
        part = part if len(problems) > 1 else ""
        return Result(status, say(status, key, part, after, **fields), mistake and mistake.name, score)

    def _recognize(self, given, got):
        """The first mistake all of whose parts were handed in; it may have another shape than the answer."""
        for mistake in self.mistakes:
            wrong = self.parts(mistake.wrong(given))
            if all(close(got[key], array, self.rtol, self.atol) for key, array in wrong.items()):
                return mistake
        return None

    def _grade_fires(self, given, got):
        answers, wanted = self.fires.answers(got), self.fires.wanted
        if answers == wanted:
            return Result("correct", say("correct"), score=1.0)
        first = next(i for i, pair in enumerate(zip(answers, wanted, strict=True)) if pair[0] != pair[1])
        fields = {
            "inputs": _tuple_text(self.fires.cases[first][0]),
            "got": _tuple_text(answers[first]),
            "wanted": _tuple_text(wanted[first]),
            "right": sum(a == w for a, w in zip(answers, wanted, strict=True)),
            "count": len(wanted),
        }
        mistakes = (m for m in self.mistakes if self.fires.answers(self.parts(m.wrong(given))) == answers)
        mistake = next(mistakes, None)
        after = mistake.feedback if mistake else sentence("hint")
        return Result("wrong", say("wrong", "property", "", after, **fields), mistake and mistake.name)


WRONG = ("missing", "value", "values", "mistake")


def _by_name(submission, names):
    """Plain data by part: a dict by name, or all parts in order; a single part is the answer itself."""
    items = submission.get("items") if isinstance(submission, dict) else None
    if isinstance(items, dict) and set(items) <= set(names):
        return {name: items.get(name) for name in names}
    if len(names) == 1 or is_missing(submission):
        return dict.fromkeys(names, submission)
    if isinstance(submission, list) and len(submission) == len(names):
        return dict(zip(names, submission, strict=True))
    return Problem("parts", f"a list of {len(submission)}" if isinstance(submission, list) else describe(submission))


def _read_part(item, wanted):
    return Problem("missing", "") if is_missing(item) else read(item, scalar=wanted.shape == ())


def examine(got, wanted, rtol, atol):
    """None when got is close to wanted, else the sentence and its fields: type, shape, finite, value."""
    words = wanted_text(wanted.shape)
    if isinstance(got, Problem):
        return got.key, {"got": got.got, "wanted": words}
    if got.shape != wanted.shape:
        return "shape", {"got": shape_text(got.shape), "wanted": words}
    if not all(map(math.isfinite, got.numbers)):
        return "finite", {"got": array_text(got)}
    wrong = sum(not _near(x, y, rtol, atol) for x, y in zip(got.numbers, wanted.numbers, strict=True))
    if wrong == 0:
        return None
    fields = {"got": array_text(got), "wrong": wrong, "count": len(wanted.numbers)}
    return ("values" if wanted.shape else "value"), fields


def close(got, wanted, rtol, atol):
    """Whether both are arrays of one shape, every number within tolerance."""
    return (
        isinstance(got, Array)
        and got.shape == wanted.shape
        and all(_near(x, y, rtol, atol) for x, y in zip(got.numbers, wanted.numbers, strict=True))
    )


def _near(x, y, rtol, atol):
    return x == y or abs(x - y) <= atol + rtol * abs(y)


def wanted_text(shape):
    """A wanted shape in words, with an example of how to write it where one helps."""
    if len(shape) != 1:
        return shape_text(shape)
    example = ", ".join(map(str, range(1, min(shape[0], 3) + 1))) + (", …" if shape[0] > 3 else "")
    return f"{shape_text(shape)} such as [{example}]"


def _tuple_text(numbers):
    return f"({', '.join(map(number_text, numbers))})"
