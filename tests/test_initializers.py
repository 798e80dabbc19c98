"""Initializers: their variances, their bounds, and what they are for."""

from functools import partial

import numpy as np
import pytest

from nnbook import initializers
from nnbook.initializers import kaiming_normal, kaiming_uniform, lecun_normal, normal, uniform, xavier_uniform, zeros

FAN_IN, FAN_OUT = 300, 200
VARIANCE = {
    "lecun_normal": 1 / FAN_IN,
    "lecun_uniform": 1 / FAN_IN,
    "xavier_normal": 2 / (FAN_IN + FAN_OUT),
    "xavier_uniform": 2 / (FAN_IN + FAN_OUT),
    "kaiming_normal": 2 / FAN_IN,
    "kaiming_uniform": 2 / FAN_IN,
}


@pytest.mark.parametrize("name", VARIANCE)
def test_variance(name):
    weights = getattr(initializers, name)(np.random.default_rng(0), (FAN_IN, FAN_OUT))
    # The variance of 60,000 draws scatters by at most √(2/60000) = 0.6 % of itself.
    assert weights.var() == pytest.approx(VARIANCE[name], rel=0.03)
    assert abs(weights.mean()) < 4 * np.sqrt(VARIANCE[name] / weights.size)
    if name.endswith("uniform"):
        assert np.abs(weights).max() == pytest.approx(np.sqrt(3 * VARIANCE[name]), rel=1e-3)
        assert np.abs(weights).max() <= np.sqrt(3 * VARIANCE[name])


def test_the_plain_ones():
    rng = np.random.default_rng(0)
    assert not zeros(None, (3, 4)).any()
    assert normal(rng, 50_000, std=0.01).std() == pytest.approx(0.01, rel=0.02)
    assert 0.499 < np.abs(uniform(rng, 50_000, bound=0.5)).max() <= 0.5
    assert not normal(rng, (2, 2), std=0).any()


def test_a_leaky_slope_asks_for_less():
    draw = partial(kaiming_normal, slope=1.0)
    np.testing.assert_allclose(draw(np.random.default_rng(0), (5, 5)), lecun_normal(np.random.default_rng(0), (5, 5)))
    leaky = kaiming_uniform(np.random.default_rng(0), (500, 500), slope=0.5)
    assert leaky.var() == pytest.approx(2 / 1.25 / 500, rel=0.02)


def test_runs_have_the_fans_of_one():
    weights = kaiming_normal(np.random.default_rng(0), (7, 300, 200))
    assert weights.shape == (7, 300, 200) and weights.var() == pytest.approx(2 / 300, rel=0.02)


def test_float32_is_the_same_draw_rounded():
    a, b = (xavier_uniform(np.random.default_rng(3), (4, 5), dtype=t) for t in (np.float32, np.float64))
    assert a.dtype == np.float32
    np.testing.assert_array_equal(a, b.astype(np.float32))
