"""The explorers of the chapter on gradient descent."""

from __future__ import annotations

import functools

import numpy as np

from nnbook.activations import tanh
from nnbook.datasets import line, moons
from nnbook.figures.axes import label_axes, number
from nnbook.figures.landscape import draw_contours, draw_path
from nnbook.figures.scales import log_axis
from nnbook.figures.style import PALETTE
from nnbook.landscapes import Ravine, basins, objective, parabola
from nnbook.layers import mlp
from nnbook.losses import BinaryCrossEntropy
from nnbook.optimizers import GradientDescent
from nnbook.schedules import Exponential
from nnbook.training import minimize
from nnbook.two_parameters import ChainLoss, LineLoss, NeuronLoss

from . import choice, explore, figure, heat, slider
from . import step as reveal
from .heat import grid
from .values import power

# One dimension

FEW = 10


def _parabola_steps(axes):
    valley, distance = axes
    x = np.linspace(-12.5, 12.5, 61)
    valley.plot(x, x**2, color=PALETTE["loss"], lw=1.5)
    valley.set(xlim=(-12.5, 12.5), ylim=(-8, 156), xticks=[-10, 0, 10], yticks=[0, 50, 100, 150])
    label_axes(valley, "θ", "loss L = θ²")
    valley.plot([10], [100], "o", ms=9, mew=2, mfc="none", mec=PALETTE["model"], zorder=4)
    (path,) = valley.plot([], [], color=PALETTE["model"], lw=1.5, gid="path", zorder=4)
    (head,) = valley.plot([], [], "o", ms=9, color=PALETTE["model"], gid="head", zorder=5)
    log_axis(distance, "y", -6, 3, 3)
    distance.set(xlim=(0, FEW), ylim=(10**-6.3, 10**3), xticks=[0, 5, 10])
    label_axes(distance, "step", "distance from the minimum")
    distance.axhline(10, color=PALETTE["border"], lw=1)
    (curve,) = distance.plot([], [], color=PALETTE["loss"], gid="curve")

    def move(*, learning_rate):
        theta = minimize(parabola, np.array([10.0]), GradientDescent(learning_rate), FEW)[:, 0]
        path.set_data(theta, theta**2)
        head.set_data(theta[-1:], theta[-1:] ** 2)
        curve.set_data(np.arange(FEW + 1), np.maximum(np.abs(theta), 1e-7))
        factor = f"each step multiplies θ by {number(1 - 2 * learning_rate)}"
        return [f"step {t}: θ = {power(value, 3)}; {factor}" for t, value in enumerate(theta)]

    return move


def parabola_steps():
    """Descent on θ²: the learning rate decides everything."""
    return explore(
        _parabola_steps,
        id="parabola-steps",
        caption="Each step multiplies θ by 1 − 2η. Between 0 and ½ it creeps down one side, at ½ it arrives in one step, between ½ and 1 it jumps across and "
        "still arrives, and beyond 1 every jump lands higher than the last.",
        alt="Left, a parabola with a path that starts on its right side at 10 and jumps from one side to the other, lower each time. "
        "Right, the distance from the minimum over ten steps on a logarithmic axis: a straight line that falls.",
        size=(620, 290),
        panels={"ncols": 2},
        learning_rate=slider(0.05, 1.1, 22, start=0.9, label="learning rate η"),
        time=reveal("path", "curve", label="step", head="head"),
    )


# Curvatures side by side

MARKS = "osD^"
SPAN = 60


def curvatures(kappa) -> np.ndarray:
    """Four curvatures from 1/κ to 1, evenly spaced by ratio."""
    return np.geomspace(1 / kappa, 1, 4)


