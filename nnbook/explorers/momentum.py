"""The explorers of the chapter on momentum and Adam."""

from __future__ import annotations

import functools

import numpy as np

from nnbook.figures.axes import bare, label_axes, number
from nnbook.figures.landscape import draw_contours, draw_path, spread_levels, within
from nnbook.figures.scales import log_axis
from nnbook.figures.style import PALETTE
from nnbook.landscapes import Banana, Quadratic, Ravine, Turned, basins, saddle
from nnbook.optimizers import AdaGrad, Adam, GradientDescent, Momentum, Nesterov, RMSprop
from nnbook.rates import best_settings, critical_momentum, regime, spectral_radius
from nnbook.schedules import Constant, Cosine, Exponential, StepDecay, Warmup
from nnbook.shortruns import STEPS, short_run, smooth
from nnbook.training import minimize

from . import choice, explore, grid, heat, show, slider
from . import step as reveal
from .values import power

BANANA = Banana(steepness=10)
GOAL, LIMIT = 1e-6, 100


def _heights(landscape, path) -> np.ndarray:
    """How far above the lowest point each position is; where the path is lost, infinity."""
    lost = ~np.isfinite(path).all(axis=-1)
    with np.errstate(over="ignore", invalid="ignore"):
        heights = landscape(np.where(lost[:, None], 0.0, path)) - landscape(np.array(landscape.minimum))
    return np.where(lost | ~np.isfinite(heights), np.inf, np.maximum(heights, 0.0))


def _height_text(value) -> str:
    """A height above the minimum, down to where rounding takes over."""
    return "less than 10⁻⁹" if value < 1e-9 else power(value, 3)


def _on_page(heights, low, high) -> np.ndarray:
    """Heights kept within a logarithmic axis from 10^low to 10^high."""
    return np.clip(heights, 10.0**low, 10.0**high)


# the opening


def _momentum_path(axes):
    ax, loss = axes
    draw_contours(ax, BANANA, (1.5, 6, 18, 45, 100, 180))
    ax.set(xticks=[-2, -1, 0, 1, 2], yticks=[-1, 0, 1, 2, 3])
    draw = draw_path(ax, start=BANANA.start)
    log_axis(loss, "y", -8, 4, every=2)
    loss.set(xlim=(0, LIMIT), xticks=[0, 50, 100])
    label_axes(loss, "step", "loss L")
    loss.axhline(GOAL, color=PALETTE["muted"], lw=1, ls=(0, (4, 3)))
    loss.text(2, GOAL / 2, "the goal", va="top", color=PALETTE["muted"])
    (curve,) = loss.plot([], [], color=PALETTE["loss"], gid="curve")
    met = loss.text(96, 10**3.6, "", ha="right", va="top", weight="bold", gid="met")

    def move(*, learning_rate, momentum):
        path = minimize(BANANA, np.array(BANANA.start), Momentum(learning_rate, momentum), LIMIT)
        heights = _heights(BANANA, path)
        draw(path.round(2))
        curve.set_data(np.arange(0, LIMIT + 1, 4), _on_page(heights[::4], -8, 4))
        won = heights[-1] < GOAL
        met.set_text("challenge met ✓" if won else "")
        if np.isinf(heights[-1]) or heights[-1] > 1e4:
            return "the path leaves for infinity: the learning rate is too large here"
        end = f"after {LIMIT} steps the loss is {_height_text(heights[-1])}"
        return end + (": below 10⁻⁶, challenge met ✓" if won else "; the challenge asks for less than 10⁻⁶")

    return move


def momentum_path():
    """Learning rate and momentum on the banana, with a challenge."""
    return explore(
        _momentum_path,
        id="momentum-path",
        caption="At the same learning rate, momentum turns a crawl along the valley into a run. Too much of it overshoots the goal and swings.",
        alt="Level lines of a curved valley in the plane, with a cross at its lowest point and a path of a hundred steps from a ring on the left. Beside "
        "it the loss over the steps on a logarithmic scale, with a dashed line at the goal, one millionth.",
        size=(640, 310),
        panels={"ncols": 2, "width_ratios": (3, 2)},
        learning_rate=slider(0.0015, 0.03, 11, start=0.004, label="learning rate η", log=True),
        momentum=slider(0, 0.98, 15, start=0.84, label="momentum μ"),
        time=reveal("path", label="step", head="head"),
    )


# arrows of one step


CARTOON = Ravine(kappa=8.0)
CARTOON_START = np.array([-1.75, 0.9])
CARTOON_RULES = (
    ("gradient descent", GradientDescent(0.2)),
    ("momentum", Momentum(0.06, 0.8)),
    ("Nesterov", Nesterov(0.06, 0.8)),
    ("RMSprop", RMSprop(0.12, 0.9)),
    ("Adam", Adam(0.25, 0.8, 0.9)),
)


