"""The same training from many starts, side by side: XOR from a hundred, a deep network from five.

What is said of a start is said of a distribution. Runs differ in their starting weights and in nothing else.
"""

import functools
from typing import NamedTuple

import numpy as np

from nnbook._checks import count
from nnbook.activations import relu
from nnbook.datasets import gate
from nnbook.landscapes import objective
from nnbook.layers import mlp
from nnbook.losses import BinaryCrossEntropy, CrossEntropy
from nnbook.optimizers import GradientDescent
from nnbook.shortruns import shrunken_digits
from nnbook.training import minimize

__all__ = ["XorRuns", "deep_losses", "xor_runs"]


class XorRuns(NamedTuple):
    """What became of a 2-width-1 network from every start: recorded steps (k,), losses (k, runs), and theta
    (k, runs, n), with the network it belongs to."""

    steps: np.ndarray
    losses: np.ndarray
    thetas: np.ndarray
    net: object

    @property
    def solved(self):
        """The number of runs with a loss below 0.1 at every record, which no wrong row allows."""
        return (self.losses < 0.1).sum(axis=1)


@functools.cache
def xor_runs(activation, width, *, runs=100, learning_rate=1.0, steps=1000, every=100):
    """Train 2-width-1 networks on XOR: cross-entropy of one logit, full gradient descent, `mlp`'s own start.

    Run k starts from the weights that `mlp` draws with the seed k: Xavier's for sigmoid and tanh, Kaiming's otherwise,
    biases 0.
    """
    x, y = gate("xor")
    nets = [mlp((2, width, 1), activation=activation, rng=np.random.default_rng(seed)) for seed in range(runs)]
    f = objective(nets[0], BinaryCrossEntropy(), x, y[:, None].astype(float))
    path = minimize(
        f, np.stack([net.theta for net in nets]), GradientDescent(learning_rate), count("xor_runs", "steps", steps),
        every=every,
    )  # fmt: skip
    return XorRuns(np.arange(len(path)) * every, np.array([f(thetas) for thetas in path]), path, nets[0])


def deep_losses(scale, *, width=32, depth=10, activation=relu, batch_norm=False, rate=0.1, runs=5, steps=90, batch=32):
    """Losses (steps, runs) of deep networks on shrunken digits, their weights `scale` times those of `mlp`.

    All runs take the same mini-batches, by gradient descent; what diverges is infinite.
    """
    x, y = shrunken_digits("train")
    rng = np.random.default_rng(0)
    sizes = (x.shape[1], *[width] * depth, 10)
    nets = [mlp(sizes, activation=activation, batch_norm=batch_norm, rng=rng) for _ in range(runs)]
    net, theta = nets[0], np.stack([each.theta * np.where(each.decay_mask, scale, 1) for each in nets])
    losses = np.full((steps, runs), np.inf)
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(steps):
            rows = rng.choice(len(x), batch, replace=False)
            losses[k], grads = _batch_gradient(net.at(theta, np.tile(net.buffers, (runs, 1))), x[rows], y[rows])
            theta = theta - rate * grads
    return np.nan_to_num(losses, nan=np.inf)


def _batch_gradient(net, x, y):
    """(loss, ∂loss/∂θ) of every run on one batch, as in training: batch norm takes the batch's own statistics."""
    logits, caches = net._forward(x, True, None)
    pairs = [CrossEntropy()._value_and_gradient(run, y) for run in logits]
    grads = np.empty_like(net.theta)
    net._backward(np.stack([slope for _, slope in pairs]), caches, net.at(grads), False)
    return [value for value, _ in pairs], grads
