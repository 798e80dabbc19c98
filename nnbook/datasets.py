"""Datasets: examples in rows, each made from a numpy Generator `rng`, and real handwritten digits.

Points for classification come with whole labels (n,), curves and tables with targets (n, 1). Every function
raises ValueError for a size below 1 or a negative noise, TypeError for an rng that is no Generator.
"""

from importlib.resources import files

import numpy as np

from nnbook._checks import count, float_type, generator, number, real_finite

__all__ = [
    "HOUSE_COLUMNS",
    "blobs",
    "circles",
    "digits",
    "gate",
    "houses",
    "line",
    "moons",
    "polynomial",
    "spirals",
]

GATES = {"and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "nand": (1, 1, 1, 0), "xor": (0, 1, 1, 0)}
#: What the four columns of `houses` hold, with their units.
HOUSE_COLUMNS = ("living area in m²", "bedrooms", "age in years", "distance to the center in m")


def gate(name):
    """The truth table of "and", "or", "nand" or "xor": x (4, 2), with rows 00, 01, 10, 11, and y (4,), 0 or
    1."""
    if not isinstance(name, str) or name not in GATES:
        raise ValueError(f"gate: expected one of {', '.join(GATES)}, got {name!r:.40}; choose one of these")
    return np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array(GATES[name])


def line(rng, n=50, *, slope=2.0, intercept=-1.0, noise=0.3):
    """y = slope·x + intercept + noise·N(0, 1) for x from U(−2, 2): x (n, 1), y (n, 1)."""
    n, noise, rng = _checked("line", rng, n, noise)
    slope, intercept = number("line", "slope", slope), number("line", "intercept", intercept)
    return polynomial(rng, n, coefficients=(intercept, slope), noise=noise, width=2.0)


def polynomial(rng, n=50, *, coefficients=(0.0, 1.5, 0.0, -1.0), noise=0.1, width=1.5):
    """y = Σ cₖ xᵏ + noise·N(0, 1) for x from U(−width, width): x (n, 1), y (n, 1)."""
    n, noise, rng = _checked("polynomial", rng, n, noise)
    width = number("polynomial", "width", width, 0, open_low=True)
    if not isinstance(coefficients, (tuple, list)) or len(coefficients) == 0:
        raise TypeError(
            f"polynomial: expected a tuple of coefficients, got {coefficients!r:.40}; pass the constant's first"
        )
    coefficients = [number("polynomial", "every coefficient", c) for c in coefficients]
    x = rng.uniform(-width, width, (n, 1))
    return x, sum(c * x**k for k, c in enumerate(coefficients)) + noise * rng.standard_normal((n, 1))


def moons(rng, n=200, *, noise=0.1):
    """Two half circles of radius 1 that reach into one another: x (n, 2), y (n,) of 0 and 1."""
    n, noise, rng = _checked("moons", rng, n, noise)
    y = np.arange(n) % 2
    angle = np.pi * rng.random(n)
    upper, lower = (
        np.stack([np.cos(angle), np.sin(angle)], 1),
        np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], 1),
    )
    return np.where(y[:, None] == 0, upper, lower) + noise * rng.standard_normal((n, 2)), y


def circles(rng, n=200, *, noise=0.1, inner=0.5):
    """A circle of radius 1 (class 0) around one of radius `inner` (class 1): x (n, 2), y (n,)."""
    n, noise, rng = _checked("circles", rng, n, noise)
    inner = number("circles", "inner", inner, 0, 1)
    y = np.arange(n) % 2
    angle = 2 * np.pi * rng.random(n)
    radius = np.where(y == 0, 1.0, inner)
    return radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1) + noise * rng.standard_normal((n, 2)), y


def spirals(rng, n=200, *, noise=0.05, classes=2, turns=1.0):
    """Spiral arms of radius 0 to 1, one for each class: x (n, 2), y (n,) of 0 … classes − 1."""
    n, noise, rng = _checked("spirals", rng, n, noise)
    classes, turns = count("spirals", "classes", classes), number("spirals", "turns", turns, 0)
    y = np.arange(n) % classes
    radius = np.sqrt(rng.random(n))
    angle = 2 * np.pi * (turns * radius + y / classes)
    return radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1) + noise * rng.standard_normal((n, 2)), y


def blobs(rng, n=200, *, centers=((-1.0, -1.0), (1.0, 1.0)), noise=0.5):
    """Round clouds of standard deviation `noise` around the centers, one for each class: x (n, 2), y (n,)."""
    n, noise, rng = _checked("blobs", rng, n, noise)
    centers = real_finite("blobs", "centers", centers).astype(float)
    if centers.ndim != 2 or len(centers) == 0:
        raise ValueError(
            f"blobs: expected centers of shape (classes, dimensions), got {centers.shape}; put each center in a row"
        )
    y = np.arange(n) % len(centers)
    return centers[y] + noise * rng.standard_normal((n, centers.shape[1])), y


def houses(rng, n=200, *, noise=20_000.0):
    """Invented houses on wild scales: x (n, 4) with the columns HOUSE_COLUMNS, y (n, 1) the price in euros.

    price = 3000·area + 10,000·bedrooms − 800·age − 15·distance + noise·N(0, 1); bedrooms go with area.
    """
    n, noise, rng = _checked("houses", rng, n, noise)
    area = rng.normal(110, 30, n).clip(30, 300)
    bedrooms = np.round(area / 30 + rng.normal(0, 0.7, n)).clip(1, 9)
    age, distance = rng.uniform(0, 100, n), rng.gamma(2, 2500, n)
    x = np.stack([area, bedrooms, age, distance], axis=1)
    return x, x @ [[3000.0], [10_000.0], [-800.0], [-15.0]] + noise * rng.standard_normal((n, 1))


def digits(part, *, dtype=np.float64):
    """Real handwritten digits: images (n, 784) in [0, 1], row by row from the top, and labels (n,) of 0 … 9.

    part: "train" (8,000), "validation" (2,000, from the official training file too) or "test" (2,000, from
    the official test file). Any prefix is evenly spread over the classes. LeCun, Cortes and Burges, 1998
    (MNIST).
    """
    rows = {
        "train": ("train", slice(0, 8000)),
        "validation": ("train", slice(8000, None)),
        "test": ("test", slice(None)),
    }
    if not isinstance(part, str) or part not in rows:
        raise ValueError(f"digits: expected one of {', '.join(rows)}, got {part!r:.40}; choose one of these")
    dtype = float_type("digits", dtype)
    stem, chosen = rows[part]
    with (
        (files("nnbook") / "data" / "digits.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as stored,
    ):
        images, labels = stored[f"{stem}_images"][chosen], stored[f"{stem}_labels"][chosen]
    return images.astype(dtype) / dtype.type(255), labels.astype(np.int64)


def _checked(operation, rng, n, noise):
    return count(operation, "n", n), number(operation, "noise", noise, 0), generator(operation, rng)
