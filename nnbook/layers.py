"""Layers: forward hands back an output and a cache, backward turns a gradient and that cache into gradients.

Batch first. All parameters of a network live in one flat vector `theta`, all running statistics of its batch
norms in another, `buffers`; `net.at(theta, buffers)` is the same network elsewhere, its weights views of
these vectors, so that `net.at(grads).layers[0].W` reads ∂L/∂W in the shape of W. Nothing is changed in
`forward`. A theta of shape (runs, n) is that many networks at once: outputs then have the shape (runs, batch,
fan_out).
"""

from copy import copy
from itertools import pairwise

import numpy as np

from nnbook import activations, initializers
from nnbook._checks import count, float_type, generator, real_finite, shape_text
from nnbook._layer import Layer
from nnbook._modes import BatchNorm, Dropout

__all__ = ["BatchNorm", "Dropout", "Elementwise", "Layer", "Linear", "Sequential", "mlp"]


class Linear(Layer):
    """z = x W + b for a batch x; W has shape (fan_in, fan_out), b (fan_out,), theta is W row by row, then b.

    Backward, with g = ∂L/∂z: ∂L/∂W = xᵀ g, ∂L/∂b = Σ g over the batch, ∂L/∂x = g Wᵀ. W is drawn by
    `initializer(rng, (fan_in, fan_out))`, b starts at zero. Raises ValueError for sizes below 1.
    """

    def __init__(self, fan_in, fan_out, *, rng=None, initializer=initializers.lecun_normal, dtype=np.float64):
        fan_in, fan_out = count("Linear", "fan_in", fan_in), count("Linear", "fan_out", fan_out)
        self.__dict__.update(features=fan_in, fan_in=fan_in, fan_out=fan_out)
        if rng is not None:
            generator(repr(self), rng)
        if not callable(initializer):
            raise TypeError(f"{self!r}: expected an initializer like zeros, got {initializer!r:.30}; pass a function")
        W = real_finite(repr(self), "initial weights", initializer(rng, (fan_in, fan_out)))
        if W.shape != (fan_in, fan_out):
            raise ValueError(
                f"{self!r}: expected initial weights of shape ({fan_in}, {fan_out}), got {shape_text(W)}; "
                "let the initializer return an array of the shape that it is asked for"
            )
        W = W.astype(float_type(repr(self), dtype))
        self.__bind(np.concatenate([W.ravel(), np.zeros(fan_out, W.dtype)]))

    @classmethod
    def from_weights(cls, W, b):
        """The layer with the weights W (fan_in, fan_out) and biases b (fan_out,), which are copied."""
        W, b = real_finite("Linear.from_weights", "W", W), real_finite("Linear.from_weights", "b", b)
        if W.ndim != 2 or b.shape != W.shape[1:]:
            raise ValueError(
                f"Linear.from_weights: expected W of shape (fan_in, fan_out) and b of shape (fan_out,), "
                f"got {shape_text(W)} and {shape_text(b)}; give each unit a column of W"
            )
        layer = cls(*W.shape, initializer=initializers.zeros)
        return layer.at(np.concatenate([W.ravel(), b]))

    def __bind(self, theta):
        size = self.fan_in * self.fan_out
        b = theta[..., size:]
        self.__dict__.update(
            theta=theta,
            W=theta[..., :size].reshape(*theta.shape[:-1], self.fan_in, self.fan_out),
            b=b,
            _row=b if b.ndim == 1 else b[:, None, :],
        )
        return self

    def _moved(self, theta, buffers):
        return copy(self).__bind(theta)

    @property
    def decay_mask(self):
        """True for weights, False for biases; flat like theta."""
        return np.arange(self.parameter_count) < self.fan_in * self.fan_out

    def _forward(self, x, training, rng):
        z = x @ self.W
        z += self._row
        return z, x

    def _backward(self, grad_output, x, into, input_gradient):
        np.matmul(x.swapaxes(-1, -2), grad_output, out=into.W)
        np.add.reduce(grad_output, axis=-2, out=into.b)
        return grad_output @ self.W.swapaxes(-1, -2) if input_gradient else None

    def _output_shape(self, x):
        return (*(self.theta.shape[:-1] or x.shape[:-2]), x.shape[-2], self.fan_out)

    def __repr__(self):
        return f"Linear({self.fan_in} → {self.fan_out})"


class Elementwise(Layer):
    """a = φ(z) for every element; backward ∂L/∂z = ∂L/∂a ∘ φ′(z). Raises TypeError if φ is no activation."""

    def __init__(self, activation):
        if not isinstance(activation, activations.Activation):
            raise TypeError(
                f"Elementwise: expected an activation such as relu, got {_name(activation)}; "
                + ("softmax belongs to the loss (CrossEntropy takes logits)" if activation is activations.softmax
                   else "pass relu, tanh or LeakyReLU(slope=0.1)")
            )
        self.__dict__.update(activation=activation)

    def _forward(self, x, training, rng):
        return self.activation._value(x), x

    def _backward(self, grad_output, z, into, input_gradient):
        return self.activation._pull_back(grad_output, z) if input_gradient else None

    def _output_shape(self, z):
        return z.shape

    def __repr__(self):
        return f"Elementwise({self.activation!r})"


