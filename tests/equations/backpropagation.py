"""The equations of the chapter on backpropagation."""

import numpy as np
from equations.registry import chapter_function, holds

from nnbook.activations import sigmoid, softmax, tanh
from nnbook.autograd import Value
from nnbook.explorers.backpropagation import multiply_adds
from nnbook.gradcheck import central_differences
from nnbook.landscapes import banana
from nnbook.layers import Elementwise, Linear, Sequential
from nnbook.losses import BinaryCrossEntropy, CrossEntropy, MeanSquaredError


def random_graph(rng):
    """A value that several paths lead to from its inputs."""
    x, y = Value(rng.normal()), Value(rng.normal())
    u = x * y + x.tanh()
    return x, (u * x + y.sigmoid()).exp() * u


def neuron_gradient(w, x, y):
    """∂L/∂w of a sigmoid neuron without bias under the mean squared error, as the layers compute it."""
    net = Sequential([Linear.from_weights(np.array([[w]]), np.zeros(1)), sigmoid])
    a, caches = net.forward(np.reshape(x, (-1, 1)))
    return net.backward(MeanSquaredError().gradient(a, np.reshape(y, (-1, 1))), caches)[1][0]


@holds("eq:bp-gradient", r"""
\nabla f(\boldsymbol{θ}) = \left( \frac{\partial f}{\partial θ_1}, \dots, \frac{\partial f}{\partial θ_n} \right),
\qquad
f(\boldsymbol{θ} + \boldsymbol{Δ}) \approx f(\boldsymbol{θ}) + \nabla f(\boldsymbol{θ}) \cdot \boldsymbol{Δ}.
""")
def gradient(rng):
    θ, Δ = rng.normal(size=2), 1e-6 * rng.normal(size=2)
    yield central_differences(banana, θ)[0], banana.gradient(θ), 1e-6
    yield banana(θ) + banana.gradient(θ) @ Δ, banana(θ + Δ), 1e-7


@holds("eq:bp-example", r"""
\begin{aligned}
f(x, y, z) &= \tfrac{2}{3} x^2 + y^2 - 2y + z^4 - \tfrac{4}{3} z^3, \\
\nabla f(x, y, z) &= \bigl( \tfrac{4}{3} x,\; 2y - 2,\; 4z^3 - 4z^2 \bigr).
\end{aligned}
""")
def example(rng):
    x, y, z = rng.normal(size=3)
    a, b, c = (Value(number) for number in (x, y, z))
    f = a**2 * (2 / 3) + b**2 - 2 * b + c**4 - c**3 * (4 / 3)
    f.backward()
    yield 2 / 3 * x**2 + y**2 - 2 * y + z**4 - 4 / 3 * z**3, f.data
    yield [4 / 3 * x, 2 * y - 2, 4 * z**3 - 4 * z**2], [a.grad, b.grad, c.grad]


@holds("eq:bp-difference", r"""
f'(x) \approx \frac{f(x + Δ) - f(x)}{Δ}
\qquad\text{or}\qquad
f'(x) \approx \frac{f(x + Δ) - f(x - Δ)}{2Δ}.
""")
def difference(rng):
    x, Δ = rng.normal(), 1e-6
    yield (tanh(x + Δ) - tanh(x)) / Δ, tanh.derivative(x), 2e-6
    yield (tanh(x + Δ) - tanh(x - Δ)) / (2 * Δ), tanh.derivative(x), 1e-9
    told = central_differences(lambda point: tanh(point)[0], np.array([x]), step=Δ / max(1.0, abs(x)))[0][0]
    yield (tanh(x + Δ) - tanh(x - Δ)) / (2 * Δ), told, 1e-9


@holds("eq:bp-chain", r"\frac{dz}{dx} = \frac{dz}{dy}\,\frac{dy}{dx}.")
def chain(rng):
    x = Value(rng.normal())
    y = x.tanh()
    z = y**3
    z.backward()
    yield 3 * y.data**2 * (1 - np.tanh(x.data) ** 2), x.grad


@holds("eq:bp-paths", r"""
\frac{\partial f}{\partial x} = \sum_{\text{paths from } x \text{ to } f} \;\; \prod_{\text{edges on the
path}} \text{local slope}.
""")
def paths(rng):
    def along(value):
        """The product of the slopes of every path from x to a value."""
        if value is x:
            return [1.0]
        edges = zip(value.parents, value.slopes, strict=True)
        return [slope * product for parent, slope in edges for product in along(parent)]

    x, f = random_graph(rng)
    f.backward()
    assert len(along(f)) > 3
    yield sum(along(f)), x.grad


