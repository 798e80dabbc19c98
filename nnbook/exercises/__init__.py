"""Exercises that answer back: `exercise("neurons.forward")`, then `check`, `hint` and `solution` on it.

An exercise belongs to the module of its chapter, which lists its own in `EXERCISES`; the kinds of answer are
`Numeric`, `Choice`, `Code` and `Explain`.
"""

import importlib

from nnbook.exercises.choice import Choice, Option
from nnbook.exercises.code import Code, Property
from nnbook.exercises.core import Exercise, find
from nnbook.exercises.explain import Explain
from nnbook.exercises.numeric import Mistake, Numeric
from nnbook.exercises.results import Result
from nnbook.exercises.threshold import Fires

__all__ = [
    "CHAPTERS",
    "Choice",
    "Code",
    "Exercise",
    "Explain",
    "Fires",
    "Mistake",
    "Numeric",
    "Option",
    "Property",
    "Result",
    "exercise",
    "exercises",
]

CHAPTERS = (
    "refresher",
    "neurons",
    "activations",
    "losses",
    "backpropagation",
    "descent",
    "sgd",
    "momentum",
    "initialization",
    "regularization",
    "digits",
    "when",
)


def exercise(name, seed=0):
    """The exercise of an id, such as "neurons.forward", with the numbers of a seed; 0 is the book's.

    Raises ValueError when there is none of that id, or the seed is not an integer from 0 up.
    """
    chapter = str(name).partition(".")[0]
    if chapter not in CHAPTERS:
        raise ValueError(
            f"exercise: expected a name such as 'neurons.forward', got {name!r}; chapters: {', '.join(CHAPTERS)}"
        )
    return find(exercises(chapter), name).at(seed)


def exercises(chapter):
    """All exercises of a chapter, in its order."""
    return importlib.import_module(f"{__name__}.{chapter}").EXERCISES
