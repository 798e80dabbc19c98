"""The mathematics behind the chapter on momentum and Adam that no other test sees."""

import numpy as np
import pytest

from nnbook.explorers import momentum as chapter
from nnbook.landscapes import Banana, Quadratic, Ravine, Turned, banana
from nnbook.optimizers import Adam, GradientDescent, Momentum, Nesterov
from nnbook.rates import best_settings, critical_momentum, regime, spectral_radius
from nnbook.shortruns import short_run, smooth
from nnbook.training import minimize

SETTINGS = [(0.02, 0.5), (0.5, 0.2), (1.7, 0.6), (3.1, 0.9), (0.05, 0.0), (1.5, 0.1)]


@pytest.mark.parametrize(("scaled_rate", "mu"), SETTINGS)
def test_rho_is_the_larger_eigenvalue_of_one_step(scaled_rate, mu):
    step = np.array([[1 - scaled_rate, -mu * scaled_rate], [1, mu]])  # acts on (θ, u) with η = h-scaled units
    assert spectral_radius(scaled_rate, mu) == pytest.approx(np.abs(np.linalg.eigvals(step)).max())


def test_rho_reaches_one_at_zero_and_at_twice_one_plus_mu():
    mu = np.linspace(0, 0.99, 12)
    np.testing.assert_allclose(spectral_radius(2 * (1 + mu), mu), 1)
    np.testing.assert_allclose(spectral_radius(0.0, mu), 1)


@pytest.mark.parametrize(
    ("scaled_rate", "mu", "kind"),
    [
        (0.04, 0.0, "overdamped"),
        (0.04, 0.64, "critically damped"),
        (0.04, 0.9, "underdamped"),
        (1.9, 0.01, "flips sides"),
        (3.8, 0.9, "jumps to and fro"),
        (2.0, 0.0, "jumps to and fro"),
        (3.9, 0.9, "diverges"),
    ],
)
def test_regimes_have_their_signs(scaled_rate, mu, kind):
    assert regime(scaled_rate, mu) == kind
    errors = minimize(Quadratic((1.0,)), np.ones(1), Momentum(scaled_rate, mu), 60)[:, 0]
    if kind in ("overdamped", "critically damped"):
        assert (errors > 0).all()
    if kind == "flips sides":
        assert (np.sign(errors) == (-1.0) ** np.arange(61)).all()
    if kind == "underdamped":
        assert (errors < 0).any() and abs(errors[-1]) < 0.1


def test_best_settings_beat_their_neighbors():
    def worst(eta, mu):
        return spectral_radius(eta * np.geomspace(1, 100, 50), mu).max()

    eta, mu = best_settings(1.0, 100.0)
    assert worst(eta, mu) == pytest.approx(9 / 11)
    for factor in (0.9, 0.97, 1.03, 1.1):
        assert worst(eta * factor, mu) > worst(eta, mu)
        assert worst(eta, mu * factor) > worst(eta, mu)
    assert critical_momentum(1.0) == 0


@pytest.mark.parametrize(("kappa", "steps"), [(10, 27), (100, 95), (1000, 321)])
def test_published_step_counts(kappa, steps):
    path = minimize(Quadratic((1.0, float(kappa))), np.ones(2), Momentum(*best_settings(1.0, kappa)), steps)
    assert np.hypot(*path[-1]) <= 1e-6 < np.hypot(*path[-2])


@pytest.mark.parametrize("rule", [GradientDescent(0.05), Momentum(0.05, 0.9), Nesterov(0.02, 0.9)])
def test_descent_and_momentum_do_not_see_the_axes(rule):
    turned, start = Turned(Ravine(20.0), 45.0), np.array([-1.5, 0.7])
    straight = minimize(Ravine(20.0), start, rule, 60)
    there = minimize(turned, start @ turned.rotation.T, rule, 60) @ turned.rotation
    np.testing.assert_allclose(there, straight, atol=1e-9)


