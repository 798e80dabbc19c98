"""A recipe: all that one decides before a network of digits is trained, so that two recipes can differ in one line."""

import functools
from dataclasses import dataclass, replace

import numpy as np

from nnbook import initializers
from nnbook.activations import Activation, relu, sigmoid
from nnbook.datasets import digits
from nnbook.layers import mlp
from nnbook.losses import CrossEntropy, Loss, MeanSquaredError
from nnbook.optimizers import Adam, GradientDescent
from nnbook.training import History, accuracy, train

__all__ = ["ABLATIONS", "CLASSIC", "MODERN", "Recipe", "ablation", "fitted", "one_hot", "scores"]


def one_hot(labels, classes=10):
    """Targets (n, classes): 1 at the label, 0 elsewhere."""
    return np.eye(classes)[labels]


def standard_normal(rng, shape, *, dtype=np.float64):
    """W ~ N(0, 1), whatever the number of inputs: how many first programs begin."""
    return initializers.normal(rng, shape, std=1.0, dtype=dtype)


@dataclass(frozen=True)
class Recipe:
    """Layer sizes, activations, loss, optimizer and its rates to try, initializer (None: suited to φ), dropout."""

    activation: Activation = relu
    output_activation: Activation | None = None
    loss: Loss = CrossEntropy()
    optimizer: type = Adam
    rates: tuple[float, ...] = (0.001, 0.003, 0.01)
    initializer: object = None
    dropout: float = 0.0
    sizes: tuple[int, ...] = (784, 16, 16, 10)
    batch_size: int = 50

    def fit(self, x, labels, *, seed, learning_rate=None, epochs=6, **options) -> History:
        """Train on images (n, 784) with labels (n,), everything random from one seed; options as for `train`."""
        rng = np.random.default_rng(seed)
        net = mlp(
            self.sizes,
            activation=self.activation,
            output_activation=self.output_activation,
            initializer=self.initializer,
            dropout=self.dropout,
            rng=rng,
        )
        rule = self.optimizer(self.rates[1] if learning_rate is None else learning_rate)
        y = labels if isinstance(self.loss, CrossEntropy) else one_hot(labels)
        return train(
            net, x, y, loss=self.loss, optimizer=rule, batch_size=self.batch_size, epochs=epochs, rng=rng, **options
        )


MODERN = Recipe()
SQUARED = replace(MODERN, loss=MeanSquaredError(), output_activation=sigmoid)
CLASSIC = replace(
    SQUARED,
    activation=sigmoid,
    optimizer=GradientDescent,
    rates=(10.0, 30.0, 90.0),
    initializer=standard_normal,
)
ABLATIONS = {
    "modern, nothing changed": MODERN,
    "sigmoid for ReLU": replace(MODERN, activation=sigmoid, rates=(0.003, 0.01, 0.03)),
    "squared error for cross-entropy": replace(SQUARED, rates=(0.001, 0.003, 0.01)),
    "descent for Adam": replace(MODERN, optimizer=GradientDescent, rates=(0.07, 0.2, 0.5)),
    "N(0, 1) for He": replace(MODERN, initializer=standard_normal, rates=(0.01, 0.03, 0.1)),
    "with dropout, rate 0.1": replace(MODERN, dropout=0.1),
    "classic, all changed": CLASSIC,
}


def scores(recipe, seeds, train_set, held_out, epochs=6):
    """Accuracy on held-out digits (rates, seeds), for every learning rate of the recipe and every seed."""
    images, labels = held_out
    return np.array(
        [
            [
                accuracy(recipe.fit(*train_set, seed=seed, learning_rate=rate, epochs=epochs).net(images), labels)
                for seed in seeds
            ]
            for rate in recipe.rates
        ]
    )


@functools.cache
def ablation(seeds=5, examples=2500, epochs=6):
    """For every recipe of ABLATIONS: validation accuracy (seeds,) at that of its rates whose median is highest."""
    x, y = digits("train")
    found = {}
    for name, recipe in ABLATIONS.items():
        grid = scores(recipe, range(seeds), (x[:examples], y[:examples]), digits("validation"), epochs)
        found[name] = grid[np.median(grid, axis=1).argmax()]
    return found


@functools.cache
def fitted(epochs=8, seed=0):
    """The modern recipe on all 8,000 training digits, with the parameters of every epoch: a History."""
    x, y = digits("train")
    held_out = digits("validation")
    return MODERN.fit(x, y, seed=seed, epochs=epochs, validation=held_out, metrics=(accuracy,), snapshots=True)
