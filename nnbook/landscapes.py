"""Landscapes: functions of θ with exact gradients, to walk down.

A landscape takes θ of shape (..., n) and returns the leading shape, so a grid of points is evaluated at once;
its gradient has the shape of θ. `minima` are its local minima, a lowest one first, `start` a telling place to begin,
`xlim` and `ylim` the window worth drawing. Each raises ValueError for a last axis of the wrong size or NaN, TypeError
for no real numbers.
"""

from dataclasses import dataclass

import numpy as np

from nnbook._checks import as_array, number, plain_fields, real, real_finite, shape_text
from nnbook.layers import Sequential
from nnbook.losses import Loss

__all__ = [
    "Banana",
    "Basins",
    "DoubleWell",
    "Landscape",
    "Objective",
    "Quadratic",
    "Ravine",
    "Saddle",
    "Turned",
    "banana",
    "basins",
    "bowl",
    "double_well",
    "objective",
    "parabola",
    "ravine",
    "saddle",
]


@dataclass(frozen=True)
class Landscape:
    """A value with its gradient; a subclass gives `_value` and `_gradient` of a checked θ."""

    name = "landscape"
    dimensions = 2
    start = (1.0, 1.0)
    xlim = ylim = (-2.0, 2.0)
    minima = ()

    def __call__(self, theta):
        """f(θ), of shape θ.shape[:-1]."""
        return self._value(self._checked(theta))

    def gradient(self, theta):
        """∇f(θ), of the shape of θ."""
        return self._gradient(self._checked(theta))

    @property
    def minimum(self):
        """The lowest point (the first, where several are as low), or None if no point is lower than all around it."""
        return self.minima[0] if self.minima else None

    def _checked(self, theta):
        theta = real(self.name, "theta", theta)
        if theta.ndim == 0 or theta.shape[-1] != self.dimensions:
            raise ValueError(
                f"{self.name}: expected theta of shape (..., {self.dimensions}), got "
                f"{shape_text(theta)}; put the coordinates last"
            )
        return theta


@dataclass(frozen=True)
class Quadratic(Landscape):
    """f(θ) = ½ Σ hᵢ θᵢ², ∇f = h ∘ θ; the curvatures h are the eigenvalues of its Hessian, of either sign."""

    curvatures: tuple = (1.0, 1.0)
    name = "quadratic"

    def __post_init__(self):
        if not isinstance(self.curvatures, (tuple, list)) or len(self.curvatures) == 0:
            raise TypeError(
                f"Quadratic: expected a tuple of curvatures, got {self.curvatures!r:.40}; pass one for each dimension"
            )
        for h in self.curvatures:
            number("Quadratic", "every curvature", h)

    @property
    def dimensions(self):
        """How many numbers a point has: one for each curvature."""
        return len(self.curvatures)

    @property
    def start(self):
        """The point (1, …, 1)."""
        return (1.0,) * self.dimensions

    @property
    def minima(self):
        """The origin, if every curvature is positive."""
        return ((0.0,) * self.dimensions,) if min(self.curvatures) > 0 else ()

    def _value(self, theta):
        return 0.5 * (np.asarray(self.curvatures, theta.dtype) * theta**2).sum(axis=-1)

    def _gradient(self, theta):
        return np.asarray(self.curvatures, theta.dtype) * theta


@dataclass(frozen=True)
class Ravine(Landscape):
    """f(θ) = ½ (θ₁² + κ θ₂²), ∇f = (θ₁, κ θ₂): curvatures 1 and κ, so κ is the condition number; κ > 0."""

    kappa: float = 20.0
    name = "ravine"
    minima = ((0.0, 0.0),)

    def __post_init__(self):
        number("Ravine", "kappa", self.kappa, 0, open_low=True)
        plain_fields(self)

    def _value(self, theta):
        x, y = theta[..., 0], theta[..., 1]
        return 0.5 * (x**2 + self.kappa * y**2)

    def _gradient(self, theta):
        x, y = theta[..., 0], theta[..., 1]
        return np.stack([x, self.kappa * y], axis=-1)