class Sequential(Layer):
    """Layers one after another: `net(x)` is the output, `net.theta` all parameters in one flat vector.

    layers: a sequence of layers and activations. Raises ValueError for an empty one and where sizes don't
    fit.
    """

    def __init__(self, layers):
        if not isinstance(layers, (list, tuple)):
            raise TypeError(f"Sequential: expected a list of layers, got {_name(layers)}; pass [Linear(2, 1, rng=rng)]")
        layers = [layer if isinstance(layer, Layer) else Elementwise(layer) for layer in layers]
        if not layers:
            raise ValueError("Sequential: expected at least one layer, got none; pass [Linear(2, 1, rng=rng)]")
        features, fan_out = _checked_chain(layers)
        self.__dict__.update(
            layers=tuple(layers),
            features=features,
            fan_out=fan_out,
            decay_mask=np.concatenate([layer.decay_mask for layer in layers]),
        )
        learned = [layer.theta.dtype for layer in layers if layer.theta.size]
        dtype = np.result_type(*learned) if learned else np.float64
        self.__bind(
            np.concatenate([layer.theta for layer in layers], dtype=dtype),
            np.concatenate([layer.buffers for layer in layers], dtype=dtype),
        )

    def __bind(self, theta, buffers):
        ends, buffer_ends = np.cumsum([(layer.theta.shape[-1], layer.buffers.shape[-1]) for layer in self.layers], 0).T
        parts = zip(self.layers, _parts(theta, ends), _parts(buffers, buffer_ends), strict=True)
        self.__dict__.update(theta=theta, buffers=buffers, layers=tuple(layer._moved(t, s) for layer, t, s in parts))
        return self

    def _moved(self, theta, buffers):
        return copy(self).__bind(theta, buffers)

    def __call__(self, x):
        """The output for x of shape (batch, features), at evaluation; raises as `forward` does."""
        return self.forward(x)[0]

    def _forward(self, x, training, rng):
        caches = []
        for layer in self.layers:
            x, cache = layer._forward(x, training, rng)
            caches.append(cache)
        return x, caches

    def _backward(self, grad, caches, into, input_gradient):
        for i in range(len(self.layers) - 1, -1, -1):
            grad = self.layers[i]._backward(grad, caches[i], into.layers[i], input_gradient or i > 0)
        return grad

    def updated_buffers(self, cache):
        pairs = zip(self.layers, cache, strict=True)
        updated = [layer.updated_buffers(own) for layer, own in pairs if layer.buffers.size]
        return np.concatenate(updated, axis=-1) if updated else self.buffers

    def _left(self, cache):
        return isinstance(cache, list) and len(cache) == len(self.layers)

    def _output_shape(self, cache):
        return self.layers[-1]._output_shape(cache[-1])

    def __repr__(self):
        linear = [layer for layer in self.layers if isinstance(layer, Linear)]
        sizes = [" → ".join(str(n) for n in [linear[0].fan_in, *(layer.fan_out for layer in linear)])] if linear else []
        others = [
            repr(layer.activation) if isinstance(layer, Elementwise) else repr(layer)
            for layer in self.layers
            if not isinstance(layer, Linear)
        ]
        return f"Sequential({', '.join([*sizes, *dict.fromkeys(others), f'{self.parameter_count} parameters'])})"


def mlp(
    sizes,
    *,
    activation=activations.relu,
    output_activation=None,
    rng=None,
    initializer=None,
    dropout=0.0,
    batch_norm=False,
    dtype=np.float64,
):
    """A multilayer perceptron, such as `mlp((784, 16, 16, 10), rng=rng)`: Linear, activation, … , Linear.

    sizes: inputs, hidden layers (may be none), outputs. The last layer hands out logits unless
    `output_activation` is given. `initializer` is Kaiming's for ReLU and its kin, Xavier's for sigmoid and
    tanh, LeCun's otherwise; biases start at zero. With `batch_norm` each hidden layer is normalized before
    its activation, with `dropout` each hidden activation is dropped at that rate. Raises ValueError for fewer
    than two sizes or one below 1.
    """
    sizes = tuple(count("mlp", "every size", n) for n in np.atleast_1d(np.asarray(sizes, dtype=object)))
    if len(sizes) < 2:
        raise ValueError(f"mlp: expected at least two sizes (inputs, …, outputs), got {sizes}; pass (784, 16, 16, 10)")
    if rng is not None or initializer is None:
        generator("mlp", rng)
    draw = initializer or _suited(activation)
    *hidden, last = [Linear(*fans, rng=rng, initializer=draw, dtype=dtype) for fans in pairwise(sizes)]
    layers = []
    for linear in hidden:
        layers += [
            linear,
            *([BatchNorm(linear.fan_out, dtype=dtype)] if batch_norm else []),
            Elementwise(activation),
        ]
        layers += [Dropout(dropout)] if dropout else []
    return Sequential([*layers, last, *([] if output_activation is None else [output_activation])])


def _suited(activation):
    if isinstance(activation, (activations.Sigmoid, activations.Tanh)):
        return initializers.xavier_normal
    if isinstance(activation, (activations.Identity, activations.Step)):
        return initializers.lecun_normal
    return initializers.kaiming_normal


def _checked_chain(layers):
    """How many numbers the first layer takes and the last one gives, None where any; raises where one layer's
    output isn't the next one's input."""
    features = None
    width = None
    for layer in layers:
        if layer.features is not None and width not in (None, layer.features):
            raise ValueError(
                f"Sequential: expected a layer that takes the {width} numbers of the one before it, got {layer!r}; "
                "make the sizes agree"
            )
        if width is None:
            features = layer.features
        width = getattr(layer, "fan_out", layer.features) or width
    return features, width


def _parts(vector, ends):
    return [vector[..., start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def _name(thing):
    return getattr(thing, "__name__", type(thing).__name__)
