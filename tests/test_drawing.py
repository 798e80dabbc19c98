"""From strokes to pixels: what a drawing must become, whatever draws it."""

import base64
import json
import re

import numpy as np
import pytest
from bs4 import BeautifulSoup
from inputs import ROOT

from nnbook.activations import softmax
from nnbook.datasets import digits
from nnbook.drawing import BOX, FIELD, GRID, PEN, enlarge, preprocess, rasterize
from nnbook.explorers import drawing
from nnbook.tracing import redraw, strokes, thin
from nnbook.training import accuracy

ZIGZAG = [np.array([[30.0, 40.0], [90.0, 45.0], [50.0, 110.0]]), np.array([[70.0, 75.0]])]


def field(ink):
    return preprocess(ink).reshape(FIELD, FIELD)


def test_mnists_own_digits_come_back_unchanged():
    images, _ = digits("test")
    for image in images[:200]:
        np.testing.assert_allclose(preprocess(enlarge(image)), image, atol=1e-12)


def test_one_dot_is_a_disk_of_the_pen():
    ink = rasterize([[[70.0, 70.0]]])
    assert ink.sum() == pytest.approx(np.pi * PEN**2, rel=0.01)
    np.testing.assert_array_equal(ink, ink.T)
    assert ink.max() == 1 and (ink > 0).any(axis=0).sum() == 2 * PEN


def test_a_line_has_the_width_of_the_pen_and_round_ends():
    ink = rasterize([[[40.0, 70.0], [100.0, 70.0]]])
    assert ink[:, 70].sum() == pytest.approx(2 * PEN)
    assert ink.sum() == pytest.approx(60 * 2 * PEN + np.pi * PEN**2, rel=0.01)


def test_going_over_a_stroke_again_changes_nothing():
    np.testing.assert_allclose(rasterize(ZIGZAG), rasterize([*ZIGZAG, ZIGZAG[0][::-1]]), atol=1e-9)


def test_place_and_size_on_the_paper_do_not_matter():
    here = field(rasterize(ZIGZAG))
    moved = field(rasterize([stroke + (13, -20) for stroke in ZIGZAG]))
    np.testing.assert_allclose(here, moved, atol=1e-12)
    larger = field(rasterize([1.2 * stroke for stroke in ZIGZAG], 1.2 * PEN))
    assert np.corrcoef(here.ravel(), larger.ravel())[0, 1] > 0.98


@pytest.mark.parametrize("seed", range(20))
def test_ink_fills_a_box_of_twenty_with_its_mass_in_the_middle(seed):
    rng = np.random.default_rng(seed)
    pixels = field(rasterize([rng.uniform(20, 120, (4, 2)) for _ in range(2)]))
    inked = [np.flatnonzero(pixels.any(axis=axis)) for axis in (0, 1)]
    assert max(np.ptp(places) + 1 for places in inked) == BOX
    for axis in (0, 1):
        center = pixels.sum(axis=axis) @ np.arange(FIELD) / pixels.sum()
        assert 13.5 - 1e-6 <= center < 14.5


def test_ink_is_averaged_not_sampled():
    ink = np.indices((GRID, GRID)).sum(axis=0) % 2.0  # a chessboard is gray from afar
    inside = field(ink)[6:24, 6:24]
    assert np.abs(inside - 0.5).max() < 0.03


def test_an_empty_canvas_is_an_empty_field():
    assert preprocess(np.zeros((GRID, GRID))).tolist() == [0.0] * 784
    assert preprocess(rasterize([])).max() == 0


