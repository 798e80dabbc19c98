"""The equations of the chapters on gradient descent, SGD, momentum and Adam."""

import itertools

import numpy as np
from equations.registry import holds, in_words

from nnbook.explorers.sgd import BASE_RATE, example_gradients, expected_excess, floor_height, rule_schedule
from nnbook.landscapes import Quadratic, Ravine, banana
from nnbook.layers import Linear, Sequential
from nnbook.losses import MeanSquaredError
from nnbook.optimizers import AdaGrad, Adam, AdamW, GradientDescent, Momentum, Nesterov, RMSprop
from nnbook.rates import best_settings, critical_momentum, spectral_radius
from nnbook.training import minibatches, minimize, train
from nnbook.two_parameters import LineLoss

STEPS = 6


def random_line(rng, n=6):
    return LineLoss(rng.normal(size=n), rng.normal(size=n))


def replay(rule, rng, **start):
    """Gradients on the banana, and the positions before and after each step of a rule, from zero state."""
    θ, state = rng.normal(size=2), None
    state = rule.init(θ)
    for t in range(1, STEPS + 1):
        g = banana.gradient(θ)
        step, state = rule.update(g, state, θ)
        yield t, g, θ, θ + step, state
        θ = θ + step


@holds("eq:descent", r"\boldsymbol{θ} \leftarrow \boldsymbol{θ} - η\, \nabla L(\boldsymbol{θ}).")
def descent(rng):
    η = rng.uniform(0, 0.01)
    path = minimize(banana, rng.normal(size=2), GradientDescent(η), STEPS)
    yield path[:-1] - η * banana.gradient(path[:-1]), path[1:]


@holds("eq:descent-lemma", r"""
L(\boldsymbol{θ} - η \nabla L) \;\le\; L(\boldsymbol{θ}) - η\left(1 - \frac{η\, h_\text{max}}{2}\right)\lVert
\nabla L \rVert^2 .
""")
def descent_lemma(rng):
    h = rng.uniform(0.1, 5, size=4)
    quadratic, η = Quadratic(tuple(h)), rng.uniform(0, 0.5)

    def bound(θ):
        return quadratic(θ) - η * (1 - η * h.max() / 2) * np.sum(quadratic.gradient(θ) ** 2)

    for θ in rng.normal(size=(20, 4)):
        assert quadratic(θ - η * quadratic.gradient(θ)) <= bound(θ)
    steepest = np.where(h == h.max(), 1.0, 0.0)
    yield bound(steepest), quadratic(steepest - η * quadratic.gradient(steepest))


@holds("eq:descent-factor", r"θ_t = (1 - ηh)^t\, θ_0 .")
def descent_factor(rng):
    h, η, θ = rng.uniform(0.1, 4), rng.uniform(0.1, 0.6), rng.normal()
    path = minimize(Quadratic((h,)), np.array([θ]), GradientDescent(η), STEPS)[:, 0]
    yield [(1 - η * h) ** t * θ for t in range(STEPS + 1)], path


@holds("eq:descent-limit", r"0 < η < \frac{2}{h}.")
def descent_limit(rng):
    for h, η in zip(rng.uniform(0.5, 4, 200), rng.uniform(0, 2, 200), strict=True):
        path = minimize(Quadratic((h,)), np.ones(1), GradientDescent(η), 2)[:, 0]
        yield 0 < η < 2 / h, abs(path[2]) < abs(path[0])


@holds("eq:descent-quadratic", r"""
L(\boldsymbol{θ}) \approx L(\boldsymbol{θ}^*) + \tfrac12 (\boldsymbol{θ} - \boldsymbol{θ}^*)^\top H\,
(\boldsymbol{θ} - \boldsymbol{θ}^*),
""")
def descent_quadratic(rng):
    line, θ = random_line(rng), rng.normal(size=2)
    away = θ - np.array(line.minimum)
    yield line(np.array(line.minimum)) + 0.5 * away @ line.hessian @ away, line(θ), 1e-11


