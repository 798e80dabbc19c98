"""The explorers of the chapter on losses."""

from __future__ import annotations

import functools

import numpy as np
from matplotlib.patches import Polygon

from nnbook.activations import sigmoid
from nnbook.figures.axes import bare, label_axes, number
from nnbook.figures.scales import log_axis, power_text
from nnbook.figures.style import PALETTE
from nnbook.landscapes import Landscape
from nnbook.linefits import least_absolute, least_huber, least_squares
from nnbook.losses import BinaryCrossEntropy, MeanSquaredError

from . import choice, explore, show, slider
from . import step as reveal
from .values import probability, text

DASHED, DOTTED = (0, (5, 3)), (0, (1.2, 1.8))

# One point among nine

CLOUD_X = np.arange(1.0, 5.0, 0.5)
CLOUD_Y = np.array([3.9, 4.0, 4.6, 4.3, 5.1, 4.9, 5.6, 5.5])
FITS = {"squared": (least_squares, "-"), "absolute": (least_absolute, DASHED), "Huber": (least_huber, DOTTED)}
HEIGHTS = np.linspace(0, 10, 41)


@functools.lru_cache(maxsize=64)
def pulled(x):
    """By how much each fit moves at x when a point is added there, for every height of it; three rows."""
    with_point = np.append(CLOUD_X, x)
    targets = np.column_stack([np.tile(CLOUD_Y, (len(HEIGHTS), 1)), HEIGHTS])
    rows = []
    for fit, _ in FITS.values():
        (w, b), (w_before, b_before) = fit(with_point, targets), fit(CLOUD_X, CLOUD_Y)
        rows.append((w - w_before) * x + b - b_before)
    return np.array(rows)


def _outlier(axes):
    plane, pull = axes
    plane.set(xlim=(0, 12), ylim=(-0.4, 10.4), xticks=[0, 4, 8, 12], yticks=[0, 5, 10])
    label_axes(plane, "x", "y")
    plane.plot(CLOUD_X, CLOUD_Y, "o", ms=8, color=PALETTE["data"], zorder=4)
    pull.set(xlim=(-0.4, 10.4), ylim=(-8.5, 7.5), xticks=[0, 5, 10], yticks=[-5, 0, 5])
    label_axes(pull, "height y of the dragged point", "how far each line moves there")
    pull.axhline(0, color=PALETTE["border"], lw=1)
    for k, (name, (_, style)) in enumerate(FITS.items()):
        pull.plot([0.3, 1.5], [6.9 - 1.15 * k] * 2, color=PALETTE["model"], lw=2.5, ls=style)
        pull.text(1.8, 6.9 - 1.15 * k, name, va="center")
    options = {"color": PALETTE["model"], "lw": 2.5}
    lines = [plane.plot([], [], ls=s, gid=f"line-{n}", **options)[0] for n, (_, s) in FITS.items()]
    curves = [pull.plot([], [], ls=s, gid=f"pull-{n}", **options)[0] for n, (_, s) in FITS.items()]
    marks = [pull.plot([], [], "o", ms=8, color=PALETTE["data"], mfc="white", mew=2, gid=f"mark-{n}")[0] for n in FITS]
    (point,) = plane.plot([], [], "o", ms=12, color=PALETTE["data"], mfc="white", mew=3, gid="point", zorder=5)
    ends = np.array([0.0, 12.0])

    def move(*, x, y):
        point.set_data([x], [y])
        with_point, targets = np.append(CLOUD_X, x), np.append(CLOUD_Y, y)
        rows, moved = pulled(float(x)), []
        for k, (fit, _) in enumerate(FITS.values()):
            w, b = fit(with_point, targets)
            lines[k].set_data(ends, w * ends + b)
            curves[k].set_data(HEIGHTS, rows[k])
            moved.append(float(np.interp(y, HEIGHTS, rows[k])))
            marks[k].set_data([y], [moved[k]])
        told = ", ".join(f"{name} {number(m, 1)}" for name, m in zip(FITS, moved, strict=True))
        return f"the point ({number(x, 1)}, {number(y, 1)}) moves the lines by: {told}"

    return move


