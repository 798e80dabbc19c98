"""Axes in the book's manner: names at the ends of the axes, upright, with their symbols."""

from __future__ import annotations

import numpy as np

from .style import PALETTE, SURFACE


def label_axes(ax, x: str, y: str, title: str | None = None):
    """Name the axes: x to the right below its axis, y upright above its own."""
    ax.set_xlabel(x, loc="right")
    ax.set_title("\n".join(filter(None, [title, y])), loc="left", fontweight="normal", fontsize=11)


def bare(ax, xlim, ylim, *, equal=True):
    """Axes without a frame or ticks: a place to draw on."""
    ax.set(xlim=xlim, ylim=ylim, xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    if equal:
        ax.set_aspect("equal")


def plane(ax, xlim, ylim, x="x₁", y="x₂"):
    """A square piece of the input plane, with few ticks and both axes at the same scale."""
    ax.set(xlim=xlim, ylim=ylim)
    ax.set_aspect("equal")
    label_axes(ax, x, y)


def truth_points(ax, x, y, **style):
    """Examples with a binary target: filled disks for 1, rings for 0, so that color is not needed."""
    kind = {"markersize": 12, "markeredgewidth": 2.5, "markeredgecolor": PALETTE["data"], "zorder": 4} | style
    ones = np.asarray(y) == 1
    (filled,) = ax.plot(*x[ones].T, "o", markerfacecolor=PALETTE["data"], **kind)
    (rings,) = ax.plot(*x[~ones].T, "o", markerfacecolor=SURFACE, **kind)
    return filled, rings


def half_plane(weights, bias, xlim, ylim) -> np.ndarray:
    """The corners of the part of a box in which w·x + b ≥ 0, in order; empty if there is none."""
    (left, right), (bottom, top) = xlim, ylim
    return clip([(left, bottom), (right, bottom), (right, top), (left, top)], weights, bias)


def clip(corners, weights, bias) -> np.ndarray:
    """The corners of the part of a convex polygon in which w·x + b ≥ 0, in order; empty if there is none."""
    weights, corners = np.asarray(weights, dtype=float), np.asarray(corners, dtype=float).reshape(-1, 2)
    kept = []
    for here, there in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        z_here, z_there = here @ weights + bias, there @ weights + bias
        if z_here >= 0:
            kept.append(here)
        if (z_here >= 0) != (z_there >= 0):
            kept.append(here + (there - here) * z_here / (z_here - z_there))
    return np.array(kept).reshape(-1, 2)


def boundary(weights, bias, xlim, ylim) -> np.ndarray:
    """The two ends of the line w·x + b = 0 inside a box; empty if it misses the box or there is no line."""
    if not np.any(weights):
        return np.empty((0, 2))
    corners = half_plane(weights, bias, xlim, ylim)
    on_line = np.abs(corners @ np.asarray(weights, dtype=float) + bias) < 1e-9
    ends = np.unique(corners[on_line].round(12), axis=0)
    return ends[[0, -1]] if len(ends) > 1 else np.empty((0, 2))


def upright_bars(heights, level=0.0, width=0.6) -> np.ndarray:
    """The corners of bars at 0, 1, 2, … that stand on a level, as one polygon, (4 n, 2)."""
    place = np.arange(len(heights))[:, None] + width / 2 * np.array([-1, -1, 1, 1])
    tops = level + np.asarray(heights)[:, None] * np.array([0, 1, 1, 0])
    return np.column_stack([place.ravel(), tops.ravel()])


def number(value: float, digits: int = 2) -> str:
    """A number with a true minus sign, and no minus before zero."""
    return f"{round(float(value), digits) + 0.0:.{digits}f}".replace("-", "−")