@holds("eq:descent-components", r"e_i \leftarrow (1 - η h_i)\, e_i ,")
def descent_components(rng):
    line = random_line(rng)
    h, directions = np.linalg.eigh(line.hessian)
    η = rng.uniform(0, 2 / h.max())
    e = (minimize(line, rng.normal(size=2), GradientDescent(η), STEPS) - line.minimum) @ directions
    for i in range(2):
        yield (1 - η * h[i]) * e[:-1, i], e[1:, i], 1e-10


@holds("eq:descent-rate", r"""
η^* = \frac{2}{h_\text{min} + h_\text{max}},
\qquad
ρ = \frac{κ - 1}{κ + 1},
\qquad
κ = \frac{h_\text{max}}{h_\text{min}}.
""")
def descent_rate(rng):
    h = np.sort(rng.uniform(0.1, 5, 2))
    η, κ = 2 / (h[0] + h[1]), h[1] / h[0]
    sizes = np.linalg.norm(minimize(Quadratic(tuple(h)), np.ones(2), GradientDescent(η), STEPS), axis=1)
    others = [np.abs(1 - rate * h).max() for rate in η * np.linspace(0.5, 1.5, 101)]
    yield η, η * np.linspace(0.5, 1.5, 101)[np.argmin(others)]
    yield np.full(STEPS, (κ - 1) / (κ + 1)), sizes[1:] / sizes[:-1]
    slopes = Ravine(κ).gradient(np.ones(2))
    yield κ, slopes.max() / slopes.min()


@holds("eq:descent-line", r"""
\nabla L = \frac{2}{N} A^\top (A\boldsymbol{θ} - \mathbf{y}),
\qquad
H = \frac{2}{N} A^\top A .
""")
def descent_line(rng):
    line, θ = random_line(rng), rng.normal(size=2)
    A = np.column_stack([line.x, np.ones(6)])
    yield 2 / 6 * A.T @ (A @ θ - line.y), line.gradient(θ)
    yield 2 / 6 * A.T @ A, line.hessian


@holds("eq:sgd-step", r"""
\mathbf{g} = \frac1B \sum_{i \in \text{batch}} \nabla L_i(\boldsymbol{θ}),
\qquad
\boldsymbol{θ} \leftarrow \boldsymbol{θ} - η\,\mathbf{g}.
""")
def sgd_step(rng):
    line, η, B = random_line(rng), rng.uniform(0.01, 0.2), 4
    start = rng.normal(size=2)
    net = Sequential([Linear.from_weights(start[:1, None], start[1:])])
    settings = {"loss": MeanSquaredError(), "optimizer": GradientDescent(η), "batch_size": B, "epochs": 1}
    trained = train(net, line.x[:, None], line.y[:, None], rng=np.random.default_rng(5), **settings).net
    θ = start
    for batch in minibatches(np.random.default_rng(5), 6, B):
        g = sum(example_gradients(line, θ)[i] for i in batch) / len(batch)
        yield g, LineLoss(line.x[batch], line.y[batch]).gradient(θ)
        θ = θ - η * g
    yield θ, trained.theta


@holds("eq:sgd-variance", r"""
\mathbb{E}[\mathbf{g}] = \nabla L(\boldsymbol{θ}),
\qquad
\mathbb{E}\,\lVert \mathbf{g} - \nabla L \rVert^2 = \frac{S^2}{B}
\quad\text{or}\quad
\frac{S^2}{B}\cdot\frac{N - B}{N - 1} .
""")
def sgd_variance(rng):
    line, θ, N, B = random_line(rng), rng.normal(size=2), 6, 3
    each, whole = example_gradients(line, θ), line.gradient(θ)
    S2 = np.mean(np.sum((each - whole) ** 2, axis=1))
    draws = (itertools.product(range(N), repeat=B), S2 / B), (
        itertools.combinations(range(N), B),
        S2 / B * (N - B) / (N - 1),
    )
    for batches, variance in draws:
        g = np.array([each[list(batch)].mean(axis=0) for batch in batches])
        yield whole, g.mean(axis=0)
        yield variance, np.mean(np.sum((g - whole) ** 2, axis=1))


