"""Classic results, reproduced: how many steps, how often, how large."""

from functools import partial

import numpy as np
import pytest

from nnbook.activations import relu, tanh
from nnbook.datasets import digits, gate
from nnbook.initializers import kaiming_normal, lecun_normal, normal
from nnbook.landscapes import Ravine, objective, parabola
from nnbook.layers import mlp
from nnbook.losses import BinaryCrossEntropy, CrossEntropy
from nnbook.optimizers import Adam, GradientDescent, Momentum
from nnbook.training import accuracy, minimize, train


def steps_needed(rule, kappa, limit):
    """Steps from (1, 1) until ‖θ‖ ≤ 1e-6."""
    distance = np.linalg.norm(minimize(Ravine(kappa), [1.0, 1.0], rule, limit), axis=1)
    return int(np.argmax(distance <= 1e-6))


@pytest.mark.parametrize(("kappa", "plain", "with_momentum"), [(10, 71, 27), (100, 709, 95), (1000, 7082, 321)])
def test_steps_to_cross_a_ravine(kappa, plain, with_momentum):
    root = np.sqrt(kappa)
    best = Momentum(4 / (1 + root) ** 2, ((root - 1) / (root + 1)) ** 2)
    assert steps_needed(GradientDescent(2 / (1 + kappa)), kappa, 8000) == plain
    assert steps_needed(best, kappa, 1000) == with_momentum


def test_ten_steps_down_a_parabola():
    assert minimize(parabola, [10.0], GradientDescent(0.2), 10)[-1, 0] == pytest.approx(0.060466, abs=5e-7)


@pytest.mark.parametrize(("draw", "low", "high"), [
    (partial(normal, std=0.01), 1e-59, 1e-57),
    (lecun_normal, 1e-9, 1e-7),
    (normal, 1e41, 1e43),
    (kaiming_normal, 0.16, 1.6),
], ids=["N(0, 0.01²)", "N(0, 1/n)", "N(0, 1)", "Kaiming"])  # fmt: skip
def test_fifty_relu_layers_of_a_hundred(draw, low, high):
    spread = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        a = rng.standard_normal((100, 100))
        for W in draw(rng, (50, 100, 100)):
            a = relu(a @ W)
        spread.append(a.std())
    fifth, median, ninety_fifth = np.quantile(spread, [0.05, 0.5, 0.95])
    assert low * 0.7 < fifth and ninety_fifth < high * 1.4
    assert low < median < high
    if draw is kaiming_normal:
        assert 0.35 < median < 0.65


@pytest.mark.parametrize(("activation", "width", "low", "high"), [
    (tanh, 2, 50, 65), (tanh, 8, 98, 100), (relu, 2, 12, 28), (relu, 8, 88, 100),
])  # fmt: skip
def test_how_often_xor_is_learned(activation, width, low, high):
    """100 seeds: binary cross-entropy on logits, the default initializer, η = 1, 2,000 steps on all four examples."""
    x, y = gate("xor")
    thetas = np.stack([mlp((2, width, 1), activation=activation, rng=np.random.default_rng(seed)).theta
                       for seed in range(100)])  # fmt: skip
    net = mlp((2, width, 1), activation=activation, rng=np.random.default_rng(0))
    f = objective(net, BinaryCrossEntropy(), x, y[:, None])
    ends = minimize(f, thetas, GradientDescent(1.0), 2000, every=2000)[-1]
    learned = sum(accuracy(net.at(theta)(x), y) == 1 for theta in ends)
    assert low <= learned <= high


def test_the_shipped_digits_are_learned():
    """784-128-10, Adam, 8 epochs on 8,000 digits: about 94.7 % of the test digits on average over seeds."""
    x, y = digits("train", dtype=np.float32)
    held_out, labels = digits("test", dtype=np.float32)
    reached = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        net = mlp((784, 128, 10), rng=rng, dtype=np.float32)
        net = train(net, x, y, loss=CrossEntropy(), optimizer=Adam(), epochs=8, rng=rng).net
        reached.append(accuracy(net(held_out), labels))
    assert min(reached) > 0.93 and max(reached) - min(reached) < 0.03
