"""An exercise: its statement, numbers, reference, hints, points and mistakes, all in one object."""

import difflib
import functools
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from nnbook.exercises import page
from nnbook.exercises.choice import Choice
from nnbook.exercises.code import Code
from nnbook.exercises.explain import Explain
from nnbook.exercises.numeric import Numeric

__all__ = ["Exercise", "Text", "fill", "find"]


@dataclass(frozen=True)
class Exercise:
    """One exercise, with the numbers of one seed.

    Texts are Markdown (MyST) in which [[name]] stands for a given number. `book` holds the numbers of
    seed 0, the ones the book prints; `draw`: rng → numbers of the same names, for every other seed.
    `worked` is how the answer is found, `takeaway` one sentence for who found it. minutes: about how long
    it takes.
    """

    id: str
    title: str
    statement: str
    kind: Numeric | Choice | Code | Explain
    hints: tuple[str, ...]
    worked: str
    points: int
    minutes: int
    takeaway: str = ""
    book: Mapping = field(default_factory=dict)
    draw: Callable | None = None
    seed: int = 0
    _hints_shown: Iterator = field(default_factory=itertools.count, init=False, repr=False, compare=False)

    def at(self, seed):
        """The same exercise with the numbers of another seed, an integer from 0 up. Raises ValueError."""
        if type(seed) is bool or not isinstance(seed, (int, np.integer)) or seed < 0:
            raise ValueError(f"exercise {self.id}: expected seed to be an integer from 0 up, got {seed!r}")
        return replace(self, seed=int(seed))

    @functools.cached_property
    def given(self):
        """The numbers in the texts, by name."""
        numbers = self.draw(np.random.default_rng(self.seed)) if self.seed and self.draw else self.book
        return MappingProxyType({**numbers, "seed": self.seed})

    def check(self, answer):
        """The Result for an answer, whatever it is; shown as one message. Raises nothing."""
        return self.grade(self.submission(answer))

    def submission(self, answer):
        """The answer as plain data (JSON); for Code, what the function did. Only here their code runs."""
        return self.kind.submission(self.given, answer)

    def grade(self, submission):
        """The Result for a submission; runs nothing of the reader's."""
        result = self.kind.grade(self.given, submission)
        if result.status != "correct" or not self.takeaway:
            return result
        return replace(result, message=f"{result.message} {self.takeaway_text}")

    def hint(self, number=None):
        """The next hint, or a given one, counted from 1. Raises ValueError for a number there is not."""
        if number is None:
            number = min(next(self._hints_shown) + 1, len(self.hints))
        if number not in range(1, len(self.hints) + 1):
            raise ValueError(f"{self.id}.hint: expected a number from 1 to {len(self.hints)}, got {number!r}")
        return Text(f"**Hint {number} of {len(self.hints)}.** {self.hint_texts[number - 1]}")

    def solution(self):
        """The answer and how it is found."""
        return Text(self.solution_text)

    @property
    def text(self):
        """The statement with its numbers."""
        return self._fill(self.statement)

    @property
    def hint_texts(self):
        """The hints with their numbers."""
        return [self._fill(hint) for hint in self.hints]

    @property
    def takeaway_text(self):
        """The sentence for who found the answer, with its numbers."""
        return self._fill(self.takeaway)

    @property
    def solution_text(self):
        """How the answer is found, and the answer, as Markdown."""
        return f"{self._fill(self.worked)}\n\n{self.kind.answer(self.given)}".strip()

    def _fill(self, text):
        return fill(text, self.given)

    def __repr__(self):
        size = f"{self.points} point{'s' * (self.points != 1)}, {self.minutes} min"
        return f"Exercise {self.id}: {self.title} ({self.kind.name}, {size})"

    def _ipython_display_(self):
        page.show(self)


@dataclass(frozen=True, repr=False)
class Text:
    """Markdown that a notebook renders."""

    markdown: str

    def __repr__(self):
        return self.markdown

    def _repr_markdown_(self):
        return self.markdown


def fill(text, given):
    """The text with every [[name]] or [[name:format]] replaced by the given number. Raises KeyError."""
    return re.sub(r"\[\[([a-z_]\w*)(?::([^\]]*))?\]\]", lambda match: format(given[match[1]], match[2] or ""), text)


def find(exercises, name):
    """The exercise called name among some. Raises ValueError, with the nearest name."""
    names = [exercise.id for exercise in exercises]
    if name in names:
        return exercises[names.index(name)]
    near = difflib.get_close_matches(str(name), names, n=1, cutoff=0)
    raise ValueError(f"exercise: there is none called {name!r}; the nearest is {near[0]!r}")