def _replay(landscape, theta, rule, steps):
    """(theta, grad, step, state before, state after) of each update."""
    state, out = rule.init(theta), []
    for _ in range(steps):
        grad = landscape.gradient(theta)
        step, after = rule.update(grad, state, theta)
        out.append((theta, grad, step, state, after))
        theta, state = theta + step, after
    return out


def _arrow(ax, gid, color, width=2.2, dashes="-"):
    """An arrow as one line, shaft and head in one stroke; returns what moves it."""
    (line,) = ax.plot([], [], color=color, lw=width, ls=dashes, gid=gid, zorder=7, solid_joinstyle="miter")

    def move(start, by):
        size = np.hypot(*by)
        if size < 1e-3:
            line.set_data([], [])
            return
        tip, along = start + by, by / size * min(0.13, size / 2)
        side = np.array([-along[1], along[0]]) * 0.6
        line.set_data(*np.array([start, tip, tip - along + side, tip, tip - along - side]).T)

    return move


def _step_cartoon(axes):
    ax, sums = axes
    draw_contours(ax, CARTOON)
    ax.set(ylim=(-1.25, 1.25), xticks=[-2, -1, 0, 1, 2], yticks=[-1, 0, 1])
    ax.set_aspect("equal")
    walks = {name: _replay(CARTOON, CARTOON_START, rule, 21) for name, rule in CARTOON_RULES}
    (trail,) = ax.plot([], [], "-", lw=1.2, color=PALETTE["muted"], gid="trail")
    (here,) = ax.plot([], [], "o", ms=8, color=PALETTE["model"], gid="here", zorder=8)
    arrows = {
        "gradient": _arrow(ax, "gradient", PALETTE["gradient"]),
        "kept": _arrow(ax, "kept", PALETTE["data"], dashes=(0, (4, 2))),
        "step": _arrow(ax, "step", PALETTE["model"], 3),
    }
    bare(sums, (0, 10), (0, 10), equal=False)
    names = [
        sums.text(0.2, 9.2 - 0.95 * k, "", color=PALETTE[role], gid=f"name-{role}")
        for k, role in enumerate(("gradient", "data", "model"))
    ]
    sums.text(5.0, 5.6, "along θ₁", ha="center")
    sums.text(8.6, 5.6, "across θ₂", ha="center")
    cells = {}
    for r in range(4):
        cells[r, 0] = sums.text(0.2, 4.5 - 1.15 * r, "", gid=f"row-{r}")
        for c, at in enumerate((5.0, 8.6), start=1):
            cells[r, c] = sums.text(at, 4.5 - 1.15 * r, "", ha="center", gid=f"cell-{r}-{c}")

    def move(*, rule, step):
        theta, grad, taken, before, after = walks[rule][step]
        trail.set_data(*np.array([w[0] for w in walks[rule][: step + 1]]).T.round(2))
        here.set_data(*theta[:, None])
        vectors, words, rows = _ingredients(dict(CARTOON_RULES)[rule], grad, taken, before, after)
        for text, word, (arrow, vector) in zip(names, words, zip(arrows.values(), vectors, strict=True), strict=True):
            text.set_text(word)
            arrow(theta, vector)
        for r in range(4):
            name, vector = rows[r] if r < len(rows) else ("", None)
            for c, text in enumerate((name, *(["", ""] if vector is None else map(number, vector)))):
                cells[r, c].set_text(text)
        where, by = (f"({number(v[0])}, {number(v[1])})" for v in (theta, taken))
        return f"{rule}, after {step} step{'s' * (step != 1)}: from {where} by {by}"

    return move


def _ingredients(rule, grad, taken, before, after):
    """The three arrows of a step, what they are called, and the rows of the table."""
    if after.v is None:
        ahead = after.u if isinstance(rule, Nesterov) else before.u
        kept = np.zeros(2) if ahead is None else -rule.learning_rate * rule.momentum * ahead
        rows = [("gradient g", grad)] + ([] if after.u is None else [("velocity u", after.u)])
        kept_name = "−ημu, the new u, dashed" if isinstance(rule, Nesterov) else "−ημu, kept, dashed"
        words = ("−ηg, solid", "" if after.u is None else kept_name, "the step, bold")
        return (-rule.learning_rate * grad, kept, taken), words, [*rows, ("step", taken)]
    rows, hat = [("gradient g", grad)], ""
    v = after.v
    if after.m is not None:
        hat, v = "̂", after.v / (1 - rule.beta2**after.steps)
        rows.append(("mean m̂", after.m / (1 - rule.beta1**after.steps)))
    root = np.sqrt(v)
    scale = 0.6 / max(*np.abs(grad), *root)
    words = ("−g, scaled, solid", f"√v{hat}, same scale, dashed", "the step, bold")
    return (-scale * grad, scale * root, taken), words, [*rows, (f"root √v{hat}", root), ("step", taken)]


