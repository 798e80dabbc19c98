"""The equations of the chapters on initialization and regularization."""

import numpy as np
from equations.registry import holds

from nnbook import initializers
from nnbook.activations import identity, relu, tanh
from nnbook.layers import BatchNorm, Dropout, mlp
from nnbook.losses import MeanSquaredError
from nnbook.optimizers import GradientDescent
from nnbook.penalized import lasso, ridge
from nnbook.regularizers import L1, L2
from nnbook.signals import layer_factors, mean_squares, propagate
from nnbook.training import train

LAW = 0.05  # what chance may leave of a law about random weights, with the draws made here


def drawn_variance(draw, shape):
    """The variance an initializer aims at: its draw beside the same standard normal numbers, or by its bound."""
    weights = draw(np.random.default_rng(3), shape)
    return (weights[0, 0] / np.random.default_rng(3).standard_normal(shape)[0, 0]) ** 2


def bound_of(draw, shape):
    """The bound of a uniform initializer, from the same draw of U(−1, 1)."""
    return draw(np.random.default_rng(3), shape)[0, 0] / np.random.default_rng(3).uniform(-1, 1, shape)[0, 0]


@holds("eq:swap", r"""
\frac{\partial L}{\partial w_{ij}} = \bigl\langle a_i\, φ'(z_j) \textstyle\sum_k w_{jk}\, g_k \bigr\rangle,
\qquad
\frac{\partial L}{\partial w_{jk}} = \langle a_j\, g_k \rangle ,
""")
def swap(rng):
    net = mlp((3, 4, 2), activation=tanh, rng=rng)
    x, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    out, caches = net.forward(x)
    grads = net.at(net.backward(MeanSquaredError().gradient(out, y), caches)[1])
    first, _, second = net.layers
    z = x @ first.W + first.b
    a = np.tanh(z)
    g = 5 * MeanSquaredError().gradient(out, y)  # one example's, before the mean
    passed = sum(second.W[:, k] * g[:, k : k + 1] for k in range(2))
    incoming = [[np.mean(x[:, i] * (1 - a[:, j] ** 2) * passed[:, j]) for j in range(4)] for i in range(3)]
    yield incoming, grads.layers[0].W
    yield [[np.mean(a[:, j] * g[:, k]) for k in range(2)] for j in range(4)], grads.layers[2].W


@holds("eq:sum", r"""
\begin{aligned}
\mathrm{E}\,z &= \textstyle\sum_i a_i\, \mathrm{E}\,w_i = 0,\\
\mathrm{Var}(z) &= \textstyle\sum_i \mathrm{Var}(w_i a_i) && \text{independent terms: variances add}\\
&= \textstyle\sum_i a_i^2\, \mathrm{Var}(w_i) && \text{given } a_i \text{, it is a factor}\\
&= n\,\mathrm{Var}(w)\;\overline{a^2} && \overline{a^2} = \tfrac1n \textstyle\sum_i a_i^2 .
\end{aligned}
""")
def variance_of_a_sum(rng):
    n, draws, std = 8, 200_000, rng.uniform(0.5, 2)
    a = rng.normal(size=n)
    w = initializers.normal(rng, (n, draws), std=std)
    z = a @ w
    terms = a[:, None] * w
    expected = n * std**2 * np.mean(a**2)
    yield 0.0, z.mean() / np.sqrt(expected), 0.01
    yield sum(a[i] * 0 for i in range(n)), 0.0
    yield terms.var(axis=1).sum(), z.var(), LAW
    yield np.sum(a**2 * std**2), z.var() / expected * np.sum(a**2 * std**2), LAW
    yield expected, np.sum(a**2 * std**2)
    yield np.sum(a**2) / n, np.mean(a**2)


@holds("eq:forward", r"\overline{z_k^2} \approx \bigl(n\,\mathrm{Var}(w)\bigr)^{k}\; \overline{z_0^2} .")
def forward(rng):
    n_var = rng.uniform(0.5, 2)
    std = np.sqrt(n_var / 64)
    z = propagate(identity, (64,) * 5, lambda i, o: std, rng, runs=400, batch=4).z
    q0 = 1.0
    for k in range(1, 5):
        yield n_var**k * q0, np.mean(z[:, k - 1] ** 2), LAW
    yield n_var, layer_factors(identity, n_var, 1.0)[0], 1e-9


