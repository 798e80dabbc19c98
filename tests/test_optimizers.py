"""Update rules: what their papers say about them, and that they are pure."""

import numpy as np
import pytest

from nnbook.landscapes import Ravine, bowl, parabola
from nnbook.optimizers import AdaGrad, Adam, AdamW, GradientDescent, Momentum, Nesterov, RMSprop
from nnbook.schedules import Exponential
from nnbook.training import minimize

RULES = [
    GradientDescent(0.1), Momentum(0.1, 0.5), Momentum(0.1, 0.5, averaging=True), Nesterov(0.1, 0.5), AdaGrad(0.1),
    RMSprop(0.1), Adam(0.1), AdamW(0.1, weight_decay=0.1),
]  # fmt: skip


def walk(rule, grads, theta):
    state = rule.init(theta)
    for grad in grads:
        step, state = rule.update(grad, state, theta)
        theta = theta + step
    return theta


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_a_rule_is_pure_and_elementwise(rule):
    rng = np.random.default_rng(0)
    grads, theta = rng.standard_normal((7, 5)), rng.standard_normal(5)
    given = grads.copy(), theta.copy()
    _, state = rule.update(grads[1], rule.init(theta), theta)
    remembered = [array.copy() for array in state[1:] if array is not None]
    first, _ = rule.update(grads[0], state, theta)
    again, _ = rule.update(grads[0], state, theta)
    np.testing.assert_array_equal(first, again)
    for array, before in zip([array for array in state[1:] if array is not None], remembered, strict=True):
        np.testing.assert_array_equal(array, before)
    np.testing.assert_array_equal(grads, given[0])
    np.testing.assert_array_equal(theta, given[1])
    whole = walk(rule, grads, theta)
    parts = [walk(rule, grads[:, part], theta[part]) for part in (slice(0, 2), slice(2, 5))]
    np.testing.assert_array_equal(whole, np.concatenate(parts))


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_float32_stays_float32(rule):
    theta = np.ones(3, np.float32)
    for made in (rule, type(rule)(learning_rate=lambda t: np.float64(0.1))):
        step, state = made.update(theta, made.init(theta), theta)
        assert step.dtype == np.float32
        assert all(array.dtype == np.float32 for array in state[1:] if array is not None)


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_a_rule_finds_the_bowls_minimum(rule):
    # RMSprop ends jumping about the minimum by up to its learning rate; AdamW pulls toward zero, where it is.
    assert np.linalg.norm(minimize(bowl, [1.0, -1.0], rule, 2000)[-1]) < 0.1


def test_adams_first_step_is_the_learning_rate_against_the_gradients_sign():
    grad = np.array([1e-3, -5.0, 1e4])
    step, _ = Adam(0.01).update(grad, Adam().init(grad), grad)
    np.testing.assert_allclose(step, [-0.01, 0.01, -0.01], rtol=1e-4)


def test_adams_steps_do_not_depend_on_the_gradients_scale():
    grads, theta = np.random.default_rng(0).standard_normal((20, 3)), np.zeros(3)
    rule = Adam(0.01, epsilon=0.0)
    np.testing.assert_allclose(walk(rule, grads, theta), walk(rule, 1000 * grads, theta), rtol=1e-10)


def test_adagrads_steps_shrink_like_one_over_the_root():
    grads = np.ones((100, 1))
    assert walk(AdaGrad(1.0), grads, np.zeros(1))[0] == pytest.approx(-np.sum(1 / np.sqrt(np.arange(1, 101))))


def test_rmsprop_forgets_what_adagrad_keeps():
    grads = np.concatenate([np.full((5, 1), 100.0), np.ones((2000, 1))])
    state = {}
    for rule in (RMSprop(0.01), AdaGrad(0.01)):
        s, theta = rule.init(np.zeros(1)), np.zeros(1)
        for grad in grads:
            step, s = rule.update(grad, s, theta)
        state[type(rule)] = abs(step[0])
    assert state[RMSprop] == pytest.approx(0.01, rel=0.01)
    assert state[AdaGrad] < 1e-4


def test_momentum_multiplies_a_steady_gradients_step():
    rule, s = Momentum(0.1, 0.9), Momentum().init(np.zeros(1))
    for _ in range(300):
        step, s = rule.update(np.ones(1), s, np.zeros(1))
    assert step[0] == pytest.approx(-0.1 / (1 - 0.9))


def test_the_two_forms_of_momentum_take_one_path():
    ball = minimize(Ravine(20.0), [1.0, 1.0], Momentum(0.02, 0.8), 50)
    average = minimize(Ravine(20.0), [1.0, 1.0], Momentum(0.02 / (1 - 0.8), 0.8, averaging=True), 50)
    np.testing.assert_allclose(ball, average, atol=1e-14)


def test_nesterov_is_the_look_ahead_form_after_a_change_of_variables():
    rate, mu = 0.03, 0.9
    phi, u = np.array([1.0, 1.0]), np.zeros(2)
    landscape, ahead = Ravine(20.0), []
    for _ in range(30):
        ahead.append(phi - rate * mu * u)
        u = mu * u + landscape.gradient(phi - rate * mu * u)
        phi = phi - rate * u
    np.testing.assert_allclose(minimize(landscape, [1.0, 1.0], Nesterov(rate, mu), 29), ahead, atol=1e-14)


def test_without_momentum_all_are_gradient_descent():
    plain = minimize(Ravine(5.0), [1.0, 1.0], GradientDescent(0.1), 20)
    for rule in (Momentum(0.1, 0.0), Nesterov(0.1, 0.0), Momentum(0.1, 0.0, averaging=True)):
        np.testing.assert_array_equal(minimize(Ravine(5.0), [1.0, 1.0], rule, 20), plain)


def test_adamw_decays_apart_from_the_gradient():
    theta = np.array([2.0, -3.0])
    rule = AdamW(0.1, weight_decay=0.5)
    step, _ = rule.update(np.zeros(2), rule.init(theta), theta)
    np.testing.assert_allclose(step, -0.1 * 0.5 * theta)
    grad = np.array([1.0, -1.0])
    plain, _ = Adam(0.1).update(grad, Adam().init(theta), theta)
    np.testing.assert_allclose(rule.update(grad, rule.init(theta), theta)[0], plain - 0.05 * theta)


def test_a_schedule_sees_steps_from_zero():
    path = minimize(parabola, [1.0], GradientDescent(Exponential(0.25, 0.5)), 2)[:, 0]
    np.testing.assert_allclose(path, [1, 0.5, 0.5 * (1 - 2 * 0.125)])


@pytest.mark.parametrize("rate", [0.1, 0.9, 0.999])
def test_descent_on_a_quadratic_converges_below_two_over_the_curvature(rate):
    assert abs(minimize(parabola, [1.0], GradientDescent(rate), 9000)[-1, 0]) < 1e-6


@pytest.mark.parametrize("rate", [1.001, 1.5])
def test_and_diverges_beyond(rate):
    path = minimize(parabola, [1.0], GradientDescent(rate), 300)[:, 0]
    assert (np.abs(np.diff(np.abs(path))) > 0).all() and abs(path[-1]) > 1