def step_cartoon():
    """What one step is made of."""
    return explore(
        _step_cartoon,
        id="step-cartoon",
        caption="Momentum adds what it kept from earlier gradients to the newest one: across the ravine the two often pull against each other, along it they mostly add up. "
        "RMSprop and Adam divide each coordinate by the root of its own squares instead, so that at first both get steps of similar size.",
        alt="A long valley seen from above with a short trail of steps, and three arrows at the present position: the negative gradient, what was kept from the "
        "steps before, dashed, and the step taken, bold. A table beside it gives the same vectors in numbers.",
        size=(640, 270),
        panels={"ncols": 2, "width_ratios": (5, 4)},
        rule=choice(*(name for name, _ in CARTOON_RULES), start="momentum", label="rule"),
        step=slider(0, 20, 21, start=4, label="step", play=True),
    )


# one component, and several


SWINGS = 30


def _swing(learning_rate, momentum, steps=SWINGS, curvature=1.0) -> np.ndarray:
    """The errors of one component of a quadratic, from 1."""
    component = Quadratic((curvature,))
    return minimize(component, np.ones(1), Momentum(learning_rate, momentum), steps)[:, 0]


def _damping_map(axes):
    ax, right = axes
    box = (0, 4, 0, 1)
    at = grid(box)
    rates = spectral_radius(at[..., 0], at[..., 1])
    heat(ax, 1.0 - np.minimum(rates, 1.0) ** 4, extent=box, low=0, high=1.8, ramp="ink")
    ax.set(xlim=box[:2], ylim=box[2:], xticks=[0, 1, 2, 3, 4], yticks=[0, 0.5, 1])
    label_axes(ax, "ηh: learning rate × curvature", "momentum μ")
    mu = np.linspace(0, 1, 41)
    for curve, style in (((1 - np.sqrt(mu)) ** 2, "-"), ((1 + np.sqrt(mu)) ** 2, "-"), (2 * (1 + mu), (0, (5, 2)))):
        ax.plot(curve, mu, color=PALETTE["model"], lw=2, ls=style)
    ax.text(1.6, 0.5, "underdamped", ha="center")
    ax.text(3.25, 0.3, "diverges", ha="center")
    for text, at, to in (("overdamped", (0.5, 0.88), (0.1, 0.3)), ("flips sides", (2.55, 0.08), (1.85, 0.06))):
        ax.plot(*zip((at[0] - 0.06, at[1]), to, strict=True), color=PALETTE["muted"], lw=1)
        ax.text(*at, text, va="center_baseline")
    (spot,) = ax.plot([], [], "o", ms=12, mfc="white", mec=PALETTE["data"], mew=3, gid="spot", zorder=6)
    right.set(xlim=(0, SWINGS), ylim=(-1.5, 1.5), xticks=[0, 10, 20, 30], yticks=[-1, 0, 1])
    label_axes(right, "step", "error of the component")
    right.axhline(0, color=PALETTE["border"], lw=1)
    (line,) = right.plot([], [], "-", color=PALETTE["loss"], lw=1.8, gid="line")

    def move(*, scaled_rate, momentum):
        spot.set_data([scaled_rate], [momentum])
        errors = within(np.column_stack([np.arange(SWINGS + 1), _swing(scaled_rate, momentum)]), (-99, 99), (-1.5, 1.5))
        line.set_data(*errors.round(2).T)
        rate = float(spectral_radius(scaled_rate, momentum))
        kind = regime(scaled_rate, momentum)
        if rate > 1 - 1e-9:
            more = "neither shrinks nor grows" if rate < 1 + 1e-9 else "grows"
            return f"{kind}: ρ = {number(rate, 3)}, the error {more}"
        if rate < 1e-9:
            return f"{kind}: ρ = {number(rate, 3)}, a single step arrives"
        digit = round(np.log(0.1) / np.log(rate))
        return f"{kind}: ρ = {number(rate, 3)}, {digit} step{'s' * (digit != 1)} for one more digit"

    return move