@holds("eq:lecun", r"""
\mathrm{Var}(w) = \frac{1}{n_\text{in}}
\qquad\text{(LeCun)} .
""")
def lecun(rng):
    for shape in ((7, 3), (3, 9)):
        yield 1 / shape[0], drawn_variance(initializers.lecun_normal, shape)
        yield 1 / shape[0], bound_of(initializers.lecun_uniform, shape) ** 2 / 3


@holds("eq:half", r"""
\overline{a^2} = \mathrm{E}\max(0, z)^2 = \tfrac12\,\mathrm{E}\,z^2,
\qquad\text{so}\qquad
\overline{z_{k+1}^2} = \tfrac12\, n\,\mathrm{Var}(w)\; \overline{z_k^2} .
""")
def half(rng):
    q, n_var = rng.uniform(0.2, 4, 2)
    draws = np.sqrt(q) * rng.standard_normal(200_000)
    yield np.mean(np.maximum(0, draws) ** 2), mean_squares(relu, q)[0], LAW
    yield q / 2, mean_squares(relu, q)[0], 1e-9
    yield n_var / 2, layer_factors(relu, n_var, q)[0], 1e-9


@holds("eq:kaiming", r"""
\mathrm{Var}(w) = \frac{2}{n_\text{in}}
\qquad\text{(Kaiming, or He)},
""")
def kaiming(rng):
    for shape in ((7, 3), (3, 9)):
        yield 2 / shape[0], drawn_variance(initializers.kaiming_normal, shape)
        yield 2 / shape[0], bound_of(initializers.kaiming_uniform, shape) ** 2 / 3


@holds("eq:backward", r"""
\overline{g_{k-1}^2} \approx n_\text{out}\,\mathrm{Var}(w)\;\mathrm{E}\,φ'(z)^2\;\, \overline{g_k^2} .
""")
def backward(rng):
    widths, var = (30, 60, 120), rng.uniform(0.01, 0.03)
    found = propagate(tanh, widths, lambda i, o: np.sqrt(var), rng, runs=600, batch=4)
    after, before = (np.mean(found.gradient[:, layer] ** 2) for layer in (1, 0))
    slope = mean_squares(tanh, 30 * var)[1]
    yield widths[2] * var * slope * after, before, 2 * LAW
    q, n_var = rng.uniform(0.2, 2, 2)
    yield n_var * mean_squares(tanh, q)[1], layer_factors(tanh, n_var, q)[1]


@holds("eq:xavier", r"""
\mathrm{Var}(w) = \frac{2}{n_\text{in} + n_\text{out}}
\qquad\text{(Xavier, or Glorot)} .
""")
def xavier(rng):
    for shape in ((7, 3), (3, 9)):
        yield 2 / sum(shape), drawn_variance(initializers.xavier_normal, shape)
        yield 2 / sum(shape), bound_of(initializers.xavier_uniform, shape) ** 2 / 3


@holds("eq:filter", r"w_t = \bigl(1 - (1 - ηh)^t\bigr)\, ŵ .")
def stopped_early(rng):
    h, η, target = rng.uniform(0.1, 2), rng.uniform(0.1, 0.5), rng.normal()
    rule, w = GradientDescent(η), np.zeros(1)
    state = rule.init(w)
    for t in range(1, 8):
        step, state = rule.update(h * (w - target), state, w)
        w = w + step
        yield (1 - (1 - η * h) ** t) * target, w[0]


@holds("eq:penalty", r"""
L_\text{total}(\boldsymbol{θ}) = L(\boldsymbol{θ}) + R(\mathbf{w}),
\qquad
R_2 = \frac{λ}{2} \sum_i w_i^2
\quad\text{or}\quad
R_1 = λ \sum_i |w_i| .
""")
def penalty(rng):
    λ, net = rng.uniform(0.1, 1), mlp((3, 4, 1), activation=tanh, rng=rng)
    net = net.at(rng.normal(size=net.theta.size))
    x, y, w = rng.normal(size=(5, 3)), rng.normal(size=(5, 1)), net.theta[net.decay_mask]
    yield λ / 2 * sum(w[i] ** 2 for i in range(len(w))), L2(λ)(w)
    yield λ * sum(abs(w[i]) for i in range(len(w))), L1(λ)(w)
    out, caches = net.forward(x)
    plain = net.backward(MeanSquaredError().gradient(out, y), caches)[1]
    for regularizer, pull in ((L2(λ), λ * net.theta), (L1(λ), λ * np.sign(net.theta))):
        settings = {"loss": MeanSquaredError(), "optimizer": GradientDescent(0.1), "batch_size": None, "epochs": 1}
        trained = train(net, x, y, regularizer=regularizer, **settings).net
        yield net.theta - 0.1 * (plain + pull * net.decay_mask), trained.theta