@holds("eq:sgd-quadratic", r"θ \leftarrow (1 - ηh)\,θ - η\,ε .")
def sgd_quadratic(rng):
    η, h, θ, ε = rng.uniform(0.1, 1, 4)
    state = GradientDescent(η).init(np.array([θ]))
    step = GradientDescent(η).update(np.array([h * θ + ε]), state, np.array([θ]))[0][0]
    yield (1 - η * h) * θ - η * ε, θ + step


@holds("eq:sgd-floor", r"L_\text{floor} = \frac{η\,S^2}{2B\,(2 - ηh)} \approx \frac{η\,S^2}{4B} .")
def sgd_floor(rng):
    η, B, h = rng.uniform(0.2, 1.5), int(rng.integers(1, 40)), rng.uniform(0.2, 1)
    yield η / (2 * B * (2 - η * h)), floor_height(η, B, h)
    yield η / (2 * B * (2 - η)), expected_excess([η] * 3000, B)[-1]
    yield 1e-6 / (4 * B), floor_height(1e-6, B, h), 1e-6


in_words(
    "eq:sgd-robbins-monro",
    r"""
\sum_t η(t) = \infty
\qquad\text{and}\qquad
\sum_t η(t)^2 < \infty .
""",
    reason="Conditions on infinite sums, which no code can add up; the chapter shows who meets and who misses them.",
)


@holds("eq:sgd-scaling", r"""
\begin{aligned}
\text{small:}\quad & \boldsymbol{θ}_k = \boldsymbol{θ}_0 - η \sum_{j=1}^{k} \mathbf{g}_j(\boldsymbol{θ}_{j-1}), \\
\text{large:}\quad & \boldsymbol{θ}' = \boldsymbol{θ}_0 - η' \, \frac1k \sum_{j=1}^{k} \mathbf{g}_j(\boldsymbol{θ}_0).
\end{aligned}
""")
def sgd_scaling(rng):
    line, η, k = random_line(rng, 12), 1e-6, 4
    batches, start = rng.permutation(12).reshape(k, 3), rng.normal(size=2)
    net = Sequential([Linear.from_weights(start[:1, None], start[1:])])

    def trained(batch_size, rate):
        settings = {"loss": MeanSquaredError(), "optimizer": GradientDescent(rate), "shuffle": False, "epochs": 1}
        rows = batches.ravel()
        return train(net, line.x[rows, None], line.y[rows, None], batch_size=batch_size, **settings).net.theta

    θ, gradients = start, []
    for batch in batches:
        gradients.append(example_gradients(line, θ)[batch].mean(axis=0))
        θ = θ - η * gradients[-1]
    yield start - η * sum(gradients), trained(3, η)
    large = k * η
    at_start = [example_gradients(line, start)[batch].mean(axis=0) for batch in batches]
    yield start - large * sum(at_start) / k, trained(12, large)
    yield trained(3, η), trained(12, large), 1e-8
    yield k * BASE_RATE, rule_schedule("k η", k)(0)


@holds("eq:momentum", r"""
\mathbf{u} \leftarrow μ\,\mathbf{u} + \nabla L(\boldsymbol{θ}),
\qquad
\boldsymbol{θ} \leftarrow \boldsymbol{θ} - η\,\mathbf{u}.
""")
def momentum(rng):
    η, μ = rng.uniform(0, 0.01), rng.uniform(0, 1)
    u = np.zeros(2)
    for _, g, θ, after, state in replay(Momentum(η, μ), rng):
        u = μ * u + g
        yield u, state.u
        yield θ - η * u, after


@holds("eq:averaging", r"""
\mathbf{u} \leftarrow μ\,\mathbf{u} + (1-μ)\,\nabla L,
\qquad
\boldsymbol{θ} \leftarrow \boldsymbol{θ} - η\,\mathbf{u}.
""")
def averaging(rng):
    η, μ = rng.uniform(0, 0.01), rng.uniform(0, 1)
    u = np.zeros(2)
    for _, g, θ, after, state in replay(Momentum(η, μ, averaging=True), rng):
        u = μ * u + (1 - μ) * g
        yield u, state.u
        yield θ - η * u, after