def outlier():
    """Three lines through the same points, one of which can be dragged."""
    return explore(
        _outlier,
        id="outlier",
        caption="Dragged up or down, the point takes the squared fit along in proportion and without limit, while its pull on the other two ends somewhere. "
        "Dragged far to the right, it takes all three along.",
        alt="Left, eight points in a rising cloud and a ninth, larger and hollow, far below them, with three lines: solid for squared error, dashed for "
        "absolute error, dotted for Huber's. The solid one tips down toward the ninth point, the dotted one a little, the dashed one hardly. Right, how far each line moves over the height of that point.",
        size=(640, 320),
        panels={"ncols": 2, "width_ratios": (6, 5)},
        drag=("x", "y"),
        x=slider(0.5, 11.5, 12, start=6.5, label="x of the point"),
        y=slider(0, 10, 21, start=0.5, label="y of the point"),
    )


# A line and its place on the surface

LINE_X = np.array([-2.0, -1.2, -0.5, 0.3, 1.1, 2.0])
LINE_Y = np.array([-0.7, -0.9, 0.6, 0.1, 1.5, 1.4])


class LineError(Landscape):
    """f(w, b) = (1/N) Σ (w xᵢ + b − yᵢ)² of six points: the surface on which a line is a place."""

    name = "line error"

    def _value(self, theta):
        return ((theta[..., :1] * LINE_X + theta[..., 1:] - LINE_Y) ** 2).mean(axis=-1)

    def _gradient(self, theta):
        r = theta[..., :1] * LINE_X + theta[..., 1:] - LINE_Y
        return 2 * np.stack([(r * LINE_X).mean(axis=-1), r.mean(axis=-1)], axis=-1)


def _fit_a_line(axes):
    ground, data = axes
    surface = LineError()
    lowest = surface(np.array(least_squares(LINE_X, LINE_Y)))
    w, b = np.meshgrid(np.linspace(-1, 2, 41), np.linspace(-1.5, 1.5, 41))
    levels = lowest + np.arange(1, 9) ** 2 / 12
    heights = surface(np.stack([w, b], axis=-1))
    ground.contour(w, b, heights, levels=levels, colors=PALETTE["loss"], linewidths=1, linestyles="-", alpha=0.6)
    ground.set(xlim=(-1, 2), ylim=(-1.5, 1.5), xticks=[-1, 0, 1, 2], yticks=[-1, 0, 1])
    label_axes(ground, "slope w", "intercept b")
    (here,) = ground.plot([], [], "o", ms=10, color=PALETTE["model"], gid="here", clip_on=False, zorder=5)
    data.set(xlim=(-3.2, 3.2), ylim=(-3.2, 3.2), xticks=[-2, 0, 2], yticks=[-2, 0, 2], aspect="equal")
    label_axes(data, "x", "y")
    squares = []
    for k in range(len(LINE_X)):
        square = Polygon(np.zeros((4, 2)), closed=True, gid=f"square-{k}", facecolor=PALETTE["loss"], alpha=0.25, lw=0)
        squares.append(data.add_patch(square))
    data.plot(LINE_X, LINE_Y, "o", ms=8, color=PALETTE["data"], zorder=4)
    (line,) = data.plot([], [], color=PALETTE["model"], lw=2.5, gid="line")
    ends = np.array([-3.2, 3.2])

    def move(*, w, b):
        here.set_data([w], [b])
        line.set_data(ends, w * ends + b)
        for square, x, y in zip(squares, LINE_X, LINE_Y, strict=True):
            r = w * x + b - y
            square.set_xy([(x, y), (x, y + r), (x - r, y + r), (x - r, y)])
        error = float(surface(np.array([w, b], dtype=float)))
        return f"ŷ = {number(w)} x {'−' if b < 0 else '+'} {number(abs(b))}: mean square {number(error, 3)}; the lowest is {number(lowest, 3)}"

    return move