@holds("eq:shrink", r"""
\text{L2:}\quad w = \frac{h}{h + λ}\, ŵ,
\qquad\qquad
\text{L1:}\quad w = \frac{1}{h}\, \text{sign}(ŵ)\, \max\bigl(0,\ h|ŵ| - λ\bigr) .
""")
def shrink(rng):
    X, λ = rng.normal(size=(6, 1)), rng.uniform(0.1, 2)
    h = 2 / 6 * np.sum(X**2)
    for best in (*rng.normal(size=4), 1e-3):
        yield h / (h + λ) * best, ridge(X, X[:, 0] * best, λ)[0]
        yield 1 / h * np.sign(best) * max(0, h * abs(best) - λ), lasso(X, X[:, 0] * best, λ)[0]


@holds("eq:dropout", r"""
A' = \frac{1}{1 - q}\, M \circ A
\quad\text{in training},
\qquad
A' = A
\quad\text{at evaluation},
""")
def dropout(rng):
    q, A = rng.uniform(0.1, 0.8), rng.normal(size=(40, 50))
    out, mask = Dropout(q).forward(A, training=True, rng=rng)
    M = (mask > 0).astype(float)
    yield 1 / (1 - q) * M * A, out
    yield 1 - q, M.mean(), LAW
    yield A, Dropout(q).forward(A)[0]


@holds("eq:bn", r"""
\begin{aligned}
\bar{x} &= \frac{1}{B} \sum_{i=1}^{B} x_i,
&\qquad
s^2 &= \frac{1}{B} \sum_{i=1}^{B} (x_i - \bar{x})^2,\\
\hat{x}_i &= \frac{x_i - \bar{x}}{\sqrt{s^2 + ε}},
&\qquad
y_i &= γ\,\hat{x}_i + δ .
\end{aligned}
""")
def batch_norm(rng):
    x, γ, δ, ε = rng.normal(3, 2, size=(5, 1)), rng.normal(), rng.normal(), 0.1
    layer = BatchNorm(1, epsilon=ε).at(np.array([γ, δ]))
    out, (normalized, mean, variance, *_) = layer.forward(x, training=True)
    x_bar = sum(x[i, 0] for i in range(5)) / 5
    s2 = sum((x[i, 0] - x_bar) ** 2 for i in range(5)) / 5
    x_hat = (x - x_bar) / np.sqrt(s2 + ε)
    yield x_bar, mean[0]
    yield s2, variance[0]
    yield x_hat, normalized
    yield γ * x_hat + δ, out


@holds("eq:running", r"\text{running} \leftarrow (1 - r)\,\text{running} + r\,\text{batch},")
def running(rng):
    x, r = rng.normal(3, 2, size=(5, 2)), rng.uniform(0.05, 0.5)
    layer = BatchNorm(2, update_rate=r)
    after = layer.updated_buffers(layer.forward(x, training=True)[1])
    yield (1 - r) * np.zeros(2) + r * x.sum(axis=0) / 5, after[:2]
    yield (1 - r) * np.ones(2) + r * np.sum((x - x.mean(axis=0)) ** 2, axis=0) / 4, after[2:]


@holds("eq:bnback", r"""
\begin{aligned}
\frac{\partial L}{\partial x_i} &= \frac{1}{s} \Bigl( g_i - \overline{g} - \hat{x}_i\,\overline{g\,\hat{x}} \Bigr),\\
\frac{\partial L}{\partial γ} &= \sum_i \frac{\partial L}{\partial y_i}\,\hat{x}_i,
\qquad
\frac{\partial L}{\partial δ} = \sum_i \frac{\partial L}{\partial y_i},
\end{aligned}
""")
def batch_norm_backward(rng):
    x, G, γ = rng.normal(3, 2, size=(5, 1)), rng.normal(size=(5, 1)), rng.normal()
    layer = BatchNorm(1, epsilon=1e-300).at(np.array([γ, 0.5]))
    to_input, grads = layer.backward(G, layer.forward(x, training=True)[1])
    s = np.sqrt(np.sum((x - x.mean()) ** 2) / 5)
    x_hat, g = (x - x.mean()) / s, γ * G
    yield 1 / s * (g - g.mean() - x_hat * (g * x_hat).mean()), to_input
    yield sum(G[i, 0] * x_hat[i, 0] for i in range(5)), grads[0]
    yield sum(G[i, 0] for i in range(5)), grads[1]
