"""Hyperparameter search in small: a measured surface of validation loss, and plans that look for its low places.

The surface is that of a 2-16-1 network on two moons, trained at every pair of a learning rate and an L2 penalty.
"""

import functools
from typing import NamedTuple

import numpy as np

from nnbook._checks import count, generator
from nnbook.activations import tanh
from nnbook.datasets import moons
from nnbook.landscapes import objective
from nnbook.layers import mlp
from nnbook.losses import BinaryCrossEntropy

__all__ = ["PLANS", "RATES", "STRENGTHS", "Surface", "plan", "successes", "surface"]

CELLS = 16
RATES, STRENGTHS = np.geomspace(1e-3, 10, CELLS), np.geomspace(1e-6, 1e-1, CELLS)
PLANS = ("grid", "random")


class Surface(NamedTuple):
    """Validation losses at [learning rate, strength], and the lowest of them."""

    losses: np.ndarray

    @property
    def lowest(self):
        return float(self.losses.min())

    def without_strength(self):
        """The same surface if the second setting had no effect."""
        return Surface(np.repeat(self.losses[:, :1], CELLS, axis=1))

    def at(self, points):
        """The losses at points (n, 2) of the unit square, whose sides are log η and log λ."""
        i, j = np.minimum((np.asarray(points) * CELLS).astype(int), CELLS - 1).T
        return self.losses[i, j]


@functools.cache
def surface(steps=200, seed=3):
    """Train one network a cell, side by side and from the same start, with momentum 0.9; a Surface."""
    rng = np.random.default_rng(seed)
    x, y = moons(rng, 60, noise=0.25)
    held_out = moons(rng, 300, noise=0.25)
    net = mlp((2, 16, 1), activation=tanh, rng=rng)
    f = objective(net, BinaryCrossEntropy(), x, y.reshape(-1, 1))
    rate, strength = (side.reshape(-1, 1) for side in np.meshgrid(RATES, STRENGTHS, indexing="ij"))
    theta = np.repeat(net.theta[None], CELLS * CELLS, axis=0)
    velocity = np.zeros_like(theta)
    with np.errstate(over="ignore", invalid="ignore"):  # the fastest runs may leave the finite numbers
        for _ in range(steps):
            velocity = 0.9 * velocity + f.gradient(theta) + strength * theta * net.decay_mask
            theta = theta - rate * velocity
        found = objective(net, BinaryCrossEntropy(), held_out[0], held_out[1].reshape(-1, 1))(theta)
    return Surface(np.nan_to_num(found, nan=np.inf).reshape(CELLS, CELLS))


def plan(name, budget, rng):
    """`budget` points of the unit square to try, (budget, 2): a square grid laid at a random place, or random points.

    What a shifted grid loses at one edge comes back at the other. Raises ValueError for a name that isn't one of
    PLANS, and for a grid whose budget is no square.
    """
    budget, rng = count("plan", "budget", budget), generator("plan", rng)
    if name == "random":
        return rng.random((budget, 2))
    side = round(budget**0.5)
    if name != "grid" or side**2 != budget:
        raise ValueError(
            f"plan: expected 'random', or 'grid' with a square number of trials, got {name!r:.40} and {budget}; "
            "try 9 or 16"
        )
    lines = np.arange(side) / side
    return (np.stack(np.meshgrid(lines, lines, indexing="ij"), axis=-1).reshape(-1, 2) + rng.random(2)) % 1


def successes(found, name, budget, *, tolerance=0.02, searches=1000, seed=0):
    """The share of searches by a plan whose best trial lies within `tolerance` of the lowest loss of a Surface."""
    rng = np.random.default_rng(seed)
    best = np.array([found.at(plan(name, budget, rng)).min() for _ in range(searches)])
    return float((best < found.lowest + tolerance).mean())
