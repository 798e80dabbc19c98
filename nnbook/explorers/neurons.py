"""The explorers of the chapter on neurons."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Polygon

from nnbook.activations import identity, relu, sigmoid, step
from nnbook.datasets import digits, gate
from nnbook.figures.axes import bare, boundary, half_plane, label_axes, number, plane
from nnbook.figures.network import draw_network, node_text
from nnbook.figures.style import PALETTE

from . import choice, explore, heat, slider
from . import step as reveal

BOX = (-0.6, 1.6)
GATES = ("and", "or", "nand", "xor")


def _decision(ax):
    """The artists of a neuron's decision, its line and the side on which it fires; returns what moves them."""
    side = Polygon(np.zeros((3, 2)), closed=True, facecolor=PALETTE["model"], alpha=0.18, lw=0, gid="side")
    ax.add_patch(side)
    (line,) = ax.plot([], [], color=PALETTE["model"], lw=2.5, gid="line")

    def move(weights, bias):
        corners = half_plane(weights, bias, BOX, BOX)
        side.set_visible(len(corners) > 2)
        side.set_xy(corners if len(corners) > 2 else np.zeros((3, 2)))
        line.set_data(*boundary(weights, bias, BOX, BOX).T)

    return move


def _one_neuron(axes):
    ax, table = axes
    x, _ = gate("and")
    wanted = np.array([gate(name)[1] for name in GATES])
    plane(ax, BOX, BOX)
    ax.set(xticks=[0, 1], yticks=[0, 1])
    draw_side = _decision(ax)
    marks = {"marker": "o", "ls": "", "ms": 12, "mew": 2.5, "mec": PALETTE["model"], "zorder": 4}
    (rings,) = ax.plot([], [], mfc="white", gid="silent", **marks)
    (disks,) = ax.plot([], [], mfc=PALETTE["model"], gid="firing", **marks)
    bare(table, (0, 7), (-0.4, 5), equal=False)
    columns = (0.5, 1.7, 2.7, 3.7, 4.6, 5.6, 6.6)
    for text, at in zip(("x₁ x₂", "z", "fires", "AND", "OR", "NAND", "XOR"), columns, strict=True):
        table.text(at, 4.5, text, ha="center")
    table.plot([3.15, 3.15], [-0.3, 4.9], color=PALETTE["border"], lw=1)
    table.text(2.9, 0, "right:", ha="right")
    cells = {}
    for k, (x1, x2) in enumerate(x):
        table.text(columns[0], 3.6 - 0.85 * k, f"{x1:.0f}   {x2:.0f}", ha="center")
        for c, at in enumerate(columns[1:]):
            cells[k, c] = table.text(at, 3.6 - 0.85 * k, "", ha="center", gid=f"cell-{k}-{c}")
    for c, at in enumerate(columns[3:], start=2):
        cells[4, c] = table.text(at, 0, "", ha="center", weight="bold", gid=f"cell-4-{c}")

    def move(*, w1, w2, b):
        weights = np.array([w1, w2])
        z = x @ weights + b
        output = step(z)
        right = output == wanted
        draw_side(weights, b)
        disks.set_data(*x[output == 1].T)
        rings.set_data(*x[output == 0].T)
        for k in range(4):
            shown = [number(z[k]), "yes" if output[k] else "no", *np.where(right[:, k], "✓", "✗")]
            for c, text in enumerate(shown):
                cells[k, c].set_text(text)
        counts = right.sum(axis=1)
        for c, count in enumerate(counts, start=2):
            cells[4, c].set_text(f"{count}/4")
        return "right: " + " · ".join(f"{name.upper()} {n} of 4" for name, n in zip(GATES, counts, strict=True))

    return move


def one_neuron():
    """Two weights and a bias against four logic gates."""
    return explore(
        _one_neuron,
        id="one-neuron",
        caption="One neuron cuts the plane along one line. Some line gets AND, OR or NAND right; none gets past three of four on XOR.",
        alt="A square whose corners are the four inputs of a logic gate. A straight line crosses it; the side on which the "
        "neuron fires is shaded, corners that fire are disks and the others rings. A table beside it gives z for every corner and "
        "ticks the gates whose answer it matches.",
        size=(620, 290),
        panels={"ncols": 2, "width_ratios": (4, 5)},
        w1=slider(-2, 2, 9, start=1, label="weight w₁"),
        w2=slider(-2, 2, 9, start=1, label="weight w₂"),
        b=slider(-2.5, 2.5, 11, start=-0.5, label="bias b"),
    )