def _eigen_components(axes, kappa):
    factors, errors = axes
    h = curvatures(kappa)
    factors.set(xlim=(0, 1.05), ylim=(-1.35, 1.1), yticks=[-1, 0, 1], xticks=[0, 0.5, 1])
    label_axes(factors, "curvature h", "factor per step, 1 − ηh")
    for bound in (-1, 1):
        factors.axhline(bound, color=PALETTE["muted"], lw=1, ls=(0, (2, 2)))
    factors.axhline(0, color=PALETTE["border"], lw=1)
    factors.text(1.04, -1.17, "below −1: diverges", ha="right", va="center_baseline", fontsize=9)
    (line,) = factors.plot([], [], color=PALETTE["muted"], lw=1.2, gid="line")
    log_axis(errors, "y", -6, 3, 3)
    errors.set(xlim=(0, SPAN + 3), ylim=(1e-6, 1e2), xticks=[0, 20, 40, 60])
    label_axes(errors, "step", "size of each component")
    dots = [
        factors.plot([], [], m, ms=8, color=PALETTE["model"], gid=f"dot{i}", zorder=4)[0] for i, m in enumerate(MARKS)
    ]
    lines = [errors.plot([], [], color=PALETTE["model"], lw=1.5, gid=f"error{i}")[0] for i in range(len(h))]
    ends = [
        errors.plot([], [], m, ms=8, color=PALETTE["model"], gid=f"end{i}", zorder=4, clip_on=False)[0]
        for i, m in enumerate(MARKS)
    ]

    def move(*, learning_rate):
        factor = 1 - learning_rate * h
        line.set_data([0, 1.05], [1, 1 - 1.05 * learning_rate])
        for i, f in enumerate(factor):
            dots[i].set_data(h[i : i + 1], [f])
            t = _leaves(abs(f), 1e-6, 1e2)
            last = np.clip(abs(f) ** t, 1e-6, 1e2)
            lines[i].set_data([0, t], [1, last])
            ends[i].set_data([t], [last])
        return _verdict(learning_rate, factor)

    return move


def _leaves(size, low, high):
    """When sizeᵗ leaves the range from low to high, at most SPAN."""
    if size < 1e-3:
        return 2.0 if size else 1.0
    if abs(size - 1) < 1e-12:
        return float(SPAN)
    return min(float(SPAN), np.log(low if size < 1 else high) / np.log(size))


def _verdict(learning_rate, factor):
    rate = np.abs(factor).max()
    slowest = "the flattest" if abs(factor[0]) >= abs(factor[-1]) else "the steepest"
    if rate > 1 + 1e-9:
        return f"η = {number(learning_rate)}: the steepest direction grows by a factor of {number(rate)} a step; descent diverges"
    if rate > 1 - 1e-9:
        return f"η = {number(learning_rate)}: the steepest direction jumps to and fro forever"
    steps = int(np.ceil(np.log(1e-6) / np.log(rate)))
    last = f"{slowest} direction is last"
    if abs(abs(factor[0]) - abs(factor[-1])) < 1e-9:  # which of two equals is larger is a matter of rounding
        last = "the flattest and the steepest direction are equally slow"
    return f"η = {number(learning_rate)}: {last}, factor {number(rate, 3)}; a millionth is left after {steps:,} steps"


def eigen_components():
    """One learning rate, many curvatures."""
    return explore(
        _eigen_components,
        id="eigen-components",
        caption="Along each principal direction the error is multiplied by its own 1 − ηh. The steepest direction sets the limit η = 2 and, up to the best rate, the flattest one the "
        "time it takes; the best rate makes the two equally slow.",
        alt="Left, a falling straight line with four markers: the factor by which each step multiplies the error in directions of four curvatures. "
        "Right, the four errors over the steps on a logarithmic axis: four straight lines falling at different speeds.",
        size=(640, 290),
        panels={"ncols": 2, "width_ratios": (4, 5)},
        kappa=choice(("4", 4), ("10", 10), ("100", 100), start="10", label="condition number κ"),
        learning_rate=slider(0.1, 2.1, 41, start=1, label="learning rate η", play=True),
    )


# A ravine

WALK = 40