@holds("eq:recursion", r"θ_{k+1} = (1 + μ - ηh)\,θ_k - μ\,θ_{k-1}.")
def recursion(rng):
    h, η, μ = rng.uniform(0.1, 2), rng.uniform(0.1, 1), rng.uniform(0, 1)
    θ = minimize(Quadratic((h,)), rng.normal(size=1), Momentum(η, μ), 10)[:, 0]
    yield (1 + μ - η * h) * θ[1:-1] - μ * θ[:-2], θ[2:]


@holds("eq:rate", r"""
ρ = \max |r| =
\begin{cases}
\sqrt{μ} & \text{if } (1-\sqrt{μ})^2 \le ηh \le (1+\sqrt{μ})^2,\\[2pt]
\tfrac12\left(|b| + \sqrt{b^2 - 4μ}\right) & \text{otherwise, with } b = 1+μ-ηh.
\end{cases}
""")
def rate(rng):
    for ηh, μ in zip(rng.uniform(0, 4, 200), rng.uniform(0, 1, 200), strict=True):
        b = 1 + μ - ηh
        if (1 - np.sqrt(μ)) ** 2 <= ηh <= (1 + np.sqrt(μ)) ** 2:
            ρ = np.sqrt(μ)
        else:
            ρ = 0.5 * (abs(b) + np.sqrt(b**2 - 4 * μ))
        yield ρ, spectral_radius(ηh, μ), 1e-10
        yield ρ, np.abs(np.roots([1, -b, μ])).max(), 1e-7


@holds("eq:stable", r"0 < ηh < 2\,(1+μ),")
def stable(rng):
    for ηh, μ in zip(rng.uniform(0, 5, 200), rng.uniform(0, 1, 200), strict=True):
        yield 0 < ηh < 2 * (1 + μ), spectral_radius(ηh, μ) < 1


@holds("eq:best", r"""
η = \left(\frac{2}{\sqrt{h_\text{min}} + \sqrt{h_\text{max}}}\right)^2,
\qquad
\sqrt{μ} = ρ = \frac{\sqrt{κ}-1}{\sqrt{κ}+1}.
""")
def best(rng):
    low, high = np.sort(rng.uniform(0.1, 20, 2))
    κ = high / low
    η, μ = best_settings(low, high)
    ρ = (np.sqrt(κ) - 1) / (np.sqrt(κ) + 1)
    yield (2 / (np.sqrt(low) + np.sqrt(high))) ** 2, η
    yield ρ, np.sqrt(μ)
    yield ρ, spectral_radius(η * np.array([low, high]), μ).max(), 1e-7
    yield ρ**2, critical_momentum(κ)


@holds("eq:lookahead", r"""
\mathbf{u} \leftarrow μ\,\mathbf{u} + \nabla L(\mathbf{q} - ημ\,\mathbf{u}),
\qquad
\mathbf{q} \leftarrow \mathbf{q} - η\,\mathbf{u}.
""")
def lookahead(rng):
    η, μ = rng.uniform(0, 0.005), rng.uniform(0, 1)
    path = minimize(banana, rng.normal(size=2), Nesterov(η, μ), STEPS)
    q, u = path[0], np.zeros(2)
    for θ in path[1:]:
        u = μ * u + banana.gradient(q - η * μ * u)
        q = q - η * u
        yield q - η * μ * u, θ, 1e-11
    state = list(replay(Nesterov(η, μ), np.random.default_rng(0)))[-1][-1]
    start = np.random.default_rng(0).normal(size=2)
    q, u = start, np.zeros(2)
    for _ in range(STEPS):
        u = μ * u + banana.gradient(q - η * μ * u)
        q = q - η * u
    yield u, state.u, 1e-11


