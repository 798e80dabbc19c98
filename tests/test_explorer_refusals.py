"""What explorers refuse when they are made wrongly, what they draw at the edges, and what a notebook shows of them."""

import re
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnbook.explorers import ExplorerError, backpropagation, choice, explore, figure, heat, losses, slider, stops
from nnbook.explorers.heat import HEAT_SIZE
from nnbook.explorers.pack import padded
from nnbook.explorers.regularization import _edges
from nnbook.explorers.reveal import vertices
from nnbook.explorers.svg import Element
from nnbook.explorers.values import labeled, power, probability, share, text
from nnbook.figures.axes import boundary
from nnbook.figures.landscape import draw_minima

ALT = "A straight line through the middle of an empty plane"
TEXT = {"id": "line", "caption": "A line.", "alt": ALT}


def line(ax):
    """A line that can be turned."""
    (drawn,) = ax.plot([0, 1], [0, 1], gid="line")

    def move(*, slope):
        drawn.set_data([0, 1], [0, slope])
        return f"slope {slope:g}"

    return move


def sloped(**changes):
    return explore(line, **{**TEXT, "slope": slider(-1, 1, 3, start=0), **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": "Two Words"}, "lower-case words joined by hyphens"),
        ({"drag": ("slope", "height")}, "drag names 'height'"),
    ],
)
def test_a_wrong_name_is_refused(changes, message):
    with pytest.raises(ExplorerError, match=message):
        sloped(**changes)


def test_only_a_choice_redraws_the_still_part():
    def scene(ax, slope):
        return None

    with pytest.raises(ExplorerError, match="slope redraws the still part, so it must be a choice"):
        explore(scene, **TEXT, slope=slider(0, 1, 3))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: slider(0, 1, 3, log=True), "low > 0 for a logarithmic scale"),
        (lambda: slider(0, 1, 3, start=2), "start=2 lies outside"),
        (lambda: stops(3), r"stops\(3,\): expected two rising numbers or more"),
        (lambda: stops(3, 2), r"stops\(3, 2\): expected two rising numbers or more"),
        (lambda: stops(1, 2, start=3), "start=3 to be one of them"),
        (lambda: choice(), "at least one option"),
        (lambda: choice("a", ("a", 2)), r"two options share a name in \['a', 'a'\]"),
        (lambda: vertices("M0 0c1 1 2 2 3 3"), "no curves, no gaps"),
    ],
)
def test_controls_that_make_no_sense_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_choice_speaks_its_options_names():
    assert choice("ReLU", ("none", None)).texts() == ["ReLU", "none"]


def scene_of(draw):
    """What makes the page of a figure that a function of the axes draws."""

    def scene(ax):
        draw(ax)

    return lambda: figure(scene, **TEXT).html()


def test_an_unknown_ramp_is_refused():
    with pytest.raises(ExplorerError, match="expected a ramp from .*'loss'.*got 'rainbow'"):
        scene_of(lambda ax: heat(ax, extent=(0, 1, 0, 1), low=0, high=1, ramp="rainbow"))()


def test_two_artists_with_one_name_are_refused():
    def twins(ax):
        ax.plot([0, 1], gid="twin")
        ax.plot([1, 0], gid="twin")

    with pytest.raises(ExplorerError, match="two artists share the gid 'twin'"):
        scene_of(twins)()


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda ax: heat(ax, np.full((HEAT_SIZE, HEAT_SIZE), np.nan), extent=(0, 1, 0, 1), low=0, high=1), "heat map"),
        (lambda ax: heat(ax, np.zeros((4, 4)), extent=(0, 1, 0, 1), low=0, high=1), r"32 × 32 values, got \(4, 4\)"),
        (lambda ax: ax.imshow(np.zeros((4, 4))), "draw images with nnbook.explorers.heat"),
        (lambda ax: ax.add_patch(plt.Circle((np.nan, 0), 1)), "a coordinate is not a finite number"),
    ],
    ids=["nan in a heat map", "a small heat map", "an image", "a circle nowhere"],
)
def test_what_cannot_be_drawn_on_the_page_is_refused(draw, message):
    with pytest.raises(ExplorerError, match=message):
        scene_of(draw)()


def test_a_hidden_heat_map_is_not_drawn():
    def hidden(ax):
        heat(ax, extent=(0, 1, 0, 1), low=0, high=1).set_visible(False)

    assert "<image" not in scene_of(hidden)()


def test_a_heat_map_in_another_picture_is_drawn_as_usual(tmp_path):
    drawn, ax = plt.subplots()
    heat(ax, np.eye(HEAT_SIZE), extent=(0, 1, 0, 1), low=0, high=1)
    drawn.savefig(tmp_path / "heat.png")
    plt.close(drawn)
    assert len(np.unique(plt.imread(tmp_path / "heat.png"))) > 16