def _ravine_path(axes, kappa):
    ground, loss = axes
    ravine = Ravine(kappa)
    start = np.array([-1.8, 0.8])
    draw_contours(ground, ravine, [k**2 * kappa / 40 for k in range(1, 9)])
    ground.set(ylim=(-1.2, 1.2), xticks=[-2, -1, 0, 1, 2], yticks=[-1, 0, 1])
    draw = draw_path(ground, start=start)
    log_axis(loss, "y", -6, 3, 3)
    loss.set(xlim=(0, WALK), xticks=[0, 20, 40], ylim=(1e-6, 10**2.5))
    label_axes(loss, "step", "loss")
    first, rate = ravine(start), (kappa - 1) / (kappa + 1)
    bound = np.log(1e-6) / np.log(rate) / 2 if rate else 0
    bound = np.array([0, min(WALK, bound)])
    loss.plot(bound, first * rate ** (2 * bound), color=PALETTE["muted"], lw=1.2, ls=(0, (2, 2)))
    loss.text(WALK, 10**2.35, "dashed: bound at the best η", ha="right", va="top", fontsize=9)
    (curve,) = loss.plot([], [], color=PALETTE["loss"], gid="curve")

    def move(*, learning_rate):
        points = minimize(ravine, start, GradientDescent(learning_rate), WALK)
        draw(points)
        heights = ravine(points)
        kept = np.isfinite(heights) & (heights < 1e4)
        curve.set_data(np.arange(WALK + 1)[kept], np.maximum(heights[kept], 1e-7))
        limit = f"limit 2/κ = {power(2 / kappa, 3)}"
        if learning_rate * kappa > 2:
            return f"η = {power(learning_rate, 3)} is above the {limit}: descent diverges"
        return f"η = {power(learning_rate, 3)}, {limit}: loss {power(heights[-1], 3)} after {WALK} steps"

    return move


def ravine_path():
    """A path in a ravine, by its narrowness and the learning rate."""
    return explore(
        _ravine_path,
        id="ravine-path",
        caption="The narrow direction forbids large steps and the long one would need them. Near the limit the path zigzags between the walls; well below it, "
        "it drops to the floor and creeps. At κ = 1 there is no ravine, and the best step arrives at once.",
        alt="Left, elongated contour lines of a ravine with a path that starts at the left and zigzags toward the minimum in the middle. "
        "Right, its loss over the steps on a logarithmic axis, beside a dashed line for the best learning rate.",
        size=(640, 280),
        panels={"ncols": 2, "width_ratios": (3, 2)},
        kappa=choice(("1", 1), ("4", 4), ("16", 16), ("64", 64), start="16", label="condition number κ"),
        learning_rate=slider(0.01, 2.2, 22, start=0.115, label="learning rate η", log=True),
        time=reveal("path", "curve", label="step", head="head"),
    )


# A line that is fitted

ITERATIONS = 40


def measured_line(center=False):
    """The loss of a line over twenty measured points with x from 0 to 4; or with the mean of x taken away first."""
    x, y = line(np.random.default_rng(2), 20, slope=1.2, intercept=2.5, noise=0.7)
    x, y = x[:, 0] + 2, y[:, 0] - 2.4
    return LineLoss(x - x.mean() if center else x, y)


FITS = {"as measured": measured_line(), "centered": measured_line(center=True)}


def _line_descent(axes, inputs):
    data, surface = axes
    loss = FITS[inputs]
    x = np.array(loss.x)
    ends = np.array([x.min() - 0.2, x.max() + 0.2])
    data.plot(x, loss.y, "o", ms=6, color=PALETTE["data"])
    data.set(xlim=ends, ylim=(-4, 5), yticks=[-3, 0, 3])
    label_axes(data, "input x" if inputs == "as measured" else "input x minus its mean", "target y")
    w, b = loss.minima[0]
    data.plot(ends, w * ends + b, color=PALETTE["data"], lw=1.5, ls=(0, (2, 2)))
    draw_contours(surface, loss, x="slope w", y="intercept b")
    draw = draw_path(surface, start=loss.start)
    (line,) = data.plot([], [], color=PALETTE["model"], lw=2.5, gid="line")
    limit = 2 / np.linalg.eigvalsh(loss.hessian)[-1]

    def move(*, share, iteration):
        points = minimize(loss, np.array(loss.start), GradientDescent(share * limit), iteration)
        draw(points)
        w, b = points[-1]
        line.set_data(ends, w * ends + b)
        gap = max(loss(points[-1]) - loss(loss.minima[0]), 0.0)
        sign = "+" if b >= 0 else "−"
        fit = f"ŷ = {number(w)} x {sign} {number(abs(b))}"
        return f"η = {number(share * limit, 3)}, step {iteration}: {fit}, loss {power(gap, 3)} above the lowest"

    return move


