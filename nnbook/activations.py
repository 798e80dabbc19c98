"""Activations: a function applied to every element, with its exact derivative; and softmax.

`relu(x)` is the value and `relu.derivative(x)` the slope. Shapes are kept, float32 stays float32, whole
numbers become float64. Every activation raises TypeError for what isn't real numbers and ValueError for NaN.
A docstring begins with the formula and its derivative and says what the function is used for and where it is
weak: `nnbook.activation_table` makes the book's table of these sentences.
"""

from dataclasses import dataclass

import numpy as np

from nnbook._checks import number, plain_fields, real, real_finite, shape_text

__all__ = [
    "GELU",
    "Activation",
    "Identity",
    "LeakyReLU",
    "ReLU",
    "SiLU",
    "Sigmoid",
    "Softplus",
    "Step",
    "Tanh",
    "gelu",
    "identity",
    "leaky_relu",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
    "softmax_vjp",
    "softplus",
    "step",
    "tanh",
]


@dataclass(frozen=True, repr=False)
class Activation:
    """A function φ of one number with its derivative φ′; a subclass gives `_value` and `_slope`."""

    name = "activation"

    def __call__(self, x):
        """φ(x), element by element; same shape as x."""
        return self._value(real(self.name, "x", x))

    def derivative(self, x):
        """φ′(x), element by element; same shape as x."""
        return self._slope(real(f"{self.name}.derivative", "x", x))

    def _pull_back(self, grad, x):
        return grad * self._slope(x)

    def __repr__(self):
        return self.name


class Identity(Activation):
    """φ(x) = x, φ′(x) = 1: what a linear layer uses.

    Use: the output of a network that predicts any number.
    Weakness: linear; between layers it lets them collapse into one.
    """

    name = "identity"

    def _value(self, x):
        return x.copy()

    def _slope(self, x):
        return np.ones_like(x)


class Step(Activation):
    """φ(x) = 1 if x ≥ 0, else 0; φ′(x) = 0 wherever it exists (and 0 here at the jump). Rosenblatt, 1958.

    Use: the perceptron; logic built by hand.
    Weakness: a slope of 0 everywhere tells gradient descent nothing.
    """

    name = "step"

    def _value(self, x):
        return (x >= 0).astype(x.dtype)

    def _slope(self, x):
        return np.zeros_like(x)


class Sigmoid(Activation):
    """σ(x) = 1 / (1 + e⁻ˣ), σ′(x) = σ(x) (1 − σ(x)), range (0, 1).

    Use: an output that is the probability of yes; gates.
    Weakness: saturates on both sides; never steep; never negative, so not
    centered on zero.
    """

    name = "sigmoid"

    def _value(self, x):
        # e^−|x| never overflows: 1 / (1 + e⁻ˣ) on the right, and on the
        # left the same number, eˣ / (1 + eˣ).
        e = np.exp(-np.abs(x))
        return np.where(x >= 0, x.dtype.type(1), e) / (1 + e)

    def _slope(self, x):
        # 1 − σ(x) = σ(−x), which keeps its digits where σ(x) has rounded to 1.
        return self._value(x) * self._value(-x)


class Tanh(Activation):
    """tanh(x) = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ), tanh′(x) = 1 − tanh²(x), range (−1, 1).

    Use: hidden layers of small networks and the states of recurrent ones.
    Weakness: saturates on both sides.
    """

    name = "tanh"

    def _value(self, x):
        return np.tanh(x)

    def _slope(self, x):
        return 1 - np.tanh(x) ** 2


class ReLU(Activation):
    """φ(x) = max(0, x); φ′(x) = 1 if x > 0, else 0 (also at the kink). Nair and Hinton, 2010.

    Use: the first choice for hidden layers.
    Weakness: a unit that is negative on all data has no gradient (a dead unit); unbounded; not centered.
    """

    name = "relu"

    def _value(self, x):
        return np.maximum(x, 0)

    def _slope(self, x):
        return (x > 0).astype(x.dtype)

    def _pull_back(self, grad, x):
        return grad * (x > 0)  # without making numbers of the flags first


@dataclass(frozen=True, repr=False)
class LeakyReLU(Activation):
    """φ(x) = x if x > 0, else αx; φ′(x) = 1 if x > 0, else α (also at the kink). Maas, Hannun and Ng, 2013.

    Use: hidden layers in which ReLU units die.
    Weakness: one more number, α, to choose; unbounded.

    slope: α ≥ 0, the part that leaks through; a negative one raises ValueError.
    """

    slope: float = 0.01
    name = "leaky_relu"

    def __post_init__(self):
        number("LeakyReLU", "slope", self.slope, 0)
        plain_fields(self)

    def _value(self, x):
        return np.where(x > 0, x, self.slope * x)

    def _slope(self, x):
        return np.where(x > 0, x.dtype.type(1), x.dtype.type(self.slope))

    def __repr__(self):
        return self.name if self.slope == 0.01 else f"leaky_relu(slope={self.slope:g})"


