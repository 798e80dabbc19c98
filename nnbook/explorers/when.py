"""The explorers of the chapter on when to use a network."""

from __future__ import annotations

import numpy as np

from nnbook.comparison import DIGIT_SIZES, NAMES, SHIFTS, SIZES, curves, shift_curves
from nnbook.datasets import digits
from nnbook.figures.axes import label_axes
from nnbook.figures.scales import log_axis
from nnbook.figures.style import PALETTE
from nnbook.tables import shifted

from . import choice, explore, heat, slider, stops
from .values import place, power

STYLES = {
    "linear": ("s", (0, (5, 2))),
    "neighbors": ("D", (0, (1.2, 1.6))),
    "forest": ("^", (0, (6, 2, 1.2, 2))),
    "network": ("o", "-"),
}
LOWEST = 0.005  # what is lower is drawn at the edge


def color(name):
    """The network's color, or that of everything else."""
    return PALETTE["model"] if name == "network" else PALETTE["data"]


def error_axis(ax):
    """A logarithmic axis of errors up to 50 percent."""
    ax.set_yscale("log")
    ax.set_ylim(LOWEST, 0.55)
    ax.set_yticks([0.01, 0.02, 0.05, 0.1, 0.2, 0.5], ["1 %", "2 %", "5 %", "10 %", "20 %", "50 %"])
    ax.minorticks_off()


def percent(share) -> str:
    """A share as it is read aloud."""
    return f"{100 * share:.1f} %"


# Training-set size


def _training_set_size(axes):
    lines, dots = axes
    log_axis(lines, "x", 1, 4)
    lines.set(xlim=(17, 9500), xticks=[20, 100, 1000, 8000], xticklabels=["20", "100", "1,000", "8,000"])
    error_axis(lines)
    label_axes(lines, "training examples", "errors on the test set")
    drawn = {
        name: lines.plot([], [], marker=mark, ls=ls, ms=4.5, lw=1.8, color=color(name), gid=f"line-{name}")[0]
        for name, (mark, ls) in STYLES.items()
    }
    (marker,) = lines.plot([], [], color=PALETTE["muted"], lw=1, gid="marker")
    dots.set_xscale("log")
    dots.set(xlim=(LOWEST, 0.55), ylim=(-0.6, 3.6))
    dots.set_xticks([0.01, 0.05, 0.2], ["1 %", "5 %", "20 %"])
    dots.minorticks_off()
    dots.set_yticks(range(4), NAMES[::-1])
    label_axes(dots, "errors", "every draw, at this size")
    rows = {}
    for k, (name, (mark, _)) in enumerate(reversed(STYLES.items())):
        (rows[name],) = dots.plot([], [], mark, ms=6, mfc="none", mew=1.3, color=color(name), gid=f"row-{name}")
        rows[name].nn_row = k

    def move(*, task, examples):
        found = curves(task)
        at, errors = place(examples, found.sizes), np.maximum(1 - found.accuracy, LOWEST)
        for k, name in enumerate(NAMES):
            drawn[name].set_data(found.sizes, np.median(errors[:, :, k], axis=0))
            rows[name].set_data(errors[:, at, k], np.full(len(errors), rows[name].nn_row))
        marker.set_data([found.sizes[at]] * 2, [LOWEST, 0.55])
        here = np.median(errors[:, at], axis=0)
        told = ", ".join(f"{name} {percent(error)}" for name, error in zip(NAMES, here, strict=True))
        return f"{found.sizes[at]:,} examples, median errors: {told}"

    return move


def training_set_size():
    """Errors of four models by training-set size, on six tasks."""
    return explore(
        _training_set_size,
        id="training-set-size",
        caption="On 8,000 digits the network is ahead. On the table of e-mails a forest does better than it; once the columns are given as logarithms the two are about level. "
        "On a few hundred tumors the linear model keeps up with it. Turning the axes hurts the forest; what else changes on digits is the luck of three draws instead of five.",
        alt="Left, four falling curves on logarithmic axes, errors over 50 to 8,000 training digits: the linear model flattens first, the network ends lowest, neighbors and forest "
        "close above it. Right, four rows of marks, one for each model and draw, at the chosen size.",
        size=(640, 310),
        panels={"ncols": 2, "width_ratios": (5, 4)},
        task=choice(*SIZES, label="task"),
        examples=stops(*DIGIT_SIZES, start=1000, label="training examples", play=True),
    )


# Cost and accuracy

COSTS = {
    "seconds to train": ("fit_seconds", (-3.4, 2), "seconds to train"),
    "operations for one answer": ("operations", (1.3, 8.3), "operations for one answer"),
    "numbers kept": ("numbers", (1.3, 8.3), "numbers kept"),
}