def line_descent():
    """A line finds its data, step by step."""
    return explore(
        _line_descent,
        id="line-descent",
        caption="The same descent seen twice: as a line that turns toward the points, and as a point that moves on the loss surface. With x as measured, slope and intercept "
        "are coupled and the valley is narrow; with x centered it is nearly round.",
        alt="Left, data points with a dashed best line and a solid line that is still off. Right, the contour lines of the loss over slope and intercept, "
        "a cross at the minimum and the path of the descent toward it.",
        size=(640, 290),
        panels={"ncols": 2},
        inputs=choice(*FITS, label="inputs"),
        share=slider(0.3, 1.05, 4, start=0.8, label="η, as a share of its limit"),
        iteration=slider(0, ITERATIONS, 21, start=10, label="step", play=True),
    )


# Where it ends depends on where it starts

TERRAINS = {
    "four basins": (basins, 0.02, 24, 1, None),
    "two weights, one saddle": (ChainLoss(), 0.02, 72, 3, (0.25, 1, 4, 16, 49, 121)),
    "plateaus of a neuron": (NeuronLoss(), 1.0, 24, 1, None),
}


def ends_from_everywhere(terrain):
    """The starts (32, 32, 2) of a heat map over a landscape's window, and where descent from each of them ends."""
    f, rate, steps, *_ = TERRAINS[terrain]
    starts = grid((*f.xlim, *f.ylim))
    return starts, minimize(f, starts.reshape(-1, 2), GradientDescent(rate), steps, every=steps)[-1].reshape(
        starts.shape
    )


def _starting_point(ax, terrain):
    f, rate, steps, every, levels = TERRAINS[terrain]
    starts, ends = ends_from_everywhere(terrain)
    heights = f(ends)
    extent = (*f.xlim, *f.ylim)
    low, high = heights.min(), heights.max()
    heat(ax, heights, extent=extent, low=low, high=low + 2.2 * (high - low), ramp="loss")
    draw_contours(ax, f, levels)
    if f is basins:  # the border between what reaches one minimum and what reaches another
        nearest = np.argmin(np.linalg.norm(ends[..., None, :] - np.array(f.minima), axis=-1), axis=-1)
        for lower in range(len(f.minima) - 1):
            ax.contour(
                *np.moveaxis(starts, -1, 0),
                nearest == lower,
                [0.5],
                colors=PALETTE["muted"],
                linestyles="--",
                linewidths=1.5,
            )
    draw = draw_path(ax)
    (ring,) = ax.plot([], [], "o", ms=10, mew=2, mfc="none", mec=PALETTE["model"], gid="ring", zorder=4)

    def move(*, x, y):
        start = np.array([x, y], dtype=float)
        path = minimize(f, start, GradientDescent(rate), steps, every=every)
        draw(path)
        ring.set_data(*start[:, None])
        slope = np.linalg.norm(f.gradient(path[-1]))
        where = f"({number(path[-1, 0])}, {number(path[-1, 1])})"
        return f"after {steps} steps at {where}: loss {power(f(path[-1]), 3)}, gradient {power(slope, 3)}"

    return move


def starting_point():
    """Descent from wherever the reader likes."""
    return explore(
        _starting_point,
        id="starting-point",
        caption="The start decides the end. Each of the four basins keeps what begins in it, whatever the others hold; near a saddle and on a plateau the walk "
        "goes on, so slowly that the budget runs out. The stronger the shade, the higher the loss at the end of a walk that starts there.",
        alt="Contour lines of a landscape with four crosses at its minima; dashed borders divide it into four basins, shaded by the depth "
        "of their minimum. A path leads from a ring, the start, to the minimum of its basin.",
        size=(470, 400),
        drag=("x", "y"),
        terrain=choice(*TERRAINS, label="landscape"),
        x=slider(-4, 4, 9, start=1, label="start, θ₁"),
        y=slider(-4, 4, 9, start=2, label="start, θ₂"),
        time=reveal("path", label="time", head="head"),
    )


# Learning curves

LONG, EVERY = 300, 5
RATES = np.geomspace(0.01, 100, 17)


@functools.cache
def moons_run():
    """The loss of a 2-8-1 network on 200 training points of two moons, the same on 200 others, and a start."""
    rng = np.random.default_rng(5)
    sets = [moons(rng, 200, noise=0.2) for _ in range(2)]
    net = mlp((2, 8, 1), activation=tanh, rng=rng)
    training, validation = (objective(net, BinaryCrossEntropy(), x, y[:, None].astype(float)) for x, y in sets)
    return training, validation, net.theta


