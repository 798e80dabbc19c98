"""Real training runs of a fifth of a second: shrunken digits, a 49-16-10 network, a few hundred steps.

Small enough to be repeated over many rates and seeds; runs differ in their starting weights and take the same batches.
"""

import functools

import numpy as np

from nnbook.activations import relu
from nnbook.datasets import digits
from nnbook.landscapes import objective
from nnbook.layers import mlp
from nnbook.losses import CrossEntropy

__all__ = ["STEPS", "short_run", "shrunken_digits", "smooth"]

STEPS, BATCH, EXAMPLES = 200, 32, 2000


@functools.cache
def shrunken_digits(part, count=EXAMPLES):
    """Digits averaged over squares of 4 × 4 pixels: x (count, 49), centered, and labels (count,)."""
    images, labels = digits(part)
    squares = images[:count].reshape(-1, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(-1, 49)
    return squares - squares.mean(), labels[:count]


def short_run(rule, *, runs=1, steps=STEPS, seed=0):
    """Train `runs` networks side by side with an optimizer: (loss of every batch, loss on all examples at the end).

    Shapes (steps, runs) and (runs,). What diverges is infinite.
    """
    x, y = shrunken_digits("train")
    rng = np.random.default_rng(seed)
    nets = [mlp((49, 16, 10), activation=relu, rng=rng) for _ in range(runs)]
    net, theta = nets[0], np.stack([each.theta for each in nets])
    state, losses = rule.init(theta), np.full((steps, runs), np.inf)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for k in range(steps):
            rows = rng.choice(len(x), BATCH, replace=False)
            batch = objective(net, CrossEntropy(), x[rows], y[rows])
            losses[k] = np.nan_to_num(batch(theta), nan=np.inf)
            step, state = rule.update(batch.gradient(theta), state, theta)
            theta = theta + step
        final = objective(net, CrossEntropy(), x, y)(theta)
    return losses, np.nan_to_num(final, nan=np.inf)


def smooth(losses, width=15):
    """The mean of each loss and the width − 1 before it (of fewer at the start)."""
    total = np.cumsum(losses)
    before = np.concatenate([np.zeros(width), total[:-width]])
    return (total - before) / np.minimum(np.arange(1, len(total) + 1), width)
