"""The explorer of the refresher."""

from __future__ import annotations

import numpy as np

from nnbook.figures.axes import label_axes, number
from nnbook.figures.style import PALETTE

from . import explore, slider


def _secant(ax):
    x = np.linspace(-2.2, 2.6, 97)
    ax.set(xlim=(-2.2, 2.6), ylim=(-1.5, 6), xticks=[-2, -1, 0, 1, 2], yticks=[0, 2, 4, 6])
    label_axes(ax, "x", "f(x) = x²")
    ax.plot(x, x**2, color=PALETTE["data"])
    (secant,) = ax.plot([], [], color=PALETTE["model"], lw=2, gid="secant")
    (tangent,) = ax.plot([], [], color=PALETTE["gradient"], lw=2, ls=(0, (4, 3)), gid="tangent")
    (points,) = ax.plot([], [], "o", ms=9, color=PALETTE["model"], gid="points")
    ends = np.array([-2.2, 2.6])
    name = ax.text(0, 0, "tangent", ha="center", color=PALETTE["gradient"], gid="name")

    def move(*, x0, h):
        slope, limit = ((x0 + h) ** 2 - x0**2) / h, 2 * x0
        secant.set_data(ends, x0**2 + slope * (ends - x0))
        tangent.set_data(ends, x0**2 + limit * (ends - x0))
        points.set_data([x0, x0 + h], [x0**2, (x0 + h) ** 2])
        side = -1.0 if limit >= 0 else 1.0
        name.set_position((x0 + side * 1.1, max(-1.3, x0**2 + limit * side * 1.1 - 0.5)))
        return f"slope of the secant {number(slope)}, of the tangent {number(limit)}: they differ by {number(h)}"

    return move


def secant():
    """A secant that turns into a tangent."""
    return explore(
        _secant,
        id="secant",
        caption="As h shrinks, the solid secant turns into the dashed tangent. For x² the two slopes differ by exactly h.",
        alt="The parabola x squared with two points on it, h apart. A solid line runs through both points; a dashed line touches the "
        "parabola at the first.",
        size=(480, 340),
        x0=slider(-1.5, 1.5, 13, start=0.5, label="point x"),
        h=slider(0.01, 1, 12, start=1, label="distance h", log=True, play=False),
    )


EXPLORERS = (secant,)
