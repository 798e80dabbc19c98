"""Logarithmic axes with plain text at their ticks, and the contours of a landscape."""

from __future__ import annotations

import numpy as np
from matplotlib.ticker import FixedLocator, NullLocator

from .style import PALETTE

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power_text(exponent: int) -> str:
    """10ⁿ as text, with 1 and 10 as themselves."""
    return {0: "1", 1: "10"}.get(exponent, "10" + str(exponent).translate(SUPERSCRIPT))


def log_axis(ax, which, low, high, every=1):
    """Make an axis ("x" or "y") logarithmic from 10^low to 10^high, with a tick every so many powers."""
    exponents = range(low, high + 1, every)
    axis = ax.xaxis if which == "x" else ax.yaxis
    (ax.set_xscale if which == "x" else ax.set_yscale)("log")
    (ax.set_xlim if which == "x" else ax.set_ylim)(10.0**low, 10.0**high)
    axis.set_major_locator(FixedLocator([10.0**n for n in exponents]))
    axis.set_major_formatter(lambda value, _: power_text(round(np.log10(value))))
    axis.set_minor_locator(NullLocator())


def contours(ax, landscape, xlim, ylim, levels, count=41):
    """Level lines of a landscape of two dimensions over a box."""
    x, y = np.meshgrid(np.linspace(*xlim, count), np.linspace(*ylim, count))
    heights = landscape(np.stack([x, y], axis=-1))
    ax.contour(x, y, heights, levels=levels, colors=PALETTE["loss"], linewidths=1, linestyles="-", alpha=0.6)
