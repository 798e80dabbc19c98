"""Optimizers: pure update rules. `theta + step` is the new theta.

`state = rule.init(theta)`, then `step, state = rule.update(grad, state, theta)`. Every rule works element by
element, so it may be applied to any part of theta by itself. `learning_rate` η is a number or a schedule, a
function of the number of steps done so far (0 at the first). Each rule equals PyTorch's of the same settings
unless it says otherwise.

Each raises ValueError for a negative rate, a β outside [0, 1), a momentum outside [0, 1] or arrays of different
shapes, TypeError for what is no number, schedule or state.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnbook._checks import as_array, fraction, number, plain_fields, shape_text

__all__ = [
    "AdaGrad",
    "Adam",
    "AdamW",
    "GradientDescent",
    "Momentum",
    "Nesterov",
    "Optimizer",
    "RMSprop",
    "State",
]


class State(NamedTuple):
    """What a rule remembers: steps done, and its running sums, of the shape of theta (None where it has
    none)."""

    steps: int
    u: np.ndarray | None = None
    m: np.ndarray | None = None
    v: np.ndarray | None = None


@dataclass(frozen=True)
class Optimizer:
    """Checks the fields that rules share; a subclass names what it remembers and gives `_update`, which may write
    over the state that it is handed."""

    remembers = ()

    def __post_init__(self):
        name = type(self).__name__
        if isinstance(self.learning_rate, type):
            raise TypeError(
                f"{name}: expected learning_rate to be a number or a schedule, got the class "
                f"{self.learning_rate.__name__}; make a schedule of it"
            )
        if not callable(self.learning_rate):
            number(name, "learning_rate", self.learning_rate, 0)
        for field in ("beta1", "beta2"):
            if hasattr(self, field):
                fraction(name, field, getattr(self, field))
        if hasattr(self, "momentum"):
            number(name, "momentum", self.momentum, 0, 1)
        for field in ("epsilon", "weight_decay"):
            if hasattr(self, field):
                number(name, field, getattr(self, field), 0)
        plain_fields(self)

    def init(self, theta):
        """The state before the first step: zeros of the shape of theta."""
        theta = as_array(f"{type(self).__name__}.init", "theta", theta)
        if theta.dtype.kind != "f":
            raise TypeError(
                f"{type(self).__name__}.init: expected theta of real floating-point numbers, got dtype "
                f"{theta.dtype}; pass np.asarray(theta, dtype=float)"
            )
        return State(0, **{name: np.zeros_like(theta) for name in self.remembers})

    def update(self, grad, state, theta):
        """(step, state): what to add to theta, and the state after it; shapes and dtype as theta's."""
        operation = f"{type(self).__name__}.update"
        grad, theta = as_array(operation, "grad", grad), as_array(operation, "theta", theta)
        if not isinstance(state, State):
            raise TypeError(
                f"{operation}: expected the state of the step before, got {type(state).__name__}; "
                "begin with state = rule.init(theta)"
            )
        remembered = {name: as_array(operation, f"the state's {name}", getattr(state, name)) for name in self.remembers}
        if grad.dtype.kind != "f" or any(array.shape != grad.shape for array in (theta, *remembered.values())):
            raise self._misfit(grad, theta, remembered.values())
        grad = grad.astype(theta.dtype, copy=False) if theta.dtype.kind == "f" else grad
        copies = {name: array.astype(np.result_type(array, grad)) for name, array in remembered.items()}
        return self._update(grad, state._replace(**copies), theta)

    def _misfit(self, grad, theta, remembered):
        operation = f"{type(self).__name__}.update"
        if grad.dtype.kind != "f":
            return TypeError(
                f"{operation}: expected grad of float64 or float32, got dtype {grad.dtype}; pass ∂L/∂theta"
            )
        shapes = " and ".join(dict.fromkeys(shape_text(array) for array in (theta, *remembered)))
        return ValueError(
            f"{operation}: expected grad of the shape of theta and the state, {shapes}, got "
            f"{shape_text(grad)}; pass ∂L/∂theta and the state that init(theta) began"
        )

    def _rate(self, state):
        if not callable(self.learning_rate):
            return float(self.learning_rate)
        rate = number(type(self).__name__, "the schedule's learning rate", self.learning_rate(state.steps), 0)
        return float(rate)  # a numpy float64 would turn float32 arrays into float64


