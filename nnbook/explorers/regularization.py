"""The explorers of the chapter on regularization."""

from __future__ import annotations

import functools
from itertools import pairwise

import numpy as np
from matplotlib.patches import Polygon

from nnbook import overfits
from nnbook.augment import random_shifts, shift
from nnbook.datasets import circles, digits, houses, moons
from nnbook.figures.axes import bare, label_axes, number, plane, truth_points, upright_bars
from nnbook.figures.network import node_positions
from nnbook.figures.scales import log_axis
from nnbook.figures.style import PALETTE, SURFACE
from nnbook.layers import BatchNorm, mlp
from nnbook.losses import CrossEntropy
from nnbook.optimizers import Adam
from nnbook.penalized import lasso, ridge
from nnbook.shortruns import shrunken_digits
from nnbook.training import accuracy, train

from . import choice, explore, heat, show, slider, stops
from .heat import grid
from .values import labeled, place, share, text

DASHED = (0, (4, 3))
PENALTIES = {"L2": ridge, "L1": lasso}
FINE = np.linspace(-0.97, 0.97, 81)


def _notes(ax, *lines, at=(0.02, 0.03), gap=0.1):
    """Small lines of text from the top down, the last one at `at`, in shares of the panel; to the left of it in the right half."""
    side = "right" if at[0] > 0.5 else "left"
    for k, line in enumerate(reversed(lines)):
        ax.text(at[0], at[1] + k * gap, line, transform=ax.transAxes, ha=side, fontsize=9)