@dataclass(frozen=True)
class Banana(Landscape):
    """f(x, y) = (1 − x)² + c (y − x²)², ∇f = (−2 (1 − x) − 4 c x (y − x²), 2 c (y − x²)), with the steepness
    c = 100 of Rosenbrock, 1960; c > 0."""

    steepness: float = 100.0
    name = "banana"
    start = (-1.2, 1.0)
    xlim, ylim = (-2.0, 2.0), (-1.0, 3.0)
    minima = ((1.0, 1.0),)

    def __post_init__(self):
        number("Banana", "steepness", self.steepness, 0, open_low=True)
        plain_fields(self)

    def _value(self, theta):
        x, y = theta[..., 0], theta[..., 1]
        return (1 - x) ** 2 + self.steepness * (y - x**2) ** 2

    def _gradient(self, theta):
        x, y = theta[..., 0], theta[..., 1]
        return np.stack([-2 * (1 - x) - 4 * self.steepness * x * (y - x**2), 2 * self.steepness * (y - x**2)], axis=-1)


class Saddle(Landscape):
    """f(x, y) = ½ (x² − y²) + ¼ y⁴, ∇f = (x, y³ − y): a saddle at 0 between two minima at (0, ±1), of height
    −¼."""

    name = "saddle"
    start = (1.5, 0.001)
    minima = ((0.0, 1.0), (0.0, -1.0))

    def _value(self, theta):
        x, y = theta[..., 0], theta[..., 1]
        return 0.5 * (x**2 - y**2) + 0.25 * y**4

    def _gradient(self, theta):
        x, y = theta[..., 0], theta[..., 1]
        return np.stack([x, y**3 - y], axis=-1)


class DoubleWell(Landscape):
    """f(θ) = ¼ (θ² − 1)² + ⅒ θ in one dimension, f′ = θ³ − θ + ⅒: a deep well near −1 and a shallow one near
    1."""

    name = "double well"
    dimensions = 1
    start = (1.6,)
    # The roots of θ³ − θ + 1/10, by the cosine formula of the cubic.
    minima = tuple(
        (2 / np.sqrt(3) * float(np.cos((np.arccos(-0.15 * np.sqrt(3)) + turn) / 3)),) for turn in (2 * np.pi, 0)
    )
    ylim = (-0.3, 2.0)

    def _value(self, theta):
        return (0.25 * (theta**2 - 1) ** 2 + 0.1 * theta)[..., 0]

    def _gradient(self, theta):
        return theta**3 - theta + 0.1


class Basins(Landscape):
    """f(θ) = ½ Σ (θᵢ⁴ − 16 θᵢ² + 5 θᵢ), ∇f = 2 θ³ − 16 θ + 5/2: four basins of three depths. Styblinski and
    Tang, 1990."""

    name = "basins"
    start = (0.5, 0.5)
    xlim = ylim = (-4.0, 4.0)
    # Each coordinate's lower root and its other one, from 2 θ³ − 16 θ + 5/2 = 0.
    minima = tuple((a, b) for a in (-2.9035340278, 2.7468027709) for b in (-2.9035340278, 2.7468027709))

    def _value(self, theta):
        return 0.5 * (theta**4 - 16 * theta**2 + 5 * theta).sum(axis=-1)

    def _gradient(self, theta):
        return 2 * theta**3 - 16 * theta + 2.5


#: f(x, y) = x² + y², a `Quadratic`: round, so that steepest descent walks straight to its minimum.
bowl = Quadratic((2.0, 2.0))
#: f(θ) = θ² in one dimension, a `Quadratic`.
parabola = Quadratic((2.0,))
#: f(θ) = ½ (θ₁² + 20 θ₂²), a `Ravine` of condition number 20.
ravine = Ravine()
#: f(x, y) = (1 − x)² + 100 (y − x²)², Rosenbrock's `Banana`.
banana = Banana()
#: f(x, y) = ½ (x² − y²) + ¼ y⁴: the `Saddle`.
saddle = Saddle()
#: f(θ) = ¼ (θ² − 1)² + ⅒ θ: the `DoubleWell`.
double_well = DoubleWell()
#: f(θ) = ½ Σ (θᵢ⁴ − 16 θᵢ² + 5 θᵢ) in two dimensions: the `Basins`.
basins = Basins()


