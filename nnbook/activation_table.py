"""The table of activations, made from the code: sentences of the docstrings, ranges of the values themselves.

Only numpy below it. A new activation gets its row by being listed in `SHOWN`.
"""

import inspect
import re

import numpy as np

from nnbook.activations import gelu, identity, leaky_relu, relu, sigmoid, silu, softmax, softplus, step, tanh

__all__ = ["ActivationTable", "facts", "measured_range"]

SHOWN = (identity, step, sigmoid, tanh, relu, leaky_relu, softplus, gelu, silu)
COLUMNS = ("function", "formula, derivative", "values, slopes", "use and weakness")
REACH = 15.0  # far enough for every limit to show three digits, near enough that tanh has not rounded to 1
GRID = np.linspace(-REACH, REACH, 30_001)
PATTERNS = {
    "formula": r"^(.+?)(?:[,;] (?=φ′|σ′|tanh′)|: )",
    "derivative": r"((?:φ′|σ′|tanh′)\(x\) = .+?|∂pᵢ/∂zⱼ = .+?)(?= \(also| wherever|[:;.] |, range)",
    "use": r"Use: (.+?)\.(?= |$)",
    "weakness": r"Weakness: (.+?)\.(?= |$)",
}


def facts(thing):
    """What the docstring of an activation or of softmax says: formula, derivative, use, weakness.

    Raises ValueError, naming what is missing, for a docstring that does not say all of them.
    """
    text = " ".join(inspect.getdoc(thing if inspect.isfunction(thing) else type(thing)).split())
    found = {name: re.search(pattern, text) for name, pattern in PATTERNS.items()}
    missing = [name for name, match in found.items() if match is None]
    if missing:
        raise ValueError(f"activation table: the docstring of {thing!r} does not say {' and '.join(missing)}; add it")
    return {name: match[1] for name, match in found.items()}


def measured_range(function):
    """The values that a function of one number takes, as an interval: (0, 1), [0, ∞), {0, 1}.

    A limit that is approached and never reached has a round bracket. The function is evaluated on [−15, 15] and taken
    to go on as it does at the ends: to a limit if it is flat there, else without bound.
    """
    y = function(GRID)
    kinds = np.unique(y)
    if len(kinds) <= 2:
        return "{" + ", ".join(map(_text, kinds)) + "}"
    low, high = _bound(y, np.argmin(y), "−∞"), _bound(y, np.argmax(y), "∞")
    return f"{'[' if low[1] else '('}{low[0]}, {high[0]}{']' if high[1] else ')'}"


def _bound(y, at, infinity):
    """The text of an extreme value and whether it is reached."""
    inner = {0: 1, len(y) - 1: -2}.get(int(at))
    if inner is None:
        return _text(y[at]), True
    if abs(y[at] - y[inner]) > 1e-6:
        return infinity, False
    return _text(y[at]), bool(y[at] == round(y[at], 2))


def _text(value):
    return f"{round(float(value), 2) + 0.0:g}".replace("-", "−")


class ActivationTable:
    """One row for each activation, and one for softmax, which is no function of a single number."""

    def rows(self):
        """The cells of the table, row by row, as text."""
        rows = []
        for phi in SHOWN:
            told = facts(phi)
            ranges = measured_range(phi), measured_range(phi.derivative)
            rows.append((phi.name, told["formula"], told["derivative"], *ranges, told["use"], told["weakness"]))
        told = facts(softmax)
        ranges = "(0, 1), sum 1", "[−1/(4T), 1/(4T)]"
        return [*rows, ("softmax", told["formula"], told["derivative"], *ranges, told["use"], told["weakness"])]

    def __repr__(self):
        return "\n".join(f"{row[0]}: {row[1]}; {row[2]}; values {row[3]}; slopes {row[4]}" for row in self.rows())

    def _repr_markdown_(self):
        lines = ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
        for name, formula, derivative, values, slopes, use, weakness in self.rows():
            words = f"**Use:** {use}.<br>**Weak:** {weakness}."
            lines.append(f"| `{name}` | {formula}<br>{derivative} | {values}<br>{slopes} | {words} |")
        return "\n".join(lines)
