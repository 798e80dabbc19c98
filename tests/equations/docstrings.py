"""Formulas in the docstrings of public names, which the page on the package shows, and formulas within sentences."""

import re

import numpy as np
from equations import backpropagation, descent, losses, neurons, signals

from nnbook import (
    hinges,
    initializers,
    landscapes,
    layers,
    linefits,
    optimizers,
    penalized,
    rates,
    regularizers,
    schedules,
    two_parameters,
)
from nnbook import losses as nn
from nnbook import signals as deep
from nnbook.activations import sigmoid, softmax, softmax_vjp, tanh
from nnbook.explorers.sgd import SCHEDULES
from nnbook.training import minimize

# Activations and softmax are held, formula by formula, by the tests of the table of activations.
MODULES = (
    hinges,
    initializers,
    landscapes,
    layers,
    linefits,
    nn,
    optimizers,
    penalized,
    rates,
    regularizers,
    schedules,
    deep,
    two_parameters,
)
FORMULA = re.compile(r"[←~∇²Σ√ᵀ]|\w\)? = ")
SAID, INLINE = {}, {}


def says(thing, *formulas):
    """Register a check of formulas that the docstring of a public thing states in these words."""

    def keep(check):
        SAID[f"{thing.__module__}.{thing.__name__}"] = (thing, formulas, check)
        return check

    return keep


def inline(chapter, latex):
    """Register a check of a formula that stands within a sentence of a chapter."""

    def keep(check):
        INLINE[chapter, latex] = check
        return check

    return keep


def slopes(f, θ, step=1e-6):
    """Central differences of a function of the last axis."""
    return np.array([(f(θ + step * e) - f(θ - step * e)) / (2 * step) for e in np.eye(len(θ))])


# What displayed equations say as well

says(nn.MeanSquaredError, "L = (1/n) Σ (ŷ − y)², ∂L/∂ŷ = (2/n) (ŷ − y)")(losses.mean_squared_error)
says(nn.MeanAbsoluteError, "L = (1/n) Σ |ŷ − y|, ∂L/∂ŷ = sign(ŷ − y) / n")(losses.mean_absolute_error)
says(nn.Huber, "½ r² where |r| ≤ d, and of d (|r| − ½ d) beyond, r = ŷ − y", "clip(r, −d, d) / n")(losses.huber)
says(
    nn.BinaryCrossEntropy,
    "L = −mean(y log p + (1 − y) log(1 − p)) with p = σ(z)",
    "∂L/∂z = (σ(z) − y) / n",
    "max(z, 0) − y z + log(1 + e^−|z|)",
)(losses.softplus_form)
says(regularizers.L1, "λ Σ |w|, gradient λ sign(w)")(signals.penalty)
says(regularizers.L2, "(λ/2) Σ w², gradient λ w")(signals.penalty)
says(optimizers.GradientDescent, "θ ← θ − η g")(descent.descent)
says(optimizers.Momentum, "u ← μ u + g, θ ← θ − η u", "u ← μ u + (1 − μ) g", "η / (1 − μ)")(descent.averaging)
says(optimizers.Nesterov, "u ← μ u + g, θ ← θ − η (g + μ u)", "at φ − ημu; in θ = φ − ημu")(descent.lookahead)
says(optimizers.AdaGrad, "v ← v + g², θ ← θ − η g / (√v + ε)")(descent.adagrad)
says(optimizers.RMSprop, "v ← β₂ v + (1 − β₂) g², θ ← θ − η g / (√v + ε)")(descent.rmsprop)
says(
    optimizers.Adam,
    "m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², θ ← θ − η m̂ / (√v̂ + ε)",
    "m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ)",
)(descent.adam)
says(optimizers.AdamW, "shrunk by η λ θ")(descent.adamw)
says(layers.Elementwise, "a = φ(z)", "∂L/∂z = ∂L/∂a ∘ φ′(z)")(backpropagation.activation)
says(layers.Linear, "z = x W + b", "∂L/∂W = xᵀ g, ∂L/∂b = Σ g over the batch, ∂L/∂x = g Wᵀ")(backpropagation.layer)
says(layers.BatchNorm, "y = γ x̂ + δ with x̂ = (x − x̄)/√(s² + ε)", "running ← (1 − r) running + r batch")(
    signals.batch_norm
)
says(initializers.lecun_normal, "W ~ N(0, 1/fan_in)")(signals.lecun)
says(initializers.lecun_uniform, "W ~ U(−√(3/fan_in), √(3/fan_in)), of variance 1/fan_in")(signals.lecun)
says(initializers.xavier_normal, "W ~ N(0, 2/(fan_in + fan_out))")(signals.xavier)
says(initializers.xavier_uniform, "W ~ U(−a, a), a = √(6/(fan_in + fan_out))")(signals.xavier)
says(hinges.hinges, "ŷ(x) = y₀ + Σₖ cₖ max(0, x − tₖ)")(neurons.sum_of_hinges)
says(rates.best_settings, "η = (2 / (√h_max + √h_min))²", "ρ = √μ")(descent.best)
says(rates.critical_momentum, "μ = ((√κ − 1) / (√κ + 1))²")(descent.best)


