"""The equations of the chapter on losses."""

import re

import numpy as np
from equations.registry import holds

from nnbook.activations import sigmoid, softmax
from nnbook.explorers.losses import grid_cost
from nnbook.layers import Elementwise
from nnbook.losses import BinaryCrossEntropy, CrossEntropy, Huber, MeanAbsoluteError, MeanSquaredError
from nnbook.two_parameters import LineLoss


def logit(p):
    return np.log(p / (1 - p))


@holds("eq:mse", r"""
L(w, b) = \frac{1}{N} \sum_{i=1}^{N} (ŷ_i - y_i)^2 = \frac{1}{N} \sum_{i=1}^{N} (w x_i + b - y_i)^2 .
""")
def mean_squared_error(rng):
    x, y, (w, b) = rng.normal(size=7), rng.normal(size=7), rng.normal(size=2)
    guess = w * x + b
    yield sum((guess[i] - y[i]) ** 2 for i in range(7)) / 7, MeanSquaredError()(guess, y)
    yield sum((w * x[i] + b - y[i]) ** 2 for i in range(7)) / 7, LineLoss(x, y)(np.array([w, b]))


@holds("eq:normal", r"""
\frac{\partial L}{\partial w} = \frac{2}{N}\sum_i r_i x_i = 0,
\qquad
\frac{\partial L}{\partial b} = \frac{2}{N}\sum_i r_i = 0 .
""")
def normal_equations(rng):
    x, y, (w, b) = rng.normal(size=7), rng.normal(size=7), rng.normal(size=2)
    line = LineLoss(x, y)
    for point, target in (((w, b), None), (line.minimum, 0.0)):
        r = point[0] * x + point[1] - y
        slopes = line.gradient(np.array(point)) if target is None else [target, target]
        yield 2 / 7 * sum(r[i] * x[i] for i in range(7)), slopes[0]
        yield 2 / 7 * sum(r[i] for i in range(7)), slopes[1]


@holds("eq:grid", r"\underbrace{q \cdot q \cdots q}_{n} = q^n")
def grid(rng):
    explorer = grid_cost()
    scene = explorer.scene()
    for q, n in (("3", 1), ("5", 2), ("10", int(rng.integers(3, 12)))):
        said = scene.state(values=q, parameters=n).readout
        yield np.prod([float(q)] * n), float(re.search(r"([\d,]+) evaluations", said)[1].replace(",", ""))


@holds("eq:mae", r"""
L = \frac{1}{N} \sum_i |ŷ_i - y_i|,
\qquad
\frac{\partial L}{\partial ŷ_i} = \frac{1}{N}\,\text{sign}(ŷ_i - y_i),
""")
def mean_absolute_error(rng):
    guess, y = rng.normal(size=(2, 7))
    yield sum(abs(guess[i] - y[i]) for i in range(7)) / 7, MeanAbsoluteError()(guess, y)
    yield [(1 if guess[i] > y[i] else -1) / 7 for i in range(7)], MeanAbsoluteError().gradient(guess, y)


@holds("eq:huber", r"""
L_i =
\begin{cases}
\tfrac12 r_i^2 & \text{where } |r_i| \le d,\\
d\,\bigl(|r_i| - \tfrac12 d\bigr) & \text{beyond},
\end{cases}
\qquad
\frac{\partial L_i}{\partial ŷ_i} = \text{clip}(r_i, -d, d).
""")
def huber(rng):
    d = rng.uniform(0.3, 1.5)
    for r in rng.normal(0, 2, 20):
        value = r**2 / 2 if abs(r) <= d else d * (abs(r) - d / 2)
        yield value, Huber(d)([r], [0.0])
        yield max(-d, min(d, r)), Huber(d).gradient([r], [0.0])[0]


@holds("eq:likelihood", r"""
\text{likelihood}(\boldsymbol{θ}) = \prod_{i=1}^{N} p(y_i \mid x_i, \boldsymbol{θ}),
\qquad
L(\boldsymbol{θ}) = -\frac{1}{N}\sum_{i=1}^{N} \log p(y_i \mid x_i, \boldsymbol{θ}).
""")
def likelihood(rng):
    z, y = rng.normal(size=(6, 3)), rng.integers(3, size=6)
    p = softmax(z)[np.arange(6), y]
    yield -np.sum(np.log(p)) / 6, CrossEntropy()(z, y)
    yield np.prod(p), np.exp(-6 * CrossEntropy()(z, y))


