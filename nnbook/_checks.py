"""What every public operation asks of its arguments, and the one sentence it answers with when it is not
met."""

from numbers import Integral, Real

import numpy as np

__all__ = [
    "float_type",
    "as_array",
    "count",
    "fraction",
    "generator",
    "number",
    "plain_fields",
    "real",
    "real_finite",
    "same_shape",
    "shape_text",
]


def real(operation, name, value):
    """`value` as an array of float32 or float64; integers and booleans become float64.

    Raises TypeError for anything that isn't numbers, ValueError for NaN.
    """
    array = as_array(operation, name, value)
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"{operation}: expected {name} of real numbers, got dtype {array.dtype}; pass float64 or float32 numbers"
        )
    if array.dtype not in (np.float32, np.float64):
        array = array.astype(np.float64)
    if array.size and np.isnan(array.min()):  # NaN anywhere is the minimum; no array of flags is made
        raise ValueError(
            f"{operation}: expected {name} without NaN, got {np.isnan(array).sum()} NaN "
            f"among {array.size} values; remove or replace them first"
        )
    return array


def real_finite(operation, name, value):
    """As `real`, and no infinity either."""
    array = real(operation, name, value)
    if array.size and not (np.isfinite(array.min()) and np.isfinite(array.max())):  # no array of flags here either
        raise ValueError(
            f"{operation}: expected finite {name}, got {np.isinf(array).sum()} infinite "
            f"among {array.size} values; check what was computed before"
        )
    return array


def as_array(operation, name, value):
    """`value` as an array of any dtype; raises TypeError for ragged lists and the like."""
    try:
        return np.asarray(value)
    except (ValueError, TypeError, RuntimeError) as error:
        raise TypeError(
            f"{operation}: expected {name} as an array of numbers, got {type(value).__name__} "
            "that doesn't form one; give every row the same length"
        ) from error


def same_shape(operation, first, second, a, b):
    """Refuses two arrays of different shapes, which numpy would broadcast, and empty ones."""
    if a.shape != b.shape:
        advice = f"use {second}[:, None]" if b.ndim == 1 and a.shape == (*b.shape, 1) else "give both the same shape"
        raise ValueError(
            f"{operation}: expected {second} of the shape of {first}, {shape_text(a)}, got {shape_text(b)}; {advice}"
        )
    if a.size == 0:
        raise ValueError(
            f"{operation}: expected at least one example, got an empty {first} of shape "
            f"{shape_text(a)}; pass a batch of one or more"
        )


def shape_text(array):
    """`(32, 784)`, as messages write a shape."""
    return str(tuple(int(n) for n in np.shape(array)))


def number(operation, name, value, low=-np.inf, high=np.inf, *, open_low=False, open_high=False):
    """`value` as a finite float between `low` and `high`; open ends exclude the bound itself."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(
            f"{operation}: expected {name} to be a number, got {type(value).__name__}; pass an int or a float"
        )
    below = value <= low if open_low else value < low
    above = value >= high if open_high else value > high
    if below or above or not np.isfinite(value):
        raise ValueError(
            f"{operation}: expected {name} {_interval(low, high, open_low, open_high)}, "
            f"got {float(value):g}; choose a value in that range"
        )
    return float(value)


def plain_fields(thing):
    """Make Python numbers of a frozen dataclass's numpy scalars, which would turn float32 arrays into float64."""
    for name, value in vars(thing).items():
        if isinstance(value, np.generic):
            object.__setattr__(thing, name, value.item())


def _interval(low, high, open_low, open_high):
    if low == -np.inf and high == np.inf:
        return "to be finite"
    if high == np.inf:
        return f"above {low:g}" if open_low else f"of at least {low:g}"
    return f"in {'(' if open_low else '['}{low:g}, {high:g}{')' if open_high else ']'}"


def fraction(operation, name, value):
    """`value` as a float in [0, 1)."""
    return number(operation, name, value, 0, 1, open_high=True)


def count(operation, name, value, minimum=1):
    """`value` as an int of at least `minimum`."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral):
        raise TypeError(f"{operation}: expected {name} to be a whole number, got {value!r:.40}; pass an int")
    if value < minimum:
        raise ValueError(f"{operation}: expected {name} of at least {minimum}, got {value}; choose a larger one")
    return int(value)


def generator(operation, rng):
    """`rng`, when it is a numpy Generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"{operation}: expected rng to be a numpy Generator, got {type(rng).__name__}; "
            "pass np.random.default_rng(seed)"
        )
    return rng


def float_type(operation, dtype):
    """`dtype` as a numpy dtype, when it is float64 or float32."""
    try:
        found = np.dtype(dtype)
    except TypeError:
        found = dtype
    if found not in (np.dtype(np.float64), np.dtype(np.float32)):
        raise TypeError(f"{operation}: expected dtype float64 or float32, got {found!r:.40}; choose one of the two")
    return found
