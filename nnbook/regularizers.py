"""Regularizers: a penalty on parameters, with its gradient. `train` applies them to weights, not to biases.

Each raises ValueError for a negative strength, TypeError and ValueError for parameters that aren't real
numbers or NaN.
"""

from dataclasses import dataclass

import numpy as np

from nnbook._checks import number, plain_fields, real

__all__ = ["L1", "L2", "Regularizer"]


@dataclass(frozen=True)
class Regularizer:
    """A penalty λ·size(w); strength is λ ≥ 0."""

    strength: float

    def __post_init__(self):
        number(type(self).__name__, "strength", self.strength, 0)
        plain_fields(self)

    def __call__(self, param):
        """The penalty: a scalar of param's dtype."""
        return self._value(real(type(self).__name__, "param", param))

    def gradient(self, param):
        """∂penalty/∂param, of param's shape."""
        return self._gradient(real(type(self).__name__, "param", param))


class L1(Regularizer):
    """λ Σ |w|, gradient λ sign(w), 0 at the kink: drives weights to zero. Tibshirani, 1996."""

    def _value(self, param):
        return self.strength * np.sum(np.abs(param))

    def _gradient(self, param):
        return self.strength * np.sign(param)


class L2(Regularizer):
    """(λ/2) Σ w², gradient λ w: shrinks weights in proportion. Hoerl and Kennard, 1970."""

    def _value(self, param):
        return self.strength / 2 * np.sum(param**2)

    def _gradient(self, param):
        return self.strength * param
