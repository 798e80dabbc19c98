"""Regularizers: values, gradients, and that descent on L1 alone ends at zero."""

import numpy as np
import pytest

from nnbook.regularizers import L1, L2


def test_values_and_gradients():
    w = np.array([[3.0, -4.0], [0.0, 1.0]])
    assert L2(0.1)(w) == pytest.approx(0.05 * 26)
    assert L1(0.1)(w) == pytest.approx(0.8)
    np.testing.assert_allclose(L2(0.1).gradient(w), 0.1 * w)
    np.testing.assert_allclose(L1(0.1).gradient(w), [[0.1, -0.1], [0, 0.1]])


@pytest.mark.parametrize("regularizer", [L1(0.3), L2(0.3)], ids=repr)
def test_float32_stays_float32(regularizer):
    w = np.ones(3, np.float32)
    assert regularizer(w).dtype == regularizer.gradient(w).dtype == np.float32


def test_l2_shrinks_in_proportion_and_l1_by_a_constant():
    w = np.array([4.0, 2.0, -1.0])
    np.testing.assert_allclose(L2(0.5).gradient(w) / w, 0.5)
    np.testing.assert_allclose(np.abs(L1(0.5).gradient(w)), 0.5)
