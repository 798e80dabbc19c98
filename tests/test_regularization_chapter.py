"""The mathematics behind the chapter on regularization."""

import numpy as np
import pytest

from nnbook import overfits
from nnbook.augment import random_shifts, shift
from nnbook.datasets import digits
from nnbook.exercises import regularization as questions
from nnbook.exercises.regularization import batch_norm_backward, dropout
from nnbook.explorers import regularization as explorers
from nnbook.layers import BatchNorm, mlp
from nnbook.penalized import lasso, ridge, soft_threshold


def regression(seed, n=30, features=6):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, features)), rng.normal(size=n)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("strength", [0.0, 0.1, 1.0])
def test_at_the_ridge_solution_the_gradient_is_zero(seed, strength):
    X, y = regression(seed)
    w = ridge(X, y, strength)
    np.testing.assert_allclose(2 / len(X) * X.T @ (X @ w - y) + strength * w, 0, atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("strength", [0.05, 0.2, 0.6])
def test_at_the_lasso_solution_slopes_balance_the_penalty(seed, strength):
    X, y = regression(seed)
    w = lasso(X, y, strength)
    slope = 2 / len(X) * X.T @ (X @ w - y)
    np.testing.assert_allclose(slope[w != 0], -strength * np.sign(w[w != 0]), atol=1e-8)
    assert (np.abs(slope[w == 0]) <= strength + 1e-8).all()


@pytest.mark.parametrize("solve", [ridge, lasso])
def test_penalized_fits_keep_float32_and_take_whole_numbers(solve):
    X, y = regression(0)
    fine = solve(X, y, 0.1)
    coarse = solve(X.astype(np.float32), y.astype(np.float32), 0.1)
    assert (fine.dtype, coarse.dtype) == (np.float64, np.float32)
    np.testing.assert_allclose(coarse, fine, atol=1e-6)
    assert solve(X.round(), y.round().astype(int), 0.1).dtype == np.float64


def test_a_strong_lasso_is_exactly_zero_from_the_largest_slope_on():
    X, y = regression(0)
    edge = np.abs(2 / len(X) * X.T @ y).max()
    assert (lasso(X, y, edge) == 0).all()
    assert (lasso(X, y, 0.99 * edge) != 0).sum() == 1


def test_soft_threshold_is_the_nearest_point_with_a_price():
    w = np.random.default_rng(0).normal(size=50)
    v = np.linspace(-4, 4, 8001)
    best = v[(0.5 * (v - w[:, None]) ** 2 + 0.7 * np.abs(v)).argmin(axis=1)]
    np.testing.assert_allclose(soft_threshold(w, 0.7), best, atol=1e-3)


def test_penalized_fits_say_what_they_want():
    X, y = regression(0)
    with pytest.raises(ValueError, match="lasso: expected X of shape .* one target each"):
        lasso(X, y[:, None], 0.1)
    with pytest.raises(ValueError, match="ridge"):
        ridge(X, y, -1)


def test_a_shift_moves_the_ink_and_loses_only_what_leaves():
    images = digits("train")[0][:20]
    moved = shift(images, 2, -3).reshape(-1, 28, 28)
    np.testing.assert_array_equal(moved[:, :25, 2:], images.reshape(-1, 28, 28)[:, 3:, :26])
    assert (moved[:, 25:] == 0).all() and (moved[:, :, :2] == 0).all()
    np.testing.assert_array_equal(shift(images), images)
    assert not shift(images, 28).any()


def test_random_shifts_are_shifts_of_their_image():
    images = digits("train")[0][:30]
    moved = random_shifts(np.random.default_rng(0), images)
    nine = np.array([shift(images, r, d) for r in (-1, 0, 1) for d in (-1, 0, 1)])
    assert (moved == nine).all(axis=2).any(axis=0).all()
    assert not np.array_equal(moved, images)
    with pytest.raises(ValueError, match="square image in a row"):
        shift(np.zeros((3, 10)))


def test_a_thinned_network_with_full_masks_is_the_whole_one():
    net = mlp((2, 5, 4, 1), rng=np.random.default_rng(0), dropout=0.3)
    x = np.random.default_rng(1).normal(size=(7, 2))
    np.testing.assert_allclose(overfits.thinned(net, x, (np.ones(5), np.ones(4))), net(x))
    output, cache = net.forward(x, training=True, rng=np.random.default_rng(2))
    masks = [entry for layer, entry in zip(net.layers, cache, strict=True) if "Dropout" in repr(layer)]
    one = overfits.thinned(net, x[:1], [mask[0] for mask in masks])
    np.testing.assert_allclose(one, output[:1])


def test_no_failed_unit_is_the_network_itself_and_all_failed_is_chance():
    x, y = overfits.shrunken_digits("validation", 1000)
    net = overfits.digit_net(0, epochs=5).net
    rng = np.random.default_rng(0)
    whole = (net(x).argmax(axis=1) == y).mean()
    np.testing.assert_allclose(overfits.accuracy_with_failures(net, x, y, 0, rng, 3), whole)
    assert overfits.accuracy_with_failures(net, x, y, 32, rng, 3).max() < 0.2


def test_boundary_nets_are_single_runs_side_by_side():
    x, y = explorers.cloud("moons, much noise")[0]
    net, both = overfits.boundary_nets(x, y, 8, (1e-3, 1e-1), steps=50)
    for k, strength in enumerate((1e-3, 1e-1)):
        _, alone = overfits.boundary_nets(x, y, 8, (strength,), steps=50)
        np.testing.assert_allclose(both[k], alone[0], rtol=1e-6, atol=1e-9)
    weights = np.abs(both[:, net.decay_mask]).sum(axis=1)
    assert weights[1] < weights[0]


def test_the_ellipse_touches_and_a_corner_is_a_zero():
    for correlation in explorers.CORRELATIONS.values():
        H = 2 * np.array([[1, correlation], [correlation, 1]])
        for penalty in ("L1", "L2"):
            w = explorers.two_weights(correlation, penalty)
            slope = (w - explorers.TARGET) @ H
            if penalty == "L2":
                np.testing.assert_allclose(slope, -explorers.FINER[:, None] * w, atol=1e-8)
                assert (w[1:] != 0).all()
            else:
                assert (np.abs(slope) <= explorers.FINER[:, None] + 1e-8).all()
                assert (w[-1] == 0).any()


def test_patience_counts_epochs_without_a_record():
    losses = [0.9, 0.7, 0.75, 0.6, 0.62, 0.61, 0.65, 0.5]
    assert [explorers.stopping_epoch(losses, patience) for patience in (1, 2, 3, 4, 9)] == [3, 6, 7, 8, 8]


def test_the_reference_layers_are_the_librarys():
    rng = np.random.default_rng(0)
    x, g = rng.normal(2, 3, (6, 4)), rng.normal(size=(6, 4))
    gamma = rng.uniform(0.5, 2, 4)
    norm = BatchNorm(4, epsilon=1e-14).at(np.concatenate([gamma, np.zeros(4)]))
    grad_x, grads = norm.backward(g, norm.forward(x, training=True)[1])
    mine = batch_norm_backward(g, x, gamma)
    np.testing.assert_allclose(mine[0], grad_x, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(np.concatenate(mine[1:]), grads, rtol=1e-6)
    assert dropout(np.ones((200, 50)), 0.3, rng.random((200, 50))).mean() == pytest.approx(1, abs=0.03)


def test_a_curve_that_still_falls_is_trained_to_its_end():
    told = questions._curve([3.0, 2.0, 1.0], 2)
    assert (told["stop"], told["kept"], told["lowest"]) == (3, 3, 3)
    told = questions._curve([3.0, 1.0, 2.0, 2.0, 0.5], 2)
    assert (told["stop"], told["kept"], told["lowest"]) == (4, 2, 5)
