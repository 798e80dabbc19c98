"""Small training runs with one thing wrong in each, so that a symptom can be looked at beside its cause.

Shrunken digits, a 49-16-10 network, mini-batches with momentum; a fault changes one part of the case and nothing else.
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from nnbook import initializers
from nnbook.activations import Activation, relu, sigmoid, softmax
from nnbook.layers import Elementwise, Sequential, mlp
from nnbook.losses import CrossEntropy
from nnbook.optimizers import Momentum
from nnbook.shortruns import shrunken_digits
from nnbook.training import accuracy, minibatches

__all__ = ["EPOCHS", "FAULTS", "Case", "Course", "SoftmaxTwice", "course", "healthy"]

EPOCHS, BATCH = 20, 50


class SoftmaxTwice:
    """Cross-entropy that is handed probabilities where it wants logits: −log softmax(softmax(z))_y."""

    def __call__(self, logits, target):
        return CrossEntropy()(softmax(logits), target)

    def gradient(self, logits, target):
        """∂L/∂z, shape of logits: the gradient at p = softmax(z), drawn back through pᵢ (δᵢⱼ − pⱼ)."""
        p = softmax(logits)
        slope = CrossEntropy().gradient(p, target)
        return p * (slope - (slope * p).sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class Case:
    """A network about to be trained: data, layers and rule. A fault is a function from a case to a case."""

    x: np.ndarray
    y: np.ndarray
    validation: tuple
    hidden: tuple = (16,)
    activation: Activation = relu
    learning_rate: float = 0.1
    sign: int = 1
    loss: object = field(default_factory=CrossEntropy)
    initializer: object = initializers.kaiming_normal
    hidden_bias: float = 0.0


class Course(NamedTuple):
    """What a run showed: losses after 0, 1 … EPOCHS epochs, accuracy on held-out digits, two looks inside."""

    loss: np.ndarray
    validation_loss: np.ndarray
    accuracy: float
    gradients: np.ndarray  # the norm of ∂L/∂W at the start, layer by layer
    silent: float  # the share of units of the first hidden layer that give 0 to every example at the end


def healthy(examples=1000):
    """The case with nothing wrong."""
    return Case(*shrunken_digits("train", examples), shrunken_digits("validation", 500))


def course(case, *, seed=0):
    """Train the case for EPOCHS epochs; a loss that is no longer a number is infinite."""
    rng = np.random.default_rng(seed)
    net = _network(case, rng)
    theta, state = net.theta, (rule := Momentum(case.learning_rate)).init(net.theta)
    loss, held_out = [], []
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # divergence is one of the symptoms
        first = net.at(_gradient(net, case, slice(None)))
        norms = [np.linalg.norm(layer.W) for layer in first.layers if layer.theta.size]
        for epoch in range(EPOCHS + 1):
            loss.append(_loss(net.at(theta), case, case.x, case.y))
            held_out.append(_loss(net.at(theta), case, *case.validation))
            if epoch == EPOCHS or not np.isfinite(loss[-1]):
                break
            for rows in minibatches(rng, len(case.x), BATCH):
                step, state = rule.update(case.sign * _gradient(net.at(theta), case, rows), state, theta)
                theta = theta + step
        logits = _outputs(net.at(theta), case.validation[0])
        fires = _outputs(Sequential(net.at(theta).layers[:2]), case.x)
    left = [np.inf] * (EPOCHS + 1 - len(loss))
    return Course(
        np.array(loss + left),
        np.array(held_out + left),
        accuracy(np.nan_to_num(logits), case.validation[1]),
        np.array(norms),
        float((np.nan_to_num(fires) == 0).all(axis=0).mean()),
    )


def _network(case, rng):
    net = mlp((49, *case.hidden, 10), activation=case.activation, initializer=case.initializer, rng=rng)
    theta = net.theta.copy()
    hidden = [layer for layer in net.at(theta).layers if not isinstance(layer, Elementwise)][:-1]
    for layer in hidden:
        layer.b[...] = case.hidden_bias
    return net.at(theta)


def _outputs(net, x):
    """What a network gives, NaN and all: a public call would refuse what a diverged one computes."""
    return net._forward(x, False, None)[0]


def _loss(net, case, x, y):
    logits = _outputs(net, x)
    return float(case.loss(logits, y)) if np.isfinite(logits).all() else np.inf


def _gradient(net, case, rows):
    logits, caches = net._forward(case.x[rows], True, None)
    if not np.isfinite(logits).all():
        return np.full_like(net.theta, np.nan)
    grads = np.empty_like(net.theta)
    net._backward(case.loss.gradient(logits, case.y[rows]), caches, net.at(grads), False)
    return grads


def _mixed_labels(case):
    return replace(case, y=np.random.default_rng(5).permutation(case.y))


def _gray(x):
    """Shrunken digits as they were scanned, from 0 to 255: the paper was white before they were centered."""
    return 255 * (x - x.min())


def _raw_pixels(case):
    x, y = case.validation
    return replace(case, x=_gray(case.x), validation=(_gray(x), y))


def _few(case):
    # Seen again and again, so that the number of steps stays the same.
    rows = np.arange(len(case.x)) % 60
    return replace(case, x=case.x[rows], y=case.y[rows])


def _other_validation(case):
    x, y = case.validation
    return replace(case, validation=(_gray(x), y))


FAULTS = {
    "nothing is wrong": lambda case: case,
    "learning rate 200 times too small": lambda case: replace(case, learning_rate=case.learning_rate / 200),
    "learning rate 15 times too large": lambda case: replace(case, learning_rate=case.learning_rate * 15),
    "gradient with the wrong sign": lambda case: replace(case, sign=-1),
    "labels in another order than images": _mixed_labels,
    "all weights zero": lambda case: replace(case, initializer=initializers.zeros),
    "hidden biases of −20": lambda case: replace(case, hidden_bias=-20.0),
    "six sigmoid layers": lambda case: replace(case, hidden=(16,) * 6, activation=sigmoid),
    "pixels from 0 to 255": _raw_pixels,
    "softmax before the loss": lambda case: replace(case, loss=SoftmaxTwice()),
    "60 examples": _few,
    "validation data prepared differently": _other_validation,
}