@holds("eq:nesterov", r"""
\mathbf{u} \leftarrow μ\,\mathbf{u} + \mathbf{g},
\qquad
\boldsymbol{θ} \leftarrow \boldsymbol{θ} - η\,(\mathbf{g} + μ\,\mathbf{u}).
""")
def nesterov(rng):
    η, μ = rng.uniform(0, 0.01), rng.uniform(0, 1)
    u = np.zeros(2)
    for _, g, θ, after, state in replay(Nesterov(η, μ), rng):
        u = μ * u + g
        yield u, state.u
        yield θ - η * (g + μ * u), after


@holds("eq:adagrad", r"""
\mathbf{v} \leftarrow \mathbf{v} + \mathbf{g}^2,
\qquad
\boldsymbol{θ} \leftarrow \boldsymbol{θ} - η\,\frac{\mathbf{g}}{\sqrt{\mathbf{v}} + ε}.
""")
def adagrad(rng):
    η, ε = rng.uniform(0, 0.1), 1e-3
    v = np.zeros(2)
    for _, g, θ, after, state in replay(AdaGrad(η, epsilon=ε), rng):
        v = v + g**2
        yield v, state.v
        yield θ - η * g / (np.sqrt(v) + ε), after


@holds("eq:rmsprop", r"""
\mathbf{v} \leftarrow β_2\,\mathbf{v} + (1-β_2)\,\mathbf{g}^2,
\qquad
\boldsymbol{θ} \leftarrow \boldsymbol{θ} - η\,\frac{\mathbf{g}}{\sqrt{\mathbf{v}} + ε}.
""")
def rmsprop(rng):
    η, β2, ε = rng.uniform(0, 0.1), rng.uniform(0, 1), 1e-3
    v = np.zeros(2)
    for _, g, θ, after, state in replay(RMSprop(η, beta2=β2, epsilon=ε), rng):
        v = β2 * v + (1 - β2) * g**2
        yield v, state.v
        yield θ - η * g / (np.sqrt(v) + ε), after


def adam_steps(rng, η, β1, β2, ε, rule):
    """t, m, v, m̂, v̂ by the book's equations beside what a rule of Adam's kind does."""
    m, v = np.zeros(2), np.zeros(2)
    for t, g, θ, after, state in replay(rule, rng):
        m, v = β1 * m + (1 - β1) * g, β2 * v + (1 - β2) * g**2
        m_hat, v_hat = m / (1 - β1**t), v / (1 - β2**t)
        yield m, v, η * m_hat / (np.sqrt(v_hat) + ε), θ, after, state


@holds("eq:adam", r"""
\begin{aligned}
\mathbf{m} &\leftarrow β_1\,\mathbf{m} + (1-β_1)\,\mathbf{g}, &
\hat{\mathbf{m}} &= \mathbf{m} / (1-β_1^t),\\
\mathbf{v} &\leftarrow β_2\,\mathbf{v} + (1-β_2)\,\mathbf{g}^2, &
\hat{\mathbf{v}} &= \mathbf{v} / (1-β_2^t),\\
&&\boldsymbol{θ} &\leftarrow \boldsymbol{θ} - η\,\hat{\mathbf{m}} / (\sqrt{\hat{\mathbf{v}}} + ε).
\end{aligned}
""")
def adam(rng):
    (η, β1, β2), ε = rng.uniform(0.1, 0.9, 3), 1e-3
    for m, v, step, θ, after, state in adam_steps(rng, η, β1, β2, ε, Adam(η, β1, β2, ε)):
        yield m, state.m
        yield v, state.v
        yield θ - step, after


@holds("eq:adamw", r"""
\boldsymbol{θ} \leftarrow \boldsymbol{θ} - η\,\frac{\hat{\mathbf{m}}}{\sqrt{\hat{\mathbf{v}}} + ε} - ηλ\,\boldsymbol{θ}.
""")
def adamw(rng):
    (η, β1, β2, λ), ε = rng.uniform(0.1, 0.9, 4), 1e-3
    for _, _, step, θ, after, _ in adam_steps(rng, η, β1, β2, ε, AdamW(η, β1, β2, ε, weight_decay=λ)):
        yield θ - step - η * λ * θ, after