@says(nn.CrossEntropy, "L = −(1/B) Σᵢ Σₖ yᵢₖ log pᵢₖ with p = softmax(z)", "∂L/∂z = (p Σₖ yₖ − y) / B")
def cross_entropy(rng):
    z, y = rng.normal(size=(4, 3)), rng.dirichlet(np.ones(3), 4)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    yield -np.sum(y * np.log(p)) / 4, nn.CrossEntropy()(z, y)
    yield (p * y.sum(axis=1, keepdims=True) - y) / 4, nn.CrossEntropy().gradient(z, y)


@says(softmax_vjp, "(p ∘ (g − Σⱼ gⱼ pⱼ)) / T", "diag(p) − p pᵀ")
def pulled_back(rng):
    (z, g), T = rng.normal(size=(2, 4)), rng.uniform(0.5, 2)
    p = np.exp(z / T) / np.exp(z / T).sum()
    yield p * (g - np.sum(g * p)) / T, softmax_vjp(g, z, T)
    yield g @ (np.diag(p) - np.outer(p, p)) / T, softmax_vjp(g, z, T)


# Initializers


@says(initializers.zeros, "W = 0")
def zeros(rng):
    yield np.zeros((2, 3)), initializers.zeros(rng, (2, 3))


@says(initializers.normal, "W ~ N(0, std²)")
def normal(rng):
    yield 0.7**2, initializers.normal(rng, 200_000, std=0.7).var(), 0.02


@says(initializers.uniform, "W ~ U(−bound, bound), whose variance is bound²/3")
def uniform(rng):
    drawn = initializers.uniform(rng, 200_000, bound=0.7)
    yield 0.7**2 / 3, drawn.var(), 0.02
    yield 0.7, np.abs(drawn).max(), 0.001


def leaky(draw_normal, draw_uniform, slope):
    def drawn(rng, shape):
        return draw_normal(rng, shape, slope=slope)

    def bounded(rng, shape):
        return draw_uniform(rng, shape, slope=slope)

    return signals.drawn_variance(drawn, (7, 3)), signals.bound_of(bounded, (7, 3))


@says(initializers.kaiming_uniform, "W ~ U(−a, a), a = √(6/((1 + α²) fan_in))")
@says(initializers.kaiming_normal, "W ~ N(0, 2/((1 + α²) fan_in))")
def kaiming(rng):
    α = rng.uniform(0, 1)
    variance, bound = leaky(initializers.kaiming_normal, initializers.kaiming_uniform, α)
    yield 2 / ((1 + α**2) * 7), variance
    yield np.sqrt(6 / ((1 + α**2) * 7)), bound


# Landscapes


def landscape(f, value, gradient):
    """A check that a landscape has this value and this gradient, and the gradient the value's slopes."""

    def check(rng):
        for θ in rng.normal(0, 1.5, (5, f.dimensions)):
            yield value(*θ), f(θ)
            yield gradient(*θ), f.gradient(θ)
            yield gradient(*θ), slopes(f, θ), 1e-6

    return check