WEIGHTS = [
    np.array([[1.0, -1.0, 0.5, 0.5], [0.5, 1.0, -1.5, -1.0], [-1.0, 0.5, 1.0, 1.5]]),
    np.array([[1.0], [-1.5], [1.0], [0.5]]),
]
BIASES = [np.array([0.0, 0.5, -0.5, 0.0]), np.array([-0.5])]
STAGES = ("the inputs wait", "four weighted sums plus biases", "four activations", "one weighted sum plus bias")


def _signal_flow(ax):
    columns = draw_network(ax, (3, 4, 1), WEIGHTS, rise=1.15)
    low = columns[1][-1][1] - 0.62
    for column, text in zip(columns, ("inputs x", "hidden layer", "output"), strict=True):
        ax.text(column[0][0], columns[1][0][1] + 0.72, text, ha="center")
    for column, bias in zip(columns[1:], BIASES, strict=True):
        for center, value in zip(column, bias, strict=True):
            ax.text(center[0], center[1] + 0.36, f"b = {number(value, 1)}", ha="center", fontsize=9)
    for width, text, at in ((2.2, "thick: large", 0.0), (0.9, "thin: small", 1.3)):
        ax.plot([at - 0.5, at - 0.2], [low] * 2, lw=width, color=PALETTE["muted"])
        ax.text(at - 0.1, low, text, va="center", fontsize=9)
    ax.plot([2.1, 2.4], [low] * 2, lw=1.5, ls=(0, (3, 2)), color=PALETTE["muted"])
    ax.text(2.5, low, "dashed: negative weight", va="center", fontsize=9)
    inputs = [node_text(ax, at, gid=f"x{i}", small=True) for i, at in enumerate(columns[0])]
    sums, acts = [], []
    for layer, column in enumerate(columns[1:]):
        first = 2 * layer + 1
        for i, at in enumerate(column):
            sums.append(ax.text(at[0], at[1] - 0.43, "", ha="center", fontsize=9, gid=f"stage-{first}-{i}"))
            acts.append(node_text(ax, at, gid=f"stage-{first + 1}-{i}", small=True))

    def move(*, x1, x2, x3):
        x = np.array([x1, x2, x3])
        z1 = x @ WEIGHTS[0] + BIASES[0]
        a1 = sigmoid(z1)
        z2 = a1 @ WEIGHTS[1] + BIASES[1]
        a2 = sigmoid(z2)
        for text, value in zip(inputs, x, strict=True):
            text.set_text(number(value))
        for text, value in zip(sums, [*z1, *z2], strict=True):
            text.set_text(f"z = {number(value)}")
        for text, value in zip(acts, [*a1, *a2], strict=True):
            text.set_text(number(value))
        return [*STAGES, f"the output is {number(a2[0], 3)}"]

    return move


def signal_flow():
    """Three inputs on their way through a 3-4-1 network."""
    return explore(
        _signal_flow,
        id="signal-flow",
        caption="Nothing but weighted sums and a squashing function: an input reaches the output only through the four hidden neurons, "
        "where a positive value pushes up along solid edges and down along dashed ones, and a negative value the other way.",
        alt="A network of three input nodes, four hidden nodes and one output node, every node joined to all of the next layer. "
        "Edges are thicker for larger weights and dashed for negative ones; each node shows its value, its weighted sum z and its bias.",
        size=(600, 380),
        x1=slider(-2, 2, 9, start=1, label="input x₁"),
        x2=slider(-2, 2, 9, start=-1, label="input x₂"),
        x3=slider(-2, 2, 9, start=0.5, label="input x₃"),
        stage=reveal("stage", label="stage"),
    )


def _polyline(points) -> np.ndarray:
    """The same line without the points that lie between their neighbors."""
    before, here, after = points[:-2], points[1:-1], points[2:]
    (ax, ay), (bx, by) = (here - before).T, (after - here).T
    turn = ax * by - ay * bx
    return points[np.concatenate([[True], np.abs(turn) > 1e-9, [True]])]


