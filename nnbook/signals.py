"""Signals through deep networks at their start: how large they are layer by layer, forward and backward.

A scheme is known by n·Var(w), the variance of a weight times the units n that feed the layer: 1 for LeCun's, 2 for
Kaiming's. Mean squares are taken over units and examples, and biases are zero.
"""

from typing import NamedTuple

import numpy as np

from nnbook._checks import count, generator, number

__all__ = ["Signals", "layer_factors", "mean_squares", "normalize", "propagate", "stationary"]

GRID = np.linspace(-10, 10, 20_001)
DENSITY = np.exp(-(GRID**2) / 2) / np.exp(-(GRID**2) / 2).sum()


class Signals(NamedTuple):
    """Root mean squares by layer, each of shape (runs, layers), and the share of units that are 0 on all examples.

    a: activations; differences: what is left of them when each unit's mean over the examples is taken away;
    z: pre-activations; gradient: ∂L/∂z.
    """

    a: np.ndarray
    differences: np.ndarray
    z: np.ndarray
    dead: np.ndarray
    gradient: np.ndarray


def mean_squares(activation, q):
    """(E φ(z)², E φ′(z)²) for z ~ N(0, q): what an activation leaves of a signal, and of a gradient."""
    z = np.sqrt(number("mean_squares", "q", q, 0)) * GRID
    return float(DENSITY @ activation(z) ** 2), float(DENSITY @ activation.derivative(z) ** 2)


def layer_factors(activation, n_var, q):
    """(q′/q, χ): by what one layer with n·Var(w) = n_var multiplies the mean squares of z forward and of ∂L/∂z back.

    q′ = n·Var(w) · E φ(z)² and χ = n·Var(w) · E φ′(z)² with z ~ N(0, q), for wide layers of equal width. Poole et al.,
    2016; Schoenholz et al., 2017.
    """
    forward, back = mean_squares(activation, q)
    return n_var * forward / q, n_var * back


def stationary(activation, n_var, layers=200):
    """The mean square of z after so many wide layers, from 1 at the first; 0 or inf beyond the range of floats."""
    q = 1.0
    for _ in range(layers):
        q = n_var * mean_squares(activation, q)[0]
        if not 1e-300 < q < 1e300:
            return 0.0 if q < 1 else np.inf
    return q


def propagate(activation, widths, std, rng, *, runs=1, batch=32, batch_norm=False):
    """Signals of `runs` random networks on N(0, 1) inputs, and on an N(0, 1) gradient at the last activations.

    widths: inputs, then every layer. std: (fan_in, fan_out) → standard deviation of the weights, as numbers.
    batch_norm: z is normalized over the batch before φ. A unit is dead if its activation is 0 on the whole batch.

    Raises ValueError for fewer than two widths.
    """
    rng, runs, batch = generator("propagate", rng), count("propagate", "runs", runs), count("propagate", "batch", batch)
    if len(widths) < 2:
        raise ValueError(f"propagate: expected widths of the input and of one layer or more, got {tuple(widths)}")
    a = rng.standard_normal((runs, batch, widths[0]))
    tape, sizes = [], []
    for fan_in, fan_out in zip(widths, widths[1:], strict=False):
        W = rng.standard_normal((runs, fan_in, fan_out)) * std(fan_in, fan_out)
        z = a @ W
        z, scale = normalize(z) if batch_norm else (z, None)
        a = activation(z)
        tape.append((W, z, scale))
        differences = rms(a - a.mean(axis=1, keepdims=True))
        sizes.append((rms(a), differences, rms(z), (a == 0).all(axis=1).mean(axis=1)))
    gradients, g = [], rng.standard_normal(a.shape)
    for W, z, scale in reversed(tape):
        g = g * activation.derivative(z)
        g = g if scale is None else normalize_back(g, z, scale)
        gradients.append(rms(g))
        g = g @ W.swapaxes(1, 2)
    forward = np.moveaxis(np.array(sizes), 0, -1)
    return Signals(*forward, np.stack(gradients[::-1], axis=-1))


def normalize(z, epsilon=1e-12):
    """(z − mean) / √(variance + ε) over the batch, (runs, batch, units), and the factor 1/√… of each unit."""
    scale = 1 / np.sqrt(z.var(axis=1, keepdims=True) + epsilon)
    return (z - z.mean(axis=1, keepdims=True)) * scale, scale


def normalize_back(g, normalized, scale):
    """The gradient at what was normalized: the mean and the spread of the batch depend on every example."""
    g = g - g.mean(axis=1, keepdims=True) - normalized * (g * normalized).mean(axis=1, keepdims=True)
    return g * scale


def rms(signal):
    """√ of the mean square over batch and units, one for each run."""
    return np.sqrt(np.mean(signal**2, axis=(1, 2)))