def test_adam_sees_the_axes():
    turned, start, rule = Turned(Ravine(20.0), 45.0), np.array([-1.5, 0.7]), Adam(0.1)
    straight = minimize(Ravine(20.0), start, rule, 60)
    there = minimize(turned, start @ turned.rotation.T, rule, 60) @ turned.rotation
    assert np.abs(there - straight).max() > 0.1


@pytest.mark.parametrize("f", [Banana(10.0), Turned(banana, 30.0), Turned(Ravine(20.0), -45.0)])
def test_new_landscapes_have_the_gradient_and_the_minimum_they_say(f):
    theta, h = np.random.default_rng(0).uniform(-1.5, 1.5, (20, 2)), 1e-6
    for i, by in enumerate(np.eye(2)):
        slope = (f(theta + h * by) - f(theta - h * by)) / (2 * h)
        np.testing.assert_allclose(f.gradient(theta)[:, i], slope, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(f.gradient(np.array(f.minimum)), 0, atol=1e-12)


def won(explorer):
    axes = explorer.controls.axes
    scene = explorer.scene()
    states = [
        (mu, scene.state(learning_rate=eta, momentum=mu).readout)
        for eta in axes["learning_rate"].values
        for mu in axes["momentum"].values
    ]
    return [mu for mu, readout in states if "challenge met" in readout]


def test_the_challenge_can_be_met_on_the_page_and_only_with_momentum():
    explorer = chapter.momentum_path()
    assert "challenge met" not in explorer.readout()
    winners = won(explorer)
    assert winners and min(winners) >= 0.7


def test_the_race_is_what_the_chapter_says():
    def heights(lane, step, factor=1.0):
        _, landscape, start = chapter.LANES[lane]
        best = chapter.race_rates(lane)
        rules = {name: rule(factor * best[name]) for name, _, _, rule in chapter.RULES}
        paths = {name: minimize(landscape, np.array(start), rule, step) for name, rule in rules.items()}
        return {name: chapter._heights(landscape, path)[-1] for name, path in paths.items()}

    ravine, turned, bent, saddle, basins = range(5)
    straight, diagonal = heights(ravine, 20), heights(turned, 20)
    for name in ("AdaGrad", "RMSprop"):
        assert straight[name] < 1e-9 and diagonal[name] > 1e-2
    assert set(sorted(heights(bent, 32), key=heights(bent, 32).get)[:2]) == {"momentum", "Nesterov"}
    assert max(heights(saddle, 10), key=heights(saddle, 10).get) == "GD"
    assert heights(saddle, 32)["GD"] < 1e-9
    ends = np.array(list(heights(basins, 32).values()))
    assert np.ptp(ends) < 0.5 and ends.min() > 20
    flown = heights(bent, 32, 3.0)
    assert [name for name, h in flown.items() if np.isinf(h)] == ["GD", "momentum", "Nesterov"]


def test_anatomy_starts_with_a_step_of_one():
    for beta1, beta2 in ((0.0, 0.9), (0.9, 0.999)):
        *_, step = chapter.anatomy(np.array([-7.0, 0.1]), beta1, beta2)
        assert step[0] == pytest.approx(1)


def test_spread_keeps_order_and_distance():
    places = chapter.spread([0.0, 0.1, 0.1, 5.0], 0.5, 0, 5)
    assert (np.diff(np.sort(places)) >= 0.5 - 1e-12).all() and places[3] == 5.0
    assert (np.argsort(places, kind="stable") == [0, 1, 2, 3]).all()


def test_short_runs_learn_repeat_and_do_not_depend_on_their_neighbors():
    losses, final = short_run(GradientDescent(0.95), runs=3)
    again, _ = short_run(GradientDescent(0.95), runs=3)
    np.testing.assert_array_equal(losses, again)
    assert (final < 0.7).all() and (losses[0] > 2).all()
    np.testing.assert_allclose(smooth(np.arange(6.0), 3), [0, 0.5, 1, 2, 3, 4])
