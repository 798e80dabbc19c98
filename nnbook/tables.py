"""The tasks on which models are compared: digits as pixels, two real tables, and what can be done to their columns.

A task is a pool of examples to draw training sets from, and a test set: (x, y, x_test, y_test).
"""

import functools
from importlib.resources import files

import numpy as np

from nnbook.datasets import digits

__all__ = ["SPAM_COLUMNS", "TASKS", "cancer", "shifted", "spam", "task", "turned"]

SPAM_COLUMNS = tuple(
    "make address all 3d our over remove internet order mail receive will people report addresses free business email "
    "you credit your font 000 money hp hpl george 650 lab labs telnet 857 data 415 85 technology 1999 parts pm direct "
    "cs meeting original project re edu table conference ; ( [ ! $ # run-average run-longest run-total".split()
)
SPAM_POOL, CANCER_POOL = 3000, 400


@functools.cache
def spam():
    """4,206 different e-mails of 1999: x (n, 57), shares of words and signs in percent and lengths of runs of capitals
    (SPAM_COLUMNS), and y (n,), 1 for spam. Hopkins, Reeber, Forman and Suermondt, 1999."""
    with (files("nnbook") / "data" / "spam.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return stored["x"].astype(float), stored["y"].astype(int)


@functools.cache
def cancer():
    """569 tumors: x (n, 30), measures of cell nuclei, and y (n,), 1 for benign; from scikit-learn, in a fixed order.
    Street, Wolberg and Mangasarian, 1993."""
    from sklearn.datasets import load_breast_cancer

    x, y = load_breast_cancer(return_X_y=True)
    order = np.random.default_rng(11).permutation(len(x))
    return x[order], y[order]


def turned(x, x_test, seed=11):
    """Both in other axes, the same random rotation for both: distances stay, single columns lose their meaning."""
    Q = np.linalg.qr(np.random.default_rng(seed).standard_normal((x.shape[1],) * 2))[0]
    return x @ Q, x_test @ Q


def standardized(x, x_test):
    """Both with the mean and the standard deviation of x made 0 and 1, column by column."""
    mean, std = x.mean(axis=0), x.std(axis=0)
    std = np.where(std == 0, 1, std)
    return (x - mean) / std, (x_test - mean) / std


def shifted(images, pixels):
    """Digits (n, 784) moved to the right by so many pixels; what leaves is lost, what enters is 0."""
    pictures = images.reshape(-1, 28, 28)
    moved = np.zeros_like(pictures)
    moved[:, :, pixels:] = pictures[:, :, : 28 - pixels]
    return moved.reshape(len(images), -1)


def _digits(seed):
    x, y = digits("train")
    x_test, y_test = digits("test")
    return x, y, x_test, y_test


def _turned_digits(seed):
    x, y, x_test, y_test = _digits(seed)
    mixed, mixed_test = turned(x, x_test)
    return mixed, y, mixed_test, y_test


def _split(x, y, pool, seed):
    """The first examples of an order drawn with the seed, and the rest."""
    order = np.random.default_rng(seed).permutation(len(x))
    return x[order[:pool]], y[order[:pool]], x[order[pool:]], y[order[pool:]]


def _spam(seed):
    return _split(*spam(), SPAM_POOL, seed)


def _spam_logarithms(seed):
    x, y, x_test, y_test = _spam(seed)
    return np.log(x + 0.1), y, np.log(x_test + 0.1), y_test


def _turned_spam(seed):
    x, y, x_test, y_test = _spam(seed)
    mixed, mixed_test = turned(*standardized(x, x_test))
    return mixed, y, mixed_test, y_test


def _tumors(seed):
    return _split(*cancer(), CANCER_POOL, seed)


TASKS = {
    "digits": _digits,
    "digits, axes turned": _turned_digits,
    "spam": _spam,
    "spam, logarithms": _spam_logarithms,
    "spam, axes turned": _turned_spam,
    "tumors": _tumors,
}


@functools.lru_cache(maxsize=4)
def task(name, seed):
    """(x, y, x_test, y_test) of one of TASKS; tables are split anew for every seed. Raises KeyError."""
    return TASKS[name](seed)
