"""The explorers of the chapter on initialization."""

from __future__ import annotations

import functools

import numpy as np
from matplotlib.patches import Polygon

from nnbook.activations import LeakyReLU, relu, sigmoid, tanh
from nnbook.datasets import moons
from nnbook.figures.axes import label_axes, truth_points
from nnbook.figures.scales import log_axis
from nnbook.figures.style import PALETTE
from nnbook.landscapes import objective
from nnbook.layers import mlp
from nnbook.losses import BinaryCrossEntropy
from nnbook.optimizers import GradientDescent
from nnbook.signals import propagate
from nnbook.startruns import deep_losses, xor_runs
from nnbook.training import minimize

from . import choice, explore, heat, slider, stops
from .heat import grid
from .values import power

DASHED, DOTTED = (0, (5, 3)), (0, (1.2, 1.8))
ACTIVATIONS = {"tanh": tanh, "relu": relu, "sigmoid": sigmoid}


# Histograms by layer

DEPTH, WIDTH, EXAMPLES, BINS = 32, 100, 20, 25
LAYERS = (1, 2, 4, 8, 16, 32)
SCALES = (0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0)
REACH = {"tanh": (-1.0, 1.0), "relu": (0.0, 3.0), "sigmoid": (0.0, 1.0)}


@functools.cache
def unit_weights():
    """Weights of 32 layers of 100, N(0, 1/100) each, and 20 inputs."""
    rng = np.random.default_rng(8)
    return rng.standard_normal((DEPTH, WIDTH, WIDTH)) / np.sqrt(WIDTH), rng.standard_normal((EXAMPLES, WIDTH))


@functools.cache
def layer_values(activation, scale):
    """The activations of every layer, (32, 2000), with weights `scale` times N(0, 1/n)."""
    weights, a = unit_weights()
    found = []
    for W in weights:
        a = ACTIVATIONS[activation](a @ (scale * W))
        found.append(a.ravel())
    return np.array(found)


def shares(values, reach, bins):
    """The share of the values in each of so many equal bins; what lies beyond the ends is counted in the end bins."""
    low, high = reach
    place = np.clip(np.floor((np.clip(values, low, high) - low) / (high - low) * bins), 0, bins - 1).astype(int)
    return np.bincount(place, minlength=bins) / len(place)


def stairs(heights, reach):
    """The outline of a histogram on an interval, as corners (n, 2)."""
    edges = np.linspace(*reach, len(heights) + 1)
    x = np.repeat(edges, 2)
    return np.column_stack([x, np.concatenate([[0], np.repeat(heights, 2), [0]])])


def _signal_histograms(axes, activation):
    depths, one = axes
    low, high = reach = REACH[activation]
    beyond = " (3: and above)" if activation == "relu" else ""
    depths.set(xlim=(0.5, DEPTH + 0.5), ylim=reach, xticks=[1, 8, 16, 24, 32], yticks=np.linspace(low, high, 3))
    label_axes(depths, "layer", "activation, shaded by share")
    shade = heat(depths, extent=(0.5, DEPTH + 0.5, low, high), low=0, high=1, gid="shade")
    (marker,) = depths.plot([], [], color=PALETTE["model"], lw=2, gid="marker")
    one.set(xlim=reach, ylim=(0, 1.02), xticks=np.linspace(low, high, 3), yticks=[0, 0.5, 1])
    label_axes(one, f"activation{beyond}", "share of the values")
    bars = Polygon(np.zeros((3, 2)), closed=True, facecolor=PALETTE["model"], alpha=0.8, lw=0, gid="bars")
    one.add_patch(bars)

    def move(*, scale, layer):
        k = min(max(round(layer), 1), DEPTH)
        values = layer_values(activation, scale)
        shade.set_data(np.sqrt([shares(row, reach, DEPTH) for row in values]).T.round(2))
        marker.set_data([k, k], reach)
        row = values[k - 1]
        heights = shares(row, reach, BINS)
        bars.set_xy(stairs(heights.round(2), reach))
        return f"layer {k}, weights {scale:g}/√n: standard deviation {power(row.std())}{_state_of(activation, row)}"

    return move


