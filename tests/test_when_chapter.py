"""What the chapter on when to use a network rests on: its tasks, its models' costs, and its stored results."""

import numpy as np
import pytest

from nnbook.comparison import DRAWS, NAMES, SHIFTS, SIZES, curves, shift_curves
from nnbook.explorers import when
from nnbook.rivals import RIVALS, Forest, Linear, Neighbors, Network, measure
from nnbook.tables import SPAM_COLUMNS, TASKS, shifted, spam, standardized, task, turned


@pytest.mark.parametrize(
    ("name", "size", "rivals"), [("tumors", 50, NAMES), ("spam", 100, NAMES), ("digits", 100, NAMES[:3])]
)
def test_stored_results_come_out_again(name, size, rivals):
    found = curves(name)
    at = found.sizes.index(size)
    for rival in rivals:
        again, k = measure(rival, name, size, 1), NAMES.index(rival)
        assert again.accuracy == pytest.approx(found.accuracy[1, at, k], abs=0.015)
        assert again.numbers == pytest.approx(found.numbers[1, at, k], rel=0.02)


def test_results_are_complete():
    assert tuple(RIVALS) == NAMES and set(TASKS) == set(SIZES) == set(DRAWS)
    for name, sizes in SIZES.items():
        found = curves(name)
        assert all(part.shape == (DRAWS[name], len(sizes), 4) for part in found[1:])
        assert ((found.accuracy > 0.3) & (found.accuracy < 1)).all()
    assert shift_curves().shape == (3, len(SHIFTS), 4)


def test_splits_are_new_for_every_seed_and_share_nothing():
    x, y, x_test, y_test = task("spam", 0)
    assert len(x) + len(x_test) == len(spam()[0]) == 4206 and len(SPAM_COLUMNS) == x.shape[1]
    together = np.concatenate([x, x_test])
    assert len(np.unique(np.column_stack([together, np.concatenate([y, y_test])]), axis=0)) == 4206
    assert not np.array_equal(task("spam", 1)[0], x)


def test_turning_keeps_distances_and_mixes_columns():
    rng = np.random.default_rng(0)
    x, x_test = rng.normal(size=(6, 4)), rng.normal(size=(3, 4))
    a, b = turned(x, x_test)
    np.testing.assert_allclose(np.linalg.norm(a[:3] - b, axis=1), np.linalg.norm(x[:3] - x_test, axis=1))
    assert np.abs(a - x).max() > 0.1


def test_standardizing_looks_at_training_examples_only():
    x = np.array([[0.0, 5.0], [2.0, 5.0]])
    a, b = standardized(x, np.array([[4.0, 7.0]]))
    np.testing.assert_allclose(a, [[-1, 0], [1, 0]])
    np.testing.assert_allclose(b, [[3, 2]])


def test_a_shifted_digit_loses_what_leaves_on_the_right():
    image = np.arange(784.0)[None]
    moved = shifted(image, 2).reshape(28, 28)
    assert not moved[:, :2].any()
    np.testing.assert_array_equal(moved[:, 2:], image.reshape(28, 28)[:, :26])


def test_costs_are_what_the_models_do():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(60, 5)), np.arange(60) % 3
    assert Linear(0).fit(x, y).costs(x) == (18, 15)
    assert Neighbors(0).fit(x, y).costs(x) == (360, 300)
    network = Network(0).fit(x, y)
    assert network.costs(x) == (5 * 256 + 256 + 256 * 3 + 3, 5 * 256 + 256 * 3)
    forest = Forest(0).fit(x, y)
    trees = [tree.tree_ for tree in forest.model.estimators_]
    depth = np.mean([sum(np.diff(tree.decision_path(x.astype(np.float32)).indptr) - 1) for tree in trees]) / 60
    assert forest.costs(x)[1] == pytest.approx(100 * depth)


def test_names_are_moved_apart_no_more_than_needed():
    placed = when.spread([1.0, 1.05, 3.0], 0.2)
    np.testing.assert_allclose(placed, [0.925, 1.125, 3.0])


def test_tasks_change_their_columns_and_nothing_else():
    pixels, _, pixels_test, _ = task("digits", 0)
    turned_pixels, labels, turned_test, _ = task("digits, axes turned", 0)
    assert np.array_equal(labels, task("digits", 0)[1])
    np.testing.assert_allclose(turned_pixels[:5] @ turned_test[:5].T, pixels[:5] @ pixels_test[:5].T, atol=1e-9)
    x, y, x_test, _ = task("spam", 0)
    logarithms, same, _, _ = task("spam, logarithms", 0)
    assert np.array_equal(same, y)
    np.testing.assert_allclose(np.exp(logarithms) - 0.1, x, atol=1e-9)
    mixed, _, mixed_test, _ = task("spam, axes turned", 0)
    one, other = standardized(x, x_test)
    np.testing.assert_allclose(mixed[:5] @ mixed_test[:5].T, one[:5] @ other[:5].T, atol=1e-9)