@dataclass(frozen=True)
class Turned(Landscape):
    """f(Rθ) for a landscape f of two dimensions and a rotation R by `angle` degrees; its gradient is Rᵀ∇f(Rθ)."""

    landscape: Landscape = ravine
    angle: float = 45.0
    name = "turned"

    def __post_init__(self):
        if not isinstance(self.landscape, Landscape) or self.landscape.dimensions != 2:
            raise TypeError(
                f"Turned: expected a landscape of two dimensions, got {self.landscape!r:.40}; pass ravine, for instance"
            )
        number("Turned", "angle", self.angle)
        plain_fields(self)

    @property
    def rotation(self):
        """Rᵀ, to be multiplied from the right with θ in rows."""
        turn = np.deg2rad(self.angle)
        return np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])

    @property
    def minima(self):
        """Rᵀθ for every minimum θ of f."""
        found = np.reshape(self.landscape.minima, (-1, 2))
        return tuple(map(tuple, (found @ self.rotation.T).tolist()))

    def _value(self, theta):
        return self.landscape._value(theta @ self.rotation.astype(theta.dtype))

    def _gradient(self, theta):
        rotation = self.rotation.astype(theta.dtype)
        return self.landscape._gradient(theta @ rotation) @ rotation.T


@dataclass(frozen=True, eq=False, repr=False)
class Objective:
    """f(θ) = loss(net at θ, y) over all of x, at evaluation; θ of shape (n,), or (runs, n) for many networks
    at once."""

    net: Sequential
    loss: Loss
    x: np.ndarray
    y: np.ndarray

    def __call__(self, theta):
        """The loss at θ: a scalar, or one for each run."""
        prediction = self.net.at(theta)._forward(self.x, False, None)[0]
        if theta.ndim == 1:
            return self.loss._value(prediction, self.y)
        return np.array([self.loss._value(run, self.y) for run in prediction])

    def gradient(self, theta):
        """∂loss/∂θ, of the shape of θ."""
        net = self.net.at(theta)
        prediction, caches = net._forward(self.x, False, None)
        # Runs are one long batch to the loss, whose mean divides by their number too often.
        runs = 1 if theta.ndim == 1 else len(theta)
        targets = np.concatenate([self.y] * runs)
        slope = runs * self.loss._gradient(prediction.reshape(len(targets), -1), targets)
        grads = np.empty_like(theta)
        net._backward(slope.reshape(prediction.shape), caches, net.at(grads), False)
        return grads

    def __repr__(self):
        return f"objective({self.net!r}, {self.loss!r}, {len(self.x)} examples)"


def objective(net, loss, x, y):
    """The loss of `net` over the examples x (batch, features) and targets y, as a landscape of theta.

    Raises what `net.forward` and `loss` raise for shapes, labels and numbers that don't fit.
    """
    return Objective(net, loss, *checked_examples("objective", net, loss, x, y))


def checked_examples(operation, net, loss, x, y):
    """(x, y) as arrays that the network and the loss can work on without further checks."""
    if not isinstance(net, Sequential) or net.theta.ndim != 1:
        raise TypeError(f"{operation}: expected one network, got {net!r:.60}; make it with mlp(…) or Sequential([…])")
    if not isinstance(loss, Loss):
        raise TypeError(f"{operation}: expected a loss such as CrossEntropy(), got {loss!r:.60}; make one, with ()")
    x = net._checked_input(real_finite(operation, "x", x))
    outputs = np.zeros((len(x), *net._forward(x[:1], False, None)[0].shape[1:]), net.theta.dtype)
    return x, loss.checked(outputs, as_array(operation, "y", y))[1]
