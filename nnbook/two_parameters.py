"""The losses of three models with two parameters, as landscapes: a line, a sigmoid neuron, two weights in a row."""

from dataclasses import dataclass

import numpy as np

from nnbook._checks import real_finite, same_shape
from nnbook.activations import sigmoid
from nnbook.landscapes import Landscape

__all__ = ["ChainLoss", "LineLoss", "NeuronLoss"]


@dataclass(frozen=True, eq=False)
class LineLoss(Landscape):
    """f(w, b) = (1/N) Σ (w xᵢ + b − yᵢ)², ∇f = (2/N) (Σ rᵢ xᵢ, Σ rᵢ) with r = w x + b − y; x and y of shape (N,).

    A quadratic, whose Hessian is (2/N) AᵀA with rows (xᵢ, 1) in A. Raises ValueError for shapes that differ, and
    LinAlgError for a single x, which many lines fit.
    """

    x: np.ndarray
    y: np.ndarray
    name = "line"
    start = (-1.5, 3.0)
    xlim, ylim = (-2.0, 5.0), (-3.0, 4.0)

    def __post_init__(self):
        same_shape("LineLoss", "x", "y", real_finite("LineLoss", "x", self.x), real_finite("LineLoss", "y", self.y))

    @property
    def hessian(self):
        """∂²f/∂(w, b)², the same everywhere, of shape (2, 2)."""
        rows = self._rows()
        return 2 / len(rows) * rows.T @ rows

    @property
    def minima(self):
        """The one solution of the normal equations AᵀA (w, b) = Aᵀy. Legendre, 1805; Gauss, 1809."""
        rows = self._rows()
        return (tuple(map(float, np.linalg.solve(rows.T @ rows, rows.T @ self.y))),)

    def _rows(self):
        return np.column_stack([self.x, np.ones(len(self.x))])

    def _value(self, theta):
        return (self._residual(theta) ** 2).mean(axis=-1)

    def _gradient(self, theta):
        r = self._residual(theta)
        return 2 * np.stack([(r * self.x).mean(axis=-1), r.mean(axis=-1)], axis=-1)

    def _residual(self, theta):
        return theta[..., :1] * self.x + theta[..., 1:] - self.y


class NeuronLoss(Landscape):
    """f(w, b) = (1/N) Σ (aᵢ − yᵢ)² with a = σ(w xᵢ + b), ∇f = (2/N) Σ (aᵢ − yᵢ) aᵢ (1 − aᵢ) (xᵢ, 1), on four examples.

    Far out the neuron answers 0 or 1 to every example, and the loss is a staircase of plateaus.
    """

    name = "neuron"
    xlim = ylim = (-4.0, 4.0)
    start = (-3.0, -3.0)
    minima = ((1.41051226, 0.0),)
    x = np.array([-3.0, -1.0, 1.0, 3.0])
    y = np.array([0.0, 0.2, 0.8, 1.0])

    def _value(self, theta):
        return ((self._output(theta) - self.y) ** 2).mean(axis=-1)

    def _gradient(self, theta):
        a = self._output(theta)
        slope = 2 * (a - self.y) * a * (1 - a)
        return np.stack([(slope * self.x).mean(axis=-1), slope.mean(axis=-1)], axis=-1)

    def _output(self, theta):
        return sigmoid(theta[..., :1] * self.x + theta[..., 1:])


class ChainLoss(Landscape):
    """f(w₁, w₂) = (w₁ w₂ − 1)², ∇f = 2 (w₁ w₂ − 1) (w₂, w₁): the network ŷ = w₁ w₂ x on the example x = y = 1.

    A saddle at 0, and a curve of minima, w₁ w₂ = 1. Baldi and Hornik, 1989, on linear networks of any size.
    """

    name = "chain"
    xlim = ylim = (-4.0, 4.0)
    start = (-1.6, 1.6)
    minima = tuple((sign * t, sign / t) for sign in (-1, 1) for t in (0.3, 0.5, 1.0, 2.0, 10 / 3))

    def _value(self, theta):
        return (theta.prod(axis=-1) - 1) ** 2

    def _gradient(self, theta):
        return 2 * (theta.prod(axis=-1, keepdims=True) - 1) * theta[..., ::-1]
