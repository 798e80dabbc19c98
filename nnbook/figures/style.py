"""The look of every figure: one palette with fixed meanings, and one style sheet.

A color means the same on every page: what was observed (data), what the network computes (model), a derivative
(gradient), what is minimized (loss). The pairs stay apart under the common forms of color blindness, and no figure
says anything by color alone. On a page the colors are CSS variables of the same names, so that a dark page has its own.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.colors import ListedColormap, to_rgb

PALETTE = {
    "data": "#0d6fd4",
    "model": "#c04a00",
    "gradient": "#17663d",
    "loss": "#8f2f8f",
    "muted": "#6a6e74",
    "border": "#c9ccd1",
}
INK = "#000000"
SURFACE = "#ffffff"
STYLE = matplotlib.rc_params_from_file(Path(__file__).with_name("nnbook.mplstyle"), use_default_template=False)


def styled():
    """A context in which matplotlib draws in the book's style, and the reader's own settings are left alone."""
    return matplotlib.rc_context(STYLE)


LEVELS = 16


def _ramp(low: str, high: str, opacity) -> list[tuple[int, int, int, int]]:
    """Sixteen RGBA colors: the first color below the middle, the second above, as opaque as `opacity` says."""
    half = LEVELS // 2
    colors = [to_rgb(low)] * half + [to_rgb(high)] * half
    return [
        tuple(int(round(255 * c)) for c in (*rgb, alpha)) for rgb, alpha in zip(colors, opacity, strict=True)
    ]


_rising = np.linspace(0.03, 0.85, LEVELS)
_outward = np.abs(np.linspace(-0.7, 0.7, LEVELS))
RAMPS = {
    "loss": _ramp(PALETTE["loss"], PALETTE["loss"], _rising),
    "ink": _ramp(INK, INK, np.linspace(0, 0.9, LEVELS)),
    "two-sided": _ramp(PALETTE["data"], PALETTE["model"], _outward),
}


def colormap(ramp: str) -> ListedColormap:
    """A ramp as a matplotlib colormap."""
    return ListedColormap(np.array(RAMPS[ramp]) / 255, name=f"nnbook-{ramp}")
