"""Digits turned back into strokes, so that a program can draw them: thinned to a line, the line followed by a pen."""

import numpy as np

from nnbook.drawing import FIELD, GRID, PEN, preprocess, rasterize

__all__ = ["redraw", "strokes", "thin"]

# The eight neighbors of a pixel, clockwise from the one above: P2 … P9 of the paper.
AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))


def thin(shapes):
    """Shapes (n, rows, columns) of True and False, worn down from all sides to lines one pixel wide.

    Zhang and Suen, "A fast parallel algorithm for thinning digital patterns", 1984.
    """
    line = np.pad(np.asarray(shapes, bool), ((0, 0), (1, 1), (1, 1)))
    while True:
        before = line.copy()
        for first, second in (((0, 2, 4), (2, 4, 6)), ((0, 2, 6), (0, 4, 6))):
            p = [np.roll(line, (-dy, -dx), axis=(1, 2)) for dy, dx in AROUND]
            count = sum(q.astype(np.uint8) for q in p)
            turns = sum((~p[k] & p[(k + 1) % 8]).astype(np.uint8) for k in range(8))
            keeps = ~((p[first[0]] & p[first[1]] & p[first[2]]) | (p[second[0]] & p[second[1]] & p[second[2]]))
            line &= ~((count >= 2) & (count <= 6) & (turns == 1) & keeps)
        if np.array_equal(line, before):
            return line[:, 1:-1, 1:-1]


def strokes(image, *, ink=0.4, smooth=2):
    """The strokes of a digit (784,) as segments (2, 2) on the canvas, between neighbors on its thinned line.

    ink: how dark a pixel must be to belong to the digit. smooth: how often each point is moved to the mean of itself
    and its neighbors, which takes the steps of the pixels out of the line.
    """
    (line,) = thin(np.reshape(image, (1, FIELD, FIELD)) > ink)
    pixels = np.argwhere(line)
    away = np.abs(pixels[:, None] - pixels[None]).max(axis=2)
    near = (away <= 1).astype(float)
    ends = near.sum(axis=1, keepdims=True) == 2  # itself and one neighbor: an end stays where it is
    points = pixels[:, ::-1] + 0.5
    for _ in range(smooth):
        points = np.where(ends, points, near @ points / near.sum(axis=1, keepdims=True))
    points = points * (GRID / FIELD)
    pairs = np.argwhere(np.triu(away == 1))
    return [points[pair] for pair in pairs] or [points[:1]] * len(points[:1])


def redraw(image, *, radius=PEN, turn=0.0, slant=0.0):
    """The digit (784,) as it comes back from the canvas when a pen follows its strokes: (784,) gray levels.

    radius: of the pen, in squares. turn: an angle in degrees, clockwise; slant: shift to the right for each unit up.
    """
    angle, middle = np.deg2rad(turn), GRID / 2
    rotate = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    shear = np.array([[1.0, 0.0], [-slant, 1.0]])
    return preprocess(rasterize([(s - middle) @ rotate @ shear + middle for s in strokes(image)], radius))