def _cost_and_error(ax, cost):
    measure, (low, high), text = COSTS[cost]
    log_axis(ax, "x", int(np.floor(low)), int(np.ceil(high)))
    ax.set_xlim(10**low, 10**high)
    error_axis(ax)
    label_axes(ax, text, "errors on the test set")
    paths, marks, names = {}, {}, {}
    for name, (mark, ls) in STYLES.items():
        (paths[name],) = ax.plot([], [], ls=ls, lw=1.2, color=color(name), gid=f"path-{name}")
        (marks[name],) = ax.plot([], [], mark, ms=10, color=color(name), gid=f"mark-{name}", zorder=4)
        names[name] = ax.text(0, 0, "", gid=f"name-{name}", va="center", color=color(name))

    def move(*, task, examples):
        found = curves(task)
        at = place(examples, found.sizes)
        costs = np.median(getattr(found, measure), axis=0)
        errors = np.median(1 - found.accuracy, axis=0)
        heights = spread(np.log(errors[at]), 0.22)
        for k, name in enumerate(NAMES):
            paths[name].set_data(costs[:, k], errors[:, k])
            marks[name].set_data([costs[at, k]], [errors[at, k]])
            names[name].set_position((costs[at, k] * 10 ** (0.025 * (high - low)), np.exp(heights[k])))
            names[name].set_text(name)
        times = costs[at, NAMES.index("network")] / costs[at, NAMES.index("linear")]
        gained = errors[at, NAMES.index("linear")] - errors[at, NAMES.index("network")]
        price = f"{power(times)} times as much"
        points = round(100 * gained, 1)
        saves = f"its error rate is {abs(points)} points {'lower' if points > 0 else 'higher'}" if points else "it errs as often"
        return f"{found.sizes[at]:,} examples: the network costs {price} as the linear model, and {saves}"

    return move


def spread(heights, gap):
    """Heights moved apart, as little as needed, until no two are closer than the gap."""
    order = np.argsort(heights)
    placed = np.array(heights, dtype=float)
    for _ in range(20):
        for low, high in zip(order, order[1:], strict=False):
            short = gap - (placed[high] - placed[low])
            if short > 0:
                placed[low] -= short / 2
                placed[high] += short / 2
    return placed


def cost_and_error():
    """What each model costs, and what it gets for it."""
    return explore(
        _cost_and_error,
        id="cost-and-error",
        caption="Models that err about equally often differ in cost by factors of ten and a thousand. Which one is cheap depends on what is counted: neighbors train "
        "in no time and pay at every answer, a forest answers with some hundred or a thousand comparisons, the linear model with one product for each input, times the classes if there are more than two.",
        alt="A plot of errors over seconds to train, both logarithmic. Four marks with names: neighbors far to the left and highest, the linear model, the forest and the "
        "network further and further right at about the same height, each with a thin line for its other training-set sizes.",
        size=(580, 330),
        cost=choice(*COSTS, label="cost"),
        task=choice(*SIZES, label="task", start="spam, logarithms"),
        examples=stops(*DIGIT_SIZES, start=1000, label="training examples"),
    )


# Moved digits


def _moved_digits(axes):
    picture, lines = axes
    images, labels = digits("test")
    image = images[labels == 7][:1]
    picture.set(xlim=(0, 28), ylim=(0, 28), xticks=[], yticks=[])
    picture.set_aspect("equal")
    label_axes(picture, "", "a 7 of the test set")
    shade = heat(picture, extent=(-2, 30, -2, 30), low=0, high=1, gid="shade", blocky=True)
    found = np.median(shift_curves(), axis=0)
    lines.set(xlim=(-0.15, 5.3), ylim=(0, 1.02), xticks=SHIFTS, yticks=[0, 0.5, 1])
    label_axes(lines, "pixels to the right", "accuracy on moved test digits")
    heights = spread(found[-1], 0.085)
    for k, (name, (mark, ls)) in enumerate(STYLES.items()):
        lines.plot(SHIFTS, found[:, k], marker=mark, ls=ls, ms=5, color=color(name))
        lines.text(4.15, heights[k], name, va="center", color=color(name))
    lines.axhline(0.1, color=PALETTE["border"], lw=1)
    (marker,) = lines.plot([], [], color=PALETTE["muted"], lw=1, gid="marker")

    def move(*, shift):
        k = round(shift)
        padded = np.zeros((32, 32))
        padded[2:30, 2:30] = shifted(image, k).reshape(28, 28)[::-1]
        shade.set_data(padded)
        marker.set_data([k, k], [0, 1.02])
        told = ", ".join(f"{name} {100 * value:.0f} %" for name, value in zip(NAMES, found[k], strict=True))
        return f"moved by {k} pixel{'s' * (k != 1)}: {told}"

    return move


def moved_digits():
    """Test digits moved by a few pixels, and what the models make of them."""
    return explore(
        _moved_digits,
        id="moved-digits",
        caption="A digit two or three pixels further right is the same digit to us and a new one to all four models. None of them knows that neighboring pixels are neighbors; "
        "a convolutional network has that built in.",
        alt="Left, a handwritten digit in gray cells. Right, four curves of accuracy over a shift of 0 to 4 pixels: all begin above 0.85 and fall together to about a quarter.",
        size=(620, 290),
        panels={"ncols": 2, "width_ratios": (4, 6)},
        shift=slider(0, 4, 5, start=2, label="pixels to the right", play=True),
    )


EXPLORERS = (training_set_size, cost_and_error, moved_digits)
