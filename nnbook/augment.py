"""Data augmentation for images in rows: new examples with the same label, made by moving old ones."""

import numpy as np

from nnbook._checks import count, generator, real_finite, shape_text

__all__ = ["random_shifts", "shift"]


def shift(images, right=0, down=0):
    """The images (n, side²) moved by whole pixels, negative ones to the left or up; what comes in is 0.

    Raises ValueError unless each row is a square image.
    """
    pictures = _pictures("shift", images)
    right, down = count("shift", "right", right, -np.inf), count("shift", "down", down, -np.inf)
    side = pictures.shape[-1]
    reach = min(side, max(abs(right), abs(down)))
    padded = np.pad(pictures, ((0, 0), (reach, reach), (reach, reach)))
    top, left = reach - np.clip(down, -side, side), reach - np.clip(right, -side, side)
    return padded[:, top : top + side, left : left + side].reshape(len(pictures), side * side)


def random_shifts(rng, images, most=1):
    """Each image moved by its own number of pixels from −most to most, right and down alike; the same shape.

    Raises ValueError unless each row is a square image, TypeError for an rng that is no Generator.
    """
    images = _pictures("random_shifts", images).reshape(len(images), -1)
    most = count("random_shifts", "most", most)
    right, down = generator("random_shifts", rng).integers(-most, most + 1, (2, len(images)))
    moved = np.empty_like(images)
    for d in range(-most, most + 1):
        for r in range(-most, most + 1):
            chosen = (right == r) & (down == d)
            moved[chosen] = shift(images[chosen], r, d)
    return moved


def _pictures(operation, images):
    images = real_finite(operation, "images", images)
    side = round(images.shape[-1] ** 0.5) if images.ndim == 2 else 0
    if images.ndim != 2 or side * side != images.shape[1]:
        raise ValueError(
            f"{operation}: expected images of shape (n, side²), got {shape_text(images)}; "
            "put each square image in a row"
        )
    return images.reshape(-1, side, side)
