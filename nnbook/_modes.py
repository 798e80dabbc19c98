"""The two layers that act differently in training and at evaluation: dropout and batch norm."""

from copy import copy

import numpy as np

from nnbook._checks import count, float_type, fraction, generator, number
from nnbook._layer import Layer

__all__ = ["BatchNorm", "Dropout"]


class Dropout(Layer):
    """In training each number is dropped with probability `rate`, the others divided by 1 − rate; else
    nothing happens.

    The cache is the mask of zeros and 1/(1 − rate)s, which multiplies the gradient too. Raises ValueError for
    a rate outside [0, 1), TypeError in training without an rng. Srivastava et al., 2014; the inverted form.
    """

    def __init__(self, rate):
        self.__dict__.update(rate=fraction("Dropout", "rate", rate))

    def _forward(self, x, training, rng):
        if not training:
            return x, np.broadcast_to(x.dtype.type(1), x.shape)
        keep = generator(repr(self), rng).random(x.shape, dtype=x.dtype) >= self.rate
        mask = keep / x.dtype.type(1 - self.rate)
        return x * mask, mask

    def _backward(self, grad_output, mask, into, input_gradient):
        return grad_output * mask if input_gradient else None

    def _output_shape(self, mask):
        return mask.shape

    def __repr__(self):
        return f"Dropout({self.rate:g})"


class BatchNorm(Layer):
    """y = γ x̂ + δ with x̂ = (x − x̄)/√(s² + ε), feature by feature; theta is γ (ones), then δ (zeros).

    In training x̄ and s² are those of the batch (s² divided by the batch size); at evaluation the buffers,
    running mean then running variance: running ← (1 − r) running + r batch, where r is `update_rate` (PyTorch
    calls it momentum) and the batch variance is divided by the batch size less one. `updated_buffers(cache)`
    hands them back. Raises ValueError for a training batch of one. Ioffe and Szegedy, 2015, who write β for
    δ.
    """

    def __init__(self, features, *, epsilon=1e-5, update_rate=0.1, dtype=np.float64):
        ones, dtype = np.ones(count("BatchNorm", "features", features)), float_type("BatchNorm", dtype)
        self.__dict__.update(
            features=len(ones),
            epsilon=number("BatchNorm", "epsilon", epsilon, 0, open_low=True),
            update_rate=number("BatchNorm", "update_rate", update_rate, 0, 1),
            decay_mask=np.zeros(2 * len(ones), bool),
        )
        self.__bind(np.concatenate([ones, 0 * ones]).astype(dtype), np.concatenate([0 * ones, ones]).astype(dtype))

    def __bind(self, theta, buffers):
        self.__dict__.update(
            theta=theta,
            buffers=buffers,
            gamma=theta[..., : self.features],
            delta=theta[..., self.features :],
            running_mean=buffers[..., : self.features],
            running_variance=buffers[..., self.features :],
        )
        return self

    def _moved(self, theta, buffers):
        return copy(self).__bind(theta, buffers.astype(theta.dtype, copy=False))

    def _forward(self, x, training, rng):
        if training and x.shape[-2] < 2:
            raise ValueError(
                f"{self!r}: expected a training batch of two or more, got one example, which has no "
                "variance; use a larger batch or training=False"
            )
        mean = x.mean(axis=-2) if training else self.running_mean
        variance = x.var(axis=-2) if training else self.running_variance
        scale = 1 / np.sqrt(variance + self.epsilon)
        normalized = (x - _row(mean)) * _row(scale)
        return _row(self.gamma) * normalized + _row(self.delta), (normalized, mean, variance, scale, training)

    def _backward(self, grad_output, cache, into, input_gradient):
        normalized, _, _, scale, training = cache
        np.add.reduce(grad_output * normalized, axis=-2, out=into.gamma)
        np.add.reduce(grad_output, axis=-2, out=into.delta)
        if not input_gradient:
            return None
        g = grad_output * _row(self.gamma)
        if training:  # the batch's mean and variance depend on x as well
            g = g - g.mean(axis=-2, keepdims=True) - normalized * (g * normalized).mean(axis=-2, keepdims=True)
        return g * _row(scale)

    def updated_buffers(self, cache):
        normalized, mean, variance, _, training = cache
        if not training:
            return self.buffers
        unbiased = variance * (normalized.shape[-2] / (normalized.shape[-2] - 1))
        return (1 - self.update_rate) * self.buffers + self.update_rate * np.concatenate([mean, unbiased], axis=-1)

    def _left(self, cache):
        return isinstance(cache, tuple) and len(cache) == 5

    def _output_shape(self, cache):
        return cache[0].shape

    def __repr__(self):
        return f"BatchNorm({self.features})"


def _row(vector):
    return vector if vector.ndim == 1 else vector[:, None, :]
