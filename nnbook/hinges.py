"""Networks whose weights are chosen by hand: a sum of hinges through given points, and folds of an interval."""

import numpy as np

from nnbook._checks import count, number, real_finite, shape_text
from nnbook.activations import relu
from nnbook.layers import Linear, Sequential

__all__ = ["fold_points", "folds", "hinges"]


def hinges(knots, values):
    """The network ŷ(x) = y₀ + Σₖ cₖ max(0, x − tₖ) through given points.

    One ReLU for each interval between the rising knots; cₖ is by how much
    the slope changes at tₖ. Straight between knots, constant to the left of
    the first, to the right of the last it goes on as it came. Maps (batch, 1)
    to (batch, 1). Raises ValueError for fewer than two knots or knots that
    don't rise.
    """
    t, y = _checked_points(knots, values)
    slopes = np.diff(y) / np.diff(t)
    c = np.diff(slopes, prepend=0.0)
    hidden = Linear.from_weights(np.ones((1, len(c))), -t[:-1])
    out = Linear.from_weights(c[:, None], y[:1])
    return Sequential([hidden, relu, out])


def folds(depth, crease=0.5):
    """A network with two ReLUs a layer that folds [0, 1] onto itself `depth` times; maps (batch, 1) to (batch, 1).

    Each fold is a ↦ a/q up to the crease q and (1 − a)/(1 − q) beyond, written
    a/q − (1/q + 1/(1 − q)) max(0, a − q). Composed k times it has 2ᵏ straight pieces: Montúfar et al., 2014;
    Telgarsky, 2016. Raises ValueError for a depth below 1 or a crease outside (0, 1).
    """
    q = _crease("folds", crease)
    into = Linear.from_weights(np.ones((1, 2)), np.array([0.0, -q]))
    out = Linear.from_weights(np.array([[1 / q], [-1 / q - 1 / (1 - q)]]), np.zeros(1))
    return Sequential([into, relu, out] * count("folds", "depth", depth))


def fold_points(depth, crease=0.5):
    """The ends of the straight pieces of `folds(depth, crease)` on [0, 1]: x and y, each of length 2^depth + 1."""
    q = _crease("fold_points", crease)
    x = np.array([0.0, 1.0])
    for _ in range(count("fold_points", "depth", depth, 0)):
        x = np.concatenate([q * x, 1 - (1 - q) * x[-2::-1]])
    y = np.arange(len(x)) % 2 if depth else x
    return x, y.astype(float)


def _crease(operation, crease):
    return number(operation, "crease", crease, 0, 1, open_low=True, open_high=True)


def _checked_points(knots, values):
    t, y = real_finite("hinges", "knots", knots), real_finite("hinges", "values", values)
    if t.ndim != 1 or t.shape != y.shape or len(t) < 2 or (np.diff(t) <= 0).any():
        raise ValueError(
            f"hinges: expected at least two rising knots and a value for each, got {shape_text(t)} knots and "
            f"{shape_text(y)} values; sort them and drop doubles"
        )
    return t, y