def damping_map():
    """The (η, μ) plane of one component, with its regimes."""
    return explore(
        _damping_map,
        id="damping-map",
        caption="Left of the first curve a component creeps home, on it it is critically damped, between the curves it swings, and beyond the dashed "
        "line 2(1 + μ) it diverges: momentum widens the stable range from 2 to almost 4. Stronger shading means faster.",
        alt="A map with learning rate times curvature across and momentum upward, shaded more strongly where the error shrinks faster. Two curves and a dashed line "
        "divide it into regions named overdamped, underdamped, flips sides and diverges; a spot marks the setting. Beside it the error over thirty steps.",
        size=(640, 300),
        panels={"ncols": 2, "width_ratios": (1, 1)},
        drag=("scaled_rate", "momentum"),
        scaled_rate=slider(0, 4, 21, start=0.8, label="ηh"),
        momentum=slider(0, 0.95, 20, start=0.6, label="momentum μ"),
    )


CURVATURES = (1.0, 5.0, 20.0, 100.0)
LATE = 60


def _momentum_components(axes):
    left, right = axes
    left.set_xscale("log")
    left.set(xlim=(0.7, 145), ylim=(0, 1.3), yticks=[0, 0.5, 1])
    left.set_xticks([1, 5, 20, 100], ["1", "5", "20", "100"])
    left.minorticks_off()
    label_axes(left, "curvature h", "rate ρ a step")
    left.axhline(1, color=PALETTE["muted"], lw=1, ls=(0, (4, 3)))
    left.text(0.8, 1.03, "diverges above", color=PALETTE["muted"], va="bottom")
    fine = np.geomspace(0.7, 145, 49)
    (profile,) = left.plot([], [], color=PALETTE["muted"], lw=1.5, gid="profile")
    (spots,) = left.plot([], [], "o", ms=9, color=PALETTE["loss"], gid="spots", zorder=4)
    log_axis(right, "y", -6, 1, every=2)
    right.set(xlim=(0, LATE), xticks=[0, 20, 40, 60])
    label_axes(right, "step", "error of each component")
    shades = ("loss", "gradient", "data", "model")
    dashes = ("-", (0, (6, 2)), (0, (3, 2)), (0, (1, 1)))
    lines, labels = [], []
    for h, role, dash in zip(CURVATURES, shades, dashes, strict=True):
        lines.append(right.plot([], [], color=PALETTE[role], ls=dash, lw=1.8, gid=f"line-{h:.0f}")[0])
        labels.append(right.text(LATE + 1, 1, "", va="center_baseline", color=PALETTE[role], gid=f"label-{h:.0f}"))
    steps = np.arange(0, LATE + 1, 2)
    kappa = max(CURVATURES) / min(CURVATURES)
    best, plain = number(np.sqrt(critical_momentum(kappa)), 3), number((kappa - 1) / (kappa + 1), 3)

    def move(*, learning_rate, momentum):
        rates = spectral_radius(learning_rate * np.array(CURVATURES), momentum)
        profile.set_data(fine, np.minimum(spectral_radius(learning_rate * fine, momentum), 1.4).round(3))
        spots.set_data(CURVATURES, np.minimum(rates, 1.3))
        ends = []
        for h, line in zip(CURVATURES, lines, strict=True):
            # The larger of two neighbors: a swinging error passes zero, and its size is what counts.
            errors = np.abs(np.nan_to_num(_swing(learning_rate, momentum, LATE + 1, h), nan=1e9))
            shown = np.clip(np.maximum(errors[:-1], errors[1:])[::2], 10.0**-6.2, 10.0**1.2)
            line.set_data(steps, shown)
            ends.append(np.log10(shown[-1]))
        for label, h, y in zip(labels, CURVATURES, spread(np.clip(ends, -6, 1), 0.75, -6, 1), strict=True):
            label.set_text(f"h = {h:.0f}")
            label.set_y(10.0**y)
        worst = rates.max()
        slow = [f"{h:.0f}" for h, rate in zip(CURVATURES, rates, strict=True) if rate > worst - 1e-9]
        if len(slow) > 1:
            told = f"h = {', '.join(slow[:-1])} and {slow[-1]} are equally slow"
        else:
            told = f"h = {slow[0]} {'diverges' if worst >= 1 else 'is the slowest'}"
        return f"{told}, ρ = {number(worst, 3)}; the best possible is {best}, with gradient descent {plain}"

    return move


def spread(values, gap, low, high) -> np.ndarray:
    """Positions near the values, in their order, at least `gap` apart and within the ends."""
    order = np.argsort(values, kind="stable")
    places = np.array(values, dtype=float)
    for before, k in zip(order, order[1:], strict=False):
        places[k] = max(places[k], places[before] + gap)
    room = high
    for k in order[::-1]:
        places[k] = min(places[k], room)
        room = places[k] - gap
    return np.maximum(places, low - gap)


