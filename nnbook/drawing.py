"""From a drawing to what a network of digits reads: strokes on a canvas, ink in squares, 28 × 28 gray levels.

The page's script `static/draw-digit.js` does the same in the same order; a test compares the two.
"""

import numpy as np

from nnbook._checks import real_finite, shape_text

__all__ = ["BOX", "FIELD", "GRID", "PEN", "enlarge", "preprocess", "rasterize"]

FIELD = 28  # pixels a side of what the network reads
BOX = 20  # pixels a side of the box that the digit fills
GRID = 140  # squares a side of the canvas: five for each pixel of the field
PEN = 6.0  # radius of the pen, in squares


def rasterize(strokes, radius=PEN):
    """Ink (GRID, GRID) in [0, 1] where a round pen of this radius went along the strokes; row 0 is at the top.

    strokes: a list of arrays (points, 2), x to the right and y down, in squares from the upper left corner. A
    square is inked by how far its center lies inside the edge of the pen: clip(radius + ½ − distance, 0, 1).
    Raises ValueError for a stroke of another shape.
    """
    ink = np.zeros((GRID, GRID))
    for stroke in strokes:
        points = real_finite("rasterize", "stroke", stroke)
        if points.ndim != 2 or points.shape[1] != 2:
            raise ValueError(
                f"rasterize: expected strokes of shape (points, 2), got {shape_text(points)}; give x and y"
            )
        for start, stop in zip(points, points[1:] if len(points) > 1 else points, strict=False):
            _draw_segment(ink, start, stop, radius)
    return ink


def preprocess(ink):
    """What MNIST's makers did to every digit: (784,) gray levels in [0, 1] from ink (n, n) on a canvas.

    The smallest square around the ink, from its upper left corner, is scaled to 20 × 20 by averaging over areas, and
    that is placed in the 28 × 28 field so that its center of mass is at the middle, to a whole pixel. A canvas
    without ink gives zeros. LeCun, Bottou, Bengio and Haffner, 1998. Raises ValueError unless ink is square.
    """
    ink = real_finite("preprocess", "ink", ink)
    if ink.ndim != 2 or ink.shape[0] != ink.shape[1]:
        raise ValueError(f"preprocess: expected ink of shape (n, n), got {shape_text(ink)}; pass a square canvas")
    field = np.zeros((FIELD, FIELD))
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return field.ravel()
    side = max(np.ptp(rows), np.ptp(columns)) + 1
    small = _shares(rows[0], side, len(ink)) @ ink @ _shares(columns[0], side, len(ink)).T
    top, left = (_shift(small.sum(axis=axis)) for axis in (1, 0))
    height, width = (slice(max(0, place), min(FIELD, place + BOX)) for place in (top, left))
    field[height, width] = small[
        height.start - top : height.stop - top, width.start - left : width.stop - left
    ]  # what would lie outside the field is blank
    return field.ravel()


def enlarge(image):
    """A digit (784,) on the canvas: ink (GRID, GRID), every pixel a block of squares. `preprocess` undoes it."""
    times = GRID // FIELD
    return np.kron(np.reshape(image, (FIELD, FIELD)), np.ones((times, times)))


def _draw_segment(ink, start, stop, radius):
    """Ink the squares near a segment; where strokes cross, the darker one counts."""
    reach = radius + 1
    low = np.clip(np.floor(np.minimum(start, stop) - reach), 0, GRID).astype(int)
    high = np.clip(np.ceil(np.maximum(start, stop) + reach), 0, GRID).astype(int)
    x, y = np.arange(low[0], high[0]) + 0.5, np.arange(low[1], high[1])[:, None] + 0.5
    (x0, y0), (dx, dy) = start, stop - start
    length2 = dx * dx + dy * dy
    along = np.clip(((x - x0) * dx + (y - y0) * dy) / length2, 0, 1) if length2 else 0.0
    off_x, off_y = x - x0 - along * dx, y - y0 - along * dy
    distance = np.sqrt(off_x * off_x + off_y * off_y)
    window = ink[low[1] : high[1], low[0] : high[0]]
    np.maximum(window, np.clip(radius + 0.5 - distance, 0, 1), out=window)


def _shares(start, side, count):
    """(BOX, count): which share of each small pixel each square fills, along one axis."""
    edges = start + np.arange(BOX + 1) * side / BOX
    squares = np.arange(count)
    covered = np.minimum(edges[1:, None], squares + 1) - np.maximum(edges[:-1, None], squares)
    return np.maximum(covered, 0) * BOX / side


def _shift(profile):
    """Where the box begins so that the center of mass of a profile falls on the middle pixel of the field."""
    center = profile @ np.arange(BOX) / profile.sum()
    # A tie is rounded up, also when the sum was taken in another order and came out a hair smaller.
    return FIELD // 2 - int(np.floor(center + 0.5 + 1e-9))
