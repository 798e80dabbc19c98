"""What scripts/compare_models.py measured: accuracy and costs of four models by training-set size."""

import functools
from importlib.resources import files
from typing import NamedTuple

import numpy as np

__all__ = ["DRAWS", "NAMES", "SHIFTS", "SIZES", "Curves", "curves", "key", "shift_curves"]

NAMES = ("linear", "neighbors", "forest", "network")
DIGIT_SIZES, SPAM_SIZES = (50, 100, 200, 500, 1000, 2000, 4000, 8000), (50, 100, 200, 400, 800, 1600, 3000)
SIZES = {
    "digits": DIGIT_SIZES,
    "digits, axes turned": DIGIT_SIZES,
    "spam": SPAM_SIZES,
    "spam, logarithms": SPAM_SIZES,
    "spam, axes turned": SPAM_SIZES,
    "tumors": (20, 50, 100, 200, 400),
}
DRAWS = {
    "digits": 5,
    "digits, axes turned": 3,
    "spam": 10,
    "spam, logarithms": 10,
    "spam, axes turned": 10,
    "tumors": 20,
}
SHIFTS = (0, 1, 2, 3, 4)


class Curves(NamedTuple):
    """Training-set sizes, and arrays of shape (draws, sizes, models); models in the order of NAMES."""

    sizes: tuple
    accuracy: np.ndarray
    fit_seconds: np.ndarray
    answer_seconds: np.ndarray
    numbers: np.ndarray
    operations: np.ndarray


def key(name):
    """A task's name as the name of an array."""
    return name.replace(", ", "_").replace(" ", "_")


@functools.cache
def curves(name):
    """The Curves of a task. Raises KeyError for a task that has not been measured."""
    return Curves(SIZES[name], *np.moveaxis(_stored(key(name)).astype(float), -1, 0))


@functools.cache
def shift_curves():
    """Accuracy on digits moved to the right by SHIFTS pixels, trained on 4,000: (draws, shifts, models)."""
    return _stored("shift").astype(float)


def _stored(name):
    with (files("nnbook") / "data" / "comparison.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return stored[name]