def _grid_lines(reach=1.0, count=5, fine=41) -> list[np.ndarray]:
    along, across = np.linspace(-reach, reach, fine), np.linspace(-reach, reach, count)
    upright = [np.column_stack([np.full(fine, c), along]) for c in across]
    return [*upright, *(line[:, ::-1] for line in upright)]


def _collapse(axes):
    lines = _grid_lines()
    titles = ("after layer 1", "after layer 2", "one layer with W₁W₂")
    sets = []
    for k, (ax, title) in enumerate(zip(axes, titles, strict=True)):
        bare(ax, (-2.3, 2.3), (-2.3, 2.3))
        ax.set_title(title, fontsize=11, fontweight="normal", loc="center")
        color = PALETTE["model" if k < 2 else "data"]
        sets.append([ax.plot([], [], color=color, lw=1.5, gid=f"grid{k}-{i}")[0] for i in range(len(lines))])
        (corner,) = ax.plot([], [], "o", ms=8, color=color, gid=f"corner{k}")
        sets[k].append(corner)

    def move(*, activation, angle, shear):
        turn = np.deg2rad(angle)
        w1 = 1.2 * np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        w2 = np.array([[1.0, 0.0], [shear, 0.8]])
        gap = 0.0
        for i, line in enumerate([*lines, lines[-1][-1:]]):
            first = activation(line @ w1)
            second, direct = first @ w2, line @ (w1 @ w2)
            gap = max(gap, np.abs(second - direct).max())
            for artists, points in zip(sets, (first, second, direct), strict=True):
                artists[i].set_data(*_polyline(points).T if len(points) > 2 else points.T)
        same = "two layers equal one" if gap < 1e-9 else f"two layers differ from one by up to {number(gap)}"
        return f"{'no activation' if activation is identity else 'ReLU'} after layer 1: {same}"

    return move


def collapse():
    """Two linear maps of a grid beside their product."""
    return explore(
        _collapse,
        id="collapse",
        caption="Two linear layers move the grid exactly as the single layer W₁W₂ does, however they are set. "
        "A ReLU between them creases the grid and presses a part of it flat, and no single matrix can do that.",
        alt="Three square grids side by side: the grid after a first layer turns it, after a second layer shears it, and after the one layer "
        "whose matrix is the product of the two. The second and the third look alike as long as nothing stands between the layers.",
        size=(620, 230),
        panels={"ncols": 3},
        activation=choice(("none", identity), ("ReLU", relu), label="between the layers"),
        angle=slider(-90, 90, 13, start=30, label="turn of layer 1", unit="°"),
        shear=slider(-1, 1, 9, start=0.5, label="shear of layer 2"),
    )


def _sample_digits() -> np.ndarray:
    """The first digit of each kind among the training digits."""
    images, labels = digits("train")
    return np.array([images[np.argmax(labels == kind)] for kind in range(10)])


def _pixels(axes):
    picture, whole, part = axes
    images = _sample_digits()
    bare(picture, (-2, 30), (30, -2))
    image = heat(picture, extent=(-2, 30, 30, -2), low=0, high=1, ramp="ink", gid="image", blocky=True)
    (frame,) = picture.plot([], [], color=PALETTE["model"], lw=2.5, gid="frame")
    picture.plot([0, 28, 28, 0, 0], [0, 0, 28, 28, 0], color=PALETTE["muted"], lw=1)
    whole.set(xlim=(0, 784), ylim=(0, 1), xticks=[0, 196, 392, 588, 784], yticks=[0, 1])
    label_axes(whole, "position in the vector", "all 784 numbers")
    (ink,) = whole.plot([], [], color=PALETTE["data"], lw=1, gid="ink")
    (window,) = whole.plot([], [], color=PALETTE["model"], lw=2.5, gid="window", clip_on=False)
    part.set(xlim=(0, 28), ylim=(0, 1), xticks=[0, 7, 14, 21, 28], yticks=[0, 1])
    label_axes(part, "column", "the 28 numbers of the row")
    (bars,) = part.plot([], [], color=PALETTE["data"], lw=2, gid="bars")

    def move(*, digit, row):
        vector = images[int(digit)]
        image.set_data(np.pad(vector.reshape(28, 28), 2)[::-1])
        frame.set_data([0, 28, 28, 0, 0], [row, row, row + 1, row + 1, row])
        ink.set_data(np.arange(784) + 0.5, vector.round(1))
        window.set_data([28 * row, 28 * row + 28], [-0.03, -0.03])
        values = vector[28 * row : 28 * row + 28]
        bars.set_data(np.repeat(np.arange(29), 2)[1:-1], np.repeat(values.round(2), 2))
        inked = int((values > 0).sum())
        return f"row {row} holds entries {28 * row} to {28 * row + 27}; {inked} of them are not 0"

    return move