def test_turned_text_and_lines_far_outside_are_drawn_within_the_page():
    def far(ax):
        ax.set(xlim=(0, 1), ylim=(0, 1))
        ax.plot([0, 1e9], [0, 1e9])
        ax.text(0.5, 0.5, "turned", rotation=30)

    page = scene_of(far)()
    assert "rotate(-30 " in page
    numbers = [int(n) for path in re.findall(r' d="([^"]*)"', page) for n in re.findall(r"\d+", path)]
    assert max(numbers) < 10**7, "a line beyond the page is cut, not carried along"


def test_a_layer_may_not_change_from_text_to_line():
    word, line = Element("text", {}, "word"), Element("path", {"d": "M0 0"})
    states = np.array([SimpleNamespace(layers={"mark": found}) for found in ([word], [line, word])], dtype=object)
    with pytest.raises(ExplorerError, match="explorer 'mixed': the layer 'mark' mixes texts, paths or images"):
        padded(states, states[0], "mixed")
    assert padded(states[:1], states[0], "pure") == {"mark": [word]}


def test_a_notebook_shows_html_while_the_book_is_built_and_a_widget_otherwise(monkeypatch):
    explorer = sloped()
    monkeypatch.setenv("NNBOOK_STATIC", "1")
    page = explorer._repr_mimebundle_()
    assert set(page) == {"text/html", "text/plain"} and page["text/plain"] == "slope 0" == repr(explorer)
    monkeypatch.delenv("NNBOOK_STATIC")
    live = explorer._repr_mimebundle_()
    assert live["text/plain"] == "slope 0" and "application/vnd.jupyter.widget-view+json" in live
    assert repr(figure(lambda ax: None, **TEXT)) == ALT, "a figure without a readout says what is seen"


# Words and lines that single explorers make


def test_sizes_are_said_with_one_digit():
    sizes = {0: "0", 0.3: "0.3", 3e-5: "3·10⁻⁵", 1e-9: "10⁻⁹", 9.6e-4: "10⁻³", 20.4: "20", 2e4: "2·10⁴"}
    assert {size: backpropagation.rough(size) for size in sizes} == sizes


def test_numbers_are_rounded_before_their_power_is_chosen():
    told = {-0.0: "0", 9.96e-4: "0.001", 9.99e-20: "1.0·10⁻¹⁹", 3320: "3300", 99_600: "1.0·10⁵", np.inf: "∞"}
    assert {value: power(value) for value in told} == told
    assert power(-50.07, 3) == "−50.1" and power(-9.7e-5, 3) == "−9.7·10⁻⁵"


def test_none_and_all_are_said_of_none_and_all_only():
    told = {0.0: "0 %", 0.0025: "under 1 %", 0.0051: "1 %", 0.5: "50 %", 0.9999: "over 99 %", 1.0: "100 %"}
    assert {part: share(part) for part in told} == told


def test_nothing_is_said_in_the_notation_of_programs():
    told = {3.93e-5: "3.9·10⁻⁵", 2.59e-24: "2.6·10⁻²⁴", 0.000411: "0.000411", -0.25: "−0.25", 43.21: "43.2"}
    assert {value: text(value) for value in told} == told


def test_an_eight_has_another_article():
    assert [labeled(digit) for digit in (7, 8, "8")] == ["a 7", "an 8", "an 8"]


def test_long_times_are_said_in_years_and_powers_of_ten():
    assert losses._time_text(3.156e7 * 4e12) == "4.0·10¹² years"
    assert losses._time_text(3 * 86400) == "3 days"


def test_a_layer_without_units_has_no_connections():
    nodes = np.array([[0.0, 0.0], [0.0, 1.0]])
    assert _edges(nodes, nodes[:0]).shape == (0, 2)
    assert len(_edges(nodes, nodes)) == 8  # there and back, for each of four


def test_a_landscape_without_a_minimum_gets_no_cross():
    drawn, ax = plt.subplots()
    draw_minima(ax, ())
    assert not ax.lines
    draw_minima(ax, [(0.0, 1.0)])
    assert len(ax.lines) == 1
    plt.close(drawn)


def test_measured_times_stand_beside_the_counts():
    times = np.geomspace(1e-4, 1e-2, 2 * len(backpropagation.COST_WIDTHS)).reshape(2, -1)
    both = backpropagation.gradient_cost(times).scene().figure
    assert len(both.axes) == 2
    for drawn, given in zip(both.axes[1].lines, times, strict=True):
        np.testing.assert_array_equal(drawn.get_ydata(), given)
    assert len(backpropagation.gradient_cost().scene().figure.axes) == 1


def test_a_probability_is_0_or_1_only_where_it_is():
    told = {0.0: "0.000", 1.0: "1.000", 4e-4: "under 0.001", 1 - 4e-4: "over 0.999", 6e-4: "0.001", 0.5: "0.500"}
    assert {p: probability(p) for p in told} == told


def test_where_every_place_fits_the_equation_there_is_no_line():
    assert boundary((0, 0), 0, (-1, 1), (-1, 1)).shape == (0, 2)
    np.testing.assert_allclose(boundary((1, 0), 0, (-1, 1), (-1, 1)), [[0, -1], [0, 1]])
