"""How fast the heavy ball shrinks one component of a quadratic: everything depends on ηh and μ.

On ½ h θ² the rule θ ← θ − ηu, u ← μu + hθ is the recursion θₖ₊₁ = (1 + μ − ηh) θₖ − μ θₖ₋₁. Its characteristic roots
r solve r² − (1 + μ − ηh) r + μ = 0. Polyak, 1964.
"""

import numpy as np

from nnbook._checks import number

__all__ = ["best_settings", "critical_momentum", "regime", "spectral_radius"]


def spectral_radius(scaled_rate, momentum):
    """ρ, the larger |root|: the factor by which the error shrinks a step.

    scaled_rate: ηh ≥ 0; momentum: μ in [0, 1]; arrays broadcast.
    """
    b = 1 + np.asarray(momentum) - scaled_rate
    inside = b**2 - 4 * np.asarray(momentum)
    real = (np.abs(b) + np.sqrt(np.maximum(inside, 0))) / 2
    return np.where(inside < 0, np.sqrt(momentum), real)


def regime(scaled_rate, momentum):
    """What the error does: "overdamped" (creeps), "critically damped", "underdamped" (swings), "flips sides",
    "jumps to and fro" (for ever) or "diverges"."""
    inside = (1 + momentum - scaled_rate) ** 2 - 4 * momentum
    if scaled_rate == 0:
        return "does not move"
    if abs(scaled_rate - 2 * (1 + momentum)) < 1e-9:
        return "jumps to and fro"
    if scaled_rate > 2 * (1 + momentum):
        return "diverges"
    if abs(inside) < 1e-9:
        return "critically damped"
    if inside < 0:
        return "underdamped"
    return "overdamped" if scaled_rate < 1 + momentum else "flips sides"


def critical_momentum(kappa):
    """μ = ((√κ − 1) / (√κ + 1))², with which the best η makes flattest and steepest direction critically damped."""
    root = np.sqrt(number("critical_momentum", "kappa", kappa, 1))
    return float(((root - 1) / (root + 1)) ** 2)


def best_settings(h_min, h_max):
    """(η, μ) with the smallest ρ = √μ over all curvatures from h_min to h_max: η = (2 / (√h_max + √h_min))².

    Raises ValueError unless 0 < h_min ≤ h_max.
    """
    low = np.sqrt(number("best_settings", "h_min", h_min, 0, open_low=True))
    high = np.sqrt(number("best_settings", "h_max", h_max, h_min))
    return float((2 / (high + low)) ** 2), critical_momentum(h_max / h_min)