says(landscapes.Quadratic, "f(θ) = ½ Σ hᵢ θᵢ², ∇f = h ∘ θ")(
    landscape(
        landscapes.Quadratic((0.5, -2.0)), lambda a, b: 0.5 * (0.5 * a**2 - 2 * b**2), lambda a, b: [0.5 * a, -2 * b]
    )
)
says(landscapes.Ravine, "f(θ) = ½ (θ₁² + κ θ₂²), ∇f = (θ₁, κ θ₂)")(
    landscape(landscapes.Ravine(7.0), lambda a, b: 0.5 * (a**2 + 7 * b**2), lambda a, b: [a, 7 * b])
)
says(
    landscapes.Banana,
    "f(x, y) = (1 − x)² + c (y − x²)², ∇f = (−2 (1 − x) − 4 c x (y − x²), 2 c (y − x²))",
    "c = 100",
)(
    landscape(
        landscapes.banana,
        lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
        lambda x, y: [-2 * (1 - x) - 4 * 100 * x * (y - x**2), 2 * 100 * (y - x**2)],
    )
)
says(landscapes.Saddle, "f(x, y) = ½ (x² − y²) + ¼ y⁴, ∇f = (x, y³ − y)")(
    landscape(landscapes.saddle, lambda x, y: 0.5 * (x**2 - y**2) + 0.25 * y**4, lambda x, y: [x, y**3 - y])
)
says(landscapes.DoubleWell, "f(θ) = ¼ (θ² − 1)² + ⅒ θ", "f′ = θ³ − θ + ⅒")(
    landscape(landscapes.double_well, lambda a: 0.25 * (a**2 - 1) ** 2 + 0.1 * a, lambda a: [a**3 - a + 0.1])
)
says(landscapes.Basins, "f(θ) = ½ Σ (θᵢ⁴ − 16 θᵢ² + 5 θᵢ), ∇f = 2 θ³ − 16 θ + 5/2")(
    landscape(
        landscapes.basins,
        lambda *θ: 0.5 * sum(a**4 - 16 * a**2 + 5 * a for a in θ),
        lambda *θ: [2 * a**3 - 16 * a + 5 / 2 for a in θ],
    )
)
says(two_parameters.ChainLoss, "f(w₁, w₂) = (w₁ w₂ − 1)², ∇f = 2 (w₁ w₂ − 1) (w₂, w₁)")(
    landscape(
        two_parameters.ChainLoss(),
        lambda a, b: (a * b - 1) ** 2,
        lambda a, b: [2 * (a * b - 1) * b, 2 * (a * b - 1) * a],
    )
)


@says(landscapes.Turned, "f(Rθ)", "Rᵀ∇f(Rθ)")
def turned(rng):
    θ, R = rng.normal(size=2), np.array([[np.cos(0.5), -np.sin(0.5)], [np.sin(0.5), np.cos(0.5)]])
    f = landscapes.Turned(landscapes.ravine, float(np.rad2deg(0.5)))
    yield landscapes.ravine(R @ θ), f(θ), 1e-11
    yield R.T @ landscapes.ravine.gradient(R @ θ), f.gradient(θ), 1e-11


@says(landscapes.Objective, "f(θ) = loss(net at θ, y)")
def objective(rng):
    net, x, y = layers.mlp((2, 3, 1), rng=rng), rng.normal(size=(5, 2)), rng.normal(size=(5, 1))
    f, θ = landscapes.objective(net, nn.MeanSquaredError(), x, y), rng.normal(size=net.theta.size)
    yield np.mean((net.at(θ)(x) - y) ** 2), f(θ)
    yield slopes(f, θ), f.gradient(θ), 1e-6


@says(two_parameters.LineLoss, "f(w, b) = (1/N) Σ (w xᵢ + b − yᵢ)², ∇f = (2/N) (Σ rᵢ xᵢ, Σ rᵢ)", "(2/N) AᵀA")
def line(rng):
    yield from descent.descent_line(rng)
    yield from losses.mean_squared_error(rng)


@says(two_parameters.NeuronLoss, "a = σ(w xᵢ + b), ∇f = (2/N) Σ (aᵢ − yᵢ) aᵢ (1 − aᵢ) (xᵢ, 1)")
def neuron_loss(rng):
    f, (w, b) = two_parameters.NeuronLoss(), rng.normal(size=2)
    a = sigmoid(w * f.x + b)
    each = (a - f.y) * a * (1 - a)
    yield np.mean((a - f.y) ** 2), f(np.array([w, b]))
    yield [2 / 4 * np.sum(each * f.x), 2 / 4 * np.sum(each)], f.gradient(np.array([w, b]))


