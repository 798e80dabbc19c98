"""Numbers in explorers: the computed one nearest to what a slider says, and how a reader would write it."""

from __future__ import annotations

import numpy as np


def place(value, values) -> int:
    """Where among these positive values the one stands that is closest to `value` by ratio."""
    return int(np.abs(np.log(np.asarray(values, dtype=float) / value)).argmin())


def nearest(value, values):
    """The one of these positive values that is closest by ratio: between them nothing has been computed."""
    return values[place(value, values)]


def text(value) -> str:
    """A number with two or three significant digits, as one would write it."""
    return f"{value:.3g}".replace("-", "−")
