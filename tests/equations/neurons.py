"""The equations of the refresher and of the chapters on neurons and activations."""

import numpy as np
from equations.registry import holds

from nnbook.activations import identity, relu, sigmoid, softmax, step, tanh
from nnbook.autograd import Value
from nnbook.datasets import gate
from nnbook.explorers.neurons import rosenblatt
from nnbook.figures.axes import boundary
from nnbook.gradcheck import central_differences
from nnbook.hinges import hinges
from nnbook.layers import BatchNorm, Linear, Sequential, mlp


def slope(f, x):
    """The derivative of a function of one number, by central differences."""
    return central_differences(lambda point: f(point[0]), np.array([x]))[0][0]


@holds("eq:product-refresher", r"""
(XW)_{nj} = \sum_i X_{ni} W_{ij},
\qquad
(N, m) \cdot (m, k) \to (N, k).
""")
def product(rng):
    X, W = rng.normal(size=(5, 3)), rng.normal(size=(3, 4))
    sums = [[sum(X[n, i] * W[i, j] for i in range(3)) for j in range(4)] for n in range(5)]
    yield sums, Linear.from_weights(W, np.zeros(4)).forward(X)[0]


@holds("eq:derivative-refresher", r"f'(x) = \lim_{h \to 0} \frac{f(x + h) - f(x)}{h}.")
def derivative(rng):
    x = rng.normal()
    for h in (1e-5, 1e-6, 1e-7):
        yield (tanh(x + h) - tanh(x)) / h, tanh.derivative(x), 2 * h


@holds("eq:partial-refresher", r"""
\frac{\partial f}{\partial x} = 2xy,
\qquad
\frac{\partial f}{\partial y} = x^2.
""")
def partial(rng):
    x, y = rng.normal(size=2)
    slopes, _ = central_differences(lambda point: point[0] ** 2 * point[1], np.array([x, y]))
    yield 2 * x * y, slopes[0], 1e-8
    yield x**2, slopes[1], 1e-8


@holds("eq:chain-refresher", r"\frac{dy}{dx} = \frac{dy}{du}\,\frac{du}{dx}.")
def chain_rule(rng):
    x = rng.normal()
    start = Value(x)
    (start * start).exp().backward()
    yield np.exp(x * x) * (2 * x), start.grad


@holds("eq:variance-refresher", r"s^2 = \frac1N \sum_{n=1}^{N} (x_n - \bar{x})^2.")
def variance(rng):
    x = rng.normal(2, 3, size=(7, 1))
    s2 = sum((x[n, 0] - x.sum() / 7) ** 2 for n in range(7)) / 7
    yield s2, x.var()
    yield x / np.sqrt(s2 + 1e-5) - x.sum() / 7 / np.sqrt(s2 + 1e-5), BatchNorm(1).forward(x, training=True)[0]


@holds("eq:neuron", r"""
z = w_1 a_1 + w_2 a_2 + \dots + w_n a_n + b = \mathbf{w}\cdot\mathbf{a} + b,
\qquad
a = φ(z).
""")
def neuron(rng):
    w, a, b = rng.normal(size=4), rng.normal(size=4), rng.normal()
    z = w[0] * a[0] + w[1] * a[1] + w[2] * a[2] + w[3] * a[3] + b
    layer = Linear.from_weights(w[:, None], np.array([b]))
    yield z, w @ a + b
    yield w @ a + b, layer.forward(a[None])[0][0, 0]
    yield 1 / (1 + np.exp(-z)), Sequential([layer, sigmoid])(a[None])[0, 0]


@holds("eq:layer", r"""
\mathbf{z} = W^\top \mathbf{a} + \mathbf{b},
\qquad
W \in \mathbb{R}^{n_\text{in} \times n_\text{out}},\quad
\mathbf{a} \in \mathbb{R}^{n_\text{in}},\quad
\mathbf{b}, \mathbf{z} \in \mathbb{R}^{n_\text{out}}.
""")
def layer(rng):
    W, a, b = rng.normal(size=(3, 4)), rng.normal(size=3), rng.normal(size=4)
    linear = Linear.from_weights(W, b)
    yield W.T @ a + b, linear.forward(a[None])[0][0]
    yield W.shape, (linear.fan_in, linear.fan_out)


@holds("eq:batch", r"Z = X W + \mathbf{b},")
def batch(rng):
    W, X, b = rng.normal(size=(3, 4)), rng.normal(size=(5, 3)), rng.normal(size=4)
    yield X @ W + b, Linear.from_weights(W, b).forward(X)[0]