class Softplus(Activation):
    """φ(x) = log(1 + eˣ), φ′(x) = σ(x): a smooth ReLU. Dugas et al., 2001.

    Use: outputs that must be positive, such as a spread.
    Weakness: an exponential and a logarithm for every element; never 0, so nothing is switched off.
    """

    name = "softplus"

    def _value(self, x):
        return np.logaddexp(0, x)

    def _slope(self, x):
        return sigmoid._value(x)


class GELU(Activation):
    """φ(x) = ½ x (1 + tanh u) with u = √(2/π) (x + 0.044715 x³): the tanh form. Hendrycks and Gimpel, 2016.

    φ′(x) = ½ (1 + tanh u) + ½ x (1 − tanh² u) u′. Since ½ (1 + tanh u) = σ(2u), it is written with the
    sigmoid, which keeps its digits for very negative x.

    Use: hidden layers of transformers.
    Weakness: costs more to compute than max(0, x); almost flat far to the left.
    """

    name = "gelu"

    def _value(self, x):
        return x * sigmoid._value(2 * self._inner(x))

    def _slope(self, x):
        u = self._inner(x)
        u_slope = np.sqrt(2 / np.pi).item() * (1 + 3 * 0.044715 * x**2)
        return sigmoid._value(2 * u) + x * sigmoid._slope(2 * u) * 2 * u_slope

    def _inner(self, x):
        return np.sqrt(2 / np.pi).item() * (x + 0.044715 * x**3)


class SiLU(Activation):
    """φ(x) = x σ(x), φ′(x) = σ(x) + x σ′(x); also called swish. Elfwing, Uchibe and Doya, 2018.

    Use: hidden layers of deep networks.
    Weakness: costs more to compute than max(0, x); almost flat far to the left.
    """

    name = "silu"

    def _value(self, x):
        return x * sigmoid._value(x)

    def _slope(self, x):
        return sigmoid._value(x) + x * sigmoid._slope(x)


#: φ(x) = x, an `Identity`: call it, or its `derivative`, with numbers of any shape.
identity = Identity()
#: φ(x) = 1 if x ≥ 0, else 0: a `Step`.
step = Step()
#: φ(x) = 1/(1 + e⁻ˣ): a `Sigmoid`.
sigmoid = Sigmoid()
#: φ(x) = tanh x: a `Tanh`.
tanh = Tanh()
#: φ(x) = max(0, x): a `ReLU`.
relu = ReLU()
#: φ(x) = x if x > 0, else 0.01 x: a `LeakyReLU` with the slope of Maas, Hannun and Ng.
leaky_relu = LeakyReLU()
#: φ(x) = log(1 + eˣ): a `Softplus`.
softplus = Softplus()
#: φ(x) ≈ x Φ(x), in its tanh form: a `GELU`.
gelu = GELU()
#: φ(x) = x σ(x): a `SiLU`.
silu = SiLU()


def softmax(logits, temperature=1.0, axis=-1):
    """pᵢ = e^(zᵢ/T) / Σⱼ e^(zⱼ/T): positive numbers that sum to one along `axis`; same shape as the logits.

    ∂pᵢ/∂zⱼ = pᵢ (1 − pᵢ) / T if i = j, else −pᵢ pⱼ / T.
    Use: the last layer, to choose one of several classes.
    Weakness: saturates when one logit leads by far; overflows if the exponentials are taken as they stand.

    A constant added to all logits changes nothing, so the largest is subtracted first and nothing overflows.
    Raises ValueError for logits that aren't finite, a temperature that isn't positive or an axis that isn't
    there.
    """
    z = real_finite("softmax", "logits", logits)
    temperature = number("softmax", "temperature", temperature, 0, open_low=True)
    if not isinstance(axis, (int, np.integer)) or not -z.ndim <= axis < z.ndim or z.shape[axis] == 0:
        raise ValueError(
            f"softmax: expected an axis of the logits with at least one class, got axis {axis!r} of "
            f"shape {shape_text(z)}; pass logits of shape (batch, classes)"
        )
    return _softmax((z - z.max(axis=axis, keepdims=True)) / temperature, axis)


def _softmax(shifted, axis=-1):
    e = np.exp(shifted)
    return e / e.sum(axis=axis, keepdims=True)


def softmax_vjp(grad_output, logits, temperature=1.0, axis=-1):
    """The gradient g with respect to p = softmax(z), pulled back to z: (p ∘ (g − Σⱼ gⱼ pⱼ)) / T.

    This is gᵀ ∂p/∂z without ever forming the Jacobian diag(p) − p pᵀ. Same shape as the logits; raises as
    softmax does.
    """
    p = softmax(logits, temperature, axis)
    g = real("softmax_vjp", "grad_output", grad_output)
    if g.shape != p.shape:
        raise ValueError(
            f"softmax_vjp: expected grad_output of the logits' shape, {shape_text(p)}, "
            f"got {shape_text(g)}; pass one derivative for each probability"
        )
    return p * (g - (g * p).sum(axis=axis, keepdims=True)) / float(temperature)
