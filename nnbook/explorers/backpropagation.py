"""The explorers of the chapter on backpropagation."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.patches import Polygon

from nnbook.activations import relu, sigmoid, softmax, tanh
from nnbook.autograd import Value
from nnbook.datasets import digits
from nnbook.figures.axes import bare, label_axes, number, plane, upright_bars
from nnbook.figures.graph import brief, draw_graph
from nnbook.figures.scales import contours, log_axis, power_text
from nnbook.figures.style import PALETTE, SURFACE
from nnbook.initializers import normal
from nnbook.landscapes import banana, bowl, saddle
from nnbook.layers import Elementwise, mlp
from nnbook.losses import BinaryCrossEntropy, CrossEntropy
from nnbook.optimizers import Adam
from nnbook.training import train

from . import choice, explore, figure, heat, show, slider
from . import step as reveal
from .values import labeled, probability, text

# Three graphs, on the tape


def labelled(**values):
    """Label each of the values with its name."""
    for label, value in values.items():
        value.label = label


@dataclass(frozen=True)
class Graph:
    """A function of a few numbers that builds a tape, and where its values stand in a drawing."""

    build: callable
    places: dict
    formulas: dict
    along: dict | float = 0.5


def neuron_graph(x, w, b, y=0.0):
    """The squared error of a sigmoid neuron, (σ(xw + b) − y)²."""
    x, w, b, y = (Value(float(number)) for number in (x, w, b, y))
    xw = x * w
    z = xw + b
    a = z.sigmoid()
    r = a - y
    L = r**2
    labelled(x=x, w=w, b=b, y=y, xw=xw, z=z, a=a, r=r, L=L)
    return L


def two_path_graph(x, w):
    """f = x w · (x + w): each input reaches f along two paths."""
    x, w = Value(float(x)), Value(float(w))
    product, total = x * w, x + w
    f = product * total
    labelled(**{"x": x, "w": w, "x·w": product, "x+w": total, "f": f})
    return f


def network_graph(x, w3, y=1.0):
    """The squared error of a 1-2-1 network of sigmoid neurons without biases."""
    x, w1, w2, w3, w4, y = (Value(float(number)) for number in (x, 1.0, -0.5, w3, -1.0, y))
    z1, z2 = x * w1, x * w2
    a1, a2 = z1.sigmoid(), z2.sigmoid()
    upper, lower = a1 * w3, a2 * w4
    prediction = upper + lower
    r = prediction - y
    L = r**2
    labelled(x=x, y=y, r=r, L=L)
    labelled(**{"w₁": w1, "w₂": w2, "w₃": w3, "w₄": w4, "z₁": z1, "z₂": z2, "a₁": a1, "a₂": a2})
    labelled(**{"a₁w₃": upper, "a₂w₄": lower, "ŷ": prediction})
    return L


NEURON = Graph(
    neuron_graph,
    {"x": (0, 1), "w": (0, 0), "xw": (1, 0.5), "b": (1, -0.5), "z": (2, 0), "a": (3, 0), "y": (3, -1),
     "r": (4, -0.5), "L": (5, -0.5)},
    {"xw": "x · w", "z": "xw + b", "a": "σ(z)", "r": "a − y", "L": "r²"},
)  # fmt: skip
TWO_PATHS = Graph(
    two_path_graph,
    {"x": (0, 1), "w": (0, 0), "x·w": (1, 1), "x+w": (1, 0), "f": (2, 0.5)},
    {"x·w": "x · w", "x+w": "x + w", "f": "(x·w) (x+w)"},
    {("x", "x+w"): 0.3, ("w", "x·w"): 0.3},
)
NETWORK = Graph(
    network_graph,
    {"w₁": (0, 3), "x": (0, 1.5), "w₂": (0, 0), "z₁": (1, 2), "z₂": (1, 1), "w₃": (2, 3), "a₁": (2, 2),
     "a₂": (2, 1), "w₄": (2, 0), "a₁w₃": (3, 2.5), "a₂w₄": (3, 0.5), "ŷ": (4, 1.5), "y": (4, 0.5),
     "r": (5, 1), "L": (6, 1)},
    {"z₁": "x · w₁", "z₂": "x · w₂", "a₁": "σ(z₁)", "a₂": "σ(z₂)", "a₁w₃": "a₁ · w₃", "a₂w₄": "a₂ · w₄",
     "ŷ": "a₁w₃ + a₂w₄", "r": "ŷ − y", "L": "r²"},
    {("x", "z₁"): 0.65, ("x", "z₂"): 0.65},
)  # fmt: skip


def _neuron(ax):
    draw = draw_graph(ax, NEURON.build(2, 0.5, -0.5), NEURON.places, NEURON.formulas)

    def move(*, x, w, b):
        return draw(NEURON.build(x, w, b))

    return move


def neuron_backward():
    """A sigmoid neuron with its squared error, forward and backward on the tape."""
    return explore(
        _neuron,
        id="neuron-backward",
        caption="Forward, every node computes its value from the nodes on its left. Backward, every node multiplies the derivative below it "
        "by the slope on an edge and hands the product to the left. One pass, and every input knows its derivative.",
        alt="A graph of nine boxes from left to right: input x and weight w are multiplied, the bias b is added, the sigmoid follows, "
        "the target y is subtracted and the difference squared to the loss L. Each box holds its value; slopes stand on the edges "
        "and derivatives of L below the boxes as the way back reaches them.",
        size=(620, 290),
        x=slider(-2, 2, 5, start=2, label="input x"),
        w=slider(-2, 2, 9, start=0.5, label="weight w"),
        b=slider(-1, 1, 5, start=-0.5, label="bias b"),
        stage=reveal("stage", label="stage", start=6),
    )


def _two_paths(ax):
    draw = draw_graph(ax, TWO_PATHS.build(2, 1), TWO_PATHS.places, TWO_PATHS.formulas, data=(), along=TWO_PATHS.along)

    def move(*, x, w):
        return draw(TWO_PATHS.build(x, w))

    return move


def two_paths():
    """A value that is used twice gathers its derivative from both uses."""
    return explore(
        _two_paths,
        id="two-paths",
        caption="x reaches f along two paths, through the product and through the sum. Each path contributes the product of its slopes, "
        "and the contributions add up.",
        alt="A graph of five boxes: x and w on the left are both joined to their product and to their sum, and the product f of these two stands on the right. "
        "Slopes stand on the six edges, and the derivative of f below each box.",
        size=(520, 250),
        x=slider(-2, 3, 11, start=2, label="x"),
        w=slider(-2, 3, 11, start=1, label="w"),
        stage=reveal("stage", label="stage"),
    )


def _network(ax):
    draw = draw_graph(ax, NETWORK.build(1, 2), NETWORK.places, NETWORK.formulas, along=NETWORK.along)

    def move(*, x, w3, y):
        return draw(NETWORK.build(x, w3, y))

    return move


def network_backward():
    """A network of two hidden neurons, forward and backward on the tape."""
    return explore(
        _network,
        id="network-backward",
        caption="What reaches w₁ has passed through w₃: at w₃ = 0 the upper hidden neuron gets no derivative at all, and at a negative w₃ one whose sign is opposite to the product's. "
        "The derivative below x is the sum over both neurons.",
        alt="A graph of fifteen boxes for a network with one input, two hidden sigmoid neurons and one output: x is multiplied by w₁ and by w₂, "
        "both go through the sigmoid, are multiplied by w₃ and w₄ and added to the prediction; the target is subtracted and the difference squared.",
        size=(620, 400),
        x=slider(-2, 2, 5, start=1, label="input x"),
        w3=slider(-2, 2, 5, start=2, label="weight w₃"),
        y=slider(0, 2, 3, start=1, label="target y"),
        stage=reveal("stage", label="stage"),
    )


# The gradient as a direction

BOX = (-2.0, 2.0)
ANGLES = np.linspace(-180, 180, 19)
# How far to step when a slope is measured, and the smallest gradient that the slopes are compared with.
PROBES = {"bowl": (0.2, 0.5), "saddle": (0.2, 0.5), "banana": (0.005, 20.0)}
SURFACES = {"bowl": bowl, "saddle": saddle, "banana": banana}
LEVELS = {
    "bowl": np.arange(1, 8) ** 2 / 8,
    "saddle": np.array([-2, -1, -0.6, -0.2, -0.1, 0, 0.2, 0.6, 1.2, 2, 3]),
    "banana": np.array([2, 20, 150, 500, 1500]),
}


def _gradient_arrow(axes, surface):
    ground, slopes = axes
    f = SURFACES[surface]
    reach, least = PROBES[surface]
    directions = np.column_stack([np.cos(np.deg2rad(ANGLES)), np.sin(np.deg2rad(ANGLES))])
    plane(ground, BOX, BOX, "x", "y")
    ground.set(xticks=[-2, -1, 0, 1, 2], yticks=[-2, -1, 0, 1, 2])
    contours(ground, f, BOX, BOX, LEVELS[surface])
    (down,) = ground.plot([], [], color=PALETTE["muted"], lw=2, ls=(0, (2, 2)), gid="down")
    (up,) = ground.plot([], [], color=PALETTE["gradient"], lw=3, gid="up", clip_on=False)
    (here,) = ground.plot([], [], "o", ms=9, color=PALETTE["model"], gid="here", zorder=5, clip_on=False)
    slopes.set(xlim=(-180, 180), ylim=(-1.6, 1.6), xticks=[-180, -90, 0, 90, 180], yticks=[-1, 0, 1])
    label_axes(slopes, "direction, in degrees from the x axis", "slope in a direction, scaled")
    slopes.axhline(0, color=PALETTE["border"], lw=1)
    (told,) = slopes.plot([], [], color=PALETTE["gradient"], lw=2.5, gid="told")
    (found,) = slopes.plot([], [], color=PALETTE["data"], lw=2, ls=(0, (3, 2)), gid="found")
    (best,) = slopes.plot([], [], color=PALETTE["gradient"], lw=1.2, ls=(0, (3, 2)), gid="best")
    slopes.text(-174, 1.42, "solid: told by the gradient", fontsize=9)
    slopes.text(-174, -1.54, f"dashed: measured over a step of {reach:g}", fontsize=9)

    def move(*, x, y):
        theta = np.array([x, y], dtype=float)
        gradient = f.gradient(theta)
        size = float(np.linalg.norm(gradient))
        scale = max(size, least)
        measured = (f(theta + reach * directions) - f(theta)) / reach
        told.set_data(ANGLES, directions @ gradient / scale)
        found.set_data(ANGLES, np.clip(measured / scale, -1.6, 1.6))
        angle = np.rad2deg(np.arctan2(gradient[1], gradient[0]))
        best.set_data([angle, angle] if size else [], [-1.2, 1.2] if size else [])
        unit = gradient / size if size else gradient
        end = theta + unit * (0.35 + 0.55 * np.tanh(size / least / 2))
        side = np.array([-unit[1], unit[0]])
        up.set_data(*np.transpose([theta, end, end - 0.16 * unit + 0.1 * side, end, end - 0.16 * unit - 0.1 * side]))
        down.set_data(*np.transpose([theta, 2 * theta - end]))
        here.set_data([x], [y])
        where = f"f = {number(f(theta))}, ∇f = ({number(gradient[0])}, {number(gradient[1])})"
        if not size:
            return f"{where}: a stationary point, {_kind(measured)}"
        return f"{where}, steepest slope {number(size)} at {number(angle, 0)}°"

    return move


def _kind(measured):
    """What the second order shows where the first is flat."""
    if measured.min() > 0:
        return "uphill every way: a minimum"
    return "uphill some ways and downhill others: a saddle"


def gradient_arrow():
    """The gradient on three surfaces, and the slope in every direction."""
    return explore(
        _gradient_arrow,
        id="gradient-arrow",
        caption="The gradient stands at a right angle to the contour through its point and points where the slope is largest; the slope in any other direction "
        "is smaller by the cosine of the angle between. Where it vanishes, only the measured slopes tell a minimum from a saddle.",
        alt="Left, contour lines of a surface with a point, an arrow for the gradient and a dashed line the opposite way. "
        "Right, the slope of the surface over the direction of a step: a cosine whose top lies in the direction of the arrow.",
        size=(640, 300),
        panels={"ncols": 2},
        drag=("x", "y"),
        surface=choice("bowl", "saddle", "banana"),
        x=slider(-2, 2, 9, start=1, label="x"),
        y=slider(-2, 2, 9, start=1, label="y"),
    )


# Finite differences


def nearest_doubles(function):
    """A function computed in longer numbers and rounded once: libraries differ in the last bit, which here is all."""
    return lambda x: np.asarray(function(np.asarray(x, np.longdouble)), np.float64)


FUNCTIONS = {
    "exp at 1": (nearest_doubles(np.exp), np.exp, 1.0),
    "sine at 1": (nearest_doubles(np.sin), np.cos, 1.0),
    "sigmoid at 2": (nearest_doubles(lambda x: 1 / (1 + np.exp(-x))), sigmoid.derivative, 2.0),
}


def difference_errors(function, step):
    """The errors of the forward and of the central difference quotient for a step, in double precision."""
    f, slope, x = FUNCTIONS[function]
    x, step = np.float64(x), np.asarray(step, dtype=float)
    forward = (f(x + step) - f(x)) / step
    central = (f(x + step) - f(x - step)) / (2 * step)
    return np.abs(forward - slope(x)), np.abs(central - slope(x))


def _difference_step(axes, function):
    near, errors = axes
    f, slope, x = FUNCTIONS[function]
    t = np.linspace(x - 1.1, x + 1.1, 60)
    near.plot(t, f(t), color=PALETTE["model"])
    low, high = f(t).min(), f(t).max()
    near.set(xlim=(t[0], t[-1]), ylim=(low - 0.1 * (high - low), high + 0.25 * (high - low)), xticks=[x - 1, x, x + 1])
    label_axes(near, "x", "f(x)")
    near.plot([x], [f(x)], "o", color=PALETTE["model"], zorder=4)
    (one,) = near.plot([], [], color=PALETTE["data"], lw=2, ls=(0, (2, 1.5)), gid="one")
    (two,) = near.plot([], [], color=PALETTE["gradient"], lw=2, gid="two")
    log_axis(errors, "x", -15, 0, 5)
    log_axis(errors, "y", -12, 0, 4)
    errors.set_ylim(10**-12.7, 10**0.5)
    label_axes(errors, "step Δ", "error of the slope")
    steps = 10.0 ** np.linspace(-15, 0, 61)
    for error, color, style in zip(difference_errors(function, steps), ("data", "gradient"), ((0, (2, 1.5)), "-"), strict=True):
        errors.plot(steps, np.maximum(error, 1e-12), color=PALETTE[color], ls=style, lw=1.5)
    errors.text(10**-4.2, 10**-2.9, "forward", ha="right", color=PALETTE["data"])
    errors.text(10**-0.2, 10**-6.5, "central", ha="right", color=PALETTE["gradient"])
    errors.text(10**-14.6, 10**-6.2, "rounding", color=PALETTE["muted"])
    marks = [errors.plot([], [], m, ms=9, color=PALETTE[c], gid=f"mark-{c}", zorder=4)[0] for m, c in (("s", "data"), ("o", "gradient"))]

    def move(*, distance):
        ends = np.array([t[0], t[-1]])
        for line, start in ((one, x), (two, x - distance)):
            secant = (f(np.float64(x + distance)) - f(np.float64(start))) / (x + distance - start)
            line.set_data(ends, f(np.float64(start)) + secant * (ends - start))
        found = difference_errors(function, distance)
        for mark, error in zip(marks, found, strict=True):
            mark.set_data([distance], [max(float(error), 1e-12)])
        forward, central = (rough(error) for error in found)
        return f"Δ = {rough(distance)}: forward difference off by {forward}, central difference by {central}"

    return move


def rough(value) -> str:
    """A size with one digit, as 0.3, 20 or 3·10⁻⁵."""
    if not value:
        return "0"
    if 0.005 < value < 950:
        return f"{float(f'{value:.1g}'):g}"
    exponent = int(np.floor(np.log10(value) + 1e-9))
    digit = round(value / 10.0**exponent)
    digit, exponent = (1, exponent + 1) if digit == 10 else (digit, exponent)
    return power_text(exponent) if digit == 1 else f"{digit}·{power_text(exponent)}"


def difference_step():
    """The error of a finite difference against its step."""
    return explore(
        _difference_step,
        id="difference-step",
        caption="Coming from the right, the error falls like Δ for the forward quotient and like Δ² for the central one, until rounding takes over and it rises again. "
        "The best step lies near 10⁻⁸ for the forward quotient and near 10⁻⁵ for the central one.",
        alt="Left, a curve with two lines that stand for its slope, dashed for the forward quotient and solid for the central one. Right, the error of that slope over its step, both on "
        "logarithmic axes: two V-shaped curves, forward differences above central ones, ragged where rounding rules.",
        size=(640, 290),
        panels={"ncols": 2, "width_ratios": (4, 5)},
        function=choice(*FUNCTIONS, label="function"),
        distance=slider(1e-15, 1, 31, start=0.3, label="step Δ", log=True, play=True),
    )


# One neuron, one update

RANGE = (-6.0, 6.0)
CROSS_ENTROPY = BinaryCrossEntropy()


def neuron_update(x, w, y, learning_rate):
    """Prediction, loss, ∂L/∂w and new weight of a sigmoid neuron p = σ(wx) under binary cross-entropy."""
    z = np.array([w * x], dtype=float)
    target = np.array([float(y)])
    slope = float(CROSS_ENTROPY.gradient(z, target)[0]) * x
    return float(sigmoid(z)[0]), float(CROSS_ENTROPY(z, target)), slope, w - learning_rate * slope


def _one_update(ax):
    ax.set(xlim=RANGE, ylim=(0, 4), xticks=[-6, -3, 0, 3, 6], yticks=[0, 1, 2, 3, 4])
    label_axes(ax, "weight w", "cross-entropy L")
    grid = np.linspace(*RANGE, 41)
    looks = {1: ("one", PALETTE["loss"], "-"), 0: ("zero", PALETTE["muted"], (0, (3, 2)))}
    parts = {}
    for y, (name, color, style) in looks.items():
        (curve,) = ax.plot([], [], color=color, ls=style, gid=f"{name}-curve")
        (tangent,) = ax.plot([], [], color=PALETTE["gradient"], lw=1.5, gid=f"{name}-tangent")
        (start,) = ax.plot([], [], "o", ms=8, mfc=SURFACE, mew=2, color=PALETTE["model"], gid=f"{name}-start", zorder=4)
        (end,) = ax.plot([], [], "o", ms=8, color=PALETTE["model"], gid=f"{name}-end", zorder=4)
        (path,) = ax.plot([], [], color=PALETTE["model"], lw=3, gid=f"{name}-path", zorder=3)
        note = ax.text(0, 0, f"y = {y}", color=color, ha="center", gid=f"{name}-note")
        parts[y] = curve, tangent, start, end, path, note

    def move(*, x, w, learning_rate):
        said = []
        for y, (curve, tangent, start, end, path, note) in parts.items():
            p, loss, slope, new = neuron_update(x, w, y, learning_rate)
            heights = np.logaddexp(0, -grid * x) if y else np.logaddexp(0, grid * x)
            curve.set_data(grid, heights)
            side = (-5.4 if y else 5.4) * np.sign(x)
            note.set_position((side, min(3.75, np.interp(side, grid, heights) + 0.25)))
            stop = float(np.clip(new, *RANGE))
            way = np.linspace(w, stop, 12)
            tangent.set_data([w - 1.5, w + 1.5], [loss - 1.5 * slope, loss + 1.5 * slope])
            start.set_data([w], [loss])
            end.set_data([stop], [np.interp(stop, grid, heights)])
            path.set_data(way, np.interp(way, grid, heights))
            beyond = "" if stop == new else ", beyond the edge"
            high = " (above the panel)" if loss > ax.get_ylim()[1] else ""
            said.append(f"y = {y}: L = {text(loss)}{high}, ∂L/∂w = {brief(slope, 4)}, new w = {brief(new, 5)}{beyond}")
        return f"p = {probability(p)} · " + " · ".join(said)

    return move


def one_update():
    """A sigmoid neuron with one weight: its loss, its derivative and one step."""
    return explore(
        _one_update,
        id="one-update",
        caption="The slope of the loss at the weight, times −η, is the step. The two targets pull in opposite directions, with strengths |p − y| · |x| "
        "that add up to |x|.",
        alt="The cross-entropy of a neuron with one weight, drawn over the weight, falling for target 1 and, when shown, rising for target 0. "
        "A ring marks the present weight with the tangent there, a thick stretch of the curve leads to a disk at the new weight.",
        size=(560, 300),
        x=slider(-2, 2, 5, start=0.5, label="input x"),
        w=slider(-4, 4, 9, start=0.2, label="weight w"),
        learning_rate=slider(0.1, 10, 3, start=10, label="learning rate η", log=True),
        target_1=show("one", label="target 1"),
        target_0=show("zero", label="target 0"),
    )


# The gradient along the depth

RUNS, WIDTH, BATCH = 10, 24, 32
GAINS = {"sigmoid": (sigmoid, 1.0), "tanh": (tanh, 1.0), "relu": (relu, 2.0)}


@functools.cache
def gradient_sizes(activation, depth, scale):
    """Root mean square of ∂L/∂z for each of `depth` hidden layers, relative to the last: shape (runs, depth).

    Ten networks with weights of variance scale² · gain / fan_in, gain 2 for ReLU, else 1, and squared error against
    random targets.
    """
    φ, gain = GAINS[activation]
    rng = np.random.default_rng([depth, list(GAINS).index(activation)])
    net = mlp((*[WIDTH] * (depth + 1), 1), activation=φ, rng=rng)
    x, y = rng.standard_normal((BATCH, WIDTH)), rng.standard_normal((BATCH, 1))
    std = scale * np.sqrt(gain / WIDTH)
    pieces = []
    for fan_out in [*[WIDTH] * depth, 1]:
        weights = normal(rng, (RUNS, WIDTH, fan_out), std=std).reshape(RUNS, -1)
        pieces += [weights, np.zeros((RUNS, fan_out))]
    moved = net.at(np.concatenate(pieces, axis=1))
    output, caches = moved.forward(x)
    gradient, sizes = 2 * (output - y) / BATCH, []
    for layer, cache in zip(reversed(moved.layers), reversed(caches), strict=True):
        gradient, _ = layer.backward(gradient, cache)
        if isinstance(layer, Elementwise):  # what has come back through φ is ∂L/∂z
            sizes.insert(0, np.sqrt(np.mean(gradient**2, axis=(1, 2))))
    return np.stack(sizes, axis=1) / sizes[-1][:, None]


def _gradient_by_layer(ax):
    ax.set(xlim=(0.5, 20.5), xticks=[1, 5, 10, 15, 20])
    log_axis(ax, "y", -16, 8, 4)
    label_axes(ax, "hidden layer", "size of ∂L/∂z, compared with the last hidden layer")
    ax.axhline(1, color=PALETTE["border"], lw=1)
    (high,) = ax.plot([], [], color=PALETTE["muted"], lw=1, ls=(0, (2, 2)), gid="high")
    (low,) = ax.plot([], [], color=PALETTE["muted"], lw=1, ls=(0, (2, 2)), gid="low")
    (middle,) = ax.plot([], [], "o-", color=PALETTE["gradient"], ms=6, gid="middle")
    ax.text(20.4, 10**-15.5, "solid: median of ten networks · dashed: smallest and largest", ha="right", fontsize=9)

    def move(*, activation, depth, scale):
        sizes = gradient_sizes(activation, depth, scale)
        place = np.arange(1, depth + 1)
        for line, values in ((low, sizes.min(axis=0)), (middle, np.median(sizes, axis=0)), (high, sizes.max(axis=0))):
            line.set_data(place, np.clip(values, 1e-16, 1e8))
        first = rough(float(np.median(sizes[:, 0])))
        size = "about the size of" if first == "1" else f"{first} times"
        beyond = "; where it is below 10⁻¹⁶ it is drawn at the edge" if sizes.min() < 1e-16 else ""
        return f"{depth} hidden layers of {activation}: the first layer's gradient is {size} the last one's{beyond}"

    return move


def gradient_by_layer():
    """How the size of the gradient changes from layer to layer."""
    return explore(
        _gradient_by_layer,
        id="gradient-by-layer",
        caption="Each layer multiplies the gradient by its weights and by φ′. With sigmoids the product shrinks at every layer; "
        "ReLUs with weights of the right scale roughly keep its size, and weights twice as large make it explode.",
        alt="A curve on a logarithmic axis: the size of the gradient in each hidden layer compared with the last one. "
        "For sigmoid neurons it falls steadily from the last layer on the right to the first on the left, by many powers of ten.",
        size=(580, 310),
        activation=choice("sigmoid", "tanh", "relu", label="activation"),
        depth=slider(2, 20, 10, start=20, label="hidden layers"),
        scale=slider(0.5, 2, 3, start=1, label="weight scale", log=True),
    )


# What one example asks for


@functools.cache
def young_network():
    """A 784-16-10 network of sigmoid neurons after six epochs on a thousand digits: no longer random, far from good."""
    rng = np.random.default_rng(4)
    images, labels = digits("train")
    net = mlp((784, 16, 10), activation=sigmoid, rng=rng)
    history = train(
        net, images[:1000], labels[:1000], loss=CrossEntropy(), optimizer=Adam(0.01), batch_size=50, epochs=6, rng=rng
    )
    return history.net


@functools.cache
def example_of(digit):
    """The first training image of a digit that the young network did not train on."""
    images, labels = digits("train")
    return images[1000 + int(np.argmax(labels[1000:] == digit))]


LOWER = -2.6  # where the second row of bars stands


def _bar_pairs(ax, count, unit, wants, gid):
    """A panel with two rows of bars: what is, above, and what the example wants changed, below."""
    ax.set(xlim=(-0.8, count - 0.2), ylim=(LOWER - 1.3, 1.75), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    polygons = []
    for level, title, role in ((0, unit, "model"), (LOWER, wants, "gradient")):
        ax.axhline(level, color=PALETTE["border"], lw=1)
        ax.text(-0.7, level + 1.12, title, va="bottom")
        name = f"{gid}-{role}"
        polygon = Polygon(np.zeros((4, 2)), closed=True, facecolor=PALETTE[role], lw=0, gid=name)
        polygons.append(ax.add_patch(polygon))

    def draw(values, wishes):
        for polygon, numbers, level in zip(polygons, (values, wishes), (0, LOWER), strict=True):
            polygon.set_xy(upright_bars(numbers / max(1e-9, np.abs(numbers).max()), level))

    return draw


def _example_wants(axes):
    picture, outputs, weights, activations = axes
    bare(picture, (-2, 30), (30, -2))
    image = heat(picture, extent=(-2, 30, 30, -2), low=0, high=1, ramp="ink", gid="image", blocky=True)
    net = young_network()
    output_layer = net.layers[-1]
    draw_outputs = _bar_pairs(outputs, 10, "ten outputs p", "change wanted: y − p", "outputs")
    draw_weights = _bar_pairs(weights, 16, "16 activations a", "change wanted of the weights", "weights")
    draw_activations = _bar_pairs(activations, 16, "16 weights w", "change wanted of the activations", "activations")
    for k in range(10):
        outputs.text(k, LOWER - 1.25, str(k), ha="center", va="bottom", fontsize=9)
    shown = []
    (mark,) = outputs.plot([], [], "^", ms=8, color=PALETTE["data"], gid="mark", clip_on=False)

    def move(*, digit, output):
        x = example_of(int(digit))
        a = sigmoid(net.layers[0].forward(x[None])[0])[0]
        p = softmax(a @ output_layer.W + output_layer.b)
        want = np.eye(10)[int(digit)] - p
        if shown != [digit]:  # a picture is dear to draw again
            image.set_data(np.pad(x.reshape(28, 28), 2)[::-1])
            shown[:] = [digit]
        draw_outputs(p, want)
        draw_weights(a, a * want[output])
        draw_activations(output_layer.W[:, output], output_layer.W[:, output] * want[output])
        mark.set_data([output], [-0.4])
        way = "up" if want[output] > 0 else "down"
        return f"{labeled(digit)}: output {output} has p = {probability(p[output])} and wants its bias {way}, by {probability(abs(want[output]))}"

    return move


def example_wants():
    """What one digit asks of the last layer of a network."""
    return explore(
        _example_wants,
        id="example-wants",
        caption="The example asks the weights into an output to change in proportion to the activations that they meet, and the activations in proportion "
        "to the weights. For an output that should rise the two rows have one shape; for one that should fall the lower row is upside down.",
        alt="A handwritten digit; the ten probabilities a network gives it and the changes wanted of them; for one of the outputs, the sixteen "
        "activations that reach it with the changes wanted of their weights, and the sixteen weights with the changes wanted of the activations.",
        size=(640, 400),
        panels={"mosaic": [["picture", "outputs"], ["weights", "activations"]]},
        digit=choice(*map(str, range(10)), start="2", label="digit"),
        output=slider(0, 9, 10, start=2, label="output", play=True),
    )


# What a gradient costs


def multiply_adds(sizes) -> dict[str, int]:
    """Multiply-adds of one example through a network of these sizes: forward, backward, and what each way to ∇L takes.

    A layer from n to m takes n·m forward, n·m for ∂L/∂W and n·m for ∂L/∂x, which the first layer is not asked for.
    """
    products = [n * m for n, m in pairwise(sizes)]
    forward, backward = sum(products), 2 * sum(products) - products[0]
    parameters = sum((n + 1) * m for n, m in pairwise(sizes))
    return {
        "parameters": parameters,
        "forward": forward,
        "backward": backward,
        "backpropagation": forward + backward,
        "forward differences": (parameters + 1) * forward,
    }


COST_WIDTHS = (2, 4, 8, 16, 32, 64)


def _gradient_cost(measured):
    costs = [multiply_adds((n, n, n, 1)) for n in COST_WIDTHS]
    rows = [("data", "o-", "finite differences", "forward differences"), ("gradient", "s-", "backpropagation", "backpropagation")]
    parameters = [cost["parameters"] for cost in costs]

    def scene(axes):
        panels = np.atleast_1d(axes)
        log_axis(panels[0], "y", 1, 9, 2)
        label_axes(panels[0], "parameters", "multiply-adds for one gradient")
        for color, style, name, key in rows:
            values = [cost[key] for cost in costs]
            panels[0].plot(parameters, values, style, color=PALETTE[color], ms=6)
            panels[0].text(parameters[-1], values[-1] * 3, name, ha="right", color=PALETTE[color])
        if measured is not None:
            log_axis(panels[1], "y", -5, 1, 2)
            label_axes(panels[1], "parameters", "seconds for one gradient, measured")
            for (color, style, name, _), times in zip(rows, measured, strict=True):
                panels[1].plot(parameters, times, style, color=PALETTE[color], ms=6)
                panels[1].text(parameters[-1], times[-1] * 3, name, ha="right", color=PALETTE[color])
        for panel in panels:
            log_axis(panel, "x", 1, 4)

    return scene


def gradient_cost(measured=None):
    """Multiply-adds of a gradient against the number of parameters; beside it measured times, if given.

    measured: the seconds of finite differences and of backpropagation, for each of COST_WIDTHS.
    """
    return figure(
        _gradient_cost(measured),
        id="gradient-cost",
        caption="The cost of backpropagation grows with the number of parameters, that of finite differences with its square: "
        "the distance between the lines is the number of parameters divided by about two and a half.",
        alt="On two logarithmic axes, the cost of one gradient over the number of parameters. Two nearly straight lines rise; "
        "the upper one, finite differences, is twice as steep as the lower one, backpropagation."
        + (" Beside them, the seconds that were measured." if measured is not None else ""),
        size=(640, 290) if measured is not None else (420, 290),
        panels={"ncols": 2} if measured is not None else None,
    )


EXPLORERS = (
    neuron_backward,
    two_paths,
    network_backward,
    gradient_arrow,
    difference_step,
    one_update,
    gradient_by_layer,
    example_wants,
    gradient_cost,
)