def momentum_components():
    """Four curvatures under one learning rate and one momentum."""
    return explore(
        _momentum_components,
        id="momentum-components",
        caption="All components share one η and one μ. Without momentum the flattest and the steepest pull η in opposite directions; "
        "once all of them swing, they all shrink at the same rate √μ.",
        alt="On the left, the rate at which an error shrinks against the curvature of its direction, with four marked curvatures from 1 to 100. "
        "On the right, the sizes of the four errors over sixty steps on a logarithmic scale, each line labeled with its curvature.",
        size=(640, 300),
        panels={"ncols": 2, "width_ratios": (1, 1)},
        learning_rate=slider(0.004, 0.045, 11, start=0.018, label="learning rate η", log=True),
        momentum=slider(0, 0.9, 10, start=0.4, label="momentum μ"),
    )


# the price of conditioning


def _conditioning(ax):
    log_axis(ax, "y", -8, 2, every=2)
    label_axes(ax, "step", "distance from the minimum")
    most = 400
    ax.set(xlim=(0, most), xticks=[0, 100, 200, 300, 400])
    ax.axhline(1e-6, color=PALETTE["muted"], lw=1, ls=(0, (4, 3)))
    ax.text(most, 1.3e-6, "10⁻⁶", ha="right", va="bottom", color=PALETTE["muted"])
    looks = (("descent", "data", "-"), ("momentum", "model", "-"), ("bare", "muted", (0, (4, 2))))
    lines = {name: ax.plot([], [], color=PALETTE[role], ls=dash, gid=name)[0] for name, role, dash in looks}
    names = ("gradient descent", "momentum", "ρᵏ alone")
    texts = {
        name: ax.text(0, 1, text, color=PALETTE[role], gid=f"{name}-label")
        for (name, role, _), text in zip(looks, names, strict=True)
    }
    at = np.arange(0, most + 1, 4)

    def move(*, kappa):
        f, root = Quadratic((1.0, float(kappa))), np.sqrt(kappa)
        eta, mu = best_settings(1.0, float(kappa))
        runs = {
            "descent": minimize(f, np.ones(2), GradientDescent(2 / (1 + kappa)), most),
            "momentum": minimize(f, np.ones(2), Momentum(eta, mu), most),
        }
        sizes = {name: np.hypot(*path.T) for name, path in runs.items()}
        sizes["bare"] = np.sqrt(2) * ((root - 1) / (root + 1)) ** np.arange(most + 1)
        for name, size in sizes.items():
            shown = size[::4] > 10.0**-8
            lines[name].set_data(at[shown], size[::4][shown])
        ends = {name: _first_below(size, low) for (name, size), low in zip(sizes.items(), (1e-3, 1e-7, 3e-8), strict=True)}
        for name, end in ends.items():
            k = min(end, int(0.72 * most))
            texts[name].set_position((k + (6 if name != "bare" else -6), max(sizes[name][k], 10**-7.6) * (2 if name != "bare" else 0.5)))
            texts[name].set_ha("left" if name != "bare" else "right")
        steps = [_first_below(sizes[name], 1e-6) for name in ("descent", "momentum", "bare")]
        said = [f"{n} steps" if n < most else f"more than {most} steps" for n in steps]
        return f"to 10⁻⁶ at κ = {kappa:.0f}: gradient descent {said[0]}, momentum {said[1]}; ρᵏ alone promised {said[2]}"

    return move


def _first_below(sizes, goal) -> int:
    """The first step at which a size is at most the goal; the last step if it never is."""
    below = sizes <= goal
    return int(np.argmax(below)) if below.any() else len(sizes) - 1


def conditioning():
    """Gradient descent and momentum, both at their best, against the condition number."""
    return explore(
        _conditioning,
        id="conditioning",
        caption="Both rules at their best settings. The number of steps grows like κ for gradient descent and like √κ for momentum, "
        "which from κ of about ten on starts with a hump: its error is about 2k·ρᵏ, not ρᵏ.",
        alt="Three lines on a logarithmic scale over four hundred steps: the distance from the minimum under gradient descent, under momentum, which "
        "falls much more steeply, and the bare power of the rate, dashed and straight.",
        size=(600, 320),
        kappa=slider(4, 400, 21, start=100, label="condition number κ", log=True),
    )


# the race