@holds("eq:gauss", r"""
-\log p(y_i \mid x_i, \boldsymbol{θ}) = \frac{(ŷ_i - y_i)^2}{2s^2} + \log(s\sqrt{2π}),
""")
def gauss(rng):
    guess, y, s = rng.normal(size=5), rng.normal(size=5), rng.uniform(0.3, 3)
    density = np.exp(-((y - guess) ** 2) / (2 * s**2)) / (s * np.sqrt(2 * np.pi))
    yield (guess - y) ** 2 / (2 * s**2) + np.log(s * np.sqrt(2 * np.pi)), -np.log(density)
    mean = MeanSquaredError()(guess, y) / (2 * s**2) + np.log(s * np.sqrt(2 * np.pi))
    yield mean, -np.log(density).mean()


@holds("eq:bce", r"""
L = -\frac{1}{N} \sum_{i=1}^{N} \bigl[\, y_i \log p_i + (1 - y_i) \log(1 - p_i) \,\bigr] .
""")
def binary_cross_entropy(rng):
    z, y = rng.normal(size=7), rng.integers(2, size=7)
    p = 1 / (1 + np.exp(-z))
    total = sum(y[i] * np.log(p[i]) + (1 - y[i]) * np.log(1 - p[i]) for i in range(7))
    yield -total / 7, BinaryCrossEntropy()(z, y.astype(float))


@holds("eq:entropy", r"H(\bar{y}) = -\bar{y} \log \bar{y} - (1 - \bar{y}) \log(1 - \bar{y}),")
def entropy(rng):
    y = (rng.random(50) < 0.3).astype(float)
    share = y.mean()
    H = -share * np.log(share) - (1 - share) * np.log(1 - share)
    yield H, BinaryCrossEntropy()(np.full(50, logit(share)), y)


@holds("eq:ce", r"L = -\frac{1}{N} \sum_{i=1}^{N} \sum_{k=1}^{K} y_{ik} \log p_{ik},")
def cross_entropy(rng):
    z, y = rng.normal(size=(4, 3)), rng.dirichlet(np.ones(3), 4)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    yield -sum(y[i, k] * np.log(p[i, k]) for i in range(4) for k in range(3)) / 4, CrossEntropy()(z, y)


@holds("eq:lse", r"""
\begin{aligned}
-\log p_c &= -\log \frac{e^{z_c}}{\sum_k e^{z_k}} = -z_c + \log \sum_k e^{z_k},\\
\log \sum_k e^{z_k} &= m + \log \sum_k e^{z_k - m} .
\end{aligned}
""")
def log_sum_exp(rng):
    z = rng.normal(0, 3, 5)
    c, m = 2, z.max()
    loss = CrossEntropy()(z[None], np.array([c]))
    total = np.log(np.sum(np.exp(z)))
    yield -np.log(softmax(z)[c]), loss
    yield -np.log(np.exp(z[c]) / np.sum(np.exp(z))), loss
    yield -z[c] + total, loss
    yield m + np.log(np.sum(np.exp(z - m))), total


@holds("eq:softplus", r"L = \log(1 + e^{z}) - yz = \max(z, 0) - yz + \log\bigl(1 + e^{-|z|}\bigr) .")
def softplus_form(rng):
    for z, y in zip(rng.normal(0, 5, 20), rng.random(20), strict=True):
        loss = BinaryCrossEntropy()([z], [y])
        yield np.log(1 + np.exp(z)) - y * z, loss
        yield max(z, 0) - y * z + np.log(1 + np.exp(-abs(z))), loss


@holds("eq:p-minus-y", r"\frac{\partial L}{\partial z_k} = p_k - y_k ,")
def p_minus_y(rng):
    z, y = rng.normal(size=4), np.eye(4)[rng.integers(4)]
    p = np.exp(z) / np.exp(z).sum()
    yield p - y, CrossEntropy().gradient(z[None], y[None])[0]


@holds("eq:slopes", r"""
\frac{\partial L}{\partial z} = 2\,(p - y)\,\underbrace{p\,(1 - p)}_{σ'(z)}
\qquad\text{against}\qquad
\frac{\partial L}{\partial z} = p - y .
""")
def slopes(rng):
    z, y = rng.normal(size=1), rng.integers(2, size=1).astype(float)
    p = 1 / (1 + np.exp(-z))
    out, cache = Elementwise(sigmoid).forward(z[None])
    told = Elementwise(sigmoid).backward(MeanSquaredError().gradient(out, y[None]), cache)[0][0]
    yield 2 * (p - y) * p * (1 - p), told
    yield p - y, BinaryCrossEntropy().gradient(z, y)