@holds("eq:network", r"f_{\boldsymbol{θ}} : \mathbb{R}^{784} \to \mathbb{R}^{10},")
def network(rng):
    yield (1, 10), mlp((784, 16, 16, 10), rng=rng)(rng.random((1, 784))).shape


@holds("eq:boundary", r"w_1 x_1 + w_2 x_2 + b = 0,")
def decision_boundary(rng):
    w, b = rng.normal(size=2), rng.normal() / 4
    ends = boundary(w, b, (-3, 3), (-3, 3))
    assert len(ends) == 2
    yield w[0] * ends[:, 0] + w[1] * ends[:, 1] + b, [0, 0], 1e-9


@holds("eq:xor", r"""
\begin{aligned}
(0,0) \mapsto 0:&\quad b < 0, & \qquad (0,1) \mapsto 1:&\quad w_2 + b \ge 0,\\
(1,1) \mapsto 0:&\quad w_1 + w_2 + b < 0, & \qquad (1,0) \mapsto 1:&\quad w_1 + b \ge 0.
\end{aligned}
""")
def xor(rng):
    w1, w2, b = rng.normal(size=(3, 5000))
    corners, wanted = gate("xor")
    right = {
        (0, 0): b < 0,
        (0, 1): w2 + b >= 0,
        (1, 1): w1 + w2 + b < 0,
        (1, 0): w1 + b >= 0,
    }
    for corner, target in zip(corners, wanted, strict=True):
        answer = step(corner[0] * w1 + corner[1] * w2 + b)
        yield right[tuple(corner.astype(int))], answer == target
    assert not np.all(list(right.values()), axis=0).any()


@holds("eq:rosenblatt", r"""
\mathbf{w} \leftarrow \mathbf{w} + (y - ŷ)\,\mathbf{x},
\qquad
b \leftarrow b + (y - ŷ).
""")
def perceptron_rule(rng):
    x, y = rng.normal(size=(6, 2)), rng.integers(2, size=6)
    path = rosenblatt(x, y, 2, rng.normal(size=3))
    for k, (w, b) in enumerate(path[:-1]):
        features, target = x[k % 6], y[k % 6]
        guess = float(w @ features + b >= 0)
        yield w + (target - guess) * features, path[k + 1][0]
        yield b + (target - guess), path[k + 1][1]


@holds("eq:collapse", r"""
(X W_1 + \mathbf{b}_1) W_2 + \mathbf{b}_2
= X \underbrace{W_1 W_2}_{W} + \underbrace{\mathbf{b}_1 W_2 + \mathbf{b}_2}_{\mathbf{b}}.
""")
def collapse(rng):
    W1, b1, W2, b2 = (rng.normal(size=shape) for shape in ((3, 5), 5, (5, 2), 2))
    X = rng.normal(size=(7, 3))
    net = Sequential([Linear.from_weights(W1, b1), identity, Linear.from_weights(W2, b2)])
    yield (X @ W1 + b1) @ W2 + b2, net(X)
    yield X @ (W1 @ W2) + (b1 @ W2 + b2), net(X)


@holds("eq:two-layers", r"f(\mathbf{x}) = φ(\mathbf{x} W_1 + \mathbf{b}_1)\, W_2 + \mathbf{b}_2 .")
def two_layers(rng):
    net = mlp((3, 5, 2), activation=tanh, rng=rng)
    first, _, second = net.layers
    x = rng.normal(size=(4, 3))
    yield np.tanh(x @ first.W + first.b) @ second.W + second.b, net(x)


@holds("eq:xor-relu", r"""
\begin{aligned}
a_1 &= \max(0,\ x_1 + x_2), \\
a_2 &= \max(0,\ x_1 + x_2 - 1),
\end{aligned}
\qquad
ŷ = a_1 - 2 a_2 .
""")
def xor_relu(rng):
    (x1, x2), wanted = gate("xor")[0].T, gate("xor")[1]
    a1, a2 = np.maximum(0, x1 + x2), np.maximum(0, x1 + x2 - 1)
    hidden = Linear.from_weights(np.ones((2, 2)), np.array([0.0, -1.0]))
    a = Sequential([hidden, relu])(gate("xor")[0])
    yield a1, a[:, 0]
    yield a2, a[:, 1]
    yield a1 - 2 * a2, wanted


