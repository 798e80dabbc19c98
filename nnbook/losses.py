"""Losses: one number that says how wrong predictions are, with its gradient.

`loss(prediction, target)` is the value, `loss.gradient(prediction, target)` has the shape of the prediction.
The mean over the batch is taken here and nowhere else. Every loss raises TypeError for what isn't real
numbers, ValueError for NaN, an empty batch, and shapes or labels that don't fit.
"""

from dataclasses import dataclass

import numpy as np

from nnbook._checks import as_array, number, plain_fields, real, real_finite, same_shape, shape_text
from nnbook.activations import sigmoid

__all__ = ["BinaryCrossEntropy", "CrossEntropy", "Huber", "Loss", "MeanAbsoluteError", "MeanSquaredError"]


@dataclass(frozen=True)
class Loss:
    """A value with its gradient; a subclass gives `_value` and `_gradient` of checked arrays."""

    def __call__(self, prediction, target):
        """The loss, averaged; a scalar of the prediction's dtype."""
        return self._value(*self.checked(prediction, target))

    def gradient(self, prediction, target):
        """∂loss/∂prediction, of the prediction's shape."""
        return self._gradient(*self.checked(prediction, target))

    def _value_and_gradient(self, prediction, target):
        return self._value(prediction, target), self._gradient(prediction, target)

    def checked(self, prediction, target):
        """Both as arrays that fit together; raises what the module says."""
        operation = type(self).__name__
        prediction = real(operation, "prediction", prediction)
        target = real(operation, "target", target)
        same_shape(operation, "prediction", "target", prediction, target)
        return prediction, target.astype(prediction.dtype, copy=False)


class MeanSquaredError(Loss):
    """L = (1/n) Σ (ŷ − y)², ∂L/∂ŷ = (2/n) (ŷ − y); n counts all elements.

    PyTorch's mean does so too. Books that write ½ Σ (ŷ − y)² for one example with
    k outputs have k/2 times this loss and its gradient.
    """

    def _value(self, prediction, target):
        return np.mean((prediction - target) ** 2)

    def _gradient(self, prediction, target):
        return (2 / prediction.size) * (prediction - target)


class MeanAbsoluteError(Loss):
    """L = (1/n) Σ |ŷ − y|, ∂L/∂ŷ = sign(ŷ − y) / n, 0 at the kink; n counts all elements."""

    def _value(self, prediction, target):
        return np.mean(np.abs(prediction - target))

    def _gradient(self, prediction, target):
        return np.sign(prediction - target) / prediction.size


@dataclass(frozen=True)
class Huber(Loss):
    """The mean of ½ r² where |r| ≤ d, and of d (|r| − ½ d) beyond, r = ŷ − y; gradient clip(r, −d, d) / n.

    delta: d > 0, in the unit of the target; raises ValueError otherwise. Huber, 1964.
    """

    delta: float = 1.0

    def __post_init__(self):
        number("Huber", "delta", self.delta, 0, open_low=True)
        plain_fields(self)

    def _value(self, prediction, target):
        r = np.abs(prediction - target)
        parabola, line = 0.5 * r**2, self.delta * (r - 0.5 * self.delta)
        return np.mean(np.where(r <= self.delta, parabola, line))

    def _gradient(self, prediction, target):
        return np.clip(prediction - target, -self.delta, self.delta) / prediction.size


class BinaryCrossEntropy(Loss):
    """L = −mean(y log p + (1 − y) log(1 − p)) with p = σ(z), from the logits z; ∂L/∂z = (σ(z) − y) / n.

    Evaluated as max(z, 0) − y z + log(1 + e^−|z|), which is the same number and never overflows.
    prediction: logits of any shape; target: of the same shape, in [0, 1].
    """

    def checked(self, prediction, target):
        prediction, target = super().checked(real_finite("BinaryCrossEntropy", "logits", prediction), target)
        if target.min() < 0 or target.max() > 1:
            raise ValueError(
                f"BinaryCrossEntropy: expected targets in [0, 1], got values from {target.min():g} to "
                f"{target.max():g}; use 0 and 1, or probabilities"
            )
        return prediction, target

    def _value(self, prediction, target):
        z = prediction
        log_one_plus_exp = np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
        return np.mean(log_one_plus_exp - target * z)

    def _gradient(self, prediction, target):
        return (sigmoid._value(prediction) - target) / prediction.size


class CrossEntropy(Loss):
    """L = −(1/B) Σᵢ Σₖ yᵢₖ log pᵢₖ with p = softmax(z), from the logits z; ∂L/∂z = (p Σₖ yₖ − y) / B.

    prediction: logits (batch, classes). target: whole labels 0 … classes − 1 of shape (batch,), or
    distributions of shape (batch, classes) whose rows sum to one. log p is taken as z − max z − log Σ e^(z −
    max z).
    """

    def checked(self, prediction, target):
        z = real_finite("CrossEntropy", "logits", prediction)
        if z.ndim != 2 or z.size == 0:
            raise ValueError(
                f"CrossEntropy: expected logits of shape (batch, classes), got {shape_text(z)}; put examples in rows"
            )
        y = as_array("CrossEntropy", "target", target)
        if y.dtype.kind in "iu" and y.shape == z.shape[:1]:
            return z, _checked_labels(y, z.shape[1])
        if y.dtype.kind in "iub" and y.ndim == 1:
            raise ValueError(
                f"CrossEntropy: expected whole-number labels of shape ({len(z)},), got {y.dtype} of shape "
                f"{shape_text(y)}; give each example one label, as an integer"
            )
        return z, _checked_distributions(real("CrossEntropy", "target", y), z, y.dtype)

    def _value_and_gradient(self, prediction, target):
        log_p = prediction - np.maximum.reduce(prediction, axis=1, keepdims=True)
        log_p -= np.log(np.add.reduce(np.exp(log_p), axis=1, keepdims=True))
        slope = np.exp(log_p)
        if target.ndim == 1:
            rows = np.arange(len(target))
            value = -log_p[rows, target].sum()
            slope[rows, target] -= 1
        else:
            value = -(target * log_p).sum()
            slope = slope * target.sum(axis=1, keepdims=True) - target
        slope /= len(target)
        return value / prediction.dtype.type(len(target)), slope

    def _value(self, prediction, target):
        return self._value_and_gradient(prediction, target)[0]

    def _gradient(self, prediction, target):
        return self._value_and_gradient(prediction, target)[1]


def _checked_labels(labels, classes):
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(
            f"CrossEntropy: expected labels from 0 to {classes - 1}, got labels from {labels.min()} to "
            f"{labels.max()}; number the classes from 0"
        )
    return labels


def _checked_distributions(target, logits, given):
    if target.shape != logits.shape:
        if target.shape == (len(logits), 1):
            advice = "pass y.ravel().astype(int)"
        else:
            advice = "pass y.astype(int) or one row of probabilities for each example"
        raise ValueError(
            f"CrossEntropy: expected whole-number labels of shape ({len(logits)},) or distributions of "
            f"shape {shape_text(logits)}, got {given} of shape {shape_text(target)}; {advice}"
        )
    sums = target.sum(axis=1)
    if target.min() < 0 or np.abs(sums - 1).max() > 1e-4:
        raise ValueError(
            f"CrossEntropy: expected distributions (no negatives, rows that sum to 1), got a smallest "
            f"entry of {target.min():g} and rows that sum to {sums.min():g} … {sums.max():g}; "
            "divide each row by its sum"
        )
    return target.astype(logits.dtype, copy=False)
