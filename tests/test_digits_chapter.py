"""The mathematics behind the chapter on reading digits that no other test sees."""

from dataclasses import fields

import numpy as np
import pytest

from nnbook import recipes
from nnbook.activations import sigmoid
from nnbook.datasets import digits
from nnbook.exercises import digits as questions
from nnbook.exercises import exercise
from nnbook.explorers import digits as figures
from nnbook.losses import CrossEntropy, MeanSquaredError
from nnbook.recipes import ABLATIONS, CLASSIC, MODERN, Recipe, one_hot


def changed(recipe):
    """The names of the decisions in which a recipe differs from the modern one."""
    return {f.name for f in fields(Recipe) if getattr(recipe, f.name) != getattr(MODERN, f.name)} - {"rates"}


def test_each_ablation_changes_one_thing():
    single = dict(ABLATIONS)
    assert changed(single.pop("modern, nothing changed")) == set()
    assert single.pop("classic, all changed") == CLASSIC
    assert changed(single.pop("squared error for cross-entropy")) == {"loss", "output_activation"}
    assert all(len(changed(recipe)) == 1 for recipe in single.values())
    assert changed(CLASSIC) == {"activation", "output_activation", "loss", "optimizer", "initializer"}


def test_a_recipe_is_decided_by_its_seed():
    x, y = (part[:300] for part in digits("train"))
    thetas = [MODERN.fit(x, y, seed=seed, epochs=1).theta for seed in (3, 3, 4)]
    np.testing.assert_array_equal(thetas[0], thetas[1])
    assert np.abs(thetas[0] - thetas[2]).max() > 0.01


def test_the_slopes_of_both_recipes_are_those_of_the_chapter():
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=(7, 10)), rng.integers(0, 10, 7)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(CrossEntropy().gradient(z, y), (p - one_hot(y)) / 7, atol=1e-14)
    out = sigmoid(z)
    classic = 2 / 70 * (out - one_hot(y)) * out * (1 - out)
    np.testing.assert_allclose(
        MeanSquaredError().gradient(out, one_hot(y)) * sigmoid.derivative(z), classic, atol=1e-14
    )
    step, cell = 1e-6, np.zeros((7, 10))
    cell[2, 5] = step
    rise = MeanSquaredError()(sigmoid(z + cell), one_hot(y)) - MeanSquaredError()(sigmoid(z - cell), one_hot(y))
    assert rise / (2 * step) == pytest.approx(classic[2, 5], rel=1e-6)


def test_scores_have_a_row_for_each_rate_and_a_column_for_each_seed():
    x, y = (part[:200] for part in digits("train"))
    grid = recipes.scores(MODERN, range(2), (x, y), (x, y), epochs=1)
    assert grid.shape == (3, 2) and ((grid >= 0) & (grid <= 1)).all()


def test_confusion_matrices_agree_and_hold_the_accuracy():
    p, labels = figures.test_answers()
    counts = figures.confusion_matrix(labels, p.argmax(axis=1))
    np.testing.assert_array_equal(counts, questions.confusion_matrix(labels, p.argmax(axis=1), 10))
    assert counts.sum(axis=1).tolist() == [200] * 10
    assert counts.trace() / 2000 == pytest.approx((p.argmax(axis=1) == labels).mean())


def test_shrinking_an_image_keeps_its_mean_and_its_corners():
    image = digits("test")[0][0]
    assert figures.shrunken(image).mean() == pytest.approx(image.mean())
    corner = np.zeros((28, 28))
    corner[0, 27] = 1
    small = figures.shrunken(corner.ravel())
    assert np.unravel_index(small.argmax(), small.shape) == (0, 15)


def test_four_images_lie_in_reading_order():
    tiles = [np.full((16, 16), k) for k in (1, 2, 3)]
    sheet = figures.four_together(tiles)[::-1]  # a heat map's row 0 is at the bottom
    assert [sheet[0, 0], sheet[0, 31], sheet[31, 0], sheet[31, 31]] == [1, 2, 3, 0]


def test_the_browser_shows_ten_right_and_ten_wrong():
    p, labels = figures.test_answers()
    right = p[figures.browsed()].argmax(axis=1) == labels[figures.browsed()]
    assert right.tolist() == [True] * 10 + [False] * 10


def test_the_cells_of_the_confusion_show_their_own_images():
    explorer, (p, labels) = figures.confusion(), figures.test_answers()
    for label, read in ((9, 4), (3, 5), (1, 0)):
        count = ((labels == label) & (p.argmax(axis=1) == read)).sum()
        assert explorer.readout(label=label, read=read).endswith(f"{count} are read as {read}")


def test_the_figure_of_the_ablation_marks_every_seed():
    html = figures.ablation_figure({"one": np.array([0.8, 0.9]), "two": np.array([0.5, 0.6])}).html()
    assert html.count("<text") >= 2 and "one" in html and "two" in html


def test_the_standard_error_is_the_spread_of_measured_accuracies():
    given = exercise("digits.standard-error").given
    p = given["share"] / 100
    measured = np.random.default_rng(0).binomial(given["n"], p, 20_000) / given["n"]
    assert given["error"] == pytest.approx(100 * measured.std(), rel=0.03)


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ((0.001, 32), "timid"),
        ((0.01, 400), "few-updates"),
        ((0.08, 10), "wild"),
        ((32, 0.001), "no-batch-size"),
        ((0.0, 20), "no-rate"),
        ((0.004, 20), None),
        ((0.005, 32), None),
    ],
)
def test_the_challenge_names_what_is_wrong_with_settings(settings, name):
    result = exercise("digits.beat-the-target").check(lambda: settings)
    assert (result.mistake, result.status) == (name, "wrong" if name else "correct")


def test_the_ablation_takes_each_recipe_at_its_best_rate():
    found = recipes.ablation(seeds=2, examples=100, epochs=1)
    assert list(found) == list(ABLATIONS)
    x, y = digits("train")
    grid = recipes.scores(CLASSIC, range(2), (x[:100], y[:100]), digits("validation"), epochs=1)
    assert np.median(found["classic, all changed"]) == np.median(grid, axis=1).max()


def test_the_classic_start_has_the_same_spread_for_any_number_of_inputs():
    for fan_in in (4, 400):
        W = CLASSIC.initializer(np.random.default_rng(0), (fan_in, 2000 // fan_in * 10))
        assert W.std() == pytest.approx(1.0, abs=0.03)
