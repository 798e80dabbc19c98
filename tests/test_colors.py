"""The palette's meanings stay apart for everyone, on paper and in the dark, and nothing in it is too faint to see.

Color vision deficiencies are simulated as in Machado, Oliveira and Fernandes (2009) at severity 1, on linear RGB;
differences are Euclidean in CIELAB (CIE 1976), contrast is that of WCAG 2.2.
"""

import itertools
import re

import numpy as np
import pytest
from inputs import ROOT
from matplotlib.colors import to_hex

from nnbook.figures.style import PALETTE, RAMPS, STYLE

APART = 20  # in CIELAB; a step that one can just see is 2.3
TEXT = 4.5  # these colors label curves, so they are as strong as text
MEANINGS = ("data", "model", "gradient", "loss", "muted")
VISIONS = {
    "typical": np.eye(3),
    "no red cones": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green cones": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no blue cones": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# From linear sRGB to CIE XYZ under daylight (IEC 61966-2-1).
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def themes():
    """Return the colors of the style sheet: ``{"light": {"data": "#…", …}, "dark": …}``."""
    sheet = (ROOT / "nnbook" / "static" / "nnbook.css").read_text(encoding="utf-8")
    light, dark = re.search(r":root \{(.*?)\}.*?data-theme=\"dark\"\],.*?\{(.*?)\}", sheet, re.DOTALL).groups()
    return {
        name: dict(re.findall(r"--nn-([a-z]+): (#[0-9a-f]{6});", block))
        for name, block in (("light", light), ("dark", dark))
    }


THEMES = themes()


def rgb(color):
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255


def linear(values):
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(values):
    """Lightness, green to red, and blue to yellow of linear RGB values."""
    x, y, z = XYZ @ np.clip(values, 0, 1) / XYZ.sum(axis=1)
    f = np.array([np.cbrt(v) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in (x, y, z)])
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(one, other, vision):
    """How far apart two sRGB colors are for one who sees like this."""
    return float(np.linalg.norm(lab(vision @ linear(one)) - lab(vision @ linear(other))))


def contrast(one, other):
    low, high = sorted((XYZ @ linear(rgb(color)))[1] for color in (one, other))
    return (high + 0.05) / (low + 0.05)


def test_the_simulation_keeps_gray_and_confuses_what_is_confused():
    for vision in VISIONS.values():
        assert np.sum(vision, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    red, green = rgb("#b04000"), rgb("#607000")
    assert difference(red, green, VISIONS["typical"]) > 2 * difference(red, green, np.array(VISIONS["no red cones"]))
    assert lab(np.ones(3)) == pytest.approx([100, 0, 0], abs=0.01)
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("vision", VISIONS)
def test_any_two_meanings_are_told_apart(theme, vision):
    colors, sight = THEMES[theme], np.array(VISIONS[vision])
    found = {
        pair: round(difference(rgb(colors[pair[0]]), rgb(colors[pair[1]]), sight), 1)
        for pair in itertools.combinations(MEANINGS, 2)
    }
    assert min(found.values()) >= APART, {pair: apart for pair, apart in found.items() if apart < APART}


@pytest.mark.parametrize("theme", THEMES)
def test_every_color_is_strong_enough_on_every_background(theme):
    colors = THEMES[theme]
    # Lines in this color only separate what is apart anyway: a reader misses nothing without them.
    seen = set(colors) - {"surface", "panel", "border"}
    found = {(a, b): contrast(colors[a], colors[b]) for a in seen for b in ("surface", "panel")}
    assert min(found.values()) >= TEXT, {pair: value for pair, value in found.items() if value < TEXT}


def test_pages_and_pictures_have_the_same_colors():
    assert {name: THEMES["light"][name] for name in PALETTE} == PALETTE
    assert set(THEMES["light"]) == set(THEMES["dark"])
    cycle = [to_hex(entry["color"]) for entry in STYLE["axes.prop_cycle"]]
    assert cycle == [PALETTE[name] for name in MEANINGS[:4]]
    frames = {to_hex(STYLE[name]) for name in ("axes.edgecolor", "xtick.color", "ytick.color")}
    assert frames == {PALETTE["muted"]}


def lightness(ramp, theme):
    """The lightness of a ramp's colors as they lie on the page; ink is turned to white on a dark one."""
    colors = np.array(RAMPS[ramp]) / 255
    shown = 1 - colors[:, :3] if (ramp, theme) == ("ink", "dark") else colors[:, :3]
    opacity = colors[:, 3:]
    on_page = shown * opacity + rgb(THEMES[theme]["surface"]) * (1 - opacity)
    return np.array([lab(linear(color))[0] for color in on_page]), on_page


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ramp", RAMPS)
def test_more_is_always_darker_or_always_lighter(ramp, theme):
    levels, colors = lightness(ramp, theme)
    towards = -1 if theme == "light" else 1
    if ramp != "two-sided":
        assert (towards * np.diff(levels) > 0).all()
        return
    half = len(levels) // 2
    assert (towards * np.diff(levels[half:]) > 0).all() and (towards * np.diff(levels[:half]) < 0).all()
    for vision in VISIONS.values():
        assert difference(colors[0], colors[-1], np.array(vision)) >= APART