def _draw_examples(ax, x, y, reach=1.9):
    """The examples of the wavy curve and the curve behind them; returns the line of a fit, to be moved."""
    ax.set(xlim=(-1, 1), ylim=(-reach, reach), xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    ax.plot(FINE, overfits.curve(FINE), color=PALETTE["muted"], lw=1.5, ls=DASHED)
    ax.plot(x, y, "o", ms=6, color=PALETTE["data"], zorder=4)
    (line,) = ax.plot([], [], color=PALETTE["model"], lw=2.2, gid="fit", zorder=3)
    return line


def _pair_of_curves(ax, prefix, labels=True):
    """A solid curve for training and a dashed one for validation, each with a marker; to be moved."""
    found = {}
    for name, role, style, mark in (("train", "model", "-", "o"), ("validation", "data", DASHED, "s")):
        (found[name],) = ax.plot([], [], color=PALETTE[role], ls=style, lw=2, gid=f"{prefix}-{name}")
        (found[name, "here"],) = ax.plot(
            [], [], mark, ms=9, color=PALETTE[role], gid=f"{prefix}-{name}-here", zorder=5, clip_on=False
        )
    return found


# Overfitting

SEED, DEGREE = 2, 15


def _capacity(axes, examples):
    data, curves = axes
    n = int(examples)
    training, held_out = overfits.sample(SEED, n)
    line = _draw_examples(data, *training)
    label_axes(data, "x", f"{n} examples · dashed: without noise")
    log_axis(curves, "y", -2, 1)
    curves.set(xlim=(0.5, 15.5), ylim=(0.004, 12), xticks=[1, 5, 10, 15])
    label_axes(curves, "degree", "mean squared error")
    fits = [overfits.fit(*training, degree) for degree in range(1, 16)]
    table = np.array([overfits.errors(model, training, held_out) for model in fits])
    shown = np.clip(table, 0.004, 14)
    curves.plot(range(1, 16), shown[:, 0], color=PALETTE["model"])
    curves.plot(range(1, 16), shown[:, 1], color=PALETTE["data"], ls=DASHED)
    _notes(curves, "solid: training", "dashed: validation")
    marks = [
        curves.plot([], [], m, ms=9, color=PALETTE[c], gid=f"mark-{c}", zorder=5, clip_on=False)[0]
        for m, c in (("o", "model"), ("s", "data"))
    ]

    def move(*, degree):
        k = round(degree) - 1
        line.set_data(FINE, np.clip(fits[k](FINE), -6, 6))
        for mark, height in zip(marks, shown[k], strict=True):
            mark.set_data([k + 1], [height])
        return f"degree {k + 1}: error {text(table[k, 0])} on the {n} examples, {text(table[k, 1])} on 400 new ones"

    return move


def capacity():
    """Polynomials of growing degree through few examples, and through more."""
    return explore(
        _capacity,
        id="capacity",
        caption="More freedom always lowers the error on the examples that were fitted. On new examples it helps up to a point, here a degree of 3, and then it does harm; with four times as many examples "
        "the same freedom does far less of it.",
        alt="Left, sixteen points along a wave and a curve fitted to them, close to the dashed curve without noise. Right, two curves of the error over the degree on a logarithmic scale: training falls throughout, "
        "validation falls to degree 3 and then climbs.",
        size=(640, 290),
        panels={"ncols": 2},
        examples=choice("16", "64", label="examples"),
        degree=slider(1, 15, 15, start=12, label="degree", play=True),
    )


# The strength of a penalty

STRENGTHS = np.geomspace(1e-4, 1, 17)


@functools.cache
def penalty_fits(penalty):
    """Polynomials of degree 15 through the sixteen examples, one for each strength, and their two errors."""
    parts = overfits.sample(SEED)
    fits = [overfits.fit(*parts[0], DEGREE, strength, PENALTIES[penalty]) for strength in STRENGTHS]
    return fits, np.array([overfits.errors(model, *parts) for model in fits])


def _penalty_strength(axes):
    data, weights, curves = axes
    line = _draw_examples(data, *overfits.sample(SEED)[0])
    label_axes(data, "x", "the fit · dashed: without noise")
    weights.set(xlim=(0, DEGREE + 1), ylim=(-2.6, 2.6), xticks=[1, 5, 10, 15], yticks=[-2, 0, 2])
    label_axes(weights, "degree of the term", "the 15 weights")
    (stems,) = weights.plot([], [], color=PALETTE["model"], lw=1.5, gid="stems")
    (tips,) = weights.plot([], [], "o", ms=5, color=PALETTE["model"], gid="tips", zorder=4)
    log_axis(curves, "x", -4, 0)
    log_axis(curves, "y", -2, 0)
    curves.set(xlim=(0.8e-4, 1.25), ylim=(0.003, 1.3))
    label_axes(curves, "strength λ", "mean squared error")
    _notes(curves, "solid: training", "dashed: validation", at=(0.99, 0.04), gap=0.17)
    found = _pair_of_curves(curves, "error")

    def move(*, penalty, strength):
        fits, table = penalty_fits(penalty)
        k = place(strength, STRENGTHS)
        w = fits[k].w
        line.set_data(FINE, fits[k](FINE).round(2))
        places = np.repeat(np.arange(1, DEGREE + 1), 3)
        stems.set_data(places, np.column_stack([0 * w, w, 0 * w]).ravel().round(2))
        kept = w != 0
        tips.set_data(np.arange(1, DEGREE + 1)[kept], w[kept].round(2))
        for column, name in enumerate(("train", "validation")):
            found[name].set_data(STRENGTHS, table[:, column])
            found[name, "here"].set_data([STRENGTHS[k]], [table[k, column]])
        zeros = f"{int((~kept).sum())} weights exactly 0" if (~kept).any() else "no weight 0"
        return f"λ = {text(STRENGTHS[k])}: error {text(table[k, 0])} in training, {text(table[k, 1])} in validation; {zeros}"

    return move


def penalty_strength():
    """The same polynomial under a growing penalty."""
    return explore(
        _penalty_strength,
        id="penalty-strength",
        caption="A penalty makes the fit on the examples worse on purpose. With a λ that is right the error on new examples falls to a fraction; with one too large the wave itself is flattened, and both errors rise.",
        alt="Left, sixteen points along a wave with a curve of degree 15 that passes close to all of them and swings wildly at the ends. Right, above, its fifteen weights as stems; below, the errors over the "
        "strength λ on logarithmic axes: training rises throughout, validation has a valley.",
        size=(640, 330),
        panels={"mosaic": [["data", "weights"], ["data", "curves"]], "width_ratios": (5, 4)},
        penalty=choice("L2", "L1", label="penalty"),
        strength=stops(*STRENGTHS, label="strength λ", play=True),
    )


# Geometry

TARGET = np.array([1.0, 0.35])
CORRELATIONS = {"0": 0.0, "0.6": 0.6, "−0.6": -0.6}
FINER = np.linspace(0, 2.4, 49)


def two_weights(correlation, penalty, strengths=FINER):
    """The minimizers, for each λ, of (w − ŵ)ᵀ H (w − ŵ)/2 + penalty with H = 2 (1, r; r, 1) and ŵ = TARGET."""
    root = np.linalg.cholesky(np.array([[1.0, correlation], [correlation, 1.0]]))
    X = np.sqrt(2) * root.T  # two examples, so that (2/N) XᵀX = H
    return np.array([PENALTIES[penalty](X, X @ TARGET, strength) for strength in strengths])


def _penalty_geometry(axes, correlation):
    ground, paths = axes
    H = 2 * np.array([[1.0, CORRELATIONS[correlation]], [CORRELATIONS[correlation], 1.0]])
    ring = np.linalg.solve(np.linalg.cholesky(H).T, np.array([np.cos(TURN), np.sin(TURN)])).T
    plane(ground, (-1.3, 1.9), (-1.25, 1.25), "w₁", "w₂")
    ground.set(xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    ground.axhline(0, color=PALETTE["border"], lw=1)
    ground.axvline(0, color=PALETTE["border"], lw=1)
    for level in (0.3, 0.6, 0.9, 1.2):
        ground.plot(*(TARGET + level * ring).T, color=PALETTE["loss"], lw=1, alpha=0.35)
    ground.plot(*TARGET, "x", ms=9, mew=2, color=PALETTE["loss"], zorder=4)
    ground.text(TARGET[0] + 0.12, TARGET[1] + 0.06, "ŵ", color=PALETTE["loss"])
    budget = Polygon(np.zeros((3, 2)), closed=True, facecolor=PALETTE["data"], alpha=0.2, lw=0, gid="budget")
    ground.add_patch(budget)
    (touching,) = ground.plot([], [], color=PALETTE["loss"], lw=1.8, gid="touching")
    (walked,) = ground.plot([], [], color=PALETTE["model"], lw=2, gid="walked", zorder=4)
    (here,) = ground.plot([], [], "o", ms=9, color=PALETTE["model"], gid="here", zorder=5)
    paths.set(xlim=(0, 2.4), ylim=(-0.32, 1.15), xticks=[0, 1, 2], yticks=[0, 0.5, 1])
    label_axes(paths, "strength λ", "the two weights")
    paths.axhline(0, color=PALETTE["border"], lw=1)
    lines = [paths.plot([], [], color=PALETTE["model"], ls=s, lw=2, gid=f"path-{i}")[0] for i, s in enumerate(("-", DASHED))]
    dots = [paths.plot([], [], m, ms=9, color=PALETTE["model"], gid=f"dot-{i}", zorder=5)[0] for i, m in enumerate("os")]
    _notes(paths, "solid ●: w₁", "dashed ■: w₂", at=(0.99, 0.83))
    found = {penalty: two_weights(CORRELATIONS[correlation], penalty) for penalty in PENALTIES}

    def move(*, penalty, strength):
        w = found[penalty]
        k = int(np.abs(FINER - strength).argmin())
        size = np.abs(w[k]).sum() if penalty == "L1" else np.hypot(*w[k])
        corners = DIAMOND if penalty == "L1" else CIRCLE
        budget.set_xy(size * corners)
        off = w[k] - TARGET
        touching.set_data(*(TARGET + np.sqrt(off @ H @ off) * ring).T)
        walked.set_data(*w[: k + 1].T)
        here.set_data(*w[k : k + 1].T)
        for i in range(2):
            lines[i].set_data(FINER, w[:, i])
            dots[i].set_data(FINER[k : k + 1], w[k : k + 1, i])
        shape = "on a corner of the diamond: " if penalty == "L1" and size and 0 in w[k] else ""
        return f"λ = {text(FINER[k])}: {shape}w₁ = {number(w[k, 0])}, w₂ = {number(w[k, 1])}"

    return move


TURN = np.linspace(0, 2 * np.pi, 33)
DIAMOND = np.array([[1.0, 0], [0, 1], [-1, 0], [0, -1]])
CIRCLE = np.column_stack([np.cos(TURN), np.sin(TURN)])


def penalty_geometry():
    """Where the loss's ellipses touch the diamond of L1 and the disk of L2."""
    return explore(
        _penalty_geometry,
        id="penalty-geometry",
        caption="The best weights of a given size lie where an ellipse of equal loss touches the shape of equal penalty. A diamond has corners, and they stick out on the axes: there one weight is exactly 0, for a whole "
        "range of λ. A disk has none: under L2 a weight may pass through 0 on its way, and does not rest there.",
        alt="Left, the plane of two weights with ellipses around the minimum of the loss and a shaded diamond around the origin; one ellipse touches the diamond at a corner on the horizontal axis. "
        "Right, both weights over the strength λ: the second reaches zero and stays there.",
        size=(640, 300),
        panels={"ncols": 2, "width_ratios": (5, 4)},
        correlation=choice(*CORRELATIONS, start="0.6", label="correlation of the inputs"),
        penalty=choice("L1", "L2", label="penalty"),
        strength=slider(0, 2.4, 17, start=1.2, label="strength λ", play=True),
    )


# Coefficient paths

FEATURES = ("a", "twin of a", "b", "c", "d")
TRUE, SAMPLES = np.array([2.0, 0.0, 1.0, 0.0, 0.0]), {"1": 1, "2": 10, "3": 7, "4": 8}
PATH_STRENGTHS = np.geomspace(0.02, 5, 23)
PATH_STRENGTHS[10] = 0.25  # the rounder of two neighbors: 0.246


def twins(seed, correlation, n=40):
    """X (n, 5), each column centered and of standard deviation 1, and y = 2a + b + noise; the twin tells nothing of its own."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 5))
    X[:, 1] = correlation * X[:, 0] + np.sqrt(1 - correlation**2) * X[:, 1]
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    y = X @ TRUE + 1.5 * rng.normal(size=n)
    return X, y - y.mean()


@functools.cache
def coefficient_path(penalty, correlation, sample):
    """The five weights, to two decimals, at each of PATH_STRENGTHS: (strengths, 5)."""
    X, y = twins(SAMPLES[sample], float(correlation))
    if penalty == "L2":
        return np.array([ridge(X, y, strength) for strength in PATH_STRENGTHS]).round(2)
    found = [np.zeros(5)]
    for strength in PATH_STRENGTHS[::-1]:  # from the strongest on: each begins where its neighbor ended
        found.append(lasso(X, y, strength, tolerance=1e-6, start=found[-1]))
    return np.array(found[:0:-1]).round(2)


def _coefficient_paths(axes):
    marks = ("o", "s", "^", "D", "v")
    panels = {}
    for ax, penalty in zip(axes, PENALTIES, strict=True):
        log_axis(ax, "x", -1, 0)
        ax.set(xlim=(0.02, 5), ylim=(-0.6, 2.6), yticks=[0, 1, 2])
        ax.set_xticks([0.1, 1], ["0.1", "1"])
        label_axes(ax, "strength λ", f"weights under {penalty}")
        ax.axhline(0, color=PALETTE["border"], lw=1)
        (cut,) = ax.plot([], [], color=PALETTE["muted"], lw=1, ls=(0, (2, 2)), gid=f"cut-{penalty}")
        lines, dots = [], []
        for i, mark in enumerate(marks):
            strong = i < 3
            color, style = PALETTE["model" if strong else "muted"], (DASHED if i == 1 else "-")
            lines.append(ax.plot([], [], color=color, ls=style, lw=2 if strong else 1.2, gid=f"{penalty}-line-{i}")[0])
            dots.append(ax.plot([], [], mark, ms=7, color=color, gid=f"{penalty}-dot-{i}", zorder=5)[0])
        panels[penalty] = cut, lines, dots
    _notes(axes[1], "● a", "dashed ■: its twin", "▲ b · gray: c, d", at=(1.0, 0.75))

    def move(*, correlation, sample, strength):
        found = {penalty: coefficient_path(penalty, correlation, sample) for penalty in PENALTIES}
        k = place(strength, PATH_STRENGTHS)
        for penalty, (cut, lines, dots) in panels.items():
            w = found[penalty]
            cut.set_data([PATH_STRENGTHS[k]] * 2, [-0.6, 2.2])
            for i in range(5):
                lines[i].set_data(PATH_STRENGTHS, w[:, i])
                dots[i].set_data(PATH_STRENGTHS[k : k + 1], w[k : k + 1, i])
        pairs = [f"{p} gives a {number(w[k, 0])} and its twin {number(w[k, 1])}" for p, w in found.items()]
        zeros = int((found["L1"][k] == 0).sum())
        return f"λ = {text(PATH_STRENGTHS[k])}: {'; '.join(pairs)}; zeros under L1: {zeros} of 5"

    return move


def coefficient_paths():
    """Five weights as the penalty grows, two of them of inputs that say almost the same."""
    return explore(
        _coefficient_paths,
        id="coefficient-paths",
        caption="Of two inputs that say almost the same, L2 gives each its share and L1 mostly picks one, in some samples the wrong one. Under L1 the weights reach zero one after another; under L2 they shrink together; one may pass through zero, and none stays there.",
        alt="Two panels with five weights over the strength λ. Left, under L2: the weights of an input and its twin approach one another and shrink smoothly together. Right, under L1: one of the two stays large, "
        "the other and one of the two irrelevant ones lie at zero.",
        size=(640, 300),
        panels={"ncols": 2},
        correlation=choice("0.99", "0.9", "0", label="correlation of a and twin"),
        sample=choice(*SAMPLES, label="sample"),
        strength=stops(*PATH_STRENGTHS, start=0.25, label="strength λ", play=True),
    )


# Weight decay and Adam

LOUDNESS = np.geomspace(1e-3, 10, 25)
DECAYS = (0.03, 0.1, 0.3, 1.0)
DECAY_STEPS = 2000


@functools.cache
def what_decay_leaves(copies=80, learning_rate=0.001):
    """The mean of weights that start at 1 after DECAY_STEPS of pure noise as gradient, by way of decay.

    For each λ of DECAYS and loudness of LOUDNESS; "L2 in Adam" adds λw to the gradient, "AdamW" keeps it apart.
    """
    rng = np.random.default_rng(0)
    shape = len(DECAYS), len(LOUDNESS), copies
    strength = np.array(DECAYS)[:, None, None]
    theta = {"L2 in Adam": np.ones(shape), "AdamW": np.ones(shape)}
    rule = Adam(learning_rate)
    state = {name: rule.init(theta[name]) for name in theta}
    for _ in range(DECAY_STEPS):
        g = LOUDNESS[:, None] * rng.standard_normal(shape[1:])
        for name, w in theta.items():
            step, state[name] = rule.update(g + strength * w * (name != "AdamW"), state[name], w)
            theta[name] = w + step - (name == "AdamW") * learning_rate * strength * w
    return {name: w.mean(axis=-1) for name, w in theta.items()}


def _decay_under_adam(ax):
    log_axis(ax, "x", -3, 1)
    ax.set(ylim=(-0.05, 1.1), yticks=[0, 0.5, 1])
    label_axes(ax, "typical size of a weight's gradient", f"what is left of a weight of 1 after {DECAY_STEPS:,} steps")
    found = what_decay_leaves()
    (inside,) = ax.plot([], [], color=PALETTE["model"], gid="inside")
    (apart,) = ax.plot([], [], color=PALETTE["data"], ls=DASHED, gid="apart")
    (dot,) = ax.plot([], [], "o", ms=9, color=PALETTE["model"], gid="dot", zorder=5)
    (square,) = ax.plot([], [], "s", ms=9, color=PALETTE["data"], gid="square", zorder=5)
    _notes(ax, "solid: L2 in Adam", "dashed: AdamW", at=(0.99, 0.1))

    def move(*, loudness, strength):
        row, k = place(strength, DECAYS), place(loudness, LOUDNESS)
        l2, adamw = found["L2 in Adam"][row].round(3), found["AdamW"][row].round(3)
        inside.set_data(LOUDNESS, l2)
        apart.set_data(LOUDNESS, adamw)
        dot.set_data([LOUDNESS[k]], [l2[k]])
        square.set_data([LOUDNESS[k]], [adamw[k]])
        return f"gradients of size {text(LOUDNESS[k])}, λ = {text(DECAYS[row])}: L2 in Adam leaves {number(l2[k])}, AdamW {number(adamw[k])}"

    return move


def decay_under_adam():
    """Which weights shrink when a penalty goes through Adam."""
    return explore(
        _decay_under_adam,
        id="decay-under-adam",
        caption="AdamW shrinks every weight by the same share. A penalty that goes through Adam is divided by the size of the gradient: it wipes out weights with small gradients, even for a small λ, and spares those with large ones.",
        alt="The share of a weight that is left over the size of its gradient, on a logarithmic axis: a dashed level line for AdamW, and a solid S-shaped curve for L2 inside Adam that rises from zero on the left to one on the right.",
        size=(560, 300),
        loudness=stops(*LOUDNESS, start=LOUDNESS[9], label="size of the gradient"),
        strength=choice(*((text(s), s) for s in DECAYS), start="0.1", label="strength λ"),
    )


# Early stopping

EPOCHS = 1000
SHOWN = np.unique(np.geomspace(1, EPOCHS, 60).round().astype(int))
PATIENCES = {"20": 20, "100": 100, "400": 400, "no stop": EPOCHS}


def stopping_epoch(losses, patience):
    """The epoch (from 1) after which training stops: the first with `patience` epochs in a row without a new lowest loss."""
    best, since = np.inf, 0
    for epoch, value in enumerate(losses, start=1):
        best, since = (value, 0) if value < best else (best, since + 1)
        if since >= patience:
            return epoch
    return len(losses)


def _early_stopping(axes, noise):
    data, curves = axes
    level = {"much": 0.3, "little": 0.1}[noise]
    training, _ = overfits.sample(SEED, noise=level)
    run = overfits.curve_net(SEED, noise=level, epochs=EPOCHS)
    line = _draw_examples(data, *training)
    label_axes(data, "x", "the network · dashed: without noise")
    log_axis(curves, "x", 0, 3)
    log_axis(curves, "y", -3, 0)
    curves.set(xlim=(0.9, 1100), ylim=(10**-2.7, 1.5))
    label_axes(curves, "epoch", "mean squared error")
    curves.plot(SHOWN, run.loss[SHOWN - 1], color=PALETTE["model"])
    curves.plot(SHOWN, run.validation_loss[SHOWN - 1], color=PALETTE["data"], ls=DASHED)
    _notes(curves, "solid: training", "dashed: validation")
    (cut,) = curves.plot([], [], color=PALETTE["muted"], lw=1.5, ls=(0, (2, 2)), gid="cut")
    (best,) = curves.plot([], [], "*", ms=14, color=PALETTE["data"], gid="best", zorder=5)
    marks = [
        curves.plot([], [], m, ms=9, color=PALETTE[c], gid=f"mark-{c}", zorder=5)[0]
        for m, c in (("o", "model"), ("s", "data"))
    ]

    def move(*, patience, epoch):
        t = int(np.clip(round(epoch), 1, EPOCHS))
        net = run.net.at(run.thetas[t])
        line.set_data(FINE[::2], np.clip(net(FINE[::2, None])[:, 0], -3, 3).round(2))
        stop = stopping_epoch(run.validation_loss, PATIENCES[patience])
        kept = int(run.validation_loss[:stop].argmin()) + 1
        cut.set_data([stop, stop], curves.get_ylim())
        best.set_data([kept], [run.validation_loss[kept - 1]])
        for mark, losses in zip(marks, (run.loss, run.validation_loss), strict=True):
            mark.set_data([t], [losses[t - 1]])
        rule = f"patience {patience} stops at epoch {stop}" if patience != "no stop" else f"runs to epoch {stop}"
        kept_loss = text(run.validation_loss[kept - 1])
        return f"epoch {t}: training {text(run.loss[t - 1])}, validation {text(run.validation_loss[t - 1])}; {rule} and keeps epoch {kept} ({kept_loss})"

    return move


def early_stopping():
    """A network that learns the wave first and the noise later."""
    return explore(
        _early_stopping,
        id="early-stopping",
        caption="The network finds the broad shape first and bends to single points later. The training error goes on falling; the validation error has a lowest point, and stopping there is a penalty on the time spent learning noise.",
        alt="Left, sixteen points along a wave and the curve of a network, with sharp bends toward single points. Right, the training error, solid, falls over the epochs on logarithmic axes; the validation error, dashed, "
        "has its lowest point, a star, long before the end and rises after it.",
        size=(640, 300),
        panels={"ncols": 2},
        noise=choice("much", "little", label="noise in the targets"),
        patience=choice(*PATIENCES, start="100", label="patience"),
        epoch=slider(20, EPOCHS, 50, start=1000, label="epoch", play=True),
    )


# Data augmentation

SHOWN_DIGITS = {"3": 207, "8": 122, "9": 288}  # right where they stand, by both networks


@functools.cache
def shift_nets(examples=500, seed=0, updates=1200):
    """Two 784-32-10 networks: trained on some digits as they are, and with random shifts by one pixel; as many updates."""
    x, y = (part[:examples] for part in digits("train", dtype=np.float32))
    found = []
    for copies in (1, 10):
        rng = np.random.default_rng(seed)
        net = mlp((784, 32, 10), rng=rng, dtype=np.float32)
        many = [x] + [random_shifts(rng, x) for _ in range(copies - 1)]
        run = train(
            net, np.concatenate(many), np.tile(y, copies), loss=CrossEntropy(), optimizer=Adam(0.003), batch_size=50,
            epochs=updates * 50 // (copies * examples), rng=rng,
        )  # fmt: skip
        found.append(run.net)
    return found


def _shifted_digit(axes, digit):
    picture, answers = axes
    images, _ = digits("test")
    image = images[SHOWN_DIGITS[digit]]
    picture.set(xlim=(-16, 16), ylim=(-16, 16), xticks=[-14, 0, 14], yticks=[-14, 0, 14])
    picture.set_aspect("equal")
    label_axes(picture, "pixels from the middle", "drag the digit")
    ink = heat(picture, extent=(-16, 16, -16, 16), low=0, high=1, ramp="ink", gid="ink", blocky=True)
    answers.set(xlim=(-0.6, 9.6), ylim=(-1.4, 1.4), xticks=range(10), yticks=[-1, 0, 1], yticklabels=["1", "0", "1"])
    label_axes(answers, "digit", "probability of each digit")
    answers.axhline(0, color=PALETTE["muted"], lw=1)
    answers.text(9.5, 1.15, "up: trained with shifts", ha="right", fontsize=9)
    answers.text(9.5, -1.3, "down: trained without", ha="right", fontsize=9)
    bars = [
        Polygon(np.zeros((3, 2)), closed=True, facecolor=PALETTE[role], lw=0, gid=f"bars-{role}")
        for role in ("muted", "model")
    ]
    for bar in bars:
        answers.add_patch(bar)
    nets = shift_nets()

    def move(*, right, up):
        moved = shift(image[None], round(right), -round(up))
        ink.set_data(np.pad(moved.reshape(28, 28), 2)[::-1].round(1))
        told = []
        for net, bar, sign, name in zip(nets, bars, (-1, 1), ("without shifts", "with shifts"), strict=True):
            z = net(moved)[0].astype(float)
            p = np.exp(z - z.max())
            p /= p.sum()
            bar.set_xy(upright_bars(sign * p.round(2)))
            told.append(f"{name} it reads {p.argmax()} ({share(p.max())})")
        across = f"{abs(round(right))} {'left' if right < -0.5 else 'right'}"
        way = f"{across} and {abs(round(up))} {'down' if up < -0.5 else 'up'}"
        return f"{labeled(digit)}, moved {way}: trained {' · '.join(told)}"

    return move


def shifted_digit():
    """A digit moved by a few pixels, read by two networks."""
    return explore(
        _shifted_digit,
        id="shifted-digit",
        caption="To a reader it is the same digit wherever it stands. A fully connected network must be shown that: trained with shifts by one pixel it is right over a wider range, without them a shift of two often changes its mind.",
        alt="Left, a handwritten digit in a square, moved two pixels to the right. Right, bars for the ten digits: upward, the probabilities of a network trained with shifted copies; downward, those of one trained without.",
        size=(620, 300),
        panels={"ncols": 2},
        drag=("right", "up"),
        digit=choice(*SHOWN_DIGITS, label="digit"),
        right=slider(-3, 3, 7, start=2, label="pixels to the right"),
        up=slider(-3, 3, 7, start=0, label="pixels up"),
    )


# Dropout

RATES = (0.0, 0.1, 0.2, 0.3, 0.5)
WIDTH, MASKS = 20, 10


@functools.cache
def wave_net(rate):
    """A 1-20-20-1 network trained on sixteen examples of the wave with dropout."""
    return overfits.curve_net(1, width=WIDTH, rate=rate, epochs=1500).net


def unit_masks(rate, count=MASKS, seed=0):
    """Masks for the two hidden layers, shape (count, 2, WIDTH), of 0 and 1/(1 − rate)."""
    keep = np.random.default_rng(seed).random((count, 2, WIDTH)) >= rate
    return keep / (1 - rate)


@functools.cache
def _mask_curves(rate):
    """(masks, the curve of each thinned network, the curve of the whole one), over FINE."""
    net, masks, x = wave_net(rate), unit_masks(rate), FINE[:, None]
    if rate == 0:
        return masks, np.tile(net(x).T, (MASKS, 1)), net(x)[:, 0]
    return masks, np.array([overfits.thinned(net, x, mask)[:, 0] for mask in masks]), net(x)[:, 0]


def _thinned_networks(axes):
    drawing, data = axes
    columns = node_positions((1, WIDTH, WIDTH, 1), gap=5.2)
    bare(drawing, (-1, 16.6), (-10.4, 11.6), equal=False)
    for left, right in pairwise(columns):
        drawing.plot(*_edges(left, right).T, color=PALETTE["border"], lw=0.5, zorder=1)
    live = [drawing.plot([], [], color=PALETTE["model"], lw=0.5, alpha=0.5, gid=f"edges-{k}", zorder=2)[0] for k in range(3)]
    every = np.vstack(columns)
    drawing.plot(*every.T, "o", ms=8, mfc=SURFACE, mec=PALETTE["model"], mew=1.5, zorder=3)
    (gone,) = drawing.plot([], [], "o", ms=10, mfc=SURFACE, mec=SURFACE, gid="gone", zorder=4)
    (crosses,) = drawing.plot([], [], "x", ms=6, mew=1.5, color=PALETTE["muted"], gid="crosses", zorder=5)
    drawing.text(7.8, 10.6, "× dropped in this pass", ha="center", fontsize=9)
    data.set_autoscale_on(False)
    line = _draw_examples(data, *overfits.sample(1)[0])
    label_axes(data, "x", "thin: ten masks · thick: this one")
    others = [data.plot([], [], color=PALETTE["muted"], lw=0.8, gid=f"other-{k}", zorder=2)[0] for k in range(MASKS)]
    (whole,) = data.plot([], [], color=PALETTE["data"], lw=2, ls=(0, (1, 1)), gid="whole", zorder=3)
    data.text(-0.97, -1.85, "dotted: all units, at evaluation", fontsize=9)

    def move(*, rate, mask):
        rate = min(RATES, key=lambda known: abs(known - rate))
        masks, curves, full = _mask_curves(rate)
        k = round(mask) - 1
        alive = [np.ones(1, bool), *(masks[k] > 0), np.ones(1, bool)]
        for edges, (a, b), (left, right) in zip(live, pairwise(alive), pairwise(columns), strict=True):
            edges.set_data(*_edges(left[a], right[b]).T)
        dropped = np.vstack([column[~on] for column, on in zip(columns, alive, strict=True)])
        gone.set_data(*dropped.T)
        crosses.set_data(*dropped.T)
        for other, points in zip(others, curves, strict=True):
            other.set_data(FINE[::2], np.clip(points[::2], -3, 3).round(2))
        line.set_data(FINE[::2], np.clip(curves[k][::2], -3, 3).round(2))
        whole.set_data(FINE[::2], full[::2].round(2))
        spread = np.std(curves, axis=0).mean()
        apart = np.abs(curves.mean(axis=0) - full).mean()
        counts = " and ".join(str(int(on.sum())) for on in alive[1:3])
        return f"mask {k + 1}: {counts} of {WIDTH} units are left; predictions spread by ±{number(spread)}, their mean is {number(apart)} from the whole network"

    return move


def _edges(left, right):
    """All connections between two columns of nodes as one line, there and back."""
    if not len(left) or not len(right):
        return np.empty((0, 2))
    fan = [np.vstack([np.stack([node, other]) for other in right]) for node in left]
    return np.vstack(fan)


def thinned_networks():
    """Dropout masks, the networks they leave, and the curves these draw."""
    return explore(
        _thinned_networks,
        id="thinned-networks",
        caption="At a rate above 0 every mask leaves another network, and each of them has to do the work with the units it has. Their predictions scatter around that of the whole network, which stands in for their average; the higher the rate, the smoother and flatter they all become.",
        alt="Left, a network of one input, two hidden layers of twenty units and one output, in which a few units are crossed out and their connections are gone. Right, sixteen points along a wave with ten thin curves, "
        "one for each mask, a thick one for the present mask, and a dotted one for the whole network in their middle.",
        size=(640, 330),
        panels={"ncols": 2, "width_ratios": (4, 5)},
        rate=choice(*((text(rate), rate) for rate in RATES), start="0.1", label="dropout rate"),
        mask=slider(1, MASKS, MASKS, label="mask", play=True),
    )


TRAINED_RATES = (0.0, 0.2, 0.5)
FAILED = range(0, 30, 2)


@functools.cache
def failure_table():
    """Accuracies (rates, failed, draws) on 1,000 new digits when so many of 32 hidden units fail."""
    x, y = shrunken_digits("validation", 1000)
    return np.array(
        [
            [
                overfits.accuracy_with_failures(
                    overfits.digit_net(0, rate=rate).net, x, y, failed, np.random.default_rng(failed), 16
                )
                for failed in FAILED
            ]
            for rate in TRAINED_RATES
        ]
    )


def _failing_units(axes):
    draws, curves = axes
    table = failure_table()
    for ax in axes:
        ax.set(ylim=(0, 1), yticks=[0, 0.5, 1])
    draws.set(xlim=(-0.6, 2.6), xticks=[0, 1, 2], xticklabels=["none", "0.2", "0.5"])
    label_axes(draws, "dropout in training", "accuracy, 16 draws of failed units")
    curves.set(xlim=(0, 30), xticks=[0, 8, 16, 24, 32])
    label_axes(curves, "failed units of 32", "accuracy, mean")
    styles = (("-", "o"), (DASHED, "s"), ((0, (1, 1)), "^"))
    marks = []
    for k, (style, mark) in enumerate(styles):
        curves.plot(FAILED, table[k].mean(axis=-1), color=PALETTE["model"], ls=style)
        marks.append(curves.plot([], [], mark, ms=8, color=PALETTE["model"], gid=f"mark-{k}", zorder=5)[0])
    _notes(curves, "solid ●: none", "dashed ■: 0.2", "dotted ▲: 0.5")
    clouds = [draws.plot([], [], m, ms=5, color=PALETTE["model"], gid=f"cloud-{k}")[0] for k, (_, m) in enumerate(styles)]
    (means,) = draws.plot([], [], "_", ms=34, mew=2.5, color=PALETTE["data"], gid="means", zorder=5)
    places = np.linspace(-0.25, 0.25, table.shape[-1])

    def move(*, failed):
        k = int(np.clip(round(failed / 2), 0, len(FAILED) - 1))
        for i in range(3):
            clouds[i].set_data(i + places, table[i, k])
            marks[i].set_data([FAILED[k]], [table[i, k].mean()])
        means.set_data([0, 1, 2], table[:, k].mean(axis=-1))
        shares = [f"{100 * v:.0f} %" for v in table[:, k].mean(axis=-1)]
        return f"{FAILED[k]} of 32 units fail: {shares[0]} right without dropout, {shares[1]} with 0.2, {shares[2]} with 0.5"

    return move


def failing_units():
    """What is left of three networks when hidden units fail."""
    return explore(
        _failing_units,
        id="failing-units",
        caption="Three networks that read digits about equally well while they are whole. When units fail, those trained with dropout lose far less, as they should if no unit relies on particular others.",
        alt="Left, three columns of dots, the accuracies of three networks under sixteen random failures each, with a bar at each mean. Right, the mean accuracy over the number of failed units: three falling curves, the one without dropout lowest.",
        size=(640, 290),
        panels={"ncols": 2},
        failed=slider(0, 28, 15, start=8, label="units that fail", play=True),
    )


# Batch normalization

UNITS = {"euros": 1.0, "thousand euros": 1e-3, "million euros": 1e-6}
TOP = {"euros": (6e5, "6·10⁵"), "thousand euros": (600, "600"), "million euros": (10, "10")}


def _normalize_batch(axes, unit):
    raw, standard, scaled = axes
    x, price = houses(np.random.default_rng(3), 30)
    batch = np.column_stack([price[:, 0] * UNITS[unit], x[:, 1]])
    norm, (top, _) = BatchNorm(2), TOP[unit]
    raw.set(xlim=(-0.05 * top, top), ylim=(-0.05 * top, top), xticks=[0, top], yticks=[0, top])
    raw.set(xticklabels=["0", TOP[unit][1]], yticklabels=["0", TOP[unit][1]])
    raw.plot(*batch.T, "o", ms=4.5, color=PALETTE["data"])
    label_axes(raw, "price", "raw: bedrooms")
    for ax, title in ((standard, "normalized, x̂"), (scaled, "scaled, γx̂ + δ")):
        ax.set(xlim=(-4, 4), ylim=(-4, 4), xticks=[-2, 0, 2], yticks=[-2, 0, 2])
        ax.axhline(0, color=PALETTE["border"], lw=1)
        ax.axvline(0, color=PALETTE["border"], lw=1)
        label_axes(ax, "price", title)
    for ax in axes:
        ax.set_aspect("equal")
    normalized = norm.forward(batch, training=True)[0]
    standard.plot(*normalized.T, "o", ms=4.5, color=PALETTE["data"])
    (dots,) = scaled.plot([], [], "o", ms=4.5, color=PALETTE["model"], gid="scaled")
    mean, spread = _short(batch[:, 0].mean()), _short(batch[:, 0].std())

    def move(*, gamma, delta):
        moved = norm.at(np.array([gamma, 1.0, delta, 0.0])).forward(batch, training=True)[0]
        dots.set_data(*moved.round(2).T)
        after = f"{number(moved[:, 0].mean(), 1)} and {number(moved[:, 0].std(), 2)}"
        return f"price in {unit}: mean {mean}, standard deviation {spread} → 0 and 1 → {after}"

    return move


def _short(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"


def normalize_batch():
    """A batch of houses, raw, normalized, and scaled."""
    return explore(
        _normalize_batch,
        id="normalize-batch",
        caption="Raw, bedrooms vanish beside a price in euros, and the price beside bedrooms if it is given in millions. Normalized, both inputs have mean 0 and standard deviation 1, whatever unit they came in. γ and δ then give the next layer the scale and the center that suit it.",
        alt="Three scatter plots of thirty houses, price across and bedrooms up, both on the same scale. Left, raw: a flat line of points along the price axis. Middle, normalized: a slanted cloud around the origin. "
        "Right, the same cloud, narrower and moved along the price axis.",
        size=(640, 250),
        panels={"ncols": 3},
        unit=choice(*UNITS, label="unit of the price"),
        gamma=slider(0.25, 1.5, 6, start=0.5, label="scale γ of the price"),
        delta=slider(-2, 2, 5, start=1, label="shift δ of the price"),
    )


BATCH_SIZES, BATCHES = (2, 4, 8, 16, 32, 64), 10


@functools.cache
def batch_outputs(size, count=BATCHES, watched=1.0, seed=0):
    """Batches (count, size) of pre-activations from N(1, 2²) whose first entry is the same example, one s above the mean."""
    rng = np.random.default_rng(seed)
    batches = 1 + 2 * rng.standard_normal((count, 64))[:, :size]
    batches[:, 0] = 1 + 2 * watched
    return batches


def _batch_modes(axes):
    line, outputs = axes
    bell = np.linspace(-6, 8, 41)
    line.set(xlim=(-6, 8), ylim=(0, 1), xticks=[-5, 0, 5], yticks=[])
    line.spines["left"].set_visible(False)
    label_axes(line, "pre-activation z", "one batch")
    line.plot(bell, 0.45 + 0.4 * np.exp(-((bell - 1) ** 2) / 8), color=PALETTE["muted"], lw=1.2, ls=DASHED)
    line.text(1, 0.9, "dashed: all examples", ha="center", fontsize=9)
    (dots,) = line.plot([], [], "o", ms=6, mfc="none", mec=PALETTE["data"], gid="dots")
    (watched,) = line.plot([3], [0.35], "D", ms=9, color=PALETTE["model"])
    line.text(3, 0.24, "watched", ha="center", fontsize=9, color=PALETTE["model"])
    (span,) = line.plot([], [], color=PALETTE["gradient"], lw=3, gid="span")
    (middle,) = line.plot([], [], "|", ms=16, mew=3, color=PALETTE["gradient"], gid="middle")
    (note,) = (line.text(0, 0.02, "", ha="center", fontsize=9, color=PALETTE["gradient"], gid="note"),)
    outputs.set(xlim=(0.4, BATCHES + 0.6), ylim=(-1.3, 3.1), xticks=[1, 5, 10], yticks=[-1, 0, 1, 2, 3])
    label_axes(outputs, "batch", "x̂ of the watched example")
    outputs.axhline(1, color=PALETTE["muted"], lw=1, ls=DASHED)
    outputs.text(BATCHES + 0.5, 1.05, "from all examples", ha="right", va="bottom", fontsize=9)
    (trail,) = outputs.plot([], [], "o", ms=6, mfc="none", mec=PALETTE["model"], gid="trail")
    (here,) = outputs.plot([], [], "D", ms=9, color=PALETTE["model"], gid="here", zorder=5)

    def move(*, mode, batch_size, batch):
        k = round(batch) - 1
        batches = batch_outputs(batch_size)
        norm = BatchNorm(1)
        training = mode == "training"
        norm = norm.at(norm.theta, np.array([1.0, 4.0]))
        values = np.array([norm.forward(b[:, None], training=training)[0][0, 0] for b in batches])
        mean, spread = (batches[k].mean(), batches[k].std()) if training else (1.0, 2.0)
        dots.set_data(batches[k, 1:].round(2), np.full(batch_size - 1, 0.35))
        span.set_data([mean - spread, mean + spread], [0.14, 0.14])
        middle.set_data([mean], [0.14])
        note.set_position((min(max(mean, -3.5), 5.5), 0.02))
        note.set_text("x̄ ± s of this batch" if training else "running x̄ ± s")
        trail.set_data(np.arange(1, BATCHES + 1), values.clip(-1.3, 3.1))
        here.set_data([k + 1], values[k : k + 1].clip(-1.3, 3.1))
        told = f"x̂ = {number(values[k])} in this batch, from {number(values.min())} to {number(values.max())} over ten"
        return f"{mode}, batches of {batch_size}: x̄ = {number(mean)}, s = {number(spread)}; the watched example has {told}"

    return move


def batch_modes():
    """The same example in different batches, in training and at evaluation."""
    return explore(
        _batch_modes,
        id="batch-modes",
        caption="In training, what an example turns into depends on the company it is in, and the more so in smaller batches; a batch of two is always −1 and 1, whatever was in it, and here the watched example is the larger one every time. At evaluation the running statistics stand in, and the same example always gives the same number.",
        alt="Left, a batch of four points on a number line with a bar for their mean and spread, under a dashed bell for all examples; one watched point is a filled diamond. Right, what the watched example is normalized to in ten batches: the dots scatter widely around a dashed line.",
        size=(640, 270),
        panels={"ncols": 2},
        mode=choice("training", "evaluation", label="mode"),
        batch_size=stops(*BATCH_SIZES, start=4, label="batch size"),
        batch=slider(1, BATCHES, BATCHES, label="batch", play=True),
    )


# A playground

CLOUDS = {  # how they are made, the noise, a seed, and the window
    "moons, little noise": (moons, 0.1, 3, (-1.8, 2.8, -1.7, 2.2)),
    "moons, much noise": (moons, 0.3, 3, (-1.8, 2.8, -1.7, 2.2)),
    "circles, little noise": (circles, 0.1, 0, (-1.8, 1.8, -1.8, 1.8)),
    "circles, much noise": (circles, 0.3, 0, (-1.8, 1.8, -1.8, 1.8)),
}
PLAY_STRENGTHS = np.geomspace(1e-4, 1e-1, 7)
PLAY_WIDTHS = (2, 8, 32)


@functools.cache
def cloud(name):
    """Sixty examples and 400 new ones of a cloud."""
    make, noise, seed, _ = CLOUDS[name]
    rng = np.random.default_rng(seed)
    return make(rng, 60, noise=noise), make(rng, 400, noise=noise)


@functools.cache
def boundaries(name, width):
    """For each strength: the probabilities on the grid (32, 32), and the share right in training and on new examples."""
    (x, y), (new_x, new_y) = cloud(name)
    net, thetas = overfits.boundary_nets(x, y, width, PLAY_STRENGTHS)
    points = grid(CLOUDS[name][-1]).reshape(-1, 2)
    maps = [1 / (1 + np.exp(-net.at(theta)(points).reshape(32, 32).clip(-30, 30))) for theta in thetas]
    return maps, [(accuracy(net.at(t)(x), y), accuracy(net.at(t)(new_x), new_y)) for t in thetas]


def _playground(axes, data):
    ax, shares = axes
    (x, y), (new_x, new_y) = cloud(data)
    window = CLOUDS[data][-1]
    plane(ax, window[:2], window[2:])
    ax.set(xticks=[-1, 0, 1, 2][: 3 + (window[1] > 2)], yticks=[-1, 0, 1])
    image = heat(ax, extent=window, low=0, high=1, ramp="two-sided", gid="map")
    truth_points(ax, x, y, markersize=5, markeredgewidth=1.5)
    for kind, mark in ((0, "_"), (1, "|")):
        (new,) = ax.plot(*new_x[new_y == kind][:60].T, mark, ms=5, color=PALETTE["muted"], gid=f"new-{kind}")
    log_axis(shares, "x", -4, -1)
    shares.set(xlim=(0.7e-4, 0.14), ylim=(0.45, 1.04), yticks=[0.5, 0.75, 1])
    label_axes(shares, "strength λ", "share right")
    _notes(shares, "solid: training", "dashed: new")
    found = _pair_of_curves(shares, "share")

    def move(*, width, strength):
        maps, right = boundaries(data, int(width))
        k = place(strength, PLAY_STRENGTHS)
        image.set_data(maps[k])
        for column, name in enumerate(("train", "validation")):
            curve = [pair[column] for pair in right]
            found[name].set_data(PLAY_STRENGTHS, curve)
            found[name, "here"].set_data(PLAY_STRENGTHS[k : k + 1], curve[k : k + 1])
        a, b = right[k]
        return f"{width} hidden units, λ = {text(PLAY_STRENGTHS[k])}: {share(a)} of the 60 examples right, {share(b)} of 400 new ones"

    return move


def playground():
    """Data, noise, width and penalty against each other."""
    return explore(
        _playground,
        id="playground",
        caption="Wide and barely penalized, the network draws islands around single examples. A penalty smooths the border at any width; too much of it straightens the border or, on the circles, erases it. Where there is little noise, there is little to gain.",
        alt="Left, two classes of points on concentric circles, disks and rings, on a map of the probability that a network gives; its border has spikes toward single points. Right, the share of right answers over the strength λ: training, solid, "
        "falls from 1, new examples, dashed, rise and then fall.",
        size=(640, 300),
        panels={"ncols": 2, "width_ratios": (5, 4)},
        data=choice(*CLOUDS, start="circles, much noise", label="data"),
        width=choice(*map(str, PLAY_WIDTHS), start="32", label="hidden units"),
        strength=stops(*PLAY_STRENGTHS, label="strength λ", play=True),
        new=show("new", start=False, label="new examples"),
    )


EXPLORERS = (
    penalty_strength,
    capacity,
    early_stopping,
    penalty_geometry,
    coefficient_paths,
    decay_under_adam,
    shifted_digit,
    thinned_networks,
    failing_units,
    normalize_batch,
    batch_modes,
    playground,
)
