"""The table of activations and starting variances, made by measuring: what a layer does to a signal and to a gradient.

For every activation, networks are drawn with each scheme, and the factor by which one layer multiplies the root mean
square is taken over their later layers. A scheme suits an activation if both factors are close to 1.
"""

import functools

import numpy as np

from nnbook.activations import gelu, identity, leaky_relu, relu, sigmoid, silu, tanh
from nnbook.signals import propagate

__all__ = ["SCHEMES", "SchemeTable", "factors", "suited"]

SHOWN = (identity, sigmoid, tanh, relu, leaky_relu, gelu, silu)
SCHEMES = {"1/n": 1.0, "2/n": 2.0}
NAMES = {"1/n": "LeCun, Xavier", "2/n": "Kaiming"}
WIDTH, DEPTH, FIRST, RUNS, BATCH = 128, 40, 20, 8, 8
NEAR = 0.05  # how far |log| of both factors together may be from 0


@functools.cache
def factors(activation, n_var):
    """(forward, backward): the factor of one layer on the root mean square of a, and of ∂L/∂z on its way back.

    Geometric means over layers 20 to 40 of networks 128 wide with weights of variance n_var/n, in the median of eight.
    """
    found = propagate(
        activation, (WIDTH,) * (DEPTH + 1), lambda i, o: np.sqrt(n_var / i), np.random.default_rng(4),
        runs=RUNS, batch=BATCH,
    )  # fmt: skip
    span = DEPTH - FIRST
    forward = (found.a[:, -1] / found.a[:, FIRST - 1]) ** (1 / span)
    back = (found.gradient[:, FIRST - 1] / found.gradient[:, -1]) ** (1 / span)
    return float(np.median(forward)), float(np.median(back))


def suited(activation):
    """The variance, "1/n" or "2/n", with which signal and gradient keep their size best; None if neither does."""
    off = {name: np.abs(np.log(factors(activation, n_var))).sum() for name, n_var in SCHEMES.items()}
    best = min(off, key=off.get)
    return best if off[best] < NEAR else None


class SchemeTable:
    """One row for each activation: what a layer does, forward and backward, with each variance, and which one suits."""

    def rows(self):
        """The cells of the table, row by row, as text."""
        rows = []
        for phi in SHOWN:
            pairs = [factors(phi, n_var) for n_var in SCHEMES.values()]
            best = suited(phi)
            cells = [f"{forward:.2f} · {back:.2f}" for forward, back in pairs]
            rows.append((phi.name, *cells, f"{best}: {NAMES[best]}" if best else "neither"))
        return rows

    def __repr__(self):
        return "\n".join(f"{row[0]:10}  {row[1]}  {row[2]}  {row[3]}" for row in self.rows())

    def _repr_markdown_(self):
        lines = ["| activation | variance 1/n | variance 2/n | keeps its size with |", "|---|---|---|---|"]
        return "\n".join([*lines, *(f"| `{n}` | {one} | {two} | {best} |" for n, one, two, best in self.rows())])
