"""Initializers: (rng, shape) → an array of starting weights.

A shape ends in (fan_in, fan_out); axes before these are independent networks. Biases start at zero. Every
initializer takes `dtype`, draws in float64 and rounds, so that a float32 network is the float64 one of the
same seed. Each but zeros raises TypeError for an rng that is no Generator, and those
that are named after people ValueError for a shape without fans, normal and uniform for a negative scale.
"""

import numpy as np

from nnbook._checks import count, float_type, generator, number

__all__ = [
    "kaiming_normal",
    "kaiming_uniform",
    "lecun_normal",
    "lecun_uniform",
    "normal",
    "uniform",
    "xavier_normal",
    "xavier_uniform",
    "zeros",
]


def zeros(rng, shape, *, dtype=np.float64):
    """W = 0: right for biases; units that start equal stay equal, so wrong for weights. `rng` is not used."""
    return np.zeros(_shape("zeros", shape), float_type("zeros", dtype))


def normal(rng, shape, *, std=1.0, dtype=np.float64):
    """W ~ N(0, std²)."""
    std = number("normal", "std", std, 0)
    return (generator("normal", rng).standard_normal(_shape("normal", shape)) * std).astype(float_type("normal", dtype))


def uniform(rng, shape, *, bound=1.0, dtype=np.float64):
    """W ~ U(−bound, bound), whose variance is bound²/3."""
    bound = number("uniform", "bound", bound, 0)
    return (
        generator("uniform", rng).uniform(-bound, bound, _shape("uniform", shape)).astype(float_type("uniform", dtype))
    )


def lecun_normal(rng, shape, *, dtype=np.float64):
    """W ~ N(0, 1/fan_in): a linear layer hands on the variance of its input. LeCun, Bottou, Orr and Müller,
    1998."""
    fan_in, _ = _fans("lecun_normal", rng, shape)
    return normal(rng, shape, std=np.sqrt(1 / fan_in), dtype=dtype)


def lecun_uniform(rng, shape, *, dtype=np.float64):
    """W ~ U(−√(3/fan_in), √(3/fan_in)), of variance 1/fan_in. LeCun, Bottou, Orr and Müller, 1998."""
    fan_in, _ = _fans("lecun_uniform", rng, shape)
    return uniform(rng, shape, bound=np.sqrt(3 / fan_in), dtype=dtype)


def xavier_normal(rng, shape, *, dtype=np.float64):
    """W ~ N(0, 2/(fan_in + fan_out)): between what forward and backward ask for. Glorot and Bengio, 2010."""
    return normal(rng, shape, std=np.sqrt(2 / sum(_fans("xavier_normal", rng, shape))), dtype=dtype)


def xavier_uniform(rng, shape, *, dtype=np.float64):
    """W ~ U(−a, a), a = √(6/(fan_in + fan_out)). Glorot and Bengio, 2010."""
    return uniform(rng, shape, bound=np.sqrt(6 / sum(_fans("xavier_uniform", rng, shape))), dtype=dtype)


def kaiming_normal(rng, shape, *, slope=0.0, dtype=np.float64):
    """W ~ N(0, 2/((1 + α²) fan_in)): makes up for the half that ReLU cuts away. He, Zhang, Ren and Sun, 2015.

    slope: α of a leaky ReLU, 0 for ReLU.
    """
    fan_in, _ = _fans("kaiming_normal", rng, shape)
    slope = number("kaiming_normal", "slope", slope)
    return normal(rng, shape, std=np.sqrt(2 / ((1 + slope**2) * fan_in)), dtype=dtype)


def kaiming_uniform(rng, shape, *, slope=0.0, dtype=np.float64):
    """W ~ U(−a, a), a = √(6/((1 + α²) fan_in)). He, Zhang, Ren and Sun, 2015. slope: α, 0 for ReLU."""
    fan_in, _ = _fans("kaiming_uniform", rng, shape)
    slope = number("kaiming_uniform", "slope", slope)
    return uniform(rng, shape, bound=np.sqrt(6 / ((1 + slope**2) * fan_in)), dtype=dtype)


def _shape(operation, shape):
    sizes = shape if isinstance(shape, (tuple, list)) else (shape,)
    return tuple(count(operation, "every size in the shape", n) for n in sizes)


def _fans(operation, rng, shape):
    generator(operation, rng)
    sizes = _shape(operation, shape)
    if len(sizes) < 2:
        raise ValueError(
            f"{operation}: expected a shape that ends in (fan_in, fan_out), got {sizes}; "
            "use zeros, normal or uniform for a bias"
        )
    return sizes[-2:]
