"""Schedules: their ends, their joints, steps as numbers and arrays."""

import numpy as np
import pytest

from nnbook.schedules import Constant, Cosine, Exponential, Join, StepDecay, Warmup

EACH = [
    Constant(0.1), StepDecay(0.1, every=10), Exponential(0.1, 0.9), Cosine(0.1, 50), Warmup(5, Constant(0.1)),
    Join((Constant(0.1), Constant(0.01)), (20,)),
]  # fmt: skip


@pytest.mark.parametrize("schedule", EACH, ids=repr)
def test_an_array_of_steps_is_each_step(schedule):
    steps = np.arange(60)
    assert isinstance(schedule(3), float)
    np.testing.assert_allclose(schedule(steps), [schedule(int(t)) for t in steps], rtol=1e-14)
    assert (schedule(steps) >= 0).all()


def test_known_rates():
    assert Constant(0.1)(10**6) == 0.1
    assert [StepDecay(1.0, 10, 0.5)(t) for t in (0, 9, 10, 25)] == [1, 1, 0.5, 0.25]
    assert Exponential(1.0, 0.5)(3) == 0.125
    cosine = Cosine(1.0, 100, final=0.2)
    assert [cosine(0), cosine(100), cosine(10**6)] == [1.0, 0.2, 0.2]
    assert cosine(50) == pytest.approx(0.6)


def test_warm_up_rises_in_equal_steps_to_where_the_next_one_starts():
    schedule = Warmup(4, Cosine(1.0, 10))
    np.testing.assert_allclose(schedule(np.arange(5)), [0.25, 0.5, 0.75, 1, 1])
    assert schedule(14) == 0


def test_joined_schedules_count_from_their_own_start():
    schedule = Join((Warmup(2, Constant(1.0)), Exponential(0.5, 0.5), Constant(0.0)), (3, 5))
    np.testing.assert_allclose(schedule(np.arange(7)), [0.5, 1, 1, 0.5, 0.25, 0, 0])
