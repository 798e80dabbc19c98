"""Activations: values and slopes at points where they are known, identities, dtypes."""

import numpy as np
import pytest

from nnbook.activations import (
    LeakyReLU,
    gelu,
    identity,
    leaky_relu,
    relu,
    sigmoid,
    silu,
    softmax,
    softmax_vjp,
    softplus,
    step,
    tanh,
)

ALL = [identity, step, sigmoid, tanh, relu, leaky_relu, softplus, gelu, silu]
X = np.linspace(-6, 6, 121)


@pytest.mark.parametrize("activation", ALL, ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shape_and_dtype_are_kept(activation, dtype):
    x = X.astype(dtype).reshape(11, 11)
    for y in (activation(x), activation.derivative(x)):
        assert y.shape == x.shape and y.dtype == dtype
        assert not np.shares_memory(y, x)


@pytest.mark.parametrize("activation", ALL, ids=repr)
def test_whole_numbers_and_scalars_are_taken(activation):
    assert activation([1, 2]).dtype == np.float64
    assert activation(2) == activation(2.0) == activation([2.0])[0]


def test_known_values():
    assert step([-1.0, 0.0, 1.0]).tolist() == [0, 1, 1]
    assert not step.derivative(X).any()
    assert relu([-2.0, 0.0, 3.0]).tolist() == [0, 0, 3]
    assert relu.derivative([-2.0, 0.0, 3.0]).tolist() == [0, 0, 1]
    assert leaky_relu([-2.0, 3.0]).tolist() == [-0.02, 3]
    assert leaky_relu.derivative([-2.0, 0.0, 3.0]).tolist() == [0.01, 0.01, 1]
    assert LeakyReLU(slope=0.2)(-1.0) == -0.2
    assert sigmoid(0.0) == 0.5 and sigmoid.derivative(0.0) == 0.25
    assert tanh.derivative(0.0) == 1
    assert softplus(0.0) == np.log(2)
    assert gelu(0.0) == silu(0.0) == 0 and gelu.derivative(0.0) == silu.derivative(0.0) == 0.5


def test_identities_between_them():
    np.testing.assert_allclose(sigmoid(X), (1 + np.tanh(X / 2)) / 2, rtol=1e-13)
    np.testing.assert_allclose(sigmoid(-X), 1 - sigmoid(X), rtol=0, atol=3e-16)
    np.testing.assert_allclose(softplus(X) - softplus(-X), X, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(softplus.derivative(X), sigmoid(X))
    np.testing.assert_allclose(relu(X) - relu(-X), X)
    np.testing.assert_allclose(silu(X), X * sigmoid(X))
    u = np.sqrt(2 / np.pi) * (X + 0.044715 * X**3)
    np.testing.assert_allclose(gelu(X), X / 2 * (1 + np.tanh(u)), rtol=1e-9, atol=1e-15)


def test_the_sigmoids_slope_is_at_most_a_quarter():
    assert sigmoid.derivative(X).max() == sigmoid.derivative(0.0) == 0.25


def test_far_out_nothing_overflows_and_digits_are_kept():
    far = np.array([-1e4, -745.0, 745.0, 1e4])
    for activation in ALL:
        assert np.isfinite(activation(far)).all() and np.isfinite(activation.derivative(far)).all()
    assert sigmoid(-700.0) == pytest.approx(np.exp(-700.0), rel=1e-12)
    assert sigmoid.derivative(40.0) == pytest.approx(np.exp(-40.0), rel=1e-12)
    assert gelu(-6.0) < 0


def test_softmax():
    np.testing.assert_allclose(softmax([0.3, -0.4]), [0.668, 0.332], atol=5e-4)
    np.testing.assert_allclose(softmax([[1.0, 1.0], [0.0, np.log(3)]]), [[0.5, 0.5], [0.25, 0.75]])
    np.testing.assert_allclose(softmax([1.0, 2.0], temperature=2.0), softmax([0.5, 1.0]))
    z = np.random.default_rng(0).standard_normal((3, 4))
    np.testing.assert_allclose(softmax(z, axis=0), softmax(z.T).T)
    np.testing.assert_allclose(softmax([0.0, 1e-3], temperature=1e-3), [sigmoid(-1.0), sigmoid(1.0)])
    assert softmax(np.float32([1, 2])).dtype == np.float32


def test_softmaxs_product_is_that_of_its_jacobian():
    rng = np.random.default_rng(0)
    z, g = rng.standard_normal(5), rng.standard_normal(5)
    p = softmax(z, 1.7)
    np.testing.assert_allclose(softmax_vjp(g, z, 1.7), g @ (np.diag(p) - np.outer(p, p)) / 1.7)


def test_names_are_stable():
    names = "[identity, step, sigmoid, tanh, relu, leaky_relu, softplus, gelu, silu]"
    assert repr(ALL) == names
    assert repr(LeakyReLU(slope=0.2)) == "leaky_relu(slope=0.2)"
    assert LeakyReLU() == leaky_relu
