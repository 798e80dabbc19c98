"""What the chapter on losses claims of its fits and of its figures."""

import functools

import numpy as np
import pytest

from nnbook import activations, layers, losses, training
from nnbook.explorers import losses as explorers
from nnbook.linefits import least_absolute, least_huber, least_squares
from nnbook.optimizers import GradientDescent

FITS = {
    "squared": (least_squares, losses.MeanSquaredError()),
    "absolute": (least_absolute, losses.MeanAbsoluteError()),
    "huber": (least_huber, losses.Huber()),
    "narrow huber": (functools.partial(least_huber, delta=0.4), losses.Huber(0.4)),
}


@pytest.mark.parametrize("name", FITS)
@pytest.mark.parametrize("seed", range(20))
def test_no_line_nearby_has_a_lower_loss(name, seed):
    fit, loss = FITS[name]
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(2, 12)) * [[1.0], [3.0]]
    w, b = fit(x, y)
    lowest = loss(w * x + b, y)
    for dw, db in rng.normal(size=(200, 2)) * 10.0 ** rng.uniform(-4, 0, (200, 1)):
        assert loss((w + dw) * x + b + db, y) >= lowest - 1e-9


@pytest.mark.parametrize("fit", [least_squares, least_absolute, least_huber])
def test_rows_are_fitted_side_by_side_as_alone(fit):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=9), rng.normal(size=(5, 9))
    together = np.array(fit(x, y))
    assert np.allclose(together, np.transpose([fit(x, row) for row in y]))


@pytest.mark.parametrize("fit", [least_squares, least_absolute, least_huber])
def test_points_on_a_line_are_fitted_exactly(fit):
    x = np.array([-2.0, 0.0, 1.0, 5.0])
    assert np.allclose(fit(x, 3 * x - 2), (3, -2))


@pytest.mark.parametrize("fit", [least_squares, least_absolute, least_huber])
@pytest.mark.parametrize(("x", "y", "message"), [([1, 1], [0, 2], "two different x"), ([1, 2], [1, 2, 3], "its x")])
def test_what_determines_no_line_is_refused(fit, x, y, message):
    with pytest.raises(ValueError, match=f"{fit.__name__}: expected .*{message}"):
        fit(x, y)


def test_far_up_the_squared_fit_follows_and_the_others_stop():
    squared, absolute, huber = explorers.pulled(6.5)
    assert np.allclose(np.diff(squared), np.diff(squared)[0])
    assert np.allclose(absolute[:8], absolute[0]) and np.allclose(huber[:8], huber[0])


def test_far_to_the_right_all_three_follow():
    for row in explorers.pulled(11.5):
        assert np.ptp(row) > 0.8 * np.ptp(explorers.HEIGHTS)


@pytest.mark.parametrize(("name", "ours", "output"), [("squared", 0.5, activations.sigmoid), ("cross", 1.0, None)])
@pytest.mark.parametrize("start", [(0.6, 0.9), (2.0, 2.0), (0.0, 4.0)])
def test_the_saturated_neuron_moves_as_a_network_does(name, ours, output, start):
    """Nielsen's ½ (a − y)² at η is our mean squared error at η/2."""
    net = layers.mlp((1, 1), output_activation=output, rng=np.random.default_rng(0))
    loss = losses.MeanSquaredError() if output else losses.BinaryCrossEntropy()
    objective = training.objective(net, loss, np.array([[1.0]]), np.array([[0.0]]))
    path = training.minimize(objective, np.array(start), GradientDescent(0.15 * ours), explorers.STEPS)
    assert np.allclose(activations.sigmoid(path.sum(axis=1)), explorers.unlearn(sum(start), 0.15, name))


def test_the_surface_of_lines_has_the_gradient_of_its_loss():
    surface, theta, step = explorers.LineError(), np.array([0.3, -0.8]), 1e-6
    numeric = [(surface(theta + step * e) - surface(theta - step * e)) / (2 * step) for e in np.eye(2)]
    assert np.allclose(surface.gradient(theta), numeric)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.7])
def test_the_mean_surprise_is_lowest_at_the_share_and_there_the_entropy(share):
    p = np.linspace(0.01, 0.99, 99)
    surprise = explorers.mean_surprise(share, p)
    assert np.isclose(p[surprise.argmin()], share)
    assert np.isclose(surprise.min(), -share * np.log(share) - (1 - share) * np.log(1 - share))


def test_accuracy_is_flat_between_its_steps_and_cross_entropy_is_not():
    b = np.linspace(-5, 5, 5001)
    accuracy, cross = explorers._measures(1.5, b)
    assert (np.diff(accuracy) != 0).sum() == len(explorers.SCORES_X)
    assert (np.diff(cross) != 0).all() and (np.diff(cross, n=2) > 0).all()