# Schedules

T = np.arange(40)


@says(schedules.Constant, "η(t) = η₀")
def constant(rng):
    yield np.full(40, 0.3), schedules.Constant(0.3)(T)


@says(schedules.StepDecay, "η(t) = η₀ · factor^⌊t / every⌋")
def step_decay(rng):
    yield 0.3 * 0.5 ** (T // 7), schedules.StepDecay(0.3, 7, 0.5)(T)


@says(schedules.Exponential, "η(t) = η₀ · factorᵗ")
def exponential(rng):
    yield 0.3 * 0.9**T, schedules.Exponential(0.3, 0.9)(T)


@says(schedules.Cosine, "η(t) = η₁ + ½ (η₀ − η₁) (1 + cos(π t / steps)), then η₁")
def cosine(rng):
    falling = 0.05 + 0.5 * (0.3 - 0.05) * (1 + np.cos(np.pi * T / 25))
    yield np.where(T < 25, falling, 0.05), schedules.Cosine(0.3, 25, 0.05)(T)


@says(schedules.Warmup, "η(t) = after(0) · (t + 1) / steps for t < steps, then after(t − steps)")
def warmup(rng):
    after = 0.3 * 0.9 ** np.maximum(T - 8, 0)
    yield np.where(T < 8, 0.3 * (T + 1) / 8, after), schedules.Warmup(8, schedules.Exponential(0.3, 0.9))(T)


@inline("07-momentum-and-adam", r"$η_0 \cdot \tfrac12\left(1 + \cos(πt/T)\right)$")
def cosine_of_the_chapter(rng):
    yield 0.3 * 0.5 * (1 + np.cos(np.pi * T / 39)), schedules.Cosine(0.3, 39)(T)


# Fits and signals


@says(linefits.least_squares, "w = Σ (x − x̄)(y − ȳ) / Σ (x − x̄)², b = ȳ − w x̄")
def least_squares(rng):
    x, y = rng.normal(size=(2, 7))
    w = np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2)
    yield [w, y.mean() - w * x.mean()], linefits.least_squares(x, y)


@says(penalized.ridge, "(1/N)‖Xw − y‖² + (λ/2)‖w‖²", "(H + λI) w = (2/N) Xᵀy, where H = (2/N) XᵀX")
def ridge(rng):
    X, y, λ = rng.normal(size=(8, 3)), rng.normal(size=8), rng.uniform(0.1, 1)
    w = penalized.ridge(X, y, λ)
    yield (2 / 8 * X.T @ X + λ * np.eye(3)) @ w, 2 / 8 * X.T @ y
    yield 0 * w, slopes(lambda v: np.sum((X @ v - y) ** 2) / 8 + λ / 2 * v @ v, w), 1e-8


@says(
    penalized.lasso,
    "(1/N)‖Xw − y‖² + λ‖w‖₁",
    "wⱼ = soft_threshold(pⱼ, λ) / hⱼ with hⱼ = (2/N) xⱼᵀxⱼ and pⱼ = (2/N) xⱼᵀ(y − Xw + xⱼwⱼ)",
)
def lasso(rng):
    X, y, λ = rng.normal(size=(8, 3)), rng.normal(size=8), rng.uniform(0.1, 1)
    w = penalized.lasso(X, y, λ)
    h = 2 / 8 * np.sum(X**2, axis=0)
    p = [2 / 8 * X[:, j] @ (y - X @ w + X[:, j] * w[j]) for j in range(3)]
    yield np.sign(p) * np.maximum(np.abs(p) - λ, 0) / h, w, 1e-8


@says(penalized.soft_threshold, "sign(w) max(|w| − t, 0)", "½(v − w)² + t|v|")
def soft_threshold(rng):
    w, t, v = rng.normal(size=20), rng.uniform(0.1, 1), np.linspace(-4, 4, 8001)
    yield np.sign(w) * np.maximum(np.abs(w) - t, 0), penalized.soft_threshold(w, t)
    best = v[np.argmin((v - w[:, None]) ** 2 / 2 + t * np.abs(v), axis=1)]
    yield best, penalized.soft_threshold(w, t), 1e-3


