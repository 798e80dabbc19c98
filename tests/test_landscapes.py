"""Landscapes: minima that are minima, grids at once, and a network as a landscape."""

import numpy as np
import pytest

from nnbook.landscapes import (
    Quadratic,
    Ravine,
    banana,
    basins,
    bowl,
    double_well,
    objective,
    parabola,
    ravine,
    saddle,
)  # fmt: skip
from nnbook.layers import mlp
from nnbook.losses import CrossEntropy, MeanSquaredError
from nnbook.optimizers import Adam, GradientDescent
from nnbook.training import minimize

EACH = [bowl, parabola, ravine, Ravine(1000.0), banana, saddle, double_well, basins]


@pytest.mark.parametrize("landscape", EACH, ids=repr)
def test_minima_are_minima(landscape):
    rng = np.random.default_rng(0)
    assert landscape.minimum == landscape.minima[0]
    for point in map(np.array, landscape.minima):
        assert point.shape == (landscape.dimensions,)
        np.testing.assert_allclose(landscape.gradient(point), 0, atol=1e-7)
        around = point + 1e-3 * rng.standard_normal((200, landscape.dimensions))
        assert (landscape(around) > landscape(point)).all()
        assert landscape(point) >= landscape(np.array(landscape.minimum)) - 1e-9


@pytest.mark.parametrize("landscape", EACH, ids=repr)
def test_a_grid_is_each_of_its_points(landscape):
    grid = np.random.default_rng(0).standard_normal((4, 5, landscape.dimensions))
    values, slopes = landscape(grid), landscape.gradient(grid)
    assert values.shape == (4, 5) and slopes.shape == grid.shape
    assert values[2, 3] == landscape(grid[2, 3])
    np.testing.assert_array_equal(slopes[2, 3], landscape.gradient(grid[2, 3]))
    assert landscape(grid.astype(np.float32)).dtype == landscape.gradient(grid.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize("landscape", EACH, ids=repr)
def test_start_and_minima_lie_in_the_window(landscape):
    for point in (landscape.start, *landscape.minima):
        for value, (low, high) in zip(point, (landscape.xlim, landscape.ylim), strict=False):
            assert low <= value <= high


def test_worked_examples():
    assert bowl([1.0, 1.0]) == 2
    assert bowl.gradient([1.0, 1.0]).tolist() == [2, 2]
    assert parabola([10.0]) == 100
    assert Ravine(50.0).gradient([2.0, 3.0]).tolist() == [2, 150]
    assert banana([1.0, 1.0]) == 0
    assert saddle.gradient([0.0, 0.0]).tolist() == [0, 0]


def test_a_quadratics_hessian_has_its_curvatures():
    h = Quadratic((3.0, -1.0))
    assert h.gradient(np.eye(2)).tolist() == [[3, 0], [0, -1]]
    assert h.minimum is None
    np.testing.assert_allclose(Ravine(7.0)(np.ones((1, 2))), Quadratic((1.0, 7.0))(np.ones((1, 2))))


def test_which_minimum_depends_on_the_start():
    ends = minimize(double_well, [[-1.5], [1.6]], GradientDescent(0.1), 500)[-1, :, 0]
    np.testing.assert_allclose(ends, np.ravel(double_well.minima), atol=1e-6)
    starts = [[a, b] for a in (-1.0, 1.0) for b in (-1.0, 1.0)]
    ends = minimize(basins, starts, GradientDescent(0.01), 500)[-1]
    np.testing.assert_allclose(ends, basins.minima, atol=1e-6)


def test_a_network_is_a_landscape():
    rng = np.random.default_rng(0)
    net, x, y = mlp((3, 4, 2), rng=rng), rng.standard_normal((6, 3)), rng.integers(0, 2, 6)
    f = objective(net, CrossEntropy(), x, y)
    assert f(net.theta) == CrossEntropy()(net(x), y)
    output, caches = net.forward(x)
    grads = net.backward(CrossEntropy().gradient(output, y), caches)[1]
    np.testing.assert_array_equal(f.gradient(net.theta), grads)
    assert repr(f) == "objective(Sequential(3 → 4 → 2, relu, 26 parameters), CrossEntropy(), 6 examples)"


@pytest.mark.parametrize("loss", [CrossEntropy(), MeanSquaredError()], ids=repr)
def test_many_networks_are_one_landscape(loss):
    rng = np.random.default_rng(0)
    net, x = mlp((3, 4, 2), rng=rng), rng.standard_normal((6, 3))
    y = rng.integers(0, 2, 6) if isinstance(loss, CrossEntropy) else rng.standard_normal((6, 2))
    thetas, f = rng.standard_normal((5, net.parameter_count)), objective(net, loss, x, y)
    np.testing.assert_allclose(f(thetas), [f(theta) for theta in thetas], rtol=1e-13)
    np.testing.assert_allclose(f.gradient(thetas), [f.gradient(theta) for theta in thetas], atol=1e-14)
    together = minimize(f, thetas, Adam(0.01), 20)
    for run, theta in enumerate(thetas):
        np.testing.assert_allclose(together[:, run], minimize(f, theta, Adam(0.01), 20), atol=1e-9)