@holds("eq:bp-backward", r"""
\frac{\partial L}{\partial v} = \sum_{c \text{ computed from } v} \frac{\partial L}{\partial c} \,
\frac{\partial c}{\partial v}.
""")
def backward(rng):
    _, f = random_graph(rng)
    f.backward()
    graph = f.graph()
    for v in graph[:-1]:
        arrives = [
            c.grad * slope
            for c in graph
            for parent, slope in zip(c.parents, c.slopes, strict=True)
            if parent is v
        ]
        yield sum(arrives), v.grad


@holds("eq:bp-mse", r"""
\frac{\partial L}{\partial w}
= \frac{\partial L}{\partial a} \cdot \frac{\partial a}{\partial z} \cdot \frac{\partial z}{\partial w}
= 2(a - y) \cdot a(1 - a) \cdot x .
""")
def squared_error(rng):
    w, x, y = rng.normal(size=3)
    a = 1 / (1 + np.exp(-w * x))
    tape = Value(w)
    z = tape * x
    activation = z.sigmoid()
    loss = (activation - y) ** 2
    loss.backward()
    yield loss.parents[0].grad * activation.slopes[0] * z.slopes[0], tape.grad
    yield 2 * (a - y) * (a * (1 - a)) * x, neuron_gradient(w, x, y)


@holds("eq:bp-ce", r"""
\frac{\partial L}{\partial z} = -\frac1p \cdot p(1 - p) = p - 1,
\qquad\text{in general}\qquad
\frac{\partial L}{\partial z} = p - y .
""")
def binary_cross_entropy(rng):
    z, y = rng.normal(), rng.random()
    p = 1 / (1 + np.exp(-z))
    yield -1 / p * (p * (1 - p)), BinaryCrossEntropy().gradient([z], [1.0])[0]
    yield p - 1, BinaryCrossEntropy().gradient([z], [1.0])[0]
    yield p - y, BinaryCrossEntropy().gradient([z], [y])[0]


@holds("eq:bp-softmax", r"""
\frac{\partial L}{\partial z_j} = p_j - y_j,
\qquad y_j = 1 \text{ for the true class, else } 0,
""")
def softmax_cross_entropy(rng):
    z, label = rng.normal(size=4), int(rng.integers(4))
    y = [1.0 if j == label else 0.0 for j in range(4)]
    told = CrossEntropy().gradient(z[None], np.array([label]))[0]
    yield [softmax(z)[j] - y[j] for j in range(4)], told
    yield np.array(y), softmax(z) - told


@holds("eq:bp-activation", r"\frac{\partial L}{\partial Z} = \frac{\partial L}{\partial A} \circ φ'(Z),")
def activation(rng):
    Z, G = rng.normal(size=(2, 4, 3))
    layer = Elementwise(tanh)
    yield G * (1 - np.tanh(Z) ** 2), layer.backward(G, layer.forward(Z)[1])[0]


@holds("eq:bp-layer", r"""
\frac{\partial L}{\partial W} = X^\top \frac{\partial L}{\partial Z},
\qquad
\frac{\partial L}{\partial \mathbf{b}} = \sum_n \left(\frac{\partial L}{\partial Z}\right)_{n},
\qquad
\frac{\partial L}{\partial X} = \frac{\partial L}{\partial Z}\, W^\top .
""")
def layer(rng):
    X, W, b, G = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(5, 4))
    linear = Linear.from_weights(W, b)
    to_input, grads = linear.backward(G, linear.forward(X)[1])
    yield X.T @ G, linear.at(grads).W
    yield sum(G[n] for n in range(5)), linear.at(grads).b
    yield G @ W.T, to_input


@holds("eq:bp-mean", r"""
\frac{\partial L}{\partial w} = \frac1N \sum_{n=1}^{N} 2(a_n - y_n)\, σ'(z_n)\, x_n .
""")
def mean(rng):
    w, x, y = rng.normal(), rng.normal(size=6), rng.normal(size=6)
    a = 1 / (1 + np.exp(-w * x))
    yield sum(2 * (a[n] - y[n]) * (a[n] * (1 - a[n])) * x[n] for n in range(6)) / 6, neuron_gradient(w, x, y)


@holds("eq:bp-cost", r"""
C_\text{forward} = \sum_{l=1}^{D} n_{l-1} n_l,
\qquad
C_\text{backward} = 2\, C_\text{forward} - n_0 n_1 .
""")
def cost(rng):
    n = [int(width) for width in rng.integers(1, 7, size=4)]
    forward = sum(n[l - 1] * n[l] for l in range(1, 4))  # noqa: E741 (the book's index of a layer)
    counted = chapter_function("04-backpropagation", "count_on_tape", Value=Value)(n)
    told = multiply_adds(tuple(n))
    for found in (counted, (told["forward"], told["backward"])):
        yield forward, found[0]
        yield 2 * forward - n[0] * n[1], found[1]
