"""Small experiments on fitting too well: samples of a curve, digits, clouds of points, and models that fit them.

Each is seeded and takes a fraction of a second, so that what is said of one can be said of a distribution.
"""

import functools
from typing import NamedTuple

import numpy as np

from nnbook.activations import relu, tanh
from nnbook.landscapes import objective
from nnbook.layers import Dropout, mlp
from nnbook.losses import BinaryCrossEntropy, CrossEntropy, MeanSquaredError
from nnbook.optimizers import Adam
from nnbook.penalized import ridge
from nnbook.shortruns import shrunken_digits
from nnbook.training import accuracy, train

__all__ = [
    "Fit", "accuracy_with_failures", "boundary_nets", "curve", "curve_net", "digit_net", "errors", "fit", "legendre",
    "sample", "thinned",
]  # fmt: skip

NOISE = 0.3  # standard deviation of the noise in the targets of `sample`


def curve(x):
    """The curve behind the samples, 2.25 x − 3.375 x³ on [−1, 1]."""
    return 1.5 * (1.5 * x) - (1.5 * x) ** 3


def sample(seed, n=16, *, held_out=400, noise=NOISE):
    """(x, y), (x, y) for training and validation, shapes (n,) and (held_out,): the curve and noise·N(0, 1).

    Training x are spread over [−1, 1] at nearly even distances, validation x lie anywhere between.
    """
    rng = np.random.default_rng(seed)
    x = 0.95 * np.linspace(-1, 1, n) + rng.uniform(-0.8, 0.8, n) / n
    y = curve(x) + noise * rng.normal(size=n)
    new = rng.uniform(-0.95, 0.95, held_out)
    return (x, y), (new, curve(new) + noise * rng.normal(size=held_out))


def legendre(x, degree):
    """The Legendre polynomials P₁ … P_degree at x (n,), of shape (n, degree): powers of x, made nearly independent."""
    return np.polynomial.legendre.legvander(x, degree)[:, 1:]


class Fit(NamedTuple):
    """A polynomial ŷ(x) = ȳ + Σ wₖ (Pₖ(x) − mean of Pₖ over the training examples)."""

    w: np.ndarray
    center: np.ndarray
    mean: float

    def __call__(self, x):
        return self.mean + (legendre(x, len(self.w)) - self.center) @ self.w


def fit(x, y, degree, strength=0.0, solve=ridge):
    """The polynomial of a degree fitted to x, y (n,) with a penalty on w, by `ridge` or `lasso`; a Fit."""
    features = legendre(x, degree)
    center = features.mean(axis=0)
    return Fit(solve(features - center, y - y.mean(), strength), center, y.mean())


def errors(model, *parts):
    """The mean squared error of a model on each of several (x, y)."""
    return [float(np.mean((model(x) - y) ** 2)) for x, y in parts]


@functools.cache
def curve_net(seed=1, *, width=64, rate=0.0, examples=16, noise=NOISE, epochs=1000, learning_rate=0.01):
    """The History of a 1-width-width-1 tanh network on a sample, full batches of Adam, every epoch kept."""
    (x, y), (new_x, new_y) = sample(seed, examples, noise=noise)
    rng = np.random.default_rng(seed)
    net = mlp((1, width, width, 1), activation=tanh, dropout=rate, rng=rng)
    return train(
        net, x[:, None], y[:, None], loss=MeanSquaredError(), optimizer=Adam(learning_rate), batch_size=None,
        epochs=epochs, validation=(new_x[:, None], new_y[:, None]), rng=rng, snapshots=True,
    )  # fmt: skip


@functools.cache
def digit_net(seed=0, *, rate=0.0, examples=400, epochs=100, regularizer=None):
    """The History of a 49-32-10 ReLU network on shrunken digits, validated on 1,000 others."""
    x, y = (part[:examples] for part in shrunken_digits("train"))
    rng = np.random.default_rng(seed)
    net = mlp((49, 32, 10), activation=relu, dropout=rate, rng=rng)
    return train(
        net, x, y, loss=CrossEntropy(), optimizer=Adam(0.005), batch_size=40, epochs=epochs, regularizer=regularizer,
        validation=shrunken_digits("validation", 1000), metrics=(accuracy,), rng=rng,
    )  # fmt: skip


def accuracy_with_failures(net, x, y, failed, rng, draws=20):
    """Accuracies (draws,) of a one-hidden-layer network of which so many hidden units, drawn anew, hand on 0."""
    hidden = relu(net.layers[0].forward(x)[0])
    last, found = net.layers[-1], []
    for _ in range(draws):
        alive = np.ones(hidden.shape[1])
        alive[rng.choice(len(alive), failed, replace=False)] = 0
        found.append(accuracy(last.forward(hidden * alive)[0], y))
    return np.array(found)


def boundary_nets(x, y, width, strengths, *, steps=500, learning_rate=0.05, seed=0):
    """A 2-width-1 tanh network for each λ in strengths, all from the same start: (network, thetas (runs, n)).

    Full batches of Adam on the binary cross-entropy, each with an L2 penalty of its own, weights only.
    """
    net = mlp((2, width, 1), activation=tanh, rng=np.random.default_rng(seed))
    loss, rule = objective(net, BinaryCrossEntropy(), x, y[:, None].astype(float)), Adam(learning_rate)
    thetas = np.tile(net.theta, (len(strengths), 1))
    decay = np.asarray(strengths)[:, None] * net.decay_mask
    state = rule.init(thetas)
    for _ in range(steps):
        step, state = rule.update(loss.gradient(thetas) + decay * thetas, state, thetas)
        thetas = thetas + step
    return net, thetas


def thinned(net, x, masks):
    """The output of a multilayer perceptron with dropout when the masks (one (width,) array a hidden layer) are given.

    A mask holds 0 for a dropped unit and 1/(1 − rate) for one that is kept, and is the same for every example of x.
    """
    masks = iter(masks)
    for layer in net.layers:
        x = x * next(masks) if isinstance(layer, Dropout) else layer.forward(x)[0]
    return x
