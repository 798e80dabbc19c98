"""The mathematics behind the chapter on stochastic gradient descent."""

import numpy as np
import pytest

from nnbook.batchruns import batch_runs, error_rates, losses_of, starts
from nnbook.exercises import sgd as questions
from nnbook.explorers import sgd
from nnbook.landscapes import objective
from nnbook.losses import CrossEntropy
from nnbook.optimizers import GradientDescent
from nnbook.schedules import Constant
from nnbook.training import minimize, train


def digits(count=60):
    x, y = sgd.examples(count)
    return x.astype(float), y


def start(runs):
    net, thetas = starts((49, 6, 10), runs)
    return net.at(thetas[0].astype(float)), thetas.astype(float)


def test_full_batches_are_gradient_descent_in_every_run():
    (x, y), (net, thetas) = digits(), start(3)
    rates = (0.1, 0.3, 0.5)
    runs = batch_runs(net, thetas, x, y, [Constant(rate) for rate in rates], 60, 4, np.random.default_rng(0))
    for k, rate in enumerate(rates):
        path = minimize(objective(net, CrossEntropy(), x, y), thetas[k], GradientDescent(rate), 4)
        np.testing.assert_allclose(runs.thetas[:, k], path, rtol=1e-9, atol=1e-12)


def test_a_single_run_is_what_train_does_with_the_same_order():
    (x, y), (net, thetas) = digits(), start(1)
    runs = batch_runs(net, thetas, x, y, [Constant(0.2)], 16, 3, np.random.default_rng(5))
    history = train(
        net,
        x,
        y,
        loss=CrossEntropy(),
        optimizer=GradientDescent(0.2),
        batch_size=16,
        epochs=3,
        rng=np.random.default_rng(5),
    )
    assert runs.updates.tolist() == [0, 4, 8, 12]  # 60 examples in batches of 16: the last has 12
    np.testing.assert_allclose(runs.thetas[-1, 0], history.theta, rtol=1e-9, atol=1e-12)


def test_shuffling_once_repeats_the_order_and_never_keeps_that_of_the_data():
    (x, y), (net, thetas) = digits(), start(2)
    schedules = [Constant(0.2)] * 2

    def end(order, shuffle):
        return batch_runs(net, thetas, x[order], y[order], schedules, 20, 2, np.random.default_rng(1), shuffle=shuffle)

    rows = np.arange(60)
    assert not np.array_equal(end(rows, "once").thetas, end(rows, "every epoch").thetas)
    np.testing.assert_array_equal(end(rows, "once").thetas[1], end(rows, "every epoch").thetas[1])
    within = np.concatenate([rows[:20][::-1], rows[20:]])  # the same batches, examples within one turned around
    np.testing.assert_allclose(end(rows, "never").thetas, end(within, "never").thetas, rtol=1e-9, atol=1e-12)


def test_divergence_is_an_infinite_loss():
    (x, y), (net, thetas) = digits(), start(2)
    runs = batch_runs(net, thetas * 1e200, x, y, [Constant(0.1), Constant(1e200)], 60, 3, np.random.default_rng(0))
    assert np.isinf(losses_of(net, runs.thetas[-1], x, y)[1])
    assert error_rates(net, runs.thetas[-1], x, y).shape == (2,)


def test_batch_runs_says_what_it_wants():
    (x, y), (net, thetas) = digits(), start(2)
    with pytest.raises(ValueError, match="2 schedules, one for each run.*got 'every epoch' and 1"):
        batch_runs(net, thetas, x, y, [Constant(0.1)], 20, 1, np.random.default_rng(0))
    with pytest.raises(ValueError, match="every epoch, once, never.*got 'always'"):
        batch_runs(net, thetas, x, y, [Constant(0.1)] * 2, 20, 1, np.random.default_rng(0), shuffle="always")


def test_rounded_steps_forget_the_last_bit():
    (x, y), (net, thetas) = digits(), start(1)
    nudged = np.concatenate([thetas, thetas * (1 + 1e-15)])

    def ends(decimals):
        rng = np.random.default_rng(0)
        schedules = [Constant(0.5)] * 2
        return batch_runs(net, nudged, x, y, schedules, 60, 20, rng, shuffle="never", decimals=decimals).thetas[-1]

    exact, rounded = ends(None), ends(6)
    assert (exact[0] != exact[1]).any()
    assert (rounded[0] == rounded[1]).all()
    assert np.abs(rounded - exact).max() < 1e-3


def test_gradients_of_the_examples_average_to_the_gradient_of_the_line():
    loss = sgd.measured_line()
    for theta in np.random.default_rng(0).normal(size=(5, 2)):
        np.testing.assert_allclose(sgd.example_gradients(loss, theta).mean(axis=0), loss.gradient(theta))


def test_batches_of_all_examples_walk_the_path_of_gradient_descent():
    loss, theta = sgd.measured_line(), np.array([-1.5, 3.0])
    walk = sgd.stochastic_walk(loss, theta, 0.05, 64, 20, np.random.default_rng(0))
    np.testing.assert_allclose(walk, minimize(loss, theta, GradientDescent(0.05), 20))


@pytest.mark.parametrize(("rate", "size"), [(0.05, 1), (0.5, 4), (1.0, 16)])
def test_the_expected_loss_settles_at_the_floor(rate, size):
    excess = sgd.expected_excess(np.full(1000, rate), size)
    assert excess[0] == 50
    assert excess[-1] == pytest.approx(sgd.floor_height(rate, size), rel=1e-9)


def test_time_counts_passes_and_a_target_between_records_is_interpolated():
    assert [sgd.time_per_update(size, 16) for size in (1, 16, 17, 64)] == [1, 1, 2, 4]
    assert sgd.updates_to(np.array([0, 10, 20]), np.array([2.0, 1.0, 0.5]), 0.75) == pytest.approx(15)
    assert sgd.updates_to(np.array([0, 10]), np.array([2.0, 1.0]), 0.5) == np.inf


def test_labels_are_spread_without_losing_their_order():
    placed = sgd.spread_out([0.5, 0.4, 2.0, 0.45], 0.3)
    assert np.diff(np.sort(placed)).min() >= 0.3 - 1e-12
    assert np.argsort(placed).tolist() == np.argsort([0.5, 0.4, 2.0, 0.45]).tolist()


def test_numbers_whose_mistakes_lie_too_near_are_drawn_again(monkeypatch):
    seen = []

    def never_the_first(levels):
        seen.append(levels)
        return len(seen) > 1

    monkeypatch.setattr(questions, "apart", never_the_first)
    drawn = questions._draw_floor(np.random.default_rng(0))
    assert len(seen) == 2 and seen[1][0] == drawn["level"] != seen[0][0]
