"""The appendix on networks that don't learn: every fault leaves the trace that the text reads from it."""

import numpy as np
import pytest

from nnbook import gradcheck, losses
from nnbook.activations import softmax
from nnbook.explorers.troubleshooting import courses
from nnbook.faults import EPOCHS, FAULTS, SoftmaxTwice, course, healthy
from nnbook.searches import PLANS, RATES, STRENGTHS, Surface, plan, successes, surface

LN10 = np.log(10)


def seen(words):
    (name,) = [name for name in FAULTS if words in name]
    return courses()[name]


@pytest.mark.parametrize("seed", range(3))
def test_a_healthy_training_starts_at_guessing_and_learns(seed):
    run = course(healthy(), seed=seed)
    assert abs(run.loss[0] - LN10) < 0.5
    assert run.loss[-1] < 0.5 and run.accuracy > 0.75 and run.silent < 0.3
    assert len(run.loss) == len(run.validation_loss) == EPOCHS + 1


def test_units_that_hand_on_nothing_leave_a_flat_line_without_gradients():
    for words in ("weights zero", "hidden biases"):
        run = seen(words)
        assert np.abs(run.loss - LN10).max() < 0.05 and run.silent == 1
        assert run.gradients.max() == 0


def test_saturation_leaves_gradients_that_shrink_toward_the_input():
    run = seen("sigmoid layers")
    assert run.loss[-1] > LN10 - 0.1
    assert (np.diff(run.gradients) > 0).all() and run.gradients[-1] > 100 * run.gradients[0] > 0


def test_faults_of_data_show_in_the_validation_curve_alone():
    well, mixed, few = seen("nothing"), seen("labels"), seen("60 examples")
    other = seen("validation data")
    assert np.array_equal(other.loss, well.loss) and other.validation_loss[-1] > 10
    assert few.loss[-1] < 0.05 and few.validation_loss[-1] > few.validation_loss.min() > 0.5
    assert mixed.validation_loss[-1] > LN10


def test_wrong_sign_climbs_and_wrong_rates_crawl_or_jump():
    assert seen("wrong sign").loss[1] > seen("wrong sign").loss[0]
    assert seen("wrong sign").loss[-1] > 1e9
    assert seen("too small").loss[-1] > 2
    assert seen("too large").loss[-1] > 2 * seen("nothing").loss[-1]
    assert seen("0 to 255").loss[0] > 10 * LN10


def test_softmax_twice_has_a_floor_that_its_gradient_respects():
    rng = np.random.default_rng(0)
    logits, target = rng.normal(size=(5, 10)), rng.integers(0, 10, 5)
    twice = SoftmaxTwice()
    assert twice(logits, target) == pytest.approx(losses.CrossEntropy()(softmax(logits), target))
    numeric, _ = gradcheck.central_differences(lambda z: twice(z.reshape(5, 10), target), logits.ravel())
    assert np.allclose(twice.gradient(logits, target).ravel(), numeric, atol=1e-9)
    assert twice(1e4 * np.eye(10), np.arange(10)) == pytest.approx(-np.log(np.e / (np.e + 9)))


def test_a_cell_of_the_surface_is_what_training_there_gives():
    from nnbook.activations import tanh
    from nnbook.datasets import moons
    from nnbook.landscapes import objective
    from nnbook.layers import mlp

    rng = np.random.default_rng(3)
    (x, y), held_out = moons(rng, 60, noise=0.25), moons(rng, 300, noise=0.25)
    net = mlp((2, 16, 1), activation=tanh, rng=rng)
    i, j = 9, 12
    theta, velocity = net.theta.copy(), 0
    f = objective(net, losses.BinaryCrossEntropy(), x, y.reshape(-1, 1))
    for _ in range(200):
        velocity = 0.9 * velocity + f.gradient(theta) + STRENGTHS[j] * theta * net.decay_mask
        theta = theta - RATES[i] * velocity
    loss = losses.BinaryCrossEntropy()(net.at(theta)(held_out[0]), held_out[1].reshape(-1, 1))
    assert surface().losses[i, j] == pytest.approx(loss, rel=1e-9)


def test_plans_try_what_they_promise():
    rng = np.random.default_rng(1)
    grid, points = plan("grid", 9, rng), plan("random", 9, rng)
    assert grid.shape == points.shape == (9, 2)
    for tried in (grid, points):
        assert ((tried >= 0) & (tried < 1)).all()
    assert len(np.unique(grid[:, 0].round(9))) == 3 and len(np.unique(points[:, 0])) == 9
    for name, budget in (("grid", 8), ("best", 9)):
        with pytest.raises(ValueError, match="plan: expected 'random', or 'grid'"):
            plan(name, budget, rng)


def test_the_lowest_cell_is_found_by_whoever_tries_it():
    losses_ = np.ones((16, 16))
    losses_[4, 7] = 0.0
    found = Surface(losses_)
    assert found.lowest == 0
    assert found.at([[4.5 / 16, 7.5 / 16], [0, 0]]).tolist() == [0, 1]
    hits = {name: successes(found, name, 9, searches=2000) for name in PLANS}
    # One cell of 256: nine trials on different cells, or nine independent ones.
    assert hits["grid"] == pytest.approx(9 / 256, abs=0.015)
    assert hits["random"] == pytest.approx(1 - (255 / 256) ** 9, abs=0.015)
    assert (found.without_strength().losses == 1).all()
