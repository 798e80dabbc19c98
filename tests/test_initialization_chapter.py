"""The mathematics behind the chapter on initialization."""

import numpy as np
import pytest

from nnbook import activations, initializers, layers
from nnbook.explorers import initialization as chapter
from nnbook.gradcheck import central_differences
from nnbook.scheme_table import SHOWN, SchemeTable, suited
from nnbook.signals import layer_factors, mean_squares, normalize, normalize_back, propagate, stationary
from nnbook.startruns import _batch_gradient as batch_gradient
from nnbook.startruns import deep_losses, xor_runs


def test_mean_squares_of_a_normal_z():
    assert mean_squares(activations.identity, 3.0) == pytest.approx((3, 1))
    assert mean_squares(activations.relu, 3.0) == pytest.approx((1.5, 0.5), rel=1e-3)
    leaky = activations.LeakyReLU(0.2)
    assert mean_squares(leaky, 3.0) == pytest.approx((1.5 * 1.04, 0.52), rel=1e-3)
    # E tanh′² of a wide z is ∫ sech⁴ times the density at 0, 4/3 · 1/√(2πq).
    assert mean_squares(activations.tanh, 1e4)[1] == pytest.approx(4 / 3 / np.sqrt(2e4 * np.pi), rel=1e-2)


def test_kaiming_keeps_relu_and_its_leaky_kin_at_any_size():
    for q in (1e-6, 1.0, 1e6):
        assert layer_factors(activations.relu, 2.0, q) == pytest.approx((1, 1), rel=1e-3)
        leaky = activations.LeakyReLU(0.3)
        assert layer_factors(leaky, 2 / 1.09, q) == pytest.approx((1, 1), rel=1e-3)
    assert stationary(activations.relu, 1.0) == pytest.approx(0.5**200, rel=0.1)
    assert stationary(activations.identity, 100.0) == np.inf


def test_large_weights_let_the_gradient_of_tanh_grow():
    factors = [layer_factors(activations.tanh, c, stationary(activations.tanh, c))[1] for c in (2, 5, 20, 100, 500)]
    assert np.all(np.diff(factors) > 0) and factors[0] > 1


@pytest.mark.parametrize("batch_norm", [False, True])
def test_propagate_sends_back_the_gradient_of_what_it_sends_forward(batch_norm):
    rng, x = np.random.default_rng(0), np.random.default_rng(1).standard_normal((1, 6, 4))
    W, g = rng.standard_normal((4, 3)), rng.standard_normal((1, 6, 3))

    def forward(theta):
        z = x @ theta.reshape(4, 3)
        return float(np.sum(g * activations.tanh(normalize(z)[0] if batch_norm else z)))

    z = x @ W
    z, scale = normalize(z) if batch_norm else (z, None)
    back = g * activations.tanh.derivative(z)
    back = normalize_back(back, z, scale) if batch_norm else back
    np.testing.assert_allclose((x[0].T @ back[0]).ravel(), central_differences(forward, W.ravel())[0], rtol=1e-6)


def test_signals_equal_those_of_a_network():
    found = propagate(activations.relu, (5, 7, 4), lambda i, o: 0.5, np.random.default_rng(3), batch=10)
    rng = np.random.default_rng(3)
    x = rng.standard_normal((10, 5))
    first, second = rng.standard_normal((5, 7)) * 0.5, rng.standard_normal((7, 4)) * 0.5
    a = np.maximum(x @ first, 0)
    b = np.maximum(a @ second, 0)
    np.testing.assert_allclose(found.a[0], [np.sqrt((h**2).mean()) for h in (a, b)])
    np.testing.assert_allclose(found.dead[0], [(h == 0).all(axis=0).mean() for h in (a, b)])
    with pytest.raises(ValueError, match="widths of the input and of one layer"):
        propagate(activations.relu, (5,), lambda i, o: 1.0, rng)


@pytest.mark.parametrize("phi", SHOWN, ids=lambda phi: phi.name)
def test_the_table_agrees_with_the_starts_of_mlp(phi):
    drawn = {"1/n": (initializers.lecun_normal, initializers.xavier_normal), "2/n": (initializers.kaiming_normal,)}
    best = suited(phi)
    assert best is None or layers._suited(phi) in drawn[best]
    assert SchemeTable()._repr_markdown_().count(f"`{phi.name}`") == 1


def test_symmetric_starts_keep_their_symmetry():
    for start in ("all zero", "all equal, ½"):
        path, *_, net, _, _ = chapter.hidden_paths(start)
        hidden = net.at(path[-1]).layers[0].W
        np.testing.assert_allclose(hidden, np.tile(hidden[:, :1], chapter.UNITS), atol=1e-6)
    path, losses, net, *_ = chapter.hidden_paths("equal within a thousandth")
    assert np.ptp(net.at(path[-1]).layers[0].W, axis=1).max() > 1 and losses[-1] < losses[300] / 3


def test_shelves_of_xor_are_the_best_constants():
    two, three, four = chapter.SHELVES
    assert four == pytest.approx(np.log(2)) and two == pytest.approx(four / 2)
    p = np.linspace(0.01, 0.99, 99)
    assert three == pytest.approx((-np.log(p) - 2 * np.log(1 - p)).min() / 4, abs=1e-4)
    losses = xor_runs(activations.relu, 2).losses[-1]
    stuck = losses[losses > 0.1]
    assert np.mean(np.abs(stuck[:, None] - chapter.SHELVES).min(axis=1) < 0.02) > 0.95


def test_every_run_has_its_own_start():
    runs = xor_runs(activations.tanh, 3, runs=5, steps=100)
    assert len(np.unique(runs.thetas[0], axis=0)) == 5 and runs.steps.tolist() == [0, 100]
    second = layers.mlp((2, 3, 1), activation=activations.tanh, rng=np.random.default_rng(2))
    np.testing.assert_array_equal(runs.thetas[0][2], second.theta)


def test_batch_norm_turns_the_scale_of_weights_into_a_learning_rate():
    rng = np.random.default_rng(0)
    net = layers.mlp((6, 5, 3), batch_norm=True, rng=rng)
    x, y = rng.standard_normal((20, 6)), rng.integers(3, size=20)
    scaled = net.theta * np.where(np.arange(net.theta.size) < 30, 10.0, 1.0)
    (loss, grads), (same, smaller) = (
        batch_gradient(net.at(theta[None], net.buffers[None]), x, y) for theta in (net.theta, scaled)
    )
    assert same == pytest.approx(loss, rel=1e-5)
    np.testing.assert_allclose(smaller[0, :30], grads[0, :30] / 10, rtol=1e-3, atol=1e-7)


def test_deep_losses_start_at_guessing_and_tell_divergence():
    assert deep_losses(0.1, runs=2, steps=1) == pytest.approx(np.log(10), abs=1e-2)
    assert np.isinf(deep_losses(4.0, runs=2, steps=5, rate=1.0)[-1]).all()
