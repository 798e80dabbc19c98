"""The mathematics of the chapter on gradient descent: its losses, its paths, and what its figures claim."""

import numpy as np
import pytest

from nnbook.explorers import descent
from nnbook.figures.landscape import within
from nnbook.gradcheck import gradcheck
from nnbook.landscapes import Ravine
from nnbook.optimizers import GradientDescent
from nnbook.training import minimize
from nnbook.two_parameters import ChainLoss, LineLoss, NeuronLoss

LOSSES = (descent.measured_line(), descent.measured_line(center=True), NeuronLoss(), ChainLoss())


@pytest.mark.parametrize("f", LOSSES, ids=lambda f: f.name)
def test_gradients_agree_with_finite_differences(f):
    for theta in np.random.default_rng(0).uniform(-2, 2, (5, 2)):
        assert gradcheck(f, theta).error < 1e-7


@pytest.mark.parametrize("f", LOSSES, ids=lambda f: f.name)
def test_minima_are_stationary_and_nothing_near_is_lower(f):
    near = 1e-3 * np.random.default_rng(0).normal(size=(50, 2))
    for minimum in np.array(f.minima):
        assert np.linalg.norm(f.gradient(minimum)) < 1e-7
        assert (f(minimum + near) >= f(minimum) - 1e-12).all()


def test_the_hessian_of_a_line_is_the_slope_of_its_gradient():
    line = descent.measured_line()
    theta, move = np.array([0.3, -1.0]), np.array([0.7, 2.0])
    assert np.allclose(line.gradient(theta + move) - line.gradient(theta), line.hessian @ move)


def test_a_line_refuses_shapes_that_differ():
    with pytest.raises(ValueError, match="LineLoss: expected y of the shape of x"):
        LineLoss(np.zeros(3), np.zeros((3, 1)))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99, 1.01, 1.5])
def test_descent_on_a_line_converges_exactly_below_two_over_the_largest_curvature(share):
    line = descent.measured_line()
    limit = 2 / np.linalg.eigvalsh(line.hessian)[-1]
    path = minimize(line, np.array(line.start), GradientDescent(share * limit), 3000)
    assert (line(path[-1]) < line(path[0]) if np.isfinite(path[-1]).all() else False) == (share < 1)


def test_centering_makes_the_valley_round():
    before, after = (np.linalg.cond(line.hessian) for line in LOSSES[:2])
    assert after < 1.1 < 20 < before


def test_on_the_diagonal_of_a_chain_the_saddle_holds_and_beside_it_it_does_not():
    ends = minimize(ChainLoss(), np.array([[1.5, -1.5], [1.501, -1.5]]), GradientDescent(0.05), 400)[-1]
    assert np.allclose(ends[0], 0) and abs(ends[1].prod() - 1) < 1e-9


def test_a_path_is_cut_where_it_leaves_the_picture():
    box = (-1.0, 1.0), (-1.0, 1.0)
    inside = np.array([[0.5, 0.5], [-0.5, 0.2]])
    assert np.array_equal(within(inside, *box), inside)
    cut = within(np.vstack([inside, [[10.0, 0.2], [np.nan, np.nan]]]), *box)
    assert np.allclose(cut[-1], [2.0, 0.2]) and len(cut) == 3
    assert np.array_equal(within(np.vstack([inside, [[np.nan, np.nan]]]), *box), inside)


def test_the_verdict_on_components_counts_the_steps_that_descent_takes():
    explorer = descent.eigen_components()
    said = explorer.readout(kappa="10", learning_rate=2 / 1.1)
    start = np.array([1.0, 0.0])  # all of the error along the flat direction, which is as slow as any
    path = minimize(Ravine(10), start, GradientDescent(2 / 11), 200)
    taken = int(np.argmax(np.abs(path[:, 0]) <= 1e-6))
    assert f"after {taken} steps" in said
    assert "diverges" in explorer.readout(learning_rate=2.1)


def test_the_four_curves_are_what_the_exercise_says():
    curves = {name: descent.learning_curves(rate)[0] for name, rate in descent.FOUR.items()}
    assert curves["A"][-50] > curves["A"][-1] > 4 * curves["C"][-1]  # still falling, far above the best
    assert curves["B"].max() > 50 * curves["B"][0]
    assert curves["C"][-1] == min(curve[-1] for curve in curves.values())
    assert abs(curves["D"][100] - curves["D"][-1]) < 1e-3 < curves["D"][-1] - curves["C"][-1]  # level, and not lowest
