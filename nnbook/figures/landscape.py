"""A landscape seen from above: level lines, its lowest points, and the path of a walk with a head where it stands."""

from __future__ import annotations

import numpy as np

from .axes import label_axes
from .scales import contours
from .style import PALETTE

FINE = 49  # points a side from which the heights are taken


def spread_levels(landscape, count=8) -> np.ndarray:
    """Heights for so many level lines: near a minimum they lie at even distances, however steep the landscape is.

    The k-th line encloses a share (k / count)² of the window, which for a bowl means evenly spaced rings.
    """
    x, y = np.meshgrid(np.linspace(*landscape.xlim, FINE), np.linspace(*landscape.ylim, FINE))
    return np.quantile(landscape(np.stack([x, y], axis=-1)), (np.arange(1, count) / count) ** 2)


def draw_contours(ax, landscape, levels=None, *, x="θ₁", y="θ₂"):
    """Draw a landscape of two dimensions over its window: a few light level lines, and a cross at every minimum."""
    ax.set(xlim=landscape.xlim, ylim=landscape.ylim)
    label_axes(ax, x, y)
    levels = spread_levels(landscape) if levels is None else levels
    contours(ax, landscape, landscape.xlim, landscape.ylim, levels, FINE)
    draw_minima(ax, landscape.minima)


def draw_minima(ax, minima):
    """A cross at every lowest point."""
    if len(minima):
        ax.plot(*np.transpose(minima), "x", ms=9, mew=2, color=PALETTE["loss"], zorder=3)


def draw_path(ax, gid="path", head="head", *, start=None, role="model"):
    """A path and its head, two layers that a `step` may reveal; returns what moves them to the points (n, 2).

    start: where to put a ring that stays.
    """
    if start is not None:
        ax.plot(*np.reshape(start, (2, 1)), "o", ms=9, mew=2, mfc="none", mec=PALETTE[role], zorder=4)
    (line,) = ax.plot([], [], color=PALETTE[role], lw=1.8, gid=gid, zorder=5)
    (dot,) = ax.plot([], [], "o", ms=9, color=PALETTE[role], gid=head, zorder=6)

    def move(points):
        seen = within(points, ax.get_xlim(), ax.get_ylim())
        line.set_data(*seen.T)
        dot.set_data(*seen[-1:].T)

    return move


def within(points, xlim, ylim, room=2.0) -> np.ndarray:
    """A path up to where it leaves a box `room` times as wide as the window: what diverges has no end to draw.

    points: (n, 2); what follows a point that is not finite is left out.
    """
    points = np.asarray(points, dtype=float)
    middle = np.mean([xlim, ylim], axis=1)
    reach = room * np.ptp([xlim, ylim], axis=1) / 2
    with np.errstate(invalid="ignore"):
        outside = ~(np.abs(points - middle) <= reach).all(axis=1)
    if not outside.any():
        return points
    first = int(np.argmax(outside))
    if not np.isfinite(points[first]).all() or not first:
        return points[:first]
    # The last stretch ends on the border of the box, so that the way out is seen and the picture stays small.
    before, step = points[first - 1], points[first] - points[first - 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(step, (np.sign(step) * reach + middle - before) / step, np.inf)
    return np.vstack([points[:first], before + min(1.0, shares.min()) * step])