def fit_a_line():
    """A line beside its place on the loss surface."""
    return explore(
        _fit_a_line,
        id="fit-a-line",
        caption="Every line is one point of the surface on the left, whose height is the mean area of the squares on the right. The surface is a bowl with one lowest place, "
        "and its contours are ellipses.",
        alt="Left, elliptical contour lines over slope and intercept with a dot for the present line. Right, six data points, the line, and on each residual "
        "a shaded square that reaches from the point to the line.",
        size=(620, 330),
        panels={"ncols": 2},
        drag=("w", "b"),
        w=slider(-1, 2, 13, start=0, label="slope w"),
        b=slider(-1.5, 1.5, 13, start=1, label="intercept b"),
        areas=show("square", label="squares"),
    )


# What a grid costs

PER_SECOND = 1e6
SPANS = {"a second": 1.0, "an hour": 3600.0, "a year": 3.156e7, "1000 years": 3.156e10}


def _lattice(count, dimensions):
    """The points of a grid of up to three dimensions as they are drawn: a row, a square, the sides of a cube."""
    t = np.linspace(0, 1, count)
    if dimensions == 1:
        return np.column_stack([t, np.full(count, 0.5)])
    if dimensions == 2:
        return np.stack(np.meshgrid(t, t), axis=-1).reshape(-1, 2)
    x, y, z = (axis.ravel() for axis in np.meshgrid(t, t, t))
    front = (y == 0) | (x == 1) | (z == 1)
    return 0.68 * np.column_stack([x + 0.45 * y, z + 0.45 * y])[front]


