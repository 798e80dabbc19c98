"""Every figure of the book, compared with a picture of it that was looked at: `make references` makes new ones.

A picture shows a figure twice: as the reader first meets it, and with all its controls elsewhere. It is small, and its
colors are few, so that the last bits of a number cannot show in it; what one would see, does.
"""

import base64
import functools
import io
import re
from pathlib import Path

import numpy as np
import pytest
from inputs import ROOT
from labels import misnamed
from PIL import Image

from nnbook.explorers.catalog import catalog
from nnbook.explorers.drawing import draw_digit, picture
from nnbook.figures.style import styled

REFERENCES = ROOT / "tests" / "references"
DPI = 48
LEVELS = 8  # of red, green and blue each
# Root mean square over all pixels, on a scale to 255. Measured: another processor 0, a line moved by a tenth of a pixel
# 0.8 to 1.4, by two pixels 4.7 to 11, one point of a curve by a twentieth of the axis 2 to 8, another letter 1 or more.
TOLERANCE = 0.7
LARGEST, LARGEST_TOGETHER = 24_000, 800_000  # bytes


@functools.cache
def made(make):
    return make()


def identity(make):
    return make.__name__.replace("_", "-")


def pixels(scene):
    """Return the figure as it stands, as red, green and blue from 0 to 255, shape (height, width, 3)."""
    file = io.BytesIO()
    with styled():
        scene.figure.savefig(file, format="png", dpi=DPI, facecolor="white")
    return np.asarray(Image.open(file).convert("RGB"))


def coarse(image):
    """Return the image with few colors, as one byte a pixel, and their palette."""
    places = np.rint(image / 255 * (LEVELS - 1)).astype(int) @ (LEVELS**2, LEVELS, 1)
    used, numbers = np.unique(places, return_inverse=True)
    palette = np.stack(np.unravel_index(used, (LEVELS,) * 3), axis=-1) * 255 / (LEVELS - 1)
    assert len(used) <= 256
    return numbers.reshape(places.shape).astype(np.uint8), np.rint(palette).astype(np.uint8)


class Picture:
    """An explorer first and last, one above the other; pytest-mpl asks it for nothing but `savefig`."""

    def __init__(self, explorer):
        self.explorer = explorer

    def states(self):
        axes = self.explorer.controls.axes
        yield self.explorer.controls.start
        if axes:
            ends = {name: (-1 if c.first < len(c.values) - 1 else 0) for name, c in axes.items()}
            yield {name: control.values[ends[name]] for name, control in axes.items()}

    def images(self):
        """Return one image a state; where only what moves differs, the same drawing is moved."""
        scenes, first = {}, self.explorer.controls.start
        for settings in self.states():
            still = {name: settings[name] for name in self.explorer.still_names}
            key = tuple(map(id, still.values()))
            if key not in scenes:
                scenes[key] = self.explorer.scene(**still)
                scenes[key].state(**{name: first[name] for name in self.explorer.moving_names})
            scenes[key].state(**{name: settings[name] for name in self.explorer.moving_names})
            yield pixels(scenes[key])

    def savefig(self, file, **_):
        numbers, palette = coarse(np.concatenate(list(self.images())))
        image = Image.fromarray(numbers, "P")
        image.putpalette(palette.tobytes())
        image.save(file, "png", optimize=True)


def compared(identity):
    """Return the mark by which a test's picture is compared with its reference."""
    return pytest.mark.mpl_image_compare(
        baseline_dir=str(REFERENCES), filename=f"{identity}.png", tolerance=TOLERANCE, style="default"
    )


@pytest.mark.parametrize("make", [pytest.param(m, id=identity(m), marks=compared(identity(m))) for m in catalog()])
def test_a_figure_looks_as_it_did_when_it_was_reviewed(make):
    return Picture(made(make))


def parts(svg):
    """Return an <svg> without its numbers, its numbers, and the gray levels of the image in it, if there is one."""
    image = re.search(r'href="data:image/png;base64,([^"]*)"', svg)
    rest = svg.replace(image[0], "") if image else svg
    levels = np.asarray(Image.open(io.BytesIO(base64.b64decode(image[1])))) if image else np.zeros(0)
    return re.sub(r"-?\d+", "0", rest), np.array(re.findall(r"-?\d+", rest), dtype=int), levels


def compare(drawn, name, tolerance, config):
    """Compare an <svg> with its reference, all numbers within so many tenths of a pixel; or make a new reference."""
    folder = config.getoption("--mpl-generate-path")
    if folder:
        (Path(folder) / name).write_text(drawn, encoding="utf-8")
        pytest.skip("made a new reference")
    reference = (REFERENCES / name).read_text(encoding="utf-8")
    for now, then in zip(parts(drawn), parts(reference), strict=True):
        if isinstance(now, str):
            assert now == then
        else:
            np.testing.assert_allclose(now, then, atol=tolerance)


def test_the_network_that_reads_a_drawing_looks_as_it_did_when_it_was_reviewed(request):
    """The one figure that matplotlib does not draw is whole tenths of a pixel; one more or less is rounding."""
    compare(picture(draw_digit().layers), "draw-a-digit.svg", 1, request.config)


def test_the_figure_that_a_chapter_draws_of_its_own_runs_looks_as_it_did_when_it_was_reviewed(built_book, request):
    """It is compared as published: a digit read otherwise, on another processor, is six tenths of a pixel."""
    page = (built_book / "book" / "10-reading-digits.html").read_text(encoding="utf-8")
    svg = re.search(r"<svg.*?</svg>", page[page.index('id="ablation-figure"') :], re.DOTALL)[0]
    compare(svg, "ablation-figure.svg", 15, request.config)


@pytest.mark.parametrize("make", catalog(), ids=identity)
def test_every_label_names_its_parameter(make):
    explorer = made(make)
    labels = {name: explorer.controls.label(name) for name in explorer.controls.given}
    assert [label for name, label in labels.items() if misnamed(explorer.id, name, label)] == []
    assert len(set(labels.values())) == len(labels)


def test_figures_are_compared(request):
    """Without its flag pytest-mpl draws and compares nothing."""
    assert request.config.getoption("--mpl") or request.config.getoption("--mpl-generate-path")


def test_there_is_one_small_reference_for_each_figure():
    sizes = {path.stem: path.stat().st_size for path in REFERENCES.glob("*.png")}
    assert sorted(sizes) == sorted(map(identity, catalog()))
    assert max(sizes.values()) <= LARGEST and sum(sizes.values()) <= LARGEST_TOGETHER
