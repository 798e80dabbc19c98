"""The straight line that minimizes a loss exactly: squared, absolute or Huber's.

Each function takes x (n,) and targets y (..., n), one fit for each row, and returns w and b of shape (...,),
the line ŷ = w x + b. Each raises ValueError for fewer than two different x or for shapes that don't fit.
"""

import numpy as np

from nnbook._checks import number, real_finite, shape_text

__all__ = ["least_absolute", "least_huber", "least_squares"]

MOST_STEPS = 500


def least_squares(x, y):
    """The line of the lowest mean squared error: w = Σ (x − x̄)(y − ȳ) / Σ (x − x̄)², b = ȳ − w x̄. Legendre, 1805."""
    return _weighted(*_checked("least_squares", x, y), 1.0)


def least_absolute(x, y):
    """The line of the lowest mean absolute error: the best of those through two of the points.

    The error is linear between the (w, b) where some residual is 0, so that it is lowest where two are. Several lines
    may be as good.
    """
    x, y = _checked("least_absolute", x, y)
    i, j = np.triu_indices(len(x), 1)
    i, j = i[x[i] != x[j]], j[x[i] != x[j]]
    w = (y[..., j] - y[..., i]) / (x[j] - x[i])
    b = y[..., i] - w * x[i]
    errors = np.abs(w[..., None] * x + b[..., None] - y[..., None, :]).sum(axis=-1)
    best = errors.argmin(axis=-1)[..., None]
    return np.take_along_axis(w, best, -1)[..., 0], np.take_along_axis(b, best, -1)[..., 0]


def least_huber(x, y, delta=1.0):
    """The line of the lowest Huber loss, by least squares in which a residual beyond delta counts delta/|r| as much.

    Where the weights stay as they are, the weighted residual is Huber's slope, clip(r, −δ, δ). Huber, 1964. delta:
    above 0, in the unit of y.
    """
    x, y = _checked("least_huber", x, y)
    delta = number("least_huber", "delta", delta, 0, open_low=True)
    w, b = _weighted(x, y, 1.0)
    for _ in range(MOST_STEPS):
        r = w[..., None] * x + b[..., None] - y
        before = w
        w, b = _weighted(x, y, delta / np.maximum(np.abs(r), delta))
        if np.allclose(w, before, rtol=0, atol=1e-10):
            break
    return w, b


def _weighted(x, y, weights):
    """Least squares in which each example counts as much as its weight."""
    share = weights / np.sum(np.broadcast_to(weights, y.shape), axis=-1, keepdims=True)
    x_mean, y_mean = (share * x).sum(-1), (share * y).sum(-1)
    off = x - x_mean[..., None]
    w = (share * off * y).sum(-1) / (share * off**2).sum(-1)
    return w, y_mean - w * x_mean


def _checked(operation, x, y):
    x, y = real_finite(operation, "x", x), real_finite(operation, "y", y)
    if x.ndim != 1 or y.shape[-1:] != x.shape:
        raise ValueError(
            f"{operation}: expected x of shape (n,) and y of shape (..., n), got {shape_text(x)} and "
            f"{shape_text(y)}; give every target its x"
        )
    if np.unique(x).size < 2:
        raise ValueError(f"{operation}: expected two different x or more, got {np.unique(x)}; one x has many lines")
    return x, y
