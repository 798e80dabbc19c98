"""What all layers share: the checks around a subclass's `_forward` and `_backward`, and that nothing is
changed."""

import numpy as np

from nnbook._checks import generator, real, shape_text

__all__ = ["Layer"]

NOTHING = np.zeros(0)


class Layer:
    """A function of (x, theta) with its derivatives with respect to both; theta is empty where nothing is
    learned."""

    features = None  # numbers an example has at the input; None accepts any
    #: All parameters in one flat vector (n,), or (runs, n) for networks side by side; empty where nothing is learned.
    theta = NOTHING
    #: Running statistics, flat like theta; only batch norm has any.
    buffers = NOTHING
    #: For each parameter whether weight decay is meant for it: True for weights, False for biases and scales.
    decay_mask = np.zeros(0, bool)

    def forward(self, x, *, training=False, rng=None):
        """(output, cache) for x of shape (batch, features); dropout needs `rng` in training.

        Raises TypeError for what isn't real numbers, ValueError for NaN, an empty batch or a wrong shape.
        """
        if rng is not None:
            generator(repr(self), rng)
        return self._forward(self._checked_input(x), training, rng)

    def backward(self, grad_output, cache, *, input_gradient=True):
        """(grad_input, grads): ∂L/∂x of the shape of x, and ∂L/∂theta, flat like theta.

        grad_output: ∂L/∂output; cache: what the forward pass handed back. Without `input_gradient` the first
        is None, which saves a matrix product. Raises TypeError for what isn't real numbers, ValueError for
        NaN or a wrong shape.
        """
        grad_output = self._checked_gradient(grad_output, cache)
        grads = np.empty_like(self.theta)
        return self._backward(grad_output, cache, self.at(grads), input_gradient), grads

    def at(self, theta, buffers=None):
        """This layer with other parameters (n,) or (runs, n), and other buffers if given; nothing is
        copied."""
        self._checked_vector("theta", theta, self.theta)
        if buffers is not None:
            self._checked_vector("buffers", buffers, self.buffers)
        buffers = self.buffers if buffers is None else buffers
        if buffers.size and buffers.ndim == 2 and buffers.shape[:-1] != theta.shape[:-1]:
            raise ValueError(
                f"{self!r}.at: expected buffers of as many runs as theta, {shape_text(theta)}, got "
                f"{shape_text(buffers)}; pass theta and buffers of the same runs"
            )
        return self._moved(theta, buffers)

    def updated_buffers(self, cache):
        """The buffers after the training batch that left `cache`; only batch norm has any."""
        return self.buffers

    @property
    def parameter_count(self):
        """How many parameters one network has."""
        return self.theta.shape[-1]

    def __setattr__(self, name, value):
        raise AttributeError(f"{self!r}: a layer isn't changed in place; make another with at(theta)")

    def _moved(self, theta, buffers):
        return self

    def _left(self, cache):
        """Whether a forward pass of this layer leaves a cache like this."""
        return isinstance(cache, np.ndarray) and cache.ndim > 1

    def _checked_input(self, x):
        x = real(repr(self), "input", x)
        wanted = f"(batch, {'features' if self.features is None else self.features})"
        ranks = (2,) if self.theta.size and self.theta.ndim == 1 else (2, 3)
        if x.ndim not in ranks or x.size == 0 or (self.features or x.shape[-1]) != x.shape[-1]:
            advice = "pass at least one example" if x.size == 0 else "put examples in rows"
            if x.size and x.ndim == 2 and self.features not in x.shape:
                advice = f"give each example {self.features} numbers"
            raise ValueError(f"{self!r}: expected input of shape {wanted}, got {shape_text(x)}; {advice}")
        if x.ndim == 3 and self.theta.size and len(x) != len(self.theta):
            raise ValueError(
                f"{self!r}: expected input of shape {wanted}, or ({len(self.theta)}, batch, features) for "
                f"{len(self.theta)} runs, got {shape_text(x)}; give every run examples of its own, or all the same"
            )
        return x.astype(self.theta.dtype, copy=False) if self.theta.size else x

    def _checked_gradient(self, grad_output, cache):
        if not self._left(cache):
            raise TypeError(
                f"{self!r}.backward: expected the cache of its forward pass, got {type(cache).__name__}; "
                "pass the second of what forward returned: output, cache = layer.forward(x)"
            )
        grad_output = real(f"{self!r}.backward", "grad_output", grad_output)
        if grad_output.shape != self._output_shape(cache):
            raise ValueError(
                f"{self!r}.backward: expected grad_output of the output's shape, "
                f"{self._output_shape(cache)}, got {shape_text(grad_output)}; "
                "pass ∂L/∂output with the cache of the same forward pass"
            )
        return grad_output.astype(self.theta.dtype, copy=False) if self.theta.size else grad_output

    def _checked_vector(self, name, vector, like):
        if not isinstance(vector, np.ndarray) or vector.dtype not in (np.float32, np.float64):
            kind = vector.dtype if isinstance(vector, np.ndarray) else type(vector).__name__
            raise TypeError(
                f"{self!r}.at: expected {name} as an array of float64 or float32, got {kind}; "
                f"use np.asarray({name}, dtype=float)"
            )
        size = like.shape[-1]
        if vector.ndim not in (1, 2) or vector.shape[-1] != size:
            raise ValueError(
                f"{self!r}.at: expected {name} of shape ({size},) or (runs, {size}), got "
                f"{shape_text(vector)}; take it from a network of the same layout"
            )
