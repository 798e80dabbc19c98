"""The gradient check: everything passes it, and wrong gradients don't."""

import numpy as np
import pytest

from nnbook.activations import (
    Activation,
    gelu,
    identity,
    leaky_relu,
    relu,
    sigmoid,
    silu,
    softmax,
    softplus,
    step,
    tanh,
)  # fmt: skip
from nnbook.gradcheck import central_differences, gradcheck
from nnbook.landscapes import Quadratic, Ravine, banana, basins, bowl, double_well, objective, saddle
from nnbook.layers import BatchNorm, Dropout, Elementwise, Linear, Sequential, mlp
from nnbook.losses import BinaryCrossEntropy, CrossEntropy, Huber, MeanAbsoluteError, MeanSquaredError
from nnbook.regularizers import L1, L2

SEEDS = range(100)
LIMIT = 1e-7
ACTIVATIONS = [identity, step, sigmoid, tanh, relu, leaky_relu, softplus, gelu, silu]


def drawn(seed):
    """A generator and a shape."""
    rng = np.random.default_rng(seed)
    return rng, tuple(int(n) for n in rng.integers(1, 7, 2))


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_activations(activation):
    for seed in SEEDS:
        rng, shape = drawn(seed)
        assert gradcheck(activation, rng.normal(0, 2, shape), seed=seed).error <= LIMIT


def test_softmax():
    for seed in SEEDS:
        rng, shape = drawn(seed)
        assert gradcheck(softmax, rng.normal(0, 3, shape), float(rng.uniform(0.3, 3)), seed=seed).error <= LIMIT


@pytest.mark.parametrize("loss", [MeanSquaredError(), MeanAbsoluteError(), Huber(0.7), BinaryCrossEntropy()], ids=repr)
def test_losses(loss):
    for seed in SEEDS:
        rng, shape = drawn(seed)
        assert gradcheck(loss, rng.normal(0, 2, shape), rng.random(shape)).error <= LIMIT


def test_cross_entropy_with_labels_and_distributions():
    for seed in SEEDS:
        rng, shape = drawn(seed)
        logits = rng.normal(0, 3, shape)
        assert gradcheck(CrossEntropy(), logits, rng.integers(0, shape[1], shape[0])).error <= LIMIT
        assert gradcheck(CrossEntropy(), logits, rng.dirichlet(np.ones(shape[1]), shape[0])).error <= LIMIT


@pytest.mark.parametrize("regularizer", [L1(0.3), L2(0.7)], ids=repr)
def test_regularizers(regularizer):
    for seed in SEEDS:
        rng, shape = drawn(seed)
        assert gradcheck(regularizer, rng.standard_normal(shape)).error <= LIMIT


@pytest.mark.parametrize(
    "landscape", [bowl, Ravine(500.0), banana, saddle, double_well, basins, Quadratic((3.0, -1.0, 0.2))], ids=repr
)
def test_landscapes(landscape):
    for seed in SEEDS:
        point = 2 * np.random.default_rng(seed).standard_normal(landscape.dimensions)
        assert gradcheck(landscape, point).error <= LIMIT
    runs = np.random.default_rng(0).standard_normal((4, landscape.dimensions))
    assert gradcheck(landscape, runs).compared.shape == (runs.size,)
    assert gradcheck(landscape, runs).error <= LIMIT


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("make", [
    lambda n, rng: Linear(n, int(rng.integers(1, 5)), rng=rng),
    lambda n, rng: Elementwise(ACTIVATIONS[rng.integers(9)]),
    lambda n, rng: Dropout(rng.uniform(0, 0.9)),
    lambda n, rng: BatchNorm(n).at(rng.standard_normal(2 * n), rng.random(2 * n) + 0.1),
], ids=["linear", "elementwise", "dropout", "batch norm"])  # fmt: skip
def test_layers(make, training):
    for seed in SEEDS:
        rng, (batch, features) = drawn(seed)
        x = rng.standard_normal((batch + 1, features))
        assert gradcheck(make(features, rng), x, training=training, seed=seed).error <= LIMIT


def test_networks_and_their_objectives():
    for seed in SEEDS:
        rng, (batch, features) = drawn(seed)
        hidden = [int(n) for n in rng.integers(1, 6, rng.integers(0, 3))]
        net = mlp((features, *hidden, 3), activation=ACTIVATIONS[rng.integers(2, 9)], rng=rng,
                  batch_norm=bool(rng.integers(2)), dropout=float(rng.choice([0, 0.3])))  # fmt: skip
        x = rng.standard_normal((batch + 1, features))
        assert gradcheck(net, x, training=bool(rng.integers(2)), seed=seed).error <= LIMIT
        f = objective(net, CrossEntropy(), x, rng.integers(0, 3, batch + 1))
        assert gradcheck(f, net.theta).error <= LIMIT


class Wrong(Activation):
    """A sigmoid whose derivative is off by one part in a hundred thousand."""

    name = "wrong"

    def _value(self, x):
        return sigmoid(x)

    def _slope(self, x):
        return sigmoid.derivative(x) * (1 + 1e-5)


def test_wrong_gradients_are_found():
    assert gradcheck(Wrong(), np.linspace(-2, 2, 9)).error > 1e-6

    class Transposed(Linear):
        def _backward(self, grad_output, x, into, input_gradient):
            grad_input = super()._backward(grad_output, x, into, input_gradient)
            into.W[...] = into.W.T.copy()
            return grad_input

    rng = np.random.default_rng(0)
    assert gradcheck(Transposed(3, 3, rng=rng), rng.standard_normal((4, 3))).error > 0.1


def test_kinks_are_left_out_and_only_kinks():
    check = gradcheck(relu, [-1.0, 0.0, 3e-6, -2e-6, 5e-6, 1.0])
    assert check.compared.tolist() == [True, False, False, False, False, True]
    assert check.error <= LIMIT
    assert repr(check).endswith("2 numbers compared, 4 at a kink)")
    assert gradcheck(sigmoid, np.linspace(-9, 9, 50)).compared.all()
    assert gradcheck(banana, [-1.2, 1.0]).compared.all()


def test_a_sign_error_at_a_smooth_point_is_not_taken_for_a_kink():
    class Backwards(Activation):
        def _value(self, x):
            return relu(x)

        def _slope(self, x):
            return -relu.derivative(x)

    check = gradcheck(Backwards(), [1.0, 2.0])
    assert check.compared.all() and check.error > 1


def test_some_coordinates_of_a_large_network():
    net = mlp((784, 16, 10), rng=np.random.default_rng(0))
    check = gradcheck(net, np.random.default_rng(1).random((2, 784)), coordinates=40)
    assert check.numeric.size == 40 and check.error <= LIMIT


def test_the_floor_makes_tiny_gradients_absolute():
    flat = Quadratic((1e-12, 1e-12))
    assert gradcheck(flat, [1.0, 1.0]).error <= LIMIT


def test_central_differences_by_themselves():
    slopes, smooth = central_differences(lambda x: float(np.sum(x**3)), np.array([1.0, -2.0]))
    np.testing.assert_allclose(slopes, [3, 12], rtol=1e-9)
    assert smooth.all()


def test_a_sequence_of_everything():
    rng = np.random.default_rng(0)
    net = Sequential([Linear(3, 4, rng=rng), BatchNorm(4), gelu, Dropout(0.2), Linear(4, 2, rng=rng), tanh])
    assert gradcheck(net, rng.standard_normal((5, 3)), training=True).error <= LIMIT
