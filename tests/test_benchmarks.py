"""What is compared for speed does the same work."""

import numpy as np

from benchmarks.libraries import nnbook, plain_numpy


def test_the_plain_loop_takes_the_steps_that_train_takes():
    rng = np.random.default_rng(3)
    x, y = rng.random((70, 6), dtype=np.float32), rng.integers(0, 3, 70)
    # At Adam's first step a slope of nearly nothing moves theta as far as any other: the rounding may show there.
    ours, plain = (library((6, 9, 5, 3), 32, x, y)() for library in (nnbook, plain_numpy))
    np.testing.assert_allclose(plain, ours, atol=1e-5)