class RoundedDescent(GradientDescent):
    """Gradient descent whose every step ends at six decimals.

    Beyond the stable rates descent is chaotic: in 300 steps the last bit of a product, which differs between
    processors, becomes another curve. Rounding takes the bit away before it grows.
    """

    def _update(self, grad, state, theta):
        step, after = super()._update(grad, state, theta)
        return np.round(theta + step, 6) - theta, after


@functools.lru_cache(maxsize=200)
def learning_curves(learning_rate):
    """Training and validation loss after 0, 1, … 300 steps of full-batch descent on the moons."""
    training, validation, theta = moons_run()
    thetas = minimize(training, theta, RoundedDescent(learning_rate), LONG)
    return training(thetas), validation(thetas)


def _curve_axes(ax):
    log_axis(ax, "y", -2, 2, 1)
    ax.set(xlim=(0, LONG), ylim=(0.02, 100), xticks=[0, 100, 200, 300])


def _rate_and_curve(axes):
    curves, finals = axes
    _curve_axes(curves)
    label_axes(curves, "step", "loss (dashed: validation)")
    (dashed,) = curves.plot([], [], color=PALETTE["data"], lw=1.5, ls=(0, (3, 2)), gid="validation")
    (solid,) = curves.plot([], [], color=PALETTE["loss"], gid="training")
    log_axis(finals, "x", -2, 2, 1)
    log_axis(finals, "y", -2, 2, 1)
    finals.set_ylim(0.02, 100)
    label_axes(finals, "learning rate η", f"loss after {LONG} steps")
    finals.plot(RATES, [learning_curves(float(rate))[0][-1] for rate in RATES], color=PALETTE["loss"], lw=1.2)
    (here,) = finals.plot([], [], "o", ms=9, color=PALETTE["model"], gid="here", zorder=4)

    def move(*, learning_rate):
        training, validation = learning_curves(learning_rate)
        seen = np.arange(0, LONG + 1, EVERY)
        solid.set_data(seen, training[seen])
        dashed.set_data(seen, validation[seen])
        here.set_data([learning_rate], training[-1:])
        rises = int((np.diff(training) > 0).sum())
        return f"η = {power(learning_rate, 3)}: training loss {power(training[-1], 3)} after {LONG} steps, of which {rises} went up"

    return move


def rate_and_curve():
    """The learning curve of a network, by its learning rate."""
    return explore(
        _rate_and_curve,
        id="rate-and-curve",
        caption="Over a hundredfold range of η the network learns, slowly on the left, fast on the right. Near the edge the curve turns ragged, "
        "then it leaps up and may come down again, and at the far right it does not come back.",
        alt="Left, training and validation loss of a small network over 300 steps on a logarithmic axis. Right, the training loss after 300 steps over the "
        "learning rate: it falls over a wide range and shoots up at the right end; a marker shows the rate chosen.",
        size=(640, 300),
        panels={"ncols": 2, "width_ratios": (5, 4)},
        learning_rate=slider(0.01, 100, 17, start=1, label="learning rate η", log=True, play=True),
    )


FOUR = {"A": 0.01, "B": 100.0, "C": 3.0, "D": Exponential(1.0, 0.93)}


def _four_curves(axes):
    for ax, (name, rate) in zip(axes, FOUR.items(), strict=True):
        _curve_axes(ax)
        label_axes(ax, "step", f"curve {name}: loss")
        ax.plot(np.arange(LONG + 1)[::2], learning_curves(rate)[0][::2], color=PALETTE["loss"], lw=1.5)


def four_curves():
    """Four learning curves to be read."""
    return figure(
        _four_curves,
        id="four-curves",
        caption="One network, one start, four choices of learning rate, 300 steps of full-batch descent.",
        alt="Four panels with a loss over 300 steps on a logarithmic axis. A falls slowly and evenly; B jumps far above its start and stays ragged; "
        "C falls fast, rests, and falls on; D falls fast and then stays at one height.",
        size=(640, 380),
        panels={"nrows": 2, "ncols": 2},
    )


EXPLORERS = (
    parabola_steps,
    eigen_components,
    ravine_path,
    line_descent,
    starting_point,
    rate_and_curve,
    four_curves,
)