def _state_of(activation, row):
    if activation == "relu":
        return f", {100 * np.mean(row == 0):.0f} % exactly 0"
    edge = 0.05
    ends = np.mean(np.abs(row) > 1 - edge) if activation == "tanh" else np.mean((row < edge) | (row > 1 - edge))
    return f", {100 * ends:.0f} % saturated"


def signal_histograms():
    """Depth and weight scale: how the activations of each layer are spread."""
    return explore(
        _signal_histograms,
        id="signal-histograms",
        caption="With ReLU every layer multiplies the spread of its input by nearly the same factor, so depth turns a small misjudgment into nothing or into a flood. "
        "tanh dies out below a scale of 1; well above it all layers look alike, and ever more saturated.",
        alt="Left, a shaded map with layers 1 to 32 across and tanh activations from −1 to 1 up: wide at the first layer, narrowing to a line at zero. "
        "Right, the histogram of one layer: a single tall block around zero.",
        size=(640, 300),
        panels={"ncols": 2, "width_ratios": (5, 4)},
        activation=choice("tanh", "relu", "sigmoid", label="activation"),
        scale=stops(*SCALES, start=0.7, label="weight scale, times 1/√n"),
        layer=slider(1, 32, len(LAYERS), start=16, label="layer", log=True, play=True),
    )


# Activation and scheme

SHAPES = {
    "100 wide": ((100,) * 21, False),
    "200 and 50 in turn": ((100, *(200, 50) * 10), False),
    "100 wide, batch norm": ((100,) * 21, True),
}
SCHEMES = {
    "standard deviation 0.01": lambda i, o: 0.01,
    "LeCun: 1/fan_in": lambda i, o: i**-0.5,
    "Xavier: 2/(fan_in + fan_out)": lambda i, o: (2 / (i + o)) ** 0.5,
    "Kaiming: 2/fan_in": lambda i, o: (2 / i) ** 0.5,
    "standard deviation 1": lambda i, o: 1.0,
}


@functools.cache
def measured_signals(activation, scheme, shape):
    """Signals of five networks of 20 layers."""
    widths, norm = SHAPES[shape]
    rng = np.random.default_rng(1)
    return propagate(ACTIVATIONS[activation], widths, SCHEMES[scheme], rng, runs=5, batch=16, batch_norm=norm)


def _signals_by_layer(axes):
    lines = []
    for ax, title, unit in zip(axes, ("forward", "backward"), ("size of a", "size of ∂L/∂z"), strict=True):
        ax.set(xlim=(0.5, 20.5), xticks=[1, 5, 10, 15, 20])
        log_axis(ax, "y", -8, 8, 4)
        label_axes(ax, "layer", f"{title}: {unit}")
        ax.axhline(1, color=PALETTE["border"], lw=1)
        role = "model" if title == "forward" else "gradient"
        lines.append(ax.plot([], [], "o-", ms=4, color=PALETTE[role], gid=title)[0])
    axes[0].text(1, 3e-8, "dashed: differences", fontsize=9)
    (apart,) = axes[0].plot([], [], ls=DASHED, lw=1.5, color=PALETTE["data"], gid="apart")
    layers = np.arange(1, 21)

    def move(*, activation, scheme, shape):
        found = measured_signals(activation, scheme, shape)
        a, differences, gradient = (np.median(part, axis=0) for part in (found.a, found.differences, found.gradient))
        for artist, values in ((lines[0], a), (apart, differences), (lines[1], gradient)):
            artist.set_data(layers, np.clip(values, 1e-9, 1e9))
        forward, back = (a[-1] / a[0]), (gradient[0] / gradient[-1])
        return f"from layer 1 to layer 20 the signal is multiplied by {power(forward)}, the gradient on its way back by {power(back)}"

    return move


