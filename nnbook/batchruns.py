"""Mini-batch descent for many runs side by side, so that what is said of batches can be said of a distribution.

The runs differ in their starting weights, in the order of their examples, and each has a schedule of its own.
"""

from typing import NamedTuple

import numpy as np

from nnbook._checks import count
from nnbook.layers import mlp
from nnbook.losses import CrossEntropy
from nnbook.training import minibatches

__all__ = ["SHUFFLES", "Runs", "batch_runs", "error_rates", "losses_of", "starts"]

SHUFFLES = ("every epoch", "once", "never")


class Runs(NamedTuple):
    """Updates done at each record, from 0, and the parameters there, of shape (records, runs, n)."""

    updates: np.ndarray
    thetas: np.ndarray


def starts(sizes, runs, *, seed=0, scale=1.0):
    """A network of these layer sizes, and starting parameters (runs, n): Kaiming's, times scale.

    In float64: near the edge of divergence a rounding error of float32 decides whether a run fails.
    """
    rng = np.random.default_rng(seed)
    nets = [mlp(sizes, rng=rng) for _ in range(runs)]
    return nets[0], np.stack([net.theta for net in nets]) * scale


def batch_runs(
    net, thetas, x, y, schedules, batch_size, epochs, rng, *, records=None, shuffle="every epoch", decimals=None
):
    """θ ← θ − η(t) ∇L_batch for every row of thetas (runs, n), with a schedule each, by cross-entropy.

    records: how often the parameters are kept, evenly over the updates (None: once an epoch), besides the start.
    shuffle: "every epoch", "once" or "never". decimals: round every step to so many; near divergence the last bit of
    a product, which differs between processors, grows to another run, unless it is taken away. A run that diverges
    ends in inf or NaN.

    Raises ValueError for any other shuffle, and unless there is one schedule for each run.
    """
    if shuffle not in SHUFFLES or len(schedules) != len(thetas):
        raise ValueError(
            f"batch_runs: expected shuffle to be one of {', '.join(SHUFFLES)} and {len(thetas)} schedules, one "
            f"for each run, got {shuffle!r:.40} and {len(schedules)}; pass a list of schedules as long as thetas"
        )
    epochs = count("batch_runs", "epochs", epochs)
    per_epoch = -(-len(x) // count("batch_runs", "batch_size", batch_size))
    total = epochs * per_epoch
    rates = np.stack([schedule(np.arange(total)) for schedule in schedules], axis=1).astype(thetas.dtype)
    updates = np.unique(np.linspace(0, total, (epochs if records is None else records) + 1).round().astype(int))
    theta, kept = thetas.copy(), [thetas.copy()]
    with np.errstate(over="ignore", invalid="ignore"):  # divergence is an answer here
        for done in range(total):
            if done == 0 or (done % per_epoch == 0 and shuffle == "every epoch"):
                orders = np.stack([_order(rng, len(x), shuffle) for _ in thetas])
            start = done % per_epoch * batch_size
            rows = orders[:, start : start + batch_size]
            theta -= rates[done][:, None] * _gradients(net, theta, x[rows], y[rows])
            if decimals is not None:
                np.round(theta, decimals, out=theta)
            if done + 1 == updates[len(kept)]:
                kept.append(theta.copy())
    return Runs(updates, np.array(kept))


def losses_of(net, thetas, x, y):
    """The cross-entropy on x, y of every network in thetas (..., n); infinite where it is no number."""
    with np.errstate(over="ignore", invalid="ignore"):
        logits = net.at(thetas.reshape(-1, thetas.shape[-1]))._forward(x, False, None)[0]
        found = np.array([CrossEntropy()._value(run, y) for run in logits], dtype=float)
    return np.nan_to_num(found, nan=np.inf).reshape(thetas.shape[:-1])


def error_rates(net, thetas, x, y):
    """The share of examples that every network in thetas (..., n) gets wrong."""
    with np.errstate(over="ignore", invalid="ignore"):
        logits = net.at(thetas.reshape(-1, thetas.shape[-1]))._forward(x, False, None)[0]
    return (logits.argmax(axis=-1) != y).mean(axis=-1).reshape(thetas.shape[:-1])


def _order(rng, examples, shuffle):
    (order,) = minibatches(rng, examples, examples, shuffle=shuffle != "never")
    return order


def _gradients(net, theta, x, y):
    """∂loss/∂θ of every run on its own batch, x (runs, batch, features) and y (runs, batch)."""
    net = net.at(theta)
    logits, caches = net._forward(x, True, None)
    # Runs are one long batch to the loss, whose mean divides by their number too often.
    slope = len(theta) * CrossEntropy()._gradient(logits.reshape(y.size, -1), y.ravel())
    grads = np.empty_like(theta)
    net._backward(slope.reshape(logits.shape).astype(theta.dtype), caches, net.at(grads), False)
    return grads