@dataclass(frozen=True)
class GradientDescent(Optimizer):
    """θ ← θ − η g. Cauchy, 1847."""

    learning_rate: float | Callable = 0.01

    def _update(self, grad, state, theta):
        return -self._rate(state) * grad, State(state.steps + 1)


@dataclass(frozen=True)
class Momentum(Optimizer):
    """u ← μ u + g, θ ← θ − η u: the heavy ball. With `averaging`, u ← μ u + (1 − μ) g. Polyak, 1964.

    The averaging form takes the same path with η / (1 − μ) in place of η.
    """

    learning_rate: float | Callable = 0.01
    momentum: float = 0.9
    averaging: bool = False
    remembers = ("u",)

    def _update(self, grad, state, theta):
        u = self.momentum * state.u + ((1 - self.momentum) * grad if self.averaging else grad)
        return -self._rate(state) * u, State(state.steps + 1, u=u)


@dataclass(frozen=True)
class Nesterov(Optimizer):
    """u ← μ u + g, θ ← θ − η (g + μ u), with g taken where θ stands. Nesterov, 1983; Sutskever et al., 2013.

    Sutskever's form takes the gradient ahead, at φ − ημu; in θ = φ − ημu (the point looked at) it becomes
    this one.
    """

    learning_rate: float | Callable = 0.01
    momentum: float = 0.9
    remembers = ("u",)

    def _update(self, grad, state, theta):
        u = self.momentum * state.u + grad
        return -self._rate(state) * (grad + self.momentum * u), State(state.steps + 1, u=u)


@dataclass(frozen=True)
class AdaGrad(Optimizer):
    """v ← v + g², θ ← θ − η g / (√v + ε). Duchi, Hazan and Singer, 2011."""

    learning_rate: float | Callable = 0.01
    epsilon: float = 1e-10
    remembers = ("v",)

    def _update(self, grad, state, theta):
        v = state.v + grad**2
        return -self._rate(state) * grad / (np.sqrt(v) + self.epsilon), State(state.steps + 1, v=v)


@dataclass(frozen=True)
class RMSprop(Optimizer):
    """v ← β₂ v + (1 − β₂) g², θ ← θ − η g / (√v + ε). Tieleman and Hinton, 2012. PyTorch calls β₂ alpha."""

    learning_rate: float | Callable = 0.01
    beta2: float = 0.99
    epsilon: float = 1e-8
    remembers = ("v",)

    def _update(self, grad, state, theta):
        v = self.beta2 * state.v + (1 - self.beta2) * grad**2
        return -self._rate(state) * grad / (np.sqrt(v) + self.epsilon), State(state.steps + 1, v=v)


@dataclass(frozen=True)
class Adam(Optimizer):
    """m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², θ ← θ − η m̂ / (√v̂ + ε). Kingma and Ba, 2015.

    m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) undo the pull of the zeros that m and v start from; t counts
    from 1.
    """

    learning_rate: float | Callable = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    remembers = ("m", "v")

    def _update(self, grad, state, theta):
        t = state.steps + 1
        m, v = state.m, state.v
        m *= self.beta1
        m += (1 - self.beta1) * grad
        v *= self.beta2
        v += (1 - self.beta2) * grad**2
        v_hat = v / (1 - self.beta2**t)
        rate = self._rate(state) / (1 - self.beta1**t)  # m̂'s division
        step = -rate * (m / (np.sqrt(v_hat) + self.epsilon))
        return step, State(t, m=m, v=v)


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam's step, and θ itself shrunk by η λ θ, apart from the gradient. Loshchilov and Hutter, 2019.

    As in PyTorch all of theta decays; pass `theta * net.decay_mask` to spare biases.
    """

    weight_decay: float = 0.01

    def _update(self, grad, state, theta):
        step, after = super()._update(grad, state, theta)
        return step - self._rate(state) * self.weight_decay * theta, after