def signals_by_layer():
    """Activation and scheme: sizes by layer, forward and backward."""
    return explore(
        _signals_by_layer,
        id="signals-by-layer",
        caption="Without batch normalization, Kaiming's variance keeps a ReLU network level in both directions, and with Xavier's tanh loses a factor of four to six in twenty layers of equal width. LeCun's, Xavier's and Kaiming's do not suit the sigmoid: "
        "its values keep their size, but the differences between examples (dashed) and the gradient fade. Batch normalization keeps the signal level and lets the gradient of tanh and ReLU networks grow.",
        alt="Two panels with logarithmic axes over 20 layers. Left, the size of the activations falls along a straight line, its dashed companion too. "
        "Right, the size of the gradient falls from the last layer to the first along a straight line.",
        size=(640, 300),
        panels={"ncols": 2},
        activation=choice("tanh", "relu", "sigmoid", start="relu", label="activation"),
        scheme=choice(*SCHEMES, start="LeCun: 1/fan_in", label="variance"),
        shape=choice(*SHAPES, label="layers"),
    )


# Symmetry

UNITS, LAST = 4, 1200


def _from_parts(hidden, output):
    """theta of a 2-4-1 network with zero biases: hidden (2, 4), output (4,)."""
    return np.concatenate([np.ravel(hidden), np.zeros(UNITS), np.ravel(output), np.zeros(1)])


def _starts():
    rng = np.random.default_rng(3)
    hidden, output = rng.normal(size=(2, UNITS)) * 0.8, rng.normal(size=UNITS) * 0.6
    ones = np.ones((2, UNITS))
    return {
        "all zero": _from_parts(0 * hidden, 0 * output),
        "all equal, ½": _from_parts(0.5 * ones, 0.5 * np.ones(UNITS)),
        "equal within a thousandth": _from_parts(0.5 * ones + 1e-3 * hidden, 0.5 + 1e-3 * output),
        "hidden zero, output random": _from_parts(0 * hidden, output),
        "random": _from_parts(hidden, output),
    }


STARTS = _starts()


@functools.cache
def hidden_paths(start):
    """theta and the loss after 0, 1, … 1200 steps of a 2-4-1 tanh network, with the network and its two moons."""
    x, y = moons(np.random.default_rng(0), 80, noise=0.12)
    x = x - x.mean(axis=0)
    net = mlp((2, UNITS, 1), activation=tanh, rng=np.random.default_rng(0))
    f = objective(net, BinaryCrossEntropy(), x, y[:, None].astype(float))
    path = minimize(f, STARTS[start], GradientDescent(2.0), LAST)
    return path, f(path), net, x, y


EXTENT = (-2.0, 2.0, -1.6, 1.6)


