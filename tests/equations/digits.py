"""The equations of the chapters on digits and on choosing a model, and of the checklist."""

from types import SimpleNamespace

import numpy as np
from equations.registry import chapter_function, chapter_value, holds, in_words

from nnbook.activations import sigmoid
from nnbook.drawing import preprocess
from nnbook.layers import Elementwise, Linear
from nnbook.losses import CrossEntropy, MeanSquaredError


@holds("eq:standard-error", r"s = \sqrt{\frac{p\,(1 - p)}{n}},")
def standard_error(rng):
    p, n = rng.uniform(0.5, 0.95), 400
    yield np.sqrt(p * (1 - p) / n), chapter_value("10-reading-digits", "s", share=p, n=n)
    yield np.sqrt(p * (1 - p) / n), (rng.random((20_000, n)) < p).mean(axis=1).std(), 0.05


@holds("eq:digits-classic", r"""
L = \frac{1}{10\,B} \sum_{i=1}^{B} \sum_{k=0}^{9} \left(ŷ_{ik} - y_{ik}\right)^2,
\qquad
\frac{\partial L}{\partial z_{ik}} = \frac{2}{10\,B} \left(ŷ_{ik} - y_{ik}\right) ŷ_{ik} \left(1 - ŷ_{ik}\right).
""")
def classic(rng):
    z, y = rng.normal(size=(4, 10)), np.eye(10)[rng.integers(10, size=4)]
    guess, cache = Elementwise(sigmoid).forward(z)
    total = sum((guess[i, k] - y[i, k]) ** 2 for i in range(4) for k in range(10))
    yield total / (10 * 4), MeanSquaredError()(guess, y)
    told = Elementwise(sigmoid).backward(MeanSquaredError().gradient(guess, y), cache)[0]
    yield 2 / (10 * 4) * (guess - y) * guess * (1 - guess), told


@holds("eq:digits-modern", r"""
L = -\frac{1}{B} \sum_{i=1}^{B} \log p_{i,y_i},
\qquad
\frac{\partial L}{\partial z_{ik}} = \frac{1}{B} \left(p_{ik} - y_{ik}\right),
""")
def modern(rng):
    z, y = rng.normal(size=(4, 10)), rng.integers(10, size=4)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    yield -sum(np.log(p[i, y[i]]) for i in range(4)) / 4, CrossEntropy()(z, y)
    yield (p - np.eye(10)[y]) / 4, CrossEntropy().gradient(z, y)


@holds("eq:permutation", r"(X\Pi)\,(\Pi^\top W) = X\,(\Pi\,\Pi^\top)\,W = X W,")
def permutation(rng):
    order = rng.permutation(9)
    Π, X, W = np.eye(9)[:, order], rng.normal(size=(4, 9)), rng.normal(size=(9, 3))
    plain = Linear.from_weights(W, np.zeros(3)).forward(X)[0]
    yield Linear.from_weights(Π.T @ W, np.zeros(3)).forward(X @ Π)[0], plain
    yield X @ (Π @ Π.T) @ W, plain
    yield Linear.from_weights(W[order], np.zeros(3)).forward(X[:, order])[0], plain


in_words(
    "eq:calibration",
    r"P(\text{right} \mid p_\text{max} = c) = c \quad \text{for all } c.",
    reason="The definition of a property that a classifier may have; the table below it measures how far it has it.",
)


@holds("eq:neighbors", r"""
\lVert \mathbf{x} - \mathbf{x}' \rVert^2 = \lVert\mathbf{x}\rVert^2 - 2\,\mathbf{x}\cdot\mathbf{x}' +
\lVert\mathbf{x}'\rVert^2 .
""")
def neighbors(rng):
    a, b = rng.normal(size=(3, 5)), rng.normal(size=(4, 5))
    told = chapter_function("10-reading-digits", "squared_distances")(a, b)
    yield [[np.sum(x**2) - 2 * x @ other + np.sum(other**2) for other in b] for x in a], told
    yield np.sum((a[:, None] - b) ** 2, axis=2), told


@holds("eq:center", r"""
14 - \left\lfloor \frac{\sum_{r,c} r\, m_{rc}}{\sum_{r,c} m_{rc}} + \frac12 \right\rfloor ,
""")
def center(rng):
    ink = np.zeros((140, 140))
    m = rng.random((20, 20)) * rng.random((20, 1)) ** rng.uniform(0, 4) + 1e-3
    ink[30:50, 60:80] = m
    field = preprocess(ink).reshape(28, 28)
    r, c = np.indices((20, 20))
    for index, axis in ((r, 1), (c, 0)):
        begins = 14 - np.floor(np.sum(index * m) / np.sum(m) + 1 / 2)
        yield begins, np.flatnonzero(field.any(axis=axis))[0]


@holds("eq:power-law", r"E(N) \approx c\, N^{-b},")
def power_law(rng):
    c, b, sizes = rng.uniform(0.5, 3), rng.uniform(0.1, 0.6), [100, 200, 800]
    right = 1 - c * np.array(sizes, float) ** -b / 10
    curves = SimpleNamespace(sizes=sizes, accuracy=right[None, :, None])
    exponent = chapter_function(
        "11-when-to-use-a-network", "exponent", comparison=SimpleNamespace(curves=lambda task: curves)
    )
    yield b, exponent("made", 100, 800)[0], 1e-9


@holds("eq:loss-at-start", r"L_0 \approx -\log \frac1K = \log K .")
def loss_at_start(rng):
    K = int(rng.integers(2, 20))
    yield -np.log(1 / K), CrossEntropy()(np.zeros((3, K)), np.zeros(3, int))
    yield np.log(K), CrossEntropy()(np.zeros((3, K)), np.zeros(3, int))
