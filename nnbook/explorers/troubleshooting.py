"""The explorers of the appendix on networks that don't learn."""

from __future__ import annotations

import functools

import numpy as np

from nnbook.faults import EPOCHS, FAULTS, course, healthy
from nnbook.figures.axes import label_axes
from nnbook.figures.scales import log_axis, power_text
from nnbook.figures.style import PALETTE
from nnbook.searches import PLANS, plan, successes, surface

from . import choice, explore, heat, show, slider

GUESSING = np.log(10)
TOP = 4.0
FLOOR = 1e-5


@functools.cache
def courses():
    """One training run for every fault, by its name."""
    return {name: course(fault(healthy())) for name, fault in FAULTS.items()}


def size(loss) -> str:
    """A loss as a reader wants it: two decimals, or none where they mean nothing."""
    if loss > 1e9:
        return f"beyond {power_text(9)}"
    return f"{loss:.2f}" if loss < 100 else f"{loss:.0f}"


def _symptoms(axes):
    curves, layers = axes
    epochs = np.arange(EPOCHS + 1)
    curves.set(xlim=(0, EPOCHS), ylim=(0, TOP), xticks=[0, 5, 10, 15, 20])
    label_axes(curves, "epoch", "loss")
    curves.axhline(GUESSING, color=PALETTE["muted"], lw=1, ls=(0, (2, 2)))
    curves.text(EPOCHS, GUESSING + 0.05, "guessing: ln 10", ha="right", va="bottom", color=PALETTE["muted"])
    well = courses()["nothing is wrong"]
    curves.plot(epochs, well.loss, color=PALETTE["muted"], lw=1.2, gid="healthy")
    (training,) = curves.plot([], [], color=PALETTE["loss"], lw=2.2, gid="training")
    (validation,) = curves.plot([], [], color=PALETTE["data"], lw=2.2, ls=(0, (5, 2)), gid="validation")
    curves.text(EPOCHS, TOP * 0.96, "— training   - - validation", ha="right", va="top")
    log_axis(layers, "y", -5, 3, 2)
    layers.set(xlim=(0.5, 7.5), ylim=(FLOOR / 3, 1e3), xticks=range(1, 8))
    label_axes(layers, "layer", "‖∂L/∂W‖ at the start")
    layers.text(7.4, FLOOR / 2.6, "at the foot: zero", ha="right", va="bottom", color=PALETTE["muted"])
    (norms,) = layers.plot([], [], "o-", ms=7, color=PALETTE["gradient"], gid="norms")

    def move(*, fault):
        seen = courses()[fault]
        for line, losses in ((training, seen.loss), (validation, seen.validation_loss)):
            line.set_data(epochs, np.minimum(losses, TOP * 0.99))  # what leaves the panel lies along its edge
        norms.set_data(np.arange(1, len(seen.gradients) + 1), np.maximum(seen.gradients, FLOOR / 2))
        silent = f"; {100 * seen.silent:.0f} % of the first layer silent" if seen.silent > 0.1 else ""
        return (
            f"training loss at the start {size(seen.loss[0])}, after {EPOCHS} epochs {size(seen.loss[-1])}; "
            f"validation {size(seen.validation_loss[-1])}, accuracy {100 * seen.accuracy:.0f} %{silent}"
        )

    return move


def symptoms_and_causes():
    return explore(
        _symptoms,
        id="symptoms-and-causes",
        caption="Nearly every fault leaves a trace of its own (two of them leave the same): in the first value of the loss, in the course of the two curves, or in the gradients by layer. A curve along the upper edge has left the panel; the thin gray one is the training that has no fault.",
        alt="Left: training and validation loss over 20 epochs, with the curve of a healthy training in gray and a dashed line at ln 10. Right: the norm of the gradient for every layer at the start, on a logarithmic axis.",
        size=(620, 300),
        panels={"ncols": 2, "width_ratios": [1.7, 1]},
        fault=choice(*((name, name) for name in FAULTS), start="all weights zero", label="fault"),
        healthy_curve=show("healthy", label="the healthy curve"),
    )


BUDGET = 9
SECOND = ("L2 penalty λ", "a setting without effect")
MAP = (0, 1, 0, 1)


@functools.cache
def searched(second):
    """(the surface with this second setting, the share of successful searches by plan)."""
    found = surface() if second == SECOND[0] else surface().without_strength()
    return found, {name: successes(found, name, BUDGET) for name in PLANS}


def _plans(axes, second):
    square, rates = axes
    found, shares = searched(second)
    square.set(xlim=MAP[:2], ylim=MAP[2:], xticks=[0, 0.25, 0.5, 0.75, 1], yticks=[])
    square.set_xticklabels([power_text(n) for n in (-3, -2, -1, 0, 1)])
    label_axes(square, "learning rate η", second.replace("L2 penalty λ", "L2 penalty λ, 10⁻⁶ to 10⁻¹"))
    tiles = np.kron(np.minimum(found.losses.T, 0.5), np.ones((2, 2)))
    heat(square, tiles, extent=MAP, low=0.15, high=0.5, ramp="loss", blocky=True)
    (points,) = square.plot([], [], "o", ms=8, mew=2, color=PALETTE["data"], mec="#ffffff", gid="points")
    (best,) = square.plot([], [], "o", ms=17, mew=2.5, mfc="none", mec=PALETTE["data"], gid="best")
    rates.set(xlim=MAP[:2], ylim=(0.15, 0.55), xticks=[0, 0.25, 0.5, 0.75, 1])
    rates.set_xticklabels([power_text(n) for n in (-3, -2, -1, 0, 1)])
    label_axes(rates, "learning rate η", "validation loss of each trial")
    (trials,) = rates.plot([], [], "o", ms=7, color=PALETTE["data"], gid="trials")
    rates.axhline(found.lowest, color=PALETTE["loss"], lw=1.5, ls=(0, (4, 2)))
    rates.text(0.01, found.lowest + 0.008, "lowest of the map", va="bottom", color=PALETTE["loss"])

    def move(*, search, placement):
        tried = plan(search, BUDGET, np.random.default_rng(int(round(placement))))
        losses = found.at(tried)
        points.set_data(*tried.T)
        best.set_data(*tried[losses.argmin()][:, None])
        trials.set_data(tried[:, 0], np.minimum(losses, 0.545))
        different = len(np.unique(tried[:, 0].round(9)))
        return (
            f"{BUDGET} trials, {different} different rates: best {losses.min():.2f}, lowest {found.lowest:.2f}; within 0.02 of "
            f"it come {100 * shares['grid']:.0f} % of grids, {100 * shares['random']:.0f} % of random plans"
        )

    return move


def search_plans():
    return explore(
        _plans,
        id="search-plans",
        caption="Where both settings matter, a grid covers the map more evenly than random points and finds the low region a little more often. Where one setting has no effect, the grid wastes two thirds of its trials on repeating three rates, and random points win clearly.",
        alt="Left: a map of the validation loss over learning rate and a second setting, with nine trials marked and the best one ringed. Right: the loss of each trial against its learning rate.",
        size=(620, 300),
        panels={"ncols": 2},
        second=choice(*((name, name) for name in SECOND), label="second setting"),
        search=choice(*((name, name) for name in PLANS), label="plan"),
        placement=slider(1, 12, 12, 3, label="placement"),
    )


EXPLORERS = (symptoms_and_causes, search_plans)