RACE_STEPS = 32
RULES = (
    ("GD", "muted", "-", GradientDescent),
    ("momentum", "model", "-", functools.partial(Momentum, momentum=0.8)),
    ("Nesterov", "model", (0, (4, 2)), functools.partial(Nesterov, momentum=0.8)),
    ("AdaGrad", "gradient", (0, (1, 1.2)), AdaGrad),
    ("RMSprop", "gradient", (0, (4, 2)), functools.partial(RMSprop, beta2=0.9)),
    ("Adam", "gradient", "-", functools.partial(Adam, beta1=0.8, beta2=0.95)),
)
LANES = (
    ("ravine", Ravine(kappa=20.0), (-1.8, 1.3)),
    ("the ravine turned by 45°", Turned(Ravine(kappa=20.0), 45.0), (-1.8, 0.4)),
    ("banana", BANANA, (-1.2, 1.0)),
    ("saddle", saddle, (1.5, 0.001)),
    ("basins", basins, (0.5, 0.9)),
)
RATES = np.geomspace(0.001, 1.6, 17)


@functools.cache
def race_rates(lane) -> dict:
    """The rate of each rule, from 17 between 0.001 and 1.6, with the lowest mean log-height in the race's steps."""
    _, landscape, start = LANES[lane]
    best = {}
    for name, _, _, rule in RULES:
        paths = [minimize(landscape, np.array(start), rule(rate), RACE_STEPS) for rate in RATES]
        scores = [np.mean(np.log10(_heights(landscape, path) + 1e-6)) for path in paths]
        best[name] = float(RATES[int(np.argmin(scores))])
    return best


def _race(axes, lane):
    ax, loss = axes
    _, landscape, start = LANES[lane]
    draw_contours(ax, landscape, spread_levels(landscape, 5))
    for ticks, (low, high) in ((ax.set_xticks, landscape.xlim), (ax.set_yticks, landscape.ylim)):
        ticks([low, (low + high) / 2, high])
    log_axis(loss, "y", -6, 2, every=2)
    loss.set(xlim=(0, RACE_STEPS), xticks=[0, 16, 32])
    label_axes(loss, "step", "height above the minimum")
    artists = {}
    for name, role, dash, _ in RULES:
        key, color = name.lower(), PALETTE[role]
        walk = draw_path(ax, f"{key}-path", f"{key}-head", role=role)
        ax.lines[-2].set(linestyle=dash, linewidth=1.6)
        (curve,) = loss.plot([], [], color=color, ls=dash, lw=1.6, gid=f"{key}-curve")
        label = loss.text(RACE_STEPS + 1, 1, name, color=color, va="center_baseline", gid=f"{key}-label")
        artists[name] = walk, curve, label
    ax.plot(*np.reshape(start, (2, 1)), "o", ms=9, mew=2, mfc="none", mec=PALETTE["muted"], zorder=4)

    def move(*, factor):
        heights = {}
        for name, _, _, rule in RULES:
            path = minimize(landscape, np.array(start), rule(factor * race_rates(lane)[name]), RACE_STEPS)
            heights[name] = _heights(landscape, path)
            walk, curve, _ = artists[name]
            walk(path.round(2))
            curve.set_data(range(RACE_STEPS + 1), _on_page(heights[name], -6, 2))
        ends = [np.log10(_on_page(h[-1], -6, 2)) for h in heights.values()]
        for (name, *_), y in zip(RULES, spread(ends, 0.62, -6, 2), strict=True):
            artists[name][2].set_y(10.0**y)
        return [_standing(k, {name: h[k] for name, h in heights.items()}) for k in range(RACE_STEPS + 1)]

    return move


def _standing(step, heights) -> str:
    first, last = min(heights, key=heights.get), max(heights, key=heights.get)
    if step == 0:
        return f"at the start, {_height_text(heights[first])} above the minimum"
    if _height_text(heights[first]) == _height_text(heights[last]):
        return f"step {step}: all of them are at {_height_text(heights[first])}"
    return f"step {step}: {first} is lowest, {_height_text(heights[first])}; {last} is highest, {_height_text(heights[last])}"


def optimizer_race():
    """Six rules on five landscapes, each at its own best rate or off it."""
    layers = [name.lower() for name, *_ in RULES]
    return explore(
        _race,
        id="optimizer-race",
        caption="Every rule starts at the learning rate that suits it best here, times the factor. Who wins changes with the landscape; "
        "how far a rule falls when its rate is off by three changes too.",
        alt="Level lines of a landscape with six paths from one start, told apart by color and dashes, each ending in a dot. Beside it the height of "
        "each above the minimum over thirty-two steps on a logarithmic scale, with the names of the rules at the ends of their lines.",
        size=(680, 340),
        panels={"ncols": 2, "width_ratios": (1, 1)},
        lane=choice(*((name, k) for k, (name, *_) in enumerate(LANES)), label="landscape"),
        factor=slider(1 / 3, 3, 3, start=1, label="times its best rate", log=True),
        time=reveal(
            *(f"{key}-path" for key in layers),
            *(f"{key}-curve" for key in layers),
            label="step",
            head=[f"{key}-head" for key in layers],
        ),
        **{key: show(key, label=name) for key, (name, *_) in zip(layers, RULES, strict=True)},
    )


