"""Losses: worked examples, what is averaged, stability, and identities between them."""

import numpy as np
import pytest

from nnbook.activations import sigmoid, softmax
from nnbook.losses import BinaryCrossEntropy, CrossEntropy, Huber, MeanAbsoluteError, MeanSquaredError

ELEMENTWISE = [MeanSquaredError(), MeanAbsoluteError(), Huber(), BinaryCrossEntropy()]


def test_worked_examples():
    p, y = [[1.0, 2.0], [3.0, 4.0]], [[0.0, 2.0], [3.0, 1.0]]
    assert MeanSquaredError()(p, y) == (1 + 9) / 4
    assert MeanAbsoluteError()(p, y) == (1 + 3) / 4
    assert Huber(delta=2.0)(p, y) == (0.5 + 2 * (3 - 1)) / 4
    np.testing.assert_allclose(MeanSquaredError().gradient(p, y), [[0.5, 0], [0, 1.5]])
    np.testing.assert_allclose(MeanAbsoluteError().gradient(p, y), [[0.25, 0], [0, 0.25]])
    np.testing.assert_allclose(Huber(delta=2.0).gradient(p, y), [[0.25, 0], [0, 0.5]])


def test_a_sigmoid_neuron_with_cross_entropy():
    z, x = np.array([[0.5 * 0.2]]), 0.5
    assert sigmoid(z) == pytest.approx(0.525, abs=5e-4)
    assert BinaryCrossEntropy()(z, [[1]]) == pytest.approx(0.644, abs=5e-4)
    assert BinaryCrossEntropy().gradient(z, [[1]]) * x == pytest.approx(-0.2375, abs=5e-5)


def test_softmax_with_cross_entropy():
    z = np.array([[0.3, -0.4]])
    assert CrossEntropy()(z, [1]) == pytest.approx(1.103, abs=5e-4)
    np.testing.assert_allclose(CrossEntropy().gradient(z, [1]), softmax(z) - [[0, 1]])


def test_labels_and_their_distributions_agree():
    rng = np.random.default_rng(0)
    z, labels = rng.standard_normal((5, 3)), rng.integers(0, 3, 5)
    one_hot = np.eye(3)[labels]
    assert CrossEntropy()(z, labels) == pytest.approx(CrossEntropy()(z, one_hot), rel=1e-14)
    np.testing.assert_allclose(CrossEntropy().gradient(z, labels), CrossEntropy().gradient(z, one_hot), atol=1e-16)


def test_binary_is_cross_entropy_of_two_classes():
    z, y = np.array([[-1.5], [0.3], [2.0]]), np.array([1, 0, 1])
    two = np.hstack([np.zeros_like(z), z])
    assert BinaryCrossEntropy()(z, y[:, None]) == pytest.approx(CrossEntropy()(two, y), rel=1e-14)


@pytest.mark.parametrize("loss", ELEMENTWISE, ids=repr)
def test_the_mean_is_over_all_elements(loss):
    p, y = np.full((2, 3), 0.3), np.full((2, 3), 0.9)
    assert loss(np.tile(p, (5, 1)), np.tile(y, (5, 1))) == pytest.approx(loss(p, y), rel=1e-14)
    np.testing.assert_allclose(loss.gradient(np.tile(p, (5, 1)), np.tile(y, (5, 1)))[:2] * 5, loss.gradient(p, y))


@pytest.mark.parametrize("loss", [*ELEMENTWISE, CrossEntropy()], ids=repr)
def test_float32_stays_float32(loss):
    p = np.zeros((2, 3), np.float32)
    y = np.array([0, 2]) if isinstance(loss, CrossEntropy) else np.ones((2, 3))
    assert loss(p, y).dtype == loss.gradient(p, y).dtype == np.float32


def test_a_constant_that_minimizes():
    y = np.array([[0.0], [1.0], [2.0], [10.0], [100.0]])
    candidates = np.linspace(0, 100, 10_001)
    best = {type(loss): candidates[np.argmin([loss(np.full_like(y, c), y) for c in candidates])]
            for loss in (MeanSquaredError(), MeanAbsoluteError())}  # fmt: skip
    assert best[MeanSquaredError] == pytest.approx(y.mean(), abs=0.01)
    assert best[MeanAbsoluteError] == pytest.approx(np.median(y), abs=0.01)


def test_huber_lies_between_squares_and_absolutes():
    rng = np.random.default_rng(0)
    p, y = rng.normal(0, 3, (2, 50, 1))
    assert Huber(1e6)(p, y) == pytest.approx(MeanSquaredError()(p, y) / 2)
    assert Huber(1e-6)(p, y) / 1e-6 == pytest.approx(MeanAbsoluteError()(p, y), rel=1e-5)


def test_the_gradient_of_cross_entropy_sums_to_zero():
    rng = np.random.default_rng(0)
    gradient = CrossEntropy().gradient(rng.normal(0, 10, (6, 4)), rng.dirichlet(np.ones(4), 6))
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-16)
