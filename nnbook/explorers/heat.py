"""Heat maps that an explorer can store: 32 × 32 values in 16 levels, about 80 bytes a state."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.image import AxesImage

from nnbook.figures.style import RAMPS, colormap

from .svg import HEAT_SIZE, SvgRenderer


class Heat(AxesImage):
    """An image that our renderer stores as levels, and any other renderer draws as usual."""

    nn_ramp = "ink"
    nn_blocky = False

    def draw(self, renderer):
        if not isinstance(renderer, SvgRenderer):
            super().draw(renderer)
            return
        if self.get_visible():
            renderer.open_group("image", self.get_gid())
            renderer.draw_heat(self)
            renderer.close_group("image")
        self.stale = False


def heat(ax, values=None, *, extent, low, high, ramp="ink", gid=None, blocky=False) -> Heat:
    """Put a heat map of 32 × 32 values between `low` and `high` on the axes; row 0 is at the bottom.

    `ramp` is one of the ramps of `nnbook.figures.style`. Move it with `set_data`; `grid` gives the points to evaluate.
    """
    if ramp not in RAMPS:
        raise ValueError(f"heat: expected a ramp from {sorted(RAMPS)}, got {ramp!r}")
    image = Heat(ax, cmap=colormap(ramp), norm=Normalize(low, high), origin="lower", extent=extent)
    image.nn_ramp, image.nn_blocky = ramp, blocky
    image.set_data(np.full((HEAT_SIZE, HEAT_SIZE), low) if values is None else values)
    image.set_gid(gid)
    image.set_clip_path(ax.patch)
    ax.add_image(image)
    return image


def grid(extent) -> np.ndarray:
    """The centers of the cells of a heat map over `extent` = (left, right, bottom, top), shape (32, 32, 2)."""
    left, right, bottom, top = extent
    x = left + (np.arange(HEAT_SIZE) + 0.5) * (right - left) / HEAT_SIZE
    y = bottom + (np.arange(HEAT_SIZE) + 0.5) * (top - bottom) / HEAT_SIZE
    return np.stack(np.meshgrid(x, y), axis=-1)