@holds("eq:sigmoid-slope", r"""
σ'(x) = \frac{e^{-x}}{(1 + e^{-x})^2}
= \frac{1}{1 + e^{-x}} \cdot \frac{e^{-x}}{1 + e^{-x}}
= σ(x)\,\bigl(1 - σ(x)\bigr).
""")
def sigmoid_slope(rng):
    x = rng.normal(0, 3, 20)
    σ = 1 / (1 + np.exp(-x))
    second = np.exp(-x) / (1 + np.exp(-x)) ** 2
    yield second, sigmoid.derivative(x)
    yield 1 / (1 + np.exp(-x)) * (np.exp(-x) / (1 + np.exp(-x))), second
    yield σ * (1 - σ), second


@holds("eq:sigmoid-tanh", r"σ(x) = \tfrac12\bigl(1 + \tanh(x/2)\bigr), \qquad \tanh'x = 1 - \tanh^2 x .")
def sigmoid_tanh(rng):
    x = rng.normal(0, 3, 20)
    yield 0.5 * (1 + np.tanh(x / 2)), sigmoid(x)
    yield 1 - np.tanh(x) ** 2, tanh.derivative(x)


@holds("eq:chain", r"""
\frac{\partial a_n}{\partial a_0} = \prod_{k=1}^{n} w_k\, σ'(z_k),
\qquad\text{so}\qquad
\left|\frac{\partial a_n}{\partial a_0}\right| \le \left(\frac{w_\text{max}}{4}\right)^{n}.
""")
def chain(rng):
    w, b = rng.normal(size=(2, 6))
    layers = [Linear.from_weights(np.array([[w[k]]]), b[k : k + 1]) for k in range(6)]
    net = Sequential([part for linear in layers for part in (linear, sigmoid)])
    a = rng.normal()
    out, caches = net.forward(np.array([[a]]))
    through = net.backward(np.ones_like(out), caches)[0][0, 0]
    product = 1.0
    for k in range(6):
        z = w[k] * a + b[k]
        a = 1 / (1 + np.exp(-z))
        product *= w[k] * a * (1 - a)
    yield product, through
    assert abs(through) <= (np.abs(w).max() / 4) ** 6


@holds("eq:hinges", r"""
\begin{aligned}
ŷ(x) &= y_0 + \sum_{k=0}^{n-1} c_k \max(0,\ x - t_k), \\
c_k &= \frac{y_{k+1} - y_k}{t_{k+1} - t_k} - \frac{y_k - y_{k-1}}{t_k - t_{k-1}},
\end{aligned}
""")
def sum_of_hinges(rng):
    t, y = np.sort(rng.normal(size=7)), rng.normal(size=7)
    c = [(y[k + 1] - y[k]) / (t[k + 1] - t[k]) - ((y[k] - y[k - 1]) / (t[k] - t[k - 1]) if k else 0) for k in range(6)]
    net = hinges(t, y)
    x = rng.uniform(-3, 3, 30)
    yield c, net.layers[2].W[:, 0], 1e-11
    yield y[0] + sum(c[k] * np.maximum(0, x - t[k]) for k in range(6)), net(x[:, None])[:, 0], 1e-11


@holds("eq:universal", r"""
\Bigl| f(\mathbf{x}) - \sum_{k=1}^{n} c_k\, φ(\mathbf{w}_k \cdot \mathbf{x} + b_k) \Bigr| < ε
\quad\text{for all } \mathbf{x} \in K .
""")
def universal(rng):
    t = np.linspace(0, 1, 201)
    turns = rng.uniform(1, 3)
    net = hinges(t, np.sin(turns * t) - np.sin(0))
    W, b, c = net.layers[0].W[0], net.layers[0].b, net.layers[2].W[:, 0]
    x = rng.uniform(size=50)
    total = sum(c[k] * np.maximum(0, W[k] * x + b[k]) for k in range(200))
    yield total, net(x[:, None])[:, 0], 1e-11
    assert np.abs(np.sin(turns * x) - total).max() < 1e-4


@holds("eq:softmax", r"p_i = \frac{e^{z_i / T}}{\sum_j e^{z_j / T}} .")
def softmax_shares(rng):
    z, T = rng.normal(size=5), rng.uniform(0.5, 3)
    yield [np.exp(z[i] / T) / sum(np.exp(z[j] / T) for j in range(5)) for i in range(5)], softmax(z, T)