def test_wrong_shapes_get_a_sentence():
    with pytest.raises(ValueError, match=r"rasterize: expected strokes of shape \(points, 2\), got \(3,\)"):
        rasterize([[1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match=r"preprocess: expected ink of shape \(n, n\), got \(3, 4\)"):
        preprocess(np.ones((3, 4)))


def test_thinning_leaves_a_line_one_pixel_wide_that_hangs_together():
    shape = np.zeros((1, 28, 28), bool)
    shape[0, 5:9, 4:24] = shape[0, 5:24, 12:16] = True  # a T of thick strokes
    (line,) = thin(shape)
    assert 0 < line.sum() < 45 and not (line & ~shape[0]).any()
    blocks = line[:-1, :-1] & line[1:, :-1] & line[:-1, 1:] & line[1:, 1:]
    assert not blocks.any()
    reached = np.zeros_like(line)
    reached[tuple(np.argwhere(line)[0])] = True
    for _ in range(60):
        padded = np.pad(reached, 1)
        grown = sum(np.roll(padded, (dy, dx), (0, 1)) for dy in (-1, 0, 1) for dx in (-1, 0, 1))[1:-1, 1:-1] > 0
        reached = grown & line
    np.testing.assert_array_equal(reached, line)


def test_a_redrawn_digit_looks_like_the_digit():
    images, _ = digits("test")
    alike = [np.corrcoef(image, redraw(image))[0, 1] for image in images[:60]]
    assert np.median(alike) > 0.75
    assert all(segment.shape == (2, 2) for segment in strokes(images[0]))


def test_a_thicker_pen_leaves_more_ink():
    image = digits("test")[0][5]
    ink = [redraw(image, radius=radius).sum() for radius in (3, 5, 8)]
    assert ink == sorted(ink) and ink[2] > 1.5 * ink[0]


# the network that the page runs


def test_the_page_and_python_have_the_same_weights():
    text = (ROOT / "nnbook/static/digit-network.js").read_text(encoding="utf-8")
    stored = json.loads(re.search(r"window\.digitNetwork = (.*);", text)[1])
    theta = np.frombuffer(base64.b64decode(stored["theta"]), "<f4")
    assert stored["sizes"] == [784, 16, 16, 10] and theta.size == 13_002
    np.testing.assert_array_equal(theta.astype(float), drawing.network().theta)


def test_it_reads_test_digits_and_drawn_ones():
    images, labels = digits("test")
    assert accuracy(drawing.network()(images), labels) > 0.93
    again = np.array([redraw(image) for image in images[:500]])
    assert accuracy(drawing.network()(again), labels[:500]) > 0.92


def bow(x, y, across, down, start, stop):
    """Part of an ellipse, by its angles in degrees, clockwise on the paper."""
    angle = np.deg2rad(np.linspace(start, stop, 20))
    return np.column_stack([x + across * np.cos(angle), y + down * np.sin(angle)])


PLAIN = [
    [bow(70, 70, 30, 45, 0, 360)],
    [[(70, 25), (70, 115)]],
    [[*bow(70, 50, 28, 25, -170, 40), (45, 110), (100, 110)]],
    [[*bow(65, 48, 25, 23, -150, 80), *bow(65, 92, 28, 25, -80, 150)]],
    [[(45, 30), (45, 70), (95, 70)], [(95, 30), (95, 115)]],
    [[(95, 28), (52, 28), (50, 65), *bow(68, 85, 28, 27, -110, 150)]],
    [[*bow(95, 75, 50, 50, -110, -180), *bow(70, 88, 25, 25, 180, 540)]],
    [[(40, 28), (100, 28), (65, 115)], [(60, 70), (100, 70)]],
    [bow(70, 47, 22, 21, 90, 450), bow(70, 92, 26, 24, -90, 270)],
    [[*bow(68, 50, 23, 23, 0, 360), (91, 50), (85, 115)]],
]


@pytest.mark.parametrize("digit", range(10))
def test_a_digit_drawn_from_lines_and_bows_is_read(digit):
    ink = rasterize([np.asarray(stroke, float) for stroke in PLAIN[digit]])
    assert drawing.passes(preprocess(ink))[-1].argmax() == digit


def test_the_passes_end_in_the_networks_probabilities():
    images, _ = digits("test")
    layers = drawing.passes(images[3])
    assert [len(a) for a in layers] == [784, 16, 16, 10]
    np.testing.assert_allclose(layers[-1], softmax(drawing.network()(images[3:4]))[0], atol=1e-12)
    assert min(layers[1].min(), layers[2].min()) >= 0


def test_the_readout_names_the_two_likeliest():
    p = np.full(10, 0.001)
    p[[7, 9]] = 0.926, 0.066
    assert drawing.say(p) == "reads 7, 93 %; then 9, 7 %"


@pytest.mark.parametrize(
    ("p", "text"), [(0.0049, "<1 %"), (0.0051, "1 %"), (0.5, "50 %"), (0.9949, "99 %"), (0.9951, ">99 %")]
)
def test_no_answer_is_called_certain_or_ruled_out(p, text):
    assert drawing.percent(p) == text


def test_without_a_script_one_digit_is_seen_on_its_way():
    figure = drawing.draw_digit()
    page = BeautifulSoup(figure.html(), "html.parser")
    assert page.select_one("figure.explorer.still")["id"] == "draw-a-digit"
    assert page.select_one(".pad").has_attr("hidden") and page.select_one("noscript")
    assert page.select_one("output.readout").get_text() == repr(figure)
    assert all(control.has_attr("disabled") for control in page.select("select, button"))
    units = page.select('[data-part="hidden-1"] > g, [data-part="hidden-2"] > g, [data-part="outputs"] > g')
    assert len(units) == 42
    shown = [text.get_text() for text in page.select(".percent")]
    assert shown == [drawing.percent(p) for p in figure.layers[-1]] and "<1 %" in shown
    assert len(page.select_one("svg")["aria-label"]) >= 30


def test_digits_to_pick_are_right_and_wrong_ones():
    p, labels = drawing.answers()
    for name, numbers in drawing.chosen().items():
        assert sorted(set(labels[numbers])) == sorted(labels[numbers])
        assert ((p[numbers].argmax(axis=1) == labels[numbers]) == (name == "read correctly")).all()


def test_a_notebook_gets_everything_with_the_figure_and_stores_its_readout(monkeypatch):
    monkeypatch.delenv("NNBOOK_STATIC", raising=False)
    figure = drawing.draw_digit()
    bundle = figure._repr_mimebundle_()
    assert bundle["text/plain"] == repr(figure) and "text/html" not in bundle
    assert "application/vnd.jupyter.widget-view+json" in bundle
    (shown,) = figure.live().outputs
    assert "window.digitNetwork" in shown["data"]["text/html"] and "figure.drawing" in shown["data"]["text/html"]
    monkeypatch.setenv("NNBOOK_STATIC", "1")
    published = figure._repr_mimebundle_()
    assert published["text/plain"] == repr(figure) and "window.digitNetwork" not in published["text/html"]