# Adam's anatomy

SIGNAL_STEPS = 60


@functools.cache
def signal(noise: float) -> np.ndarray:
    """The gradient of one parameter: +1 for thirty steps, then −½, with noise."""
    wanted = np.where(np.arange(SIGNAL_STEPS) < SIGNAL_STEPS // 2, 1.0, -0.5)
    return wanted + noise * np.random.default_rng(7).standard_normal(SIGNAL_STEPS)


def anatomy(grads, beta1, beta2):
    """(m, v, m̂, v̂, step / η) of Adam after each of the gradients: an array (5, steps)."""
    rule, theta, rows = Adam(1.0, beta1, beta2), np.zeros(1), []
    state = rule.init(theta)
    for t, grad in enumerate(grads, start=1):
        step, state = rule.update(np.array([grad]), state, theta)
        m, v = state.m[0], state.v[0]
        rows.append((m, v, m / (1 - beta1**t), v / (1 - beta2**t), step[0]))
    return np.array(rows).T


def _adam_anatomy(axes):
    top, middle, bottom = axes
    t = np.arange(1, SIGNAL_STEPS + 1)
    right = SIGNAL_STEPS + 1
    for ax, ylim, title in (
        (top, (-2.6, 3.2), "gradient g and its mean m"),
        (middle, (0, 2.2), "squares, as roots: √v"),
        (bottom, (-3.2, 2.4), "step in units of η"),
    ):
        ax.set(xlim=(1, SIGNAL_STEPS), ylim=ylim, xticks=[1, 20, 40, 60])
        label_axes(ax, "step" if ax is bottom else "", title)
    for ax in (top, bottom):
        ax.axhline(0, color=PALETTE["border"], lw=1)
    for y in (-1, 1):
        bottom.axhline(y, color=PALETTE["muted"], lw=1, ls=(0, (4, 3)))
    (g,) = top.plot([], [], color=PALETTE["gradient"], lw=1, gid="g")
    (m,) = top.plot([], [], color=PALETTE["model"], gid="m")
    (m_raw,) = top.plot([], [], color=PALETTE["model"], lw=1.4, ls=(0, (3, 2)), gid="raw-m")
    (v,) = middle.plot([], [], color=PALETTE["data"], gid="v")
    (v_raw,) = middle.plot([], [], color=PALETTE["data"], lw=1.4, ls=(0, (3, 2)), gid="raw-v")
    (size,) = middle.plot([], [], color=PALETTE["gradient"], lw=1, gid="size")
    (taken,) = bottom.plot([], [], color=PALETTE["model"], gid="taken")
    (wild,) = bottom.plot([], [], color=PALETTE["muted"], lw=1.4, ls=(0, (3, 2)), gid="raw-taken")
    labels = [
        ax.text(right, 0, text, color=PALETTE[role], va="center_baseline", gid=gid)
        for ax, text, role, gid in (
            (top, "g", "gradient", "g-label"),
            (top, "m̂", "model", "m-label"),
            (middle, "|g|", "gradient", "size-label"),
            (middle, "√v̂", "data", "v-label"),
        )
    ]

    def move(*, beta1, beta2, noise):
        grads = signal(noise)
        m_t, v_t, m_hat, v_hat, step = anatomy(grads, beta1, beta2)
        g.set_data(t, np.clip(grads, -2.6, 3.2).round(2))
        size.set_data(t, np.clip(np.abs(grads), 0, 2.2).round(2))
        for line, values in ((m, m_hat), (m_raw, m_t), (v, np.sqrt(v_hat)), (v_raw, np.sqrt(v_t)), (taken, step)):
            line.set_data(t, values.round(2))
        wild.set_data(t[:30], np.clip(-m_t / np.sqrt(v_t), *bottom.get_ylim())[:30].round(2))
        for pair, ends, gap in ((labels[:2], (grads[-1], m_hat[-1]), 0.9), (labels[2:], (abs(grads[-1]), np.sqrt(v_hat[-1])), 0.4)):
            for label, y in zip(pair, spread(ends, gap, -2, 3), strict=True):
                label.set_y(y)
        return [
            f"step {k}: m̂ {number(mean)}, √v̂ {number(root)}, step {number(by)} η"
            for k, mean, root, by in zip(t, m_hat, np.sqrt(v_hat), step, strict=True)
        ]

    return move


def adam_anatomy():
    """Gradient, m, v and the corrected step on one noisy signal."""
    return explore(
        _adam_anatomy,
        id="adam-anatomy",
        caption="The step is the ratio of a smoothed gradient to its root mean square: near η while gradients agree, small while they only rattle (unless β₁ = 0, where nothing is smoothed). "
        "Dashed: without bias correction early steps have the wrong size: too large if v remembers much longer than m (cut off at the lower edge), too small if it remembers as long.",
        alt="Three panels over sixty steps. On top a noisy gradient that changes sign in the middle, and its smooth running mean. In the middle the size of the "
        "gradient and the root of the running mean of its squares. At the bottom the step that Adam takes, between plus and minus one learning rate.",
        size=(640, 430),
        panels={"nrows": 3, "sharex": True, "height_ratios": (4, 3, 3)},
        beta1=choice(("0", 0.0), ("0.5", 0.5), ("0.9", 0.9), start="0.9", label="β₁"),
        beta2=choice(("0.9", 0.9), ("0.99", 0.99), ("0.999", 0.999), start="0.99", label="β₂"),
        noise=slider(0, 1.5, 4, start=0.5, label="noise"),
        time=reveal("g", "m", "raw-m", "v", "raw-v", "size", "taken", "raw-taken", label="steps after the first"),
        raw=show("raw", label="without bias correction"),
    )


# schedules


def schedules(peak: float) -> dict:
    """The designer's schedules with the same highest rate, over the steps of a short run."""
    return {
        "constant": Constant(peak),
        "step": StepDecay(peak, every=STEPS // 3 + 1, factor=0.3),
        "exponential": Exponential(peak, 0.01 ** (1 / STEPS)),
        "cosine": Cosine(peak, STEPS),
        "warm-up, cosine": Warmup(STEPS // 5, Cosine(peak, STEPS - STEPS // 5)),
    }


@functools.lru_cache(maxsize=256)
def _trained(name: str, peak: float):
    losses, final = short_run(GradientDescent(schedules(peak)[name]))
    return losses[:, 0], float(final[0])


def _schedule_designer(axes):
    rate_ax, loss_ax = axes
    t = np.arange(0, STEPS, 4)
    log_axis(rate_ax, "y", -3, 1)
    loss_ax.set(xlim=(0, STEPS), ylim=(0, 3), xticks=[0, 100, 200], yticks=[0, 1, 2, 3])
    rate_ax.set(xlim=(0, STEPS), xticks=[0, 100, 200])
    label_axes(rate_ax, "step", "learning rate η")
    label_axes(loss_ax, "step", "loss of the batches")
    (rate,) = rate_ax.plot([], [], color=PALETTE["model"], gid="rate")
    (raw,) = loss_ax.plot([], [], color=PALETTE["border"], lw=1, gid="raw")
    (curve,) = loss_ax.plot([], [], color=PALETTE["loss"], gid="curve")
    loss_ax.axhline(np.log(10), color=PALETTE["muted"], lw=1, ls=(0, (4, 3)))
    loss_ax.text(STEPS, np.log(10) + 0.06, "guessing: ln 10", ha="right", va="bottom", color=PALETTE["muted"])

    def move(*, schedule, peak):
        losses, final = _trained(schedule, float(peak))
        rate.set_data(t, np.maximum(schedules(peak)[schedule](t), 1e-3))
        # What lies above the frame is clipped there, and a diverged run stays above it.
        raw.set_data(t, np.clip(losses[::4], 0, 3.2).round(2))
        curve.set_data(t, smooth(np.clip(losses, 0, 3.2))[::4].round(2))
        return f"{schedule}, highest rate {peak:.2g}: after {STEPS} steps the loss on all 2,000 digits is {_height_text(final)}"

    return move


def schedule_designer():
    """A schedule, and a real training run under it."""
    return explore(
        _schedule_designer,
        id="schedule-designer",
        caption="A high rate gets down fast and then rattles; let fall along a cosine, the same high rate ends lower. The network is real: 49-16-10, on shrunken digits, trained anew in every state.",
        alt="Two panels over two hundred steps. On the left the learning rate on a logarithmic scale, on the right the loss of the mini-batches of a real training run, "
        "the single batches thin and their running mean bold, below a dashed line for guessing.",
        size=(640, 290),
        panels={"ncols": 2},
        schedule=choice("constant", "step", "exponential", "cosine", "warm-up, cosine", start="cosine", label="schedule"),
        peak=slider(0.1, 6, 7, start=1.5, label="highest rate", log=True),
    )


EXPLORERS = (
    momentum_path,
    step_cartoon,
    damping_map,
    momentum_components,
    conditioning,
    adam_anatomy,
    optimizer_race,
    schedule_designer,
)