def pixels():
    """A handwritten digit and the vector it becomes."""
    return explore(
        _pixels,
        id="pixels",
        caption="Row after row, the 28 × 28 picture becomes one vector of 784 numbers. The network is never told that entry 28 lies right below entry 0.",
        alt="A handwritten digit of 28 by 28 pixels with one row framed. Beside it, all 784 gray values in one long plot with that row marked, "
        "and below, the 28 values of the row.",
        size=(620, 300),
        panels={"mosaic": [["picture", "whole"], ["picture", "part"]], "width_ratios": (1, 1)},
        digit=choice(*map(str, range(10)), start="5", label="digit"),
        row=slider(0, 27, 28, start=12, label="row", play=True),
    )


def rosenblatt(x, y, epochs, start=(0.0, 0.0, 0.0)):
    """Weights and bias before the first and after every visit: w ← w + (y − ŷ) x, b ← b + (y − ŷ)."""
    w, b = np.array(start[:2]), start[2]
    path = [(w, b)]
    for _ in range(epochs):
        for features, target in zip(x, y, strict=True):
            error = target - step(w @ features + b)
            w, b = w + error * features, b + error
            path.append((w, b))
    return path


VISITS = 48


def _perceptron(ax):
    plane(ax, BOX, BOX)
    ax.set(xticks=[0, 1], yticks=[0, 1])
    draw_side = _decision(ax)
    (rings,) = ax.plot([], [], "o", ms=12, mew=2.5, mec=PALETTE["data"], mfc="white", zorder=4, gid="zeros")
    (disks,) = ax.plot([], [], "o", ms=12, mew=2.5, mec=PALETTE["data"], mfc=PALETTE["data"], zorder=4, gid="ones")
    (seen,) = ax.plot([], [], "o", ms=24, mew=2, mec=PALETTE["gradient"], mfc="none", zorder=5, gid="seen")
    paths = {name: rosenblatt(*gate(name), VISITS // 4) for name in GATES}

    def move(*, gate_name, visit):
        x, y = gate(gate_name.lower())
        weights, bias = paths[gate_name.lower()][visit]
        draw_side(weights, bias)
        disks.set_data(*x[y == 1].T)
        rings.set_data(*x[y == 0].T)
        seen.set_data(*(x[(visit - 1) % 4] if visit else x[:0]).reshape(-1, 2).T)
        right = int((step(x @ weights + bias) == y).sum())
        values = f"w = ({number(weights[0], 0)}, {number(weights[1], 0)}), b = {number(bias, 0)}"
        return f"after {visit} visit{'s' * (visit != 1)}: {values}, {right} of 4 right"

    return move


def perceptron():
    """Rosenblatt's rule, visit by visit."""
    return explore(
        _perceptron,
        id="perceptron",
        caption="Rosenblatt's rule stops changing once every point is right: on AND, OR and NAND it gets there. On XOR it walks in a circle forever.",
        alt="The four points of a logic gate in a square, disks where the gate is 1 and rings where it is 0. The line of a perceptron "
        "crosses the square with its firing side shaded; the example visited last is circled.",
        size=(420, 340),
        gate_name=choice(*map(str.upper, GATES), start="XOR", label="gate"),
        visit=slider(0, VISITS, VISITS + 1, start=8, label="examples visited", play=True),
    )


EXPLORERS = (one_neuron, signal_flow, collapse, pixels, perceptron)