def _breaking_symmetry(axes):
    weights, plane = axes
    *_, x, y = hidden_paths("random")
    weights.set(xlim=(-5.5, 5.5), ylim=(-5.5, 5.5), xticks=[-5, 0, 5], yticks=[-5, 0, 5])
    weights.set_aspect("equal")
    label_axes(weights, "weight from x₁", "weight from x₂")
    styles = zip(("-", DASHED, DOTTED, (0, (6, 2, 1, 2))), "osD^", strict=True)
    paths, heads = [], []
    for k, (style, mark) in enumerate(styles):
        paths.append(weights.plot([], [], ls=style, lw=1.8, color=PALETTE["model"], gid=f"path{k}")[0])
        heads.append(
            weights.plot([], [], mark, ms=13 - 2 * k, mew=1.6, mfc="none", color=PALETTE["model"], gid=f"head{k}")[0]
        )
    plane.set(xlim=EXTENT[:2], ylim=EXTENT[2:], xticks=[-2, 0, 2], yticks=[-1, 0, 1])
    plane.set_aspect("equal")
    label_axes(plane, "x₁", "x₂ (shaded: the network says 1)")
    shade = heat(plane, extent=EXTENT, low=0, high=1, gid="shade")
    truth_points(plane, x, y, markersize=5, markeredgewidth=1.3)
    points = grid(EXTENT).reshape(-1, 2)

    def move(*, start, time):
        path, losses, net, x, y = hidden_paths(start)
        step = round(time)
        here = net.at(path[step])
        W = here.layers[0].W
        seen = path[: step + 1 : max(1, step // 25)]
        for k in range(UNITS):
            paths[k].set_data(seen[:, k].round(2), seen[:, UNITS + k].round(2))
            heads[k].set_data([W[0, k]], [W[1, k]])
        shade.set_data((here(points) > 0).reshape(32, 32) * 0.35)
        right = np.mean((here(x)[:, 0] > 0) == (y == 1))
        units = len(np.unique(np.vstack([W, here.layers[2].W.T]).round(1), axis=1).T)
        return f"step {step}: {units} distinct hidden unit{'s' * (units > 1)} (to a tenth), loss {losses[step]:.3f}, {100 * right:.0f} % right"

    return move


def breaking_symmetry():
    """Zero, equal and random starts, and what becomes of the hidden units."""
    return explore(
        _breaking_symmetry,
        id="breaking-symmetry",
        caption="Units that start equal get equal gradients and stay one unit, whatever the number of copies; from zero nothing moves at all. The smallest difference is enough: it grows until the units part.",
        alt="Left, the plane of a hidden unit's two weights, with the marks of four units lying on top of each other at the end of one common path. Right, two "
        "interleaved half moons of disks and rings, cut by a straight boundary that leaves some on the wrong side.",
        size=(640, 310),
        panels={"ncols": 2, "width_ratios": (4, 5)},
        start=choice(*STARTS, start="all equal, ½", label="start"),
        time=slider(0, LAST, 21, start=300, label="steps", play=True),
    )


# XOR by lot

XOR_WIDTHS = tuple(range(1, 9))
XOR_ACTIVATIONS = {"tanh": tanh, "leaky_relu (α = 0.1)": LeakyReLU(0.1), "relu": relu}
XOR_STEPS = ("100", "300", "1,000")
# What is left of the loss with two rows at ½, with three rows at ⅓ or ⅔ (their best constant), with all four at ½.
SHELVES = np.array([np.log(2) / 2, 0.75 * np.log(3) - 0.5 * np.log(2), np.log(2)])


def shelves(losses, gap=0.03):
    """(number, mean) of the losses above 0.1 that lie together, closer to the next than the gap; from the lowest."""
    high = np.sort(losses[losses > 0.1])
    groups = np.split(high, np.flatnonzero(np.diff(high) > gap) + 1)
    return [(len(group), group.mean()) for group in groups if len(group)]


def _xor_by_lot(axes):
    rates, ends = axes
    rates.set(xlim=(0.7, 8.3), ylim=(-3, 118), xticks=[1, 2, 4, 6, 8], yticks=[0, 50, 100])
    label_axes(rates, "hidden units", "starts out of 100 that solve XOR")
    lines = []
    for name, style, mark in zip(XOR_ACTIVATIONS, ("-", DASHED, DOTTED), "osD", strict=True):
        lines.append(rates.plot([], [], ls=style, marker=mark, ms=5, color=PALETTE["model"], gid=name.split(" ")[0])[0])
    rates.text(0.8, 113, "— tanh   - - leaky ReLU   ··· ReLU", va="center", fontsize=9)
    (ring,) = rates.plot([], [], "o", ms=15, mfc="none", mec=PALETTE["loss"], mew=2, gid="ring")
    ends.set(xlim=(0, 100), ylim=(0, 0.75), xticks=[0, 50, 100])
    ends.set_yticks([0, *SHELVES], ["0", *(f"{shelf:.2f}" for shelf in SHELVES)])
    label_axes(ends, "starts, sorted", "loss")
    for level in SHELVES:
        ends.axhline(level, color=PALETTE["border"], lw=1)
    (curve,) = ends.plot([], [], color=PALETTE["loss"], lw=2.5, gid="curve")
    places = np.arange(100) + 0.5

    def move(*, activation, width, steps):
        when, known = int(steps.replace(",", "")) // 100, round(width)
        for line, φ in zip(lines, XOR_ACTIVATIONS.values(), strict=True):
            line.set_data(XOR_WIDTHS, [xor_runs(φ, w).solved[when] for w in XOR_WIDTHS])
        runs = xor_runs(XOR_ACTIVATIONS[activation], known)
        ring.set_data([known], [runs.solved[when]])
        curve.set_data(places, np.sort(runs.losses[when]).round(2))
        stuck = ", ".join(f"{n} near {level:.2f}" for n, level in shelves(runs.losses[when]) if n >= 5)
        solved = f"{known} unit{'s' * (known > 1)}: {runs.solved[when]} of 100 starts solve XOR in {steps} steps"
        return solved + (f"; others are at losses: {stuck}" if stuck else "")

    return move


def xor_by_lot():
    """How often training solves XOR, by width and activation, over 100 starts."""
    return explore(
        _xor_by_lot,
        id="xor-by-lot",
        caption="Two units can solve XOR, and whether training gets there is decided by the draw of the weights. A few units more make it all but certain. "
        "Runs that fail do not end just anywhere, but on a few shelves of the loss.",
        alt="Left, the number of successful starts out of 100 rises with the number of hidden units: for tanh to 100 at four units, for leaky ReLU a "
        "little later, for ReLU from under 20 at two units to 95 at eight. Right, the sorted losses of 100 runs climb in steps.",
        size=(640, 300),
        panels={"ncols": 2},
        activation=choice(*XOR_ACTIVATIONS, start="relu", label="activation"),
        width=slider(1, 8, len(XOR_WIDTHS), start=2, label="hidden units", play=True),
        steps=choice(*XOR_STEPS, start="1,000", label="after"),
    )


# Start and learning

DEEP_SCALES = (0.25, 0.5, 1.0, 2.0, 4.0)
DEEP = {"relu": relu, "tanh": tanh}
MODES = {"without": False, "with": True}
SHOWN_STEPS = np.arange(0, 90, 3)


@functools.cache
def learning_from(activation, norm, scale):
    """Losses (90, 5) of five networks of ten hidden layers, their weights `scale` times `mlp`'s."""
    return deep_losses(scale, activation=DEEP[activation], batch_norm=MODES[norm])


def _start_and_learning(ax):
    ax.set(xlim=(0, 90), ylim=(0, 6), xticks=[0, 30, 60, 90], yticks=[0, 2, 4, 6])
    label_axes(ax, "update", "loss of the mini-batch")
    ax.axhline(np.log(10), color=PALETTE["muted"], lw=1.2, ls=(0, (2, 2)))
    ax.text(90, np.log(10) + 0.12, "guessing: ln 10", ha="right", fontsize=9)
    curves = [ax.plot([], [], lw=1.6, color=PALETTE["loss"], gid=f"run{k}")[0] for k in range(5)]

    def move(*, activation, norm, scale):
        losses = learning_from(activation, norm, scale)
        for k, curve in enumerate(curves):
            smooth = losses.reshape(30, 3, 5).mean(axis=1)[:, k]
            curve.set_data(SHOWN_STEPS + 1, np.clip(smooth, 0, 8).round(2))
        end = np.median(losses[-15:].mean(axis=0))
        lost = int((losses[-1] > 100).sum())
        said = f"{lost} of 5 runs diverged" if lost else f"median loss at the end {end:.2g}"
        return f"weights × {scale:g}, {norm} batch norm: loss {power(np.median(losses[0]))} at the start, {said}"

    return move


def start_and_learning():
    """The scale of the first weights and how a deep network learns from there."""
    return explore(
        _start_and_learning,
        id="start-and-learning",
        caption="Ten hidden layers of ReLUs learn from Kaiming's weights. Half as large, and the loss never leaves ln 10; twice as large, and it "
        "explodes. Batch normalization makes the network learn from all of these starts.",
        alt="The loss of five runs over 90 updates, five curves that lie on a dashed level marked as guessing, ln 10, from the first update to the last: nothing is learned.",
        size=(560, 300),
        activation=choice("relu", "tanh", label="activation"),
        norm=choice(*MODES, label="batch norm"),
        scale=stops(*DEEP_SCALES, start=0.5, label="weights, times the scheme's"),
    )


EXPLORERS = (signal_histograms, signals_by_layer, breaking_symmetry, xor_by_lot, start_and_learning)