def _time_text(seconds):
    for name, span in (("years", 3.156e7), ("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 2 * span:
            amount = seconds / span
            return f"{amount:,.0f} {name}" if amount < 1e6 else f"{_rough(amount)} {name}"
    return f"{seconds:.3g} second{'s' * (seconds != 1)}" if seconds >= 0.001 else "less than a millisecond"


def _rough(value):
    exponent = int(np.floor(np.log10(value)))
    return f"{value / 10.0**exponent:.1f}·{power_text(exponent)}"


def _grid_cost(axes):
    picture, cost = axes
    bare(picture, (-0.08, 1.08), (-0.08, 1.08))
    (dots,) = picture.plot([], [], "o", ms=3.5, color=PALETTE["model"], gid="dots")
    note = picture.text(0.5, 0.5, "", ha="center", va="center", gid="note")
    log_axis(cost, "y", 0, 20, 5)
    cost.set(xlim=(0.5, 12.5), xticks=[1, 4, 8, 12])
    label_axes(cost, "parameters", "evaluations of the loss")
    for name, seconds in SPANS.items():
        cost.axhline(PER_SECOND * seconds, color=PALETTE["muted"], lw=1, ls=(0, (2, 2)))
        cost.text(0.7, PER_SECOND * seconds * 1.5, name, fontsize=10)
    (line,) = cost.plot([], [], "o-", ms=4, color=PALETTE["loss"], lw=2, gid="line")
    (here,) = cost.plot([], [], "o", ms=11, color=PALETTE["model"], gid="here", zorder=5)
    n = np.arange(1, 13)

    def move(*, values, parameters):
        k = int(values)
        seen = parameters <= 3
        dots.set_data(*(_lattice(k, parameters) if seen else np.empty((0, 2))).T)
        note.set_text(
            "" if seen else f"{parameters} dimensions:\nno room to draw\n{float(k) ** parameters:,.0f} points"
        )
        line.set_data(n, float(k) ** n)
        here.set_data([parameters], [float(k) ** parameters])
        count = f"{float(k) ** parameters:,.0f} evaluations"
        of = "1 parameter" if parameters == 1 else f"each of {parameters} parameters"
        return f"{k} values for {of}: {count}, {_time_text(float(k) ** parameters / PER_SECOND)}"

    return move


def grid_cost():
    """The number of points of a grid against its dimension."""
    return explore(
        _grid_cost,
        id="grid-cost",
        caption="Every further parameter multiplies the work by the number of values tried for each. At a million evaluations a second, "
        "ten values for each of twelve parameters take about twelve days, and with a thirteenth it is four months.",
        alt="Left, the points of a grid: a row for one parameter, a square for two, a cube for three. Right, the number of evaluations over the number of "
        "parameters, a straight line on a logarithmic axis, with dashed lines for a second, an hour, a year and a thousand years.",
        size=(600, 300),
        panels={"ncols": 2, "width_ratios": (4, 5)},
        values=choice("3", "5", "10", start="10", label="values for each"),
        parameters=slider(1, 12, 12, start=2, label="parameters", play=True),
    )


# Likelihood

SHARES = np.linspace(0.02, 0.98, 49)


def mean_surprise(share, p):
    """−ȳ log p − (1 − ȳ) log(1 − p): the mean negative log-likelihood of examples of which the share ȳ are ones."""
    return -share * np.log(p) - (1 - share) * np.log(1 - p)


def _size_text(log_value):
    """e^log_value in powers of ten, also where a float has long become 0."""
    exponent = log_value / np.log(10)
    if exponent > -3:
        return number(np.exp(log_value), 3)
    whole = int(np.floor(exponent))
    digit = round(10.0 ** (exponent - whole), 1)
    whole, digit = (whole + 1, 1.0) if digit == 10 else (whole, digit)
    return f"{digit:.1f}·{power_text(whole)}"


def _likelihood(axes):
    product, mean = axes
    product.set(xlim=(0, 1), ylim=(0, 1.08), xticks=[0, 0.5, 1], yticks=[0, 1])
    label_axes(product, "probability p", "likelihood, its peak drawn at 1")
    mean.set(xlim=(0, 1), ylim=(0, 3), xticks=[0, 0.5, 1], yticks=[0, 1, 2, 3])
    label_axes(mean, "probability p", "mean negative log-likelihood")
    (peak,) = product.plot([], [], color=PALETTE["model"], gid="peak")
    (bowl,) = mean.plot([], [], color=PALETTE["loss"], gid="bowl")
    (floor,) = mean.plot([], [], color=PALETTE["muted"], lw=1.2, ls=(0, (3, 2)), gid="floor")
    floor_name = mean.text(0.5, 0.1, "floor: the entropy", ha="center", va="top", gid="floor-name")
    marks = [
        ax.plot([], [], "o", ms=10, color=PALETTE["model"], gid=f"mark-{k}", zorder=5)[0] for k, ax in enumerate(axes)
    ]

    def move(*, examples, share, p):
        n = int(examples)
        width = 5 * np.sqrt(share * (1 - share) / n)
        fine = np.unique(np.concatenate([SHARES, np.linspace(max(share - width, 0.02), min(share + width, 0.98), 31)]))
        best = float(mean_surprise(share, share))
        here = float(mean_surprise(share, p))
        peak.set_data(fine, np.exp(-n * (mean_surprise(share, fine) - best)).round(4))
        bowl.set_data(SHARES, np.minimum(mean_surprise(share, SHARES), 3.5))
        floor.set_data([0, 1], [best, best])
        floor_name.set_y(best - 0.05)
        marks[0].set_data([p], [np.exp(-n * (here - best))])
        marks[1].set_data([p], [min(here, 2.95)])  # at the upper edge where the bowl has left the panel
        ones = round(n * share)
        return f"{ones} one{'s' * (ones != 1)} of {n}: at p = {number(p)} likelihood {_size_text(-n * here)}, mean negative log {number(here, 3)}"

    return move


def likelihood():
    """The likelihood of zeros and ones, and the mean of its negative logarithm."""
    return explore(
        _likelihood,
        id="likelihood",
        caption="Both curves single out the same p, the share of ones. With more examples the likelihood turns into a spike whose height is soon near the smallest number a computer can hold; "
        "the mean of its negative logarithm keeps its shape and its size.",
        alt="Left, the likelihood over the probability p: a hump with its peak at the share of ones. Right, the mean negative logarithm: a bowl with its lowest point "
        "at the same p, resting on a dashed line. A dot on each curve marks the present p.",
        size=(620, 290),
        panels={"ncols": 2},
        examples=choice("10", "100", "1000", label="examples"),
        share=slider(0.1, 0.9, 9, start=0.7, label="share of ones"),
        p=slider(0.02, 0.98, 25, start=0.3, label="probability p"),
    )


# What a wrong probability costs


def _penalty(axes, target):
    loss, slope = axes
    y = int(target)
    p = np.linspace(0.005, 0.995, 100)
    loss.set(xlim=(0, 1), ylim=(0, 5), xticks=[0, 0.5, 1], yticks=[0, 1, 2, 3, 4, 5])
    label_axes(loss, "probability p", f"loss when the target is {y}")
    slope.set(
        xlim=(0, 1),
        ylim=(-1.1, 0.1) if y else (-0.1, 1.1),
        xticks=[0, 0.5, 1],
        yticks=[-1, -0.5, 0] if y else [0, 0.5, 1],
    )
    label_axes(slope, "probability p", "slope ∂L/∂z by the logit")
    slope.axhline(0, color=PALETTE["border"], lw=1)
    surprise = np.minimum(-np.log(p if y else 1 - p), 5.3)
    loss.plot(p, surprise, color=PALETTE["loss"])
    loss.plot(p, (p - y) ** 2, color=PALETTE["loss"], ls=DASHED)
    slope.plot(p, p - y, color=PALETTE["gradient"])
    slope.plot(p, 2 * (p - y) * p * (1 - p), color=PALETTE["gradient"], ls=DASHED)
    loss.text(0.22 if y else 0.78, 2.9, "cross-entropy", ha="left" if y else "right")
    loss.text(0.04 if y else 0.96, 0.12, "squared error", ha="left" if y else "right")
    slope.text(0.53, -0.72 if y else 0.72, "cross-entropy", ha="left" if y else "right")
    slope.text(0.5, -0.12 if y else 0.12, "squared error", ha="center", va="center")
    marks = {}
    for name, ax, color, marker in (
        ("c", loss, "loss", "o"),
        ("s", loss, "loss", "s"),
        ("gc", slope, "gradient", "o"),
        ("gs", slope, "gradient", "s"),
    ):
        (marks[name],) = ax.plot(
            [], [], marker, ms=9, color=PALETTE[color], gid=f"mark-{name}", zorder=5, clip_on=False
        )

    def move(*, p):
        z, t = np.array([np.log(p / (1 - p))]), np.array([float(y)])
        cross, squared = float(BinaryCrossEntropy()(z, t)), float(MeanSquaredError()(sigmoid(z), t))
        by_cross = float(BinaryCrossEntropy().gradient(z, t)[0])
        by_squared = float((MeanSquaredError().gradient(sigmoid(z), t) * sigmoid.derivative(z))[0])
        for name, height in (("c", cross), ("s", squared), ("gc", by_cross), ("gs", by_squared)):
            marks[name].set_data([p], [height])
        told = f"cross-entropy {number(cross)}, slope {number(by_cross, 3)}"
        return f"p = {number(p)}: {told}; squared error {text(squared)}, slope {text(by_squared)}"

    return move


def penalty():
    """What a predicted probability costs, and how hard the loss pulls on the logit."""
    return explore(
        _penalty,
        id="penalty",
        caption="The further the probability is from its target, the harder cross-entropy pulls on the logit. Squared error through a sigmoid pulls hardest one third of the way from the "
        "wrong end and lets go where the answer is most wrong.",
        alt="Left, two losses over the predicted probability: cross-entropy, solid, climbs without end where the prediction is wrong; squared error, dashed, stays below 1. "
        "Right, their slopes by the logit: a straight line for cross-entropy, a sagging curve that returns to zero at both ends for squared error.",
        size=(620, 300),
        panels={"ncols": 2},
        target=choice("1", "0", label="target y"),
        p=slider(0.01, 0.99, 50, start=0.05, label="probability p", play=True),
    )


# A neuron that starts out sure of the wrong answer

STEPS = 300


def unlearn(z, learning_rate, loss, steps=STEPS):
    """The outputs of a sigmoid neuron with input 1 and target 0, before each of `steps` steps and after the last.

    With input 1 the derivatives for w and b are the same, so that z = w + b goes down by 2 η ∂L/∂z a step.
    loss: "squared" for ½ (a − 0)², "cross" for −log(1 − a).
    """
    outputs = np.empty(steps + 1)
    for k in range(steps + 1):
        a = 1 / (1 + np.exp(-z))
        outputs[k] = a
        z -= 2 * learning_rate * (a * a * (1 - a) if loss == "squared" else a)
    return outputs


SHOWN = np.unique(np.concatenate([np.arange(0, 31, 2), np.arange(30, STEPS + 1, 6)]))


def _saturated_neuron(axes):
    output, slope = axes
    label_axes(output, "steps of gradient descent", "output a, which should be 0")
    label_axes(slope, "steps of gradient descent", "slope ∂L/∂z")
    for ax in axes:
        ax.set(xlim=(0, STEPS), ylim=(0, 1.36), xticks=[0, 100, 200, 300], yticks=[0, 0.5, 1])
    curves = {}
    for name, style in (("squared", DASHED), ("cross", "-")):
        for kind, ax, color in (("output", output, "model"), ("slope", slope, "gradient")):
            (curves[name, kind],) = ax.plot([], [], color=PALETTE[color], ls=style, lw=2.5, gid=f"{name}-{kind}")
    for k, (title, style) in enumerate((("cross-entropy", "-"), ("squared error", DASHED))):
        for ax, color in ((output, "model"), (slope, "gradient")):
            ax.plot([40, 72], [1.28 - 0.13 * k] * 2, color=PALETTE[color], ls=style, lw=2.5)
            ax.text(82, 1.28 - 0.13 * k, title, va="center")

    def move(*, w, b, learning_rate):
        told = []
        for name, title in (("squared", "squared error"), ("cross", "cross-entropy")):
            a = unlearn(w + b, learning_rate, name)
            by_z = a**2 * (1 - a) if name == "squared" else a
            curves[name, "output"].set_data(SHOWN, a[SHOWN])
            curves[name, "slope"].set_data(SHOWN, by_z[SHOWN])
            told.append(f"{probability(a[-1])} with {title}")
        return f"from {probability(a[0])}, after {STEPS} steps: {' · '.join(told)}"

    return move


def saturated_neuron():
    """One sigmoid neuron that must go from about 1 to 0, under two losses."""
    return explore(
        _saturated_neuron,
        id="saturated-neuron",
        caption="The worse the start, the longer squared error waits: its slope contains a(1 − a), which is nearly zero for an output near 1. "
        "Cross-entropy lowers z at once, since its slope is the error itself.",
        alt="Left, the output of a neuron over 300 steps: with cross-entropy, solid, it falls from 0.98 at once; with squared error, dashed, it stays up for "
        "a hundred steps and more. Right, the slope of each loss: large from the first step for cross-entropy, close to zero for squared error until its output comes down.",
        size=(640, 300),
        panels={"ncols": 2},
        w=slider(0, 4, 9, start=2, label="first weight w"),
        b=slider(0, 4, 9, start=2, label="first bias b"),
        learning_rate=choice(("0.05", 0.05), ("0.15", 0.15), ("0.5", 0.5), start="0.15", label="learning rate η"),
        squared=show("squared", label="squared error"),
        entropy=show("cross", label="cross-entropy"),
        time=reveal("squared-output", "squared-slope", "cross-output", "cross-slope", label="part of the run"),
    )


# What accuracy does not tell

SCORES_X = np.array([-2.63, -2.08, -1.47, -1.12, -0.61, -0.22, 0.31, 0.53, 0.97, 1.62, 2.07, 2.71])
SCORES_Y = np.array([0, 0, 0, 1, 0, 0, 1, 0, 1, 1, 1, 1])
OFFSETS = np.linspace(-6, 6, 121)


def _measures(w, b):
    """Accuracy and cross-entropy of σ(w x + b) on the twelve points, for every bias b."""
    z = w * SCORES_X + np.asarray(b)[..., None]
    correct = (z > 0) == (SCORES_Y == 1)
    return correct.mean(axis=-1), (np.logaddexp(0, z) - SCORES_Y * z).mean(axis=-1)


def _accuracy_steps(axes):
    data, share, loss = axes
    data.set(xlim=(-3.2, 3.2), ylim=(-0.12, 1.12), xticks=[-2, 0, 2], yticks=[0, 0.5, 1])
    label_axes(data, "x", "p = σ(wx + b), and the targets")
    fine = np.linspace(-3.2, 3.2, 60)
    (curve,) = data.plot([], [], color=PALETTE["model"], gid="curve")
    (cut,) = data.plot([], [], color=PALETTE["muted"], lw=1.5, ls=(0, (3, 2)), gid="cut")
    (right,) = data.plot([], [], "o", ms=9, color=PALETTE["data"], gid="right", zorder=4)
    (wrong,) = data.plot([], [], "X", ms=11, color=PALETTE["data"], mfc="white", mew=2, gid="wrong", zorder=4)
    share.set(xlim=(-6, 6), ylim=(0.3, 1.02), xticks=[-6, 0, 6], yticks=[0.5, 1])
    label_axes(share, "", "accuracy over b")
    loss.set(xlim=(-6, 6), ylim=(0, 3), xticks=[-6, 0, 6], yticks=[0, 1, 2, 3])
    label_axes(loss, "bias b", "cross-entropy over b")
    (stairs,) = share.plot([], [], color=PALETTE["model"], gid="stairs")
    (bowl,) = loss.plot([], [], color=PALETTE["loss"], gid="bowl")
    marks = [
        ax.plot([], [], "o", ms=9, color=PALETTE[c], gid=f"mark-{c}", zorder=5)[0]
        for ax, c in ((share, "model"), (loss, "loss"))
    ]

    def move(*, w, b):
        z = w * SCORES_X + b
        hit = (z > 0) == (SCORES_Y == 1)
        curve.set_data(fine, sigmoid(w * fine + b))
        cut.set_data([-b / w] * 2, [-0.1, 1.1])
        right.set_data(SCORES_X[hit], SCORES_Y[hit])
        wrong.set_data(SCORES_X[~hit], SCORES_Y[~hit])
        jumps = np.sort(-w * SCORES_X)
        edges = np.concatenate([[-6.0], np.repeat(jumps[np.abs(jumps) < 6], 2), [6.0]])
        middles = (edges[::2] + edges[1::2]) / 2
        stairs.set_data(edges, np.repeat(_measures(w, middles)[0], 2))
        bowl.set_data(OFFSETS[::4], np.minimum(_measures(w, OFFSETS[::4])[1], 3.5))
        accuracy, cross = (float(v) for v in _measures(w, np.array(b, dtype=float)))
        marks[0].set_data([b], [accuracy])
        marks[1].set_data([b], [min(cross, 3.5)])
        by_b = float((sigmoid(z) - SCORES_Y).mean())
        return f"right: {hit.sum()} of 12, slope 0 · cross-entropy {number(cross)}, slope {number(by_b)}"

    return move


def accuracy_steps():
    """Accuracy and cross-entropy of a neuron with one input, over its bias."""
    return explore(
        _accuracy_steps,
        id="accuracy-steps",
        caption="Accuracy is a staircase: almost everywhere a small change of b changes nothing, so that its slope says nothing. "
        "Cross-entropy over the same b slopes down to its lowest point from both sides.",
        alt="Left, twelve points whose targets are 0 or 1 with an S-shaped curve; a dashed line marks where it crosses one half, and points on the wrong side are crosses. "
        "Right, above, accuracy over b as a staircase; below, cross-entropy over b as a smooth bowl.",
        size=(640, 330),
        panels={"mosaic": [["data", "share"], ["data", "loss"]], "width_ratios": (5, 4)},
        w=slider(0.5, 3, 6, start=1.5, label="weight w"),
        b=slider(-4.5, 4.5, 37, start=-3, label="bias b", play=True),
    )


# The best of many on the same examples

REPEATS, MOST, TEST = 400, 100, 1000
TRIES = (1, 2, 5, 10, 20, 50, 100)


def coin_flips(examples, rng):
    """Accuracies of MOST classifiers that flip a coin, on validation examples and on TEST others; REPEATS rows each."""
    validation = rng.binomial(examples, 0.5, (REPEATS, MOST)) / examples
    return validation, rng.binomial(TEST, 0.5, (REPEATS, MOST)) / TEST


def _peeking(axes, examples):
    cloud, growth = axes
    validation, test = coin_flips(int(examples), np.random.default_rng(4))
    best = np.maximum.accumulate(validation, axis=1)
    cloud.set(xlim=(0.28, 0.72), ylim=(0.43, 0.57), xticks=[0.3, 0.5, 0.7], yticks=[0.45, 0.5, 0.55])
    label_axes(cloud, "accuracy on the validation set", "accuracy on the test set")
    cloud.axvline(0.5, color=PALETTE["border"], lw=1)
    cloud.axhline(0.5, color=PALETTE["border"], lw=1)
    (dots,) = cloud.plot([], [], "o", ms=5, color=PALETTE["muted"], gid="dots")
    (winner,) = cloud.plot([], [], "o", ms=13, mew=2.5, mfc="none", color=PALETTE["model"], gid="winner", zorder=4)
    growth.set(xscale="log", xlim=(0.9, 130), ylim=(0.45, 0.75), yticks=[0.5, 0.6, 0.7])
    growth.set_xticks([1, 10, 100], ["1", "10", "100"])
    growth.minorticks_off()
    label_axes(growth, "classifiers tried", "best accuracy, mean of 400")
    k = np.array([1, 2, 3, 5, 7, 10, 14, 20, 30, 50, 70, 100])
    growth.plot(k, best.mean(axis=0)[k - 1], color=PALETTE["model"])
    first = np.array([validation[:, :n].argmax(axis=1) for n in k])
    growth.plot(k, np.take_along_axis(test, first.T, axis=1).mean(axis=0), color=PALETTE["data"], ls=DASHED)
    growth.text(1.0, 0.715, "solid: on the validation set")
    growth.text(1.0, 0.465, "dashed: on the test set")
    (here,) = growth.plot([], [], "o", ms=10, color=PALETTE["model"], gid="here", zorder=5)

    def move(*, tried):
        n = int(tried)
        dots.set_data(validation[0, :n], test[0, :n])
        top = int(validation[0, :n].argmax())
        winner.set_data([validation[0, top]], [test[0, top]])
        here.set_data([n], [best.mean(axis=0)[n - 1]])
        scores = f"{100 * validation[0, top]:.0f} % on validation, {100 * test[0, top]:.0f} % on test"
        return f"best of {n}: {scores}; every one of them flips a coin"

    return move


def peeking():
    """The best of many coin flippers on the same validation set."""
    return explore(
        _peeking,
        id="peeking",
        caption="Whoever tries many classifiers and reports the best score on the examples that chose it reports the luck too. "
        "A test set that took no part in the choice brings it back to one half.",
        alt="Left, a cloud of gray dots, one for each classifier, with its accuracy on validation examples across and on test examples up; a ring marks the best on validation, "
        "which lies far to the right and at half height. Right, the best validation accuracy climbs with the number of classifiers tried while the test accuracy stays level.",
        size=(640, 310),
        panels={"ncols": 2},
        examples=choice("50", "200", "1000", label="validation examples"),
        tried=choice(*map(str, TRIES), start="50", label="classifiers tried"),
    )


EXPLORERS = (outlier, fit_a_line, grid_cost, likelihood, penalty, saturated_neuron, accuracy_steps, peeking)