@says(deep.mean_squares, "(E φ(z)², E φ′(z)²) for z ~ N(0, q)")
def mean_squares(rng):
    q = rng.uniform(0.2, 3)
    z = np.sqrt(q) * rng.standard_normal(200_000)
    yield [np.mean(np.tanh(z) ** 2), np.mean((1 - np.tanh(z) ** 2) ** 2)], deep.mean_squares(tanh, q), 0.02


@says(deep.layer_factors, "q′ = n·Var(w) · E φ(z)² and χ = n·Var(w) · E φ′(z)² with z ~ N(0, q)")
def layer_factors(rng):
    q, n_var = rng.uniform(0.2, 3, 2)
    forward, back = deep.mean_squares(tanh, q)
    yield [n_var * forward / q, n_var * back], deep.layer_factors(tanh, n_var, q)


@says(deep.normalize, "(z − mean) / √(variance + ε) over the batch", "the factor 1/√…")
def normalize(rng):
    z = rng.normal(2, 3, size=(2, 5, 3))
    scale = 1 / np.sqrt(z.var(axis=1, keepdims=True) + 0.1)
    told = deep.normalize(z, 0.1)
    yield (z - z.mean(axis=1, keepdims=True)) * scale, told[0]
    yield scale, told[1]


# Formulas within sentences


@inline("02-activations", r"$σ(x) = (1 + e^{-x})^{-1}$")
def sigmoid_in_a_sentence(rng):
    x = rng.normal(0, 3, 20)
    yield (1 + np.exp(-x)) ** -1, sigmoid(x)


@inline("02-activations", r"$p_1 = σ(z_1 - z_2)$")
def softmax_of_two(rng):
    z = rng.normal(size=2)
    yield sigmoid(z[0] - z[1]), softmax(z)[0]


@inline("05-gradient-descent", r"$A^\top A\,\boldsymbol{θ} = A^\top \mathbf{y}$")
def normal_equations(rng):
    x, y = rng.normal(size=(2, 6))
    A = np.column_stack([x, np.ones(6)])
    yield A.T @ A @ np.array(two_parameters.LineLoss(x, y).minimum), A.T @ y


@inline("05-gradient-descent", r"$1 - ηh_\text{min} = -(1 - ηh_\text{max})$")
def balanced(rng):
    low, high = np.sort(rng.uniform(0.1, 5, 2))
    η = 2 / (low + high)
    path = optimizers.GradientDescent(η)
    step = [path.update(np.array([h]), path.init(np.ones(1)), np.ones(1))[0][0] for h in (low, high)]
    yield 1 + step[0], -(1 + step[1])


@inline("06-stochastic-gradient-descent", r"$η(t) = η_0/(1 + t/τ)$")
def decay_of_the_chapter(rng):
    yield 1 / (1 + T / 20), SCHEDULES["1/(1 + t/20)"](T)


@inline("07-momentum-and-adam", r"$\mathbf{u}_k = \mathbf{g}_k + μ\,\mathbf{g}_{k-1} + μ^2\,\mathbf{g}_{k-2} + \dots$")
def velocity(rng):
    g, μ = rng.normal(size=6), rng.uniform(0, 1)
    rule = optimizers.Momentum(0.1, μ)
    state = rule.init(np.zeros(1))
    for gradient in g:
        _, state = rule.update(np.array([gradient]), state, np.zeros(1))
    yield sum(μ**k * g[5 - k] for k in range(6)), state.u[0]


@inline("07-momentum-and-adam", r"$|θ_k| = \left(1 + k\sqrt{ηh}\right)ρ^k$")
def critically_damped(rng):
    ρ, h, k = rng.uniform(0.1, 0.9), rng.uniform(0.1, 1), np.arange(9)
    for root in (1 - ρ, 1 + ρ):  # the flattest component, and the steepest
        path = minimize(landscapes.Quadratic((h,)), np.ones(1), optimizers.Momentum(root**2 / h, ρ**2), 8)[:, 0]
        yield (1 + k * root) * ρ**k, np.abs(path), 1e-10
